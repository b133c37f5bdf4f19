"""Which sentence a line gets, and the sentence in English and Dutch.

The rules stand in one order, first that fits; texts in ``texts/words_en.json`` and ``words_nl.json``.
No p, no stars, no "significant": a direction is a word, its size an interval, its sign "lower" or "higher".
Where W4 and the like speak of the direction of the estimate, the other direction is worded by the same text.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from scenarios.looks import (
    FEWEST_EFFECTIVE_VERDICT,
    FEWEST_PAIRS,
    FEWEST_PAIRS_VERDICT,
    LOOKS,
    State,
)

Language = Literal["en", "nl"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "nl")
Heading = Literal["relative", "amount", "score", "share", "gap"]
FEWEST_EFFECTIVE_PERCENTAGE: Final = 4.0
SHOWN: Final = ("W4", "W5")
# differences that nobody would pay for: 2%, 0.05 point, 1 percentage point
MATTERS: Final[dict[Heading, float]] = {"relative": 0.02, "score": 0.05, "gap": 0.05, "share": 0.01}
_PER: Final[dict[Heading, float]] = {"relative": 100.0, "share": 100.0}
_FOLDER: Final = Path(__file__).parent / "texts"
_MARKS: Final = {"en": (".", ","), "nl": (",", ".")}
# two significant digits of the half-width, but no more decimals than anybody reads
_MOST_DECIMALS: Final[dict[Heading, int]] = {"relative": 1, "amount": 1, "share": 1, "score": 2, "gap": 2}
_DECIMALS_OFF_ZERO: Final = 6
_NO_BREAK: Final = "\u00a0"


@cache
def texts(language: Language) -> dict[str, Any]:
    """Return all texts of a language."""
    loaded: dict[str, Any] = json.loads((_FOLDER / f"words_{language}.json").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a sentence may depend on.

    Attributes:
        heading: scale of the numbers here: relative (fraction of the base), amount (incidents a year),
            score or gap (points), share (fraction of visits; 0.01 is one percentage point).
        n, k: pairs and effective days. loud: days with nuisance or aggression, of a score.
        estimate, low, high: difference and its printed interval (95% final, 99% so far); or NaN.
        low90, high90: its 90% interval.
        matters: the difference that nobody would pay for, on this scale.
        smallest, largest: smallest and largest difference of a day.
        state: first, so_far or final.
        headline: one of the lines named before the run, and a verdict may be given.
        passed: by Holm's rule over the family. excludes: all printed intervals of the line exclude 0.
        percent: the line is headed by a percentage, when one can be given.
        silent, same, few, constant, new: the special cells (nothing happens; no difference to the last bit;
            too few to show; the same difference each day; nothing without the measure).
        value: level under the scenario, used when the cell is new.
        more: further days needed, None when narrow enough. at_least: that is a lower limit.
        decreasing: share of parameter draws below 0 when a posterior stands for luck, else None.
    """

    heading: Heading
    n: int
    k: float
    estimate: float
    low: float
    high: float
    loud: int | None = None
    low90: float = math.nan
    high90: float = math.nan
    matters: float = 0.0
    smallest: float = math.nan
    largest: float = math.nan
    state: State = "final"
    headline: bool = True
    passed: bool = False
    excludes: bool = False
    percent: bool = False
    silent: bool = False
    same: bool = False
    few: bool = False
    constant: bool = False
    new: bool = False
    value: float = math.nan
    more: int | None = None
    at_least: bool = False
    decreasing: float | None = None


def sentence_id(facts: Facts) -> str:
    """Return the id of the first rule that fits."""
    special = _special(facts)
    if special:
        return special
    if not facts.headline or facts.n < FEWEST_PAIRS_VERDICT or facts.k < FEWEST_EFFECTIVE_VERDICT:
        return "W10"
    if facts.decreasing is not None:
        return "W11"
    if facts.passed and facts.excludes:
        return "W4" if min(abs(facts.low), abs(facts.high)) >= facts.matters else "W5"
    if -facts.matters <= facts.low and facts.high <= facts.matters:
        return "W7"
    return "W6" if facts.low90 > 0 or facts.high90 < 0 else "W8"


