"""The desk with a queue: who goes first, who gives up, and that weeks cut nothing (V25 is in tests/science)."""

import numpy as np

from model.seasons.queues import Case, Desk


def mean_wait(desk: Desk, arrivals: np.ndarray, work: np.ndarray, priority: np.ndarray | None = None) -> float:
    level = np.zeros(len(arrivals), int) if priority is None else priority
    cases = [Case(float(t), float(w), int(k), i) for i, (t, w, k) in enumerate(zip(arrivals, work, level, strict=True))]
    closed = desk.work(cases, float("inf"))
    assert len(closed) == len(cases)
    waits = np.array([c.begun - c.case.arrival for c in closed])
    assert (waits >= 0).all()
    return float(waits.mean())


def arrivals_of(rng: np.random.Generator, rate: float, n: int) -> np.ndarray:
    return rng.exponential(1 / rate, n).cumsum()


def test_work_asked_week_by_week_is_the_same_work() -> None:
    rng = np.random.default_rng(3)
    arrivals, work = arrivals_of(rng, 2.4, 3000), rng.exponential(1, 3000)
    cases = [Case(float(t), float(w), i % 3, i) for i, (t, w) in enumerate(zip(arrivals, work, strict=True))]
    at_once = Desk.of(3, patience=20).work(cases, arrivals[-1] + 500)
    desk, by_week, week = Desk.of(3, patience=20), [], 0.0
    while week < arrivals[-1] + 500:
        mine = [c for c in cases if week < c.arrival <= week + 7]
        by_week += desk.work(mine, min(week + 7, arrivals[-1] + 500))
        week += 7
    assert by_week == at_once


def test_urgent_cases_go_first_and_old_ones_are_given_up() -> None:
    desk = Desk.of(1, patience=5)
    cases = [Case(0.0, 4.0, 2, 0), Case(1.0, 4.0, 2, 1), Case(2.0, 4.0, 0, 2), Case(3.0, 1.0, 1, 3)]
    closed = desk.work(cases, 100.0)
    assert [c.case.number for c in closed] == [0, 2, 3, 1]
    assert [c.acted for c in closed] == [True, True, True, False]
    assert closed[-1].begun == 6  # 5 days after it came
    assert desk.busy == 9
    assert desk.waiting == []


def test_nobody_waits_longer_with_more_workers() -> None:
    rng = np.random.default_rng(5)
    arrivals, work = arrivals_of(rng, 2.0, 4000), rng.exponential(1, 4000)
    waits = [mean_wait(Desk.of(s), arrivals, work) for s in (3, 4, 6)]
    assert waits[0] > waits[1] > waits[2]


def test_staff_that_goes_finishes_its_case() -> None:
    desk = Desk.of(2)
    desk.work([Case(0.0, 10.0, 0, 0), Case(0.0, 3.0, 0, 1)], 1.0)
    desk.staff(1, 1.0)
    assert desk.work([Case(2.0, 1.0, 0, 2)], 20.0)[0].begun == 10
    desk.staff(2, 20.0)
    assert len(desk.free) == 2
