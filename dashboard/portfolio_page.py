"""The page and the words of a portfolio: what is bought, for whom, how sure, and what the model says of ten of them."""

import math
from collections import Counter
from pathlib import Path
from typing import Final

import numpy as np
from markupsafe import Markup

from dashboard.figures.axis import axis_over, decimals_of
from dashboard.figures.markup import length, tag
from dashboard.figures.numbers import decimal, money, percent
from dashboard.figures.palette import ACCENT, HAIRLINE, INK_SECOND, INK_THIRD, WORSE
from dashboard.plain_page import Page, Section, Table, write_page
from dashboard.words import Words
from scenarios.archetypes import options, read_archetype
from scenarios.drawn_archetypes import ARCHETYPES as PLANS
from scenarios.package_search import AIMS
from scenarios.portfolio import Portfolio, weakest_of, weights_of
from scenarios.portfolio_check import CHECK_EVENINGS
from scenarios.portfolio_stations import REGIONS, SIX

LISTED: Final = 40
PACKAGES_LISTED: Final = 12
_FIRM: Final = 0.9  # share of the draws in which a station must be chosen to be called sure
_WIDTH: Final = 960
_HEIGHT: Final = 330
_LEFT: Final = 50
_TOP: Final = 30
_FOOT: Final = 44


def title(portfolio: Portfolio, words: Words) -> str:
    """Return the title."""
    count = len(portfolio.stations.stations)
    return words("portfolio.title", money=money(portfolio.budget, words.language), n=count)


def lead(portfolio: Portfolio, words: Words) -> str:
    """Return the answer in two sentences."""
    before, after = portfolio.stations.below_six, int((portfolio.after < SIX).sum())
    said = words(
        "portfolio.lead",
        chosen=len(portfolio.chosen),
        money=money(portfolio.spent, words.language),
        years=portfolio.asked.years,
        gap=decimal(100 * portfolio.picked.gap, 1, words.language) + "%",
    )
    if AIMS[portfolio.asked.aim].relative:
        return said + " " + words("portfolio.lead_incidents", n=decimal(portfolio.picked.value, 0, words.language))
    return said + " " + words("portfolio.lead_score", before=before, after=after)


def set_sentences(portfolio: Portfolio, words: Words) -> list[str]:
    """Return how the made-up stations were set to the published figures."""
    stations = portfolio.stations
    keys = {
        "mean": decimal(stations.mean_score, 1, words.language),
        "below": stations.below_six,
        "model_mean": decimal(stations.model_mean, 1, words.language),
        "model_below": stations.model_below,
        "offset": decimal(stations.offset, 2, words.language, sign=True),
        "spread": decimal(stations.spread, 2, words.language),
        "slope": percent(stations.slope, words.language),
    }
    said = [words("portfolio.set", **keys)]
    if stations.slope < 1:
        said.append(words("portfolio.slope", **keys))
    for plan in PLANS:
        found = read_archetype(plan.id)
        if found.stands_for and plan.id in stations.by_archetype:
            other = type_name(found.id, words)
            said.append(words("portfolio.stands_for", type=type_name(plan.id, words), other=other))
    return said


def old_sentences(portfolio: Portfolio, words: Words) -> list[str]:
    """Return which archetypes were learned by another model, or drawn otherwise, than those of today."""
    known = {plan.id: read_archetype(plan.id) for plan in PLANS if plan.id in portfolio.stations.by_archetype}
    by_reason = {key: [a for a, one in known.items() if one.old == key] for key in ("model", "station")}
    said = []
    if these := by_reason["station"]:
        said.append(words("portfolio.old.station", types=", ".join(type_name(a, words) for a in these)))
    if these := by_reason["model"]:
        other = these if portfolio.other is None else [a for a in these if known[a].id in portfolio.other]
        key = "unknown" if portfolio.other is None else "model"
        names = ", ".join(type_name(a, words) for a in other)
        said.append(words(f"portfolio.old.{key}", types=names) if other else words("portfolio.old.same"))
    return said


