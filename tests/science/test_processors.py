"""A step has the same bits on any processor: with AVX-512, with AVX2, and with neither."""

import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_walking_step import mixed_crowd, station_room
from tests.walk_harness import Scene

STEPS = 30
PRINTS = "from tests.science.test_processors import walked; print(walked())"


def walked() -> str:
    """Walk for a while; return a digest of where everybody is and how fast."""
    room = station_room()
    scene = Scene(room, mixed_crowd(room, 400, 6))
    scene.step(STEPS)
    w = scene.walkers
    return hashlib.sha256(w.x.tobytes() + w.y.tobytes() + w.speed.tobytes()).hexdigest()


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="processors of another kind")
@pytest.mark.parametrize(("processor", "features"), [("generic", ""), ("haswell", "+avx2")])
def test_older_processors_give_the_same_bits(processor: str, features: str, tmp_path: Path) -> None:
    env = os.environ | {
        "NUMBA_CPU_NAME": processor,
        "NUMBA_CPU_FEATURES": features,
        "NUMBA_CACHE_DIR": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    told = subprocess.run([sys.executable, "-c", PRINTS], env=env, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-2000:]
    assert told.stdout.strip() == walked()
