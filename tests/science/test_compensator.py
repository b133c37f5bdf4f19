"""Do sums of hazards mean what they say? Sampled against expected, rates, probes, nobody at all (V6-V8, V10).

Toy days are short stretches of the real second loop on the small station, with people and offenders who stand
where the test puts them; the longer runs are evenings as in a study. Seeds are fixed.
"""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.day.entry import nobody_expected
from model.day.offending import make_offenders, make_places
from model.inputs.inputs import Inputs
from model.kernels.second import offend_everywhere
from model.results import INCIDENT_TYPES, Results
from model.station import run_day
from tests.twins_hazard import Scene, shoebox

CONCEALED = ("theft", "harassment_contact", "harassment_approach", "vandalism")
DAYS = 2000
THIEF_DAYS = 1000
STAY_S = 60.0
EVENING = (20 * 3600, 20 * 3600 + 1800)


@pytest.fixture
def scene(station: Scene) -> Scene:
    station.renew()
    station.guards([])
    return station


def spot(scene: Scene) -> tuple[float, float]:
    """The middle of a cell from which something to break is in reach."""
    cell = int(np.argmax(scene.station.ground.cells["objects"]))
    return float(scene.world.grid.cell_x[cell]), float(scene.world.grid.cell_y[cell])


def some_around(scene: Scene) -> tuple[float, float]:
    x, y = spot(scene)
    scene.people([x, x + 0.45, x - 0.45, x], [y, y, y, y + 0.45], gender=[0, 1, 2, 0], young=[0, 1, 0, 1])
    return x, y


def of_offenders(results: Results, name: str) -> NDArray[np.float64]:
    """A table without entries lacking a ticket and contacts of staff, which need no offender."""
    table: NDArray[np.float64] = getattr(results, name)
    return table[: len(INCIDENT_TYPES)]


def close(differences: NDArray[np.float64]) -> bool:
    return bool(abs(differences.mean()) < 3 * differences.std(ddof=1) / math.sqrt(len(differences)))


# ---------------------------------------------------------------- V7


def toy_days(scene: Scene, days: int, seconds: int, answer: bool) -> NDArray[np.float64]:
    """Expected and sampled incidents of many toy days with luck of their own, (days, 2)."""
    offenders, people = scene.station.offenders.rows, scene.station.crowd.people
    before, found = (offenders.copy(), people.copy()), []
    for day in range(1, days + 1):
        offenders[:], people[:] = before  # who was frightened stands elsewhere by the end of a day
        found.append(scene.live(seconds, day, answer))
    return np.array(found)


@pytest.mark.parametrize("kind", INCIDENT_TYPES)
@pytest.mark.parametrize("answer", [False, True], ids=["frozen", "answered"])
def test_v7_sampled_equals_expected_in_the_mean(scene: Scene, kind: str, answer: bool) -> None:
    # so little hazard a second that 1 - exp(-L) is L to one percent
    x, y = some_around(scene)
    weight = 0.5 if kind in CONCEALED else 1.0
    scene.offenders(kind, [x + 0.1] * 2, [y] * 2, motivation=[0.7, 1.6], weight=weight)
    whole = weight * (scene.hazard(0) + scene.hazard(1))
    scene.set_numbers(**{f"{kind}_rate": scene.p[f"{kind}_rate"] * 0.02 / whole})
    expected, sampled = toy_days(scene, DAYS, 30, answer).T
    assert sampled.sum() > 500
    assert close(sampled - expected)
    # the test can tell: a fifth too many would not pass
    assert not close(1.2 * sampled - expected)
    if kind == "nuisance" and answer:
        assert expected.min() < expected.max(), "an episode must end the hazard of its offender"


def busy(inputs: Inputs) -> Inputs:
    """An evening with fifteen times the offenders at fifteen times the rate, so that something happens."""
    p = inputs.parameters
    names = [f"{kind}_rate" for kind in INCIDENT_TYPES]
    names += [f"offender_arrivals_{kind}" for kind in ("theft", "harassment", "aggression", "nuisance", "vandalism")]
    return inputs.replace(parameters=p.replace(**{name: 15 * p[name] for name in names}), window=EVENING)


