"""What follows an incident: fear of those who were there, guards who saw it and go there (science.md 5, 6.1)."""

from math import exp, hypot
from typing import TYPE_CHECKING

from scipy.special import ndtri

from model.kernels.offending import GONE
from model.kernels.presence import sees
from model.randomness import Purpose, uniform
from model.results import INCIDENT_TYPES

if TYPE_CHECKING:
    from model.people.enforcers import Guard
    from model.station import Station

FRIGHTENING = ("harassment_contact", "harassment_approach", "aggression")
VISIBLE = ("aggression", "nuisance")
LEAVES = 2  # which of the draws about the outcome: an offender whom people see goes home after it


def answer_events(station: "Station") -> None:
    """Answer all incidents that were drawn since the last time, in order."""
    events = station.happenings
    for n in range(int(events.count[0])):
        kind = INCIDENT_TYPES[events.rows["kind"][n]]
        offender, victim = int(events.rows["offender"][n]), int(events.rows["victim"][n])
        span = _duration(station, kind, offender, events.rows["time_s"][n])
        if kind in VISIBLE:
            end = events.rows["time_s"][n] + span
            station.offenders.rows["loud_until_s"][offender] = end
            if _draw(station, Purpose.OUTCOME, offender, LEAVES) < station.parameters[f"{kind}_leave"]:
                station.offenders.rows["leave_s"][offender] = min(station.offenders.rows["leave_s"][offender], end)
        if kind in FRIGHTENING:
            frighten(station, victim, int(events.rows["cell"][n]))
        _call_guard(
            station,
            kind,
            offender,
            float(events.rows["x"][n]),
            float(events.rows["y"][n]),
            int(events.rows["cell"][n]),
            span,
        )
    events.count[0] = 0


def _draw(station: "Station", purpose: Purpose, offender: int, k: int) -> float:
    """Return a uniform keyed on the offender and this second."""
    entity = int(station.offenders.rows["entity"][offender])
    return float(uniform(station.seed, int(purpose), station.day, entity, k, station.clock_s))


def _duration(station: "Station", kind: str, offender: int, second: float) -> float:
    """Return how long an event lasts, s: lognormal around the median of its type."""
    p = station.parameters
    normal = float(ndtri(_draw(station, Purpose.EVENT_DURATION, offender, int(second))))
    return float(p[f"{kind}_duration_s"] * exp(p.duration_sd_log * normal))


def frighten(station: "Station", victim: int, cell: int) -> None:
    """Put the shock of a victim and of witnesses on the people who are there (the stronger one counts)."""
    p, crowd, ground = station.parameters, station.crowd, station.ground
    if victim >= 0:
        crowd.people["shock"][victim] = min(crowd.people["shock"][victim], p.feel_shock_victim)
    ix, iy = ground.cells["ix"][cell], ground.cells["iy"][cell]
    for slot in crowd.order[: crowd.count[0]]:
        at = crowd.people["cell"][slot]
        if slot == victim or crowd.people["mode"][slot] == 0:
            continue
        far = hypot(ground.cells["ix"][at] - ix, ground.cells["iy"][at] - iy)
        if far <= p.feel_isolation_reach_m and sees(
            ground.mask, cell, ix, iy, ground.cells["ix"][at], ground.cells["iy"][at]
        ):
            crowd.people["shock"][slot] = min(crowd.people["shock"][slot], p.feel_shock_witness)


def _call_guard(station: "Station", kind: str, offender: int, x: float, y: float, cell: int, span: float) -> None:
    """Send the nearest free unit that sees the event while it lasts."""
    guards, ground, p = station.guards, station.ground, station.parameters
    ix, iy = ground.cells["ix"][cell], ground.cells["iy"][cell]
    best: tuple[float, Guard] | None = None
    for guard in station.guard_agents:
        row, at = guard.row, guards["cell"][guard.row]
        far = hypot(guards["x"][row] - x, guards["y"][row] - y)
        if not guards["on"][row] or far > guards["reach"][row] or guard.answering >= 0:
            continue
        if not sees(ground.mask, cell, ix, iy, ground.cells["ix"][at], ground.cells["iy"][at]):
            continue
        noticed = 1 - exp(-p[f"respond_see_{kind}"] * span)
        if _draw(station, Purpose.DETECTION, offender, guard.entity) < noticed and (best is None or far < best[0]):
            best = (far, guard)
    if best is not None:
        best[1].respond(offender, x, y)


def end_event(station: "Station", guard: "Guard", offender: int) -> None:
    """A unit stands where the event is: a visible offender is interrupted, and perhaps sent away or arrested."""
    p, offenders = station.parameters, station.offenders
    guard.answering = -1
    kind = INCIDENT_TYPES[offenders.rows["kind"][offender]]
    if offenders.rows["state"][offender] == GONE or kind not in VISIBLE:
        return  # concealed offenders: the survival of the probe copy has taken care of it
    if _draw(station, Purpose.OUTCOME, offender, 0) >= p.respond_interrupt:
        return
    offenders.rows["loud_until_s"][offender] = 0
    if _draw(station, Purpose.OUTCOME, offender, 1) < p.respond_remove + p.respond_arrest:
        offenders.rows["state"][offender] = GONE
