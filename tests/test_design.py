"""Designs of studies: points are pure functions of what is asked, and more never changes those that were there."""

import numpy as np
import pytest

from model.inputs.inputs import Inputs
from model.parameters import Parameters
from scenarios.design import DEFAULTS, Design, Strength, Switch, Uncertain
from scenarios.design_points import FRESH_DAY, days_of, each, factorial, rows_of, sobol
from scenarios.measures.brighter_lamps import BrighterLamps
from scenarios.measures.patrol import Patrol
from scenarios.station_files import read_station

LAMPS = Switch("lamps", (BrighterLamps(factor=2.0),))
PATROL = Switch("patrol", (Patrol.model_validate({"who": "boa", "hours": "19:00-01:00"}),))
FACTOR = Strength("lamps", "factor", 1.5, 4.0)
UNITS = Strength("patrol", "units", 1, 3, whole=True, levels=3)
LIGHT = Uncertain("light_e50_lx")
ALL = (LAMPS, FACTOR, PATROL, UNITS, LIGHT)


@pytest.fixture(scope="module")
def base() -> Inputs:
    return read_station("shoebox")


def design(values: np.ndarray, factors: tuple = ALL, draws: tuple = ()) -> Design:
    none = np.full(len(values), DEFAULTS)
    return Design(factors, values, days_of(none, values[:, 4:5], 2, fresh=False), none, draws)


def test_sobol_points_hang_on_the_seed_alone_and_go_on_from_each_other() -> None:
    few, many = sobol(ALL, 16, 7), sobol(ALL, 64, 7)
    assert np.array_equal(few, many[:16], equal_nan=True)
    assert not np.array_equal(few, sobol(ALL, 16, 8), equal_nan=True)
    # the same on every machine: a study file alone tells its points
    assert many[0].tolist() == pytest.approx([1, 3.793275403790176, 0, np.nan, 2.592465878783397], nan_ok=True)
    on = many[:, 0] == 1
    assert on.sum() == 32
    assert np.array_equal(np.isnan(many[:, 1]), ~on)
    assert set(many[many[:, 2] == 1, 3]) == {1.0, 2.0, 3.0}
    row = next(r for r in Parameters.default().rows if r.name == "light_e50_lx")
    assert np.all((many[:, 4] >= row.low) & (many[:, 4] <= row.high))
    assert np.ptp(many[on, 1]) > 2.0


def test_a_factorial_has_each_combination_once() -> None:
    values = factorial((LAMPS, FACTOR, PATROL, UNITS))
    # lamps: off, 1.5, 4; patrol: off, 1, 2, 3
    assert len(values) == 3 * 4
    assert len({tuple(np.nan_to_num(row, nan=-1)) for row in values}) == 12
    assert np.array_equal(values, factorial((LAMPS, FACTOR, PATROL, UNITS)), equal_nan=True)
    with pytest.raises(ValueError, match="combinations"):
        factorial([Switch(f"m{i}", ()) for i in range(20)])


def test_each_measure_by_itself_and_rows_written_out() -> None:
    values = each((LAMPS, PATROL, UNITS))
    assert np.nan_to_num(values, nan=-1).tolist() == [[0, 0, -1], [1, 0, -1], [0, 1, 1], [0, 1, 2], [0, 1, 3]]
    rows = rows_of((LAMPS, FACTOR, PATROL), [{}, {"lamps": 1, "lamps.factor": 3.0}, {"patrol": 1}])
    assert np.nan_to_num(rows, nan=-1).tolist() == [[0, -1, 0], [1, 3, 0], [0, -1, 1]]


def test_equal_parameters_share_days_and_others_have_their_own() -> None:
    draw, none = np.array([0, 0, 1, 1, 2]), np.zeros((5, 0))
    days = days_of(draw, none, 3, fresh=False)
    assert np.array_equal(days[0], days[1])
    assert len(set(days.ravel())) == 9
    assert days.min() >= FRESH_DAY
    assert np.array_equal(days_of(draw, none, 4, fresh=False)[:, :3], days)
    assert np.array_equal(days_of(draw[:3], none[:3], 3, fresh=False), days[:3])
    assert days_of(np.full(2, DEFAULTS), none[:2], 2, fresh=False).tolist() == [[1, 2], [1, 2]]
    assert len(set(days_of(np.full(2, DEFAULTS), none[:2], 2, fresh=True).ravel())) == 4


def test_a_point_is_what_its_row_says(base: Inputs) -> None:
    made = design(rows_of(ALL, [{}, {"lamps": 1, "lamps.factor": 3.0, "patrol": 1, "patrol.units": 2}]))
    assert made.inputs(0, base) == made.base_inputs(0, base)
    lumen = [sum(lamp.lumen for lamp in made.inputs(i, base).layout.lamps) for i in (0, 1)]
    assert lumen[1] == pytest.approx(3 * lumen[0])
    assert len(made.inputs(1, base).roster.duties) == len(base.roster.duties) + 2
    middle = made.base_inputs(0, base).parameters.light_e50_lx
    assert middle == LIGHT.value(0.5)
    assert made.coded()[1].tolist() == pytest.approx([1, 0.6, 1, 0.5, LIGHT.coded(middle)])
    assert made.coded()[0, :4].tolist() == [0, 0, 0, 0]


def test_draws_hold_under_the_factors(base: Inputs) -> None:
    drawn = base.parameters.replace(light_e50_lx=9.0, walk_speed_man=1.5)
    values = rows_of((LAMPS, LIGHT), [{"light_e50_lx": 4.0}])
    made = Design((LAMPS, LIGHT), values, np.ones((1, 1), int), np.zeros(1, int), (drawn,))
    parameters = made.inputs(0, base).parameters
    assert (parameters.walk_speed_man, parameters.light_e50_lx) == (1.5, 4.0)


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match="strength of no factor"):
        design(np.zeros((1, 1)), (FACTOR,))
    with pytest.raises(ValueError, match="twice"):
        design(np.zeros((1, 2)), (LAMPS, LAMPS))
    with pytest.raises(ValueError, match="a column for each factor"):
        design(np.zeros((1, 3)), (LAMPS, PATROL))
