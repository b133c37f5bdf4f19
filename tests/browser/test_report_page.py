"""The report in a browser: nothing runs over the side, the table opens, nothing is asked of the network."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dashboard.figures.numbers import Language
from dashboard.report import report_html
from scenarios.drawn_shoebox import layout
from tests.report_example import example

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=4000",
)
# asks the page how wide it is, after everything has been laid out
PROBE = """<script>addEventListener("load", () => {
const inside = ".scroll, .matrix, .hidden, .skip, svg";
const wide = [...document.querySelectorAll("body *")].filter((e) => !e.closest(inside)
  && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.tagName + "." + e.className);
document.title = JSON.stringify({inner: innerWidth, scroll: document.documentElement.scrollWidth, wide});
});</script>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]


def _dom(tmp_path: Path, html: str, width: int = 1440) -> str:
    """Return the document as the browser has it after its scripts have run."""
    page = tmp_path / "report.html"
    page.write_text(html, encoding="utf-8")
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},1200",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_table_opens_filters_and_writes_numbers_of_the_language(tmp_path: Path, language: Language) -> None:
    html = report_html(example(layout(), language))
    closed = '<details class="screen" id="explorer">'
    assert closed in html
    dom = _dom(tmp_path, html.replace(closed, closed.replace(">", " open>")))
    table = dom[dom.index('class="plain cells"') :]
    rows = re.findall(r"<tr>(?:<td.*?)</tr>", table[: table.index("</table>")])
    assert len(rows) == 96  # 3 scenarios, 4 genders and 8 bands of perceived safety, whole station
    name = {"en": "Perceived safety", "nl": "Veiligheidsgevoel"}[language]
    assert all(name in row for row in rows)
    mark = {"en": r">\d\.\d+<", "nl": r">\d,\d+<"}[language]
    assert all(re.search(mark, row) for row in rows)


@pytest.mark.parametrize("width", [1440, 800, 520])
def test_nothing_runs_over_the_side(tmp_path: Path, width: int) -> None:
    html = report_html(example(layout(), "nl"))
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    dom = _dom(tmp_path, html.replace("</body>", PROBE + "</body>"), width)
    found = re.search(r"<title>(\{.*?\})</title>", dom, re.DOTALL)
    assert found is not None
    assert '"wide":[]' in found.group(1), found.group(1)
