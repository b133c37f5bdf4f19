"""Targets, trials, fits and proofs against what was published, as tables of docs/validation.md.

    python -m calibration.validation_tables targets               # runs three days of the example at table values
    python -m calibration.validation_tables trial RECORD.json ... # takes in what `schouw trial --json` printed
    python -m calibration.validation_tables fit RECORD.json ...   # what `schouw calibrate` wrote beside its draws

What is taken in lies in docs/trust.json with the model that made it; ``sections`` turns it into Markdown.
"""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibration.trials.reader import shipped_trials
from scenarios.safe_files import write_whole

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"
RECORD: Final = DOCS / "trust.json"
PROOFS: Final = DOCS / "calibration-proofs.json"
TABLE_DAYS: Final = 3
HIT_STANDARD_ERRORS: Final = 2.0
MISS_SHARE: Final = 1.0


def main(words: Sequence[str]) -> int:
    """Take in records."""
    what = words[0] if words else ""
    known = stored()
    if what == "targets":
        known["targets"] = {"date": date.today().isoformat(), "rows": list(at_table_values())}
    elif what in ("trial", "fit") and len(words) > 1:
        for name in words[1:]:
            record = json.loads(Path(name).read_text("utf-8"))
            record["date"] = date.today().isoformat()
            known.setdefault(f"{what}s", {})[record[what]] = record
    else:
        print(__doc__, file=sys.stderr)
        return 2
    write_whole(RECORD, json.dumps(known, indent=1, sort_keys=True) + "\n")
    return 0


def stored() -> dict[str, Any]:
    """Return what was taken in."""
    return dict(json.loads(RECORD.read_text("utf-8"))) if RECORD.exists() else {}


def at_table_values() -> Iterator[dict[str, Any]]:
    """Yield what the model says of each target of the shipped example at the values of the parameter table."""
    from calibration.bank import said, sums_of
    from calibration.fit import aim_of
    from calibration.fit_file import find_fit
    from calibration.fit_reader import read_fit
    from model.parameters import Parameters
    from model.station import Station
    from scenarios.store import FieldCache, cache_folder
    from scenarios.work import make_world

    fit, p = read_fit(find_fit("example")), Parameters.default()
    cache = FieldCache(cache_folder())
    sums = np.zeros((len(fit.targets), len(fit.sites), 3))
    for s, site in enumerate(fit.sites):
        world = make_world(site.inputs, cache)
        for day in range(TABLE_DAYS):
            results = Station(site.inputs, world, seed=1, day=day, diary=True).run()
            sums[:, s] += [sums_of(target.figure, results) for target in fit.targets]
    for k, target in enumerate(fit.targets):
        aim, value = aim_of(target), said(target, sums[k], fit.weights, fit.part.visits, p)
        figure = target.figure
        plain = math.exp(value) if target.on_log_scale else value
        yield {
            "item": figure.item, "type": figure.type, "group": figure.group, "wave": figure.wave, "found": figure.value,
            "model": plain, "standard_errors": (value - aim.value) / aim.sd, "source": figure.source,
        }  # fmt: skip
    for target, reason in fit.left_out:
        figure = target.figure
        yield {
            "item": figure.item, "type": figure.type, "group": figure.group, "wave": figure.wave, "found": figure.value,
            "model": None, "standard_errors": None, "source": figure.source, "reason": reason,
        }  # fmt: skip


def sections() -> str:
    """Return the tables of what was taken in, as Markdown; what was never run is named."""
    known = stored()
    parts = [
        ["\n## Targets of the monitor\n\n"], _targets(known.get("targets")), _fits(known.get("fits", {})),
        ["\n## Published trials\n\n"], _trials(known.get("trials", {})), _proofs(),
    ]  # fmt: skip
    return "".join(text for part in parts for text in part)


def _targets(known: Mapping[str, Any] | None) -> Iterator[str]:
    if known is None:
        yield "Not run: `python -m calibration.validation_tables targets`.\n"
        return
    yield (
        f"The model at the values of the parameter table, {TABLE_DAYS} days of `halte` and `shoebox` "
        f"({known['date']}), against each published figure.\nThese are two small drawn stations with hardly any staff, "
        "and counts of staff hold trains too: what is off is the sample as well as\nthe model. Standard errors hold "
        f"sampling, waves and what drawn stations miss of real ones; a hit lies within {HIT_STANDARD_ERRORS:g}.\n\n"
        "| item | wave | published | model | off, standard errors | |\n|---|---|---|---|---|---|\n"
    )
    for row in known["rows"]:
        share = row["item"].startswith("unsafe")
        found, name = _value(row["found"], share), _what(row)
        if row["model"] is None:
            yield f"| {name} | {row['wave']:g} | {found} | | | no target: {row['reason']} |\n"
            continue
        away = row["standard_errors"]
        verdict = "hit" if abs(away) <= HIT_STANDARD_ERRORS else "**miss**"
        yield f"| {name} | {row['wave']:g} | {found} | {_value(row['model'], share)} | {away:+.1f} | {verdict} |\n"


def _what(row: Mapping[str, Any]) -> str:
    group = "" if row["group"] == "all" else row["group"]
    return " ".join(part for part in (row["item"], row["type"], group) if part).replace("_", " ")


def _value(value: float, share: bool) -> str:
    return f"{100 * value:.0f}%" if share else f"{value:,.0f}" if abs(value) >= 20 else f"{value:.2f}"