def rules_sentences(portfolio: Portfolio, words: Words) -> list[str]:
    """Return the rules that the choice respects."""
    rules, said = portfolio.asked.rules, []
    if rules.every_below is not None:
        said.append(words("portfolio.rule.below", score=decimal(rules.every_below, 1, words.language)))
    if rules.weakest_share:
        said.append(words("portfolio.rule.share", share=percent(rules.weakest_share, words.language)))
    if rules.region_share:
        said.append(words("portfolio.rule.region", share=percent(rules.region_share, words.language)))
    if rules.weakest_gain:
        said.append(words("portfolio.rule.gain"))
    if rules.most_a_station is not None:
        said.append(words("portfolio.rule.most", money=money(rules.most_a_station, words.language)))
    return said


def sure_sentences(portfolio: Portfolio, words: Words) -> list[str]:
    """Return how sure the choice is over draws of what the emulators do not know."""
    if not portfolio.draws:
        return []
    chosen = portfolio.chosen
    draws, least = portfolio.draws, math.ceil(_FIRM * portfolio.draws)
    said = words(
        "portfolio.sure.all" if least == draws else "portfolio.sure.most",
        draws=draws,
        pairs=draws,
        least=least,
        firm=int((portfolio.share_in[chosen] >= _FIRM).sum()),
        same=int((portfolio.same[chosen] >= _FIRM).sum()),
        n=len(chosen),
        regret=decimal(100 * portfolio.regret, 1, words.language) + "%",
    )
    return [said]


def checked_sentences(portfolio: Portfolio, words: Words) -> list[str]:
    """Return what the model says of stations drawn by lot."""
    found = portfolio.checked
    if not found:
        return [words("portfolio.unchecked")]
    relative = AIMS[portfolio.asked.aim].relative
    digits = 2 if not relative else 1
    rmse = math.sqrt(sum((c.found - c.promised) ** 2 for c in found) / len(found))
    bias = sum(c.found - c.promised for c in found) / len(found)
    unit = words("portfolio.unit.incidents" if relative else "portfolio.unit.points")
    return [
        words(
            "portfolio.checked",
            n=len(found),
            evenings=CHECK_EVENINGS,
            inside=sum(c.inside for c in found),
            rmse=f"{decimal(rmse, digits, words.language)} {unit}",
            bias=f"{decimal(bias, digits, words.language, sign=True)} {unit}",
        )
    ]


def package_name(portfolio: Portfolio, package: int, words: Words) -> str:
    """Return a package by what is in it."""
    if package < 0:
        return words("portfolio.nothing")
    titles = {option.name: option.title_in(words.language) for option in options()}
    return " + ".join(titles[name] for name in portfolio.menu.names(package))


def type_name(archetype: str, words: Words) -> str:
    """Return the type of a station in a language."""
    plan = next(plan for plan in PLANS if plan.id == archetype)
    return plan.nl if words.language == "nl" else plan.en


def by_package(portfolio: Portfolio, words: Words) -> Table:
    """Return how many stations get each package and what it costs."""
    counts = Counter(int(p) for p in portfolio.picked.package)
    rows = []
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    for package, number in ranked[:PACKAGES_LISTED]:
        these = np.flatnonzero(portfolio.picked.package == package)
        spent = float(portfolio.menu.cost[these, package].sum()) if package >= 0 else 0.0
        rows.append((package_name(portfolio, package, words), str(number), money(spent, words.language)))
    if rest := [package for package, _ in ranked[PACKAGES_LISTED:]]:
        these = np.flatnonzero(np.isin(portfolio.picked.package, rest))
        chosen = portfolio.picked.package[these]
        spent = float(np.where(chosen >= 0, portfolio.menu.cost[these, chosen], 0.0).sum())
        rows.append((words("portfolio.other_packages", n=len(rest)), str(len(these)), money(spent, words.language)))
    head = tuple(words(f"portfolio.column.{key}") for key in ("package", "stations", "money"))
    return Table(words("portfolio.by_package"), head, tuple(rows), frozenset((1, 2)))


def by_option(portfolio: Portfolio, words: Words) -> Table:
    """Return how many stations get each option, whatever it is combined with."""
    rows = []
    for i, option in enumerate(options()):
        taken = portfolio.picked.package >= 0
        number = int((portfolio.menu.packages[np.maximum(portfolio.picked.package, 0), i] * taken).sum())
        rows.append((option.title_in(words.language), str(number)))
    rows.sort(key=lambda row: -int(row[1]))
    head = tuple(words(f"portfolio.column.{key}") for key in ("option", "stations"))
    return Table(words("portfolio.by_option"), head, tuple(rows), frozenset((1,)))


