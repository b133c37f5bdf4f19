"""Monitor files, targets and waves: what a figure is held against, what a change is worth, what a measure did."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from calibration.monitor import KNOWN, Figure, read_monitor
from calibration.synthetic import synthetic_monitor
from calibration.targets import below_sd, standard_error, targets_of
from calibration.waves import change_between, changes_of, effects_of
from model.parameters import Parameters
from schouw.command import app
from schouw.waving import SHIPPED, sentence


def figure(item, wave, value, **more):
    return Figure(0, more.pop("station", "ALL"), wave, item, value, **more)


def read(folder: Path, text: str):
    file = folder / "monitor.csv"
    file.write_text(text, encoding="utf-8")
    return read_monitor(file)


# -- what a change is worth


def test_fifty_five_against_fifty_stations_comes_one_time_in_seven():
    fifty, more = (figure("stations_below_6", y, v, stations=400) for y, v in ((2023, 50), (2024, 55)))
    change = change_between(fifty, more)
    assert change.sd == pytest.approx(4.2, rel=0.05)
    assert change.one_in == pytest.approx(7, abs=0.5)
    assert "one in 7" in sentence(change, "en")
    assert "één op de 7" in sentence(change, "nl")


def test_1095_against_1042_incidents_is_1_15_standard_deviations():
    change = change_between(figure("incidents", 2023, 1042), figure("incidents", 2024, 1095))
    assert change.z == pytest.approx(1.15, abs=0.005)


def test_the_spread_of_stations_below_six_is_that_of_drawn_surveys():
    rng = np.random.default_rng(3)
    error = 1.9 / math.sqrt(175)
    true = 6.9 + math.sqrt(0.64 - error**2) * rng.standard_normal(400)
    counts = ((true + error * rng.standard_normal((4000, 400))) < 6).sum(axis=1)
    assert below_sd(counts.mean(), 400) == pytest.approx(counts.std(), rel=0.15)


@settings(max_examples=30, deadline=None)
@given(st.floats(1, 1e5), st.floats(1, 1e5))
def test_two_counts_the_other_way_round_are_as_likely(a, b):
    there = change_between(figure("incidents", 1, a), figure("incidents", 2, b))
    back = change_between(figure("incidents", 1, b), figure("incidents", 2, a))
    assert there.z == pytest.approx(-back.z)
    assert there.chance == pytest.approx(back.chance)


def test_chance_without_real_change_is_what_it_says():
    rng = np.random.default_rng(4)
    pairs = rng.poisson(300, (4000, 2))
    chances = [change_between(figure("incidents", 1, a), figure("incidents", 2, b)).chance for a, b in pairs]
    assert np.mean(np.array(chances) < 0.05) == pytest.approx(0.10, abs=0.02)  # in both directions together


def test_what_chose_itself_or_is_of_another_definition_is_compared_with_nothing():
    figures = read_monitor(SHIPPED / "published.csv")
    compared = [(c.first.item, c.first.wave) for c in changes_of(figures)]
    assert ("unsafe_sometimes", 2024) not in compared
    assert ("incidents", 2016) not in compared
    assert ("incidents", 2017) in compared


# -- before and after with stations of comparison


def test_difference_in_differences_of_all_stations_finds_the_truth_and_the_picked_ones_show_their_drift():
    """Ten of forty lowest treated, true effect 0.2. Criterion: 95% intervals cover 0.2 in 90 to 99% of 200 monitors."""
    covered, drifts, gross = 0, [], []
    for seed in range(200):
        effect = effects_of(_synthetic(seed))[0]
        covered += effect.low <= 0.2 <= effect.high
        drifts.append(effect.drift)
        gross.append(effect.did - 0.2)
    assert 180 <= covered <= 198
    assert np.mean(gross) == pytest.approx(np.mean(drifts), abs=0.02)  # what was too good is what the drift tells
    assert np.mean(gross) > 0.01


def _synthetic(seed):
    rows = [line.split(",") for line in synthetic_monitor(seed).splitlines()[1:]]
    return [figure(r[2], float(r[1]), float(r[3]), station=r[0], n=int(r[4]), arm=r[5]) for r in rows]


def test_the_shipped_synthetic_monitor_is_made_by_its_code():
    assert (SHIPPED / "synthetic-40.csv").read_text("utf-8") == synthetic_monitor()
    effect = effects_of(read_monitor(SHIPPED / "synthetic-40.csv"))[0]
    assert (effect.treated, effect.comparison) == (10, 30)
    assert effect.low < 0.2 < effect.high


# -- targets


def test_targets_know_their_use_and_their_error():
    figures = read_monitor(SHIPPED / "published.csv")
    targets = {(t.figure.item, t.figure.wave, t.figure.group): t for t in targets_of(figures)}
    uses = {key: target.use for key, target in targets.items()}
    assert uses["unsafe_sometimes", 2024, "woman"] == "refused"
    assert "chose" in targets["unsafe_sometimes", 2024, "woman"].reason
    assert uses["incidents", 2016, "all"] == "refused"
    assert uses["incidents", 2024, "all"] == "target"
    assert uses["place_reports", 2024, "woman"] in ("check", "refused")
    assert targets["unsafe_12_months", 2025, "regular"].figure.value == 0.61
    assert targets["incidents", 2024, "all"].distance(1095) == 0
    with pytest.raises(ValueError, match="chose"):
        targets["unsafe_sometimes", 2024, "woman"].distance(0.5)


def test_errors_hold_sampling_wave_and_dispersion():
    score = figure("safety_evening", 1, 6.9, station="X", n=175)
    assert standard_error(score) == pytest.approx(math.hypot(1.9 / 175**0.5, 0.05))
    assert standard_error(figure("unsafe_12_months", 1, 0.5, n=2500)) == pytest.approx(math.hypot(0.01, 0.01))
    assert standard_error(figure("incidents", 1, 400.0)) == pytest.approx(math.hypot(0.05, 0.05))


# -- files


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("station,wave,item\n", "value"),
        ("station,wave,item,value\nA,2024,safety_evning,6.9\n", "safety_evening"),
        ("station,wave,item,value\nA,2024,safety_evening,69\n", "outside 1 to 10"),
        ("station,wave,item,value,unit\nA,2024,unsafe_12_months,61,count\n", "percent"),
        ("station,wave,item,value,group\nA,2024,safety_evening,6,wman\n", "woman"),
        ("station,wave,item,value\nA,2024,incidents,5\nA,2024,incidents,6\n", "same figure"),
        ("station,wave,item,value\n", "no figure"),
        ("station,wave,item,value,typ\nA,1,incidents,5,theft\n", "type"),
        ("station,wave,item,value\n,2024,incidents,x\n", "not a number"),
    ],
)
def test_a_broken_file_is_told_in_words_and_never_as_a_traceback(tmp_path, text, said):
    file = tmp_path / "broken.csv"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["waves", str(file)])
    assert result.exit_code == 2
    assert said in result.output
    assert "broken.csv" in result.output


def test_a_semicolon_and_a_decimal_comma_are_read(tmp_path):
    one = read(tmp_path, "station;wave;item;value\nA;2024;safety_evening;6,9\n")[0]
    assert one.value == 6.9


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_command_tells_changes_effects_and_refusals(language):
    result = CliRunner().invoke(app, ["waves", "published", "--language", language])
    assert result.exit_code == 0, result.output
    assert "1.15" in result.output or "1,15" in result.output
    english = ("score before 19:00", "aggression against staff", "train and station", "women", "who answered")
    dutch = ("cijfer voor 19.00 uur", "agressie tegen personeel", "trein en station", "vrouwen", "wie antwoordde")
    told = " ".join(result.output.split())
    assert [word for word in english if word in told] == (list(english) if language == "en" else [])
    assert [word for word in dutch if word in told] == (list(dutch) if language == "nl" else [])
    result = CliRunner().invoke(app, ["waves", "synthetic-40", "--json"])
    plain = json.loads(result.stdout)
    assert len(plain["changes"]) == 40
    assert plain["effects"][0]["treated"] == 10
    assert {target["use"] for target in plain["targets"]} == {"target"}
    assert CliRunner().invoke(app, ["waves", "publishd"]).exit_code == 2


def test_respondents_that_are_assumed_and_how_many_changes_were_looked_at_are_told(tmp_path):
    file = tmp_path / "plain.csv"
    rows = [f"S{i},{wave},safety_evening,{6.5 + 0.01 * i * (wave - 2024)}" for i in range(40) for wave in (2024, 2025)]
    file.write_text("\n".join(["station,wave,item,value", *rows]) + "\n", encoding="utf-8")
    told = " ".join(CliRunner().invoke(app, ["waves", str(file)]).output.split())
    assert f"n is not given for 80 figures: {int(Parameters.default().survey_respondents)} respondents" in told
    assert "40 changes were looked at; the smallest chance among them (score after 19:00, S39: 1 in" in told
    told = " ".join(CliRunner().invoke(app, ["waves", "synthetic-40"]).output.split())
    assert "S29: 1 in 88) would come up in about 60% of" in told  # 1 - (1 - 2/88)^40
    assert "n is not given" not in CliRunner().invoke(app, ["waves", "synthetic-40"]).output


def test_columns_of_the_format_are_those_of_the_reader():
    assert set(Figure.__dataclass_fields__) - {"line"} == set(KNOWN) - {"unit"}
