import os
from pathlib import Path
from typing import Any

import pytest

from model.inputs.inputs import DAY_START_S
from model.kernels import second
from model.station import Station
from model.world.world import World
from scenarios import first_use
from scenarios.station_files import read_station


def test_a_day_at_a_bare_place_has_the_type_of_a_real_one() -> None:
    inputs = read_station("shoebox")
    real = Station(inputs, World.of(inputs))
    real.run_until(DAY_START_S + 1)  # parts that are compiled ahead are those that a day asks for
    bare = Station(inputs, first_use.bare_world(inputs)).day_type()
    assert bare == real.day_type()
    for part, clock in second.PARTS:
        assert part.overloads.keys() <= {(bare, clock)}
    assert {part.py_func.__name__ for part, _ in second.PARTS} <= set(second.run_seconds.py_func.__code__.co_names)


def test_whether_a_day_is_compiled_is_seen_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stats:
        cache_path = str(tmp_path)

    class Kernel:
        stats = Stats

    monkeypatch.setattr(second, "run_seconds", Kernel)
    assert not first_use.is_compiled()
    made = tmp_path / "second.run_seconds-1.py312.nbi"
    made.touch()
    assert first_use.is_compiled()
    os.utime(made, (0, 0))  # of an older source
    assert not first_use.is_compiled()


def test_a_second_process_is_started_once_and_only_where_nothing_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []

    def start(command: list[str], **_: Any) -> list[str]:
        started.append(command)
        return command

    monkeypatch.setattr("subprocess.Popen", start)
    monkeypatch.setattr(first_use, "_beside", [])
    monkeypatch.setattr(first_use, "cores", lambda: 2)
    monkeypatch.setattr(first_use, "is_compiled", lambda: True)
    first_use.compile_beside()
    assert not started
    monkeypatch.setattr(first_use, "is_compiled", lambda: False)
    first_use.compile_beside()
    assert len(started) == 1
    assert started[0][-1] == "scenarios.first_use"
    first_use.compile_beside()  # is under way
    monkeypatch.setattr(first_use, "_beside", [])
    monkeypatch.setattr(first_use, "cores", lambda: 1)
    first_use.compile_beside()
    assert len(started) == 1


def test_what_fails_ahead_is_left_to_the_first_day(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("no type")

    monkeypatch.setattr(first_use, "is_compiled", lambda: False)
    monkeypatch.setattr(first_use, "compile_day", broken)
    first_use.compile_ahead()
