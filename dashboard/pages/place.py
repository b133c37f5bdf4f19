"""Place: every zone, owner and asset on the plan, what is chosen, what a check finds, and the traps at night."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from markupsafe import Markup

from dashboard.address import Address
from dashboard.chores import check, traps
from dashboard.figures.maps import north_figure
from dashboard.figures.markup import tag
from dashboard.figures.numbers import clock, decimal
from dashboard.figures.plan import KIND_TINT, LAMP_COLOUR, OWNER_TINT, Finding, plan_figure
from dashboard.figures.sheet import Tile, north_on_paper
from dashboard.pages.choices import Choice, choose, segments, station_of, title_of_station
from dashboard.pages.page import Body, Site, empty_body, page_body
from dashboard.pages.place_hand import hand_layout, hand_of, hand_part
from dashboard.parts import Card, Table
from model.inputs.layout import Layout, Zone

BY: Final = ("owner", "kind")
_POLL_MS: Final = 1500
_MOST_TRAPS: Final = 12


def _level(choice: Choice) -> Tile:
    tiles = choice.tiles
    wanted = choice.address.one_of("level", [str(tile.ordinal) for tile in tiles], str(tiles[0].ordinal))
    return next(tile for tile in tiles if str(tile.ordinal) == wanted)


def _trap_spots(choice: Choice, site: Site) -> tuple[list[Any], bool]:
    """Return the spots that can trap somebody, and whether they are still being looked for."""
    if site.helper is None:
        return [], False
    found = site.helper.ask(traps, choice.study.station)
    return (found.value or [])[:_MOST_TRAPS], found.pending


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return plan, what is chosen, findings, and the tables of zones and assets."""
    choice = choose(address, site.shelf)
    if choice is None:
        return ()
    spots, _ = _trap_spots(choice, site)
    return (
        plan_card(choice, spots),
        item_card(choice),
        findings_card(choice, site, spots),
        zones_card(choice),
        assets_card(choice),
    )


def zone_text(zone: Zone, choice: Choice) -> str:
    """Return name, kind and owner of a zone."""
    words = choice.address.words
    return f"{words.place(zone.name)}: {words.name('kind', zone.kind)}, {words.name('owner', zone.owner)}"


def plan_card(choice: Choice, spots: list[Any]) -> Card:
    """Return the plan of one level."""
    words, layout = choice.address.words, hand_layout(choice)
    tile, by = _level(choice), choice.address.one_of("by", BY)
    findings = [
        Finding(number, spot.level, spot.x, spot.y)
        for number, spot in enumerate(spots, 1)
        if spot.level == tile.ordinal
    ]
    zones = [zone for zone in layout.zones if zone.level == tile.ordinal]
    owners = Counter(zone.owner for zone in zones)
    title = words("page.place.title", zones=len(zones), owners=len(owners), n=len(owners))
    names = {zone.id: zone_text(zone, choice) for zone in zones}
    tints = OWNER_TINT if by == "owner" else KIND_TINT
    drawing = plan_figure(layout, tile, tints, by, choice.address.chosen.get("item", ""), findings, title, names,
                          hand_of(choice, tile))  # fmt: skip
    north = north_figure(north_on_paper(choice.data.north_deg, tile.turned), words("map.north"))
    key = _key(tints, by, {getattr(zone, by) for zone in zones}, choice)
    note = words("page.place.note", level=tile.name)
    return Card(
        "plan",
        title,
        drawing + tag("div", key, north, class_="plan-foot"),
        note,
        "",
        words("page.place.source"),
        _zone_table(choice, tile),
        8,
        "plan-box",
        rows=2,
    )


def _key(tints: Mapping[str, str], by: str, used: set[str], choice: Choice) -> Markup:
    words = choice.address.words
    items = [
        tag("li", tag("i", style=f"background:{tint}"), " ", words.name(by, name))
        for name, tint in tints.items()
        if name in used
    ]
    shapes = (
        ("lamp", f"background:{LAMP_COLOUR};border-radius:50%"),
        ("camera", "background:#0b6275"),
        ("help_point", "background:#16262b"),
        ("shop", "background:#fff;border-color:#16262b"),
    )
    items += [tag("li", tag("i", class_="small", style=style), " ", words(f"asset.{kind}")) for kind, style in shapes]
    items.append(tag("li", tag("i", class_="small ring"), " ", words("page.place.trap")))
    return tag("ul", *items, class_="key")


