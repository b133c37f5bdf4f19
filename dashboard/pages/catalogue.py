"""The pages: each a module with ``layout(address, site)``, ``cards(address, site)``, perhaps ``add_callbacks``."""

from types import ModuleType
from typing import Final

from dashboard.pages import compare

PAGES: Final[dict[str, ModuleType]] = {"compare": compare}
