"""Many days: who comes back, what they remember, who stays away, and what surveys show of it."""

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy.stats import norm

from model.day.avoidance import (
    ALTERNATIVES,
    avoided_trips,
    choice_shares,
    kept_share,
    long_run_shift,
    score,
)
from model.day.demand import Visits, draw_visits
from model.kernels.score import score_of
from model.kernels.state import DIARY
from model.parameters import Parameters
from model.seasons import surveys
from model.seasons.days import DAY_KINDS, chosen, date_of, rides, times_of
from model.seasons.memory import DAY, EVENING, Lived, Memories, fade, hear, learn, live, make_memories, unsafe_latent
from model.seasons.record import Row
from model.seasons.season import Season, run_season
from model.seasons.victims import counts
from tests.day_harness import shoebox, world_of
from tests.season_harness import START, felt, plan_of, season_of

P = Parameters.default()


@pytest.fixture(scope="module")
def season() -> Season:
    """After two weeks of days that feel alike."""
    season = season_of(felt(harm=1e-4))
    season.advance()
    season.advance()
    return season


# ---------------------------------------------------------------- the panel


def test_regular_people_make_200_trips_a_year_and_sporadic_ones_8(season: Season) -> None:
    panel = season.panel
    week = sum(times_of(kind, P) for kind in DAY_KINDS)
    assert week == 7
    trips = season.memories.trips  # a year of the warm-up, and two weeks
    for regular, expected in ((1, P.survey_trips_regular), (0, P.survey_trips_sporadic)):
        mean = trips[panel.regular == regular].mean()
        # counts wane by 1/52 a week: of x a year they settle at x * (1 - 1/52)^k summed over the weeks so far
        waned = sum((1 - 1 / 52) ** k for k in range(1, 55)) / 52
        assert mean == pytest.approx(expected * waned, rel=0.05)


def test_the_panel_stands_for_all_who_come_in_a_year(season: Season) -> None:
    panel = season.panel
    a_year = (panel.weight * np.where(panel.regular == 1, P.survey_trips_regular, P.survey_trips_sporadic)).sum()
    whole = 0.0
    for kind in DAY_KINDS:
        inputs = season.plan(0, kind)
        whole += 52 * times_of(kind, P) * len(draw_visits(inputs, world_of(inputs), 1, 1))
    assert a_year == pytest.approx(whole, rel=0.05)


def test_people_are_the_same_on_every_day(season: Season) -> None:
    inputs = season.plan(0, "weekday")
    seen: dict[int, tuple[float, ...]] = {}
    met = 0
    for day in (71, 72):
        visits = draw_visits(inputs, world_of(inputs), 1, day, season.panel.choose)
        row = season.panel.rows_of(visits.person)
        assert (season.panel.number[row] == visits.person).all()
        assert (season.panel.gender[row] == visits.gender).all()
        assert (season.panel.regular[row] == visits.regular).all()
        assert visits.nature - visits.noise == pytest.approx(season.panel.effect[row], abs=1e-12)
        assert (visits.slope == season.panel.slope[row]).all()
        for number, age in zip(visits.person, visits.age, strict=True):
            met += number in seen
            assert seen.setdefault(int(number), age) == age
    assert met > 100


def test_a_panel_moves_nobody_to_another_train(season: Season) -> None:
    inputs = season.plan(0, "weekday")
    with_panel = draw_visits(inputs, world_of(inputs), 1, 71, season.panel.choose)
    without = draw_visits(inputs, world_of(inputs), 1, 71)
    for name in ("identity", "role", "train_in", "train_out", "access", "gender", "regular", "group", "luggage"):
        assert (getattr(with_panel, name) == getattr(without, name)).all(), name
    assert (without.person == -1).all()


def test_habits_are_for_life_and_differ(season: Season) -> None:
    inputs = season.plan(0, "weekday")
    visits = draw_visits(inputs, world_of(inputs), 1, 71, season.panel.choose)
    clock = np.array([t.departure_s or t.arrival_s for t in inputs.timetable.trains])[rides(visits)]
    habit = season.panel.evening[season.panel.rows_of(visits.person)]
    late = clock >= 19 * 3600
    assert habit[late].mean() > 0.5 > 0.3 > habit[~late].mean()


