"""A fit on a terminal: the bank with a bar, then what was learned of each parameter and how targets are met."""

import json
import math
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from babel.numbers import format_decimal
from rich.console import Console
from rich.table import Table

from calibration.abc_smc import Generation
from calibration.fit import Fit, FitResult, aim_of
from calibration.monitor import NETWORK
from calibration.posterior import LEARNED, summary
from calibration.reasons import reason_in
from calibration.stations import HeldOut
from calibration.targets import Target
from dashboard.figures.fitted import Learned, parameters_figure, ridge_figure, targets_figure
from dashboard.words import Words
from scenarios.running import Runners
from scenarios.safe_files import write_whole
from scenarios.words import Language
from schouw.bars import bars_on, left, seconds_left
from schouw.comparing import mark_compiled, was_compiled
from schouw.sentences import say


def carry_out(fit: Fit, out: Path, console: Console, language: Language, runners: Runners) -> FitResult:
    """Run the bank and fit.

    Raises:
        RuntimeError: runs failed.  ValueError: a target has no value.
    """
    part = fit.part
    counts = {"points": part.points, "days": part.days, "stations": len(fit.sites), "parameters": len(fit.names)}
    console.print(say("fit_plan", language, targets=len(fit.targets), **counts))
    if not was_compiled():
        console.print(say("compiling", language))
    bars = bars_on(console)
    with bars:
        runs, began = fit.run(out, workers=runners), monotonic()
        stored, total = next(runs)
        if stored:
            mark_compiled()
        bar = bars.add_task(say("fit_bar", language), total=total, completed=stored, left="")
        for done, _ in runs:
            if done:
                mark_compiled()
            seconds = seconds_left(began, done - stored, total - done) if done > stored else None
            bars.update(bar, completed=done, left=left(seconds, language))

    def tell(generation: Generation) -> None:
        shares = {"accepted": _number(100 * generation.accepted, language, 1), "draws": generation.draws}
        shares |= {"temperature": f"{generation.temperature:g}", "effective": round(generation.effective)}
        console.print(say("fit_generation", language, n=generation.number + 1, **shares), style="dim")

    return fit.result(out, tell)


def show(result: FitResult, console: Console, language: Language) -> None:
    """Print parameters, ridges, targets, stages, and what was left out."""
    console.print(_parameters(result, language))
    for first, second, together in result.posterior.ridges():
        values = {"first": first, "second": second, "together": _number(together, language)}
        console.print(say("fit_ridge", language, **values))
    console.print(_targets(result, language))
    if held := result.held_out():
        console.print(_held(result, held, language))
    for report in result.posterior.reports:
        if math.isnan(report.plausible):
            continue  # a generation of ABC-SMC, told when it ended
        shares = {name: _number(100 * getattr(report, name), language, 0) for name in ("acceptance", "plausible")}
        shares |= {"stage": report.name, "steps": str(report.steps), "effective": str(round(report.effective))}
        console.print(say("fit_stage", language, **shares), style="dim")
    for target, reason in result.fit.left_out:
        label = f"{target.figure.item} {target.figure.group} {target.figure.wave:g}"
        console.print(say("fit_left_out", language, label=label, reason=reason_in(reason, language)), style="dim")
    console.print(say("fit_foot", language), style="dim")


def _held(result: FitResult, held: list[HeldOut], language: Language) -> str:
    """Return how the stations that the fit did not see are predicted, beside the mean of all that it saw."""
    off = np.array([one.predicted - one.figure.value for one in held])
    seen: dict[tuple[str, str], list[float]] = {}
    for part in result.fit.pooled:
        seen.setdefault((part.item, part.group), []).extend([part.mean] * part.stations)
    mean = {kind: float(np.mean(values)) for kind, values in seen.items()}
    naive = np.array([mean[one.figure.item, one.figure.group] - one.figure.value for one in held])
    roots = {name: _number(float(np.sqrt(np.mean(x**2))), language, 2) for name, x in (("off", off), ("naive", naive))}
    counts = {"inside": sum(one.inside for one in held), "all": len(held)}
    return say("fit_held_out", language, stations=len({one.figure.station for one in held}), **counts, **roots)


def write_pictures(result: FitResult, folder: Path, language: Language) -> list[Path]:
    """Write parameters, targets and the strongest ridge as pictures; returns their paths."""
    words, posterior = Words(language), result.posterior
    shares, points = posterior.contraction(), (0.05, 0.5, 0.95)
    title = f"{result.fit.part.name}: "
    rows = [
        Learned(name, (0.05, 0.5, 0.95), _three(posterior.u[:, i], points), "", shares[name] < LEARNED)
        for i, name in enumerate(posterior.names)
    ]
    aims = [aim_of(target) for target in result.fit.targets]
    targets = [
        Learned(_label(target), _three((result.prior_said[:, k] - aim.value) / aim.sd, points),
                _three((result.posterior_said[:, k] - aim.value) / aim.sd, points))
        for k, (target, aim) in enumerate(zip(result.fit.targets, aims, strict=True))
    ]  # fmt: skip
    pictures = {
        "parameters": parameters_figure(rows, words, title + say("fit_parameters", language)),
        "targets": targets_figure(targets, words, title + say("fit_targets", language)),
    }
    for first, second, together in posterior.ridges()[:1]:
        columns = [posterior.names.index(name) for name in (first, second)]
        draws = [(float(a), float(b)) for a, b in posterior.u[:, columns]]
        pictures["ridge"] = ridge_figure((first, second), together, draws, words, title + say("fit_ridges", language))
    made = []
    for name, picture in pictures.items():
        made.append(folder / f"{result.fit.part.name}-{name}.svg")
        write_whole(made[-1], str(picture).encode())
    return made


