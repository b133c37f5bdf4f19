"""What somebody expects to find: people by hour, patrols, shops and nuisance, from the inputs of a day alone.

Nothing here is drawn or measured in a run: routes and personas look at a day before it begins (science.md 2.3).
"""

import numpy as np
from numpy.typing import NDArray

from model.day.access import make_doorways
from model.day.demand import train_means
from model.day.entry import BAND_OF_HOUR, base_share, chances
from model.day.guardianship import places_of
from model.day.offending import coming, hazards, make_places, place_weights, places_by_kind
from model.day.tracing import Tracer, Way
from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.kernels.fields import weigh_view
from model.kernels.hazard import NUISANCE
from model.kernels.predicted import ABOUT, people_in_sight
from model.kernels.state import Fields, Ground
from model.kernels.tracing import STEP_M
from model.parameters import Parameters
from model.results import FIRST_HOUR, HOURS, Results
from model.world.fields import REACH
from model.world.grid import LATTICE_M
from model.world.parts import part_keys
from model.world.points import make_points
from model.world.world import World

Floats = NDArray[np.float64]
_HOUR = 3600


def expected_people(inputs: Inputs, world: World, ground: Ground) -> Floats:
    """Return how many travellers are in each 1 m cell on average, by hour, (hours, C).

    From demand and timetable: everybody walks the shortest way at mean speed; who boards waits for the mean
    lead time along the strip, who changes trains for half of the longest and shortest connection. People on
    the way are spread over the floor in sight within ``expect_spread_m``. What is known of usual days does not
    change with our uncertainty: all numbers are those of the table, never of a draw.
    """
    inputs = inputs.replace(parameters=Parameters.default())
    p, routes, layout = inputs.parameters, world.routes, inputs.layout
    sums = np.zeros((HOURS, len(world.grid.cell_x)))
    moving = np.zeros_like(sums)
    trains = inputs.timetable.trains
    out, into = train_means(inputs)
    platform_of = {platform.id: k for k, platform in enumerate(layout.platforms)}
    platform = np.array([platform_of[t.platform] for t in trains], np.int64)
    leaving = np.array([_hour(t.departure_s) for t in trains])
    coming = np.array([_hour(t.arrival_s) for t in trains])
    boards, alights = (np.zeros((HOURS, len(layout.platforms))) for _ in range(2))
    np.add.at(boards, (leaving[leaving >= 0], platform[leaving >= 0]), out[leaving >= 0])
    np.add.at(alights, (coming[coming >= 0], platform[coming >= 0]), into[coming >= 0])
    changes = alights * inputs.population.transfer_share
    share = np.array([access.share for access in layout.accesses])
    share = share / share.sum()
    speed = mean_speed(inputs)
    tracer = Tracer(ground)
    _, middle = make_doorways(layout, world)
    for a, cell in enumerate(middle):
        x, y = float(world.grid.cell_x[cell]), float(world.grid.cell_y[cell])
        for k in range(len(layout.platforms)):
            way = tracer.trace(routes.direction[routes.first_platform + k], x, y)
            _walk(moving, way, share[a] * boards[:, k], speed)
            first, last = routes.section_first[k], routes.section_first[k + 1]
            for section in range(first, last):
                at = section - routes.section_first[0]
                sx, sy = float(routes.section_x[at]), float(routes.section_y[at])
                if np.isfinite(sx):
                    way = tracer.trace(routes.direction[a], sx, sy)
                    _walk(moving, way, share[a] * (alights - changes)[:, k] / (last - first), speed)
    spread = _spread_over_sight(world, moving, p.expect_spread_m)
    lead = mean_lead_s(inputs)
    for k in range(len(layout.platforms)):
        places = _waiting_places(inputs, world, k)
        waiting_s = boards[:, k] * lead + _changing(boards, changes)[:, k] * (p.transfer_low_s + p.transfer_high_s) / 2
        sums += waiting_s[:, None] * places[None, :]
    return (sums + spread) / _HOUR


def people_key(inputs: Inputs) -> str:
    """Return a hash of all that ``expected_people`` depends on."""
    parts = part_keys(inputs.layout, inputs.parameters)
    shares = [access.share for access in inputs.layout.accesses]
    known = Parameters.default().digest
    return digest([parts["routes"], parts["sight"], shares, inputs.timetable, inputs.population, known])


