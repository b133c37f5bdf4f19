"""Arrays packed into one file: read whole, so that damage is seen.

numpy stops at the last number that it needs and never looks at the check sum behind it: a hole in the packed bytes can
come out as other numbers without a word.
"""

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def read_packed(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file that ``numpy.savez`` or ``savez_compressed`` wrote, by name.

    Raises:
        ValueError: it is no such file, or damaged.
        OSError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            return {name.removesuffix(".npy"): _array(packed.read(name)) for name in packed.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error


def _array(raw: bytes) -> NDArray[Any]:
    return np.asarray(np.load(io.BytesIO(raw), allow_pickle=False))
