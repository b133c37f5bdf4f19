"""Desks with too few people, and what a report does to the trust of who made it (science.md 7)."""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import ndtri
from scipy.stats import poisson

from model.day.demand import Floats
from model.day.dispatch import ANSWERING
from model.inputs.follow_up import AGENCIES, FollowUp
from model.inputs.inputs import Inputs
from model.inputs.roster import OUTSIDE
from model.parameters import Parameters
from model.randomness import Purpose, entity_of, uniform, uniforms
from model.seasons.memory import Memories, hurt
from model.seasons.queues import Case, Closed, Desk
from model.seasons.reports import LOW, URGENT, USUAL, Report

_COUNT, _TIME, _WORK, _PRIORITY = range(len(("count", "time", "work", "priority")))
_WEEK_D = 0x7  # days


@dataclass
class Desks:
    """The agencies through the weeks.

    Attributes:
        desks: in the order of AGENCIES.
        open: reports of this station by case number, until they are closed or answered.
        closed: for each agency, the (wait in days, acted) of the cases of the last weeks.
        places: for each zone, the days on which something was reported.
        tasks: zones for which a problem has been taken up.
        acted: days on which somebody acted on a report, and its zone.
        watched: zones to which patrols go more often this week.
        used: work begun last week over the working time, by agency.
    """

    desks: list[Desk]
    open: dict[int, Report] = field(default_factory=dict)
    closed: list[list[tuple[float, float, bool]]] = field(default_factory=lambda: [[] for _ in AGENCIES])
    places: list[tuple[float, int]] = field(default_factory=list)
    tasks: set[int] = field(default_factory=set)
    acted: list[tuple[float, int]] = field(default_factory=list)
    watched: frozenset[int] = frozenset()
    used: Floats = field(default_factory=lambda: np.zeros(len(AGENCIES)))
    number: int = 0


def workers(agency: str, policy: FollowUp, p: Parameters) -> int:
    """Return how many people work on cases of an agency: formation, the share of it that is filled, the policy."""
    factor = dict(policy.staff).get(agency, 1.0)  # type: ignore[call-overload]
    return int(np.rint(p[f"follow_{agency}_staff"] * p[f"follow_{agency}_filled"] * factor))


def make_desks(policy: FollowUp, seed: int, p: Parameters) -> Desks:
    """Return desks that have worked for as long as cases may wait, on the cases of elsewhere."""
    patience = p.follow_patience_weeks * _WEEK_D
    first = -int(p.season_warm_weeks)
    desks = Desks([Desk.of(max(1, workers(a, policy, p)), patience, float(first * _WEEK_D)) for a in AGENCIES])
    for week in range(first, 0):
        work_week(desks, [], week, policy, seed, p)
    return desks


def background(agency: str, week: int, seed: int, p: Parameters) -> list[Case]:
    """Return the cases that an agency gets from elsewhere in a week: Poisson, urgent, usual and low."""
    entity = entity_of(f"desk {agency}")
    rate = p[f"follow_{agency}_load"] * p[f"follow_{agency}_staff"] / p[f"follow_{agency}_days"] * _WEEK_D
    day = week + int(p.season_warm_weeks)
    n = int(poisson.ppf(uniform(seed, int(Purpose.FOLLOW_UP), day, entity, 0, _COUNT), rate))
    who, k = np.full(n, entity), np.arange(n)
    time, work, level = (
        uniforms(seed, int(Purpose.FOLLOW_UP), day, who, k, what) for what in (_TIME, _WORK, _PRIORITY)
    )
    urgent, low = level < p.follow_urgent_share, level > 1 - p.follow_low_share
    priority = np.where(urgent, URGENT, np.where(low, LOW, USUAL))
    spent = work_of(agency, work, p)
    order = np.argsort(time, kind="stable")
    return [Case((week + float(time[i])) * _WEEK_D, float(spent[i]), int(priority[i])) for i in order]


def work_of(agency: str, u: Floats, p: Parameters) -> Floats:
    """Return the days of work that cases take: lognormal."""
    sigma = np.sqrt(np.log1p(p.follow_cv**2))
    return np.asarray(p[f"follow_{agency}_days"] * np.exp(sigma * ndtri(u) - sigma * sigma / 2))


