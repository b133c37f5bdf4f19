"""Portfolio: one budget over many made-up stations: which get what, who gains, and what more money adds."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from dash import html
from markupsafe import Markup

from dashboard.address import Address
from dashboard.figures.both import PHONE_WIDTH, for_both
from dashboard.figures.frontier import Dot, frontier_figure
from dashboard.figures.markup import join, tag
from dashboard.figures.numbers import NO_BREAK, decimal, money, percent, spread
from dashboard.figures.tiles import Tile, tiles_figure
from dashboard.pages.choices import segments
from dashboard.pages.page import Body, Site, empty_body, page_body
from dashboard.parts import Card, Table, table_html
from dashboard.portfolio_file import BAND, SIX, PortfolioFile, Solved, shipped_portfolio
from dashboard.words import Words

MILLION: Final = 1e6
_WIDE: Final = 620.0  # of the drawing of the frontier
LISTED: Final = 50  # stations that are read at once; all stand in the table and the download
_SHARE: Final = " (0\u20131)"  # behind the head of a column of shares in a table of plain numbers
REGIONS: Final = ("north", "east", "south", "west")


def solved_of(address: Address, file: PortfolioFile) -> Solved:
    """Return the answer for the budget of an address; 20 million where it names none."""
    by = {f"{s.budget / MILLION:g}": s for s in file.solved}
    return by[address.one_of("money", list(by), "20" if "20" in by else "")]


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return the cards; none where no portfolio ships."""
    file = shipped_portfolio()
    if file is None:
        return ()
    solved = solved_of(address, file)
    return (
        map_card(address, file, solved),
        gain_card(address, file, solved),
        frontier_card(address, file, solved),
        package_card(address, file, solved),
        station_card(address, file, solved),
    )


def title(address: Address, file: PortfolioFile, solved: Solved) -> str:
    """Return the answer: how many stations rise above 6, with the band of that number."""
    low, high = lifted(file, solved)
    return address.words(
        "page.portfolio.title",
        money=million(solved.budget, address.words),
        lifted=spread(low, high, 0, address.language),
        below=file.below([s.score for s in file.spots]),
    )


def million(euros: float, words: Words) -> str:
    """Return an amount in millions: ``€ 20 million``."""
    return words("page.portfolio.million", n=decimal(euros / MILLION, 0, words.language))


def lifted(file: PortfolioFile, solved: Solved) -> tuple[int, int]:
    """Return how many stations rise from below 6 to 6 or more, at the low and at the high ends of all bands."""
    before = file.below([s.score for s in file.spots])
    ends = [
        file.below([s.score + g.gain + side * BAND * g.sd for s, g in zip(file.spots, solved.given, strict=True)])
        for side in (-1, 1)
    ]
    return before - ends[0], before - ends[1]


def package_name(package: Sequence[str], file: PortfolioFile, words: Words) -> str:
    """Return a package by what is in it."""
    titles = [file.titles.get(name, {}).get(words.language) or name for name in package]
    return " + ".join(titles) or words("portfolio.nothing")


def source_text(file: PortfolioFile, words: Words) -> str:
    """Return what the answer rests on: emulators, and the model that they learned."""
    return words("page.portfolio.source", version=", ".join(file.version.split(", ")[:2]))


def map_card(address: Address, file: PortfolioFile, solved: Solved) -> Card:
    """Return every station as a square in its part of the country: below 6 or not, before and after."""
    words = address.words
    after = file.after(solved)
    tiles = []
    for i, (spot, given) in enumerate(zip(file.spots, solved.given, strict=True)):
        state = "below" if after[i] < SIX else "lifted" if spot.score < SIX else "gets" if given.package else "none"
        told = words(
            "page.portfolio.tile",
            name=spot.name,
            type=words.name("page.type", spot.archetype),
            score=decimal(spot.score, 1, address.language),
            after=decimal(after[i], 1, address.language),
            package=package_name(given.package, file, words),
        )
        tiles.append(Tile(spot.region, state, spot.score, told))
    counts = Counter(tile.state for tile in tiles)
    names = {state: words(f"page.portfolio.state.{state}") for state in ("below", "lifted", "gets", "none")}
    regions = {region: words(f"portfolio.region.{region}") for region in REGIONS}
    says = words("page.portfolio.map", lifted=counts["lifted"], below=counts["below"], gets=counts["gets"])
    heads = tuple(words(f"portfolio.column.{k}") for k in ("group", "stations")) + tuple(names.values())
    rows: list[tuple[str | int, ...]] = []
    for region, label in regions.items():
        here = Counter(tile.state for tile in tiles if tile.group == region)
        rows.append((label, sum(here.values()), *(here[state] for state in names)))
    return Card(
        "map",
        says,
        tiles_figure(tiles, regions, names, says),
        words("page.portfolio.map_sub"),
        "",
        source_text(file, words),
        Table(heads, tuple(rows)),
        7,
    )


