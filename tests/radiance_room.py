"""An underpass for Radiance: the same walls, lamps and points as ours, traced with many bounces."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.inputs.layout import Lamp, Layout, Wall, Zone
from model.parameters import Parameters
from model.world.grid import make_grid
from model.world.light import make_light
from model.world.sight import make_outlook
from tests.twins_fields import layout, rectangle, zone

FACE_M = 1.6
AZIMUTHS = 8
LAMP_SIDE_M = 0.2
CLEAR_M = 0.1


@dataclass(frozen=True)
class Underpass:
    """A straight underpass, closed at both ends, with lamps along its middle.

    Attributes:
        length, width, height: clear sizes, m.
        lamp_m: height of the lamps; every_m: their distance; lumen: of each, after losses.
        reflectance: of walls, ceiling and floor.
    """

    length: float = 30.0
    width: float = 5.0
    height: float = 3.0
    lamp_m: float = 2.8
    every_m: float = 6.0
    lumen: float = 3000.0
    reflectance: float = 0.25

    def lamps(self) -> list[tuple[float, float]]:
        """Return the places of the lamps."""
        number = round(self.length / self.every_m)
        return [((k + 0.5) * self.length / number, self.width / 2) for k in range(number)]


def ours(place: Underpass, parameters: Parameters) -> tuple[Any, Any, Any, Any]:
    """Return x, y, horizontal and cylindrical illuminance of our cells whose points do not lie on a wall."""
    shift = 0.25  # walls are drawn on the quarter metre beyond the clear size
    walls: list[Wall] = rectangle(-shift / 2, -shift / 2, place.length + shift / 2, place.width + shift / 2)
    room: Zone = zone("room", 0, 0, place.length, place.width, roofed=True, reflectance=place.reflectance)
    lumen = place.lumen / parameters.light_maintenance
    lamps = tuple(Lamp(f"l{k}", 0, x, y, place.lamp_m, lumen) for k, (x, y) in enumerate(place.lamps()))
    drawn: Layout = layout(walls, [room], lamps=lamps)
    grid = make_grid(drawn)
    light = make_light(drawn, grid, make_outlook(drawn, grid, parameters).mask, parameters)
    x, y = grid.cell_x.astype(float), grid.cell_y.astype(float)
    clear = (np.minimum(x, place.length - x) > CLEAR_M) & (np.minimum(y, place.width - y) > CLEAR_M)
    return x[clear], y[clear], light.floor_lx[clear], light.face_lx[clear]


def scene(place: Underpass) -> str:
    """Return the Radiance description; radiances are luminances (cd/m2), so irradiances are lux."""
    r, (a, b, c) = place.reflectance, (place.length, place.width, place.height)
    parts = [f"void plastic grey 0 0 5 {r} {r} {r} 0 0"]
    corners = [(0, 0, 0), (a, 0, 0), (a, b, 0), (0, b, 0), (0, 0, c), (a, 0, c), (a, b, c), (0, b, c)]
    faces = {"floor": (0, 1, 2, 3), "ceiling": (7, 6, 5, 4), "south": (0, 4, 5, 1), "north": (3, 2, 6, 7),
             "west": (0, 3, 7, 4), "east": (1, 5, 6, 2)}  # fmt: skip
    for name, ring in faces.items():
        numbers = " ".join(f"{v:g}" for k in ring for v in corners[k])
        parts.append(f"grey polygon {name} 0 0 12 {numbers}")
    luminance = place.lumen / (np.pi * LAMP_SIDE_M**2)
    parts.append(f"void light lamp 0 0 3 {luminance:g} {luminance:g} {luminance:g}")
    h = LAMP_SIDE_M / 2
    for k, (x, y) in enumerate(place.lamps()):
        # counter-clockwise from below: it shines downwards
        ring = [(x - h, y - h), (x - h, y + h), (x + h, y + h), (x + h, y - h)]
        numbers = " ".join(f"{u:g} {v:g} {place.lamp_m:g}" for u, v in ring)
        parts.append(f"lamp polygon lamp{k} 0 0 12 {numbers}")
    return "\n".join(parts) + "\n"


def traced(
    place: Underpass, x: NDArray[np.float64], y: NDArray[np.float64], bounces: int, azimuths: int = AZIMUTHS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return horizontal illuminance at the floor and mean cylindrical at the face by ``rtrace``."""
    import pyradiance as radiance

    turns = 2 * np.pi * np.arange(azimuths) / azimuths
    rays = [f"{u:g} {v:g} 0.001 0 0 1" for u, v in zip(x, y, strict=True)]
    rays += [
        f"{u:g} {v:g} {FACE_M:g} {np.cos(t):.6f} {np.sin(t):.6f} 0" for u, v in zip(x, y, strict=True) for t in turns
    ]
    quality = ["-ab", str(bounces), "-aa", "0.15", "-ad", "400", "-as", "100", "-ar", "32", "-ds", "0.1"]
    with tempfile.TemporaryDirectory() as folder:
        described, octree = Path(folder) / "room.rad", Path(folder) / "room.oct"
        described.write_text(scene(place), "utf-8")
        octree.write_bytes(radiance.oconv(described))
        text = radiance.rtrace(
            "\n".join(rays).encode() + b"\n", octree, header=False, irradiance=True, params=quality
        )
    # grey light: the first of three equal channels
    lux = np.array([float(line.split()[0]) for line in text.decode().splitlines() if line.strip()])
    return lux[: len(x)], lux[len(x) :].reshape(len(x), azimuths).mean(axis=1)
