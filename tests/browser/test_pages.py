"""The explorer in a browser: pages, languages, accessibility, whole stories.

``uv run pytest -o addopts="-q --import-mode=importlib -p no:dash" tests/browser/test_pages.py``. The story that runs
real days compiles the model first where that has not been done.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.screenshots import CHROMIUM, SHOTS, WAIT, served

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")]
AXE = (Path(__file__).parent / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
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
    with served(8463, results) as found:
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
            self.page.wait_for_selector(WAIT[name], timeout=240_000)
        self.page.wait_for_timeout(600)
        return self.page


def _ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", sorted(SHOTS))
def test_a_page_opens_without_errors_and_without_the_network(
    browser: Browser, address: str, name: str, language: str
) -> None:
    watched = Watched(browser, address)
    page = watched.open(f"{address}/{SHOTS[name]}&lang={language}", name)
    assert page.evaluate("document.documentElement.lang") == language
    assert page.locator("h1").count() == 1
    assert page.title() != "Schouw"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(400)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert watched.wrong == []
    page.context.close()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", sorted(SHOTS))
def test_axe_finds_nothing_serious(browser: Browser, address: str, name: str, language: str) -> None:
    watched = Watched(browser, address)
    page = watched.open(f"{address}/{SHOTS[name]}&lang={language}", name)
    page.evaluate(AXE)
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    bad = [
        (v["id"], v["help"], [n["html"][:160] for n in v["nodes"][:3]])
        for v in found["violations"]
        if v["impact"] in SERIOUS
    ]
    assert bad == [], json.dumps(bad, indent=1)
    page.context.close()


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


def test_a_whole_story_with_a_restart_in_the_middle(browser: Browser, results: Path) -> None:
    """Choose, look, run, kill the server, come back, compare, give the link to a colleague."""
    port = 8464
    with served(port, results) as address:
        page = Watched(browser, address).open(f"{address}/explore?station=shoebox&lang=en")
        page.get_by_label("Brighter lamps").check(force=True)
        page.wait_for_url("**on_brighter_lamps=1*")
        page.locator("label", has_text=re.compile("^5$")).click()
        page.wait_for_url("**days=5*")
        page.locator("#run-now:enabled").click()
        page.wait_for_selector(".run-bar", timeout=30_000)
        url = page.url
    with served(port, results) as address:
        watched = Watched(browser, address)
        page = watched.open(url)
        page.get_by_role("link", name="Open in Compare").wait_for(timeout=900_000)
        page.get_by_role("link", name="Open in Compare").click()
        page.wait_for_url("**/compare?**")
        page.wait_for_selector("#title-map")
        heading = page.locator("h1").text_content()
        link = page.url
        assert watched.wrong == []
        colleague = Watched(browser, address, locale="nl-NL")
        assert colleague.open(link).locator("h1").text_content() == heading
        runs = colleague.open(f"{address}/runs?lang=en")
        assert runs.locator(".state.done, .state.running").count() >= 1
        page.context.close()