def groups_of(file: PortfolioFile, words: Words) -> list[tuple[str, list[int]]]:
    """Return the groups of stations that are told apart: the weakest quarter, parts of the country, types."""
    numbers = range(len(file.spots))
    found = [(words("portfolio.weakest"), sorted(file.weakest))]
    found += [(words(f"portfolio.region.{r}"), [i for i in numbers if file.spots[i].region == r]) for r in REGIONS]
    for kind in dict.fromkeys(spot.archetype for spot in file.spots):
        found.append((words.name("page.type", kind), [i for i in numbers if file.spots[i].archetype == kind]))
    return found


def gain_card(address: Address, file: PortfolioFile, solved: Solved) -> Card:
    """Return who gains: money, travellers and points of each group."""
    words, language = address.words, address.language
    visits = sum(spot.visits for spot in file.spots)
    rows, plain = [], []
    for name, here in groups_of(file, words):
        spent = sum(solved.given[i].cost for i in here)
        share = sum(file.spots[i].visits for i in here) / visits
        gain, chosen = file.mean_gain(solved, here), sum(bool(solved.given[i].package) for i in here)
        plain.append((name, chosen, len(here), round(spent), share, gain))
        rows.append(
            (
                name,
                f"{chosen}{NO_BREAK}/{NO_BREAK}{len(here)}",
                money(spent, language),
                percent(share, language),
                decimal(gain, 2, language),
            )
        )
    keys = ("group", "stations", "money", "travellers", "gain_points")
    body = table_html(Table(tuple(words(f"portfolio.column.{k}") for k in keys), tuple(rows)), words, stacks=True)
    everybody = file.mean_gain(solved, range(len(file.spots)))
    weakest = file.mean_gain(solved, sorted(file.weakest))
    key = "page.portfolio.gain_more" if weakest >= everybody else "page.portfolio.gain_less"
    says = words(key, weak=decimal(weakest, 2, language), all=decimal(everybody, 2, language))
    plain_keys = ("group", "stations", "of", "money", "travellers", "gain_points")
    heads = tuple(words(f"portfolio.column.{k}") + (_SHARE if k == "travellers" else "") for k in plain_keys)
    return Card("gains", says, tag("div", body, class_="scroll", tabindex="0", role="region", aria_label=says),
                words("page.portfolio.gain_sub"), "", source_text(file, words),
                Table(heads, tuple(plain)), 5, rows=2)  # fmt: skip


def frontier_card(address: Address, file: PortfolioFile, solved: Solved) -> Card:
    """Return stations lifted above 6 by budget."""
    words, language = address.words, address.language
    ends = [lifted(file, one) for one in file.solved]
    middles = [file.below([s.score for s in file.spots]) - file.below(file.after(one)) for one in file.solved]
    everyone = range(len(file.spots))
    gains = [file.mean_gain(one, everyone) for one in file.solved]
    front = [Dot(one.budget, gain) for one, gain in zip(file.solved, gains, strict=True)]
    number = file.solved.index(solved)
    dots = [Dot(solved.budget, gains[number], 0.0, 1, True)]
    alt = words("page.portfolio.frontier")
    up, along = words("page.portfolio.up"), words("page.portfolio.euros")
    picture = for_both(
        lambda phone: frontier_figure(
            dots, front, solved.budget, up, words, alt, whole=along, wide=PHONE_WIDTH if phone else _WIDE
        )
    )
    says = alt
    if number:
        less = million(solved.budget - file.solved[number - 1].budget, words)
        adds = decimal(gains[number] - gains[number - 1], 2, language)
        says = words("page.portfolio.last", money=less, points=adds, n=middles[number] - middles[number - 1])
    heads = tuple(words(f"page.portfolio.{k}") for k in ("budget", "lifted", "low", "high", "points"))
    rows = tuple(
        (round(one.budget), m, *end, file.mean_gain(one, everyone))
        for one, m, end in zip(file.solved, middles, ends, strict=True)
    )
    return Card("frontier", says, picture, words("page.portfolio.frontier_sub"), "",
                source_text(file, words), Table(heads, rows), 7)  # fmt: skip


