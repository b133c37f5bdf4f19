"""All measures there are: one flat list, nothing registers itself."""

from typing import Final

from scenarios.measures.announcements import Announcements
from scenarios.measures.body_cams import BodyCams
from scenarios.measures.brighter_lamps import BrighterLamps
from scenarios.measures.cameras import Cameras
from scenarios.measures.conductor_presence import ConductorPresence
from scenarios.measures.face_light import FaceLight
from scenarios.measures.help_points import HelpPoints
from scenarios.measures.lamp_repair import LampRepair
from scenarios.measures.measure import Measure
from scenarios.measures.patrol import Patrol
from scenarios.measures.service_staff import ServiceStaff
from scenarios.measures.shop_hours import ShopHours
from scenarios.measures.signs import Signs
from scenarios.measures.stewards import Stewards
from scenarios.measures.stop_marker import StopMarker
from scenarios.measures.uniform_lamps import UniformLamps

CATALOGUE: Final[dict[str, type[Measure]]] = {
    # light
    "brighter_lamps": BrighterLamps,
    "uniform_lamps": UniformLamps,
    "face_light": FaceLight,
    "lamp_repair": LampRepair,
    # people
    "patrol": Patrol,
    "service_staff": ServiceStaff,
    "conductor_presence": ConductorPresence,
    "stewards": Stewards,
    "shop_hours": ShopHours,
    "body_cams": BodyCams,
    # eyes
    "cameras": Cameras,
    "signs": Signs,
    "announcements": Announcements,
    "help_points": HelpPoints,
    # women, and all who wait
    "stop_marker": StopMarker,
}
