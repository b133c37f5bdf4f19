"""Virtual trials: the file, its units and doses, and how effects are made of counts; whole ones in tests/science."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from calibration.trials.counts import hours_of
from calibration.trials.description import Count, Published, UsualDose, VisitsDose
from calibration.trials.doses import _scaled, moments
from calibration.trials.effects import effects_of, judged
from calibration.trials.reader import placed, read_trial, shipped_trials
from calibration.trials.run import REPLICATES, TABLE_DRAW, Job, PickedSite, TrialRun, TrialWork
from calibration.trials.sites import Unit, make_site, with_rings, zones_of
from model.inputs.roster import Duty, Roster
from model.parameters import Parameters
from model.world.grid import zone_of_points
from scenarios.draws import draw_parameters
from scenarios.faults import StationFileError
from schouw.command import app

TRIAL = """
schema: 1
name: two-lines
title: {en: Two lines, nl: Twee regels}
source: made up for this test
weeks: [1, 4]
simulate: "20:00-21:00"
population:
  - {station: shoebox, weight: 3, roster: []}
  - {station: halte, weight: 1}
units: {kind: platform}
arms:
  - name: patrol
    doses:
      - {dose: visits, who: police, visits_a_day: 2, minutes: 15, hours: "20:00-21:00", days_a_week: 4}
outcomes:
  - {name: all, book: recorded, analysis: percent, published: {estimate: -21, low: -24.5, high: -16.6, band: naive}}
  - {name: away, book: recorded, time: away, analysis: share_of, of: all, published: {estimate: 97}}
  - {name: quiet, book: recorded, analysis: did, of: all, published: {direction: none}}
  - {name: early, book: recorded, weeks: [0, 1], published: {direction: lower}}
