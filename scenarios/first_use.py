"""The first use after an installation: kernels are compiled by two processes side by side.

While one process computes fields and goes on to its first day, another (the second worker, or one started for it)
compiles the parts of a second of a day, the last first, into the cache that both share. It needs no fields for that,
only types: it builds a day at a bare place whose fields hold nothing. The first process finds what is there and
compiles the rest; when the other fails or is late, all that is lost is time.
"""

import multiprocessing
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np

from scenarios.run import cores

LEVELS: Final = 8  # of outdoor light
FEW: Final = 1
STATION: Final = "shoebox"
_beside: list[subprocess.Popen[bytes]] = []


def compile_beside() -> None:
    """Start a second process that compiles a day, where nothing is compiled yet and there is a core for it.

    It ends by itself. Does nothing in a worker: there the second worker does it.
    """
    if _beside or cores() == 1 or multiprocessing.parent_process() is not None or is_compiled():
        return
    command = [sys.executable, "-m", "scenarios.first_use"]
    with suppress(OSError):
        _beside.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def compile_ahead() -> None:
    """Compile a day here unless that is done; whatever goes wrong is met again, and told, by the first day."""
    with suppress(Exception):
        if not is_compiled():
            compile_day()


def is_compiled() -> bool:
    """Tell whether the cache holds a day that was compiled after its source was last changed."""
    from model.kernels import second

    source = Path(second.__file__).stat().st_mtime
    folder = Path(second.run_seconds.stats.cache_path)
    return any(one.stat().st_mtime >= source for one in folder.glob("second.run_seconds*.nbi"))


def compile_day() -> None:
    """Compile the parts of a second, the last first, into the cache."""
    from model.kernels.second import PARTS
    from model.station import Station
    from scenarios.station_files import read_station

    inputs = read_station(STATION)
    of_day = Station(inputs, bare_world(inputs)).day_type()
    for part, clock in reversed(PARTS):
        part.compile((of_day, clock))


def bare_world(inputs: Any) -> Any:
    """Return the fields of a station with nothing in them: arrays of the right kinds and shapes."""
    from model.world.fields import REACH, Light, Routes, Sight
    from model.world.grid import make_grid
    from model.world.world import World

    layout = inputs.layout
    grid = make_grid(layout, inputs.parameters)
    cells, floor = len(grid.cell_x), len(grid.floor_level)
    rows = 2 * REACH + 1

    def sheet(kind: type, *shape: int) -> Any:
        return np.zeros((*shape, cells), kind)

    ends = len(layout.accesses) + len(layout.platforms)
    sections = np.arange(len(layout.platforms) + 1, dtype=np.int32) + ends
    destinations = ends + len(layout.platforms) + FEW
    routes = Routes(
        direction=np.zeros((destinations, floor), np.uint8),
        seconds=sheet(np.float32, destinations),
        floor_passage=np.full(floor, -1, np.int16),
        first_platform=len(layout.accesses),
        section_first=sections,
        section_x=np.zeros(len(layout.platforms), np.float32),
        section_y=np.zeros(len(layout.platforms), np.float32),
        first_place=destinations - FEW,
        place_cell=np.zeros(FEW, np.int32),
        place_zone=np.zeros(FEW, np.int16),
        first_gateway=destinations,
        gateway_end=np.zeros(0, np.int16),
        gateway_cell=np.zeros(0, np.int32),
        gateway_seconds=np.zeros(0, np.float32),
    )
    light = Light(
        floor_lx=sheet(np.float32), face_lx=sheet(np.float32), daylight_factor=sheet(np.float32),
        outdoor_lx=np.geomspace(FEW, LEVELS, LEVELS), effective_lx=sheet(np.float32, LEVELS),
    )  # fmt: skip
    sight = Sight(
        mask=np.zeros((cells, rows), np.uint64), mirror_row=np.full(cells, -1, np.int32),
        mirror_mask=np.zeros((0, rows), np.uint64), prospect=sheet(np.float32, LEVELS),
        concealment=sheet(np.float32), escape=sheet(np.float32), camera_cover=sheet(np.float32, LEVELS),
        watched_cover=sheet(np.float32, LEVELS), sign=sheet(np.bool_), help_point=sheet(np.bool_),
        shops=sheet(np.uint64), exit_m=sheet(np.float32),
    )  # fmt: skip
    return World(grid=grid, light=light, sight=sight, routes=routes, open_share=np.ones(floor, np.float32))


if __name__ == "__main__":
    compile_day()
