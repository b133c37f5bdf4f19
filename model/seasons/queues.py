"""A desk with a queue: cases wait for one of its workers, urgent ones first, and give up after a time.

Event-driven in continuous time: nothing is rounded to weeks, so that the same code can be held against Erlang and
Pollaczek-Khinchine (science.md V25) and be asked week by week.
"""

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import inf
from typing import NamedTuple


class Case(NamedTuple):
    """Something to be followed up. Times in days.

    Attributes:
        arrival: when it came in.  work: time that one worker spends on it.
        priority: 0 is the most urgent.  number: of the case, breaks ties and tells which it is; -1 for cases
            from elsewhere that nobody here follows.
    """

    arrival: float
    work: float
    priority: int = 0
    number: int = -1


class Closed(NamedTuple):
    """A case that has left the queue: taken up at ``begun``, or given up at ``begun`` without action."""

    case: Case
    begun: float
    acted: bool


@dataclass
class Desk:
    """Workers who take the most urgent case that waits longest; a case begun is finished.

    Attributes:
        free: when each worker is free, a heap.  waiting: (priority, arrival, number, work), a heap.
        patience: days after which a case is closed without action.
        busy: work done so far, in worker-days.
    """

    free: list[float]
    waiting: list[tuple[int, float, int, float]] = field(default_factory=list)
    patience: float = inf
    busy: float = 0.0

    @classmethod
    def of(cls, workers: int, patience: float = inf, start: float = 0.0) -> "Desk":
        """Return a desk that is idle from ``start`` on."""
        return cls([start] * workers, patience=patience)

    def work(self, cases: list[Case], until: float) -> list[Closed]:
        """Take in cases and work until a moment.

        Args:
            cases: in order of arrival, all of them after the last call's ``until`` and not after this one.

        Returns:
            Cases that were begun or given up, in order.
        """
        closed: list[Closed] = []
        for case in cases:
            self._serve(case.arrival, closed)
            heappush(self.waiting, (case.priority, case.arrival, case.number, case.work))
        self._serve(until, closed)
        return closed

    def _serve(self, until: float, closed: list[Closed]) -> None:
        """Let free workers begin on what waits, up to ``until``."""
        while self.waiting and max(self.free[0], self.waiting[0][1]) <= until:
            priority, arrival, number, work = heappop(self.waiting)
            begun = max(self.free[0], arrival)
            case = Case(arrival, work, priority, number)
            if begun - arrival > self.patience:
                closed.append(Closed(case, arrival + self.patience, False))
                continue
            heappop(self.free)
            heappush(self.free, begun + work)
            self.busy += work
            closed.append(Closed(case, begun, True))

    def staff(self, workers: int, now: float) -> None:
        """Change the number of workers; who goes first finishes the case in hand."""
        self.free.sort()
        while len(self.free) > max(workers, 1):
            self.free.pop(0)  # who is free first
        while len(self.free) < workers:
            self.free.append(now)
        heapify(self.free)