def by_group(portfolio: Portfolio, words: Words) -> Table:
    """Return stations, money and gain by region and type, and of the quarter that scores lowest."""
    stations, gains = portfolio.stations, portfolio.gains()
    weight = weights_of(stations, portfolio.asked.aim)
    chosen = portfolio.picked.package >= 0
    spent = np.where(
        chosen, portfolio.menu.cost[np.arange(len(chosen)), np.maximum(portfolio.picked.package, 0)], 0.0
    )
    groups = [(words("portfolio.weakest"), weakest_of(stations))]
    regions = np.array([s.region for s in stations.stations])
    groups += [(words(f"portfolio.region.{r}"), regions == r) for r in REGIONS]
    kinds = np.array([s.archetype for s in stations.stations])
    groups += [(type_name(plan.id, words), kinds == plan.id) for plan in PLANS if (kinds == plan.id).any()]
    relative = AIMS[portfolio.asked.aim].relative
    rows = []
    for name, here in groups:
        gain = float((weight * gains)[here].sum())
        gain = gain if relative else gain / float(weight[here].sum())
        rows.append(
            (
                name,
                f"{int(chosen[here].sum())} / {int(here.sum())}",
                money(float(spent[here].sum()), words.language),
                percent(float(stations.visits[here].sum() / stations.visits.sum()), words.language),
                decimal(gain, 1 if relative else 2, words.language),
            )
        )
    gain_key = "gain_incidents" if relative else "gain_points"
    head = tuple(words(f"portfolio.column.{key}") for key in ("group", "stations", "money", "travellers", gain_key))
    return Table(words("portfolio.by_group"), head, tuple(rows), frozenset((1, 2, 3, 4)))


def station_table(portfolio: Portfolio, words: Words) -> Table:
    """Return the stations that get something, those with most money first."""
    stations, rows = portfolio.stations, []
    digits = 1 if AIMS[portfolio.asked.aim].relative else 2
    for i in portfolio.chosen[:LISTED].tolist():
        station, p = stations.stations[i], int(portfolio.picked.package[i])
        gain, half = float(portfolio.menu.gain[i, p]), 1.96 * float(portfolio.menu.sd[i, p])
        low, high = (decimal(gain + side * half, digits, words.language) for side in (-1, 1))
        rows.append(
            (
                f"{station.name}, {type_name(station.archetype, words)}, {words(f'portfolio.region.{station.region}')}",
                package_name(portfolio, p, words),
                money(float(portfolio.menu.cost[i, p]), words.language),
                decimal(float(stations.evening[i]), 1, words.language),
                f"{decimal(gain, digits, words.language)} ({low} {words('to')} {high})",
                percent(float(portfolio.share_in[i]), words.language),
            )
        )
    keys = ("station", "package", "money", "score", "gain", "in_draws")
    head = tuple(words(f"portfolio.column.{key}") for key in keys)
    caption = words("portfolio.listed", n=min(LISTED, len(portfolio.chosen)), all=len(portfolio.chosen))
    return Table(caption, head, tuple(rows), frozenset((2, 3, 4, 5)))


def checked_table(portfolio: Portfolio, words: Words) -> Table:
    """Return what the emulator said and the model found at the stations drawn by lot."""
    digits = 1 if AIMS[portfolio.asked.aim].relative else 2
    rows = []
    for c in portfolio.checked:
        station = portfolio.stations.stations[c.station]
        found, error = (decimal(x, digits, words.language) for x in (c.found, 1.96 * c.error))
        rows.append(
            (
                f"{station.name}, {type_name(station.archetype, words)}",
                package_name(portfolio, c.package, words),
                f"{decimal(c.promised, digits, words.language)} \u00b1 {decimal(1.96 * c.sd, digits, words.language)}",
                f"{found} \u00b1 {error}",
                words("portfolio.yes" if c.inside else "portfolio.no"),
            )
        )
    head = tuple(words(f"portfolio.column.{key}") for key in ("station", "package", "emulator", "model", "inside"))
    return Table(words("portfolio.by_lot"), head, tuple(rows), frozenset((2, 3)))


