"""The report: one file, no request, two languages, and words that cannot disagree with their numbers."""

import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.answer import INCIDENT_LINE, INCIDENT_LINES, SCORE_LINE, finding, lead, line_of, luck_sentence, title
from dashboard.figures.numbers import LANGUAGES, Language
from dashboard.picture import picture_svg
from dashboard.report import report_html, write_report
from dashboard.report_data import Cells, Line, ReportData, Row, read_rows, row_of
from dashboard.report_table import table_data
from dashboard.words import Words, catalogue
from scenarios.drawn_shoebox import layout
from scenarios.lines import HEADLINES
from scenarios.words import MATTERS
from tests.report_example import SCENARIOS, example

NASTY = '<script>alert("x")</script>'


@cache
def _example(language: Language) -> ReportData:
    return example(layout(), language)


@pytest.fixture(scope="module", autouse=True)
def _made_once() -> None:
    """The example is made before a test whose single cases have a time limit."""
    for language in LANGUAGES:
        _example(language)


@cache
def _html(language: Language) -> str:
    return report_html(_example(language))


@pytest.fixture
def data() -> ReportData:
    return _example("en")


@pytest.fixture
def html() -> str:
    return _html("en")


class _Reader(HTMLParser):
    """Collects elements with their attributes, and the text outside scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._skip = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._skip = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skip:
            self._skip = ""

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.texts.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


# texts


def test_no_text_is_missing_in_either_language() -> None:
    assert set(catalogue("en")) == set(catalogue("nl"))


def test_blanks_are_the_same_in_both_languages() -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    for key, text in catalogue("en").items():
        assert blanks(text) == blanks(catalogue("nl")[key]), key


def test_every_text_is_used_and_every_used_text_exists() -> None:
    root = Path(__file__).parent.parent / "dashboard"
    places = [*root.rglob("*.py"), *(root.parent / "schouw").glob("*.py"), *(root / "assets").glob("report.html")]
    source = "".join(p.read_text("utf-8") for p in places)
    written = set(re.findall(r"""words(?:\.rich)?\(\s*f?["']([a-z_.{}]+)["']""", source))
    for key in (k for k in written if re.fullmatch(r"[a-z_]+([.][a-z_]+)+", k)):
        assert key in catalogue("en"), key
    families = {re.split(r"[.]", key)[0] for key in catalogue("en")}
    for family in families:
        assert f'"{family}' in source or f"'{family}" in source, family


def test_no_word_that_the_model_may_not_say() -> None:
    for language in LANGUAGES:
        for key, text in catalogue(language).items():
            for word in ("significant", "p =", "proves", "bewijst", "optimal", "optimaal", "*"):
                assert word not in text.lower(), key


# one file, no request


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_asks_for_nothing_outside_itself(language: Language) -> None:
    text = _html(language)
    reader = _read(text)
    for name, attributes in reader.elements:
        for key in ("src", "href", "srcset", "data", "action", "poster"):
            value = attributes.get(key)
            assert value is None or value.startswith(("#", "data:")), (name, key, value and value[:60])
    assert not re.search(r"url\((?!data:|#)", text)
    assert "@import" not in text
    policy = next(a["content"] for n, a in reader.elements if n == "meta" and "http-equiv" in a)
    assert policy is not None
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_is_in_its_language_with_one_title_and_ordered_headings(language: Language) -> None:
    text = _html(language)
    reader = _read(text)
    names = [n for n, _ in reader.elements]
    assert ("html", {"lang": language}) in reader.elements
    assert names.count("h1") == names.count("main") == 1
    depth = [int(n[1]) for n in names if re.fullmatch("h[1-6]", n)]
    assert all(b - a <= 1 for a, b in pairwise(depth))
    ids = [a["id"] for _, a in reader.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in reader.elements:
        target = attributes.get("href") or ""
        if target.startswith("#"):
            assert target[1:] in ids, target


def test_every_figure_has_a_sentence_for_who_does_not_see_it(html: str) -> None:
    reader = _read(html)
    drawings = [a for n, a in reader.elements if n == "svg"]
    for attributes in drawings:
        assert attributes.get("aria-hidden") == "true" or attributes.get("class") in ("levels", None), attributes
    images = [a for _, a in reader.elements if a.get("role") == "img"]
    assert len(images) >= 15 * len(SCENARIOS)
    assert all(len(a.get("aria-label") or "") > 10 for a in images)
    assert html.count("<figcaption>") == html.count("<figure ")


def test_same_tables_give_the_same_bytes(tmp_path: Path, data: ReportData, html: str) -> None:
    path = write_report(tmp_path / "deep" / "report.html", data)
    assert path.read_text("utf-8") == html
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]


def test_report_says_nothing_forbidden(html: str) -> None:
    text = " ".join(_read(html).texts)
    for word in ("p =", "p<", "significant", "proves", "optimal", "nan", "None", "inf "):
        assert word not in text, word


def test_numbers_are_local() -> None:
    dutch = " ".join(_read(_html("nl")).texts).split(words_of_origin := Words("nl")("report.provenance"))[0]
    assert words_of_origin
    assert re.search(r"6,30\u00a0tot\u00a06,52", dutch)
    assert not re.search(r"\d\.\d(?!\d)", re.sub(r"\d\d\.\d\d|\d\.\d{3}", "", dutch))
    assert not re.search(r"(?<![\w-])-\d", dutch)  # a hyphen is no minus


# names of others are text, never markup


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_in_names_is_shown_as_text(language: Language) -> None:
    plan = replace(layout(), name=NASTY, attribution=NASTY)
    plan = replace(plan, platforms=tuple(replace(p, id=f"{k}{NASTY}") for k, p in enumerate(plan.platforms)))
    made = example(plan, language)
    cards = tuple(replace(c, title=NASTY, measures=(NASTY,) * 3, remarks=(NASTY,)) for c in made.scenarios)
    lines = tuple(replace(x, label=NASTY, sentence=NASTY) for x in made.lines)
    rows = (
        *made.rows,
        Row(SCENARIOS[0], NASTY, NASTY, NASTY, NASTY, "</script>", NASTY, 1.0, 1.0, 0.0, 0.0, 0.0),
    )
    made = replace(
        made, scenarios=cards, lines=lines, rows=rows, station=NASTY,
        provenance={NASTY: NASTY}, notes=(NASTY,), attribution=(NASTY,),
    )  # fmt: skip
    reader = _read(report_html(made))
    assert [n for n, _ in reader.elements].count("script") == 2
    assert all(not key.startswith("on") for _, a in reader.elements for key in a)
    assert NASTY in "".join(reader.texts)


def test_table_cannot_end_its_script_and_reads_back(data: ReportData) -> None:
    rows = (*data.rows[:50], replace(data.rows[0], zone_kind="</script><!--", outcome="a&b\u2028"))
    text = str(table_data(rows, data.scenarios, Words("en")))
    assert not set("<>&\u2028") & set(text)
    back = json.loads(text)
    assert len(back["rows"]) == 51
    assert back["keys"][5][back["rows"][50][5]] == "</script><!--"
    first = back["rows"][0]
    assert first[7] == pytest.approx(data.rows[0].base, rel=1e-4)
    assert back["keys"][1][first[1]] == data.rows[0].outcome


# rows


def test_rows_of_a_file_keep_empty_fields_empty(tmp_path: Path) -> None:
    path = tmp_path / "compare.csv"
    head = (
        "scenario,outcome,incident_type,gender,time_band,zone_kind,unit,base,value,difference,"
        "low,high,relative,relative_low,relative_high,pairs,range_low,range_high,luck_share"
    )
    path.write_text(f"{head}\nlamps,travellers,,all,all,all,visits per day,10.0,12.0,2.0,,,,,,3,,,\n", "utf-8")
    (row,) = read_rows(path)
    assert (row.base, row.difference, row.low, row.relative, row.pairs) == (10.0, 2.0, None, None, 3)
    assert not row.excludes_zero
    assert row_of({"scenario": "s", "low": "nan"}).low is None
    assert Cells((row,)).find("lamps", "travellers") is row
    assert Cells((row,)).find("lamps", "theft") is None


def test_luck_sentence_counts_the_cells() -> None:
    def row(low: float, high: float, difference: float = 1.0) -> Row:
        return Row("s", "o", "", "all", "all", "all", "", 1.0, 2.0, difference, low, high, pairs=10)

    rows = (row(0.0, 0.0, 0.0), *(row(0.5, 1.5) for _ in range(3)), *(row(-1.0, 1.0) for _ in range(37)))
    text = luck_sentence(rows, Words("en"), 95)
    assert "In 1 of 41 cells nothing changed" in text
    assert "Of the other 40, 3 intervals exclude 0; luck alone gives about 2" in text


# the title cannot disagree with the table

_VERDICTS = ("W0", "W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10", "W11", "few", "new", "nobody")
_ends = st.tuples(st.floats(-2, 2), st.floats(-2, 2)).map(sorted)


def _scored(data: ReportData, verdict: str, low: float, high: float, key: str) -> ReportData:
    name = data.lead.name
    lines = tuple(
        replace(x, verdict=verdict, low=low, high=high, estimate=(low + high) / 2)
        if (x.scenario, x.key) == (name, key)
        else x
        for x in data.lines
    )
    return replace(data, lines=lines)


@given(st.sampled_from(_VERDICTS), _ends, st.sampled_from(LANGUAGES), st.booleans())
def test_title_agrees_with_the_numbers(verdict: str, ends: list[float], language: Language, incident: bool) -> None:
    made = _example(language)
    # the line that steps in where harassment of women is too rare says nothing here
    made = _scored(made, "W8", -1.0, 1.0, "harassment")
    key = INCIDENT_LINE if incident else SCORE_LINE
    changed = _scored(made, verdict, ends[0], ends[1], key)
    words = Words(language)
    text = title(changed, words)
    family = "incidents" if incident else "score"
    says = {
        side: any(words(f"title.{family}.{side}", what=words(f"title.what.{k}")) in text for k in INCIDENT_LINES)
        for side in ("better", "worse")
    }
    improves = ends[1] < 0 if incident else ends[0] > 0
    worsens = ends[0] > 0 if incident else ends[1] < 0
    enough = incident or max(map(abs, ends)) >= MATTERS["score"]  # else nobody would pay for it
    assert says["better"] == (verdict in ("W4", "W5", "W11") and improves and enough)
    assert says["worse"] == (verdict in ("W4", "W5", "W11") and worsens and enough)


@given(_ends, st.sampled_from(("W4", "W8")))
def test_swapping_the_sign_swaps_better_and_worse(ends: list[float], verdict: str) -> None:
    low, high = ends
    one = Line("s", "k", "k", "points", "higher", 0.0, low, high, verdict, "")
    other = replace(one, low=-high, high=-low)
    swap = {"better": "worse", "worse": "better"}
    assert finding(other) == swap.get(finding(one), finding(one))


def test_lead_holds_the_interval_of_the_table(data: ReportData) -> None:
    line = line_of(data.lines_of(data.lead.name), SCORE_LINE)
    assert line is not None
    assert line.base is not None
    assert line.low is not None
    assert line.high is not None
    text = str(lead(data, Words("en")))
    assert f"<b>{line.base:.2f}</b>" in text
    assert f"{line.base + line.low:.2f}\u00a0to\u00a0{line.base + line.high:.2f}" in text
    assert "2–25% lower" in text


def test_headline_keys_of_the_title_exist() -> None:
    keys = {line.key for line in HEADLINES}
    assert {SCORE_LINE, *INCIDENT_LINES} <= keys


def test_too_early_is_said_before_anything_else(data: ReportData) -> None:
    early = replace(data, lines=tuple(replace(x, verdict="W0") for x in data.lines))
    assert "too early" in title(early, Words("en"))


def test_a_scenario_without_measures_has_a_report(data: ReportData) -> None:
    same = data.base
    rows = tuple(
        replace(
            r,
            value=r.base,
            difference=0.0,
            low=0.0,
            high=0.0,
            relative=0.0,
            relative_low=0.0,
            relative_high=0.0,
        )
        for r in data.rows
    )
    lines = tuple(replace(x, estimate=0.0, low=0.0, high=0.0, verdict="W2") for x in data.lines)
    made = replace(data, rows=rows, lines=lines, fields=dict.fromkeys(SCENARIOS, same))
    text = " ".join(_read(report_html(made)).texts)
    assert "Base and scenario are equal" in text
    assert "safer" not in title(made, Words("en"))


def test_a_station_where_hardly_anybody_comes_has_a_report(data: ReportData) -> None:
    def empty(fields: object) -> object:
        maps = {k: np.zeros_like(v) for k, v in fields.maps.items()}  # type: ignore[attr-defined]
        return replace(fields, maps=maps)  # type: ignore[type-var]

    rows = tuple(
        Row(r.scenario, r.outcome, r.incident_type, r.gender, r.time_band, r.zone_kind, r.unit) for r in data.rows
    )
    lines = tuple(
        replace(x, estimate=None, low=None, high=None, range_low=None, range_high=None, verdict="few", base=None)
        for x in data.lines
    )
    made = replace(
        data, rows=rows, lines=lines, base=empty(data.base),
        fields={k: empty(v) for k, v in data.fields.items()},
    )  # fmt: skip
    assert "nan" not in " ".join(_read(report_html(made)).texts)


def test_the_picture_of_the_readme_is_one_file_with_both_arms(data: ReportData) -> None:
    svg = picture_svg(data, Words("en"))
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg")
    links = [v for e in root.iter() for k, v in e.attrib.items() if k.endswith("href")]
    assert len(links) == 2
    assert all(link.startswith("data:image/png;base64,") for link in links)
    assert links[0] != links[1]
    assert data.lead.title in "".join(root.itertext())


def test_a_range_over_few_draws_is_not_drawn(data: ReportData) -> None:
    ranged = replace(data, lines=tuple(replace(x, range_low=-1.0, range_high=1.0) for x in data.lines), draws=20)
    assert "80% of 20 draws" in report_html(ranged)
    few = replace(ranged, draws=3)
    assert "80% of" not in report_html(few)
    assert "80%" not in str(lead(few, Words("en")))


def test_the_first_days_show_no_interval(data: ReportData) -> None:
    rows = tuple(replace(r, pairs=2) for r in data.rows)
    lines = tuple(replace(x, low=None, high=None, range_low=None, range_high=None, verdict="W0") for x in data.lines)
    made = replace(data, rows=rows, lines=lines, pairs=2, confidence=99, draws=0)
    html = report_html(made)
    first_page = html[html.index("<main>") : html.index('id="scenario-1"')]
    assert "too early" in title(made, Words("en"))
    assert " to " not in str(lead(made, Words("en"))).replace("too early to say", "").replace("\u00a0", " ")
    assert 'stroke-width="2"' not in first_page  # the line of an interval
    assert not re.search(r"class=\"value\">[^<]*(–|lower|higher)", first_page)
    assert 'opacity="0.25"' not in html  # the band of the day
    assert "nothing changed" not in html
