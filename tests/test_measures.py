"""Measures: what each changes, that it changes nothing else, and what it costs."""

import datetime
from dataclasses import fields, replace
from typing import get_args

import pytest
import shapely

from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.inputs.layout import GateLine, Obstacle, Shop
from model.inputs.roster import OUTSIDE, Duty, Roster
from model.world.hours import cameras_per_operator, watched_ids
from model.world.parts import part_keys
from scenarios.conflicts import conflicts
from scenarios.costs import Cost, Range, annuity, price
from scenarios.measures.brighter_lamps import BrighterLamps
from scenarios.measures.cameras import Cameras, Position
from scenarios.measures.card import cards, measure_texts
from scenarios.measures.catalogue import CATALOGUE
from scenarios.measures.cleaning import CleaningRounds
from scenarios.measures.measure import Measure, SideEffect
from scenarios.measures.patrol import Patrol
from scenarios.measures.places import spread_points, zone_of_points, zones_named
from scenarios.notes import notes_of
from scenarios.scenario import Scenario, faults_at, parse_scenario
from scenarios.seasons import Fields, Reading
from scenarios.station_files import read_station
from scenarios.words import LANGUAGES, Language
from tests.measure_harness import made

EVENING = (64800, 90000)


@pytest.fixture(scope="module")
def base() -> Inputs:
    return read_station("halte")


def patrol(**changes: object) -> Patrol:
    return Patrol.model_validate({"who": "boa", "hours": "18:00-01:00", **changes})


EXAMPLES: list[Measure] = [
    BrighterLamps(factor=2),
    patrol(units=2, zones=["platform"]),
    Cameras(zones=("underpass",), per_zone=2, watched=True, signs=True),
]


def example(name: str) -> Measure:
    """The example that people are shown."""
    lines = "".join(f"\n    {line}" for line in CATALOGUE[name].example)
    return parse_scenario(f"name: a\nmeasures:\n  - measure: {name}{lines}\n", "s.yaml").measures[0]


def fit_for_all(base: Inputs) -> Inputs:
    """The halt with one of everything that a measure may need: a shop, a guard, a hedge, gates, what is broken."""
    layout = base.layout
    lamps = (replace(layout.lamps[0], broken=True), *layout.lamps[1:])
    shop = Shop("kiosk", 0, 70.0, -14.0, 7 * 3600, 18 * 3600)
    hedge = Obstacle("hedge", "hedge", 0, ((40.0, -20.0), (44.0, -20.0), (44.0, -19.0), (40.0, -19.0)), 2.0)
    duty = Duty("guard", "guard", *EVENING, zones=("platform",))
    gates = GateLine("row", -1, ((73.0, -2.0), (77.0, -2.0)), 4, closed=False)
    new = replace(layout, lamps=lamps, shops=(shop,), obstacles=(hedge,), gate_lines=(gates,))
    return base.replace(layout=new, roster=Roster((duty,)))


def test_the_catalogue_names_each_measure_as_files_do() -> None:
    for name, kind in CATALOGUE.items():
        assert kind.model_fields["measure"].default == name
        assert kind.__module__ == f"scenarios.measures.{name}"


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_example_of_a_measure_can_be_pasted_and_is_pure(name: str, base: Inputs) -> None:
    measure, place = example(name), fit_for_all(base)
    assert measure.misfits(place) == []
    before = digest(place)
    once, again = measure.apply(place), measure.apply(place)
    assert once == again
    assert once != place
    assert digest(place) == before
    assert once.parameters is place.parameters


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_measure_says_what_its_cost_is_made_of(name: str, base: Inputs) -> None:
    """Its cost moves with the prices that it names and with no other."""
    measure, place = example(name), fit_for_all(base)
    kind, p = CATALOGUE[name], base.parameters

    def cost(**prices: float) -> Range:
        return measure.cost(place.replace(parameters=p.replace(**prices))).per_year(p)

    usual, names = cost(), {row.name for row in p.rows if row.unit.startswith("EUR")}
    assert usual.low <= usual.value <= usual.high
    assert set(kind.prices) <= names
    others = {n: 7 * p[n] for n in names - set(kind.prices)}
    assert cost(**others).value == pytest.approx(usual.value)
    mine = {n: 3 * p[n] for n in kind.prices}
    if any(mine.values()):
        assert cost(**mine).value > usual.value
    assert (kind.life is None) == (measure.cost(place).once == Range(0.0, 0.0, 0.0))
    if kind.life is not None:
        assert measure.cost(place).life == kind.life