def _special(facts: Facts) -> str | None:
    if facts.silent:
        return "W3"
    if facts.same:
        return "W2"
    if facts.few:
        return "few"
    if math.isnan(facts.estimate):
        return "nobody"
    if facts.n < FEWEST_PAIRS:
        return "W0"
    if facts.state != "final":
        return "W1"
    if facts.constant:
        return "fixed"
    if facts.new:
        return "new"
    return "W9" if facts.percent and facts.k < FEWEST_EFFECTIVE_PERCENTAGE else None


def sentence(facts: Facts, language: Language) -> str:
    """Return the sentence of the first rule that fits."""
    name = sentence_id(facts)
    if name == "W0" and facts.n == 1:
        name = "W0_one"
    elif name == "W0" and _alike(facts, language):
        name = "W0_alike"
    if name == "W10" and facts.loud is not None and facts.headline and facts.loud < FEWEST_EFFECTIVE_VERDICT:
        name = "W10_loud" if facts.loud else "W10_calm"
    if name == "W9" and round(facts.k) == 1:
        name = "W9_one"
    if name in ("W2", "W3") and facts.n < FEWEST_PAIRS:
        name += "_one" if facts.n == 1 else "_few"
    return fill(name, facts, language)


def fill(name: str, facts: Facts, language: Language) -> str:
    """Return one sentence with the numbers of a line filled in."""
    book = texts(language)
    template: str = book["sentences"][name]
    if "{" not in template:
        return template
    if name in ("W2_few", "W3_few"):
        return template.format(n=facts.n)
    writer = Writer(facts.heading, _half_width(name, facts), language)
    way, _ = writer.ways(facts.estimate)
    values: dict[str, object] = {"n": facts.n, "k": f"{facts.k:.0f}", "way": way, "Way": _capital(way)}
    values |= {"d": writer.size(facts.estimate), "loud": facts.loud}
    if "{days}" in template:
        values["days"] = writer.span(facts.smallest, facts.largest, facts.estimate)
    if any(mark in template for mark in ("{span}", "{range}", "{between}", "{at_most}")):
        ends = (facts.low, facts.high, facts.estimate)
        values |= {
            "span": writer.span(*ends),
            "range": writer.span(*ends, bare=True),
            "between": writer.span(*ends, family="between"),
            "at_most": writer.span(*ends, family="at_most"),
        }
    values["more"] = _more(facts, book["pieces"])
    values["p"] = _of_hundred(facts, book["pieces"])
    values["value"] = writer.size(facts.value)
    return template.format(**values)


def _alike(facts: Facts, language: Language) -> bool:
    """Tell whether the smallest and the largest difference of a day are printed as one number."""
    writer, ends = Writer(facts.heading, _half_width("W0", facts), language), (facts.smallest, facts.largest)
    return min(ends) * max(ends) >= 0 and writer.size(ends[0]) == writer.size(ends[1])


def _half_width(name: str, facts: Facts) -> float:
    ends = (facts.smallest, facts.largest) if name.startswith("W0") else (facts.low, facts.high)
    half = (ends[1] - ends[0]) / 2
    return half if half > 0 else abs(facts.estimate) / 10  # a point: two digits of the estimate and one more


def _more(facts: Facts, pieces: dict[str, str]) -> str:
    if facts.more is None:
        return pieces["enough"]
    if facts.n + facts.more > LOOKS[-1]:
        return pieces["far_more"]
    return pieces["at_least_more" if facts.at_least else "about_more"].format(m=facts.more)


