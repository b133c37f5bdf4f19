"""The explorer without a browser: addresses, studies, cards, and who may ask what of the server."""

import csv
import io
import json
import re
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from dash import Dash

from dashboard.address import KEYS, TRAY, Address, read_address
from dashboard.app import body_of, make_app
from dashboard.changes import Stock, stock
from dashboard.figures.numbers import LANGUAGES, Language
from dashboard.helper import Answered
from dashboard.misread import misread_part
from dashboard.pages.catalogue import PAGES
from dashboard.pages.page import Site
from dashboard.parts import Table, card_html
from dashboard.recordings import Recordings
from dashboard.routes import csv_text
from dashboard.shelf import Shelf
from dashboard.shell import shell
from dashboard.study_file import StudyFile, StudyFileError, read_study_file, write_study_file
from dashboard.tray import same_measures
from dashboard.words import catalogue

EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(Shelf())


@pytest.fixture(scope="module")
def app(site: Site) -> Dash:
    return make_app(site)


@pytest.fixture(scope="module")
def halte(site: Site) -> StudyFile:
    study = site.shelf.open("halte")
    assert study is not None
    return study


def test_an_address_says_what_it_was_told_and_nothing_else() -> None:
    address = Address("compare", "nl", {"group": "man", "s": "cameras.evening-patrol"})
    assert read_address("/compare", f"?{address.query}") == address
    assert read_address("/compare", "?lang=de&group=man", "nl").language == "nl"
    assert read_address("", None).page == "explore"
    assert "x" * 500 not in read_address("/compare", "?group=" + "x" * 500).chosen.values()
    assert read_address("/compare", "?" + "&".join(f"a{k}=1" for k in range(100))).chosen == {}
    assert address.one_of("group", ("woman", "man")) == "man"
    assert address.one_of("group", ("woman", "all")) == "woman"
    assert address.some_of("s", ("evening-patrol", "all-three")) == ("evening-patrol",)
    assert Address(chosen={"x": "nan"}).number("x", 0, 1, 0.5) == 0.5
    assert Address(chosen={"x": "1e999"}).number("x", 0, 1, 0.5) == 1


def test_both_languages_have_the_same_texts() -> None:
    assert catalogue("en").keys() == catalogue("nl").keys()


@pytest.mark.parametrize("file", sorted(Path("dashboard/texts").glob("*.json")), ids=lambda f: f.name)
def test_no_text_is_given_twice(file: Path) -> None:
    """Of two texts of one key the first is lost without a word."""
    keys = re.findall(r'^ "([^"]+)":', file.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys))


def test_a_study_reads_back_as_it_was_written(halte: StudyFile, tmp_path: Path) -> None:
    again = read_study_file(write_study_file(tmp_path / "halte.npz", halte))
    for language in LANGUAGES:
        old, new = halte.data[language], again.data[language]
        assert tuple(old.rows) == tuple(new.rows)
        assert old.lines == new.lines
        assert old.scenarios == new.scenarios
        assert old.layout == new.layout
        assert (old.station, old.window, old.sun, old.notes) == (new.station, new.window, new.sun, new.notes)
    for name in halte.names:
        for raster in halte.any.base.maps:
            np.testing.assert_array_equal(halte.any.fields[name].maps[raster], again.any.fields[name].maps[raster])
    np.testing.assert_array_equal(halte.any.grid.cell, again.any.grid.cell)
    np.testing.assert_array_equal(halte.any.grid.floor, again.any.grid.floor)
    assert again.ranking == halte.ranking


