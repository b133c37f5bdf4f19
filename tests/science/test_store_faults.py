"""A study that is killed, refused by the disk, run twice at once or damaged: no lost row, no half file, the same bytes.

The model is the calm one of the fast tests: what is proven here is the store and the runner. Children are forked by
a process of their own, which has read no result before, so that each starts at once.
"""

import errno
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios import safe_files
from scenarios import store as store_module
from scenarios.design_study import DesignStudy
from scenarios.faults import StudyError
from scenarios.run import Processes, Serial
from scenarios.store import DamagedRunError
from scenarios.study_file import read_study
from schouw.studying import carry_out
from tests import fake_model

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, and kills by signal")
FILE = "name: s\nstation: shoebox\ndays: {days}\nscenarios: [evening-patrol]\n"
KILLS = 50
FLIPS = 1000

FORKS = """
import duckdb, os, random, signal, sys, time
from pathlib import Path
from scenarios.run import Serial
from schouw.studying import carry_out
from tests.science.test_store_faults import study

file, out, kills = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
study(file, out)  # all is loaded before the first fork


def child():
    pid = os.fork()
    if pid:
        return pid
    try:
        made = study(file, out)
        carry_out(made, Serial(made.work))
        os._exit(0)
    finally:
        os._exit(1)


def stored():
    return len(os.listdir(out / "runs")) if (out / "runs").is_dir() else 0


if kills:  # after some runs, and then at any moment of the next
    luck, hit = random.Random(11), 0
    for _ in range(kills):
        wanted, pid = stored() + luck.randrange(6), child()
        while stored() < wanted and not os.waitpid(pid, os.WNOHANG)[0]:
            time.sleep(0.002)
        time.sleep(luck.uniform(0, 0.15))
        os.kill(pid, signal.SIGKILL)
        hit += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    print(hit, stored())
else:  # two at once
    print(sorted(os.waitpid(pid, 0)[1] for pid in (child(), child())))
"""


def study(file: Path, out: Path) -> DesignStudy:
    return DesignStudy(read_study(file), out=out, cache=None, run_day=fake_model.run_day, world=fake_model.fake_world)


def asked(folder: Path, days: int) -> Path:
    file = folder / "s.yaml"
    file.write_text(FILE.format(days=days), encoding="utf-8")
    return file


def forks(file: Path, out: Path, kills: int) -> str:
    words = [sys.executable, "-c", FORKS, str(file), str(out), str(kills)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def finished(file: Path, out: Path) -> tuple[bytes, list[str]]:
    """Run a study to its end; return its table and the names of its runs, of which nothing half may be left."""
    made = study(file, out)
    table = carry_out(made, Serial(made.work)).read_bytes()
    assert list((out / "partial").iterdir()) == []
    assert not [path for path in out.rglob("*") if "partial" in path.name and path.is_file()]
    return table, sorted(made.store.keys())


def test_r11_killed_at_50_random_moments_a_study_ends_with_the_same_bytes(
    tmp_path: Path, told: Callable[[str], None]
) -> None:
    file, out = asked(tmp_path, 150), tmp_path / "killed"
    hit, stored = map(int, forks(file, out, KILLS).split())
    assert hit == KILLS, "every child must have been killed on its way"
    table, keys = finished(file, out)
    assert (table, keys) == finished(file, tmp_path / "whole")
    told(f"{KILLS} kills, {stored} of {len(keys)} runs stored by the killed; table and names of runs equal")


def test_f4_two_processes_on_one_store_lose_nothing(tmp_path: Path) -> None:
    file, out = asked(tmp_path, 40), tmp_path / "both"
    assert forks(file, out, 0).split() == ["[0,", "0]"]
    assert finished(file, out) == finished(file, tmp_path / "whole")


def test_r2_eight_workers_give_the_bytes_of_one(tmp_path: Path) -> None:
    file = asked(tmp_path, 12)
    eight = study(file, tmp_path / "eight")
    table = carry_out(eight, Processes(eight.work, 8)).read_bytes()
    assert (table, sorted(eight.store.keys())) == finished(file, tmp_path / "one")


class Refusing:
    """A disk that refuses the n-th of all calls that touch it."""

    def __init__(self, patch: pytest.MonkeyPatch, number: int) -> None:
        self.left = number
        places: list[tuple[Any, str]] = [
            (os, "fsync"), (os, "rename"), (os, "replace"), (Path, "write_bytes"), (Path, "mkdir"),
            (safe_files, "write_synced"), (store_module, "write_synced"), (store_module, "write_day"),
        ]  # fmt: skip
        for owner, name in places:
            patch.setattr(owner, name, self._guarded(getattr(owner, name)))

    def _guarded(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return call(*args, **kwargs)

        return guarded


def refused(file: Path, out: Path) -> str:
    """Run a study and return what stopped it; a sync that fails after the rename of a run stops nothing."""
    try:
        made = study(file, out)
        carry_out(made, Serial(made.work))
    except (OSError, StudyError) as error:
        return str(error)
    return ""


def test_f1_whatever_write_of_a_study_fails_it_goes_on_to_the_same_bytes(
    tmp_path: Path, told: Callable[[str], None]
) -> None:
    file = asked(tmp_path, 1)
    whole = finished(file, tmp_path / "whole")
    for number in range(1, 400):
        out, table = tmp_path / str(number), tmp_path / str(number) / "study.parquet"
        with pytest.MonkeyPatch.context() as patch:
            refusing = Refusing(patch, number)
            why = refused(file, out)
        assert refusing.left > 0 or "No space left" in why or why == ""
        assert not table.exists() or table.read_bytes() == whole[0]
        assert finished(file, out) == whole
        if refusing.left > 0:
            break
    assert 20 < number < 399, "each write must have failed once, and then none"
    told(f"each of {number - 1} writes, renames and syncs failed once: old or new, never half")


def test_f5_every_flipped_bit_is_found(tmp_path: Path, told: Callable[[str], None]) -> None:
    made = study(asked(tmp_path, 1), tmp_path / "out")
    carry_out(made, Serial(made.work))
    luck, files = random.Random(5), sorted(path for path in made.store.runs.rglob("*") if path.is_file())
    for _ in range(FLIPS):
        path = luck.choice(files)
        before = path.read_bytes()
        place, bit = luck.randrange(len(before)), luck.randrange(8)
        path.write_bytes(before[:place] + bytes([before[place] ^ 1 << bit]) + before[place + 1 :])
        with pytest.raises(DamagedRunError):
            made.store.read(path.parent.name)
        path.write_bytes(before)
    assert made.look_up() == made.total
    told(f"{FLIPS} flips of one bit in {len(files)} files, all found")
