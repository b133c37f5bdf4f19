"""Who learns of incidents: bystanders, guards, operators, calls and reports, against a slow twin and known answers."""

from dataclasses import replace

import numpy as np
import pytest

from model.day.detection import noticing, operator_rate, rounds
from model.day.reporting import later_chance, report_chance, telling
from model.inputs.layout import Camera, Spot
from model.inputs.reporting import Reporting
from model.kernels.noticing import help_chance, learn, lengths, noticed
from model.parameters import Parameters
from model.results import INCIDENT_TYPES
from model.world.world import World
from tests.twins_hazard import Scene, shoebox, twin_sees
from tests.twins_noticing import booked, twin_learned, twin_noticed

P = Parameters.default()
VICTIM = ("theft", "harassment_contact", "harassment_approach", "aggression")


@pytest.fixture
def scene(station: Scene) -> Scene:
    station.renew()
    station.guards([])
    station.station.noticing.coming[:] = 0  # who stands where the test says does not go round
    return station


def thing(scene: Scene) -> tuple[float, float]:
    """The middle of a cell from which something to break is in reach."""
    cell = int(np.argmax(scene.station.ground.cells["objects"]))
    return float(scene.world.grid.cell_x[cell]), float(scene.world.grid.cell_y[cell])


def second_of(scene: Scene) -> None:
    """Book one second of the hazards of all offenders of a scene."""
    for name in ("expected", "detected", "recorded", "reported"):
        getattr(scene.station.tally, name)[:] = 0
    s, parts = scene.station, scene.station._parts
    for row in range(len(s.offenders.rows)):
        scene.hazard(row)  # empties the list of pairs first: one offender at a time
        learn(
            parts["pairs"], s.offenders, s.crowd, s.ground, s.fields, parts["presence"], s.guards, s.tally,
            parts["noticing"],
        )  # fmt: skip


# ---------------------------------------------------------------- bystanders


@pytest.mark.parametrize(("n", "chance"), [(1, 0.42), (5, 0.71), (16, 0.91)])
def test_v26_the_bystander_curve(n: int, chance: float) -> None:
    p = noticing(*shoebox())
    assert help_chance(INCIDENT_TYPES.index("aggression"), n, p) == pytest.approx(chance, abs=0.01)
    assert help_chance(INCIDENT_TYPES.index("aggression"), 0, p) == 0
    rare = [help_chance(k, n, p) for k in range(len(INCIDENT_TYPES))]
    assert max(rare) == rare[INCIDENT_TYPES.index("aggression")]


# ---------------------------------------------------------------- the kernel against its twin


def test_lengths_have_the_laplace_transform_of_the_lognormal(scene: Scene) -> None:
    p = noticing(*shoebox())
    for kind, name in enumerate(INCIDENT_TYPES):
        for rate, coming in ((1e-4, 0.0), (0.01, 1e-3), (0.05, 0.0), (0.0, 1e-3), (0.0, 0.05)):
            for helped in (0.0, 0.4, 1.0):
                known = twin_noticed(scene, name, rate, coming, helped)
                assert noticed(kind, rate, coming, helped, p) == pytest.approx(known, abs=2e-3)
    assert noticed(0, 0.0, 0.0, 0.5, p) == 0
    spans, shares = lengths(np.array([60.0]), np.array([0.5]))
    assert shares.sum() == pytest.approx(1)
    assert (spans[0] * shares).sum() == pytest.approx(60 * np.exp(0.125), rel=1e-6)


@pytest.mark.parametrize("kind", INCIDENT_TYPES)
@pytest.mark.parametrize("guards", [0, 1, 2])
def test_the_kernel_equals_its_twin(scene: Scene, kind: str, guards: int) -> None:
    x, y = thing(scene)
    scene.station.noticing.coming[:] = 5e-4 * (guards == 2)
    gender = "woman" if kind in VICTIM else "none"
    for around in (0, 1, 4):
        scene.people([x + 0.5] * (around + (kind in VICTIM)), [y] * (around + (kind in VICTIM)))
        scene.offenders(kind, [x + 0.1], [y])
        scene.guards([("guard", x - 2, y), ("police", x - 1, y)][:guards])
        second_of(scene)
        found, chances = booked(scene, gender), twin_learned(scene, gender)
        assert found["expected"] > 0
        for name, chance in zip(("detected", "recorded", "reported"), chances, strict=True):
            assert found[name] == pytest.approx(found["expected"] * chance, rel=3e-3, abs=1e-15), name
        assert found["reported"] <= found["recorded"] <= found["expected"]
        assert (found["detected"] > 0) == (guards > 0)