@pytest.mark.parametrize("measure", EXAMPLES)
def test_a_measure_reads_no_parameters(measure: Measure, base: Inputs) -> None:
    other = base.replace(parameters=base.parameters.replace(light_e50_lx=9.0, respond_operator_cameras=11.0))
    assert measure.apply(other).layout == measure.apply(base).layout
    assert measure.apply(other).roster == measure.apply(base).roster


def test_brighter_lamps_change_lumens_and_nothing_else(base: Inputs) -> None:
    changed = BrighterLamps(factor=1.5, zones=("underpass",)).apply(base)
    inside = {zone.id for zone in base.layout.zones if zone.kind == "underpass"}
    where = zone_of_points(base.layout, ((lamp.level, lamp.x, lamp.y) for lamp in base.layout.lamps))
    touched = 0
    for old, new, zone in zip(base.layout.lamps, changed.layout.lamps, where, strict=True):
        assert new == replace(old, lumen=old.lumen * (1.5 if zone in inside else 1.0))
        touched += zone in inside
    assert 0 < touched < len(base.layout.lamps)
    for field in fields(base.layout):
        if field.name != "lamps":
            assert getattr(changed.layout, field.name) == getattr(base.layout, field.name)


def test_brighter_lamps_by_id(base: Inputs) -> None:
    lamp = base.layout.lamps[3]
    changed = BrighterLamps(factor=2, lamps=(lamp.id,)).apply(base).layout.lamps
    assert [new.id for old, new in zip(base.layout.lamps, changed, strict=True) if new != old] == [lamp.id]


def test_a_patrol_adds_duties_with_names_of_their_own(base: Inputs) -> None:
    changed = patrol(units=2, zones=["platform", "square"], order="fixed", visit_minutes=10).apply(base)
    assert changed.layout is base.layout
    new = changed.roster.duties[len(base.roster.duties) :]
    assert changed.roster.duties[: len(base.roster.duties)] == base.roster.duties
    assert len({duty.id for duty in new}) == 2
    for duty in new:
        assert (duty.kind, duty.start_s, duty.end_s) == ("boa", *EVENING)
        assert (duty.zones, duty.order, duty.visit_s) == (("platform", "square"), "fixed", 600)


def test_a_patrol_may_wait_outside_until_it_is_called(base: Inputs) -> None:
    near = Patrol(who="police", hours="19:00-01:00", zones=("outside",), away_minutes=4)
    duty = near.apply(base).roster.duties[-1]
    assert duty.zones == (OUTSIDE,)
    assert duty.away_s == 240
    assert near.wrong(base.layout) == []
    for wrong in ({"zones": ("outside", "platform")}, {"away_minutes": 4}):
        with pytest.raises(ValueError, match="outside"):
            Patrol(who="police", hours="19:00-01:00", **wrong)  # type: ignore[arg-type]


def test_the_same_patrol_has_the_same_name_whatever_else_is_done(base: Inputs) -> None:
    alone = patrol().apply(base).roster.duties[-1]
    after = patrol().apply(patrol(who="guard").apply(base)).roster.duties[-1]
    assert alone.id == after.id
    twice = patrol().apply(patrol().apply(base)).roster.duties
    assert len({duty.id for duty in twice}) == len(twice)


