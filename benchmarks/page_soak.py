"""Five readers click about for half an hour: does anything fail, and does the server grow?

    python benchmarks/page_soak.py [--minutes 30]
    python benchmarks/page_soak.py --pages 6000

Prints how many clicks were made, what went wrong in a browser, and the memory of the server at the start, at the end
and, by its slope over the second half, after 24 hours. Goal: no error, less than 5% more in 24 hours.

Half an hour of clicks fills what the server keeps (the last pages, layers and cards, each to its bound) and says
nothing of the hours after. ``--pages`` draws so many pages with random choices in one process, in eight threads as the
server does, and prints its memory after every 500.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

import numpy as np
from plotly.utils import PlotlyJSONEncoder

from dashboard.pages.compare_cards import GROUPS, HOURS
from dashboard.pages.map_card import LAYERS

ROOT: Final = Path(__file__).resolve().parents[1]
READERS: Final = 5
PAGES: Final = ("explore", "compare", "portfolio", "watch", "walk", "place", "evidence", "calibrate", "runs", "access")
DRAWN: Final = PAGES[:4] + PAGES[5:9]  # walks run the model
MEASURES: Final = ("brighter_lamps", "evening_patrol", "cameras", "body_cams", "announcements", "cleaning", "square")
EVERY: Final = 500
STATIONS: Final = ("halte", "den-haag-centraal", "shoebox")
# what a reader may click without running anything
CLICKS: Final = (
    "a.rail-link", "label.mantine-SegmentedControl-label", "[role=switch]", "[data-act=table]", "svg.plan .zone",
    ".finding", "[data-act=undo]", "a.language", "summary",
)  # fmt: skip


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith("VmRSS"))) / 1024


def click(page: Any, rng: random.Random) -> None:
    """Click something that is there, or go to another page."""
    targets = page.locator(rng.choice(CLICKS))
    count = targets.count()
    if count:
        targets.nth(rng.randrange(count)).click(timeout=2000, force=True, no_wait_after=True)


def soak(address: str, pid: int, minutes: float) -> tuple[int, list[str], list[tuple[float, float]]]:
    """Click about; return the clicks, what went wrong, and (hours, MB) of the server."""
    from playwright.sync_api import Error, sync_playwright

    rng, wrong, seen, clicks = random.Random(1), [], [], 0
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        pages = [browser.new_context(viewport={"width": 1280, "height": 900}).new_page() for _ in range(READERS)]
        for page in pages:
            page.on("console", lambda m: wrong.append(m.text[:200]) if m.type == "error" else None)
            page.on("pageerror", lambda e: wrong.append(str(e)[:200]))
        began = time.monotonic()
        while (gone := time.monotonic() - began) < minutes * 60:
            page = rng.choice(pages)
            try:
                if rng.random() < 0.15 or page.url == "about:blank":
                    page.goto(
                        f"{address}/{rng.choice(PAGES)}?station={rng.choice(STATIONS)}&lang={rng.choice(('en', 'nl'))}"
                    )
                else:
                    click(page, rng)
            except Error:
                continue  # it went away while the page was drawn anew
            clicks += 1
            seen.append((gone / 3600, memory_mb(pid)))
        browser.close()
    return clicks, wrong, seen


def random_page(rng: random.Random) -> tuple[str, str]:
    """Return path and query of a page with choices on it."""
    page = rng.choice(DRAWN)
    query = f"?station={rng.choice(STATIONS)}&lang={rng.choice(('en', 'nl'))}"
    if page == "explore":
        query += "".join(f"&on_{name}=1" for name in MEASURES if rng.random() < 0.3)
    if page == "compare":
        query += f"&layer={rng.choice(LAYERS)}&group={rng.choice(GROUPS)}&hours={rng.choice(HOURS)}"
    return f"/{page}", query


def draw_pages(pages: int) -> None:
    """Draw random pages in this process and print its memory as it goes."""
    from concurrent.futures import ThreadPoolExecutor

    from dashboard.address import read_address
    from dashboard.app import body_of
    from dashboard.serve import THREADS, look_after_memory, make_site

    def draw(number: int) -> None:
        path, query = random_page(random.Random(number))
        body = body_of(read_address(path, query), site)
        json.dumps(body.content, cls=PlotlyJSONEncoder)

    library = look_after_memory()
    with tempfile.TemporaryDirectory() as results, ThreadPoolExecutor(THREADS) as threads:
        site = make_site(Path(results))
        for done in range(0, pages, EVERY):
            for _ in threads.map(draw, range(done, min(pages, done + EVERY))):
                pass
            if library is not None:
                library.malloc_trim(0)
            print(f"{done + EVERY:6d} pages {memory_mb(os.getpid()):6.0f} MB", flush=True)
        if site.helper is not None:
            site.helper.close()


def tell(minutes: float, clicks: int, wrong: list[str], seen: list[tuple[float, float]]) -> None:
    """Print what was seen."""
    half = np.array(seen[len(seen) // 2 :])
    slope = float(np.polyfit(half[:, 0], half[:, 1], 1)[0])
    print(f"{READERS} readers, {minutes:g} minutes, {clicks} clicks, {len(wrong)} errors")
    print(f"server {seen[0][1]:.0f} MB at first, {half[0][1]:.0f} half-way, {seen[-1][1]:.0f} at the end")
    print(f"{slope:+.2f} MB an hour: {100 * 24 * slope / seen[-1][1]:+.1f}% in 24 hours")
    for text in sorted(set(wrong))[:10]:
        print("  ", text)


def main() -> None:
    """Serve, click, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--port", type=int, default=8467)
    parser.add_argument("--pages", type=int, help="draw so many pages in one process, without a browser")
    asked = parser.parse_args()
    if asked.pages:
        draw_pages(asked.pages)
        return
    with tempfile.TemporaryDirectory() as results:
        command = [sys.executable, "-m", "schouw", "dashboard", "--port", str(asked.port), "--results", results]
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        try:
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{asked.port}/health", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.25)
            tell(asked.minutes, *soak(f"http://127.0.0.1:{asked.port}", server.pid, asked.minutes))
        finally:
            server.terminate()
            server.wait(timeout=60)


if __name__ == "__main__":
    main()
