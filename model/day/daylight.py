"""The light of the hour: where the sun is, how dark it is, and the fields that follow from it."""

from collections import namedtuple
from collections.abc import Sequence
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.day.access import gated_zones
from model.day.ground import floor_area
from model.day.perception import references, weights
from model.inputs.inputs import Inputs
from model.inputs.layout import Layout
from model.kernels.daylight import renew_fields
from model.kernels.memory import line_aligned
from model.kernels.presence import floor_around
from model.kernels.records import records
from model.kernels.state import BITS, FLOOR, MOOD, SCENE, SHOP_OPEN, TERM_COLUMNS, Fields, Ground
from model.parameters import Parameters
from model.results import FIRST_HOUR, HOURS, INCIDENT_TYPES
from model.world.fields import Shift
from model.world.hours import cameras_per_operator, states
from model.world.sun import clear_sky, outdoor_lx, solar_altitude
from model.world.world import World

_HOUR = 3600

# what the renewal reads that does not change while the same lamps burn and the same cameras are watched
Sky = namedtuple(
    "Sky", ["log_effective", "log_outdoor", "prospect", "cover", "watched", "signs", "zero", "passive", "active"]
)


def make_fields(layout: Layout, world: World, p: Parameters) -> Fields:
    """Return fields that still have to be renewed."""
    cells, zones = len(world.grid.cell_x), len(layout.zones)
    terms = line_aligned(cells, TERM_COLUMNS, np.float64)
    terms[:, FLOOR] = floor_around(floor_area(world.grid))[world.grid.cell >= 0]
    marked = np.array([z.marked_safe for z in layout.zones], float)
    return Fields(
        cells=np.zeros(cells, SCENE),
        terms=terms,
        camera_log=np.zeros((len(INCIDENT_TYPES), cells)),
        zones=records(
            MOOD, zones, disorder=[z.disorder for z in layout.zones], gated=gated_zones(layout, world),
            marked=marked, marked_alone=marked * p.feel_safe_zone_alone,
        ),
        weights=weights(p, 0.0),
        clock=np.array([0.0, -1.0]),
        open_shops=np.zeros(1, np.uint64),
    )


def make_skies(world: World, p: Parameters) -> list[tuple[int, Sky]]:
    """Return the fixed part of the renewal for each state of the day, with the second from which it holds."""
    shifts = world.shifts or (world.shift(0),)
    return [(shift.from_s, _make_sky(shift, p)) for shift in shifts]


def _make_sky(shift: Shift, p: Parameters) -> Sky:
    tiny = np.finfo(np.float32).tiny
    return Sky(
        log_effective=np.log(np.maximum(shift.light.effective_lx.astype(np.float64), tiny)),
        log_outdoor=np.log(shift.light.outdoor_lx),
        prospect=shift.prospect,
        cover=shift.camera_cover,
        watched=shift.watched_cover,
        signs=np.array([p.camera_sign_base, p.camera_sign_gain]),
        zero=references(p),
        passive=p.by_type("camera_passive"),
        active=p.by_type("camera_active"),
    )


def moments(inputs: Inputs, start_s: int, end_s: int) -> list[int]:
    """Return the seconds at which the light has changed enough to renew the fields: dusk and dawn are events.

    That is when the logarithm of outdoor light has moved by ``light_renew_decades``, or darkness by
    ``light_renew_dark``, since the last renewal; at night and at noon next to nothing happens. The sun's
    altitude is computed every ``day_renew_s`` and taken as straight in between. Lamps with hours and camera
    operators add the moments at which they change.

    Args:
        start_s, end_s: the fields are renewed at ``start_s`` in any case; moments lie after it, up to the end.
    """
    p, place = inputs.parameters, inputs.layout
    looks = np.append(np.arange(start_s, end_s, p.day_renew_s), end_s)
    seen = [solar_altitude(inputs.date, second, place.latitude, place.longitude) for second in looks]
    seconds = np.arange(start_s, end_s + 1)
    altitude = np.interp(seconds, looks, seen)
    altitudes, clear_lx = clear_sky(p)
    decades = np.interp(altitude, altitudes, np.log10(clear_lx))
    track = np.column_stack((_dark(altitude, p) / p.light_renew_dark, decades / p.light_renew_decades))
    found: list[int] = []
    last, first = 0, 1
    while first < len(track):  # a stretch at a time: at night nothing changes for hours
        ahead = track[first : first + int(p.day_renew_s)]
        moved = np.flatnonzero((np.abs(ahead - track[last]) >= 1).any(axis=1))
        if not len(moved):
            first += len(ahead)
            continue
        last = first + int(moved[0])
        first = last + 1
        found.append(int(seconds[last]))
    switched = (from_s for from_s, _ in states(place, inputs.roster))
    return sorted({*found, *(second for second in switched if start_s < second <= end_s)})


