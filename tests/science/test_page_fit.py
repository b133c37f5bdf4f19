"""A fit that was started on the page, run by the worker of the page to its end, and read on the page again."""

import base64
from pathlib import Path

import pytest

from dashboard import fits, worker
from dashboard.address import Address
from dashboard.monitors import take
from dashboard.pages import calibrate
from dashboard.pages.page import Site
from dashboard.shelf import MADE, Shelf
from scenarios.queue import Queue

POINTS = 36  # the fewest that its emulator takes
FILE = b"station,wave,item,value,unit,group,n\nALL,2024,safety_evening,6.9,score,all,70000\n"


def test_a_fit_of_the_page_runs_to_its_end_and_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shoebox, fewer points than the page asks for: progress is told run by run, the end is prior against posterior."""
    monkeypatch.setattr(fits, "POINTS", POINTS)
    monkeypatch.setattr(worker, "POINTS", POINTS)
    results = tmp_path / "results"
    queue = Queue(results / MADE)
    site = Site(Shelf(results / MADE), queue=queue, made=results / MADE)
    monitor = take("data:text/csv;base64," + base64.b64encode(FILE).decode(), "mine.csv", "", results / MADE)
    address = Address("calibrate", "en", {"monitor": monitor.key, "station": "shoebox"})
    key, _ = calibrate.start_fit(address, site)
    told: list[tuple[int, int]] = []
    real = Queue.tell

    def tell(self: Queue, job: str, phase: str, done: int, total: int, left: float | None, failed: int) -> bool:
        told.append((done, total))
        return real(self, job, phase, done, total, left, failed)

    monkeypatch.setattr(Queue, "tell", tell)
    assert worker.work(results, workers=1, patience_s=0.1) == 1
    job = queue.job(key)
    assert job is not None
    assert (job.state, job.told) == ("done", "")
    runs = POINTS * fits.DAYS
    assert {total for _, total in told} == {runs}
    assert any(0 < done < runs for done, _ in told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    cards = {card.key: card for card in calibrate.cards(address.with_(fit=key), site)}
    assert "your file" in cards["prior"].source
    assert len(cards["prior"].table.rows) == 6  # type: ignore[union-attr]
    assert len(cards["targets"].table.rows) == 1  # type: ignore[union-attr]