def _three(column: Any, points: tuple[float, float, float]) -> tuple[float, float, float]:
    low, middle, high = (float(q) for q in np.quantile(column, points))
    return low, middle, high


def _label(target: Target) -> str:
    """Return a target in words: where, what, of whom, when."""
    figure = target.figure
    where = "" if figure.station == NETWORK else figure.station
    group = "" if figure.group == "all" else figure.group
    return " ".join(p for p in (where, figure.item, figure.type, group, f"{figure.wave:g}") if p).replace("_", " ")


def _number(value: float, language: Language, digits: int | None = None) -> str:
    if not math.isfinite(value):
        return "-"
    if digits is None:
        digits = 2 if value == 0 or abs(value) >= 1 else min(6, 1 - math.floor(math.log10(abs(value))))
    form = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=form, locale=language))


def _values(result: FitResult) -> dict[str, Any]:
    """Return the posterior of each parameter in its own unit."""
    rows = [result.fit.parameters(u.tolist()) for u in result.posterior.u[::4]]
    return {name: np.array([row[name] for row in rows]) for name in result.fit.names}


def _parameters(result: FitResult, language: Language) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("parameter", "range", "after", "contraction"):
        table.add_column(say(f"fit_{name}", language), justify="left" if name == "parameter" else "right")
    rows = {row.name: row for row in result.fit.sites[0].inputs.parameters.rows}
    shares = result.posterior.contraction()
    for name, (low, middle, high) in summary(_values(result)).items():
        row = rows[name]
        prior = f"{_number(row.value, language)} ({_number(row.low, language)}, {_number(row.high, language)})"
        after = f"{_number(middle, language)} ({_number(low, language)}, {_number(high, language)})"
        learned = shares[name] >= LEARNED
        told = f"{_number(100 * max(0.0, shares[name]), language, 0)}%"
        table.add_row(
            name, prior, after, told if learned else f"{told}, {say('fit_not_learned', language)}",
            style=None if learned else "dim",
        )  # fmt: skip
    return table


def _targets(result: FitResult, language: Language) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("target", "found", "before", "model"):
        table.add_column(say(f"fit_{name}", language), justify="left" if name == "target" else "right")
    for k, target in enumerate(result.fit.targets):
        figure = target.figure
        spans = []
        for said in (result.prior_said[:, k], result.posterior_said[:, k]):
            low, middle, high = (_number(result.plain(k, q), language, 2 if not target.on_log_scale else 0)
                                 for q in np.quantile(said, (0.05, 0.5, 0.95)))  # fmt: skip
            spans.append(f"{middle} ({low}, {high})")
        table.add_row(_label(target), _number(figure.value, language, 0 if target.on_log_scale else 2), *spans)
    return table


def record(result: FitResult, out: Path) -> dict[str, Any]:
    """Return a fit as plain values for other programs."""
    shares = result.posterior.contraction()
    after = summary(_values(result))
    points = (0.05, 0.5, 0.95)
    return {
        "fit": result.fit.part.name,
        "posterior": str(out),
        "draws": result.fit.part.draws,
        "parameters": [
            {"name": name, "low": after[name][0], "middle": after[name][1], "high": after[name][2],
             "contraction": shares[name], "learned": shares[name] >= LEARNED}
            for name in result.fit.names
        ],
        "ridges": [list(ridge) for ridge in result.posterior.ridges()],
        "targets": [
            {"station": t.figure.station, "item": t.figure.item, "type": t.figure.type, "group": t.figure.group,
             "wave": t.figure.wave, "found": t.figure.value,
             "prior": [result.plain(k, float(q)) for q in np.quantile(result.prior_said[:, k], points)],
             "posterior": [result.plain(k, float(q)) for q in np.quantile(result.posterior_said[:, k], points)],
             "emulator_coverage": result.coverage[k]}
            for k, t in enumerate(result.fit.targets)
        ],
        "stages": [
            {name: value if not isinstance(value, float) or math.isfinite(value) else None
             for name, value in vars(report).items()}
            for report in result.posterior.reports
        ],
        "held_out": [
            {"station": h.figure.station, "type": h.figure.station_type, "item": h.figure.item, "group": h.figure.group,
             "found": h.figure.value, "predicted": h.predicted, "low": h.low, "high": h.high, "inside": h.inside}
            for h in result.held_out()
        ],
        "left_out": [{"item": t.figure.item, "wave": t.figure.wave, "reason": why} for t, why in result.fit.left_out],
    }  # fmt: skip


def write_record(plain: dict[str, Any], out: Path) -> None:
    """Write how a posterior was made, beside it."""
    write_whole(out.with_suffix(".json"), json.dumps(plain, indent=1))
