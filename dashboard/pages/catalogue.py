"""All pages there are: each a module with ``layout``, ``cards``, and ``add_callbacks`` where it has buttons."""

from types import ModuleType
from typing import Final

from dashboard.pages import access, calibrate, compare, evidence, explore, place, portfolio, runs, walk, watch

PAGES: Final[dict[str, ModuleType]] = {
    "explore": explore,
    "compare": compare,
    "portfolio": portfolio,
    "watch": watch,
    "walk": walk,
    "place": place,
    "evidence": evidence,
    "calibrate": calibrate,
    "runs": runs,
    "access": access,
}