def histogram(portfolio: Portfolio, words: Words) -> Markup:
    """Return the scores after 19:00 of all stations as bars of a quarter point, before and after."""
    before, after = portfolio.stations.evening, portfolio.after
    edges = np.arange(np.floor(4 * before.min()) / 4, np.ceil(4 * max(before.max(), after.max())) / 4 + 0.25, 0.25)
    counts = [np.histogram(x, edges)[0] for x in (before, after)]
    up = axis_over([0.0, *(float(c.max()) for c in counts)], 4, zero=True)
    wide = (_WIDTH - _LEFT) / (len(edges) - 1)

    def y(count: float) -> float:
        return _HEIGHT - _FOOT - (_HEIGHT - _FOOT - _TOP) * up.place(count)

    marks = [tag("text", words("portfolio.histogram.up"), x=0, y=14, fill=INK_SECOND)]
    for tick in up.ticks:
        level = length(y(tick))
        marks.append(tag("line", x1=_LEFT, x2=_WIDTH, y1=level, y2=level, stroke=HAIRLINE))
        text = decimal(tick, decimals_of(up.ticks), words.language)
        marks.append(tag("text", text, x=_LEFT - 8, y=length(y(tick) + 4), text_anchor="end", fill=INK_THIRD))
    for k in range(len(edges) - 1):
        x = _LEFT + k * wide
        for number, (count, fill) in enumerate(zip((counts[0][k], counts[1][k]), (INK_THIRD, ACCENT), strict=True)):
            marks.append(
                tag(
                    "rect", x=length(x + 2 + number * (wide - 4) / 2), y=length(y(float(count))),
                    width=length((wide - 6) / 2), height=length(_HEIGHT - _FOOT - y(float(count))), fill=fill,
                )
            )  # fmt: skip
        if edges[k] % 0.5 == 0:
            text = decimal(float(edges[k]), 1, words.language)
            marks.append(tag("text", text, x=length(x), y=_HEIGHT - _FOOT + 18, text_anchor="middle", fill=INK_THIRD))
    six = length(_LEFT + (SIX - float(edges[0])) / 0.25 * wide)
    marks.append(tag("line", x1=six, x2=six, y1=_TOP - 10, y2=_HEIGHT - _FOOT, stroke=WORSE, stroke_dasharray="5 4"))
    across = words("portfolio.histogram.across")
    marks.append(tag("text", across, x=_WIDTH, y=_HEIGHT - 6, text_anchor="end", fill=INK_SECOND))
    alt = words("portfolio.histogram.alt")
    return tag("svg", *marks, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", width="100%", role="img", aria_label=alt)


def portfolio_page(portfolio: Portfolio, words: Words) -> Page:
    """Return the page."""
    drawing = None if AIMS[portfolio.asked.aim].relative else histogram(portfolio, words)
    checked = (checked_table(portfolio, words),) if portfolio.checked else ()
    sections = (
        Section(
            words("portfolio.what"),
            tables=(by_option(portfolio, words), by_package(portfolio, words), by_group(portfolio, words)),
            drawing=drawing,
            note=words("portfolio.histogram.note"),
        ),
        Section(words("portfolio.rules"), listed=tuple(rules_sentences(portfolio, words))),
        Section(
            words("portfolio.which"),
            tuple(sure_sentences(portfolio, words)),
            tables=(station_table(portfolio, words),),
        ),
        Section(words("portfolio.proof"), tuple(checked_sentences(portfolio, words)), tables=checked),
        Section(words("portfolio.made"), tuple(set_sentences(portfolio, words))),
    )
    named = portfolio.asked.title
    kind = words("portfolio.kind") if named is None else (named.nl if words.language == "nl" else named.en)
    return Page(
        title=title(portfolio, words),
        kind=kind,
        date="",
        lead=lead(portfolio, words),
        sections=sections,
        cautions=(words("portfolio.caution"), *old_sentences(portfolio, words)),
    )


def write_portfolio_page(path: Path, portfolio: Portfolio, words: Words) -> Path:
    """Write the page of a portfolio and return its path."""
    return write_page(path, portfolio_page(portfolio, words), words)