def _of_hundred(facts: Facts, pieces: dict[str, str]) -> str:
    """Share of draws in the direction of the estimate, never 0 or 100."""
    if facts.decreasing is None:
        return ""
    share = facts.decreasing if facts.estimate < 0 else 1.0 - facts.decreasing
    whole = round(100 * round(share, 9))  # 1 - 0.975 is a little more than 0.025
    if whole > 99:
        return pieces["more_than_99"]
    return pieces["less_than_1"] if whole < 1 else str(whole)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes sizes and spans of one line with the same number of decimals.

    Attributes:
        heading: scale of the numbers; half: half-width of the interval, which sets the decimals: two
            significant digits of it; language: of words and marks.
    """

    heading: Heading
    half: float
    language: Language

    def ways(self, estimate: float) -> tuple[str, str]:
        """Return the word of the direction of the estimate, and the other one."""
        down, up = texts(self.language)["ways"][self.heading]
        return (up, down) if estimate > 0 else (down, up)

    @property
    def unit(self) -> str:
        """Unit with its no-break space."""
        unit: str = texts(self.language)["units"][self.heading]
        return unit.replace(" ", _NO_BREAK, 1) if unit.startswith(" ") else unit

    def digits(self, value: float) -> str:
        """Return the size of a difference without sign and unit."""
        per = _PER.get(self.heading, 1.0)
        decimals = min(decimals_of(self.half * per), _MOST_DECIMALS[self.heading])
        return number(abs(value) * per, decimals, self.language)

    def size(self, value: float) -> str:
        """Return the size of a difference with its unit, without sign."""
        return "" if math.isnan(value) else self.digits(value) + self.unit

    def span(self, low: float, high: float, estimate: float, *, family: str = "", bare: bool = False) -> str:
        """Return both ends in words: "2 to 25% lower", or "2% lower to 5% higher" when 0 lies between.

        Args:
            low, high: the ends.
            estimate: its direction comes first, so that swapping the arms swaps two words and nothing else.
            family: "", "between" or "at_most": how the ends are joined.
            bare: leave the word of the direction out when both ends have that of the estimate.
        """
        pieces = texts(self.language)["pieces"]
        prefix = f"{family}_" if family else ""
        one_side = low >= 0 or high <= 0
        if one_side:
            way, _ = self.ways(high if low >= 0 else low)
            near, far = sorted((abs(low), abs(high)))
            alike = way == self.ways(estimate)[0]
            ends = (self.digits(near), self.digits(far))
            one = not family and ends[0] == ends[1]
            name = f"{prefix}same_side"
            if one or (bare and alike):
                name = ("bare_" if bare and alike else "") + ("one" if one else "same_side")
            text: str = pieces[name]
            return text.format(lo=ends[0], hi=ends[1], unit=self.unit, way=way)
        first, second = (high, low) if estimate > 0 else (low, high)
        way, other = self.ways(estimate)
        text = pieces[f"{prefix}across"]
        return text.format(lo=self.digits(first), hi=self.digits(second), unit=self.unit, way=way, other=other)


def decimals_of(half: float) -> int:
    """Return the decimals that show two significant digits of a half-width."""
    if not half > 0 or math.isinf(half):
        return 2
    return max(1 - math.floor(math.log10(half)), 0)


def number(value: float, decimals: int, language: Language) -> str:
    """Return a number with the marks of the language, rounded normally, but never onto zero."""
    off_zero = decimals
    while value != 0 and off_zero < _DECIMALS_OFF_ZERO and round(abs(value), off_zero) == 0:
        off_zero += 1
    if round(abs(value), off_zero) != 0:
        decimals = off_zero
    point, thousands = _MARKS[language]
    body = f"{abs(value):,.{decimals}f}".translate({ord("."): point, ord(","): thousands})
    return ("\u2212" if value < 0 else "") + body


def label(key: str, language: Language) -> str:
    """Return the name of a headline line."""
    name: str = texts(language)["lines"][key]
    return name


def footer(name: str, language: Language, **values: object) -> str:
    """Return a sentence that stands once under a table."""
    text: str = texts(language)["footers"][name]
    return text.format(**values)


def best_package(names: list[str], within: str, language: Language) -> str:
    """Return W15 for the packages that are left: one, or those that cannot be told apart."""
    book = texts(language)
    if len(names) == 1:
        one: str = book["sentences"]["W15"]
        return one.format(names=names[0], delta=within)
    joined: str = book["pieces"]["and"].format(first=", ".join(names[:-1]), second=names[-1])
    several: str = book["sentences"]["W15_several"]
    return several.format(names=joined)
