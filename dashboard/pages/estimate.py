"""What the emulator says at once: five outcomes with their band, and what a budget buys."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from markupsafe import Markup

from dashboard.address import TRAY, Address
from dashboard.figures.both import PHONE_WIDTH, for_both
from dashboard.figures.frontier import Dot, frontier_figure
from dashboard.figures.intervals import print_interval
from dashboard.figures.markup import join, tag
from dashboard.figures.numbers import decimal, digits_for, money, percent, spread
from dashboard.instant import Guess, Instant, Package, ask, band, best_within, packages_of
from dashboard.parts import Card, Table
from dashboard.tray import Tray, slots
from dashboard.words import Words

ORDER: Final = (
    "safety_women_after_19",
    "safety_men_after_19",
    "harassment",
    "incidents",
    "unsafe_women_after_19",
)
_STEP: Final = 1000.0
_WIDE: Final = 780.0  # of the drawing of the frontier


def estimate_card(
    tray: Tray, address: Address, chosen: Sequence[str] = (), bases: Mapping[str, float] = MappingProxyType({})
) -> Card | None:
    """Return what the emulator says of what is on, or why it says nothing; None where nothing is on.

    Args:
        tray: what is on; address: its language.
        chosen: outcomes to show, of those the emulator knows; by default its first five.
        bases: levels of the base by outcome, of days that were run; where there are none, the emulator's own.
    """
    found, words = ask(tray), address.words
    if tray.scenario is None:
        return None
    title = tray.scenario.title.get(address.language, "")
    if found is None:
        body = tag("p", words("page.guess.refused.station"), class_="empty small")
        return Card("estimate", words("page.guess.none"), body, title, "", "", None, 12, "strip-box")
    if found.refused:
        body = tag("p", words(f"page.guess.refused.{found.refused}"), class_="empty small")
        told = words("page.guess.none")
        return Card("estimate", told, body, title, "", source(found, address), None, 12, "strip-box")
    guesses = sorted(found.guesses, key=lambda g: ORDER.index(g.key) if g.key in ORDER else len(ORDER))
    guesses = [g for g in guesses if g.key in chosen] or guesses[: len(ORDER)]
    guesses = [g if g.relative else replace(g, base=bases.get(g.key, g.base)) for g in guesses]
    body = tag("div", *(_outcome(guess, address) for guess in guesses), class_="strip")
    mark = tag("span", words("page.guess.tag"), class_="state running")
    return Card(
        "estimate",
        words("page.guess.title", title=title),
        mark + body,
        f"{words('page.guess.sub')}. {level_text(tray.station, words)}",
        "",
        source(found, address),
        _table(tuple(guesses), address),
        12,
        "strip-box",
    )


def level_text(station: str, words: Words) -> str:
    """Return how far the level of a station is to be believed, beside which its change stands."""
    key = f"page.level.{station}"
    return words(key if words.has(key) else "page.level")


def source(found: Instant, address: Address) -> str:
    """Return what an estimate rests on."""
    digits = 2 if found.error >= 0.01 else 3
    error = decimal(found.error, digits, address.language)
    return address.words("page.guess.source", points=found.points, days=found.days, error=error)


def state_of(guess: Guess) -> str:
    """Return whether the band of a guess lies on one side of no change."""
    if guess.low <= 0.0 <= guess.high:
        return "open"
    return "better" if (guess.low > 0.0) == (guess.better > 0) else "worse"


def _outcome(guess: Guess, address: Address) -> Markup:
    words, language = address.words, address.language
    if guess.relative:
        level, was = print_interval(guess.low, guess.high, "relative", words), ""
    elif guess.key.startswith("unsafe"):
        low, high = (100 * (guess.base + x) for x in (guess.low, guess.high))
        level = spread(low, high, digits_for(low, high), language, "%")
        was = words("page.strip.was", base=percent(guess.base, language)) + " \u00b7 "
    else:
        digits = min(2, max(1, digits_for(guess.low, guess.high)))
        level = spread(guess.base + guess.low, guess.base + guess.high, digits, language)
        was = words("page.strip.was", base=decimal(guess.base, digits, language)) + " \u00b7 "
    state = state_of(guess)
    parts = [
        tag("p", words(f"page.guess.{guess.key}"), class_="what"),
        tag("p", level, class_="level-now"),
        tag("p", was, tag("b", words(f"page.guess.{state}")), class_=f"change {state}"),
    ]
    return tag("div", join(parts), class_="outcome estimated")


def _table(guesses: tuple[Guess, ...], address: Address) -> Table:
    words = address.words
    heads = tuple(words(f"page.table.{key}") for key in ("outcome", "base", "difference", "low", "high"))
    scales = ["relative" if g.relative else "share" if g.key.startswith("unsafe") else "points" for g in guesses]
    rows = tuple(
        (words(f"page.guess.{g.key}"), g.base, g.mean, g.low, g.high, words(f"page.lines.change.{scale}"))
        for g, scale in zip(guesses, scales, strict=True)
    )
    return Table((*heads, words("page.lines.change_unit")), rows)


# what a budget buys --------------------------------------------------------------------------------------------------


def budget_of(packages: tuple[Package, ...], address: Address) -> float:
    """Return the budget of an address; by default half of what the dearest package costs."""
    most = _most(packages)
    return address.number("budget", 0.0, most, round(most / 2 / _STEP) * _STEP)


def _most(packages: tuple[Package, ...]) -> float:
    return (max(p.cost for p in packages) // _STEP + 1) * _STEP


def budget_part(tray: Tray, address: Address) -> Any:
    """Return the slider of the budget with the best package it pays for; None where no frontier ships."""
    packages, words = packages_of(tray.station), address.words
    if not packages:
        return None
    value, most = budget_of(packages, address), _most(packages)
    limits = {"min": 0, "max": most, "step": _STEP, "value": value}
    label = words("page.budget.label")
    best = best_within(packages, value)
    inside: list[Any] = [
        html.H2(words("page.budget.title")),
        html.Div(
            [
                dmc.Slider(
                    id={"set": "budget"}, **limits, label=None, updatemode="mouseup", size="sm", className="slider",
                    thumbLabel=label,
                ),
                dmc.NumberInput(
                    id={"field": "budget"}, **limits, debounce=True, size="xs", className="number", prefix="€ ",
                    thousandSeparator="." if address.language == "nl" else ",",
                    decimalSeparator="," if address.language == "nl" else ".", **{"aria-label": label},
                ),
            ],
            className="strength budget",
        ),
    ]  # fmt: skip
    if best is None or not best.names:
        inside.append(html.P(words("page.budget.nothing"), className="says"))
    else:
        inside.append(html.P(package_text(best, tray, address), className="says"))
        href = tray_address(best, tray, address).href
        inside.append(dcc.Link(words("page.budget.take"), href=href, className="button"))
    return html.Section(inside, className="card budget-card", **{"aria-label": words("page.budget.title")})


def package_text(package: Package, tray: Tray, address: Address) -> str:
    """Return a package in one sentence: what is in it, points with their band, euros."""
    low, high = band(package)
    digits = min(2, max(1, digits_for(low, high)))
    return address.words(
        "page.budget.says",
        package=package_name(package, tray, address),
        points=spread(low, high, digits, address.language),
        euros=money(package.cost, address.language),
    )


def package_name(package: Package, tray: Tray, address: Address) -> str:
    """Return what is in a package, by its titles."""
    titles = {slot.name: slot.title.get(address.language, slot.name) for slot in slots(tray.station)}
    return " + ".join(titles.get(name, name) for name in package.names)


def tray_address(package: Package, tray: Tray, address: Address) -> Address:
    """Return the address with just this package in the tray."""
    kept = {k: v for k, v in address.chosen.items() if k == "budget" or not k.startswith(TRAY)}
    on = {f"on_{name.replace('-', '_')}": "1" for name in package.names}
    return Address("explore", address.language, {**kept, "station": tray.station, **on})


def frontier_card(tray: Tray, address: Address) -> Card | None:
    """Return the packages that nobody beats by cost and gain, with the budget; None where none ships."""
    packages, words = packages_of(tray.station), address.words
    if not packages:
        return None
    budget = budget_of(packages, address)
    front = [Dot(p.cost, p.gain, p.sd) for p in packages]
    best = best_within(packages, budget)
    dots = [Dot(best.cost, best.gain, best.sd, 1, True)] if best is not None and best.names else []
    title = words("page.frontier.title")
    unit, alt = words("frontier.gain.score.women"), words("frontier.alt")
    picture = for_both(
        lambda phone: frontier_figure(dots, front, budget, unit, words, alt, wide=PHONE_WIDTH if phone else _WIDE)
    )
    heads = tuple(words(f"page.frontier.{key}") for key in ("package", "cost", "gain", "low", "high"))
    rows = tuple((package_name(p, tray, address), round(p.cost), p.gain, *band(p)) for p in packages if p.names)
    return Card(
        "frontier",
        title,
        picture,
        words("page.frontier.sub"),
        _little(packages, budget, address),
        words("page.frontier.source"),
        Table(heads, rows),
        12,
        "frontier-box",
    )


def _little(packages: tuple[Package, ...], budget: float, address: Address) -> str:
    """Return what the next package above the budget would add, in one sentence."""
    best = best_within(packages, budget)
    dearer = [p for p in packages if p.cost > budget]
    if best is None or not dearer:
        return address.words("page.frontier.all")
    nearest, last = dearer[0], packages[-1]
    if nearest is last:
        more, adds = money(last.cost - best.cost, address.language), decimal(last.gain - best.gain, 2, address.language)
        return address.words("page.frontier.last", more=more, adds=adds)
    return address.words(
        "page.frontier.says",
        more=money(nearest.cost - best.cost, address.language),
        adds=decimal(nearest.gain - best.gain, 2, address.language),
        rest=money(last.cost - best.cost, address.language),
        most=decimal(last.gain - best.gain, 2, address.language),
    )