def test_dates_move_on_through_the_year() -> None:
    dates = [date_of(START, week, kind) for week in range(52) for kind in DAY_KINDS]
    assert dates == sorted(dates)
    assert len(set(dates)) == 156
    assert {d.weekday() for d in dates} == {2, 4, 5, 6}
    assert (dates[-1] - dates[0]).days == 51 * 7 + 4


# ---------------------------------------------------------------- memory


def memories_of(n: int) -> Memories:
    panel = season_panel(n)
    return make_memories(panel, np.zeros((2, n)), P)


def season_panel(n: int):  # type: ignore[no-untyped-def]
    class Few:
        effect = np.zeros(n)

        def __len__(self) -> int:
            return n

    return Few()


def visits_of(row: list[int], latent: list[float], times: int = 1, worst: float = 0.0) -> Lived:
    n = len(row)
    return Lived(
        row=np.array(row), band=np.full(n, EVENING), latent=np.array(latent), worst=np.array(latent) + worst,
        noise=np.zeros(n), entity=np.arange(n) + 7, key=np.arange(n), times=np.full(n, times),
    )  # fmt: skip


def test_fear_is_learned_faster_than_trust() -> None:
    memories = memories_of(2)
    learn(memories, np.array([0, 1]), np.array([EVENING, EVENING]), np.array([-1.0, 1.0]), P)
    assert memories.of(EVENING).tolist() == [-P.memory_worse, P.memory_better]
    assert memories.of(DAY).tolist() == [0, 0]


def test_visits_of_one_person_are_learned_one_after_the_other() -> None:
    memories = memories_of(3)
    live(memories, visits_of([1, 0, 1], [-1.0, -1.0, -1.0]), 0, 9, 1, P)
    once = -P.memory_worse
    assert memories.of(EVENING) == pytest.approx([once, once + (-1 - once) * P.memory_worse, 0])
    assert memories.trips.tolist() == [1, 2, 0]


def test_the_long_run_of_memory_lies_below_the_mean_visit() -> None:
    """The fixed point is that of small steps; steps of the table's size come close to it."""
    memories = memories_of(4000)
    rng = np.random.default_rng(1)
    for _ in range(200):
        learn(memories, np.arange(4000), np.full(4000, EVENING), rng.normal(0, P.feel_visit_sd, 4000), P)
    shift = long_run_shift(P.memory_worse, P.memory_better) * P.feel_visit_sd
    assert shift < 0
    assert memories.of(EVENING).mean() == pytest.approx(shift, abs=0.1 * P.feel_visit_sd)
    assert long_run_shift(0.1, 0.1) == pytest.approx(0, abs=1e-9)
    t = long_run_shift(0.2, 0.08)
    assert 0.2 * (t * norm.cdf(t) + norm.pdf(t)) == pytest.approx(0.08 * (norm.pdf(t) - t * norm.sf(t)))


def test_shocks_lose_half_in_90_days_and_the_rest_goes_back_to_the_class() -> None:
    memories = memories_of(2)
    memories.shock[:] = -0.8
    memories.rest[:] = -1
    for _ in range(90):
        fade(memories, 1, P)
    assert memories.shock == pytest.approx([-0.4, -0.4])
    assert memories.rest == pytest.approx(np.full((2, 2), -(0.5**0.5)))


def test_who_never_comes_keeps_what_is_their_own() -> None:
    """The person effect is for life (science.md 6.1): the years take the visits out of memory, not the character."""
    panel = season_panel(2)
    panel.effect = np.array([-1.5, 0.5])
    memories = make_memories(panel, np.full((2, 2), 0.3), P)
    memories.rest[EVENING] = 2.0
    for _ in range(20):
        fade(memories, P.memory_rest_half_d, P)
    assert memories.of(EVENING) == pytest.approx([-1.2, 0.8], abs=1e-5)
    assert memories.of(DAY) == pytest.approx([-1.2, 0.8])