def _facts(choice: Choice) -> tuple[str, str, list[tuple[str, str]]] | None:
    """Return title, subtitle and facts of what is chosen."""
    words, layout, wanted = choice.address.words, hand_layout(choice), choice.address.chosen.get("item", "")
    language = choice.address.language
    for zone in layout.zones:
        if zone.id == wanted:
            return (
                words.place(zone.name),
                words("page.place.zone", id=zone.id),
                [
                    (words("page.place.kind"), words.name("kind", zone.kind)),
                    (words("page.place.owner"), words.name("owner", zone.owner)),
                    (words("page.place.roofed"), words("page.yes" if zone.roofed else "page.no")),
                    (words("page.place.gated"), words("page.yes" if zone.gated else "page.no")),
                    (words("page.place.disorder"), decimal(zone.disorder, 2, language)),
                    (words("page.place.assumed"), words("page.yes" if zone.assumed else "page.no")),
                ],
            )
    for lamp in layout.lamps:
        if lamp.id == wanted:
            return (
                lamp.id,
                words("asset.lamp"),
                [
                    (words("page.place.owner"), words.name("owner", lamp.owner)),
                    (words("page.place.lumen"), f"{decimal(lamp.lumen, 0, language)} lm"),
                    (words("page.place.height"), f"{decimal(lamp.height_m, 1, language)} m"),
                    (
                        words("page.place.burns"),
                        words("page.place.always")
                        if lamp.burns is None
                        else "\u2013".join(clock(s, language) for s in lamp.burns),
                    ),
                    (words("page.place.assumed"), words("page.yes" if lamp.assumed else "page.no")),
                ],
            )
    for camera in layout.cameras:
        if camera.id == wanted:
            return (
                camera.id,
                words("asset.camera"),
                [
                    (words("page.place.owner"), words.name("owner", camera.owner)),
                    (words("page.place.watched"), words("page.yes" if camera.watched else "page.no")),
                    (words("page.place.view"), f"{decimal(camera.fov_deg, 0, language)}°"),
                    (words("page.place.assumed"), words("page.yes" if camera.assumed else "page.no")),
                ],
            )
    for shop in layout.shops:
        if shop.id == wanted:
            return (
                shop.id,
                words("asset.shop"),
                [
                    (
                        words("page.place.open"),
                        "\u2013".join(clock(s, language) for s in (shop.opens_s, shop.closes_s)),
                    ),
                ],
            )
    for spot in layout.spots:
        if spot.id == wanted:
            return (
                spot.id,
                words.name("asset", spot.kind),
                [
                    (words("page.place.owner"), words.name("owner", spot.owner)),
                ],
            )
    return None


def item_card(choice: Choice) -> Card:
    """Return what is known of the zone or asset that was chosen."""
    words, found = choice.address.words, _facts(choice)
    if found is None:
        return Card(
            "item",
            words("page.place.choose"),
            tag("p", words("page.place.choose_sub"), class_="says"),
            span=4,
            kind="item",
        )
    title, subtitle, facts = found
    pairs = [part for name, value in facts for part in (tag("dt", name), tag("dd", value))]
    return Card("item", title, tag("dl", *pairs, class_="facts-list"), subtitle, span=4, kind="item")


def findings_card(choice: Choice, site: Site, spots: list[Any]) -> Card:
    """Return what the check finds wrong, and the spots that can trap somebody at night."""
    words, language = choice.address.words, choice.address.language
    checked = site.helper.ask(check, choice.study.station) if site.helper is not None else None
    zones = {zone.id: words.place(zone.name) for zone in choice.data.layout.zones}
    if checked is None or checked.pending:
        title, faults = words("page.place.checking"), []
    elif checked.wrong:
        title, faults = words("page.place.check_failed"), [checked.wrong]
    else:
        faults = [str(fault) for fault in checked.value]
        title = words("page.place.faults", n=len(faults)) if faults else words("page.place.sound")
    items = [tag("li", fault) for fault in faults]
    for number, spot in enumerate(spots, 1):
        text = words(
            "page.place.trap_text",
            zone=zones.get(spot.zone, spot.zone),
            area=decimal(spot.area_m2, 0, language),
            lux=decimal(spot.face_lx, 1, language),
        )
        mark = tag("b", str(number), class_="ring-number")
        button = tag("button", mark, " ", text, type="button", data_set="item", data_value=spot.zone, class_="finding")
        items.append(tag("li", button))
    _, looking = _trap_spots(choice, site)
    none = words("page.watch.loading") if looking else words("page.place.no_traps")
    body = tag("ol", *items, class_="findings") if items else tag("p", none, class_="says")
    rows = tuple(
        (number, zones.get(s.zone, s.zone), s.level, s.x, s.y, s.area_m2, s.face_lx, s.exit_m)
        for number, s in enumerate(spots, 1)
    )
    heads = ("number", "zone", "level", "x", "y", "area", "lux", "exit")
    table = Table(tuple(words(f"page.trap.{head}") for head in heads), rows) if rows else None
    return Card(
        "findings",
        title,
        body,
        words("page.place.traps", n=len(spots)),
        "",
        words("page.place.checked"),
        table,
        4,
        "item",
    )


