"""Laboratory experiments of Forschungszentrum Jülich, measured with PedPy, and the same people in the model."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pedpy

from calibration.crowd import STEP_S, Journeys, walk_all
from model.parameters import Parameters
from tests.plans import part, plan
from tests.walk_harness import Scene, corridor, free_speeds, people, room_towards

DATA = Path(__file__).parent / "data" / "juelich"
FRAMES_S = 25.0  # of the cameras; every eighth is kept
KEPT = 8
MARGIN = 10.0  # the plan begins this far before the origin of the experiment, m
EDGE_S = 5.0  # at the beginning and the end of a run, that is not measured


@dataclass(frozen=True)
class Experiment:
    """A room, who walks where, and where it is measured; metres of the experiment."""

    name: str
    rooms: tuple[tuple[float, float, float, float], ...]
    goals: tuple[tuple[float, float, float, float], ...]
    area: tuple[tuple[float, float], ...]  # for density and speed
    line: tuple[tuple[float, float], ...]  # for flow


CORRIDOR = Experiment(
    "corridor", ((-9, 0, 9, 5),), ((-9, 0, -7, 5),),
    ((-2, 0), (0, 0), (0, 5), (-2, 5)), ((-1, 0), (-1, 5)),
)  # fmt: skip
TWO_WAY = Experiment(
    "two-way", ((-9, 0, 9, 4),), ((-9, 0, -7, 4), (7, 0, 9, 4)),
    ((-2, 0), (0, 0), (0, 4), (-2, 4)), ((-1, 0), (-1, 4)),
)  # fmt: skip
BOTTLENECK = Experiment(
    "bottleneck", ((-2.75, 0, 2.75, 8), (-0.25, -1.0, 0.25, 0), (-2.75, -5, 2.75, -1)), ((-2.75, -5, 2.75, -3),),
    ((-1, 0.5), (1, 0.5), (1, 2.5), (-1, 2.5)), ((-0.5, -0.5), (0.5, -0.5)),
)  # fmt: skip


@lru_cache
def observed(name: str) -> pedpy.TrajectoryData:
    rows = pd.read_csv(DATA / f"{name}.csv.gz")
    rows["frame"] //= KEPT
    return pedpy.TrajectoryData(data=rows, frame_rate=FRAMES_S / KEPT)


def journeys(of: Experiment, seed: int) -> Journeys:
    """Everybody enters where and when seen first, and goes to the end where seen last; speeds are Weidmann's."""
    rows = observed(of.name).data.sort_values(["id", "frame"])
    first, last = rows.groupby("id").first(), rows.groupby("id").last()
    order = np.argsort(first.frame.to_numpy(), kind="stable")
    first, last = first.iloc[order], last.iloc[order]
    n = len(first)
    goal = (last.x > first.x).to_numpy().astype(np.int32) if len(of.goals) > 1 else np.zeros(n, np.int32)
    inside = np.array([(min(r[0] for r in of.rooms), max(r[2] for r in of.rooms))]).T
    low, high = (min(r[1] for r in of.rooms), max(r[3] for r in of.rooms))
    return Journeys(
        first.frame.to_numpy() * KEPT / FRAMES_S,
        first.x.clip(inside[0, 0] + 0.1, inside[1, 0] - 0.1).to_numpy() + MARGIN,
        first.y.clip(low + 0.1, high - 0.1).to_numpy() + MARGIN,
        free_speeds(np.random.default_rng(seed), n, 0.26), goal, np.full(n, np.nan), np.full(n, np.nan),
    )  # fmt: skip


@lru_cache
def simulated(of: Experiment, seed: int = 1) -> pedpy.TrajectoryData:
    """The same people in the model, on the same floor."""
    is_open = plan(2 * MARGIN, 2 * MARGIN, *[tuple(v + MARGIN for v in room) for room in of.rooms])  # type: ignore[misc]
    room = room_towards(is_open, [part(is_open, tuple(v + MARGIN for v in goal)) for goal in of.goals])  # type: ignore[arg-type]
    rows: list[pd.DataFrame] = []

    def keep(now: float, x: np.ndarray, y: np.ndarray, here: np.ndarray) -> None:
        who = np.flatnonzero(here)
        frame = round(now / STEP_S)
        rows.append(pd.DataFrame({"id": who, "frame": frame, "x": x[who] - MARGIN, "y": y[who] - MARGIN}))

    _, left = walk_all(room, journeys(of, seed), Parameters.default(), longest_s=600, watch=keep)
    assert not np.isnan(left).any()
    return pedpy.TrajectoryData(data=pd.concat(rows), frame_rate=1 / STEP_S)