def test_guards_beyond_reach_or_out_of_sight_notice_nothing(scene: Scene) -> None:
    g = scene.world.grid
    cells = range(len(g.cell_x))
    reach = P.guard_reach_service_m
    sees = [
        (a, b, far < reach)
        for a in cells
        for b in seen_at(scene, a)[-1:]
        if (far := float(np.hypot(*apart(scene, a, b)))) > reach + 1
    ]
    hidden = [
        (a, b, False)
        for a in range(0, len(g.cell_x), 7)
        for b in cells
        if np.hypot(*apart(scene, a, b)) < reach - 1 and not twin_sees(scene.world, a, b)
    ]
    near = [(a, b, True) for a in cells[:1] for b in seen_at(scene, a)[:1]]
    for here, there, notices in (sees[0], hidden[0], near[0]):
        x, y = float(g.cell_x[here]), float(g.cell_y[here])
        scene.people([x], [y])
        scene.offenders("aggression", [x], [y])
        scene.guards([("service", float(g.cell_x[there]), float(g.cell_y[there]))])
        second_of(scene)
        assert booked(scene, "woman")["expected"] > 0
        assert (booked(scene, "woman")["detected"] > 0) == notices


def apart(scene: Scene, a: int, b: int) -> tuple[float, float]:
    g = scene.world.grid
    return float(g.cell_x[a] - g.cell_x[b]), float(g.cell_y[a] - g.cell_y[b])


def seen_at(scene: Scene, cell: int) -> list[int]:
    """Cells in sight, nearest first."""
    seen = [b for b in range(len(scene.world.grid.cell_x)) if b != cell and twin_sees(scene.world, cell, b)]
    return sorted(seen, key=lambda b: float(np.hypot(*apart(scene, cell, b))))


def test_who_goes_round_comes_into_sight_as_often_as_the_round_says(scene: Scene) -> None:
    inputs, world = shoebox()
    places = world.routes.place_cell
    duty = replace(inputs.roster.duties[0], zones=tuple(z.kind for z in inputs.layout.zones), visit_s=600)
    stays = replace(duty, id="stays", zones=("outside",))
    walks, waits = rounds((duty, stays), inputs.layout, world, P)
    assert (waits == 0).all()
    reach = P[f"guard_reach_{duty.kind}_m"]
    for cell in range(0, len(walks), 97):
        seen = sum(
            twin_sees(world, int(k), cell) and bool(np.hypot(*apart(scene, int(k), cell)) <= reach) for k in places
        )
        assert (walks[cell] > 0) == (seen > 0)
        assert walks[cell] <= seen / (len(places) - 1) / duty.visit_s
        assert walks[cell] >= 0.7 * seen / (len(places) - 1) / duty.visit_s, "walking takes less than the stays"


def test_more_guards_detect_and_record_more(scene: Scene) -> None:
    x, y = thing(scene)
    scene.people([x, x + 1], [y, y])
    scene.offenders("harassment_approach", [x + 0.1], [y])
    shares = []
    for guards in range(4):
        scene.guards([("boa", x + k / 10, y) for k in range(guards)])
        second_of(scene)
        found = booked(scene, "woman")
        shares.append([found[name] / found["expected"] for name in ("detected", "recorded", "reported")])
    assert (np.diff(shares, axis=0)[:, :2] > 0).all()
    assert shares[1][2] > shares[0][2], "staff in sight asks for a report"


# ---------------------------------------------------------------- operators


def with_cameras(number: int) -> tuple[Scene, tuple[float, float]]:
    inputs, world = shoebox()
    cell = int(np.argmax(Scene(inputs, world).station.ground.cells["objects"]))
    x, y, level = float(world.grid.cell_x[cell]), float(world.grid.cell_y[cell]), int(world.grid.cell_level[cell])
    cameras = tuple(Camera(f"c{k}", level, x, y, 0.0, 360.0, watched=True) for k in range(number))
    inputs = inputs.replace(layout=replace(inputs.layout, cameras=cameras))
    scene = Scene(inputs, World.of(inputs))
    scene.station.noticing.coming[:] = 0
    return scene, (x, y)


