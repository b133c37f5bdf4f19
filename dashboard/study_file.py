"""A finished study as one small file: all that the pages draw, in both languages, and nothing that must be computed.

The page reads these files only: it builds no fields and starts no model. A file is an ``npz`` of plain arrays
(never a pickle) of which one, ``about``, is the JSON text of everything that is no array. Values of maps keep eleven
bits, a relative error of 2 in 10,000, which no step of a legend shows.
"""

import dataclasses
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from dashboard.figures.numbers import LANGUAGES, Language
from dashboard.report_data import Fields, Line, ReportData, ScenarioCard
from dashboard.row_table import RowTable, row_arrays
from model.inputs.layout import Layout
from model.world.fields import CELL_M, FLOOR_M, Grid
from scenarios.packed import read_packed
from scenarios.safe_files import write_whole

FORMAT: Final = 1
SUFFIX: Final = ".npz"
MOST_BYTES: Final = 60_000_000  # of a file, and of each array in it
_KEPT_BITS: Final = 12  # of the 23 of a float that are dropped
_LAYOUT: Final = TypeAdapter(Layout)
_CARDS: Final = TypeAdapter(tuple[ScenarioCard, ...])
_LINES: Final = TypeAdapter(tuple[Line, ...])
_AREA_STEPS: Final = 16  # floor cells in a 1 m cell
_PER_CELL: Final = round(CELL_M / FLOOR_M)

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


class StudyFileError(ValueError):
    """A file that is no study, or one of another format."""


@dataclass(frozen=True)
class ZoneSums:
    """Sums of one arm by zone, mean of the days.

    Attributes:
        score_seconds, seconds: (bands, genders, zones) as in ``Results``, bands and genders in the order of ``BANDS``
            with after_19 behind them, and of ``GENDERS``.
        expected: (bands, zones) expected incidents of all types a day.
    """

    score_seconds: Floats
    seconds: Floats
    expected: Floats


@dataclass(frozen=True)
class Place:
    """What of one arm does not depend on days.

    Attributes:
        camera_cover: (C,) chance that a camera sees a face at night.
        traps: (C,) cells of entrapment spots at night.
    """

    camera_cover: Floats
    traps: Bools


@dataclass(frozen=True)
class Ranking:
    """How the scenarios rank for women after 19:00.

    Attributes:
        first: share of resampled sets of days in which each scenario has the most points per euro, by name.
        draws: whether sets of parameter values were resampled instead of days.
    """

    first: Mapping[str, float]
    draws: bool


@dataclass(frozen=True)
class StudyFile:
    """One study, ready to be drawn.

    Attributes:
        key: names it in an address.
        data: what the report shows, by language.
        zones, places: of the base and each scenario, in their order.
        ranking: None where nothing can be ranked.
        texts: the scenario files, by name.
        written: date on which the file was made.
        kept: what was drawn of it, see ``dashboard.kept``.
    """

    key: str
    data: Mapping[Language, ReportData]
    zones: tuple[ZoneSums, ...]
    places: tuple[Place, ...]
    ranking: Ranking | None
    texts: Mapping[str, str]
    written: str
    kept: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def any(self) -> ReportData:
        """The data in English, for what has no language."""
        return self.data["en"]

    @property
    def station(self) -> str:
        """Id of the station."""
        return self.any.layout.id

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenarios."""
        return tuple(card.name for card in self.any.scenarios)


def _rounded(values: NDArray[Any]) -> Floats:
    """Return floats with eleven bits kept, which pack to a third."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    half, mask = np.uint32(1 << (_KEPT_BITS - 1)), np.uint32(0xFFFFFFFF ^ ((1 << _KEPT_BITS) - 1))
    return np.asarray(((bits + half) & mask).view(np.float32))