def test_cameras_stand_inside_their_zones(base: Inputs) -> None:
    measure = Cameras(zones=("platform", "underpass"), per_zone=3, watched=True, signs=True)
    changed = measure.apply(base).layout
    new = changed.cameras[len(base.layout.cameras) :]
    zones = {zone.id: zone for zone in zones_named(base.layout, ("platform", "underpass"))}
    assert len(new) == 3 * len(zones)
    assert len({camera.id for camera in changed.cameras}) == len(changed.cameras)
    for camera in new:
        zone = zones[camera.id.removeprefix("new camera ").split(" ")[0]]
        assert shapely.Polygon(zone.polygon).contains(shapely.Point(camera.x, camera.y))
        assert camera.watched
        assert camera.fov_deg == 360
    signs = [spot for spot in changed.spots if spot.kind == "camera_sign" and spot not in base.layout.spots]
    assert [(sign.x, sign.y) for sign in signs] == [(camera.x, camera.y) for camera in new]


def test_watching_the_cameras_that_are_there(base: Inputs) -> None:
    measure = Cameras(zones=("underpass",), watched=True, existing_too=True)
    assert all(camera.watched for camera in measure.apply(base).layout.cameras)
    passive = Cameras(zones=("underpass",))
    old = len(base.layout.cameras)
    assert not any(camera.watched for camera in passive.apply(base).layout.cameras[old:])


def test_operators_are_shifts_with_their_workload(base: Inputs) -> None:
    evening = (18 * 3600, 25 * 3600)
    measure = Cameras(zones=("underpass",), per_zone=4, watched=True, operators=1.5, hours="18:00-25:00")
    changed = measure.apply(base)
    new = changed.layout.cameras[len(base.layout.cameras) :]
    shifts = changed.roster.operators[len(base.roster.operators) :]
    assert not any(camera.watched for camera in new)
    assert len({one.id for one in shifts}) == len(shifts) == 2
    assert all((one.start_s, one.end_s, one.cameras) == (*evening, tuple(c.id for c in new)) for one in shifts)
    look = cameras_per_operator(changed.layout, shifts, 20 * 3600, 20)
    assert look == pytest.approx(len(new) / 1.5, abs=0.5)
    assert watched_ids(changed.layout, shifts, 20 * 3600) >= {camera.id for camera in new}
    assert not watched_ids(changed.layout, shifts, 12 * 3600) & {camera.id for camera in new}
    hours = dict(measure.cost(base).items)["operator hours a year"]
    assert hours == pytest.approx(7 * 365 * 1.5)
    assert measure.apply(changed).roster == changed.roster, "the same shift is not put on twice"
    with pytest.raises(ValueError, match="hours need a number of operators"):
        Cameras(zones=("underpass",), watched=True, hours="18:00-25:00")


def test_a_camera_at_a_place(base: Inputs) -> None:
    place = Position(level=0, x=3.0, y=4.0, bearing_deg=90.0, fov_deg=80.0)
    camera = Cameras(at=(place,)).apply(base).layout.cameras[-1]
    assert (camera.x, camera.y, camera.bearing_deg, camera.fov_deg) == (3.0, 4.0, 90.0, 80.0)


def test_places_are_spread_evenly() -> None:
    long = ((0.0, 0.0), (40.0, 0.0), (40.0, 4.0), (0.0, 4.0))
    xs = sorted(x for x, _ in spread_points(long, 4))
    assert xs == pytest.approx([5, 15, 25, 35], abs=2)
    assert all(1 <= y <= 3 for _, y in spread_points(long, 4))
    assert spread_points(long, 1) == [(pytest.approx(20, abs=1), pytest.approx(2, abs=1))]
    assert len(spread_points(((0, 0), (2, 0), (2, 2), (0, 2)), 50)) == 4
    sliver = ((0.0, 0.0), (0.2, 0.0), (0.2, 0.3), (0.0, 0.3))
    assert len(spread_points(sliver, 3)) == 1


def test_a_lamp_outside_all_zones_belongs_to_the_nearest(base: Inputs) -> None:
    zone = base.layout.zones[0]
    x, y = shapely.Polygon(zone.polygon).exterior.coords[0]
    found = zone_of_points(base.layout, [(zone.level, x, y), (99, 0.0, 0.0)])
    assert found[1] == ""
    assert shapely.Polygon(next(z.polygon for z in base.layout.zones if z.id == found[0])).distance(
        shapely.Point(x, y)
    ) == pytest.approx(0, abs=1e-9)


