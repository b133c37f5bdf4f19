"""A fit on a terminal: the bank with a bar, then what was learned of each parameter and how targets are met."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from babel.numbers import format_decimal
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from calibration.fit import Fit, FitResult
from calibration.posterior import LEARNED, summary
from scenarios.running import Runners
from scenarios.safe_files import write_whole
from scenarios.words import Language
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
    bars = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    )  # fmt: skip
    with bars:
        bar = bars.add_task(say("fit_bar", language), total=part.points * part.days)
        for done, _ in fit.run(out, workers=runners):
            if done:
                mark_compiled()
            bars.update(bar, completed=done)
    return fit.result(out)


def show(result: FitResult, console: Console, language: Language) -> None:
    """Print parameters, ridges, targets, stages, and what was left out."""
    console.print(_parameters(result, language))
    for first, second, together in result.posterior.ridges():
        values = {"first": first, "second": second, "together": _number(together, language)}
        console.print(say("fit_ridge", language, **values))
    console.print(_targets(result, language))
    for report in result.posterior.reports:
        shares = {name: _number(100 * getattr(report, name), language, 0) for name in ("acceptance", "plausible")}
        shares |= {"stage": report.name, "steps": str(report.steps), "effective": str(round(report.effective))}
        console.print(say("fit_stage", language, **shares), style="dim")
    for target, reason in result.fit.left_out:
        label = f"{target.figure.item} {target.figure.group} {target.figure.wave:g}"
        console.print(say("fit_left_out", language, label=label, reason=reason), style="dim")
    console.print(say("fit_foot", language), style="dim")


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
        label = " ".join(part for part in (figure.item, figure.type, f"{figure.wave:g}") if part).replace("_", " ")
        table.add_row(label, _number(figure.value, language, 0 if target.on_log_scale else 2), *spans)
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
            {"item": t.figure.item, "type": t.figure.type, "wave": t.figure.wave, "found": t.figure.value,
             "prior": [result.plain(k, float(q)) for q in np.quantile(result.prior_said[:, k], points)],
             "posterior": [result.plain(k, float(q)) for q in np.quantile(result.posterior_said[:, k], points)],
             "emulator_coverage": result.coverage[k]}
            for k, t in enumerate(result.fit.targets)
        ],
        "stages": [dict(vars(report)) for report in result.posterior.reports],
        "left_out": [{"item": t.figure.item, "wave": t.figure.wave, "reason": why} for t, why in result.fit.left_out],
    }  # fmt: skip


def write_record(plain: dict[str, Any], out: Path) -> None:
    """Write how a posterior was made, beside it."""
    write_whole(out.with_suffix(".json"), json.dumps(plain, indent=1))