def _fits(known: Mapping[str, Any]) -> Iterator[str]:
    for name, fit in sorted(known.items()):
        yield (
            f"\n### After the fit `{name}` ({fit['date']})\n\n"
            "| target | wave | published | before (90%) | after (90%) |\n"
            "|---|---|---|---|---|\n"
        )
        for row in fit["targets"]:
            share = row["item"].startswith("unsafe")
            spans = [_span([_value(x, share) for x in row[when]]) for when in ("prior", "posterior")]
            where = "" if row.get("station", "ALL") == "ALL" else f"{row['station']}: "
            found = _value(row["found"], share)
            yield f"| {where}{_what(row)} | {row['wave']:g} | {found} | {spans[0]} | {spans[1]} |\n"
        yield "\n| parameter | after (90%) | narrower by | |\n|---|---|---|---|\n"
        for row in fit["parameters"]:
            told = "" if row["learned"] else "not learned"
            ends = _span([f"{row[end]:.3g}" for end in ("low", "middle", "high")])
            yield f"| `{row['name']}` | {ends} | {100 * max(0.0, row['contraction']):.0f}% | {told} |\n"
        for first, second, together in fit["ridges"]:
            yield f"\nThe targets cannot tell `{first}` and `{second}` apart (correlation {together:.2f}).\n"
        if held := fit.get("held_out"):
            inside = sum(row["inside"] for row in held)
            yield f"\nHeld out: {inside} of {len(held)} scores of stations not seen lie in their 90% band.\n"


def _span(ends: Sequence[str]) -> str:
    return f"{ends[1]} ({ends[0]} to {ends[2]})"


def _trials(known: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "Run by `schouw trial NAME`. Model: median and 95% interval over draws of the uncertain parameters from their\n"
        "ranges; with fewer than five draws the value at the parameter table, and no verdict. Nothing was tuned to a\n"
        "trial but where its role says so (`calib`); a miss stands with its size, in the unit of the outcome.\n\n"
        "| trial | outcome | evidence | role | at table values | model (95%) | published | |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    for name in sorted(shipped_trials()):
        if name not in known:
            yield f"| {name} | | | | | | | not run |\n"
            continue
        for line in known[name]["outcomes"]:
            published = line["published"]
            band = "" if line["low"] is None else f"{line['middle']:.1f} ({line['low']:.1f} to {line['high']:.1f})"
            cells = (
                name, line["text"] or line["outcome"], line["evidence"], line["role"],
                "" if line["table"] is None else f"{line['table']:.1f}", band, _published(published), _judged(line),
            )  # fmt: skip
            yield "| " + " | ".join(cells) + " |\n"
    runs = sorted((name, record) for name, record in known.items())
    if runs:
        told = "; ".join(f"{name} {record['draws']} ({record['date']})" for name, record in runs)
        yield f"\nDraws: {told}.\n"


def _published(published: Mapping[str, Any]) -> str:
    if published["estimate"] is None:
        return str(published["direction"])
    ends = "" if published["low"] is None else f" ({published['low']:g} to {published['high']:g})"
    return f"{published['estimate']:g}{ends}"


def _judged(line: Mapping[str, Any]) -> str:
    verdict: str = line["verdict"]
    if verdict == "hit" or line["off"] is None:
        return {"too few": "too few draws", "miss": "**miss**", "nothing": ""}.get(verdict, verdict)
    off = f" by {line['off']:+.1f}"
    if verdict == "too few":
        return f"too few draws; table values are off{off}" if abs(line["off"]) > MISS_SHARE else "too few draws"
    return f"**miss**{off}" if verdict == "miss" else verdict


def _proofs() -> Iterator[str]:
    yield "\n## Does a fit find what is true? (ST6, ST7)\n\n"
    if not PROOFS.exists():
        yield "Not run: `python -m calibration.proofs`.\n"
        return
    said = json.loads(PROOFS.read_text("utf-8"))
    st6, every, own, emulator, st7 = (said[name] for name in ("st6", "st6_all", "st6_own", "st6_emulator", "st7"))
    made = said["made"].split(",")[1].strip()
    yield (
        f"`python -m calibration.proofs`, {said['date']}: a bank of {said['points']} points x {said['days']} days of "
        f"the shoebox (15:00-01:00), {len(said['parameters'])} parameters,\neight targets; made by {made}. "
        "Points are left out in turn and fitted through the emulator.\n\n"
        "| proof | criterion | result | |\n|---|---|---|---|\n"
        f"| ST6 | {st6['truths']} points of the bank inside the 90% region: at least 85% | "
        f"{100 * st6['inside']:.0f}% | {_holds(st6['inside'] >= 0.85)} |\n"
        f"| ST6 | the same, all {every['truths']:,} points | {100 * every['inside']:.1f}% | "
        f"{_holds(every['inside'] >= 0.85)} |\n"
        f"| ST6 | {own['truths']} points, each parameter between its 5 and 95% points, by the sampler of `schouw "
        f"calibrate` | {100 * own['inside']:.0f}% | {_holds(own['inside'] >= 0.85)} |\n"
        f"| ST6 | {emulator['truths']} truths on the emulator: 86 to 94% | {100 * emulator['inside']:.1f}% | "
        f"{_holds(0.86 <= emulator['inside'] <= 0.94)} |\n"
        f"| ST7 | ranks of {st7['truths']} truths uniform: chi-squared p > 0.01, over the number of parameters | "
        f"smallest p {st7['least_p']:.3f}, limit {st7['limit']:.4f} | {_holds(st7['holds'])} |\n"
    )


def _holds(yes: bool) -> str:
    return "holds" if yes else "**misses**"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