def test_annuity_known_answer() -> None:
    assert annuity(0.04, 15) == pytest.approx(0.0899411, abs=1e-7)  # any table of annuities
    assert annuity(0.04, 8) == pytest.approx(0.1485278, abs=1e-7)
    assert annuity(0.0, 10) == 0.1


def test_costs_known_answers(base: Inputs) -> None:
    lamps = len(base.layout.lamps)
    cost = BrighterLamps(factor=2).cost(base).per_year(base.parameters)
    assert cost.value == pytest.approx(lamps * (1500 * 0.0899411 + 60), rel=1e-6)
    assert cost.low < cost.value < cost.high
    hours = 7 * 365 * 2
    assert patrol(units=2).cost(base).per_year(base.parameters).value == pytest.approx(120 * hours)
    cameras = Cameras(zones=("underpass",), per_zone=2, watched=True, operators=0.5, signs=True)
    number = 2 * len(zones_named(base.layout, ("underpass",)))
    expected = number * (6300 * 0.1485278 + 600) + 0.5 * 50 * 20 * 365
    assert cameras.cost(base).per_year(base.parameters).value == pytest.approx(expected, rel=1e-6)


def test_operators_by_the_number_of_cameras(base: Inputs) -> None:
    measure = Cameras(zones=("underpass",), per_zone=5, watched=True)
    cameras = 5 * len(zones_named(base.layout, ("underpass",)))
    assert dict(measure.cost(base).items)["operator hours a year"] == pytest.approx(cameras / 20 * 20 * 365)


def test_a_scenario_costs_the_sum_of_its_measures(base: Inputs) -> None:
    total = Scenario("all", measures=tuple(EXAMPLES)).yearly_cost(base)
    parts = [measure.cost(base).per_year(base.parameters) for measure in EXAMPLES]
    assert total.value == pytest.approx(sum(part.value for part in parts))
    assert Scenario("nothing").yearly_cost(base) == Range(0.0, 0.0, 0.0)


def test_the_range_of_a_price_covers_the_value_in_use(base: Inputs) -> None:
    dear = base.parameters.replace(cost_lamp=9999.0)
    assert price(dear, "cost_lamp").high == 9999.0
    assert Cost().per_year(dear) == Range(0.0, 0.0, 0.0)


def test_owners_that_must_agree(base: Inputs) -> None:
    by_ns = patrol(by="NS", zones=["square", "platform"])
    assert by_ns.needs_agreement(base) == ("ProRail", "municipality")
    assert patrol(zones=["square"]).needs_agreement(base) == ()
    assert patrol(by="municipality", zones=["square"]).needs_agreement(base) == ()


def test_v31_a_measure_on_ground_of_the_municipality_needs_it(base: Inputs) -> None:
    refused = patrol(by="NS", zones=["square"]).wrong(base.layout)
    assert [field for field, _, _ in refused] == ["by"]
    assert "municipality" in refused[0][2]
    assert patrol(by="NS", zones=["platform"]).wrong(base.layout) == []
    assert patrol(by="municipality", zones=["square"]).wrong(base.layout) == []
    agreed = patrol(by="NS", zones=["square"], agreed=["municipality"])
    assert agreed.wrong(base.layout) == []
    assert agreed.needs_agreement(base) == ()
    everywhere = BrighterLamps(factor=2, by="ProRail")
    assert [field for field, _, _ in everywhere.wrong(base.layout)] == ["by"]


def test_m17_a_ledger_made_by_hand(base: Inputs) -> None:
    """One lamp and one hour of a guard every day: to the cent, at the values in use."""
    place = replace(base.layout, lamps=base.layout.lamps[:1])
    one = base.replace(layout=place)
    lamp = BrighterLamps(factor=2).cost(one).per_year(one.parameters)
    assert round(lamp.value, 2) == 194.91  # 1,500 x 0.089941 + 60
    guard = patrol(units=1, hours="19:00-20:00", who="guard").cost(one).per_year(one.parameters)
    assert round(guard.value, 2) == 16425.00  # 45 x 365
    both = lamp + guard
    assert round(both.value, 2) == 16619.91
    assert round(both.low + both.high, 2) == round(lamp.low + lamp.high + guard.low + guard.high, 2)


