"""Compiled array code: arrays in, arrays out, no other knowledge.

Compiled code is cached on disk. The cache of a function knows its own source but not the constants and types it
takes from other files; so the folder of the cache is named after the sources of all kernels together.
"""

import hashlib
import os
from pathlib import Path

import numba


def cache_folder() -> Path:
    """Return where the compiled kernels of exactly these sources are kept."""
    own = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        own.update(source.read_bytes())
    home = os.environ.get("SCHOUW_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "schouw"
    return Path(home) / "kernels" / own.hexdigest()[:16]


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = str(cache_folder())
