"""The explorer in a browser: pages, languages, accessibility, whole stories.

``uv run pytest -o addopts="-q --import-mode=importlib -p no:dash" tests/browser``. The story that runs real days
compiles the model first where that has not been done.
"""

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from dashboard.recordings import FOLDER as RECORDINGS
from dashboard.recordings import SHIPPED as SHIPPED_HOURS
from dashboard.shelf import MADE
from model.results import EVENT_OUTCOMES
from scenarios.queue import Queue
from scenarios.recording import ABOUT
from schouw.explorer import add_user
from tests.browser.screenshots import CHROMIUM, SHOTS, WAIT, served

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")]
AXE = (Path(__file__).parent / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
PORT = 8463 + 4 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])  # each worker serves pages of its own
SERIOUS = ("serious", "critical")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def address(results: Path) -> Iterator[str]:
    with served(PORT, results) as found:
        yield found


class Watched:
    """A page of which everything that goes wrong is kept."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.page: Page = browser.new_context(viewport={"width": 1440, "height": 900}, **options).new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda r: None if _ours(r.url, address) else self.wrong.append(f"outside: {r.url}"))

    def open(self, url: str, name: str = "") -> Page:
        self.page.goto(url)
        self.page.wait_for_selector("h1", timeout=60_000)
        if name in WAIT:
            self.page.wait_for_selector(WAIT[name], timeout=240_000, state="attached")
        self.page.wait_for_timeout(600)
        return self.page


def _ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", sorted(SHOTS))
def test_a_page_opens_without_errors_without_the_network_and_for_everybody(
    browser: Browser, address: str, name: str, language: str
) -> None:
    """No error, nothing from outside, its language told, no wider than the screen, and axe finds nothing serious."""
    watched = Watched(browser, address)
    page = watched.open(f"{address}/{SHOTS[name]}&lang={language}", name)
    assert page.evaluate("document.documentElement.lang") == language
    assert page.locator("h1").count() == 1
    assert page.title() != "Schouw"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    assert axe(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    for _ in range(50):  # what measures itself follows the screen a moment later
        if page.evaluate("document.documentElement.scrollWidth") <= 390:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert watched.wrong == []
    page.context.close()


def axe(page: Page) -> list[Any]:
    """Return what axe-core finds that is serious or critical."""
    page.evaluate(AXE)
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return [
        (v["id"], v["help"], [n["html"][:160] for n in v["nodes"][:3]])
        for v in found["violations"]
        if v["impact"] in SERIOUS
    ]


def test_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    watched = Watched(browser, address)
    page = watched.open(f"{address}/explore?station=halte&lang=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    for _ in range(30):
        page.keyboard.press("Tab")
        if (
            page.evaluate("document.activeElement.getAttribute('role')") == "switch"
            or page.evaluate("document.activeElement.type") == "checkbox"
        ):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).opacity") is not None
    page.keyboard.press("Space")
    page.wait_for_url("**on_*=1*", timeout=20_000)
    page.wait_for_selector("[role=slider]")
    page.wait_for_timeout(1500)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "slider":
            break
    before = page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url != before, timeout=20_000)
    page.go_back()
    page.wait_for_url(before, timeout=20_000)
    assert watched.wrong == []
    page.context.close()


def test_a_question_mark_lists_the_keys(browser: Browser, address: str) -> None:
    """Opened by key and by link, closed by Escape; not while a number is typed."""
    watched = Watched(browser, address)
    page = watched.open(f"{address}/explore?station=halte&on_evening_patrol=1&lang=en")
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    keys.wait_for()
    assert "play or stop the replay" in keys.inner_text()
    assert axe(page) == []
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    page.locator("input.mantine-NumberInput-input").first.focus()
    page.keyboard.press("?")
    assert not keys.is_visible()
    page.get_by_role("button", name="Keys").click()
    keys.get_by_role("button").click()
    keys.wait_for(state="hidden")
    assert watched.wrong == []
    page.context.close()


@pytest.mark.parametrize(("language", "sure"), [("en", "How sure: "), ("nl", "Hoe zeker: ")])
def test_a_new_reader_finds_what_helps_women_most_per_euro_and_how_sure_that_is(
    browser: Browser, address: str, language: str, sure: str
) -> None:
    """Without a click, on the first screen of the first visit: measure, points, euros and certainty."""
    watched = Watched(browser, address, locale=language)
    page = watched.open(f"{address}/")  # nothing chosen: Den Haag Centraal, by the language of the browser
    assert page.locator(".station input").input_value() == "Den Haag Centraal"
    title = page.locator("#title-best")
    assert re.search(r"[\d.,]+ (to|tot) [\d.,]+ \w+ .*€", (title.text_content() or "").replace("\u00a0", " "))
    card = page.locator(".card", has=title)
    first = card.locator("tbody tr").first
    assert (first.locator("th").text_content() or "?") in (title.text_content() or "")
    assert first.locator("td").count() == 5
    said = card.locator(".says")
    assert sure in (said.text_content() or "")
    box = said.bounding_box()
    assert box is not None
    assert box["y"] < 900
    assert page.locator("#tour").is_visible()  # the first visit shows the way, and does not stand before the answer
    tour = page.locator("#tour").bounding_box()
    assert tour is not None
    assert tour["y"] > box["y"] or tour["x"] > box["x"] + box["width"]
    page.keyboard.press("Escape")
    assert page.locator("#tour").count() == 0
    page.reload()
    page.wait_for_selector("#title-best")
    page.wait_for_timeout(700)
    assert page.locator("#tour").count() == 0
    assert watched.wrong == []
    page.context.close()


def test_the_three_maps_are_read_together(browser: Browser, address: str) -> None:
    watched = Watched(browser, address)
    page = watched.open(f"{address}/compare?station=den-haag-centraal&lang=en")
    box = page.locator(".trio .floor-box").first
    box.scroll_into_view_if_needed()
    at = box.bounding_box()
    assert at is not None
    for step in range(6):  # the pictures are read at the first touch
        page.mouse.move(at["x"] + 0.21 * at["width"] + step, at["y"] + 0.3 * at["height"])
        page.wait_for_timeout(120)
    told = page.locator(".map-read p b").all_inner_texts()
    assert len(told) == 3
    assert all(re.search(r"\d", text) for text in told)
    assert page.locator(".map-mark").count() == 3
    page.mouse.move(5, 5)
    assert page.locator(".map-read, .map-mark").count() == 0
    assert watched.wrong == []
    page.context.close()


def test_only_what_a_choice_changes_is_drawn_anew(browser: Browser, address: str) -> None:
    """Another layer changes the maps and nothing else; going back brings the first one and its control back."""
    watched = Watched(browser, address)
    page = watched.open(f"{address}/compare?station=halte&lang=en")
    page.evaluate("document.querySelector('#title-lines').dataset.same = 'yes'")
    page.locator(".card", has=page.locator("#title-cost")).get_by_role("button", name="Table").click()
    before = page.locator("#title-map").inner_text()
    page.locator("label", has_text=re.compile("^Light$")).click()
    page.locator("#title-map", has_text=before).wait_for(state="detached")
    assert page.locator("#title-lines").get_attribute("data-same") == "yes"
    assert page.locator("#table-cost").is_visible()
    page.go_back()
    page.locator("#title-map", has_text=before).wait_for()
    page.locator("input[value=score]:checked").wait_for(state="attached")
    assert watched.wrong == []
    page.context.close()


def test_going_back_to_a_page_that_needs_a_script_opens_it_as_a_document(browser: Browser, address: str) -> None:
    """Evidence, on to Compare, reloaded there, and back: the document of Compare never read the script of the table."""
    watched = Watched(browser, address)
    page = watched.open(f"{address}/{SHOTS['evidence']}&lang=en", "evidence")
    page.locator("a.rail-link", has_text="Compare").click()
    page.locator("#title-lines").wait_for()
    page.reload()
    page.locator("#title-lines").wait_for()
    page.go_back()
    page.locator(".ag-row").first.wait_for(state="attached")
    assert watched.wrong == []
    page.context.close()


def test_the_replay_plays_and_tells_who_somebody_is(browser: Browser, address: str) -> None:
    watched = Watched(browser, address)
    page = watched.open(f"{address}/{SHOTS['watch']}&lang=en", "watch")
    before = page.locator(".now").text_content()
    page.locator("canvas.stage").focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(2500)
    page.keyboard.press("Space")
    assert page.locator(".now").text_content() != before
    assert int(page.evaluate("document.querySelector('.replay').dataset.fps || 0")) > 0
    page.keyboard.press("Enter")
    page.wait_for_selector(".why-table tr", timeout=20_000)
    assert "Traveller" in (page.locator(".person h2").text_content() or "")
    assert watched.wrong == []
    page.context.close()


def test_an_incident_tells_what_led_to_it_who_saw_it_and_who_came(browser: Browser, tmp_path: Path) -> None:
    """In the list, by key and in the picture: the shipped hour with one incident written into it."""
    key, made = "halte-base-day1-21", tmp_path / "results" / MADE / RECORDINGS
    shutil.copytree(SHIPPED_HOURS / key, made / key)
    about = json.loads((made / key / ABOUT).read_text("utf-8"))
    begin = about["start_s"] + 600
    about["events"] = [{
        "begin_s": begin, "end_s": begin + 45, "kind": "theft", "zone": 0, "x": 60.0, "y": 2.0, "gender": 0,
        "bystanders": 3, "helped": True, "seen_by": "operator", "seen_s": begin + 10, "called_s": begin + 20,
        "came": "guard", "came_s": begin + 200, "outcome": EVENT_OUTCOMES[0], "recorded": True, "reported": False,
    }]  # fmt: skip
    (made / key / ABOUT).write_text(json.dumps(about), "utf-8")
    with served(PORT + 3, tmp_path / "results") as address:
        watched = Watched(browser, address)
        page = watched.open(f"{address}/{SHOTS['watch']}&lang=en", "watch")
        assert page.locator(".events button").count() == 1
        page.locator("canvas.stage").focus()
        page.keyboard.press(".")
        panel = page.locator(".person")
        told = panel.inner_text()
        for text in ("Theft", "21:10:00", "camera operator, 21:10:10", "security guard, 21:13:20"):
            assert text.lower() in told.lower(), text
        rows = panel.locator("dt").all_inner_texts()
        assert {"Whom it befell", "Somebody stepped in"} <= set(rows)
        page.keyboard.press("Home")
        page.locator(".events button").click()
        assert panel.inner_text() == told
        assert axe(page) == []
        assert watched.wrong == []
        page.context.close()


def test_incidents_of_the_hub_are_told_in_dutch_with_the_bar_in_sight(browser: Browser, address: str) -> None:
    """The hour that ships opens at once; nuisance befalls nobody; the bar of time stays on the screen."""
    watched = Watched(browser, address)
    page = watched.open(f"{address}/watch?station=den-haag-centraal&lang=nl", "watch")
    events = page.locator(".events button")
    assert events.count() > 0
    assert "Platform" not in page.locator(".events").inner_text()
    for number in range(events.count()):
        events.nth(number).click()
        told = page.locator(".person").inner_text()
        assert "undefined" not in told
        assert "null" not in told
    page.locator("canvas.stage").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")  # somebody at the first second: there is no line to draw yet
    page.wait_for_selector(".why-table tr", timeout=20_000)
    assert "null" not in page.locator(".person").inner_text()
    box = page.locator(".controls-bar").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= page.viewport_size["height"]  # type: ignore[index]
    assert watched.wrong == []
    page.context.close()


def _download(page: Page, act: Any) -> bytes:
    with page.expect_download() as got:
        act()
    return Path(got.value.path()).read_bytes()


def test_cards_can_be_had_as_table_csv_svg_and_png(browser: Browser, address: str) -> None:
    watched = Watched(browser, address)
    page = watched.open(f"{address}/compare?station=halte&lang=nl")
    card = page.locator(".card", has=page.locator("#title-lines"))
    card.get_by_role("button", name="Tabel").click()
    assert card.locator(".numbers table tr").count() == 11

    def menu(name: str) -> bytes:
        card.locator("summary").click()
        return _download(page, lambda: card.locator(".menu-items").get_by_text(name, exact=True).click())

    rows = list(csv.reader(io.StringIO(menu("CSV").decode("utf-8-sig"))))
    assert len(rows) == 11
    svg = menu("SVG").decode()
    assert svg.startswith("<svg")
    assert "http://127" not in svg
    assert menu("PNG").startswith(b"\x89PNG")
    report = _download(page, lambda: page.get_by_role("link", name="Rapport").click())
    assert b'<html lang="nl">' in report
    assert watched.wrong == []
    page.context.close()


def _slow(page: Page, ms: int) -> None:
    """Let each answer of the server come later."""

    def later(route: Route) -> None:
        page.wait_for_timeout(ms)
        route.continue_()

    page.route(re.compile("_dash-update-component"), later)


def test_quick_choices_are_all_heard_while_the_server_still_answers_the_first(browser: Browser, address: str) -> None:
    """Three clicks within one slow answer, one of them taken back: the address, the switches and the estimate agree."""
    watched = Watched(browser, address)
    page = watched.open(f"{address}/explore?station=halte&lang=en")

    _slow(page, 700)
    lamps, patrol = (page.get_by_role("switch", name=name) for name in ("Brighter lamps", "Evening patrol"))
    lamps.check(force=True)
    patrol.check(force=True)
    lamps.uncheck(force=True)
    page.wait_for_url(lambda url: "on_evening_patrol=1" in url and "on_brighter_lamps=0" in url)
    page.locator(".tray .sub", has_text=re.compile("^1 of")).wait_for()
    assert patrol.is_checked()
    assert not lamps.is_checked()
    page.go_back()
    page.locator(".tray .sub", has_text=re.compile("^2 of")).wait_for()
    assert lamps.is_checked()
    page.unroute_all(behavior="ignoreErrors")
    assert watched.wrong == []
    page.context.close()


def test_a_fold_stays_open_and_undo_is_off_where_there_is_nothing_to_undo(browser: Browser, address: str) -> None:
    """Zones and hours of a measure are changed one after another in one fold; each change can be undone and redone."""
    watched = Watched(browser, address)
    page = watched.open(f"{address}/explore?station=halte&lang=en&on_evening_patrol=1")
    undo, redo = (page.locator(f".top-right [data-act={act}]") for act in ("undo", "redo"))
    assert redo.get_attribute("aria-disabled") == "true"
    page.get_by_text("Hours, zones, order").click()
    fold = page.locator("details.measure-more")
    for hour in ("20:00", "21:00"):
        fold.get_by_label("From").click()
        page.get_by_role("option", name=hour).click()
        page.wait_for_url(f"**f_evening_patrol={hour[:2]}*")
        page.locator(".measure-text", has_text=hour).wait_for()
        page.wait_for_timeout(400)
        assert fold.get_attribute("open") is not None
    assert undo.get_attribute("aria-disabled") == "false"
    undo.click()
    page.wait_for_url("**f_evening_patrol=20*")
    page.locator(".top-right [data-act=redo][aria-disabled=false]").click()
    page.wait_for_url("**f_evening_patrol=21*")
    page.locator(".top-right [data-act=redo][aria-disabled=true]").wait_for()
    page.get_by_text("Hours, zones, order").click()  # closed by the reader it stays closed
    page.locator("label", has_text=re.compile("^5$")).click()
    page.wait_for_url("**days=5*")
    page.wait_for_timeout(800)
    assert fold.get_attribute("open") is None
    assert watched.wrong == []
    page.context.close()


def test_a_page_that_asks_again_waits_for_an_answer_that_is_slower_than_its_beat(
    browser: Browser, results: Path
) -> None:
    """Walk asks every 0.8 s while it is worked out; where each answer takes longer, it is shown all the same."""
    with served(PORT + 6, results) as address:
        watched = Watched(browser, address)
        page = watched.open(f"{address}/access?lang=en")
        _slow(page, 1500)
        page.locator("a.rail-link", has_text="Walk").click()
        page.locator("#title-way").wait_for(timeout=60_000)
        page.unroute_all(behavior="ignoreErrors")
        assert watched.wrong == []
        page.context.close()


def test_a_whole_story_with_a_restart_in_the_middle(browser: Browser, results: Path) -> None:
    """Choose, add lamps and a patrol, read the estimate, run, kill the server, come back, compare, share, download."""
    port = PORT + 1
    with served(port, results) as address:
        page = Watched(browser, address).open(f"{address}/explore?station=halte&lang=en")
        page.get_by_role("switch", name="Brighter lamps").check(force=True)
        page.get_by_role("switch", name="Evening patrol").check(force=True)
        page.wait_for_url(lambda url: "on_brighter_lamps=1" in url and "on_evening_patrol=1" in url)
        page.get_by_text("Estimate, not yet run").wait_for()
        assert page.locator(".estimated").count() == 5
        page.locator("label", has_text=re.compile("^5$")).click()
        page.wait_for_url("**days=5*")
        page.locator("#run-now:enabled", has_text="5 pairs").click()
        page.wait_for_selector(".run-bar", timeout=30_000)
        url = page.url
    with served(port, results) as address:  # the worker went on
        watched = Watched(browser, address)
        page = watched.open(url)
        page.get_by_role("link", name="Open in Compare").wait_for(timeout=900_000)
        page.get_by_role("link", name="Open in Compare").click()
        page.wait_for_url("**/compare?**")
        page.wait_for_selector("#title-map")
        heading, link = page.locator("h1").text_content(), page.url
        card = page.locator(".card", has=page.locator("#title-lines"))
        card.locator("summary").click()
        table = _download(page, lambda: card.locator(".menu-items").get_by_text("CSV", exact=True).click())
        assert len(list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))) == 11
        report = _download(page, lambda: page.get_by_role("link", name="Report").click())
        assert b'<html lang="en">' in report
        assert watched.wrong == []
        colleague = Watched(browser, address, locale="nl-NL")
        assert colleague.open(link).locator("h1").text_content() == heading
        runs = colleague.open(f"{address}/runs?lang=en")
        runs.locator(".state.done").wait_for(timeout=120_000)
        assert colleague.wrong == []
        page.context.close()


def test_f23_a_page_that_lost_its_server_says_so_and_goes_on(browser: Browser, tmp_path: Path) -> None:
    """The reader is told that the server is away; what was chosen meanwhile is shown when it is back."""
    port, results = PORT + 1, tmp_path / "results"
    with served(port, results) as address:
        page = Watched(browser, address).open(f"{address}/compare?station=halte&lang=nl")
    page.locator("label", has_text=re.compile("^Licht$")).click()
    page.wait_for_selector("body.lost")
    strip = "getComputedStyle(document.body, '::before').content"
    assert "Verbinding wordt hersteld" in page.evaluate(strip)
    assert page.locator("#title-lines").is_visible()  # the page stays as it was
    with served(port, results):
        page.wait_for_selector("body:not(.lost)", timeout=60_000)
        page.locator("input[type=radio][value=light]:checked").wait_for(state="attached", timeout=30_000)
        page.locator("#title-map", has_text="licht").wait_for()
        assert "layer=light" in page.url
        page.context.close()


def test_f12_f13_hostile_files_are_refused_before_the_eyes_of_who_brings_them(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    watched = Watched(browser, address)
    page = watched.open(f"{address}/calibrate?station=halte&lang=en")

    def bring(name: str, raw: bytes) -> None:
        (tmp_path / name).write_bytes(raw)
        page.locator("#monitor-file input[type=file]").set_input_files(tmp_path / name)

    bring("bomb.csv", b"PK\x03\x04" + b"\0" * 1000)
    page.get_by_text("this is no text").wait_for()
    bring("<img src=x onerror=alert(1)>.csv", b"station,wave,item,value\n<script>alert(1)</script>,x,y,1\n")
    page.get_by_text("things to mend").wait_for()
    assert page.locator(".card img, .card script").count() == 0
    rows = b"ALL,2024,safety_evening,6.9,all,7000\nS,2024,safety_day,7,man,4\n"
    bring("good.csv", b"station,wave,item,value,group,n\n" + rows)
    page.get_by_text("hidden, fewer than 10 people").first.wait_for()
    assert page.locator("#fit-now:enabled").count() == 1
    assert axe(page) == []
    assert watched.wrong == []
    page.context.close()


def test_a_fit_is_started_stopped_and_resumed_from_the_page(browser: Browser, tmp_path: Path) -> None:
    """Its progress is told while it runs; stopping keeps what was run; tests/science takes one to its end."""
    with served(PORT + 3, tmp_path / "results") as address:
        watched = Watched(browser, address)
        page = watched.open(f"{address}/calibrate?station=shoebox&lang=en")
        good = tmp_path / "good.csv"
        good.write_text("station,wave,item,value,group,n\nALL,2024,safety_evening,6.9,all,7000\n")
        page.locator("#monitor-file input[type=file]").set_input_files(good)
        page.locator("#fit-now:enabled").click()
        page.wait_for_url("**fit=*")
        page.get_by_text(re.compile(r"runs of the fit: \d+ of 120")).wait_for(timeout=120_000)
        assert page.locator("#fit-now:disabled").count() == 1
        page.get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name="Resume").wait_for(timeout=60_000)
        page.get_by_role("link", name="Runs").click()
        page.locator(".state.stopped").wait_for()
        page.get_by_text("60 sets of parameter values, 2 days each").wait_for()
        page.get_by_role("button", name="Resume").click()
        page.locator(".state.running, .state.waiting").first.wait_for(timeout=60_000)
        page.get_by_role("button", name="Cancel").click()
        page.locator(".state.stopped").wait_for(timeout=60_000)
        assert watched.wrong == []
        page.context.close()


def test_a_run_that_fails_says_why_and_can_be_resumed(browser: Browser, tmp_path: Path) -> None:
    queue = Queue(tmp_path / "results" / MADE)
    queue.submit("halte", ["schema: 1\nname: x\ntitle: {en: x, nl: x}\nmeasures: [{measure: nothing_known}]\n"],
                 {"en": "A <b>broken</b> study", "nl": "Een kapotte studie"}, days=5)  # fmt: skip
    with served(PORT + 3, tmp_path / "results") as address:
        watched = Watched(browser, address)
        page = watched.open(f"{address}/runs?lang=en")
        page.locator(".state.failed").wait_for(timeout=120_000)
        told = page.locator(".runs .told").inner_text()
        assert "nothing_known" in told or "schema" in told
        assert "0.yaml" in told  # the file, not where the server keeps it
        assert str(tmp_path) not in told
        assert page.locator(".runs b").count() == 0
        assert axe(page) == []
        page.get_by_role("button", name="Resume").click()
        page.get_by_text("The run has been put in the queue").wait_for()
        assert watched.wrong == []
        page.context.close()


def test_what_is_placed_by_hand_lies_in_the_tray(browser: Browser, address: str) -> None:
    watched = Watched(browser, address)
    page = watched.open(f"{address}/place?station=halte&lang=en")
    page.locator("svg.plan polygon.zone").nth(1).click(force=True)
    page.wait_for_url("**px=*")
    page.get_by_role("button", name="Hang a camera here").click()
    page.get_by_role("button", name="Take back").wait_for()
    page.get_by_role("link", name="To the tray").click()
    page.wait_for_url("**/explore?**own=*")
    assert page.get_by_role("switch", name="Cameras (by hand)").is_checked()
    page.go_back()
    page.get_by_role("button", name="Take back").click()
    page.wait_for_url(lambda url: "own=" not in url)
    assert watched.wrong == []
    page.context.close()


def test_f16_others_log_in_and_viewers_only_look(browser: Browser, tmp_path: Path) -> None:
    users = tmp_path / "users"
    add_user(users, "anna", "viewer", "a long password")
    with served(PORT + 2, tmp_path / "results", "--users", str(users)) as address:
        watched = Watched(browser, address)
        page = watched.open(f"{address}/explore?station=halte&lang=en&on_brighter_lamps=1&x_brighter_lamps=3")
        assert "/login" in page.url
        assert axe(page) == []
        page.get_by_label("Name").fill("anna")
        page.get_by_label("Password").fill("a long password")
        page.keyboard.press("Enter")
        page.wait_for_url("**/explore?**on_brighter_lamps=1**")
        page.get_by_text("running and uploading is for editors").first.wait_for()
        assert page.locator("#run-now:disabled").count() == 1
        page.get_by_role("button", name="Log out anna").click()
        page.wait_for_url("**/login**")
        assert watched.wrong == []
        page.context.close()