def people_of_run(results: Results, world: World) -> Floats:
    """Return the same from a day that was run: person-seconds by zone and hour, spread as on its map, (hours, C)."""
    grid = world.grid
    iy, ix = np.nonzero(grid.cell >= 0)
    seconds = np.asarray(results.maps["seconds"], np.float64)[iy // 2, ix // 2]
    zones = results.seconds.shape[2]
    whole = np.bincount(grid.cell_zone, weights=seconds, minlength=zones)[grid.cell_zone]
    share = np.divide(seconds, whole, out=np.zeros_like(seconds), where=whole > 0)
    by_hour = results.seconds.sum(axis=1)[:, grid.cell_zone]
    return np.asarray(by_hour * share[None, :] / _HOUR)


def mean_speed(inputs: Inputs) -> float:
    """Return the mean free walking speed of the day's travellers, m/s."""
    p = inputs.parameters
    weight = np.array([s.share_day for s in inputs.population.mix])
    pace = [
        (p.walk_speed_woman if s.gender == "woman" else p.walk_speed_man)
        * (p.walk_factor_regular if s.regular else p.walk_factor_sporadic)
        * p[f"walk_age_factor_{s.age_band.replace('-', '_').replace('+', '')}"]
        * (p.walk_luggage_factor if s.luggage else 1)
        for s in inputs.population.mix
    ]
    return float(np.dot(weight, pace) / weight.sum())


def mean_lead_s(inputs: Inputs) -> float:
    """Return the mean time that boarders mean to be on the platform before departure, s."""
    p, mix = inputs.parameters, inputs.population.mix
    weight = np.array([s.share_day for s in mix])
    lead = [p.arrive_regular_mean_s if s.regular else p.arrive_sporadic_mean_s for s in mix]
    return float(np.dot(weight, lead) / weight.sum())


def about(
    inputs: Inputs,
    world: World,
    ground: Ground,
    fields: Fields,
    people: Floats,
    belief: Floats,
    second: float,
    cells: NDArray[np.int64] | None = None,
) -> NDArray[np.void]:
    """Return what is about in every 1 m cell at a second of the day, (C,) ABOUT.

    Args:
        fields: renewed for this second (see ``model.day.daylight``).
        people: (C,) mean number of people in each cell at this hour.
        belief: what offenders expect of guards, (bands, kinds of zones).
        cells: where isolation is asked for; everywhere by default.
    """
    p = inputs.parameters
    table = np.zeros(len(world.grid.cell_x), ABOUT)
    wanted = np.arange(len(table)) if cells is None else cells
    points = make_points(world.grid)
    limit = (p.feel_isolation_reach_m / LATTICE_M) ** 2
    seen = np.zeros(len(table))
    seen[wanted] = people_in_sight(world.sight.mask, world.grid.cell, points.x, points.y, people, limit, wanted)
    # the mean of exp(-n / half) over a Poisson number n of others in sight
    table["isolation"] = np.exp(-seen * (1 - np.exp(-1 / p.feel_isolation_half)))
    table["crowd"] = np.maximum(0, people / world.grid.cell_area_m2 - p.feel_crowd_free)
    table["shop"] = (ground.cells["shops"] & fields.open_shops[0]) != 0
    table["uniformed"], table["service"] = expected_staff(inputs, world, ground, second)
    nuisance = expected_nuisance(inputs, world, ground, fields, belief, second)
    table["nuisance"] = 1 - np.exp(-nuisance)
    return table


def expected_staff(inputs: Inputs, world: World, ground: Ground, second: float) -> tuple[Floats, Floats]:
    """Return the mean presence 0..1 of uniformed guards and of service staff felt in each cell, (C,) each.

    A duty is at each place of its round for the same share of its time.
    """
    p, grid = inputs.parameters, world.grid
    alone = {False: np.ones(len(grid.cell_x)), True: np.ones(len(grid.cell_x))}
    for duty in inputs.roster.duties:
        if not duty.start_s <= second < duty.end_s:
            continue
        serves = duty.kind == "service"
        weight = 1.0 if serves else p[f"guard_weight_{duty.kind}"]
        places = places_of(duty, inputs.layout, world)
        felt = np.zeros(len(grid.cell_x))
        for place in places:
            at = int(world.routes.place_cell[place])
            away = np.hypot(grid.cell_x - grid.cell_x[at], grid.cell_y - grid.cell_y[at])
            felt += in_sight_of(world, ground, at) * np.exp(-away / p.feel_guardian_range_m)
        alone[serves] *= 1 - weight * felt / len(places)
    return 1 - alone[False], 1 - alone[True]


def expected_nuisance(
    inputs: Inputs, world: World, ground: Ground, fields: Fields, belief: Floats, second: float
) -> Floats:
    """Return the mean of 1 - exp(-people) over groups who make a nuisance in sight of each cell, summed, (C,).

    They come for a kind of zone as the belief of guards lets them (``model.day.entry``), stay for their mean time and
    linger at its places by their weights; there they are loud for the share of the time that onset (the hazard there,
    as often as they are people) and length of an episode give.
    """
    p = inputs.parameters
    hour = int(np.clip(second // _HOUR - FIRST_HOUR, 0, HOURS - 1))
    stay = p.offender_stay_median_s * np.sqrt(1 + p.offender_stay_cv**2)
    by_hour, places = coming(inputs)["nuisance"], make_places(inputs.layout, world, p)
    by_kind, band = places_by_kind("nuisance", places, p), BAND_OF_HOUR[hour]
    share = base_share(by_hour, by_kind)
    base = max(p.offender_enter * share[band].sum(), np.finfo(float).tiny)
    comes = chances(share, belief, p.nuisance_d_belief, p.offender_enter)[band] / base
    inside = by_hour[hour] * stay / _HOUR * comes
    at = places.rows["kind"]
    numbers = hazards(p)
    kind = numbers.kinds[NUISANCE]
    cells = world.routes.place_cell
    mood = fields.zones[world.routes.place_zone]
    held = (
        kind["light"] * (fields.cells["adequacy"][cells] - numbers.reference_adequacy)
        + kind["belief"] * belief[band][at]
        + fields.camera_log[NUISANCE, cells]
    )
    onset = kind["rate"] * np.exp(-held + kind["chi"] * (mood["disorder"] - numbers.reference_disorder))
    episode = p.nuisance_duration_s * np.exp(p.duration_sd_log**2 / 2)
    groups = inside[at] * place_weights("nuisance", places, p) / np.maximum(by_kind[at], np.finfo(float).tiny)
    size = 1 + np.arange(int(p.offender_nuisance_group))[:, None]
    busy = size * onset * episode
    loud = groups * np.mean((1 - np.exp(-size)) * busy / (1 + busy), axis=0)
    number = np.zeros(len(world.grid.cell_x))
    for k, cell in enumerate(cells):
        number += loud[k] * in_sight_of(world, ground, int(cell))
    return number


def in_sight_of(world: World, ground: Ground, cell: int) -> NDArray[np.bool_]:
    """Return which cells are seen from a cell, (C,)."""
    row = ground.cells["iy"] - ground.cells["iy"][cell] + REACH
    column = ground.cells["ix"] - ground.cells["ix"][cell] + REACH
    near = np.flatnonzero((row >= 0) & (row <= 2 * REACH) & (column >= 0) & (column <= 2 * REACH))
    seen = np.zeros(len(row), np.bool_)
    seen[near] = (world.sight.mask[cell, row[near]] >> column[near].astype(np.uint64)) & np.uint64(1)
    return seen


def _hour(second: int | None) -> int:
    return -1 if second is None else int(np.clip(second // _HOUR - FIRST_HOUR, 0, HOURS - 1))


def _walk(sums: Floats, way: Way | None, people: Floats, speed: float) -> None:
    """Add the person-seconds of ``people`` an hour, (hours,), who walk a way."""
    if way is None:
        return
    cells, points = np.unique(way.cells, return_counts=True)
    sums[:, cells] += people[:, None] * (points * STEP_M / speed)[None, :]


def _changing(boards: Floats, changes: Floats) -> Floats:
    """Return the people who change trains by hour and platform of departure: by the boarders there."""
    whole = boards.sum(axis=1, keepdims=True)
    share = np.divide(boards, whole, out=np.zeros_like(boards), where=whole > 0)
    return share * changes.sum(axis=1, keepdims=True)


def _waiting_places(inputs: Inputs, world: World, platform: int) -> Floats:
    """Return the share of those who wait for a train of a platform in each cell, (C,).

    The logit of the waiting choice with its two terms of the place along the platform, from the spot of the
    strip that is nearest to the accesses, over the best places to alight.
    """
    p, grid, routes = inputs.parameters, world.grid, world.routes
    here = np.flatnonzero(routes.seconds[routes.first_platform + platform] == 0)
    shares = np.zeros(len(grid.cell_x))
    if not len(here):
        return shares
    (x1, y1), (x2, y2) = inputs.layout.platforms[platform].edge
    length = float(np.hypot(x2 - x1, y2 - y1))
    along = ((grid.cell_x[here] - x1) * (x2 - x1) + (grid.cell_y[here] - y1) * (y2 - y1)) / length
    ways = np.array([routes.seconds[a, here] for a in range(len(inputs.layout.accesses))], np.float64)
    weight = np.array([access.share for access in inputs.layout.accesses])
    away = np.tensordot(weight, np.where(np.isfinite(ways), ways, 0), 1)
    near = along[np.argmin(away)]
    best = np.linspace(0, length, len(inputs.layout.platforms) + 2)
    utility = -p.wait_walk * abs(along - near)[None, :] - p.wait_exit_regular * abs(along[None, :] - best[:, None])
    chance = np.exp(utility - utility.max(axis=1, keepdims=True))
    shares[here] = (chance / chance.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def _in_sight(world: World, people: Floats, reach_m: float) -> Floats:
    """Return the sum over the cells in sight within ``reach_m``, (K, C), of (K, C)."""
    points = make_points(world.grid)
    weight = np.ascontiguousarray(people.T)
    limit = (reach_m / LATTICE_M) ** 2
    return np.asarray(weigh_view(world.sight.mask, world.grid.cell, points.x, points.y, weight, limit))


def _spread_over_sight(world: World, people: Floats, reach_m: float) -> Floats:
    """Spread what lies in each cell evenly over the floor in sight within ``reach_m``; keeps the sums."""
    area = world.grid.cell_area_m2.astype(np.float64)
    floor = _in_sight(world, area[None, :], reach_m)[0]
    return np.asarray(_in_sight(world, people / floor, reach_m) * area)