"""


@pytest.fixture
def trial(tmp_path):
    return read_trial(_file(tmp_path, TRIAL))


def _file(folder: Path, text: str) -> Path:
    file = folder / "trial.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_all_shipped_trials_are_sound():
    for name, file in shipped_trials().items():
        trial = read_trial(file)
        assert trial.file.name == name
        assert [make_site(trial, typed).units for typed in trial.population]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("who: police", "who: polic", "police"),
        ("book: recorded, analysis: percent", "book: recordd, analysis: percent", "recorded"),
        ("dose: visits", "dose: vists", "visits"),
        ("of: all, published: {estimate: 97}", "of: al, published: {estimate: 97}", "all"),
        ("station: halte", "station: halt", "halte"),
        ("kind: platform", "kind: point", "around"),
        ("weeks: [1, 4]", "weeks: [4, 1]", "ascending"),
        ("estimate: -21, low: -24.5", "estimate: -21, low: .nan", "finite"),
        ('dose: visits, who: police, visits_a_day: 2, minutes: 15, hours: "20:00-21:00", days_a_week: 4',
         "dose: usual, minutes: 2", "no visits whose moments are known"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_named_with_its_line_and_the_right_one(tmp_path, old, new, said):
    with pytest.raises(StationFileError) as told:
        read_trial(_file(tmp_path, TRIAL.replace(old, new, 1)))
    assert said in str(told.value)
    assert "trial.yaml" in str(told.value) or "halt" in str(told.value)


def test_the_command_refuses_without_a_traceback(tmp_path):
    result = CliRunner().invoke(app, ["trial", str(_file(tmp_path, "arms: [")), "--json"])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    result = CliRunner().invoke(app, ["trial", "london-undergroud"])
    assert result.exit_code == 2
    assert "london-underground" in result.output


def test_texts_and_published_figures_do_not_change_the_runs(trial, tmp_path):
    other = read_trial(_file(tmp_path, TRIAL.replace("estimate: -21", "estimate: -22").replace("made up", "found")))
    longer = read_trial(_file(tmp_path, TRIAL.replace("minutes: 15", "minutes: 16")))
    assert other.digest == trial.digest != longer.digest


# -- units


def test_rings_lie_around_a_point_and_leave_the_rest_of_the_floor_as_it_was(trial):
    layout = make_site(trial, trial.population[0]).base.layout
    zone = next(z for z in layout.zones if z.kind == "platform")
    x, y = np.mean(zone.polygon, axis=0)
    cut, (unit,) = with_rings(layout, [Unit("door", (), (zone.level, float(x), float(y)))], (3.0, 8.0))
    rng = np.random.default_rng(1)
    low, high = np.min(zone.polygon, axis=0), np.max(zone.polygon, axis=0)
    px, py = rng.uniform(low[0], high[0], 2000), rng.uniform(low[1], high[1], 2000)
    level = np.full(2000, zone.level, np.int16)
    before, after = zone_of_points(layout.zones, px, py, level), zone_of_points(cut.zones, px, py, level)
    away = np.hypot(px - x, py - y)
    ids = np.array([z.id for z in cut.zones])
    inner, outer = np.isin(ids[after], unit.rings[0]), np.isin(ids[after], unit.rings[1])
    assert inner[away < 2.9].all()
    assert not inner[away > 3.0].any()
    assert outer[(away > 3.05) & (away < 7.9)].all()
    assert not outer[away > 8.0].any()
    assert (after[away > 8.0] == before[away > 8.0]).all()
    assert {z.kind for z in cut.zones if z.id in unit.rings[0]} == {"platform", "stairs"}
    count = Count(rings=(1,))
    assert {cut.zones[i].id for i in zones_of(count, unit, cut)} == set(unit.rings[1])
    rest = {cut.zones[i].id for i in zones_of(Count(at="rest"), unit, cut)}
    assert rest == set(ids) - set(unit.zones)


def test_a_type_has_its_demand_offenders_and_factors(trial):
    part = trial.population[0].part.model_copy(
        update={"demand": 2.0, "offenders": 3.0, "factors": {"theft_rate": 5.0, "offender_arrivals_theft": 2.0}}
    )
    site = make_site(trial, replace(trial.population[0], part=part))
    drawn = draw_parameters(Parameters.default(), 1, 1)[0]
    inputs = site.inputs(drawn)
    assert inputs.population.boardings == 2 * trial.population[0].inputs.population.boardings
    assert inputs.parameters.theft_rate == 5 * drawn.theft_rate
    assert inputs.parameters.offender_arrivals_theft == pytest.approx(6 * drawn.offender_arrivals_theft)
    assert inputs.parameters.offender_arrivals_nuisance == 3 * drawn.offender_arrivals_nuisance
    assert inputs.roster.duties == ()


# -- doses


def test_visits_are_drawn_afresh_each_day_one_in_each_part_of_the_hours():
    dose = VisitsDose.model_validate(
        {"dose": "visits", "who": "police", "visits_a_day": 4, "minutes": 15.0, "hours": "15:00-23:00"}
    )
    unit = Unit("platform", (("p",),))
    one, other = moments(dose, unit, 1, 1), moments(dose, unit, 1, 2)
    assert one == moments(dose, unit, 1, 1) != other
    for k, (begin, end) in enumerate(one):
        assert end - begin == 900
        assert 15 * 3600 + k * 7200 <= begin < end <= 15 * 3600 + (k + 1) * 7200
    fixed = dose.model_copy(update={"order": "fixed"})
    assert moments(fixed, unit, 1, 1) == moments(fixed, unit, 1, 2)


def test_a_factor_on_the_usual_roster_keeps_visits_and_minutes_apart():
    duty = Duty("a", "guard", 19 * 3600, 23 * 3600, ("platform",), visit_s=900)
    other = Duty("b", "boa", 19 * 3600, 23 * 3600, ("platform",))
    dose = UsualDose(dose="usual", visits=1.41, minutes=1.29, who=("guard",))
    changed = _scaled(Roster((duty, other)), dose).duties
    mine = [d for d in changed if d.kind == "guard"]
    seconds = sum(d.end_s - d.start_s for d in mine)
    assert seconds == pytest.approx(1.29 * 4 * 3600, rel=1e-3)
    assert seconds / mine[0].visit_s == pytest.approx(1.41 * 4 * 3600 / 900, rel=2e-3)  # so many stops
    assert [d for d in changed if d.kind == "boa"] == [other]
    assert _scaled(Roster((duty,)), UsualDose(dose="usual", minutes=0.5)).duties[0].end_s == 21 * 3600


def test_hours_of_a_count_are_rows_of_the_tables():
    assert hours_of(Count()) == slice(0, 20)
    assert hours_of(Count.model_validate({"hours": "19:00-01:00"})) == slice(14, 20)


# -- effects


def _run(trial, treated: float, per_draw: float = 0.0) -> TrialRun:
    """A run whose counts are known: control 10 a unit and day, treated as told; a third of it away from visits."""
    sites = [make_site(trial, typed) for typed in trial.population]
    picked = tuple(PickedSite(s, s.units[:1], (s.part.weight,)) for s in sites)
    draws = draw_parameters(Parameters.default(), 1, 6)
    run = TrialRun(TrialWork(trial, picked, draws, 1, Path(), None))
    for draw in range(TABLE_DRAW, 6):
        for replicate in range(REPLICATES):
            for place in range(2):
                counts = np.ones((2, 2, 4, 1, 2))
                counts[0, :, :, 0, 0] = 10.0
                counts[1, :, :, 0, 0] = treated * (1 + per_draw * draw) + 0.01 * replicate
                counts[:, :, 1, 0, 0] /= 3
                counts[1, 0, 3, 0, 0] = 10.0  # nothing in the first week
                run.counts[Job(draw, replicate, place)] = counts
    return run


def test_effects_are_ratios_of_sums_with_the_weights_of_units_and_weeks(trial):
    run = _run(trial, 8.0)
    whole, away, quiet, early = effects_of(run)
    assert whole.table == pytest.approx(-20 + 0.05)
    assert (whole.base, whole.value) == (10, pytest.approx(8.005))
    assert away.table == pytest.approx(100 / 3, rel=1e-3)
    assert quiet.table == pytest.approx(0, abs=1e-9)
    assert early.table == 0
    assert (whole.verdict, whole.draws) == ("hit", 6)
    run.counts[Job(TABLE_DRAW, 0, 0)][1, :, 0, 0, 0] += 1.0  # the type of weight 3 of 4, in one of two replicates
    assert effects_of(run)[0].table == pytest.approx(-20 + 0.05 + 100 * 0.75 * 0.5 / 10)


def test_a_miss_is_told_with_its_size(trial):
    whole = effects_of(_run(trial, 9.9, 0.001))[0]
    assert (whole.verdict, whole.off) == ("miss", pytest.approx(20, abs=1))
    assert whole.low < whole.middle < whole.high < 0


@pytest.mark.parametrize(
    ("published", "low", "middle", "high", "verdict"),
    [
        ({"estimate": -21.0}, -30, -25, -22, "miss"),
        ({"estimate": -21.0, "low": -26.0, "high": -10.0, "band": "ci95"}, -30, -25, -22, "hit"),
        ({"direction": "lower"}, -30, -25, -22, "hit"),
        ({"direction": "lower"}, -30, -5, 2, "open"),
        ({"direction": "higher"}, -30, -25, -22, "miss"),
        ({"direction": "none"}, -30, -5, 2, "hit"),
        ({"direction": "none"}, -30, -5, -2, "miss"),
        ({"estimate": -21.0}, np.nan, -20, np.nan, "too few"),
    ],
)
def test_a_verdict_asks_interval_and_band(published, low, middle, high, verdict):
    assert judged(Published.model_validate(published), middle, low, high)[0] == verdict


def test_the_record_is_plain_json(trial):
    from schouw.trying import record

    run = _run(trial, 8.0)
    plain = json.loads(json.dumps(record(run, effects_of(run), False), allow_nan=False))
    assert [line["outcome"] for line in plain["outcomes"]] == ["all", "away", "quiet", "early"]
    assert plain["outcomes"][0]["published"]["estimate"] == -21


WIDE = """
schema: 1
name: wide
title: {en: Wide, nl: Wijd}
source: made up for this test
weeks: [1, 2.5]
simulate: "20:00-22:00"
population:
  - {station: shoebox, roster: []}
