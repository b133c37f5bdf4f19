"""Where people wait: the logit of places against a slow twin, weather, marks, and choosing again."""

import datetime
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from model.day.demand import BOARDER
from model.day.weather import harsh_hours
from model.inputs.inputs import Inputs
from model.inputs.layout import GateLine, Spot
from model.kernels.crowd import TO_SPOT, WAITING, take_slot
from model.kernels.score import latent_of, score_of
from model.kernels.state import PLAIN, SENSITIVE
from model.kernels.visiting import choose_again, choose_spot, settle, settle_down
from model.parameters import Parameters
from model.randomness import Purpose
from model.station import Station
from tests.day_harness import shoebox, station_of, steps

HOUR = 3600
P = Parameters.default()
SPOTS = (
    Spot("shelter", "shelter", 0, 12.0, 23.0),
    Spot("sign", "stop_marker", 0, 15.0, 21.0),
)


def marked() -> Inputs:
    """The shoebox with a shelter, a stop marker, and the platform's stairs marked as a safe place to wait."""
    inputs = shoebox()
    zones = tuple(replace(z, marked_safe=z.id == "stairs-platform") for z in inputs.layout.zones)
    return inputs.replace(layout=replace(inputs.layout, zones=zones, spots=(*inputs.layout.spots, *SPOTS)))


class Platform:
    """People who step onto platform 1 at one place, one by one, each as if alone."""

    def __init__(self, people: int, harsh: bool = False) -> None:
        self.station: Station = station_of(marked())
        self.station.run_until(5 * HOUR + 1)
        s = self.station
        self.harsh = np.full(20, harsh)
        trains = s.inputs.timetable.trains
        visits = np.flatnonzero((s.visits.role == BOARDER) & (s.visits.group == 1))
        on_1 = np.array([t.platform == "1" for t in trains])
        self.visits = visits[on_1[s.visits.train_out[visits]]][:people]

    def choose(self, visit: int, time_s: float) -> tuple[int, int]:
        """Return slot and chosen place of a visit; the slot stays taken."""
        s, crowd = self.station, self.station.crowd
        slot = take_slot(crowd, visit)
        settle(crowd, slot, visit, s.visitors, 30.0, 21.5, 0, 0.0)
        at = int(np.flatnonzero(crowd.order[: crowd.count[0]] == slot)[0])
        waiting = s._parts["waiting"]._replace(harsh=self.harsh)
        choose_spot(
            crowd, at, False, time_s, s.spots, 0, s.visitors, s.fields, s.ground, s.offenders, s._parts["loud"],
            s.day, s.seed, int(Purpose.WAIT_CHOICE), waiting,
        )  # fmt: skip
        return slot, -2 - int(crowd.people["door"][slot])

    def chosen(self, time_s: float) -> NDArray[np.int64]:
        found = []
        for visit in self.visits:
            slot, place = self.choose(int(visit), time_s)
            found.append(place)
            crowd = self.station.crowd
            self.station.spots.rows["taken"][:] = 0
            crowd.count[0], crowd.count[1] = 0, crowd.count[1] + 1
            crowd.people["visit"][slot] = -1
        return np.array(found)

    def twin(self, time_s: float) -> NDArray[np.float64]:
        """The chance of each place (people, places), science.md 2.4 line by line."""
        s, rows = self.station, self.station.spots.rows
        rows = rows[: s.spots.first[1]]
        dark = s.fields.clock[0]
        chances = []
        for visit in self.visits:
            gender, regular = int(s.visits.gender[visit]), s.visits.regular[visit]
            women = (P.feel_woman, 0.0, P.feel_woman / 2)[gender]
            place = (
                s.fields.terms[rows["cell"], PLAIN + gender]
                + s.visits.slope[visit] * s.fields.terms[rows["cell"], SENSITIVE + gender]
            )
            score = 1 + 9 / (1 + np.exp(-(P.feel_base + women + s.visits.nature[visit] + place / P.feel_score_slope)))
            b6 = (P.wait_safety_woman, P.wait_safety_man, (P.wait_safety_woman + P.wait_safety_man) / 2)[gender]
            b8 = (P.wait_marker_woman, P.wait_marker_man, (P.wait_marker_woman + P.wait_marker_man) / 2)[gender]
            near = rows["along"][np.argmin(np.hypot(rows["x"] - 30.0, rows["y"] - 21.5))]
            luck = int(s.visitors.rows["luck"][visit])
            from model.randomness import uniform

            best = uniform(s.seed, int(Purpose.WAIT_CHOICE), s.day, luck, 1 << 20, 0) * rows["along"][-1]
            u = b6 * (1 + dark * (P.wait_safety_night - 1)) * score
            u = u - P.wait_walk * np.abs(rows["along"] - near)
            u = u - (P.wait_exit_regular if regular else P.wait_exit_sporadic) * np.abs(rows["along"] - best)
            u = u + P.wait_seat * (rows["seats"] > 0) + P.wait_shelter * (rows["shelter"] > 0) * self.harsh[0]
            u = u + b8 * (rows["marked"] > 0) * (time_s >= P.survey_evening_from_h * HOUR)
            chances.append(np.exp(u - u.max()) / np.exp(u - u.max()).sum())
        return np.array(chances)


