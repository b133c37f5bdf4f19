"""A fit to a monitor: its file, what a bank is held against, the draws that come out. No day of the model is run."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from calibration import fit as fits
from calibration.fit_file import find_fit
from calibration.fit_reader import read_fit
from calibration.reasons import reason_in
from model.parameters import Parameters
from scenarios.draws import read_draws, write_draws
from scenarios.faults import StationFileError
from schouw.command import app

FIT = """
schema: 1
name: small
monitor: monitor.csv
stations:
  - {station: shoebox, weight: 1}
hours: "19:00-20:00"
visits: 1000000
points: 24
days: 2
draws: 50
stages:
  - {name: perception, parameters: [feel_base, feel_woman], items: [safety_evening]}
  - {name: incidents, parameters: [theft_rate], items: [incidents]}
"""
MONITOR = """station,wave,item,value,type,n
ALL,2023,safety_evening,6.2,,400
ALL,2024,safety_evening,6.6,,400
ALL,2024,incidents,40,theft,
ALL,2024,unsafe_12_months,61,,1000
"""


@pytest.fixture
def small(tmp_path):
    (tmp_path / "monitor.csv").write_text(MONITOR, encoding="utf-8")
    (tmp_path / "fit.yaml").write_text(FIT, encoding="utf-8")
    return tmp_path / "fit.yaml"


def test_the_shipped_example_is_sound_and_says_what_it_cannot_use():
    fit = read_fit(find_fit("example"))
    assert (fit.targets[0].figure.item, fit.targets[0].figure.wave) == ("safety_evening", 2024)
    reasons = {(t.figure.item, t.figure.wave): why for t, why in fit.left_out}
    assert "asks something else" in reasons["safety_evening", 2007]
    assert "chose" in reasons["unsafe_sometimes", 2024]
    assert "definition" in reasons["incidents", 2016]
    assert reasons["incidents", 2023] == "an earlier wave"
    dutch = {why: reason_in(why, "nl") for why in reasons.values()}
    assert dutch["an earlier wave"] == "een eerdere meting"
    assert all(told != why for why, told in dutch.items())
    assert [reason_in(why, "en") for why in dutch] == list(dutch)


def test_the_latest_wave_is_the_target_and_each_stage_knows_its_own(small):
    fit = read_fit(small)
    assert [(t.figure.item, t.figure.wave) for t in fit.targets] == [("safety_evening", 2024), ("incidents", 2024)]
    assert fit.names == ("feel_base", "feel_woman", "theft_rate")
    assert [(s.columns, s.aims) for s in fit.stages] == [((0, 1), (0,)), ((2,), (1,))]
    rows = {row.name: row for row in Parameters.default().rows}
    for u in fit.design():
        p = fit.parameters(u.tolist())
        assert all(rows[name].low <= p[name] <= rows[name].high for name in fit.names)
        assert set(p.changed()) <= set(fit.names)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("feel_base", "feel_bas", "feel_base"),
        ("items: [incidents]", "items: [incidnts]", "incidents"),
        ("items: [incidents]", "items: [good_share]", "cannot be fitted by days"),
        ("points: 24", "points: 12", "too few"),
        ("monitor: monitor.csv", "monitor: publishd", "no such file"),
        ("station: shoebox", "station: shoebx", "shoebox"),
        ("draws: 50", "drawz: 50", "draws"),
    ],
)
def test_faults_of_a_fit_are_told_together(small, old, new, said):
    small.write_text(FIT.replace(old, new), encoding="utf-8")
    with pytest.raises(StationFileError) as told:
        read_fit(small)
    assert said in str(told.value)


def test_the_command_refuses_in_words(small):
    assert CliRunner().invoke(app, ["calibrate", "exmple"]).exit_code == 2
    result = CliRunner().invoke(app, ["calibrate", str(small), "-o", "draws.csv"])
    assert result.exit_code == 2
    assert ".parquet" in result.output


def _world(fit, broken=-1):
    """A bank without days: the score follows feel_base, the count theft_rate."""

    def sums(point, day, cache, works=()):
        if point == broken:
            raise RuntimeError("no train came")
        p = fit.parameters(fit.design()[point].tolist())
        noise = 0.01 * np.sin(7 * point + 3 * day)
        return [[(5.5 + p.feel_base + noise, 1.0, 0.0)], [(p.theft_rate * np.exp(12 + noise), 1e6, 0.0)]]

    return sums


def test_a_fit_finds_what_the_targets_tell_and_writes_draws_that_compare_reads(small, tmp_path, monkeypatch):
    fit = read_fit(small)
    monkeypatch.setattr(fits.Fit, "sums", lambda self, *job: _world(self)(*job))
    done = list(fit.run(tmp_path))
    assert done[-1] == (48, 48)
    result = fit.result(tmp_path)
    shares = result.posterior.contraction()
    assert shares["feel_base"] > 0.1  # prior spread 0.25, error of the target 0.23, and that of the emulator
    assert abs(shares["feel_woman"]) < 0.15
    assert np.median(result.posterior_said[:, 0]) == pytest.approx(6.6, abs=0.1)
    path = tmp_path / "deep" / "posterior.parquet"
    result.write(path)
    draws = read_draws(path)
    assert len(draws) == 50
    middle = np.median([draw.feel_base for draw in draws])
    assert middle == pytest.approx(1.1, abs=0.15)
    assert len({draw.light_e50_lx for draw in draws}) == 50  # what no stage names is drawn from its range
    assert list(fit.run(tmp_path)) == [(48, 48)]  # nothing is run again


def test_failed_runs_stop_a_fit_with_a_count(small, tmp_path, monkeypatch):
    fit = read_fit(small)
    monkeypatch.setattr(fits.Fit, "sums", lambda self, *job: _world(self, broken=3)(*job))
    with pytest.raises(RuntimeError, match=r"2 of 48 runs .*no train came"):
        list(fit.run(tmp_path))
    with pytest.raises(ValueError, match="missing"):
        fit.result(tmp_path)


def test_a_monitor_is_looked_for_beside_the_file_and_then_among_those_that_ship(small):
    small.write_text(FIT.replace("monitor.csv", "published"), encoding="utf-8")
    assert read_fit(small).targets[0].figure.value == 6.9
    assert Path(fits.__file__).parent.joinpath("monitors", "published.csv").is_file()


def test_a_comparison_draws_from_the_posterior(small, tmp_path):
    from schouw.comparing import prepare

    fitted = [Parameters.default().replace(feel_base=1.0 + 0.01 * j) for j in range(30)]
    write_draws(tmp_path / "posterior.parquet", fitted)
    posterior = tmp_path / "posterior.parquet"
    study = prepare("shoebox", ["brighter-lamps"], draws=20, out=tmp_path / "out", posterior=posterior)
    assert study.fitted
    assert study.work.draws == tuple(fitted[:20])
    assert prepare("shoebox", ["brighter-lamps"], draws=40, posterior=posterior).draws == 30
    assert not prepare("shoebox", ["brighter-lamps"], draws=3).fitted
    for wrong, said in (("fit.yaml", "no table of draws"), ("nothing.parquet", "is no file")):
        result = CliRunner().invoke(app, ["compare", "shoebox", "--posterior", str(tmp_path / wrong)])
        assert result.exit_code == 2
        assert said in result.output
        assert "Traceback" not in result.output


TRIAL_STAGE = """trials:
  - {trial: london-underground, outcome: calls}