def work_week(
    desks: Desks, reports: list[Report], week: int, policy: FollowUp, seed: int, p: Parameters
) -> list[tuple[Report, float, bool]]:
    """Take in the reports of a week and work until its end.

    Returns:
        Reports that were closed: with the day on which somebody acted, or gave up, and which of both.
    """
    done: list[tuple[Report, float, bool]] = []
    end = float((week + 1) * _WEEK_D)
    mine: list[list[Case]] = [[] for _ in AGENCIES]
    for report in sorted(reports, key=lambda r: r.time):
        desks.number += 1
        if report.thin or report.lost:
            done.append((report, report.time, False))
            continue
        if policy.at_once:
            done.append((report, report.time, True))
            continue
        desks.open[desks.number] = report
        begin = min(report.time + report.delay, end)
        spent = float(work_of(AGENCIES[report.desk], np.array(report.work), p))
        mine[report.desk].append(Case(begin, spent, report.priority, desks.number))
    for a, agency in enumerate(AGENCIES):
        desk = desks.desks[a]
        desk.staff(max(1, workers(agency, policy, p)), float(week * _WEEK_D))
        before = desk.busy
        cases = sorted(background(agency, week, seed, p) + mine[a])
        closed = desk.work(cases, end)
        desks.used[a] = (desk.busy - before) / (len(desk.free) * _WEEK_D)
        _note(desks, a, closed, end, p)
        for case in closed:
            if case.case.number in desks.open:
                done.append((desks.open.pop(case.case.number), case.begun, case.acted))
    return done


def _note(desks: Desks, agency: int, closed: list[Closed], end: float, p: Parameters) -> None:
    """Keep the waits of the last weeks, for what is expected of a report that comes now."""
    since = end - p.follow_patience_weeks * _WEEK_D
    kept = [c for c in desks.closed[agency] if c[0] > since]
    desks.closed[agency] = kept + [(c.begun, c.begun - c.case.arrival, c.acted) for c in closed]


def in_time(desks: Desks, policy: FollowUp, p: Parameters) -> Floats:
    """Return the share of cases that each agency has taken up within its target in the last weeks, (agencies,)."""
    if policy.at_once:
        return np.ones(len(AGENCIES))
    shares = np.zeros(len(AGENCIES))
    for a, agency in enumerate(AGENCIES):
        waits = desks.closed[a]
        target = p[f"follow_{agency}_target_d"]
        good = sum(acted and wait <= target for _, wait, acted in waits)
        shares[a] = good / len(waits) if waits else 0.0
    return shares


def answer_reporters(
    memories: Memories, done: list[tuple[Report, float, bool]], policy: FollowUp, p: Parameters
) -> None:
    """Let reporters hear what was done, or not: within ``report_heard_days`` it raises trust and calms, else lowers."""
    share = p.report_heard if policy.heard is None else policy.heard
    for report, acted_at, acted in done:
        if report.row < 0:
            continue
        heard = acted and report.heard < share and acted_at - report.time <= p.report_heard_days
        settle(memories, report.row, heard, p)


def settle(memories: Memories, row: int, heard: bool, p: Parameters) -> None:
    """Move the trust and the memory of somebody who has reported."""
    more = p.report_trust_heard if heard else p.report_trust_unheard
    memories.trust[row] = float(np.clip(memories.trust[row] + more, 0, 1))
    hurt(memories, np.array([row]), np.array([p.report_memory_heard if heard else p.report_memory_unheard]))


def repeated_places(desks: Desks, reports: list[Report], week: int, p: Parameters) -> set[int]:
    """Return the zones with so many reports in the last weeks that their problem is taken up, and note them."""
    desks.places, found = _repeated(desks.places + [(r.time, r.zone) for r in reports], week, p)
    desks.tasks |= found
    return found


def watch_places(desks: Desks, done: list[tuple[Report, float, bool]], week: int, p: Parameters) -> None:
    """Note to which zones patrols go next week: those of repeated reports on which somebody has acted."""
    acted = [(at, report.zone) for report, at, acts in done if acts]
    desks.acted, found = _repeated(desks.acted + acted, week, p)
    desks.watched = frozenset(found)


def _repeated(places: list[tuple[float, int]], week: int, p: Parameters) -> tuple[list[tuple[float, int]], set[int]]:
    """Return the (day, zone) of the last weeks, and the zones that are among them often enough."""
    since = (week + 1 - p.follow_repeat_weeks) * _WEEK_D
    kept = [place for place in places if place[0] > since]
    zones = [zone for _, zone in kept]
    return kept, {zone for zone in set(zones) if zones.count(zone) >= p.follow_repeat_reports}


def send_patrols(inputs: Inputs, zones: frozenset[int]) -> Inputs:
    """Return the inputs of a day on which units on their rounds go to some zones more often.

    A unit whose round leaves such a zone out goes there as well. Staff that stays at its post does not move, nor does
    whoever waits outside.
    """
    often, layout = int(inputs.parameters.follow_repeat_rounds), inputs.layout
    if not zones or often < 1:
        return inputs
    wanted = [layout.zones[zone] for zone in sorted(zones)]
    duties = []
    for duty in inputs.roster.duties:
        if duty.kind in ANSWERING and OUTSIDE not in duty.zones:
            new = tuple(z.id for z in wanted if z.id not in duty.zones and z.kind not in duty.zones)
            focus = tuple(z.id for z in wanted if z.id not in new) * (often - 1)
            again = duty.focus + focus + new * (often - 1)
            duties.append(replace(duty, zones=duty.zones + new, focus=again))
        else:
            duties.append(duty)
    return inputs.replace(roster=replace(inputs.roster, duties=tuple(duties)))
