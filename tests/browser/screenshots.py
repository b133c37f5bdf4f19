"""Pictures of every page, in both languages, on a wide and a small screen, into a folder that git ignores.

``uv run python tests/browser/screenshots.py [PAGE ...]`` serves the page on shipped results and fills ``screenshots/``.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZES = {1440: 900, 390: 844}
SHOTS = {
    "explore": "explore?station=den-haag-centraal",
    "explore-on": "explore?station=halte&on_brighter_lamps=1",
    "explore-estimate": "explore?station=halte&on_brighter_lamps=1&x_brighter_lamps=3&on_evening_patrol=1&budget=20000",
    "explore-unrun": "explore?station=halte&on_brighter_lamps=1&x_brighter_lamps=3&on_cameras=1",
    "explore-nothing": "explore?station=shoebox",
    "portfolio": "portfolio?station=halte&money=5",
    "compare": "compare?station=den-haag-centraal",
    "compare-three": "compare?station=halte&s=all-three.brighter-lamps.cameras&layer=cover",
    "compare-hours": "compare?station=den-haag-centraal&hours=22-01&group=man&layer=expected",
    "watch": "watch?station=halte&hour=21&day=1",
    "watch-empty": "watch?station=halte&hour=8",
    "walk": "walk?station=halte",
    "place": "place?station=halte&item=platform-2",
    "place-hand": "place?station=halte&px=75&py=2&own=c,0,75,2,90~l,0,60,2",
    "calibrate": "calibrate?station=halte",
    "evidence": "evidence?station=halte",
    "runs": "runs?station=halte",
    "misread": "explore?station=halte&on_brighter_lamps=1&x_brighter_lamps=99&own=l,0,9000,2&from=x",
    "access": "access?station=halte",
    "nothing": "nothing?station=halte",
}
WAIT = {"walk": "#title-way", "watch": "canvas.stage", "evidence": ".ag-row"}


@contextmanager
def served(port: int, results: Path, *more: str) -> Iterator[str]:
    """Serve the page from this checkout until the block ends."""
    command = [sys.executable, "-m", "schouw", "dashboard", "--port", str(port), "--results", str(results), *more]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            if process.poll() is not None:
                raise RuntimeError(f"the page ended with code {process.returncode}")
            try:
                urllib.request.urlopen(f"{address}/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def shoot(page: Page, address: str, name: str, folder: Path, wide: int) -> None:
    """Take one picture per language."""
    for language in ("nl", "en"):
        page.goto(f"{address}/{SHOTS[name]}&lang={language}")
        page.wait_for_selector("h1")
        if name in WAIT:
            page.wait_for_selector(WAIT[name], timeout=60_000, state="attached")
        page.wait_for_timeout(900)
        over = page.evaluate("document.documentElement.scrollWidth") - wide
        if over > 0:
            print(f"{name} {language} {wide}: {over} pixels too wide")
        page.screenshot(path=str(folder / f"{name}-{language}-{wide}.png"), full_page=True)


def main() -> None:
    """Take the pictures that are asked for, all without a word."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", default=list(SHOTS))
    parser.add_argument("--address", help="of a page that is served already")
    parser.add_argument("--port", type=int, default=8462)
    asked = parser.parse_args()
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as results, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def all_of(address: str) -> None:
            for wide, high in SIZES.items():
                page = browser.new_page(viewport={"width": wide, "height": high}, reduced_motion="reduce")
                page.on("console", lambda m: print("console:", m.text[:200]) if m.type == "error" else None)
                for name in asked.pages:
                    shoot(page, address, name, folder, wide)
                page.close()

        if asked.address:
            all_of(asked.address)
        else:
            with served(asked.port, Path(results)) as address:
                all_of(address)
        browser.close()
    print(folder)


if __name__ == "__main__":
    main()
