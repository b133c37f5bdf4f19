"""Placing by hand: lamps, cameras, help points and a round of patrols, as measures of one's own that join the tray."""

from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from markupsafe import Markup

from dashboard.address import PLACED
from dashboard.fault_text import fault_in
from dashboard.figures.markup import join, tag
from dashboard.figures.numbers import decimal
from dashboard.figures.plan import Hand
from dashboard.figures.sheet import Tile
from dashboard.own import KINDS, MOST, Placed, on_floor, own_measures, own_text, reach
from dashboard.pages.choices import Choice
from dashboard.parts import Drawing
from dashboard.tray import base_of, placed_in
from model.inputs.layout import Camera, Layout
from scenarios.measures.rearrange import assets_of
from scenarios.scenario import Scenario, faults_at

STEP_M: Final = 0.5
_FAR_M: Final = 100_000.0


def placed_of(choice: Choice) -> tuple[Placed, ...]:
    """Return what an address says was placed."""
    return placed_in(choice.address, choice.study.station)


def own_scenario(choice: Choice) -> Scenario | None:
    """Return what was placed as a scenario, None where nothing was."""
    measures = own_measures(placed_of(choice))
    return Scenario("own", {}, measures, choice.study.station) if measures else None


def hand_layout(choice: Choice) -> Layout:
    """Return the layout with what was placed; as it is where something of it cannot be."""
    scenario = own_scenario(choice)
    if scenario is None or hand_faults(choice):
        return choice.data.layout
    return scenario.inputs(base_of(choice.study.station)).layout


def hand_faults(choice: Choice) -> list[str]:
    """Return why what was placed cannot be done here, in words."""
    scenario = own_scenario(choice)
    if scenario is None:
        return []
    return [fault.message for fault in faults_at(scenario, base_of(choice.study.station), "own")]


def _spot(choice: Choice) -> tuple[float, float] | None:
    chosen = choice.address.chosen
    if "px" not in chosen or "py" not in chosen:
        return None
    x, y = (round(choice.address.number(key, -_FAR_M, _FAR_M, 0.0), 1) for key in ("px", "py"))
    return x, y


def hand_of(choice: Choice, tile: Tile) -> Hand:
    """Return what the plan of a level shows of what is placed by hand."""
    before = base_of(choice.study.station).layout
    new = frozenset(assets_of(hand_layout(choice))) - frozenset(assets_of(before))
    placed = placed_of(choice)
    moved = {one.name for one in placed if one.what == "move"}
    zones = {zone.id: zone for zone in before.zones}
    walked = [zones[one.name] for one in placed if one.what == "patrol"]
    middles = tuple(_middle(zone.polygon) for zone in walked if zone.level == tile.ordinal)
    return Hand(new | moved, _spot(choice), middles)