def _grid_arrays(grid: Grid) -> dict[str, NDArray[Any]]:
    return {
        "grid_cell": np.packbits(grid.cell >= 0),
        "grid_floor": np.packbits(grid.floor >= 0),
        "grid_floor_level": grid.floor_level.astype(np.int8),
        "grid_cell_level": grid.cell_level.astype(np.int8),
        "grid_cell_zone": grid.cell_zone,
        "grid_area": np.rint(grid.cell_area_m2 * _AREA_STEPS).astype(np.uint8),
    }


def _numbered(packed: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.int32]:
    inside = np.unpackbits(packed, count=shape[0] * shape[1]).astype(np.bool_)
    numbers = np.full(inside.shape, -1, np.int32)
    numbers[inside] = np.arange(int(inside.sum()), dtype=np.int32)
    return numbers.reshape(shape)


def _grid(about: dict[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Grid:
    """Return the grid as far as drawings need it: points of cells are their middles, sight is left out."""
    nx, ny, x0, y0 = int(about["nx"]), int(about["ny"]), float(about["x0"]), float(about["y0"])
    cell = _numbered(arrays["grid_cell"], (ny, nx))
    iy, ix = np.nonzero(cell >= 0)
    return Grid(
        x0=x0,
        y0=y0,
        nx=nx,
        ny=ny,
        floor=_numbered(arrays["grid_floor"], (_PER_CELL * ny, _PER_CELL * nx)),
        floor_level=arrays["grid_floor_level"].astype(np.int16),
        cell=cell,
        cell_x=(x0 + (ix + 0.5) * CELL_M).astype(np.float32),
        cell_y=(y0 + (iy + 0.5) * CELL_M).astype(np.float32),
        cell_level=arrays["grid_cell_level"].astype(np.int16),
        cell_zone=arrays["grid_cell_zone"].astype(np.int16),
        cell_area_m2=(arrays["grid_area"] / _AREA_STEPS).astype(np.float32),
        blocked=np.zeros((0, 0), np.bool_),
    )


def _arm_arrays(number: int, fields: Fields, zones: ZoneSums, place: Place) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {
        f"arm{number}_map_{name}": _rounded(raster) for name, raster in fields.maps.items()
    }
    arrays[f"arm{number}_floor_lx"] = _rounded(fields.floor_lx)
    arrays[f"arm{number}_cover"] = _rounded(place.camera_cover)
    arrays[f"arm{number}_traps"] = np.packbits(place.traps)
    for name in ("score_seconds", "seconds", "expected"):
        arrays[f"arm{number}_zone_{name}"] = _rounded(getattr(zones, name))
    return arrays


def _arm(number: int, arrays: Mapping[str, NDArray[Any]], cells: int) -> tuple[Fields, ZoneSums, Place]:
    start = f"arm{number}_map_"
    maps = {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}
    zones = ZoneSums(*(arrays[f"arm{number}_zone_{name}"] for name in ("score_seconds", "seconds", "expected")))
    traps = np.unpackbits(arrays[f"arm{number}_traps"], count=cells).astype(np.bool_)
    return Fields(maps, arrays[f"arm{number}_floor_lx"]), zones, Place(arrays[f"arm{number}_cover"], traps)


_IN_A_LANGUAGE: Final = ("station", "provenance", "notes")
_ONCE: Final = ("window", "pairs", "sun", "confidence", "draws", "luck_share", "north_deg", "attribution", "version")


def _about(study: StudyFile, words: dict[str, list[str]]) -> dict[str, Any]:
    once: dict[str, Any] = {name: getattr(study.any, name) for name in _ONCE}
    texts = {
        language: {
            **{name: getattr(data, name) for name in _IN_A_LANGUAGE},
            "scenarios": _CARDS.dump_python(data.scenarios, mode="json"),
            "lines": _LINES.dump_python(data.lines, mode="json"),
        }
        for language, data in study.data.items()
    }
    grid = study.any.grid
    return {
        "format": FORMAT,
        "day": study.any.day.isoformat(),
        "once": once,
        "languages": texts,
        "words": words,
        "grid": {"nx": grid.nx, "ny": grid.ny, "x0": grid.x0, "y0": grid.y0},
        "layout": json.loads(_LAYOUT.dump_json(study.any.layout)),
        "ranking": dataclasses.asdict(study.ranking) if study.ranking else None,
        "texts": dict(study.texts),
        "written": study.written,
    }


def write_study_file(path: Path, study: StudyFile) -> Path:
    """Write a study; whoever reads sees the old file or the new one.

    Raises:
        OSError: the disk refuses.
    """
    arrays, words = row_arrays(study.any.rows)
    arrays |= _grid_arrays(study.any.grid)
    arms = (study.any.base, *(study.any.fields[name] for name in study.names))
    for number, (fields, zones, place) in enumerate(zip(arms, study.zones, study.places, strict=True)):
        arrays |= _arm_arrays(number, fields, zones, place)
    about = json.dumps(_about(study, words), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    arrays["about"] = np.frombuffer(about.encode("utf-8"), np.uint8)
    memory = io.BytesIO()
    np.savez_compressed(memory, **arrays)  # type: ignore[arg-type]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, memory.getvalue())
    return path


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file that is not larger than a study can be, packed or unpacked."""
    if path.stat().st_size > MOST_BYTES:
        raise StudyFileError(f"{path.name} is larger than a study can be")
    with zipfile.ZipFile(path) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > 8 * MOST_BYTES:
            raise StudyFileError(f"{path.name} unpacks to more than a study can be")
    return read_packed(path)


def station_in(path: Path) -> str:
    """Return the station of a study file without reading the rest of it; empty when it is none."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return str(json.loads(stored["about"].tobytes())["layout"]["id"])
    except (OSError, KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        return ""


def read_study_file(path: Path) -> StudyFile:
    """Return the study of a file; its key is the name of the file.

    Raises:
        StudyFileError: it is no study, damaged, or of another format.
        OSError: it cannot be read.
    """
    try:
        arrays = _read_arrays(path)
        about = json.loads(arrays["about"].tobytes().decode("utf-8"))
        if about["format"] != FORMAT:
            raise StudyFileError(f"{path.name} is of format {about['format']}, this version reads {FORMAT}")
        return _study(path.name.removesuffix(SUFFIX), about, arrays)
    except (KeyError, TypeError, IndexError, ValidationError, ValueError, zipfile.BadZipFile) as error:
        if isinstance(error, StudyFileError):
            raise
        raise StudyFileError(f"{path.name} is not a study: {error}") from error


def _study(key: str, about: dict[str, Any], arrays: Mapping[str, NDArray[Any]]) -> StudyFile:
    layout, grid = _LAYOUT.validate_python(about["layout"]), _grid(about["grid"], arrays)
    rows = RowTable(arrays, about["words"])
    names = [card["name"] for card in about["languages"]["en"]["scenarios"]]
    arms = [_arm(number, arrays, len(grid.cell_level)) for number in range(len(names) + 1)]
    once: dict[str, Any] = {name: tuple(v) if isinstance(v := about["once"][name], list) else v for name in _ONCE}

    def data(language: Language) -> ReportData:
        texts: dict[str, Any] = about["languages"][language]
        told: dict[str, Any] = {**{name: texts[name] for name in _IN_A_LANGUAGE}, **once}
        return ReportData(
            language=language,
            layout=layout,
            grid=grid,
            day=date.fromisoformat(about["day"]),
            scenarios=_CARDS.validate_python(texts["scenarios"]),
            rows=rows,
            lines=_LINES.validate_python(texts["lines"]),
            base=arms[0][0],
            fields={name: arm[0] for name, arm in zip(names, arms[1:], strict=True)},
            **told,
        )

    return StudyFile(
        key=key,
        data={language: data(language) for language in LANGUAGES},
        zones=tuple(arm[1] for arm in arms),
        places=tuple(arm[2] for arm in arms),
        ranking=Ranking(**about["ranking"]) if about["ranking"] else None,
        texts=about["texts"],
        written=about["written"],
    )


Reader = Callable[[Path], StudyFile]