@dataclass(frozen=True)
class Measured:
    """What PedPy finds: density (people a m2) and speed (m/s) by frame, times at the line, flow (people a second)."""

    density: np.ndarray
    speed: np.ndarray
    crossings: np.ndarray
    flow: float


def measure(of: Experiment, walks: pedpy.TrajectoryData) -> Measured:
    area, line = pedpy.MeasurementArea(of.area), pedpy.MeasurementLine(of.line)
    density = pedpy.compute_classic_density(traj_data=walks, measurement_area=area)
    step = max(1, round(0.5 * walks.frame_rate))
    each = pedpy.compute_individual_speed(
        traj_data=walks, frame_step=step, speed_calculation=pedpy.SpeedCalculation.BORDER_SINGLE_SIDED
    )
    speed = pedpy.compute_mean_speed_per_frame(traj_data=walks, individual_speed=each, measurement_area=area)
    _, crossings = pedpy.compute_n_t(traj_data=walks, measurement_line=line)
    times = np.sort(crossings.frame.to_numpy()) / walks.frame_rate
    first, last = len(times) // 5, 4 * len(times) // 5
    table = density.merge(speed, on="frame") if "frame" in density.columns else density.join(speed)
    there = table[table.density > 0]
    clock = (there["frame"] if "frame" in there.columns else there.index.to_series()) / walks.frame_rate
    there = there[(clock > clock.min() + EDGE_S) & (clock < clock.max() - EDGE_S)]
    flow = float((last - first) / (times[last] - times[first]))
    return Measured(there.density.to_numpy(), there.speed.to_numpy(), times, flow)


WIDTH = 0.25  # of a bin of line density, people a metre
FEW = 30  # observations that a bin needs


def observed_file() -> tuple[np.ndarray, np.ndarray]:
    """Line density (1 / distance to the next) and speed along x of people one behind the other."""
    rows = pd.read_csv(DATA / "single-file.csv.gz").sort_values(["id", "frame"])
    later = rows.groupby("id").shift(-1)
    rows["speed"] = (rows.x - later.x) / ((later.frame - rows.frame) / FRAMES_S)  # they walk to lower x
    rows = rows.sort_values(["frame", "x"])
    rows["gap"] = rows.groupby("frame").x.diff()
    rows = rows.dropna()
    return 1 / rows.gap.to_numpy(), rows.speed.to_numpy()


def our_file(people_m: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The same on a ring of 20 x 0.5 m."""
    length, n = 20.0, round(20 * people_m)
    rng = np.random.default_rng(seed)
    scene = Scene(
        corridor(length, 0.5, endless=True),
        people(np.arange(n) * length / n, np.full(n, 1.25), free_speeds(rng, n, 0.26)),
    )
    scene.step(120)
    density, speed = [], []
    for _ in range(120):
        order = np.argsort(scene.walkers.x)
        x = scene.walkers.x[order]
        gap = np.diff(np.r_[x, x[0] + length])
        dx = scene.advance()[order]
        density.append(1 / np.maximum(gap, 0.05))
        speed.append(dx / STEP_S)
    return np.concatenate(density), np.concatenate(speed)


def single_file() -> tuple[int, int, list[float]]:
    """In how many of how many bins of density our mean speed lies in the observed 10 to 90%; our speeds by crowd."""
    real, real_speed = observed_file()
    crowds = [our_file(m) for m in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)]
    ours, speed = (np.concatenate([c[k] for c in crowds[2:]]) for k in (0, 1))
    a, b = np.floor(real / WIDTH), np.floor(ours / WIDTH)
    shared = [k for k in np.unique(a) if (a == k).sum() >= FEW and (b == k).sum() >= FEW]
    inside = 0
    for k in shared:
        low, high = np.quantile(real_speed[a == k], (0.1, 0.9))
        inside += int(low <= speed[b == k].mean() <= high)
    return inside, len(shared), [float(c[1].mean()) for c in crowds]