def package_card(address: Address, file: PortfolioFile, solved: Solved) -> Card:
    """Return the packages that are bought, and how sure each is."""
    words, language = address.words, address.language
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, given in enumerate(solved.given):
        groups.setdefault(given.package, []).append(i)
    heads = tuple(words(f"portfolio.column.{k}") for k in ("package", "stations", "money", "in_draws"))
    rows, bars = [], []
    for package, here in sorted(groups.items(), key=lambda item: -len(item[1])):
        spent = sum(solved.given[i].cost for i in here)
        share = sum(solved.given[i].share for i in here) / len(here)
        rows.append((package_name(package, file, words), len(here), round(spent), share if solved.draws else None))
        bars.append(_package_row(package_name(package, file, words), len(here), spent, share, solved, heads[1:], words))
    firm = sum(g.share >= 0.9 for g in solved.given if g.package)
    chosen = sum(bool(g.package) for g in solved.given)
    says = words("page.portfolio.firm", firm=firm, n=chosen) if solved.draws else words("portfolio.by_package")
    head = tag("tr", *(tag("th", h, scope="col", class_="num" if k else None) for k, h in enumerate(heads)))
    body = tag("table", tag("thead", head), tag("tbody", *bars), class_="plain stack")
    note = words("page.portfolio.sure", draws=solved.draws, regret=percent(max(0.0, solved.regret), language))
    return Card("packages", says, body, words("page.portfolio.package_sub"), note if solved.draws else "",
                source_text(file, words), Table((*heads[:3], heads[3] + _SHARE), tuple(rows)), 12)  # fmt: skip


def _package_row(
    name: str, count: int, spent: float, share: float, solved: Solved, heads: tuple[str, ...], words: Words
) -> Markup:
    bar = tag("span", tag("i", style=f"width:{100 * share:.0f}%"), class_="chance", aria_hidden="true")
    chance = join([bar, Markup(" "), tag("span", percent(share, words.language))]) if solved.draws else Markup("")
    values = (str(count), money(spent, words.language), chance)
    cells = [
        tag("td", value, class_="num chance-of" if k == len(values) - 1 else "num", data_head=heads[k])
        for k, value in enumerate(values)
    ]
    return tag("tr", tag("th", name, scope="row"), *cells)


def station_card(address: Address, file: PortfolioFile, solved: Solved) -> Card:
    """Return all stations, those with most money first."""
    words, language = address.words, address.language
    order = sorted(range(len(file.spots)), key=lambda i: -solved.given[i].cost)
    rows: list[tuple[str, ...]] = []
    plain: list[tuple[str | float, ...]] = []
    for i in order:
        spot, given = file.spots[i], solved.given[i]
        low, high = (given.gain + side * BAND * given.sd for side in (-1, 1))
        where = f"{words.name('page.type', spot.archetype)}, {words(f'portfolio.region.{spot.region}')}"
        name = package_name(given.package, file, words)
        plain.append((spot.name, where, name, round(given.cost), spot.score, low, high))
        gain = spread(low, high, 2, language) if given.package else words("cell.empty")
        cells = (spot.name, where, name, money(given.cost, language))
        if len(rows) < LISTED:
            rows.append((*cells, decimal(spot.score, 1, language), gain))
    keys = ("station", "type", "package", "money", "score", "gain")
    heads = tuple(words(f"portfolio.column.{k}") for k in keys)
    says = words("page.portfolio.stations", n=sum(bool(g.package) for g in solved.given), all=len(file.spots))
    listed = table_html(Table(heads, tuple(rows)), words, stacks=True)
    body = tag("div", listed, class_="scroll tall", tabindex="0", role="region", aria_label=says)
    plain_heads = (*heads[:5], words("page.table.low"), words("page.table.high"))
    source = source_text(file, words)
    return Card("stations", says, body, words("portfolio.caution"), "",
                source, Table(plain_heads, tuple(plain)), 12)  # fmt: skip


def layout(address: Address, site: Site) -> Body:
    """Return the page."""
    words, file = address.words, shipped_portfolio()
    if file is None:
        return empty_body(address, words("page.portfolio.none"))
    solved = solved_of(address, file)
    options = [(f"{s.budget / MILLION:g}", million(s.budget, words)) for s in file.solved]
    budget = segments("money", words("page.portfolio.budget"), options, f"{solved.budget / MILLION:g}")
    controls = html.Div(
        [budget, html.P(words("page.portfolio.rules", years=file.years), className="sub")], className="controls"
    )
    return page_body(address, title(address, file, solved), [controls], cards(address, site))