@pytest.mark.parametrize("number", [0, 1])
def test_operators_see_through_watched_cameras(number: int) -> None:
    scene, (x, y) = with_cameras(number)
    scene.people([x, x + 1], [y, y])
    scene.offenders("harassment_approach", [x + 0.1], [y])
    second_of(scene)
    mine = booked(scene, "woman")
    assert mine["detected"] == pytest.approx(mine["expected"] * twin_learned(scene, "woman")[0], rel=3e-3)
    assert (mine["detected"] > 0) == (number > 0)
    busier = operator_rate(3 * P.respond_operator_cameras, P)
    scene.station.noticing.operator[0] = min(busier, scene.station.noticing.operator[0])
    second_of(scene)
    assert booked(scene, "woman")["detected"] < mine["detected"] or number == 0


def test_the_workload_of_operators() -> None:
    twenty = P.respond_operator_cameras
    assert operator_rate(twenty, P) == pytest.approx(P.respond_operator / 2)
    assert operator_rate(twenty / 2, P) == pytest.approx(P.respond_operator / 1.5)
    assert operator_rate(0, P) == 0


# ---------------------------------------------------------------- reports


def test_base_chances_of_a_report() -> None:
    for kind, chance in (("theft", 0.40), ("harassment_approach", 0.07), ("nuisance", 0.04), ("aggression", 0.25)):
        assert report_chance(P, kind) == pytest.approx(chance)
    assert report_chance(P, "aggression", severity=1) == pytest.approx(0.45, abs=0.03), "assault"


@pytest.mark.parametrize("kind", INCIDENT_TYPES)
def test_what_raises_reports(kind: str) -> None:
    plain = report_chance(P, kind)
    assert report_chance(P, kind, trust=0.9) > plain > report_chance(P, kind, trust=0.1)
    assert report_chance(P, kind, staff=True) > plain
    app = report_chance(P, kind, reporting=Reporting(app=True))
    odds = app / (1 - app) / (plain / (1 - plain))
    assert odds == pytest.approx(1.8, abs=0.03)
    waves = [report_chance(P, kind, reporting=Reporting(campaign_weeks=w)) for w in (0.0, 26.0, 400.0)]
    assert waves[0] > waves[1] > waves[2] > plain
    assert waves[2] == pytest.approx(plain, rel=1e-4)


def test_calls_are_part_of_all_reports() -> None:
    for kind in INCIDENT_TYPES:
        call = P[f"respond_call_{kind}"]
        for whole in (0.01, 0.3, 0.9):
            later = later_chance(P, kind, whole)
            assert 1 - (1 - call) * (1 - later) == pytest.approx(max(call, whole))
    assert telling(P, Reporting(app=True)).min() >= 0
    assert (telling(P, Reporting(app=True)) >= telling(P, Reporting())).all()


def test_help_point_and_app_raise_calls(scene: Scene) -> None:
    inputs, world = shoebox()
    x, y = thing(scene)
    cell = scene.cell(x, y)
    level = int(world.grid.cell_level[cell])
    bare = replace(inputs.layout, spots=tuple(s for s in inputs.layout.spots if s.kind != "help_point"))
    helped = replace(bare, spots=(*bare.spots, Spot("h", "help_point", level, x, y)))
    told = []
    for layout, reporting in ((bare, Reporting()), (helped, Reporting()), (helped, Reporting(app=True))):
        numbers = noticing(inputs.replace(layout=layout, reporting=reporting), world)
        scene.station._parts["noticing"] = numbers
        scene.people([x, x + 1], [y, y])
        scene.offenders("aggression", [x + 0.1], [y])
        second_of(scene)
        found = booked(scene, "woman")
        told.append(found["reported"] / found["expected"])
        assert found["recorded"] == pytest.approx(found["reported"]), "nobody watches"
    assert told[0] < told[1] < told[2]


def test_a_victimless_event_is_called_in_by_somebody_who_is_there(scene: Scene) -> None:
    x, y = thing(scene)
    told = []
    for others in (0, 2):
        scene.people([x + 1.0] * others, [y] * others)
        scene.offenders("nuisance", [x], [y])
        second_of(scene)
        found = booked(scene, "none")
        told.append(found["reported"] / found["expected"])
    assert told[0] < told[1]
