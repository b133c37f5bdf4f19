"""Who reports what to whom, and whether it can be acted on (science.md 7).

The chance to report is that of a day (``model.day.reporting``), with the trust that the person has by now. A report
goes to the police or to whoever people take for the owner of the place; some are anonymous or too thin to act on,
and at the wrong desk some get lost.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import expit, logit

from model.day.demand import Floats
from model.day.reporting import NEUTRAL_TRUST, report_chance, severe_share
from model.inputs.follow_up import AGENCIES
from model.inputs.inputs import Inputs
from model.inputs.layout import Owner
from model.inputs.reporting import Reporting
from model.parameters import Parameters
from model.randomness import Purpose, uniforms
from model.results import FIRST_HOUR, GENDERS, HOURS, INCIDENT_TYPES, VICTIM_TYPES
from model.seasons.days import Coming, DayPage
from model.seasons.memory import Memories
from model.seasons.victims import Victims

CHANNELS = ("spot", "phone", "app", "online")  # to staff, by phone, by app or message, online declaration
SEXUAL = ("harassment_contact", "harassment_approach")
DESK_OF: dict[Owner, int] = {
    "NS": AGENCIES.index("operator"),
    "tram operator": AGENCIES.index("operator"),
    "retailer": AGENCIES.index("operator"),
    "private": AGENCIES.index("municipality"),
    "municipality": AGENCIES.index("municipality"),
    "ProRail": AGENCIES.index("infrastructure"),
}
_DRAWS = ("tells", "severe", "channel", "thin", "police", "owner", "lost", "time", "zone", "work", "heard")
URGENT, USUAL, LOW = 0, 1, 2


@dataclass(frozen=True)
class Report:
    """One report. Times in days since the begin of the season.

    Attributes:
        row: of the reporter in the panel, -1 for somebody outside it.
        desk: agency that has to act.  channel: how it was told.  thin: cannot be acted on.
        delay: before it is at the right desk.  lost: it never gets there.
        zone: of the incident.  priority: URGENT, USUAL or LOW.  work: uniform for the work it takes.
        heard: uniform for whether the reporter is told what was done.
    """

    kind: str
    row: int
    time: float
    desk: int
    channel: str
    thin: bool
    delay: float
    lost: bool
    zone: int
    priority: int
    work: float
    heard: float


@cache
def base_logits(p: Parameters, reporting: Reporting) -> Floats:
    """Return the logit of reporting at neutral trust, (6 types, 3 genders, usual or severe, no staff or staff)."""
    table = np.zeros((len(INCIDENT_TYPES), len(GENDERS), 2, 2))
    for k, kind in enumerate(INCIDENT_TYPES):
        for g, gender in enumerate(GENDERS):
            for severe in (0, 1):
                for staff in (False, True):
                    chance = report_chance(p, kind, gender=gender, severity=severe, reporting=reporting, staff=staff)
                    table[k, g, severe, int(staff)] = logit(chance)
    return table


def staffed_hours(inputs: Inputs) -> Floats:
    """Return the share of each hour in which somebody is on duty to whom one can turn, (20,)."""
    begins = (FIRST_HOUR + np.arange(HOURS)) * 3600
    alone = np.ones(HOURS)
    for duty in inputs.roster.duties:
        alone *= 1 - np.clip(np.minimum(duty.end_s, begins + 3600) - np.maximum(duty.start_s, begins), 0, 3600) / 3600
    return 1 - alone


def told_by_victims(inputs: Inputs, coming: Coming, page: DayPage, trust_in: Floats) -> Floats:
    """Return the chance of each visitor to report each type if it happened to them, (visits, 4).

    Args:
        trust_in: of each visitor that reporting helps, 0 to 1.
    """
    p, gender = inputs.parameters, coming.visits.gender
    table = base_logits(p, inputs.reporting)
    staff = staffed_hours(inputs)[np.maximum(page.hour, 0)]
    trust = p.report_trust * (trust_in - NEUTRAL_TRUST)
    chance = np.zeros((len(gender), len(VICTIM_TYPES)))
    for k, kind in enumerate(VICTIM_TYPES):
        share = severe_share(p, kind)
        for severe, weight in ((0, 1 - share), (1, share)):
            usual, staffed = (expit(table[k, gender, severe, s] + trust) for s in (0, 1))
            chance[:, k] += weight * ((1 - staff) * usual + staff * staffed)
    return chance


def expected_reports(inputs: Inputs, coming: Coming, page: DayPage, memories: Memories) -> Floats:
    """Return the expected reports of a day by type, (types,).

    The day's own table holds for people of neutral trust; what the trust of its visitors makes of it is the ratio of
    the chances to report, weighted with each visitor's own expected incidents.
    """
    reports = page.reported.copy()
    usual = told_by_victims(inputs, coming, page, np.full(len(coming.row), NEUTRAL_TRUST))
    now = told_by_victims(inputs, coming, page, memories.trust[coming.row])
    for k in range(len(VICTIM_TYPES)):
        before = float((page.harm[:, k] * usual[:, k]).sum())
        if before > 0:
            reports[k] *= float((page.harm[:, k] * now[:, k]).sum()) / before
    return reports


def draw_reports(
    inputs: Inputs,
    coming: Coming,
    page: DayPage,
    memories: Memories,
    victims: Victims,
    begin: float,
    times: int,
    seed: int,
    day: int,
) -> list[Report]:
    """Return the reports of the victims of a day and of those it stands for.

    Args:
        begin: day of the season on which these days begin.  times: how many they are.
    """
    chance = told_by_victims(inputs, coming, page, memories.trust[coming.row])
    zones = zone_ends(page)
    reports = []
    for n in range(len(victims.visit)):
        visit, kind = int(victims.visit[n]), int(victims.kind[n])
        u = _luck(seed, day, coming, visit, n * len(VICTIM_TYPES) + kind)
        if u["tells"] < chance[visit, kind]:
            row = int(victims.row[n]) if victims.own[n] else -1
            reports.append(_report(inputs, INCIDENT_TYPES[kind], row, begin + times * u["time"], zones[kind], u))
    return reports


def _luck(seed: int, day: int, coming: Coming, visit: int, k: int) -> dict[str, float]:
    """Return one uniform for each question about a report, keyed on the visit and on which incident it is."""
    n = len(_DRAWS)
    entity = np.full(n, coming.visits.entity[visit])
    key = np.full(n, coming.visits.key[visit])
    draw = [float(uniforms(seed, int(Purpose.TOLD), day, entity[:1], key[:1], k * n + i)[0]) for i in range(n)]
    return dict(zip(_DRAWS, draw, strict=True))


def zone_ends(page: DayPage) -> Floats:
    """Return running shares of the zones in each type of incident, (6, zones)."""
    by_zone = page.expected.reshape(len(INCIDENT_TYPES), -1, page.expected.shape[-1]).sum(axis=1)
    ends = np.cumsum(by_zone, axis=1)
    return np.asarray(ends / np.maximum(ends[:, -1:], np.finfo(float).tiny))


def _report(inputs: Inputs, kind: str, row: int, time: float, zones: Floats, u: dict[str, float]) -> Report:
    """Return a report with its way to a desk."""
    p, layout = inputs.parameters, inputs.layout
    zone = min(int(np.searchsorted(zones, u["zone"], side="right")), len(layout.zones) - 1)
    channel = channel_of(inputs, u["channel"])
    severe = u["severe"] < severe_share(p, kind)
    delay, lost = 0.0, False
    if u["police"] < p[f"report_police_{kind}"]:
        desk = AGENCIES.index("sex_crime_team" if kind in SEXUAL else "police")
    else:
        desk = DESK_OF[layout.zones[zone].owner]
        if desk != AGENCIES.index("operator") and u["owner"] >= p.report_right_owner:  # people take the railway for one
            agreed = inputs.upkeep.agreement
            delay = 0.0 if agreed else p.repair_wrong_days
            lost = u["lost"] < (p.repair_lost_agreement if agreed else p.repair_lost)
    urgent = severe or kind == "harassment_contact"
    return Report(
        kind, row, time, desk, channel, u["thin"] < p[f"report_thin_{channel}"], delay, lost, zone,
        URGENT if urgent else LOW if kind in ("nuisance", "vandalism") else USUAL, u["work"], u["heard"],
    )  # fmt: skip


def channel_of(inputs: Inputs, u: float) -> str:
    """Return how somebody reports; an app brings its own reports on top, so that its share grows."""
    share = channel_shares(inputs)
    ends = np.cumsum(share)
    return CHANNELS[min(int(np.searchsorted(ends, u * ends[-1], side="right")), len(CHANNELS) - 1)]


def channel_shares(inputs: Inputs) -> Floats:
    """Return how reports come in by channel, as weights; what brings new reports brings them by its own channel."""
    p = inputs.parameters
    share = np.array([p[f"report_channel_{name}"] for name in CHANNELS])
    if inputs.reporting.app:
        share[CHANNELS.index("app")] += np.exp(p.report_app) - 1  # odds of reporting at all, for rare reports
    if inputs.reporting.online_women:
        share[CHANNELS.index("online")] += (np.exp(p.report_online_women) - 1) / 2  # half of all reports, about
    return share


def expected_in_time(inputs: Inputs, page: DayPage, in_time: Floats) -> Floats:
    """Return the share of the reports of each type that is followed up within the target of its agency, (6,).

    Args:
        in_time: share of its cases that each agency takes up within its target, (agencies,). A report at the wrong
            desk is late unless the owners have agreed to pass them on at once.
    """
    p, owners = inputs.parameters, [zone.owner for zone in inputs.layout.zones]
    thin = np.average([p[f"report_thin_{name}"] for name in CHANNELS], weights=channel_shares(inputs))
    passed = 1 - p.repair_lost_agreement if inputs.upkeep.agreement else 0
    operator = AGENCIES.index("operator")
    by_owner = [
        in_time[DESK_OF[o]]
        * (1 if DESK_OF[o] == operator else p.report_right_owner + (1 - p.report_right_owner) * passed)
        for o in owners
    ]
    by_zone = page.expected.reshape(len(INCIDENT_TYPES), -1, len(owners)).sum(axis=1)
    at_owner = by_zone @ np.array(by_owner) / np.maximum(by_zone.sum(axis=1), np.finfo(float).tiny)
    police = np.array([p[f"report_police_{kind}"] for kind in INCIDENT_TYPES])
    team = [AGENCIES.index("sex_crime_team" if kind in SEXUAL else "police") for kind in INCIDENT_TYPES]
    return np.asarray((1 - thin) * (police * in_time[team] + (1 - police) * at_owner))
