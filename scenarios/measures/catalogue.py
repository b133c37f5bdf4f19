"""All measures there are: one flat list, nothing registers itself."""

from typing import Final

from scenarios.measures.brighter_lamps import BrighterLamps
from scenarios.measures.cameras import Cameras
from scenarios.measures.measure import Measure
from scenarios.measures.patrol import Patrol

CATALOGUE: Final[dict[str, type[Measure]]] = {
    "brighter_lamps": BrighterLamps,
    "patrol": Patrol,
    "cameras": Cameras,
}