def darkness(inputs: Inputs, second: float) -> tuple[float, float]:
    """Return (dark 0..1, outdoor illuminance in lx) at a second of the service day."""
    p, place = inputs.parameters, inputs.layout
    altitude = solar_altitude(inputs.date, second, place.latitude, place.longitude)
    return float(_dark(altitude, p)), float(outdoor_lx(altitude, p))


def _dark(altitude_deg: Any, p: Parameters) -> Any:
    """How dark it is, 0 to 1, at altitudes of the sun."""
    return np.clip((p.feel_dusk_high_deg - altitude_deg) / (p.feel_dusk_high_deg - p.feel_dusk_low_deg), 0, 1)


def level_at(sky: Sky, outside: float) -> tuple[int, float]:
    """Return the tabulated outdoor level below ``outside`` lx, and the share of the next one."""
    return _between(sky.log_outdoor, outside)


def sky_at(skies: Sequence[tuple[int, Sky]], second: float) -> Sky:
    """Return the fixed part of the renewal that holds at a second."""
    return [sky for from_s, sky in skies if from_s <= second][-1]


def renew(fields: Fields, sky: Sky, ground: Ground, world: World, inputs: Inputs, second: float) -> Fields:
    """Bring the fields to the light of ``second``, and return them."""
    p = inputs.parameters
    dark, outside = darkness(inputs, second)
    fields.clock[0] = dark
    fields.weights[:] = weights(p, dark)
    low, share = level_at(sky, outside)
    sight = world.sight
    renew_fields(
        fields, ground, sky.log_effective, sky.prospect, sky.cover, sky.watched, sight.concealment, sight.escape,
        sight.sign, sight.help_point, low, share, p.light_e50_lx, sky.signs, sky.zero, sky.passive, sky.active,
    )  # fmt: skip
    return fields


def _between(log_outdoor: NDArray[np.float64], outside_lx: float) -> tuple[int, float]:
    """Return the lower tabulated outdoor level and the share of the next one."""
    level = float(np.interp(log(outside_lx), log_outdoor, np.arange(len(log_outdoor))))
    low = min(int(level), len(log_outdoor) - 2)
    return low, level - low


def watching(inputs: Inputs, world: World, second: float, cell: int) -> tuple[float, float]:
    """Return what operators see of a cell: C of the cameras they look at, and how many each of them looks at.

    Args:
        cell: number of the 1 m cell.

    Returns:
        chance 0 to 1 that a watched camera shows a face there in the light of the moment, and cameras an
        operator (science.md 5: the rate of seeing an event falls with it).
    """
    shift = world.shift(second)
    low, share = _between(np.log(shift.light.outdoor_lx), darkness(inputs, second)[1])
    cover = (1 - share) * shift.watched_cover[low, cell] + share * shift.watched_cover[low + 1, cell]
    usual = inputs.parameters.respond_operator_cameras
    return float(cover), cameras_per_operator(inputs.layout, inputs.roster.operators, second, usual)


def tell_hour(
    fields: Fields,
    ground: Ground,
    disorder: NDArray[np.float64],
    layout: Layout,
    second: float,
    counted_from: float,
) -> bool:
    """Note the hour in the tables (-1 before the counted window), open shops and disorder of this hour.

    Args:
        disorder: (20, zones) how disorderly a zone is in each hour.

    Returns:
        whether disorder has changed, so that the fields have to be renewed.
    """
    index = min(int(second) // _HOUR - FIRST_HOUR, HOURS - 1)
    fields.clock[1] = index if second >= counted_from else -1
    bits = sum(1 << k for k, shop in enumerate(layout.shops) if shop.opens_s <= second < shop.closes_s)
    open_shops(fields, ground, bits)
    changed = bool((fields.zones["disorder"] != disorder[max(index, 0)]).any())
    fields.zones["disorder"] = disorder[max(index, 0)]
    return changed


def open_shops(fields: Fields, ground: Ground, bits: int) -> None:
    """Note which shops are open, one bit each, and from which cells an open one is in sight."""
    if int(fields.open_shops[0]) == bits:
        return
    fields.open_shops[0] = bits
    others = fields.terms[:, BITS].astype(np.int64) & ~SHOP_OPEN
    fields.terms[:, BITS] = others | np.where(ground.cells["shops"] & fields.open_shops[0] != 0, SHOP_OPEN, 0)
