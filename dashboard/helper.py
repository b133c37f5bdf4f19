"""Work that needs the fields of a station, in one process beside the page, so that the page itself stays light.

Whoever asks the same again gets what was found; while it is not there yet, the page asks again.
"""

import multiprocessing
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Final

_HELD: Final = 64
_MOST_WAITING: Final = 8


@dataclass(frozen=True)
class Answered:
    """What a question has come to: a value, a message why there is none, or neither while it is worked on."""

    value: Any = None
    wrong: str = ""

    @property
    def pending(self) -> bool:
        """Whether it is worked on."""
        return self.value is None and not self.wrong


class Helper:
    """Asks questions of a process of its own, which is started with the first one."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._asked: OrderedDict[tuple[Any, ...], Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Answered:
        """Return what is known of a question, and put it when nobody has.

        Args:
            function: of a module, so that the other process can find it; it must not return None.
            arguments: hashable.
        """
        key = (function.__name__, *arguments)
        with self._lock:
            future = self._asked.get(key)
            if future is None:
                waiting = sum(not other.done() for other in self._asked.values())
                if waiting >= _MOST_WAITING:
                    return Answered()
                future = self._submit(function, arguments)
                self._asked[key] = future
                while len(self._asked) > _HELD:
                    self._asked.popitem(last=False)
            self._asked.move_to_end(key)
        return self._look(key, future)

    def known(self, function: Callable[..., Any], *arguments: Any) -> Answered | None:
        """Return what a question has come to, None when nobody has put it."""
        key = (function.__name__, *arguments)
        with self._lock:
            future = self._asked.get(key)
        return None if future is None else self._look(key, future)

    def _submit(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Future[Any]:
        from scenarios.run import one_thread

        for _ in range(2):
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(max_workers=1, mp_context=context)
            try:
                with one_thread():
                    return self._pool.submit(function, *arguments)
            except BrokenProcessPool:
                self._pool = None
        raise RuntimeError("the helper process does not start")

    def _look(self, key: tuple[Any, ...], future: Future[Any]) -> Answered:
        if not future.done():
            return Answered()
        try:
            return Answered(value=future.result())
        except BrokenProcessPool:
            with self._lock:
                self._pool = None
                self._asked.pop(key, None)
            return Answered()
        except ValueError as error:  # faults of what was asked, in words
            return Answered(wrong=str(error))
        except Exception as error:
            return Answered(wrong=f"{type(error).__name__}: {error}")

    def close(self) -> None:
        """End the process, also in the middle of a question: nobody is there any more to read the answer."""
        if self._pool is None:
            return
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        self._pool = None
