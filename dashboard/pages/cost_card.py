"""What a euro gives women after 19:00: points per euro, how often each is first, and what counts as nothing."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from dashboard.answer import SCORE_LINE, finding, line_of, matters
from dashboard.figures.intervals import Group, group_axis, line_marks, print_interval
from dashboard.figures.markup import tag
from dashboard.figures.numbers import money_short_span, money_span
from dashboard.pages.choices import Choice, remembered
from dashboard.pages.compare_cards import source_text
from dashboard.parts import Card, Table
from dashboard.report_data import Line, ScenarioCard
from dashboard.study_file import StudyFile
from scenarios.looks import FEWEST_PAIRS_VERDICT

_TENTH: Final = 0.1  # of a point: what a euro is asked for


def cost_rows(study: StudyFile, choice: Choice) -> list[tuple[ScenarioCard, Line, float]]:
    """Return card, women's line and mid cost of each scenario that costs something, most points per euro first.

    Gains for which nobody would pay come after the others, however cheap they are.
    """
    found = []
    for card in choice.data.scenarios:
        line = line_of(choice.data.lines_of(card.name), SCORE_LINE)
        if line is not None and line.estimate is not None and card.cost_low is not None and card.cost_high:
            found.append((card, line, (card.cost_low * card.cost_high) ** 0.5))
    return sorted(found, key=lambda item: (not matters(item[1]), -(item[1].estimate or 0.0) / item[2]))


@remembered
def cost_card(choice: Choice, most: int | None = None) -> Card | None:
    """Return points for women after 19:00 beside euros; a ratio only where the effect is shown.

    Args:
        most: so many are drawn, and none of those that gain too little but where all do; all where None. The table has
            all.
    """
    words, language = choice.address.words, choice.address.language
    rows = cost_rows(choice.study, choice)
    if not rows:
        return None
    heads = ("measure", "drawing", "points", "euros", "ratio", "first")
    axis = group_axis(Group("points", tuple(line for _, line, _ in rows)))
    body, plain = [], []
    first = choice.study.ranking.first if choice.study.ranking else {}
    for card, line, _ in rows:
        points = words("cell.early")
        ratio: str = words("page.cost.no_ratio")
        if line.low is not None and line.high is not None and finding(line) != "early":
            points = print_interval(line.low, line.high, line.scale, words)
            if finding(line) in ("better", "worse") and card.cost_high and card.cost_low:
                ratio = _per_tenth(card.cost_low, card.cost_high, line.low, line.high, choice)
        euros = money_span(card.cost_low or 0.0, card.cost_high or 0.0, language)
        chance = chance_bar(first[card.name], choice) if card.name in first and ranked(choice) else Markup("")
        body.append((card.title, line_marks(line, axis), points, euros, ratio, chance))
        plain.append(
            (card.title, line.estimate, line.low, line.high, card.cost_low, card.cost_high, first.get(card.name))
        )
    names = tuple(words(f"page.cost.{h}") for h in ("measure", "estimate", "low", "high", "from", "to", "first_share"))
    above = sum(matters(line) for _, line, _ in rows)
    most = len(rows) if most is None else min(most, max(1, above))
    drawing = _plain_table([words(f"page.cost.{head}") for head in heads], body[:most], above, words("page.cost.apart"))
    key = "draws" if choice.study.ranking and choice.study.ranking.draws else "days"
    rest = _not_drawn([card for card, _, _ in rows[most:]], most >= above, choice)
    says = " ".join((words(f"page.cost.says.{key}"), *rest))
    return Card(
        "cost",
        words("page.cost.title"),
        drawing,
        words("page.cost.sub"),
        says,
        source_text(choice, [line for _, line, _ in rows]),
        Table(names, tuple(plain)),
        12,
        "cost",
    )


def _not_drawn(rest: Sequence[ScenarioCard], little: bool, choice: Choice) -> list[str]:
    """Return what is not drawn, and where the first places are that the drawn rows lack, so that they add up."""
    words, sets, parts = choice.address.words, ranked_sets(choice), []
    first = choice.study.ranking.first if choice.study.ranking is not None and ranked(choice) else {}
    if rest:
        parts.append(words("page.cost.rest_little" if little else "page.cost.rest", n=len(rest)))
    counts = [(card.title, round(sets * first.get(card.name, 0.0))) for card in rest]
    if named := [words("page.cost.first_of", name=name, n=n, all=sets) for name, n in counts if n]:
        parts.append(words("page.cost.first_rest", names="; ".join(named)))
    if first and (nobody := sets - sum(round(sets * share) for share in first.values())) > 0:
        parts.append(words("page.cost.first_none", n=nobody, all=sets))
    return parts


def _per_tenth(cost_low: float, cost_high: float, low: float, high: float, choice: Choice) -> str:
    """Return what a tenth of a point costs a year, between the cheapest and the dearest it can be, in two digits."""
    words = choice.address.words
    if high < 0.0:
        return words("page.cost.worse")
    return money_short_span(_TENTH * cost_low / high, _TENTH * cost_high / low, words.language)


def chance_bar(chance: float, choice: Choice) -> Markup:
    """Return a chance as a bar and a number of 100."""
    sets = ranked_sets(choice)
    text = choice.address.words("page.chance", n=round(sets * chance), all=sets)
    bar = tag("i", style=f"width:{100 * chance:.0f}%")
    return tag("span", tag("span", bar, class_="chance", aria_hidden="true"), " ", text, class_="chance-of")


def ranked(choice: Choice) -> bool:
    """Return whether a first place means something: enough days, and somebody to be first of."""
    costing = sum(bool(card.cost_high) for card in choice.data.scenarios)
    return choice.study.ranking is not None and choice.data.pairs >= FEWEST_PAIRS_VERDICT and costing > 1


def ranked_sets(choice: Choice) -> int:
    """Return out of how many sets a first place is told: the parameter draws there are, or 100 sets of days."""
    ranking = choice.study.ranking
    return choice.data.draws if ranking is not None and ranking.draws and choice.data.draws else 100


def _plain_table(heads: list[str], rows: Sequence[tuple[str | Markup, ...]], above: int, apart: str) -> Markup:
    """Return a table in which the rows after the first ``above`` stand under a line that says what sets them apart."""
    head = tag("tr", *(tag("th", h, scope="col", class_="num" if k else None) for k, h in enumerate(heads)))
    body = [
        tag(
            "tr",
            tag("th", row[0], scope="row"),
            *(tag("td", value, class_="num", data_head=name) for name, value in zip(heads[1:], row[1:], strict=True)),
        )
        for row in rows
    ]
    if above < len(rows):
        body.insert(above, tag("tr", tag("th", apart, colspan=len(heads), scope="rowgroup"), class_="apart"))
    return tag(
        "div", tag("table", tag("thead", head), tag("tbody", *body), class_="plain"), class_="scroll", tabindex="0"
    )
