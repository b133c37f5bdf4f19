"""How quick the explorer is, measured in a browser: first paint, slider, map, and 2,000 people in the replay.

    python benchmarks/page.py [--json] [--repeats N]

Serves the page from this checkout on shipped results, opens it in chromium, and clocks what a reader sees: from the
key or click until the new content stands in the page, by the clock of the browser. The first opening after the start
of the server and the median of the others are told apart. Frames a second are counted while 2,000 made-up people walk.
"""

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from dashboard.recordings import FOLDER, SHIPPED
from dashboard.shelf import MADE
from scenarios.recording import ABOUT, FRAMES, HEAD, SPOT, WHY

ROOT: Final = Path(__file__).resolve().parents[1]
HOUR: Final = "halte-base-day1-21"
PEOPLE: Final = 2000
BARS: Final = {"first paint": 2000.0, "slider to chart": 300.0, "map switch": 300.0, "replay": 30.0}
# resolves when the content of a card has changed and been painted
WATCH: Final = """(selector) => new Promise((done) => {
  const was = document.querySelector(selector)?.textContent, began = performance.now();
  const look = () => {
    const now = document.querySelector(selector)?.textContent;
    if (now !== undefined && now !== was) requestAnimationFrame(() => done(performance.now() - began));
    else if (performance.now() - began > 20000) done(NaN);
    else requestAnimationFrame(look);
  };
  window.__act();
  look();
})"""


def crowd(folder: Path) -> None:
    """Write a recording in which 2,000 made-up people walk over the floor of the shipped one."""
    about = json.loads((SHIPPED / HOUR / ABOUT).read_text("utf-8"))
    rng, count = np.random.default_rng(1), 900
    about |= {"frames": count, "counts": [PEOPLE] * count, "events": []}
    about["people"] = [about["people"][i % len(about["people"])] for i in range(PEOPLE)]
    about["end_s"] = about["start_s"] + (count - 1) * about["every_s"]
    place = rng.uniform(200, 3000, (PEOPLE, 2))
    frames = []
    for _ in range(count):
        place = (place + rng.normal(0, 25, place.shape)).clip(0, 3400)
        rows = np.zeros(PEOPLE, SPOT)
        rows["who"], rows["x"], rows["y"] = np.arange(PEOPLE), place[:, 0], place[:, 1]
        rows["score"], rows["doing"] = rng.integers(100, 220, PEOPLE), 1
        frames.append(np.array([(PEOPLE, 0)], HEAD).tobytes() + rows.tobytes())
    folder.mkdir(parents=True)
    (folder / ABOUT).write_text(json.dumps(about), "utf-8")
    (folder / FRAMES).write_bytes(b"".join(frames))
    shutil.copy(SHIPPED / HOUR / WHY, folder / WHY)


@contextmanager
def served(port: int, results: Path) -> Iterator[str]:
    """Serve the page until the block ends."""
    command = [sys.executable, "-m", "schouw", "dashboard", "--port", str(port), "--results", str(results)]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.25)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def paint(page: Any, url: str, selector: str) -> float:
    """Return milliseconds from the start of an opening until a card stands in the page."""
    page.goto(url, wait_until="commit")
    page.wait_for_selector(selector, timeout=60_000)
    return float(page.evaluate("performance.now()"))


def clocked(page: Any, act: str, selector: str) -> float:
    """Return milliseconds from an act of the reader until the text of a card is another one."""
    page.evaluate(f"() => {{ window.__act = () => {{ {act} }}; }}")
    return float(page.evaluate(WATCH, selector))


def press(page: Any, selector: str, key: str, card: str) -> float:
    """Return milliseconds from a key on a control until a card has changed."""
    page.locator(selector).first.focus()
    page.evaluate(
        """(card) => { const was = document.querySelector(card)?.textContent; window.__done = null;
        window.addEventListener("keydown", () => { window.__began = performance.now(); }, {once: true, capture: true});
        const look = () => { const now = document.querySelector(card)?.textContent;
          if (window.__began && now !== undefined && now !== was) window.__done = performance.now() - window.__began;
          else requestAnimationFrame(look); };
        window.__began = 0; look(); return 0; }""",
        card,
    )
    page.keyboard.press(key)
    for _ in range(2000):  # the policy of the page forbids the waiting of the library
        if (done := page.evaluate("window.__done")) is not None:
            return float(done)
        page.wait_for_timeout(10)
    return math.nan


def measure(address: str, repeats: int) -> dict[str, dict[str, float]]:
    """Return what was clocked, by name: the first time and the median of the others."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {name: [] for name in BARS}
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(repeats + 1):  # a fresh browser each time: nothing cached
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            found["first paint"].append(
                paint(page, f"{address}/compare?station=den-haag-centraal&lang=en", "#title-map")
            )
            page.context.close()
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        paint(
            page, f"{address}/explore?station=halte&lang=en&on_brighter_lamps=1&x_brighter_lamps=3", "#title-estimate"
        )
        page.wait_for_timeout(1500)
        for k in range(repeats + 1):
            key = "ArrowLeft" if k % 2 else "ArrowRight"
            found["slider to chart"].append(
                press(page, ".measure [role=slider]", key, '[aria-labelledby="title-estimate"]')
            )
            page.wait_for_timeout(800)
        paint(page, f"{address}/compare?station=den-haag-centraal&lang=en", "#title-map")
        page.wait_for_timeout(1500)
        for layer in (["light", "score", "density", "expected"] * (repeats + 1))[: repeats + 1]:
            act = f"""document.querySelector('input[type=radio][value="{layer}"]').click()"""
            found["map switch"].append(clocked(page, act, '[aria-labelledby="title-map"]'))
            page.wait_for_timeout(800)
        page.goto(f"{address}/watch?station=halte&hour=21&day=1&lang=en")
        page.wait_for_selector("canvas.stage")
        page.wait_for_timeout(1500)
        page.locator("canvas.stage").focus()
        page.keyboard.press("Space")
        for _ in range(3):
            page.wait_for_timeout(2000)
            found["replay"].append(float(page.evaluate("document.querySelector('.replay').dataset.fps || 0")))
        browser.close()
    return {name: {"first": v[0], "median": statistics.median(v[1:])} for name, v in found.items()}


def show(found: dict[str, dict[str, float]], console: Console) -> None:
    """Print the table."""
    table = Table(box=None, pad_edge=False)
    for head in ("what", "first", "median", "goal", ""):
        table.add_column(head, justify="left" if head == "what" else "right")
    for name, values in found.items():
        replay = name == "replay"
        unit, met = ("fps", values["median"] >= BARS[name]) if replay else ("ms", values["median"] <= BARS[name])
        cells = [f"{values[key]:.0f} {unit}" for key in ("first", "median")]
        table.add_row(name, *cells, f"{'>=' if replay else '<='} {BARS[name]:.0f} {unit}", "met" if met else "missed")
    console.print(table)


def main() -> None:
    """Serve, clock, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--port", type=int, default=8466)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder)
        crowd(results / MADE / FOLDER / HOUR)
        with served(asked.port, results) as address:
            found = measure(address, asked.repeats)
    if asked.json:
        print(json.dumps(found))
    else:
        show(found, Console())


if __name__ == "__main__":
    main()
