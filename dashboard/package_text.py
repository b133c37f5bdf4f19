"""A choice of packages in words: the screen and the page say the same."""

import math

from dashboard.figures.frontier import Dot
from dashboard.figures.numbers import decimal, money, money_short_span, money_span, percent
from dashboard.plain_page import Table
from dashboard.words import Words
from scenarios.balance import Estimate
from scenarios.balance_words import balance_rows
from scenarios.headlines import FEWEST_DRAWS
from scenarios.package_search import AIMS
from scenarios.packages import CONFIRM_DAYS, Choice, Finalist
from scenarios.tray import Tray
from scenarios.words import Heading, Writer, best_package

DAYS_A_YEAR = 365.0
FRONTIER_ROWS = 14


def heading_of(choice: Choice) -> Heading:
    """Return the scale on which gains are printed."""
    return "relative" if AIMS[choice.question.aim].relative else "score"


def gain_text(choice: Choice, gain: float, sd: float, words: Words) -> str:
    """Return an expected gain with its band: ``12% (9 to 15)``."""
    scale, digits, unit = (100.0, 0, "%") if heading_of(choice) == "relative" else (1.0, 2, "")
    low, high = (decimal(scale * (gain + side * 1.96 * sd), digits, words.language) for side in (-1, 1))
    return f"{decimal(scale * gain, digits, words.language)}{unit} ({low} {words('to')} {high})"


def name_of(choice: Choice, finalist: Finalist, words: Words) -> str:
    """Return a package by what is in it."""
    return finalist.scenario.title_in(words.language)


def shown_change(found: Estimate, heading: Heading, words: Words, *, base: float = 1.0) -> str:
    """Return the interval of a change in words; of counts as a percentage of the base."""
    low, middle, high = (x / base for x in (found.low, found.difference, found.high))
    if not all(math.isfinite(x) for x in (low, middle, high)):
        return words("cell.empty")
    half = (high - low) / 2
    return Writer(heading, half if half > 0 else abs(middle) / 10, words.language).span(low, high, middle)


def aim_change(choice: Choice, finalist: Finalist, words: Words) -> str:
    """Return what the fresh days say of incidents against travellers."""
    found = finalist.found
    if found is None:
        return words("package.dropped", days=finalist.dropped)
    if not found.victims.base > 0:
        return words("cell.empty")
    return shown_change(found.victims, "relative", words, base=found.victims.base)


def safety_change(finalist: Finalist, words: Words) -> str:
    """Return what the fresh days say of perceived safety after 19:00."""
    return words("cell.empty") if finalist.found is None else shown_change(finalist.found.safety, "score", words)


def verdict(choice: Choice, words: Words) -> str:
    """Return the answer in one sentence."""
    matters = AIMS[choice.question.aim].matters
    within = f"{100 * matters:.0f}%" if heading_of(choice) == "relative" else decimal(matters, 2, words.language)
    names = [f"{words('package.package')} {n}" for n in range(1, choice.left + 1)]
    said = best_package(names, within, words.language)
    if choice.left > 1:
        number = choice.finalists.index(choice.cheapest) + 1
        said += " " + words("package.cheapest", number=number, money=money(choice.cheapest.cost.value, words.language))
    return said


def left_out(tray: Tray, words: Words) -> list[str]:
    """Return which options have nothing to work on at the station; why in detail stands in ``package.json``."""
    return [words("package.left_out", name=option.title_in(words.language)) for option, _ in tray.left_out]


def title(choice: Choice, station: str, words: Words) -> str:
    """Return the title: the budget and the station."""
    return words("package.title", station=station, money=money(choice.question.budget, words.language))


def facts(choice: Choice, words: Words) -> list[str]:
    """Return how the answer came about and how far it can be trusted."""
    process = choice.emulator.outcomes[choice.question.aim]
    checked, digits = process.checked, 1 if heading_of(choice) == "relative" else 3
    scale = 100.0 if heading_of(choice) == "relative" else 1.0
    unit = words("package.unit.relative" if scale > 1 else "package.unit.score")
    said = [
        words("package.fits"),
        words(
            "package.searched" if choice.searched.every else "package.evolved",
            n=decimal(len(choice.searched.packages), 0, words.language),
            points=checked.points,
        ),
        words(
            "package.checked",
            rmse=decimal(scale * checked.rmse, digits, words.language) + unit,
            spread=decimal(scale * checked.spread, digits, words.language) + unit,
            coverage=percent(checked.coverage, words.language),
        ),
        words("package.race", days=choice.race.days),
        words("package.fresh", days=CONFIRM_DAYS),
    ]
    if checked.widened > 1:
        said.insert(3, words("package.widened", factor=decimal(checked.widened, 1, words.language)))
    if not checked.covers:
        said.append(words("package.covers_not"))
    if choice.failed:
        said.append(words("package.failed", n=choice.failed))
    return said


