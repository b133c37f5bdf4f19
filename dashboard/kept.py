"""What was made of a study is kept with it, and goes when it goes: a page that is asked for again is there at once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final

from dashboard.study_file import StudyFile

_LOCK: Final = Lock()


def kept[T](study: StudyFile, kind: str, key: Hashable, most: int, make: Callable[[], T]) -> T:
    """Return what ``make`` gives, from what was kept of a study when it was made before.

    Args:
        study: with which it is kept.
        kind: of thing; key: which one, all that it depends on beside the study.
        most: things of this kind that are kept; the one that was not asked for longest goes first.
        make: makes it; two who ask at once may both make it.
    """
    with _LOCK:
        room: OrderedDict[Hashable, T] = study.kept.setdefault(kind, OrderedDict())
        if key in room:
            room.move_to_end(key)
            return room[key]
    made = make()
    with _LOCK:
        room[key] = made
        while len(room) > most:
            room.popitem(last=False)
    return made