def test_hearsay_is_off_unless_somebody_switches_it_on() -> None:
    memories = memories_of(1)
    hear(memories, 5, 1000, P)
    assert memories.hearsay == 0
    talk = P.replace(memory_hearsay_gain=0.01)
    hear(memories, 5, 1000, talk)
    assert memories.of(EVENING)[0] == pytest.approx(-0.5)
    hear(memories, 0, 1000, talk)
    assert memories.of(DAY)[0] == pytest.approx(-0.45)


def test_repetitions_of_a_visit_have_noise_of_their_own() -> None:
    n = 3000
    memories = memories_of(n)
    limit = unsafe_latent(P)
    assert score_of(limit) == pytest.approx(P.feel_unsafe_score)
    lived = replace(visits_of(list(range(n)), [limit + 1e-6] * n, times=4))
    unsafe = live(memories, lived, 0, 9, 1, P)
    assert unsafe.max() <= 3  # the simulated one was just safe
    assert unsafe.mean() == pytest.approx(1.5, abs=0.06)
    assert np.unique(memories.of(EVENING)).size > 0.99 * n


# ---------------------------------------------------------------- victims


def test_counts_are_the_inverse_of_poisson_at_one_uniform() -> None:
    u = (np.arange(100_000) + 0.5) / 100_000
    for rate in (0.001, 0.3, 2.0):
        n = counts(np.full(u.size, rate), u)
        assert (np.diff(n) >= 0).all()
        assert n.mean() == pytest.approx(rate, rel=0.02)


def test_victims_are_as_many_as_expected() -> None:
    season = season_of(felt(harm=0.01))
    before = season.memories.shock.sum()
    rows = season.advance()
    expected = sum(r.value for r in rows if r.outcome == "expected_incidents")
    shocks = -(season.memories.shock.sum() - before)
    assert expected > 100
    assert shocks > 0


# ---------------------------------------------------------------- staying away


def test_who_is_not_afraid_comes_as_planned() -> None:
    for evening in (6.5, 8.0):
        assert kept_share(np.array([evening]), np.array([0]), P)[0] == 1
    shares = choice_shares(np.array([3.0, 3.0]), np.array([0, 1]), P)
    assert shares.shape == (2, len(ALTERNATIVES))
    assert shares[0].sum() > shares[1].sum()  # women's gain is larger
    falling = kept_share(np.linspace(1, 10, 50), np.zeros(50, np.int8), P)
    assert (np.diff(falling) >= 0).all()
    weight = np.exp(0.45 * 3.5 - np.array([3.0, 3.5, 3.0, 4.0]))
    assert shares[0] == pytest.approx(weight / (1 + weight.sum()))


def test_avoided_trips_of_one_day_are_those_of_its_long_run() -> None:
    inputs = shoebox()
    visits = draw_visits(inputs, world_of(inputs), 1, 1)
    diary = np.zeros(len(visits), DIARY)
    diary["hour"] = -1
    some = np.arange(0, len(visits), 3)
    diary["hour"][some] = 15
    diary["latent"][some] = -0.5 + visits.noise[some]
    avoided = avoided_trips(diary, visits, P)
    memory = score(np.array([-0.5 + long_run_shift(P.memory_worse, P.memory_better) * P.feel_visit_sd]), P)
    for gender in (0, 1):
        one = 1 - kept_share(memory, np.array([gender]), P)[0]
        assert avoided[15, gender] == pytest.approx(one * (visits.gender[some] == gender).sum())
    assert avoided[:14].sum() == 0


def test_v23_a_shock_to_demand_dies_out() -> None:
    """A tenth fewer in one week: eyes are missed, fewer come the week after, but ever less (gain below 1)."""
    few = shoebox().replace(population=replace(shoebox().population, boardings=shoebox().population.boardings * 0.9))
    fewer = replace(few.population, alightings=few.population.alightings * 0.9)
    few = few.replace(population=fewer)
    base, shocked = plan_of(shoebox()), plan_of(few)
    # an evening as full as usual feels as it does; each tenth fewer people cost 0.1 point of isolation
    run = felt(evening=0.2, few=lambda n: 0.5 * (n / 300 - 1))
    calm, hit = season_of(run), season_of(run, plan=lambda week, kind: (shocked if week == 0 else base)(week, kind))
    gaps = []
    for _ in range(5):
        one, other = calm.advance(), hit.advance()
        a, b = (sum(r.value for r in rows if r.outcome == "travellers_evening") for rows in (one, other))
        gaps.append((a - b) / a)
    assert gaps[0] == pytest.approx(0.1, abs=0.04)
    assert max(map(abs, gaps[1:])) < 0.2 * gaps[0]