def regret_sentences(choice: Choice, words: Words) -> list[str]:
    """Return what picking wrongly would cost and what knowing the parameters is worth."""
    unit = words("package.loss.relative" if heading_of(choice) == "relative" else "package.loss.score")
    digits = 1 if heading_of(choice) == "relative" else 3
    said = []
    if choice.left > 1 and math.isfinite(choice.opportunity_cost):
        loss = decimal(choice.opportunity_cost, digits, words.language)
        said.append(words("package.opportunity", loss=loss, unit=unit))
    if math.isfinite(choice.knowledge):
        worth = decimal(choice.knowledge, digits, words.language)
        key = "package.knowledge" if choice.knowledge > 0 else "package.no_knowledge"
        said.append(words(key, worth=worth, unit=unit, draws=choice.question.draws))
    if 0 < choice.question.draws < FEWEST_DRAWS:
        said.append(words("package.few_draws", draws=choice.question.draws))
    return said


def finalists_table(choice: Choice, words: Words) -> Table:
    """Return the finalists: what they cost, what the fresh days say, regret."""
    rows = []
    digits = 1 if heading_of(choice) == "relative" else 3
    for number, finalist in enumerate(choice.finalists, 1):
        cost = finalist.cost
        told = math.isfinite(finalist.regret)
        often = told and choice.question.draws >= FEWEST_DRAWS
        rows.append(
            (
                f"{number}. {name_of(choice, finalist, words)}",
                money_short_span(cost.low, cost.high, words.language),
                aim_change(choice, finalist, words),
                safety_change(finalist, words),
                decimal(finalist.regret, digits, words.language) if told else words("cell.empty"),
                percent(finalist.best_share, words.language) if often else words("cell.empty"),
            )
        )
    keys = ("package", "cost", "incidents", "safety", "regret", "best")
    head = tuple(words(f"package.column.{key}") for key in keys)
    return Table(words("package.finalists"), head, tuple(rows), frozenset((1, 4, 5)))


def frontier_table(choice: Choice, words: Words) -> Table:
    """Return the frontier: cost, what the emulator expects, what is in it; a long one thinned out by its gain."""
    rows = []
    front = [i for i in choice.frontier if choice.searched.packages[i]]
    for i in _thinned(front, [float(choice.searched.gain[i]) for i in front]):
        package = choice.searched.packages[i]
        names = " + ".join(choice.question.tray.options[k].title_in(words.language) for k in package)
        gain = gain_text(choice, float(choice.searched.gain[i]), float(choice.searched.sd[i]), words)
        rows.append((names, money(float(choice.searched.cost[i]), words.language), gain))
    head = tuple(words(f"package.column.{key}") for key in ("package", "cost", "expected"))
    key = "package.frontier_table" if len(rows) == len(front) else "package.frontier_short"
    return Table(words(key, n=len(rows), all=len(front)), head, tuple(rows), frozenset((1, 2)))


def _thinned(front: list[int], gains: list[float]) -> list[int]:
    """Return at most FRONTIER_ROWS of the frontier, about equally far apart in gain, both ends among them."""
    if len(front) <= FRONTIER_ROWS:
        return front
    steps = [gains[0] + k * (gains[-1] - gains[0]) / (FRONTIER_ROWS - 1) for k in range(FRONTIER_ROWS)]
    kept = {min(range(len(front)), key=lambda j: abs(gains[j] - step)) for step in steps}
    return [front[j] for j in sorted(kept)]


def balance_table(choice: Choice, words: Words) -> Table:
    """Return money, groups and places of those that are left."""
    left = [f for f in choice.finalists[: choice.left] if f.found is not None]
    columns = [balance_rows(f.found) for f in left if f.found is not None]
    rows = tuple(
        (columns[0][i][1][words.language], *(column[i][2][words.language] for column in columns))
        for i in range(len(columns[0]) if columns else 0)
    )
    head = ("", *(f"{words('package.package')} {n}" for n in range(1, len(left) + 1)))
    return Table(words("package.balance"), head, rows)


def dots(choice: Choice, most: int = 1200) -> tuple[list[Dot], list[Dot]]:
    """Return the packages and the frontier of the picture, on the printed scale."""
    scale = 100.0 if heading_of(choice) == "relative" else 1.0
    searched = choice.searched
    step = max(1, len(searched.packages) // most)
    finalists = {f.package: (n, n <= choice.left) for n, f in enumerate(choice.finalists, 1)}
    number = {package: i for i, package in enumerate(searched.packages)}

    def dot(i: int) -> Dot:
        place, left = finalists.get(searched.packages[i], (0, False))
        return Dot(float(searched.cost[i]), scale * float(searched.gain[i]), scale * float(searched.sd[i]), place, left)

    shown = [i for i in range(0, len(searched.packages), step) if searched.packages[i] not in finalists]
    return [dot(i) for i in (*shown, *(number[p] for p in finalists))], [dot(i) for i in choice.frontier]


def option_rows(choice: Choice, words: Words) -> Table:
    """Return the tray: each option with its cost, and what was left out."""
    rows = [
        (option.title_in(words.language), money_span(cost.low, cost.high, words.language))
        for option, cost in zip(choice.question.tray.options, choice.question.tray.costs, strict=True)
    ]
    head = tuple(words(f"package.column.{key}") for key in ("option", "cost"))
    return Table(words("package.tray"), head, tuple(rows), frozenset((1,)))