def _middle(polygon: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    return sum(x for x, _ in polygon) / len(polygon), sum(y for _, y in polygon) / len(polygon)


def hand_part(choice: Choice, tile: Tile) -> html.Section:
    """Return the form: where, which way, what; what can be done with what is chosen; what was placed so far."""
    words, spot = choice.address.words, _spot(choice)
    numbers = [
        _number(choice, "px", spot[0] if spot else None),
        _number(choice, "py", spot[1] if spot else None),
        _number(choice, "pb", choice.address.number("pb", 0.0, 360.0, 0.0)),
    ]
    placed = placed_of(choice)
    far = spot is not None and not on_floor(base_of(choice.study.station).layout, tile.ordinal, *spot)
    parts: list[Any] = [
        html.H2(words("page.hand.title")),
        html.P(words("page.hand.sub"), className="sub"),
        html.Div(numbers, className="hand-numbers"),
        Drawing(html=str(_buttons(choice, tile, placed)), id={"card": "hand-buttons"}),
    ]
    if far:
        parts.append(dmc.Alert(words("page.hand.far"), color="yellow", className="caution"))
    if placed:
        parts.append(Drawing(html=str(_listing(choice, placed)), id={"card": "hand-list"}))
    faults = (fault_in(fault, choice.address.language) for fault in hand_faults(choice))
    parts += [dmc.Alert(fault, color="yellow", className="caution") for fault in faults]
    if placed:
        link = dcc.Link(words("page.hand.tray"), href=choice.address.to("explore").href, className="button main")
        parts.append(link)
    return html.Section(parts, className="card hand-card", **{"aria-label": words("page.hand.title")})


def _number(choice: Choice, key: str, value: float | None) -> Any:
    words = choice.address.words
    x0, y0, x1, y1 = reach(base_of(choice.study.station).layout)
    limits: dict[str, dict[str, float]] = {
        "pb": {"min": 0, "max": 360, "step": 5},
        "px": {"min": x0, "max": x1, "step": STEP_M},
        "py": {"min": y0, "max": y1, "step": STEP_M},
    }
    return dmc.NumberInput(
        id={"field": key}, value="" if value is None else value, label=words(f"page.hand.{key}"), debounce=True,
        size="xs", decimalScale=1, decimalSeparator="," if choice.address.language == "nl" else ".", **limits[key],
    )  # fmt: skip


def _button(text: str, placed: tuple[Placed, ...], *, off: bool = False) -> Markup:
    return tag(
        "button", text, type="button", class_="button small", data_set=PLACED, data_value=own_text(placed),
        disabled="" if off else None,
    )  # fmt: skip


def _buttons(choice: Choice, tile: Tile, placed: tuple[Placed, ...]) -> Markup:
    """Return the buttons: hang something at the place, and what can be done with what is chosen."""
    words, spot, bearing = choice.address.words, _spot(choice), choice.address.number("pb", 0.0, 360.0, 0.0)
    full, layout = len(placed) >= MOST, base_of(choice.study.station).layout
    spot = spot if spot is not None and on_floor(layout, tile.ordinal, *spot) else None
    buttons = []
    for kind in KINDS:
        at = Placed(kind, "", tile.ordinal, *(spot or (0.0, 0.0)), bearing if kind == "camera" else 0.0)
        buttons.append(_button(words(f"page.hand.add.{kind}"), (*placed, at), off=spot is None or full))
    chosen = choice.address.chosen.get("item", "")
    there, zones = assets_of(layout), {zone.id: words.place(zone.name) for zone in layout.zones}
    others = tuple(one for one in placed if one.name != chosen or not chosen)
    if chosen in there and chosen not in zones:  # a thing may bear the name of its zone, which is what was clicked
        asset = there[chosen]
        to = Placed("move", chosen, asset.level, *(spot or (asset.x, asset.y)), bearing)
        key = "aim" if isinstance(asset, Camera) else "move"
        still = spot is None and not isinstance(asset, Camera)
        buttons.append(_button(words(f"page.hand.{key}", name=chosen), (*others, to), off=full or still))
        buttons.append(_button(words("page.hand.remove", name=chosen), (*others, Placed("remove", chosen)), off=full))
    elif chosen in zones:
        walks = any(one.what == "patrol" and one.name == chosen for one in placed)
        after = others if walks else (*placed, Placed("patrol", chosen))
        key = "unwalk" if walks else "walk"
        buttons.append(_button(words(f"page.hand.{key}", name=zones[chosen]), after, off=full and not walks))
    return tag("div", join(buttons), class_="hand-buttons")


def _listing(choice: Choice, placed: tuple[Placed, ...]) -> Markup:
    """Return what was placed so far, each with a button that takes it back."""
    words, language = choice.address.words, choice.address.language
    items, zones = [], {zone.id: words.place(zone.name) for zone in choice.data.layout.zones}
    for number, one in enumerate(placed):
        rest = (*placed[:number], *placed[number + 1 :])
        x, y = (decimal(metres, 1, language) for metres in (one.x, one.y))
        values = {"x": x, "y": y, "name": zones.get(one.name, one.name)}
        text = words(f"page.hand.did.{one.what}", **values, bearing=decimal(one.bearing, 0, language))
        back = tag(
            "button", words("page.hand.back"), type="button", class_="button small", data_set=PLACED,
            data_value=own_text(rest), aria_label=words("page.hand.back_of", what=text),
        )  # fmt: skip
        items.append(tag("li", tag("span", text), back))
    return tag("ul", *items, class_="hand-list")

