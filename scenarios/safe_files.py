"""Writing that leaves the old file or the new one, never a half: temporary name, fsync, rename."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from hashlib import sha256
from pathlib import Path
from platform import node
from re import sub
from typing import Any, Final

HOST: Final = sub(r"[^A-Za-z0-9]", "", node()) or "host"  # a folder may be shared: elsewhere numbers mean others


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk; does nothing where folders cannot be opened (Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear_left_over(path: Path) -> None:
    """Take away what processes of this machine left beside a file that were killed while they wrote it."""
    for left in path.parent.glob(f".{escape(path.name)}.{HOST}-*.*"):
        number = left.name.removeprefix(f".{path.name}.{HOST}-").partition(".")[0]
        if number.isdigit() and not alive(int(number)):
            left.unlink(missing_ok=True)


def alive(process: int) -> bool:
    """Return whether a process of this machine is running; True where that cannot be told."""
    if os.name != "posix":  # elsewhere asking a process by signal would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Hand out a temporary name beside a file, and put what was written there in its place in one step.

    Raises:
        OSError: the old file is then still there, untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear_left_over(path)
    beside = path.with_name(f".{path.name}.{HOST}-{os.getpid()}.partial")
    try:
        yield beside
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(beside, path)
        sync_folder(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_whole(path: Path, data: bytes | str) -> None:
    """Replace a file by new content in one step.

    Raises:
        OSError: the old file is then still there, untouched.
    """
    with replace_file(path) as beside:
        beside.write_bytes(data.encode() if isinstance(data, str) else data)


def checksum(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of bytes."""
    return sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    """Return the one JSON text of a value: sorted keys, no spaces to choose."""
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=True).encode() + b"\n"