def test_f5_a_damaged_study_is_refused_in_words(halte: StudyFile, tmp_path: Path) -> None:
    path = write_study_file(tmp_path / "halte.npz", halte)
    whole = path.read_bytes()
    holes = [whole[:at] + b"\0" * 40 + whole[at + 40 :] for at in range(100, len(whole), len(whole) // 20)]
    for data in (whole[: len(whole) // 2], b"", b"PK\x03\x04 nothing", *holes):
        path.write_bytes(data)
        with pytest.raises(StudyFileError):
            read_study_file(path)
    assert Shelf(tmp_path, tmp_path).open("halte") is None


@pytest.mark.parametrize("key", ["../halte", "halte.npz", "/etc/passwd", "%2e%2e", "", "A", "x" * 200, "ha\0lte"])
def test_f11_a_study_is_found_by_its_name_only(site: Site, key: str) -> None:
    assert site.shelf.open(key) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_page_can_be_drawn(site: Site, page: str, language: Language) -> None:
    body = body_of(Address(page, language), site)
    assert body.title
    assert body.content


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cards_of_compare_are_there_with_their_tables(site: Site, language: Language) -> None:
    address = Address("compare", language, {"study": "halte", "s": "all-three.cameras", "group": "man"})
    cards = PAGES["compare"].cards(address, site)
    keys = [card.key for card in cards]
    assert len(set(keys)) == len(keys)
    assert {"beside", "lines", "matrix-score", "map", "types", "square", "gap", "cost", "learned"} <= set(keys)
    for card in cards:
        assert card.title
        assert card.table is not None
        assert card.table.rows, card.key
        assert all(len(row) == len(card.table.columns) for row in card.table.rows)
        assert "{" not in card.title + card.subtitle + card.sentence


@pytest.mark.parametrize("layer", ["score", "expected", "light", "density", "cover", "traps"])
@pytest.mark.parametrize("hours", ["after_19", "07-09", "all"])
def test_every_layer_of_every_hour_can_be_drawn(site: Site, layer: str, hours: str) -> None:
    chosen = {"study": "halte", "layer": layer, "hours": hours}
    card = next(c for c in PAGES["compare"].cards(Address("compare", "nl", chosen), site) if c.key == "map")
    assert card.title
    assert "NaN" not in card.body
    told = Address(language="nl").words
    assert (told("page.map.fixed") in card.subtitle) == (layer not in ("score", "expected"))
    assert (told("page.map.everybody") in card.subtitle) == (layer == "expected")


def test_controls_that_show_the_address_move_nothing(site: Site) -> None:
    body = body_of(Address("compare", "en", {"study": "halte", "group": "man"}), site)
    shown = stock(body.content).controls
    assert shown["set group"] == "man"
    assert shown["list s"] == ["all-three"]


def test_only_what_a_choice_changes_is_sent(site: Site) -> None:
    """Another layer of the maps sends the card of the maps, the control and the links of languages, nothing else."""

    def stock_of(**chosen: str) -> Stock:
        address = Address("compare", "en", {"study": "halte", **chosen})
        return stock(shell(address, site, body_of(address, site), set(PAGES)))

    first = stock_of()
    shown = {"frame": first.frame, "marks": first.marks}
    assert first.since(shown) == []
    again = stock_of(layer="light").since(json.loads(json.dumps(shown)))
    assert again is not None
    assert [part["id"] for part in again] == [{"link": "nl"}, {"set": "layer"}, {"card": "map"}]
    assert again[-1]["props"]["html"] == next(
        part.value for part in stock_of(layer="light").parts if part.id == {"card": "map"}
    )
    assert stock_of(s="cameras").since(shown) is None  # its heading is another one
    for nonsense in (None, [], {"frame": first.frame}, {"frame": first.frame, "marks": []}, {"frame": 1, "marks": {}}):
        assert first.since(nonsense) is None


def test_f14_names_are_shown_as_text(halte: StudyFile) -> None:
    class OneStudy(Shelf):
        def open(self, key: str) -> StudyFile | None:
            return evil

    def renamed(language: Language) -> StudyFile:
        data = halte.data[language]
        cards = tuple(replace(card, title=EVIL, measures=(EVIL,)) for card in data.scenarios)
        lines = tuple(replace(line, label=EVIL, sentence=EVIL) for line in data.lines)
        return replace(data, scenarios=cards, lines=lines, station=EVIL)

    evil = replace(halte, data={language: renamed(language) for language in LANGUAGES})
    address = Address("compare", "en", {"study": "x", "s": "all-three.cameras"})
    for card in PAGES["compare"].cards(address, Site(OneStudy())):
        html = card_html(card, address.page, address.words)
        assert "<img" not in html
        if card.key in ("lines", "beside", "cost"):
            assert "&lt;img" in html


def test_f10_a_text_never_becomes_a_formula() -> None:
    text = csv_text(Table(("=a", "b"), (("=HYPERLINK(1)", -1.5), ("@x", None), ("plain", 2), ("\ttab", 0.1))))
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["'=a", "b"]
    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(1)", "'@x", "plain", "' tab"]
    assert [row[1] for row in rows[1:]] == ["-1.5", "", "2", "0.1"]


def test_f15_every_answer_says_what_a_page_may_load(app: Dash) -> None:
    answer = app.server.test_client().get("/compare")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    html = answer.get_data(as_text=True)
    assert "https://" not in html
    assert '"debug"' not in html or '"debug":true' not in html


def test_f16_nothing_but_pages_is_served(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASH_ENABLE_MCP", "true")
    client = app.server.test_client()
    assert client.get("/_mcp").status_code in (404, 405) or "react-entry-point" in client.get("/_mcp").text
    assert client.post("/_mcp", json={"jsonrpc": "2.0", "method": "tools/list", "id": 1}).status_code in (404, 405)
    assert client.get("/compare", headers={"Host": "evil.example"}).status_code == 403
    assert client.get("/compare", headers={"Host": "localhost:8050"}).status_code == 200
    body = {"output": "..screen.children...", "inputs": []}
    foreign = client.post("/_dash-update-component", json=body, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403


FORGED = [
    "nonsense",
    "[]",
    "{}",
    json.dumps({"output": "no.such", "inputs": []}),
    json.dumps({"output": 3, "inputs": {}}),
    json.dumps({"output": "where.search", "inputs": "x", "changedPropIds": 5}),
    "[" * 20_000,
]


@pytest.mark.parametrize("body", FORGED)
def test_f18_forged_calls_are_refused(app: Dash, body: str) -> None:
    answer = app.server.test_client().post("/_dash-update-component", data=body, content_type="application/json")
    assert 400 <= answer.status_code < 500


def test_f18_calls_of_the_wrong_types_are_refused(app: Dash) -> None:
    client = app.server.test_client()
    for output in app.callback_map:
        for value in (None, 5, {"a": [1]}, [[[]]], "x" * 10_000):
            body = {"output": output, "inputs": [{"id": "where", "property": "search", "value": value}], "state": []}
            answer = client.post("/_dash-update-component", json=body)
            assert answer.status_code < 500, (output, value)


HOSTILE = {
    "NaN": '{"output": "OUT", "inputs": [{"id": "tick", "property": "data", "value": NaN}], "state": []}',
    "Infinity": '{"output": "OUT", "inputs": [{"id": "where", "property": "search", "value": -Infinity}], "state": []}',
    "1e999": '{"output": "OUT", "inputs": [{"id": "where", "property": "pathname", "value": 1e999}], "state": []}',
    "a huge number": '{"output": "OUT", "inputs": [{"value": ' + "9" * 9_000 + '}], "state": []}',
    "deep nesting": '{"output": "OUT", "inputs": [' + "[" * 50_000 + "]" * 50_000 + '], "state": []}',
    "a key twice": '{"output": "OUT", "inputs": [], "state": [], "output": "nobody.knows"}',
    "no end": '{"output": "OUT", "inputs": [{"id": "where"',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_f8_numbers_and_nesting_that_are_no_json_have_no_effect(app: Dash, name: str) -> None:
    """On every callback of the page: refused in a moment, never an error of the server, nothing drawn."""
    client, began = app.server.test_client(), time.perf_counter()
    for output in app.callback_map:
        body = HOSTILE[name].replace("OUT", output)
        answer = client.post("/_dash-update-component", data=body, content_type="application/json")
        assert 400 <= answer.status_code < 500, output
    assert time.perf_counter() - began < 2.0


BOMB = "a: &a [x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n" for a, b in pairwise("abcdefghij")
)


TAGGED = "measures: !!python/object/apply:os.system [x]\n"


@pytest.mark.parametrize("text", [BOMB, TAGGED, "- " * 30_000, "a: 1\na: 2\n"])
def test_f7_a_scenario_text_with_bombs_tags_or_depth_is_none(text: str) -> None:
    """What stands in a study file that somebody else made is read as a scenario file is: safely, or not at all."""
    began = time.perf_counter()
    assert not same_measures(text, (), "halte")
    assert time.perf_counter() - began < 1.0


def test_f13_too_large_a_request_is_refused(app: Dash) -> None:
    answer = app.server.test_client().post(
        "/_dash-update-component", data=b"x" * 2_000_000, content_type="application/json"
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("page", ["compare", "explore", "portfolio", "place", "calibrate", "evidence"])
def test_a_table_has_six_digits_at_most_and_its_units(site: Site, page: str) -> None:
    address = Address(page, "en", {"station": "halte", "on_brighter_lamps": "1", "x_brighter_lamps": "3"})
    for card in PAGES[page].cards(address, site):
        if card.table is None:
            continue
        columns, *rows = csv.reader(io.StringIO(csv_text(card.table)))
        numbers = [value for row in rows for value in row if re.fullmatch(r"-?\d+\.\d+(e-\d+)?", value)]
        assert all(len(re.sub(r"e.*|[-.]", "", value).strip("0")) <= 6 for value in numbers), card.key
        if page == "compare" and card.key != "cost":  # its heads say points and euros
            assert any("unit" in name.lower() for name in columns), card.key


def test_tables_and_the_report_can_be_had_as_files(app: Dash) -> None:
    client = app.server.test_client()
    table = client.get("/csv/compare/lines?study=halte&lang=nl")
    rows = list(csv.reader(io.StringIO(table.get_data().decode("utf-8-sig"))))
    assert len(rows) == 11
    assert client.get("/csv/compare/nothing?study=halte").status_code == 404
    assert client.get("/csv/../x?study=halte").status_code == 404
    report = client.get("/report/halte?lang=nl")
    assert report.status_code == 200
    assert '<html lang="nl">' in report.get_data(as_text=True)
    stray = client.get("/report/..%2f..%2fetc")  # no route of ours: the empty page of the application
    assert stray.status_code == 404 or "react-entry-point" in stray.get_data(as_text=True)


READS = re.compile(r'(?:one_of|some_of|address\.number|chosen\.get)\(\s*"(\w+)"|"set": "(\w+)"|data_set="(\w+)"')


def test_every_word_that_a_page_reads_of_an_address_is_known() -> None:
    texts = (file.read_text(encoding="utf-8") for file in Path("dashboard").rglob("*.py"))
    names = {name for text in texts for found in READS.findall(text) for name in found if name}
    assert {"s", "hours", "time", "item"} <= names
    assert {name for name in names if not name.startswith(TRAY)} <= KEYS


ODD = {
    "compare?s=nothing.cameras&hours=25&from=x": ("s=nothing.cameras", "Watched cameras", "after 19:00", "from=x"),
    "compare?s=cameras.all-three.evening-patrol.cleaning": ("s=cameras.all-three", "Evening patrol"),
    "explore?study=nonsense": ("Study “nonsense” is not here",),
    "walk?time=99&start=nowhere": ("time=99", "22:45", "start=nowhere", "Path village"),
    "explore?on_brighter_lamps=1&x_brighter_lamps=99": ("x_brighter_lamps=99", "shown is: 4."),
    "explore?on_brighter_lamps=1&x_brighter_lamps=0": ("shown is: 1.25",),
    "explore?on_evening_patrol=1&f_evening_patrol=24&t_evening_patrol=22": ("t_evening_patrol=22", "left out"),
    "explore?on_moonlight=1": ("on_moonlight=1",),
    "place?own=l,0,60,2~l,0,70,9000~nonsense": ("2 things placed by hand",),
    "watch?hour=99&day=x": ("hour=99", "day=x"),
    "portfolio?money=3": ("money=3",),
}


@pytest.mark.parametrize("asked", ODD)
def test_what_an_address_asks_in_vain_is_said_and_mended(site: Site, asked: str) -> None:
    page, search = asked.split("?")
    address = read_address(page, f"?station=halte&lang=en&{search}")
    asleep: Any = SimpleNamespace(ask=lambda *_: Answered())
    site = replace(site, recordings=Recordings(Path("nowhere")), helper=asleep)
    body = body_of(address, site)
    part = misread_part(address, site)[0]
    told, right = str(part), part.children[-1].href
    for text in ODD[asked]:
        assert text in told, told
    again = read_address(*right.split("?"))
    assert body_of(again, site).title == body.title
    assert misread_part(again, site) == []


@pytest.mark.parametrize("page", sorted(PAGES))
def test_nothing_is_said_of_an_address_that_a_page_makes(site: Site, page: str) -> None:
    own = "on_brighter_lamps=1&x_brighter_lamps=3&on_own_cameras=0&order=own_cameras.brighter_lamps&budget=1000"
    address = read_address(page, f"?station=halte&lang=nl&{own}")
    body_of(address, site)
    assert misread_part(address, site) == []


@pytest.mark.parametrize(("path", "text"), [
    ("/csv/compare/lines?station=nowhere&lang=nl", "Station “nowhere” is hier niet bekend"),
    ("/csv/explore/best?station=nowhere&lang=en", "no station “nowhere”"),
    ("/csv/compare/nothing?station=halte&lang=en", "There is no such table"),
    ("/report/nowhere?lang=nl", "geen studie “nowhere”"),
    ("/report/nowhere?lang=en", "no study “nowhere”"),
])  # fmt: skip
def test_a_file_that_is_not_there_is_refused_on_a_page_in_words(app: Dash, path: str, text: str) -> None:
    answer = app.server.test_client().get(path)
    assert answer.status_code == 404
    assert text in answer.get_data(as_text=True)
    assert f'<html lang="{path[-2:]}">' in answer.get_data(as_text=True)
