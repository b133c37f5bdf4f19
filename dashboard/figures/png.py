"""Pictures without an imaging library: numbers of colours in, a PNG or a data address out."""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from dashboard.figures.palette import channels

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
CLEAR = 255  # index of a pixel without colour


def png(index: NDArray[np.uint8], colours: tuple[str, ...]) -> bytes:
    """Return a PNG with one byte a pixel that points into a palette.

    Args:
        index: (rows, columns), top row first; ``CLEAR`` is transparent, others point into ``colours``.
        colours: at most 255 hex colours.

    Raises:
        ValueError: the picture is empty or an index points past the palette.
    """
    rows, columns = index.shape
    used = index[index != CLEAR]
    if not rows or not columns or (used.size and int(used.max()) >= len(colours)):
        raise ValueError("empty picture, or an index without a colour")
    clear = len(colours)
    body = np.where(index == CLEAR, clear, index).astype(np.uint8)
    lines = np.zeros((rows, columns + 1), np.uint8)  # filter byte 0 before each row
    lines[:, 1:] = body
    palette = b"".join(bytes(channels(c)) for c in colours) + b"\0\0\0"
    head = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    return _SIGNATURE + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", head),
            (b"PLTE", palette),
            (b"tRNS", b"\xff" * clear + b"\0"),
            (b"IDAT", zlib.compress(lines.tobytes(), 6)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def data_address(picture: bytes) -> str:
    """Return a PNG as an address that needs no other file."""
    return "data:image/png;base64," + base64.b64encode(picture).decode("ascii")