# ---------------------------------------------------------------- dates


def test_a_measure_holds_from_its_start_up_to_its_end(base: Inputs) -> None:
    day = datetime.timedelta(days=1)
    lit = BrighterLamps(factor=2, start=base.date, end=base.date + 7 * day)
    assert [lit.holds(base.date + k * day) for k in (-1, 0, 6, 7)] == [False, True, True, False]
    scenario = Scenario("a", measures=(lit,))
    for k in (-1, 0, 7):
        inputs = base.replace(date=base.date + k * day)
        assert (scenario.inputs(inputs) == inputs) == (k != 0)
        assert (scenario.yearly_cost(inputs).value > 0) == (k == 0)
    with pytest.raises(ValueError, match="not after its start"):
        BrighterLamps(factor=2, start=base.date, end=base.date)


def test_a_season_knows_before_and_after() -> None:
    """Before, during and after are weeks of one plan; a measure without dates would hold in all of them."""
    reading = Reading("shoebox", datetime.date(2026, 11, 18))
    dated = Scenario("a", measures=(patrol(start="2026-12-01", end="2026-12-08"),))
    plan, usual = reading.plan(dated), reading.plan()
    more = [len(plan(week, "weekday").roster.duties) - len(usual(week, "weekday").roster.duties) for week in range(5)]
    assert more == [0, 0, 1, 0, 0]
    assert plan(1, "sunday") == usual(1, "sunday")


def test_a_season_makes_no_fields_anew_for_what_they_do_not_depend_on() -> None:
    reading = Reading("shoebox", datetime.date(2026, 11, 18))
    campaign = reading.plan(Scenario("a", measures=(made("norm_campaign", start="2026-11-16"), patrol())))
    worlds = Fields()
    first = worlds(reading.plan()(0, "weekday"))
    for week in (0, 1, 2):
        assert worlds(campaign(week, "weekday")) is first
    lit = BrighterLamps(factor=2).apply(campaign(0, "weekday"))
    assert worlds(lit) is not first
    keys = [part_keys(i.layout, i.parameters) for i in (reading.plan()(0, "weekday"), lit)]
    assert {name for name in keys[0] if keys[0][name] != keys[1][name]} == {"light", "cover"}


# ---------------------------------------------------------------- conflicts


def told(base: Inputs, *measures: Measure) -> list[str]:
    return [str(fault) for fault in faults_at(Scenario("a", measures=measures), base, "a.yaml")]


def test_two_measures_on_the_same_asset_are_named(base: Inputs) -> None:
    gone, glass = made("remove_wall", walls=["hedge-a"]), made("glass", walls=["hedge-a", "hedge-b"])
    for pair in ((gone, glass), (glass, gone)):
        (fault,) = told(base, *pair)
        assert "measure 2, measure: measure 1" in fault
        assert "wall hedge-a" in fault
        assert "hedge-b" not in fault
        assert "takes away" in fault
    assert told(base, glass, made("remove_wall", walls=["w15"])) == []


def test_two_routes_of_the_same_units_are_named(base: Inputs) -> None:
    place = fit_for_all(base)
    routes = [made("patrol_route", units=["guard"], zones=[zone]) for zone in ("square", "underpass")]
    (fault,) = told(place, *routes)
    assert "undoes all that measure 1 (patrol_route) does to duty guard" in fault
    assert told(place, routes[0], routes[0]) == []
    assert told(place, routes[0], patrol(who="guard", zones=["underpass"])) == []  # other units


def test_measures_that_never_meet_do_not_quarrel(base: Inputs) -> None:
    place = fit_for_all(base)
    early = made("patrol_route", units=["guard"], zones=["square"], end="2026-12-01")
    late = made("patrol_route", units=["guard"], zones=["underpass"], start="2026-12-01")
    assert told(place, early, late) == []
    removed = made("remove_wall", walls=["hedge-a"], end="2026-12-01")
    assert told(place, removed, made("glass", walls=["hedge-a"], start="2026-12-01")) == []


