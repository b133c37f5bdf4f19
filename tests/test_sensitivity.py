"""Sensitivity of the model: words to inputs, ranges of the parameter table, the command, the pictures."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from calibration import sensitivity
from calibration.indices import FailedPointsError, Group, indices_of, make_plan, swings
from calibration.sensitivity import Question, chosen, families, run
from dashboard.figures.drivers import PHONE, indices_figure, tornado_figure
from dashboard.words import Words
from model.parameters import Parameters
from schouw.command import app
from schouw.sensing import _table


@pytest.fixture(scope="module")
def light():
    names = [n for n in Parameters.default().uncertain() if n.startswith("light_")][:2]
    pair = [(names[0], names[1], 0.9)]
    return Question.of(
        "shoebox", outcomes=["safety_women_after_19"], method="sobol", inputs=names, grouping="family", rows=16,
        correlated=pair,
    )  # fmt: skip


def test_families_hold_every_uncertain_parameter_once():
    names = chosen(())
    members = [name for group in families(names) for name in group.members]
    assert sorted(members) == sorted(names) == sorted(Parameters.default().uncertain())
    assert {name.split("_")[0] for name in names} == {group.name for group in families(names)}


def test_values_come_from_the_ranges_of_the_table_and_from_nowhere_else(light):
    rows = {row.name: row for row in Parameters.default().rows}
    for point in range(0, len(light.plan.x), 7):
        drawn = light.parameters(point)
        assert set(drawn.changed()) <= set(light.groups[0].members)
        for name in light.groups[0].members:
            assert rows[name].low <= drawn[name] <= rows[name].high


def test_correlated_inputs_move_together(light):
    names = light.groups[0].members
    values = np.array([[light.parameters(i)[n] for n in names] for i in range(len(light.plan.x))])
    assert np.corrcoef(np.log(values).T)[0, 1] > 0.7


def test_on_off_measures_are_inputs():
    question = Question.of("shoebox", "all-three", inputs=["light_*"], grouping="family", rows=4, switches=True)
    assert [group.name for group in question.groups] == ["light", "measure 1", "measure 2", "measure 3"]
    on = np.array([[question.plan.x[i, -4:-1] >= 0.5] for i in range(len(question.plan.x))])
    first, last = (int(np.argmin(on.sum(axis=(1, 2)))), int(np.argmax(on.sum(axis=(1, 2)))))
    few, many = question.arms(first)[0], question.arms(last)[0]
    assert few.layout != many.layout or few.roster != many.roster


def test_a_point_is_the_change_on_one_day_and_a_failure_is_counted(light, monkeypatch, tmp_path):
    days = []

    def levels(inputs, lines, seed, day, cache):
        days.append(day)
        if day - sensitivity.FIRST_DAY == 3:
            raise RuntimeError("no train came")
        return [float(inputs.parameters[light.groups[0].members[0]])]

    monkeypatch.setattr(sensitivity, "_levels", levels)
    with pytest.raises(FailedPointsError, match=r"4 of 80 .*no train came"):
        list(run(light, tmp_path))
    assert len(days) == len(light.plan.x)
    days.clear()
    monkeypatch.setattr(sensitivity, "_levels", lambda inputs, *_: [inputs.parameters[light.groups[0].members[0]]])
    done = list(run(light, tmp_path))[-1]
    assert done.stored == len(light.plan.x) - 4  # what had been finished is not run again
    assert done.indices["safety_women_after_19"]["light"].value > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["halte", "--outcome", "safty"], "no outcome"),
        (["halte", "--input", "feel_ligt"], "fits no uncertain parameter"),
        (["halte", "--hours", "late"], "hours"),
        (["halte", "--method", "sobol", "--rows", "4"], "at least 16"),
        (["halte", "--correlated", "a,b"], "a,b=0.6"),
        (["halte", "--correlated", "light_e50_lx=3"], "two parameters and a number, a,b=0.6"),
        (["halte", "--correlated", "light_e50_lx,thft_rate=0.5"], '"thft_rate" fits no'),
        (["halte", "--correlated", "light_e50_lx,theft_rate=0.5"], "one group"),
        (["halte", "--correlated", "light_e50_lx,theft_rate=2"], "between -1 and 1, not 2"),
        (["halte", "--hours", "25:00-26:00"], "lie outside the service day; give hours as"),
        (["halte", "--hours", "20:00-20:00"], "begin and end at 20:00; give hours as"),
        (["halte", "--switches"], "need a scenario"),
        (["halte", "--method", "pawn", "--groups", "family"], "groups"),
        (["halt"], "halte"),
    ],
)
def test_the_command_refuses_in_words(words, said):
    result = CliRunner().invoke(app, ["sensitivity", *words])
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_inputs_under_the_noise_may_not_be_left_out_and_a_table_has_one_number_of_digits():
    plan = make_plan("morris", [Group(f"x{i}", (f"x{i}",)) for i in range(10)], rows=4)
    luck = np.random.default_rng(1).random(plan.day.max() + 1)[plan.day]
    said = indices_of(plan, luck + 1e-8 * plan.x[:, 0], resamples=50)
    assert said.hidden
    assert said.small == ()
    table = _table(said, "en")
    cells = [cell for column in table.columns[1:] for cell in column.cells]
    assert all(len(part.partition(".")[2]) == 3 for cell in cells for part in str(cell).split(" - "))
    assert not indices_of(plan, plan.x[:, 0], resamples=50).hidden


def test_points_without_anybody_to_ask_fail_with_that_reason(light, monkeypatch, tmp_path):
    monkeypatch.setattr(sensitivity, "_levels", lambda *_: [float("nan")])
    with pytest.raises(FailedPointsError, match=r"80 of 80 .*safety_women_after_19: nobody was there to be asked"):
        list(run(light, tmp_path))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_pictures_hold_inputs_luck_and_floor(language):
    plan = make_plan("sobol", [Group(f"x{i}", (f"x{i}",)) for i in range(30)], rows=64)
    result = plan.x[:, 0] * 5 + plan.x[:, 1] + 0.3 * np.random.default_rng(1).random(plan.day.max() + 1)[plan.day]
    said = indices_of(plan, result, resamples=50)
    picture = str(indices_figure(said, Words(language), "A <title> & more"))
    root = ElementTree.fromstring(picture)
    texts = [node.text for node in root.iter() if node.tag.endswith("text")]
    assert "x0" in texts
    assert Words(language)("drivers.name.luck") in texts
    assert sum(text is not None and text.startswith("x") for text in texts) == 18  # of 20 rows
    wide = swings(plan, result)
    assert wide[0].name == "x0"
    assert wide[0].high - wide[0].low == pytest.approx(10 / 3, abs=0.4)
    ElementTree.fromstring(str(tornado_figure(wide, said.mean, Words(language), "A")))
    for small in (
        indices_figure(said, Words(language), "A", PHONE), tornado_figure(wide, said.mean, Words(language), "A", PHONE)
    ):  # fmt: skip
        bars = [node for node in ElementTree.fromstring(str(small)).iter() if node.tag.endswith("rect")]
        assert len(bars) > 1
        assert max(float(bar.get("x", 0)) + float(bar.get("width", 0)) for bar in bars) <= PHONE.width


def test_a_design_without_a_single_input_has_no_swings():
    plan = make_plan("morris", [Group("both", ("a", "b"))], rows=4)
    assert swings(plan, plan.x[:, 0]) == ()
    assert replace(plan, rows=4).names == ("a", "b", "dummy")