stages:
  - {name: perception, parameters: [feel_base, feel_woman], items: [safety_evening]}
  - {name: deterrence, parameters: [theft_d_direct, theft_d_residual], items: [trials]}
"""


def test_a_trial_is_a_term_of_the_likelihood_with_an_error_of_transport(small, tmp_path, monkeypatch):
    text = FIT[: FIT.index("stages:")] + TRIAL_STAGE
    small.write_text(text, encoding="utf-8")
    fit = read_fit(small)
    target = fit.targets[-1]
    assert (target.figure.item, target.figure.type, target.figure.group) == ("trials", "london-underground", "calls")
    assert target.sd == pytest.approx((np.log(1 - 0.166) - np.log(1 - 0.245)) / 3.92)
    aim = fits.aim_of(target)
    assert aim.value == pytest.approx(np.log(0.79))
    assert aim.sd == pytest.approx(np.hypot(target.sd, 0.3))

    def sums(self, point, day, cache, works=()):
        assert len(works) == 1
        p, noise = self.parameters(self.design()[point].tolist()), 0.01 * np.sin(7 * point + 3 * day)
        effect = np.exp(-0.4 * p.theft_d_direct - 0.1 * p.theft_d_residual + noise)
        return [[(5.5 + p.feel_base + noise, 1.0, 0.0)], [(3 * effect, 3.0, 0.0)]]

    monkeypatch.setattr(fits, "works_of", lambda terms, seed, cache: tuple(terms))
    monkeypatch.setattr(fits.Fit, "sums", sums)
    list(fit.run(tmp_path))
    result = fit.result(tmp_path)
    assert result.posterior.contraction()["theft_d_direct"] > 0.05
    assert np.median(result.posterior_said[:, 1]) < np.median(result.prior_said[:, 1]) + 0.3
    for old, new, said in (
        ("outcome: calls", "outcome: cals", "calls"),
        ("outcome: calls", "outcome: effect-away", "changes in percent"),
        ("trial: london-underground", "trial: londen", "london"),
        ("items: [trials]", "items: [safety_day]", "no stage names them"),
    ):
        small.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(StationFileError) as told:
            read_fit(small)
        assert said in str(told.value)


def test_stations_are_pooled_by_type_and_a_fifth_is_held_out():
    fit = read_fit(find_fit("stations"))
    of = {(p.type, p.item, p.group): p for p in fit.pooled}
    woman = of["halte", "safety_evening", "woman"]
    assert woman.stations == 19
    assert len({f.station for f in fit.unseen}) == 8
    assert woman.mean == pytest.approx(np.mean(list(woman.shrunk.values())), abs=0.1)
    assert woman.between == pytest.approx(0.6, abs=0.15)  # as they were made
    assert all(t.figure.station in ("halte", "shoebox") for t in fit.targets)
    assert not set(woman.shrunk) & {f.station for f in fit.unseen}


def test_a_year_of_trips_makes_more_people_unsafe_than_a_few():
    from calibration.bank import ever_unsafe

    p = Parameters.default()
    often, seldom = (ever_unsafe(1.3, 1.3**2 + 1.0, regular, p) for regular in (True, False))
    assert 0 < seldom < often < 1
    assert ever_unsafe(9.0, 81.0 + 1.0, False, p) < 0.01
    assert ever_unsafe(-3.0, 9.0 + 1.0, True, p) > 0.95
