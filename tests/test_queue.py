"""The queue of studies: what is asked is neither lost nor run twice, and nobody can flood it."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scenarios import queue
from scenarios.queue import MOST_OPEN, MOST_OPEN_OF_ONE, Queue, QueueFullError

TITLE = {"en": "t", "nl": "t"}


def _ask(q: Queue, text: str, owner: str = "", days: int = 5) -> str:
    return q.submit("halte", [text], TITLE, days=days, owner=owner)


def test_a_study_waits_runs_and_is_done(tmp_path: Path) -> None:
    q = Queue(tmp_path)
    assert q.jobs() == ()
    key = _ask(q, "a")
    assert len(key) == 32
    assert q.enrol(1)
    job = q.take()
    assert job is not None
    assert (job.id, job.station, job.texts, job.days) == (key, "halte", ("a",), 5)
    assert q.take() is None
    assert not q.tell(key, "days", 3, 10, 60.0, 0)
    running = q.job(key)
    assert running is not None
    assert (running.state, running.done, running.total, running.seconds_left) == ("running", 3, 10, 60.0)
    q.end(key, "done")
    assert [j.state for j in q.jobs()] == ["done"]
    assert q.open_count() == 0


def test_the_same_question_is_not_put_in_twice(tmp_path: Path) -> None:
    q = Queue(tmp_path)
    assert _ask(q, "a") == _ask(q, "a") != _ask(q, "a", days=6)
    assert len(q.jobs()) == 2


def test_f20_a_flood_is_refused_and_the_queue_stays_quick(tmp_path: Path) -> None:
    q = Queue(tmp_path)
    refused = 0
    for number in range(150):
        try:
            _ask(q, f"text {number}", owner=f"person {number % 5}")
        except QueueFullError:
            refused += 1
    assert q.open_count() == MOST_OPEN
    assert refused == 150 - MOST_OPEN
    start = time.perf_counter()
    q.jobs()
    assert time.perf_counter() - start < 1.0


def test_f20_one_person_cannot_take_all_places_and_turns_are_fair(tmp_path: Path) -> None:
    q = Queue(tmp_path)
    for number in range(MOST_OPEN_OF_ONE):
        _ask(q, f"{number}", owner="a")
    with pytest.raises(QueueFullError):
        _ask(q, "one more", owner="a")
    _ask(q, "late", owner="b")
    q.enrol(1)
    owners = []
    for _ in range(3):
        job = q.take()
        assert job is not None
        owners.append(job.owner)
        q.end(job.id, "done")
    assert owners == ["a", "b", "a"]


def test_stop_and_resume(tmp_path: Path) -> None:
    q = Queue(tmp_path)
    first, second = _ask(q, "a"), _ask(q, "b")
    q.enrol(1)
    job = q.take()
    assert job is not None
    assert job.id == first
    q.stop(second)
    assert [j.state for j in q.jobs() if j.id == second] == ["stopped"]
    q.stop(first)
    assert q.tell(first, "days", 1, 10, None, 0)
    q.end(first, "stopped")
    q.resume(first)
    again = q.take()
    assert again is not None
    assert (again.id, again.stop) == (first, False)


def test_f23_what_a_dead_worker_left_running_waits_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    q = Queue(tmp_path)
    key = _ask(q, "a")
    assert q.enrol(1)
    assert q.take() is not None
    assert not q.enrol(2)
    assert q.worked_on()
    monkeypatch.setattr(queue, "ALIVE_S", 0.0)
    assert not q.worked_on()
    assert q.enrol(2)
    assert not q.beat(1)
    job = q.take()
    assert job is not None
    assert job.id == key


def test_f4_many_ask_at_once_and_no_row_is_lost(tmp_path: Path) -> None:
    q = Queue(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda n: _ask(Queue(tmp_path), f"{n}", owner=f"{n % 4}"), range(24)))
    assert len(set(keys)) == 24
    assert {job.id for job in q.jobs()} == set(keys)