def test_what_hangs_on_the_order_is_noted_and_a_product_does_not(base: Inputs) -> None:
    twice = (BrighterLamps(factor=2), BrighterLamps(factor=3))
    assert conflicts(twice, base) == []
    even = made("uniform_lamps", zones=["underpass"], spacing_m=4)
    assert [c.sort for c in conflicts((twice[0], even), base)] == ["gone"]
    promises = [made("repair_targets", of="ProRail", days=days) for days in (1, 3)]
    assert "repair by ProRail" in told(base, *promises)[0]
    low, lower = made("shop_hours", hours="06:00-20:00"), made("shop_hours", hours="08:00-23:00")
    assert told(fit_for_all(base), low, lower) == []  # the longest counts, in any order


def test_a_measure_may_act_on_what_one_before_it_brought(base: Inputs) -> None:
    new, cameras = patrol(), made("body_cams")
    assert told(base, new, cameras) == []
    assert "nobody" in told(base, cameras, new)[0]
    signs = made("signs", zones=["path-north"])
    assert "no camera" in told(base, signs)[0]
    assert told(base, Cameras(zones=("path-north",)), signs) == []


def test_notes_tell_what_a_reader_has_to_know(base: Inputs) -> None:
    measures = (
        made("online_declaration"), made("feedback_targets", share=0.8), made("cleaning", every_hours=4, by="ProRail",
             agreed=["municipality"]),
    )  # fmt: skip
    notes = notes_of(Scenario("a", measures=measures), base, (base.date,), "nl")
    assert [note.sort for note in notes] == ["asleep", "over_weeks"]
    assert "Online aangifte" in notes[0].values["measure"]
    agreement = notes_of(Scenario("a", measures=(made("owners_agreement", by="NS"),)), base, (base.date,), "en")
    assert [note.values.get("owners") for note in agreement] == ["ProRail, municipality"]


# ---------------------------------------------------------------- who may, and what people are told


def test_who_cannot_do_it_is_refused(base: Inputs) -> None:
    for name, by in (("conductor_presence", "municipality"), ("online_declaration", "NS"), ("body_cams", "retailer")):
        measure = example(name).model_copy(update={"by": by})
        assert [field for field, _, _ in measure.misfits(fit_for_all(base))] == ["by"]
    police = made("follow_up_capacity", agency="police", factor=2, by="municipality")
    assert "does not decide" in police.misfits(base)[0][1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_is_told_in_both_languages(language: Language) -> None:
    told_of = cards(language)
    assert [card.name for card in told_of] == list(CATALOGUE)
    texts, other = measure_texts(language), measure_texts("nl" if language == "en" else "en")
    assert {part: set(texts[part]) for part in texts} == {part: set(other[part]) for part in other}
    assert set(texts["titles"]) == set(texts["what"]) == set(CATALOGUE)
    used = {effect for kind in CATALOGUE.values() for effect in kind.side_effects}
    assert used == set(texts["side_effects"]) == set(get_args(SideEffect))
    for card in told_of:
        assert card.doers
        assert card.side_effects
        assert all(field.text for field in card.fields), card.name
        assert all(price.eur.low <= price.eur.value <= price.eur.high for price in card.prices)
        assert card.price_year == 2025


def test_a_rare_round_never_makes_a_place_dirtier() -> None:
    """A large station is cleaned every four hours already: a round every eight adds nothing and takes nothing away."""
    base = read_station("den-haag-centraal")
    rare, often = (CleaningRounds.model_validate({"every_hours": hours}) for hours in (8, 2))
    assert rare.apply(base) == base
    assert rare.cost(base).yearly.value == 0
    assert often.apply(base) != base
    assert often.cost(base).yearly.value > 0
    small = read_station("halte")
    assert rare.apply(small).upkeep.cleaning[-1].zones == ()