def test_v32_a_plan_that_changes_nothing_changes_no_bit(season: Season) -> None:
    again = season_of(felt(harm=1e-4), plan=plan_of(shoebox()))
    again.advance()
    again.advance()
    for f in fields(Memories):
        one, other = (np.asarray(getattr(s.memories, f.name)) for s in (again, season))
        assert one.tobytes() == other.tobytes(), f.name


def test_r6_one_visit_less_changes_nobody_else(season: Season) -> None:
    inputs = season.plan(0, "weekday")
    visits = draw_visits(inputs, world_of(inputs), 1, 71, season.panel.choose)
    rest = chosen(visits, np.delete(np.arange(len(visits)), 40))
    for f in fields(Visits):
        assert (getattr(rest, f.name) == np.delete(getattr(visits, f.name), 40)).all()


def test_run_season_tells_of_each_week_and_keeps_what_it_told() -> None:
    told: list[int] = []

    def tell(weeks: int, rows: list[Row]) -> None:
        told.append(weeks)
        if weeks == 2:
            raise KeyboardInterrupt

    plan = plan_of(shoebox())
    with pytest.raises(KeyboardInterrupt):
        run_season(plan, plan, world_of, weeks=5, run_day=felt(), tell=tell)
    assert told == [1, 2]
    results = run_season(plan, plan, world_of, weeks=1, run_day=felt())
    assert (results.weeks, results.asked) == (1, 1)
    assert len(results.of("monitor_evening")) == 1
    assert 1 < results.of("visit_score_evening", "woman")[0] < 10


# ---------------------------------------------------------------- surveys


def test_v29_a_survey_of_constant_truth_returns_the_truth() -> None:
    scores, n = np.full(500, 7.3), 20_000
    answer = surveys.asked(scores, np.ones(500), n, "test", 1, 1, P)
    assert answer.mean == pytest.approx(7.297823, abs=1e-6)  # statistics.md 2.4
    assert answer.value == pytest.approx(answer.mean, abs=3 * answer.se)
    sd = answer.se * np.sqrt(n)
    points = np.arange(1, 11)
    chance = np.diff(norm.cdf((np.arange(0, 11) + 0.5 - 7.3) / P.survey_noise))
    true = np.sqrt((chance * (points - 7.3) ** 2).sum() - ((chance * (points - 7.3)).sum()) ** 2)
    assert sd == pytest.approx(true, rel=0.03)
    for truth, known in ((5.5, 5.5), (9.9, 9.785589)):
        assert surveys.expected_answers(np.array([truth]), P)[0] == pytest.approx(known, abs=1e-6)


def test_respondents_come_in_proportion_to_their_visits() -> None:
    who = surveys.sample(np.array([1.0, 0.0, 3.0]), 40_000, "test", 1, 1)
    assert np.bincount(who, minlength=3) / 40_000 == pytest.approx([0.25, 0, 0.75], abs=0.01)


def test_who_does_not_know_the_evening_imagines_it(season: Season) -> None:
    panel, memories = season.panel, season.memories
    scores = surveys.evening_scores(panel, memories, season.week, P)
    unknown = np.flatnonzero(season.week - memories.last_evening >= 52)
    known = np.flatnonzero(season.week - memories.last_evening < 52)
    assert len(unknown) > 100
    assert len(known) > 100
    women = unknown[panel.gender[unknown] == 0]
    assert scores[women] == pytest.approx(score(memories.of(DAY)[women] - P.survey_imagination_woman, P))
    assert scores[known] == pytest.approx(score(memories.of(EVENING)[known], P))


def test_every_outcome_of_a_week_is_finite(season: Season) -> None:
    rows = season.advance()
    assert all(np.isfinite(row.value) for row in rows)
    assert len({(r.outcome, r.incident_type, r.group) for r in rows}) == len(rows)
    for row in rows:
        if row.unit.startswith("share"):
            assert 0 <= row.value <= 1, row
