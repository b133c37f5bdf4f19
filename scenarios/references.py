"""Do the files of a station fit each other: names that must exist, times that must not meet, shares."""

from collections.abc import Iterator

from model.inputs.layout import ZONE_KINDS
from model.inputs.roster import OUTSIDE
from scenarios.draft import Draft
from scenarios.faults import Fault, nearest
from scenarios.table_files import SHARES_TOLERANCE, Call, time_text

HOUR_S = 3600
MAX_SHOPS = 64  # as many as a sight mask has bits


def reference_faults(draft: Draft) -> list[Fault]:
    """Return what does not fit between the parts of a draft; parts that are broken are left out."""
    return [
        *_zone_references(draft),
        *_access_shares(draft),
        *_needed_parts(draft),
        *_duty_zones(draft),
        *_operator_cameras(draft),
        *_train_platforms(draft),
        *_trains_that_meet(draft),
        *_people_without_trains(draft),
    ]


def _zone_references(draft: Draft) -> Iterator[Fault]:
    pieces = draft.pieces
    known = pieces.known("zones")
    level_of = {zone.id: zone.level for zone in pieces.parts["zones"]}
    for field, kind in (("platforms", "platform"), ("accesses", "access")):
        for piece in pieces.parts[field]:
            where = f"{kind} {piece.id}"
            if piece.zone not in known:
                message = f'there is no unit "{piece.zone}"'
                yield Fault(draft.layout_file, where, "zone", message, nearest(piece.zone, known))
                continue
            level = pieces.levels[(field, piece.id)][0]
            if piece.zone in level_of and level_of[piece.zone] != level:
                message = f"is {level}, but its zone lies on level {level_of[piece.zone]}"
                yield Fault(draft.layout_file, where, "level", message)


def _access_shares(draft: Draft) -> Iterator[Fault]:
    accesses = draft.pieces.parts["accesses"]
    broken = any(field == "accesses" for field, _ in draft.pieces.broken)
    total = sum(access.share for access in accesses)
    if accesses and not broken and abs(total - 1) > SHARES_TOLERANCE:
        names = ", ".join(access.id for access in accesses[:6])
        yield Fault(draft.layout_file, f"access {names}", "share", f"the shares add up to {total:.4f}, not to 1")


def _needed_parts(draft: Draft) -> Iterator[Fault]:
    pieces = draft.pieces
    if pieces.faults and not pieces.parts["zones"]:
        return  # the drawing could not be read: said already
    for field, kind in (("zones", "unit"), ("platforms", "platform"), ("accesses", "access")):
        if not pieces.known(field):
            yield Fault(draft.layout_file, "", "features", f"there is no {kind}")
    if len(pieces.parts["shops"]) > MAX_SHOPS:
        yield Fault(draft.layout_file, "", "features", f"there are more than {MAX_SHOPS} shops")


def _duty_zones(draft: Draft) -> Iterator[Fault]:
    known = pieces_known = draft.pieces.known("zones")
    kinds = {zone.kind for zone in draft.pieces.parts["zones"]}
    for duty, line in draft.duties:
        if OUTSIDE in duty.zones and len(duty.zones) > 1:
            yield Fault(draft.file, f"line {line}", "zones", f'"{OUTSIDE}" stands alone: who waits there goes no round')
    named = [(tuple(zone for zone in duty.zones if zone != OUTSIDE), line) for duty, line in draft.duties]
    named += [(cleaning.zones, line) for cleaning, line in draft.cleaning]
    for zones, line in named:
        for zone in zones:
            if zone in known or zone in kinds or not pieces_known:
                continue
            message = f'"{zone}" is neither a unit nor a kind of unit of this station'
            if zone in ZONE_KINDS:
                message = f'there is no unit of kind "{zone}" at this station'
            yield Fault(draft.file, f"line {line}", "zones", message, nearest(zone, known | kinds))


def _operator_cameras(draft: Draft) -> Iterator[Fault]:
    known = draft.pieces.known("cameras")
    for operator, line in draft.operators:
        for camera in operator.cameras:
            if camera not in known:
                message = f'there is no camera "{camera}"'
                yield Fault(draft.file, f"line {line}", "cameras", message, nearest(camera, known))


def _train_platforms(draft: Draft) -> Iterator[Fault]:
    known = draft.pieces.known("platforms")
    calls = draft.calls
    if calls is not None and not calls and not any(f.file == draft.timetable_file for f in draft.faults):
        yield Fault(draft.timetable_file, "", "", "holds no train")
    for call in calls or ():
        platform = call.train.platform
        if known and platform not in known:
            message = f'there is no platform "{platform}"'
            yield Fault(draft.timetable_file, f"line {call.line}", "platform", message, nearest(platform, known))


def _trains_that_meet(draft: Draft) -> Iterator[Fault]:
    """Two trains at one platform at the same time, on a day that both run; and ids given twice."""
    last: dict[tuple[str, int], Call] = {}
    named: dict[str, Call] = {}
    told: set[tuple[int, int]] = set()
    for call in draft.calls or ():
        train = call.train
        begin, end = _stay(call)
        for day in sorted(call.days):
            before = last.get((train.platform, day))
            if before is not None and begin <= _stay(before)[1]:
                pair = (before.line, call.line)
                if pair not in told:
                    told.add(pair)
                    message = (
                        f"at {time_text(begin)} the train of line {before.line} of this file "
                        f"stands at platform {train.platform} until {time_text(_stay(before)[1])}"
                    )
                    yield Fault(draft.timetable_file, f"line {call.line}", "arrival", message)
            if before is None or end >= _stay(before)[1]:
                last[(train.platform, day)] = call
        twin = named.setdefault(train.id, call)
        if twin is not call and twin.days & call.days and (twin.line, call.line) not in told:
            yield Fault(draft.timetable_file, f"line {call.line}", "id", f'"{train.id}" is given twice')


def _people_without_trains(draft: Draft) -> Iterator[Fault]:
    """People of hours none of which has a train: nobody would come at all."""
    station, profile, calls = draft.station, draft.profile, draft.calls
    if station is None or profile is None or not calls:
        return
    for field, people, shares, times in (
        ("boardings", station.demand.boardings, profile.boarding, [c.train.departure_s for c in calls]),
        ("alightings", station.demand.alightings, profile.alighting, [c.train.arrival_s for c in calls]),
    ):
        hours = {hour for hour, share in enumerate(shares) if share > 0}
        if people > 0 and hours and not hours & {time // HOUR_S for time in times if time is not None}:
            message = (
                f"{people:g} a day, but none of the hours with people ({', '.join(map(str, sorted(hours)))} "
                f"in {station.demand.profile}) has a train that {'leaves' if field == 'boardings' else 'arrives'}"
            )
            yield Fault(draft.file, "demand", field, message, "an hour is that in which the train runs")


def _stay(call: Call) -> tuple[int, int]:
    """First and last second at the platform; a train that starts or ends here stands for one moment."""
    times = [t for t in (call.train.arrival_s, call.train.departure_s) if t is not None]
    return min(times), max(times)