units: {kind: platform}
arms:
  - {name: light, measures: [{measure: brighter_lamps, zones: [unit], factor: 3}]}
  - name: patrol
    doses: [{dose: visits, who: police, visits_a_day: 2, minutes: 15, hours: "20:00-22:00", days_a_week: 4}]
outcomes:
  - {name: path, book: "true", each: week}
  - {name: hours, book: "true", hours: "20:00-22:00", each: hour, published: {estimate: -5}}
  - {name: near, book: "true", at: near, near_m: 1, days: free}
  - {name: million, book: recorded, at: station, per: visit, times: 1000000, analysis: level}
  - {name: staff, book: question, who: staff, cut: 6, analysis: share_points}
"""


def test_an_outcome_asks_for_a_line_of_each_week_or_hour(tmp_path):
    names = [o.name for o in read_trial(_file(tmp_path, WIDE)).file.outcomes]
    assert names[:6] == ["path", "path-week-0-1", "path-week-1-2-5", "hours", "hours-20h", "hours-21h"]
    lines = {o.name: o for o in read_trial(_file(tmp_path, WIDE)).file.outcomes}
    assert lines["path-week-1-2-5"].weeks == (1.0, 2.5)
    assert lines["hours-21h"].hours == (21 * 3600, 22 * 3600)
    assert lines["hours-21h"].published.nothing
    assert judged(lines["hours-21h"].published, -3.0, -4.0, -2.0)[0] == "nothing"


def test_near_is_around_the_unit_and_a_measure_may_keep_to_the_unit(tmp_path):
    wide = read_trial(_file(tmp_path, WIDE))
    site = make_site(wide, wide.population[0])
    near = next(o for o in wide.file.outcomes if o.name == "near")
    ids = {site.base.layout.zones[i].id for i in zones_of(near, site.units[0], site.base.layout)}
    assert ids
    assert not ids & set(site.units[0].zones)
    assert "square" not in ids
    kept = placed(wide.arms[1].measures[0], site.units[0].zones)
    assert kept.zones == site.units[0].zones
    lit = kept.apply(site.base).layout.lamps
    brighter = {lamp.id for lamp, old in zip(lit, site.base.layout.lamps, strict=True) if lamp.lumen > old.lumen}
    assert brighter
    assert len(brighter) < len(lit)


def test_days_without_the_dose_need_a_dose_that_spares_some(tmp_path):
    with pytest.raises(StationFileError, match="all days of the week"):
        read_trial(_file(tmp_path, WIDE.replace(", days_a_week: 4", "")))