def _zone_table(choice: Choice, tile: Tile | None = None) -> Table:
    words, layout = choice.address.words, choice.data.layout
    levels = {level.ordinal: words.name("level", level.name) for level in layout.levels}
    zones = [zone for zone in layout.zones if tile is None or zone.level == tile.ordinal]
    heads = ("zone_id", "name", "kind", "owner", "level", "assumed")
    return Table(
        tuple(words(f"page.place.{head}") for head in heads),
        tuple(
            (
                z.id,
                words.place(z.name),
                words.name("kind", z.kind),
                words.name("owner", z.owner),
                levels[z.level],
                words("page.yes" if z.assumed else "page.no"),
            )
            for z in zones
        ),
    )


def zones_card(choice: Choice) -> Card:
    """Return all zones as a list from which one can be chosen without the map."""
    words, layout = choice.address.words, choice.data.layout
    rows = [
        tag(
            "li",
            tag(
                "button",
                zone_text(zone, choice),
                type="button",
                data_set="item",
                data_value=zone.id,
                aria_pressed="true" if zone.id == choice.address.chosen.get("item") else "false",
                class_="finding",
            ),
        )
        for zone in layout.zones
    ]
    return Card(
        "zones",
        words("page.place.zones", n=len(layout.zones)),
        tag("ul", *rows, class_="findings tall"),
        "",
        "",
        words("page.place.source"),
        _zone_table(choice),
        6,
        "item",
    )


def assets_card(choice: Choice) -> Card:
    """Return how many assets there are of each kind and owner, and all of them in the table."""
    words, layout = choice.address.words, choice.data.layout
    assets = _all_assets(layout)
    counts = Counter((kind, owner, assumed) for kind, _, owner, _, _, _, assumed in assets)
    rows = [
        tag(
            "tr",
            tag("th", words.name("asset", kind), scope="row"),
            tag("td", words.name("owner", owner)),
            tag("td", str(n), class_="num"),
            tag("td", words("page.yes" if assumed else "page.no")),
        )
        for (kind, owner, assumed), n in sorted(counts.items())
    ]
    heads = ("asset", "owner", "number", "assumed")
    head = tag(
        "tr",
        *(tag("th", words(f"page.place.{h}"), scope="col", class_="num" if h == "number" else None) for h in heads),
    )
    body = tag("table", tag("thead", head), tag("tbody", *rows), class_="plain")
    names = tuple(words(f"page.place.{h}") for h in ("asset", "id", "owner", "level", "x", "y", "assumed"))
    plain = tuple(
        (words.name("asset", k), i, words.name("owner", o), lvl, x, y, words("page.yes" if a else "page.no"))
        for k, i, o, lvl, x, y, a in assets
    )
    return Card(
        "assets",
        words("page.place.assets", n=len(assets)),
        body,
        "",
        "",
        words("page.place.source"),
        Table(names, plain),
        6,
        "item",
    )


def _all_assets(layout: Layout) -> list[tuple[str, str, str, int, float, float, bool]]:
    found = [("lamp", x.id, x.owner, x.level, x.x, x.y, x.assumed) for x in layout.lamps]
    found += [("camera", x.id, x.owner, x.level, x.x, x.y, x.assumed) for x in layout.cameras]
    found += [("shop", x.id, x.owner, x.level, x.x, x.y, x.assumed) for x in layout.shops]
    found += [(x.kind, x.id, x.owner, x.level, x.x, x.y, x.assumed) for x in layout.spots]
    return [(str(k), str(i), str(o), lvl, x, y, a) for k, i, o, lvl, x, y, a in found]


def layout(address: Address, site: Site) -> Body:
    """Return the page; it asks again while the check goes on."""
    words = address.words
    choice = choose(address, site.shelf)
    if choice is None:
        station = title_of_station(station_of(address, site.shelf), address.language)
        return empty_body(address, words("page.walk.none", station=station))
    tiles = choice.tiles
    by = segments("by", words("page.place.tint"), [(b, words(f"page.place.{b}")) for b in BY], address.one_of("by", BY))
    parts: list[Any] = [by]
    if len(tiles) > 1:
        data = [{"value": str(tile.ordinal), "label": tile.name} for tile in tiles]
        parts.append(
            dmc.Select(
                id={"set": "level"},
                data=data,
                value=str(_level(choice).ordinal),
                allowDeselect=False,
                label=words("page.place.level"),
                className="field",
                comboboxProps={"withinPortal": True},
            )
        )
    _, pending = _trap_spots(choice, site)
    pending = pending or (site.helper is not None and site.helper.ask(check, choice.study.station).pending)
    title = words("page.place.page", station=choice.data.station)
    hand = hand_part(choice, _level(choice))
    body = page_body(address, title, [html.Div(parts, className="controls"), hand], cards(address, site))
    return Body(body.title, body.content, _POLL_MS if pending else 0)
