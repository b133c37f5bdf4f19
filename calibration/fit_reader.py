"""From a fit file to the fit that it asks for: stations, targets, trials and stages, or all that is wrong with them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from calibration.fit import Fit, Site
from calibration.fit_file import DAY_ITEMS, FitPart, StagePart, StationPart, TrialPart, monitor_path
from calibration.monitor import SCORES, Figure, read_monitor
from calibration.posterior import Stage
from calibration.reasons import EARLIER, ONE, STAGE, VISITS, WEEKS
from calibration.sensitivity import chosen
from calibration.stations import held_out, of_stations, pooled
from calibration.targets import Target, targets_of
from calibration.trial_terms import TrialTerm, find_term
from scenarios.faults import Fault, StationFileError, nearest, shown
from scenarios.plain_files import read_part
from scenarios.station_files import read_station

POINTS_A_PARAMETER: Final = 6


def read_fit(path: Path) -> Fit:
    """Return the fit of a file.

    Raises:
        StationFileError: with all faults of the file, the monitor and the stations.
    """
    file = str(path)
    part, yaml = read_part(path, FitPart, what="fit", first="schema: 1")
    faults: list[Fault] = []
    sites = [site for site in (_site(s, part, faults) for s in part.stations) if site is not None]
    figures: tuple[Figure, ...] = ()
    try:
        figures = read_monitor(monitor_path(part.monitor, path))
    except StationFileError as error:
        faults.extend(error.faults)
    terms = [term for term in (_term(t, i, file, yaml.lines, faults) for i, t in enumerate(part.trials)) if term]
    if terms and not any("trials" in stage.items for stage in part.stages):
        faults.append(Fault(file, "", "trials", "no stage names them", "items: [trials]"))
    members = [_members(stage, i, file, yaml.lines, faults) for i, stage in enumerate(part.stages)]
    names = tuple(dict.fromkeys(name for found in members for name in found))
    if not faults and part.points < POINTS_A_PARAMETER * len(names):
        message = f"{part.points} are too few for {len(names)} parameters"
        faults.append(Fault(file, "", "points", message, f"at least {POINTS_A_PARAMETER * len(names)}"))
    if faults:
        raise StationFileError(faults)
    types = [site.name for site in sites]
    single = of_stations(figures, types)
    out = held_out(single, part.held_out)
    try:
        types_pooled = pooled(single, out)
    except ValueError as error:
        raise StationFileError([Fault(file, "", "monitor", str(error))]) from None
    used, left_out = _sorted_targets(part, figures, [one.target for one in types_pooled], types)
    used = (*used, *(term.target for term in terms))
    if not used:
        reasons = "; ".join(f"{t.figure.item} {t.figure.wave:g}: {why}" for t, why in left_out[:5])
        raise StationFileError([Fault(file, "", "monitor", "holds no figure that a fit can use", reasons)])
    stages = tuple(
        Stage(
            stage.name,
            tuple(names.index(name) for name in found),
            tuple(k for k, target in enumerate(used) if target.figure.item in stage.items),
        )
        for stage, found in zip(part.stages, members, strict=True)
    )
    unseen = tuple(figure for figure in single if figure.station in out)
    kept = tuple(stage for stage in stages if stage.aims)
    return Fit(part, tuple(sites), used, left_out, names, kept, tuple(types_pooled), tuple(terms), unseen)


def _site(part: StationPart, whole: FitPart, faults: list[Fault]) -> Site | None:
    try:
        return Site(part.station, read_station(part.station).replace(window=whole.hours), part.weight)
    except StationFileError as error:
        faults.extend(error.faults)
        return None


def _term(
    part: TrialPart, i: int, file: str, lines: Mapping[tuple[str | int, ...], int], faults: list[Fault]
) -> TrialTerm | None:
    try:
        return find_term(part.trial, part.outcome)
    except StationFileError as error:
        faults.extend(error.faults)
    except ValueError as error:
        faults.append(Fault(file, f"line {lines.get(('trials', i), 0)}", f"trials.{i}", str(error)))
    return None


def _members(
    stage: StagePart, i: int, file: str, lines: Mapping[tuple[str | int, ...], int], faults: list[Fault]
) -> tuple[str, ...]:
    """Return the parameters of a stage; faults for unknown names and items."""
    line = f"line {lines.get(('stages', i), 0)}"
    for item in stage.items:
        if item not in DAY_ITEMS:
            message = f'"{shown(item)}" cannot be fitted by days'
            faults.append(Fault(file, line, f"stages.{i}.items", message, nearest(item, DAY_ITEMS)))
    try:
        return chosen(stage.parameters)
    except ValueError as error:
        faults.append(Fault(file, line, f"stages.{i}.parameters", str(error)))
        return ()


def _sorted_targets(
    part: FitPart, figures: Sequence[Figure], of_types: Sequence[Target], types: Sequence[str]
) -> tuple[tuple[Target, ...], tuple[tuple[Target, str], ...]]:
    """Return the targets that are used, the latest wave of each series, and all others with the reason."""
    items = {item for stage in part.stages for item in stage.items}
    latest: dict[tuple[str, ...], float] = {}
    for figure in figures:
        latest[figure.series] = max(figure.wave, latest.get(figure.series, figure.wave))
    used, left_out = [target for target in of_types if target.figure.item in items], []
    for target in targets_of(figures):
        if target.use == "target" and target.figure.station_type in types and target.figure.item in SCORES:
            continue  # pooled with the others of its type, or held out
        why = _unused(target, items, latest, part)
        (left_out.append((target, why)) if why else used.append(target))
    return tuple(used), tuple(left_out)


def _unused(target: Target, items: set[str], latest: Mapping[tuple[str, ...], float], part: FitPart) -> str:
    figure = target.figure
    if target.use != "target":
        return target.reason
    if figure.item not in DAY_ITEMS:
        return WEEKS
    if figure.item not in items:
        return STAGE
    if figure.wave != latest[figure.series]:
        return EARLIER
    if figure.station != "ALL":
        return ONE
    if target.on_log_scale and part.visits is None:
        return VISITS
    return ""
