"""Monitor files that readers upload: limited, checked, and kept without any figure of fewer than ten people.

A file is kept under an id that nobody can guess, with who brought it. What is wrong with a refused file is kept in its
place, so that its maker can read it. A figure of fewer than ten respondents is dropped before anything is written, and
so is the figure from which it could be had by subtraction; how many people stand behind the others is told in tens.
"""

import base64
import binascii
import csv
import io
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from calibration.monitor import KNOWN, Figure, monitor_in, read_monitor
from calibration.targets import Target, targets_of
from scenarios.faults import StationFileError
from scenarios.safe_files import write_whole

FOLDER: Final = "monitors"
MOST_BYTES: Final = 500_000
MOST_KEPT: Final = 500  # files of all readers
MOST_FAULTS: Final = 40
FEWEST: Final = 10  # respondents behind a figure that is shown
TENS: Final = 10
KEY_BYTES: Final = 16
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_NAME: Final = re.compile(r"[^A-Za-z0-9._ -]")
_ARCHIVES: Final = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"BZh",
    b"\xfd7zXZ",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
)
_PARTS: Final = ("woman", "man")


@dataclass(frozen=True)
class Monitor:
    """One uploaded file. Attributes: key; owner; name: as the reader called it, for the eye only; faults: why it was
    refused; hidden: lines of figures that were dropped; figures: the others."""

    key: str
    owner: str
    name: str
    faults: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str, str, str], ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def targets(self) -> tuple[Target, ...]:
        """What is made of each figure."""
        return targets_of(self.figures)


class RefusedError(ValueError):
    """A file that is not even looked into; the message is the key of a text."""


def unpacked(contents: str) -> bytes:
    """Return the bytes of what a browser sends, ``data:...;base64,...``.

    Raises:
        RefusedError: too large, an archive or another file that is no text, or nothing at all.
    """
    head, mark, body = contents.partition(",")
    if not mark or not head.startswith("data:") or "base64" not in head:
        raise RefusedError("page.upload.broken")
    if len(body) > MOST_BYTES * 4 // 3 + 4:
        raise RefusedError("page.upload.large")
    try:
        raw = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError("page.upload.broken") from None
    if raw.startswith(_ARCHIVES) or b"\0" in raw[:4096]:
        raise RefusedError("page.upload.kind")
    return raw


def plain_name(name: str) -> str:
    """Return a file name as it may be shown: no folder, no sign that means anything."""
    last = re.split(r"[/\\]", name)[-1]
    return _NAME.sub("_", last)[:60].strip(". ") or "monitor.csv"


def take(contents: str, name: str, owner: str, root: Path) -> Monitor:
    """Keep an uploaded file, or what is wrong with it; return it.

    Raises:
        RefusedError: it was not looked into.
        OSError: the disk refuses.
    """
    raw, folder = unpacked(contents), root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    if sum(1 for _ in folder.glob("*.json")) >= MOST_KEPT:
        raise RefusedError("page.upload.full")
    key, shown_as = secrets.token_hex(KEY_BYTES), plain_name(name)
    try:
        figures = monitor_in(raw, shown_as)
    except StationFileError as error:
        found = Monitor(key, owner, shown_as, tuple(str(fault) for fault in error.faults[:MOST_FAULTS]))
    else:
        kept, hidden = without_few(figures)
        found = Monitor(key, owner, shown_as, (), hidden, kept)
        write_whole(folder / f"{key}.csv", monitor_text(kept))
    about = {"owner": owner, "name": shown_as, "faults": found.faults, "hidden": found.hidden}
    write_whole(folder / f"{key}.json", json.dumps(about, ensure_ascii=False))
    return found


def without_few(figures: Sequence[Figure]) -> tuple[tuple[Figure, ...], tuple[tuple[str, str, str, str], ...]]:
    """Return the figures that may be kept, and (station, wave, item, group) of those that may not.

    Where one of women and men is dropped and both together are told, the other one is dropped too: the whole minus the
    other would be the one that must not be seen.
    """
    dropped = {i for i, f in enumerate(figures) if f.n is not None and f.n < FEWEST}
    families: dict[tuple[object, ...], dict[str, int]] = {}
    for i, f in enumerate(figures):
        families.setdefault((f.station, f.wave, f.item, f.type, f.period, f.place, f.arm), {})[f.group] = i
    for groups in families.values():
        whole, parts = groups.get("all"), [groups[part] for part in _PARTS if part in groups]
        if whole is None:
            continue
        known = [i for i in parts if i not in dropped]
        missing = [i for i in parts if i in dropped]
        if len(missing) == 1 and known:
            dropped.update(known)
        of_all = figures[whole].n
        if of_all is not None and len(parts) == 1 and known:  # the part that is not told is the rest
            behind = figures[known[0]].n
            if behind is not None and 0 < of_all - behind < FEWEST:
                dropped.update(known)
    kept = tuple(replace(f, n=_tens(f.n)) for i, f in enumerate(figures) if i not in dropped)
    hidden = tuple((f.station, f"{f.wave:g}", f.item, f.group) for i, f in enumerate(figures) if i in dropped)
    return kept, hidden


def _tens(n: int | None) -> int | None:
    return None if n is None else n // TENS * TENS


def monitor_text(figures: Sequence[Figure]) -> str:
    """Return figures as the text of a monitor file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [*KNOWN], lineterminator="\n", restval="")
    writer.writeheader()
    for f in figures:
        share = f.item in ("unsafe_12_months", "unsafe_sometimes", "good_share")
        row = {name: getattr(f, name) for name in KNOWN if hasattr(f, name)}
        row |= {"wave": f"{f.wave:g}", "value": repr(100 * f.value if share else f.value)}
        row |= {"representative": int(f.representative)}
        writer.writerow({name: "" if value is None else value for name, value in row.items()})
    return out.getvalue()


def kept_monitor(key: str, owner: str, root: Path) -> Monitor | None:
    """Return an uploaded file by its key; None when there is none, or it is somebody else's."""
    folder = root / FOLDER
    if not _KEY.fullmatch(key):
        return None
    try:
        about = json.loads((folder / f"{key}.json").read_text("utf-8"))
        if owner and about["owner"] != owner:
            return None
        hidden = tuple((str(a), str(b), str(c), str(d)) for a, b, c, d in about["hidden"])
        path = folder / f"{key}.csv"
        figures = read_monitor(path) if path.is_file() else ()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Monitor(key, about["owner"], about["name"], tuple(about["faults"]), hidden, figures)