def test_v7_sampled_equals_expected_over_real_evenings() -> None:
    inputs, world = shoebox()
    days = [run_day(busy(inputs), world, 5, day) for day in range(1, 101)]
    expected, sampled = (np.array([of_offenders(d, name).sum() for d in days]) for name in ("expected", "sampled"))
    assert sampled.sum() > 100
    assert close(sampled - expected)
    assert not close(2 * sampled - expected)  # what this many evenings can tell; the toy days tell a fifth


# ---------------------------------------------------------------- V8


def test_v8_twice_the_rates_is_twice_the_expected_count_of_an_evening() -> None:
    inputs, world = shoebox()
    p = inputs.parameters
    # consequences off: nobody wears out, and guards see nothing that would send them elsewhere
    off = {f"{kind}_leave": 0.0 for kind in INCIDENT_TYPES} | {"offender_catch": 0.0}
    off |= {f"respond_see_{kind}": 0.0 for kind in INCIDENT_TYPES}
    off |= {"offender_arrivals_nuisance": 1e-9}  # an episode ends the hazard of the next
    found: list[Results] = []
    for times in (1, 2):
        rates = {f"{kind}_rate": times * p[f"{kind}_rate"] for kind in INCIDENT_TYPES}
        found.append(run_day(inputs.replace(parameters=p.replace(**off, **rates), window=EVENING), world, 2, 3))
    one, two = (of_offenders(r, "expected") for r in found)
    assert all(one[INCIDENT_TYPES.index(kind)].sum() > 0 for kind in CONCEALED)
    assert two == pytest.approx(2 * one, rel=1e-9, abs=1e-300)


# ---------------------------------------------------------------- V10

PER_DAY = 0.7  # thieves


def thieves(copies: int, days: int) -> dict[str, NDArray[Any]]:
    """The thieves of many days at a number of probe copies, with the day of each."""
    inputs = shoebox()[0]
    visits = inputs.population.boardings + (1 - inputs.population.transfer_share) * inputs.population.alightings
    p = inputs.parameters.replace(
        offender_arrivals_theft=PER_DAY * 1e4 / visits, offender_probes_per_day=copies * PER_DAY,
        offender_stay_median_s=STAY_S,
    )  # fmt: skip
    doors = len(inputs.layout.accesses)
    entrances = (np.arange(doors, dtype=float), np.zeros(doors), np.zeros(doors, np.int32))
    places = make_places(inputs.layout, shoebox()[1], p)
    tables = []
    for day in range(1, days + 1):
        rows = make_offenders(inputs.replace(parameters=p), entrances, 9, day, 0.0, places, nobody_expected()).rows
        tables.append(rows[rows["kind"] == 0])
    table = np.concatenate(tables)
    assert set(np.round(1 / table["weight"]).astype(int).tolist()) == {copies}
    names = ("weight", "motivation", "stay_s", "entrance")
    return {name: table[name] for name in names} | {"day": np.repeat(np.arange(days), [len(t) for t in tables])}


def free_draws(days: int) -> dict[str, NDArray[Any]]:
    """The same thieves without strata or lattice: counts, motives, stays and doors drawn freely, five copies."""
    p, rng = shoebox()[0].parameters, np.random.default_rng(10)
    number = rng.poisson(5 * PER_DAY, days)
    n = number.sum()
    spread = math.sqrt(math.log1p(p.offender_stay_cv**2))
    share = np.array([a.share for a in shoebox()[0].layout.accesses])
    return {
        "weight": np.full(n, 0.2),
        "motivation": np.exp(p.offender_motivation_sd * rng.standard_normal(n) - p.offender_motivation_sd**2 / 2),
        "stay_s": np.floor(STAY_S * np.exp(spread * rng.standard_normal(n))),
        "entrance": rng.choice(len(share), n, p=share / share.sum()),
        "day": np.repeat(np.arange(days), number),
    }


