"""All measures there are: one flat list, nothing registers itself."""

from typing import Final

from scenarios.measures.announcements import Announcements
from scenarios.measures.approach_route import ApproachRoute
from scenarios.measures.bicycle_parking import BicycleParking
from scenarios.measures.body_cams import BodyCams
from scenarios.measures.brighter_lamps import BrighterLamps
from scenarios.measures.cameras import Cameras
from scenarios.measures.cleaning import CleaningRounds
from scenarios.measures.conductor_presence import ConductorPresence
from scenarios.measures.escort import EscortOnRequest
from scenarios.measures.face_light import FaceLight
from scenarios.measures.feedback_targets import FeedbackTargets
from scenarios.measures.follow_up_capacity import FollowUpCapacity
from scenarios.measures.gates_closed import GatesClosed
from scenarios.measures.glass import Glass
from scenarios.measures.graffiti_removal import GraffitiRemoval
from scenarios.measures.help_points import HelpPoints
from scenarios.measures.kiosk import Kiosk
from scenarios.measures.lamp_repair import LampRepair
from scenarios.measures.measure import Measure
from scenarios.measures.mirror import Mirror
from scenarios.measures.norm_campaign import NormCampaign
from scenarios.measures.online_declaration import OnlineDeclaration
from scenarios.measures.owners_agreement import OwnersAgreement
from scenarios.measures.patrol import Patrol
from scenarios.measures.patrol_route import PatrolRoute
from scenarios.measures.powers import Powers
from scenarios.measures.prune_hedge import PruneHedge
from scenarios.measures.rearrange import Rearrange
from scenarios.measures.remove_wall import RemoveWall
from scenarios.measures.repair_targets import RepairTargets
from scenarios.measures.reporting_app import ReportingApp
from scenarios.measures.safe_waiting_zone import SafeWaitingZone
from scenarios.measures.service_staff import ServiceStaff
from scenarios.measures.shop_hours import ShopHours
from scenarios.measures.signs import Signs
from scenarios.measures.square import Square
from scenarios.measures.station_bans import StationBans
from scenarios.measures.stewards import Stewards
from scenarios.measures.stop_marker import StopMarker
from scenarios.measures.uniform_lamps import UniformLamps

CATALOGUE: Final[dict[str, type[Measure]]] = {
    # light
    "brighter_lamps": BrighterLamps,
    "uniform_lamps": UniformLamps,
    "face_light": FaceLight,
    "lamp_repair": LampRepair,
    "rearrange": Rearrange,
    # people
    "patrol": Patrol,
    "patrol_route": PatrolRoute,
    "service_staff": ServiceStaff,
    "conductor_presence": ConductorPresence,
    "stewards": Stewards,
    "escort": EscortOnRequest,
    "body_cams": BodyCams,
    "powers": Powers,
    "station_bans": StationBans,
    "shop_hours": ShopHours,
    "kiosk": Kiosk,
    # eyes
    "cameras": Cameras,
    "signs": Signs,
    "announcements": Announcements,
    "help_points": HelpPoints,
    # sight
    "remove_wall": RemoveWall,
    "glass": Glass,
    "mirror": Mirror,
    "prune_hedge": PruneHedge,
    # upkeep
    "cleaning": CleaningRounds,
    "graffiti_removal": GraffitiRemoval,
    "repair_targets": RepairTargets,
    # gates and waiting
    "gates_closed": GatesClosed,
    "safe_waiting_zone": SafeWaitingZone,
    "stop_marker": StopMarker,
    # reports
    "reporting_app": ReportingApp,
    "online_declaration": OnlineDeclaration,
    "follow_up_capacity": FollowUpCapacity,
    "feedback_targets": FeedbackTargets,
    "norm_campaign": NormCampaign,
    # partners, outside the station
    "owners_agreement": OwnersAgreement,
    "square": Square,
    "approach_route": ApproachRoute,
    "bicycle_parking": BicycleParking,
}