@pytest.mark.parametrize(("time_s", "harsh"), [(12 * HOUR, False), (12 * HOUR, True), (20 * HOUR, False)])
def test_places_are_chosen_with_the_chances_of_the_twin(time_s: int, harsh: bool) -> None:
    platform = Platform(600, harsh)
    found, chance = platform.chosen(time_s), platform.twin(time_s)
    rows = platform.station.spots.rows[: chance.shape[1]]
    assert (rows["shelter"] > 0).sum() > 1
    assert (rows["marked"] > 0).sum() > 3
    for what in ("shelter", "marked", "seats"):
        of = rows[what] > 0
        share, sd = (
            chance[:, of].sum(1).mean(),
            np.sqrt((chance[:, of].sum(1) * (1 - chance[:, of].sum(1))).sum()) / len(found),
        )
        print(f"\n{what}: {of[found].mean():.3f}, twin {share:.3f}")
        assert of[found].mean() == pytest.approx(share, abs=4 * sd + 1e-12), what
    assert rows["along"][found].mean() == pytest.approx(
        (chance @ rows["along"]).mean(), abs=4 * 18 / np.sqrt(len(found))
    )


def test_markers_and_shelters_only_draw_people_to_them() -> None:
    """Luck is kept: whoever chooses another place because of a marker or rain chooses a marked or dry one."""
    platform, wet = Platform(300), Platform(300, harsh=True)
    rows = platform.station.spots.rows
    for before, after, what in (
        (platform.chosen(18 * HOUR), platform.chosen(20 * HOUR), "marked"),
        (platform.chosen(12 * HOUR), wet.chosen(12 * HOUR), "shelter"),
    ):
        moved = before != after
        assert moved.sum() > 3
        assert (rows[what][after[moved]] > 0).all()


# ---------------------------------------------------------------- choosing again


def again(platform: Platform, time_s: float) -> None:
    s = platform.station
    choose_again(
        time_s, s.crowd, s.trains, s.spots, s.visitors, s.fields, s.ground, s.offenders, s._parts["loud"], s.day,
        s.seed, int(Purpose.WAIT_CHOICE), s._parts["waiting"],
    )  # fmt: skip


def test_who_feels_much_less_safe_or_meets_a_nuisance_chooses_again() -> None:
    platform = Platform(1)
    s, people = platform.station, platform.station.crowd.people
    slot, place = platform.choose(int(platform.visits[0]), 6 * HOUR)
    people["x"][slot], people["y"][slot], people["mode"][slot] = people["goal_x"][slot], people["goal_y"][slot], 2
    settle_down(s.crowd, slot, s._parts["waiting"])
    assert score_of(people["flee_u"][slot]) == pytest.approx(score_of(people["u"][slot]) - P.wait_again_drop)
    people["u"][slot] = latent_of(score_of(people["u"][slot]) - P.wait_again_drop + 0.01)
    again(platform, 6 * HOUR + 61)
    assert people["doing"][slot] == WAITING, "not enough"
    loud, offender = s._parts["loud"], s.offenders.rows
    loud[0], loud[1] = 1, 0
    offender["x"][0], offender["y"][0] = people["x"][slot] + 3, people["y"][slot]
    offender["cell"][0] = s.spots.rows["cell"][place]
    again(platform, 6 * HOUR + P.wait_again_s - 1)
    assert people["doing"][slot] == WAITING, "too soon"
    again(platform, 6 * HOUR + P.wait_again_s)
    assert people["doing"][slot] == TO_SPOT
    there = s.spots.rows[-2 - people["door"][slot]]
    assert np.hypot(there["x"] - offender["x"][0], there["y"] - offender["y"][0]) > P.wait_again_nuisance_m
    assert people["since_s"][slot] == 6 * HOUR, "waiting goes on"
    assert s.spots.rows["taken"].sum() == 1


def test_nobody_walks_about_without_a_cause() -> None:
    """An hour without offenders by day: nobody leaves a place while waiting for the train."""
    inputs = shoebox().replace(window=(12 * HOUR, 13 * HOUR))
    station = station_of(inputs)
    station.offenders.count[1] = len(station.offenders.rows)  # nobody comes
    waits: dict[int, int] = {}
    for _ in steps(station, 5):
        people = station.crowd.people
        for slot in station.crowd.order[: station.crowd.count[0]]:
            if people["doing"][slot] == WAITING:
                assert waits.setdefault(int(people["visit"][slot]), int(people["door"][slot])) == people["door"][slot]
    assert len(waits) > 5


# ---------------------------------------------------------------- weather and marks


def test_weather_is_luck_of_the_day() -> None:
    summer, winter = datetime.date(2026, 7, 1), datetime.date(2026, 1, 14)
    wet = np.array([harsh_hours(P, summer, 1, day) for day in range(400)])
    cold = np.array([harsh_hours(P, winter, 1, day) for day in range(400)])
    assert wet.mean() == pytest.approx(P.weather_rain, abs=4 * np.sqrt(0.07 * 0.93 / wet.size))
    assert cold.all(1).mean() == pytest.approx(P.weather_cold, abs=4 * 0.5 / 20)
    assert (cold >= wet).all(), "the same rain in winter"
    assert (harsh_hours(P, summer, 1, 3) == wet[3]).all()


def test_zones_behind_closed_gates_are_gated() -> None:
    line = GateLine("row", -1, ((28.0, -34.5), (32.0, -34.5)), gates=4)  # at the south end of the underpass
    inputs = shoebox()
    gated = inputs.replace(layout=replace(inputs.layout, gate_lines=(line,)), window=(20 * HOUR, 21 * HOUR))
    kinds = {zone.id: zone.kind for zone in gated.layout.zones}
    mood = station_of(gated).fields.zones["gated"]
    found = {zone.id: bool(mood[k]) for k, zone in enumerate(gated.layout.zones)}
    assert found["platform"]
    assert found["underpass"]
    assert not found["forecourt"]
    assert not any(station_of(inputs).fields.zones["gated"])
    assert set(kinds) == set(found)