def expected_thefts(scene: Scene, who: dict[str, NDArray[Any]], days: int) -> NDArray[np.float64]:
    """Expected thefts of each day when thieves stand still among people for the length of their stay, (days,).

    Those who came by the first door stand in the crowd, the others beside it.
    """
    scene.set_numbers(theft_rate=0.4)
    x, y = some_around(scene)
    order = np.argsort(-who["stay_s"], kind="stable")
    kept = {name: values[order] for name, values in who.items()}
    n = len(order)
    at = x + np.where(kept["entrance"] == 0, 0.1, 0.9)
    scene.offenders("theft", at, np.full(n, y), weight=kept["weight"], motivation=kept["motivation"])
    s, parts = scene.station, scene.station._parts
    counts = np.zeros(days)
    for t in range(int(kept["stay_s"].max())):
        s.offenders.count[0] = (kept["stay_s"] > t).sum()
        parts["totals"][:] = 0
        offend_everywhere(
            scene.second + t, s.offenders, s.ground, s.crowd, parts["bins"], 1, 1, 1, s.places, parts["presence"],
            s.guards, s.fields, parts["keys"].turn, s.tally, parts["pairs"], parts["totals"], parts["loud"],
            parts["hazards"],
        )  # fmt: skip
        listed = parts["pairs"].rows[: parts["pairs"].count[0]]
        assert len(listed) < len(parts["pairs"].rows)
        counts += np.bincount(kept["day"][listed["row"]], listed["rate"], days)
    return counts


def removed_thieves(scene: Scene, visits: int) -> NDArray[np.float64]:
    """Thefts a visit when the thief himself leaves, with his chance, after the second of a theft, (visits,)."""
    rng, p = np.random.default_rng(11), scene.p
    x, y = some_around(scene)
    rates = []
    for ahead in (0.1, 0.9):
        scene.offenders("theft", [x + ahead], [y])
        rates.append(scene.hazard())
    share = np.array([a.share for a in scene.inputs.layout.accesses])
    first = rng.random(visits) < share[0] / share.sum()
    spread = math.sqrt(math.log1p(p.offender_stay_cv**2))
    rate = np.where(first, *rates) * np.exp(
        p.offender_motivation_sd * rng.standard_normal(visits) - p.offender_motivation_sd**2 / 2
    )
    end = np.floor(STAY_S * np.exp(spread * rng.standard_normal(visits)))
    thefts, here = np.zeros(visits), np.ones(visits, bool)
    for t in range(int(end.max())):
        here &= end > t
        now = rng.poisson(rate * here)
        thefts += now
        here &= rng.binomial(now, p.theft_leave) == 0
    return thefts


def agree(a: NDArray[np.float64], b: NDArray[np.float64], times: float = 1.0) -> bool:
    error = math.hypot(a.std(ddof=1) / math.sqrt(len(a)), times * b.std(ddof=1) / math.sqrt(len(b)))
    return bool(abs(a.mean() - times * b.mean()) < 3 * error)


@pytest.mark.parametrize("copies", [1, 5, 20])
def test_v10_the_number_of_probes_changes_no_mean(scene: Scene, copies: int) -> None:
    free = expected_thefts(scene, free_draws(THIEF_DAYS), THIEF_DAYS)
    probes = expected_thefts(scene, thieves(copies, THIEF_DAYS), THIEF_DAYS)
    assert agree(probes, free)
    assert not agree(1.25 * probes, free), "the test can tell a difference"
    if copies > 1:
        assert probes.std() < free.std(), "strata are there to lower the variance"


def test_v10_probes_count_as_many_as_a_thief_who_leaves(scene: Scene) -> None:
    probes = expected_thefts(scene, thieves(5, THIEF_DAYS), THIEF_DAYS)
    alone = removed_thieves(scene, 20_000)
    assert agree(probes, alone, PER_DAY)
    assert not agree(probes, alone, 1.2 * PER_DAY), "the test can tell a difference"


# ---------------------------------------------------------------- V6, M10


def test_v6_m10_an_evening_without_offenders_has_no_incident() -> None:
    inputs, world = shoebox()
    names = [f"offender_arrivals_{kind}" for kind in ("theft", "harassment", "aggression", "nuisance", "vandalism")]
    nobody = inputs.parameters.replace(**dict.fromkeys(names, 0.0))
    results = run_day(inputs.replace(parameters=nobody, window=EVENING), world, 1, 1)
    assert (of_offenders(results, "expected") == 0).all()
    assert (of_offenders(results, "sampled") == 0).all()
    assert results.counts["events"] == 0
    assert results.counts["entered"] > 0
