"""Draw the figures of docs/validation.md from the tests' own measurements: python docs/make_validation_figures.py."""

import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from calibration.trips import DATA, compare  # noqa: E402
from calibration.weidmann import DENSITIES, corridor_speed, weidmann  # noqa: E402
from model.parameters import Parameters  # noqa: E402
from tests.juelich import (  # noqa: E402
    BOTTLENECK,
    CORRIDOR,
    TWO_WAY,
    Experiment,
    measure,
    observed,
    observed_file,
    our_file,
    simulated,
)
from tests.radiance_room import Underpass, ours, traced  # noqa: E402

IMAGES = ROOT / "docs" / "images"
REAL, OURS = "#8a8f98", "#0b5cad"


def main() -> None:
    """Draw all figures."""
    mpl.use("svg")
    # the same file each time: no date, no random ids; text stays text
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "schouw", "font.size": 9, "axes.spines.top": False})
    mpl.rcParams.update({"axes.spines.right": False, "legend.frameon": False})
    IMAGES.mkdir(exist_ok=True)
    draw_walking(IMAGES / "walking-validation.svg")
    draw_lausanne(IMAGES / "walking-lausanne.svg")
    draw_light(IMAGES / "light-radiance.svg")


def draw_light(path: Path) -> None:
    """Light along an underpass, beside its middle and along its wall, by Radiance and by the model."""
    parameters = Parameters.default()
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 2.8), sharex=True, constrained_layout=True)
    for finish, reflectance, line in (
        ("dark concrete", parameters.light_reflectance, "-"),
        ("light finish", parameters.light_reflectance_finish, "--"),
    ):
        place = Underpass(reflectance=reflectance)
        x, y, floor_lx, face_lx = ours(place, parameters)
        row = np.flatnonzero((np.abs(y - np.median(np.unique(y))) < 0.5) & (x < place.length / 2))
        row = row[np.argsort(x[row])]
        real = traced(place, x[row], y[row], bounces=5)
        for axis, mine, theirs in zip(axes, (floor_lx, face_lx), real, strict=True):
            axis.plot(x[row], theirs, line, color=REAL, label=f"Radiance, {finish}")
            axis.plot(x[row], mine[row], line, color=OURS, label=f"model, {finish}")
    for axis, name in zip(axes, ("horizontal at the floor", "cylindrical at the face"), strict=True):
        axis.set(title=name, xlabel="m from the end", ylabel="lx", ylim=(0, None))
    axes[1].legend(fontsize=7)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def by_bin(x: np.ndarray, y: np.ndarray, width: float, least: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Mean x, and mean, 10% and 90% of y, in bins of x."""
    at = np.floor(x / width)
    kept = [at == k for k in np.unique(at) if (at == k).sum() >= least]
    middle = np.array([x[k].mean() for k in kept])
    return middle, np.array([[y[k].mean(), *np.quantile(y[k], (0.1, 0.9))] for k in kept]).T


def band(axes: Axes, x: np.ndarray, y: np.ndarray, width: float, colour: str, label: str) -> None:
    """Draw means with their 10 to 90%."""
    middle, (mean, low, high) = by_bin(x, y, width)
    axes.fill_between(middle, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(middle, mean, "o-", color=colour, markersize=3, linewidth=1, label=label)


def pair(axes: Axes, of: Experiment, title: str) -> None:
    """Speed against density of an experiment and of the model."""
    for walks, colour, label in ((observed(of.name), REAL, "observed"), (simulated(of), OURS, "model")):
        data = measure(of, walks)
        band(axes, data.density, data.speed, 0.25 if data.density.max() < 3 else 1.0, colour, label)
    axes.set(title=title, xlabel="people a m2", ylabel="m/s", ylim=(0, None))
    axes.legend()


def draw_walking(path: Path) -> None:
    """Weidmann's curve, and the experiments of Jülich."""
    figure, grid = plt.subplots(2, 3, figsize=(10, 5.6), layout="constrained")
    first = grid[0, 0]
    fine = np.linspace(0.2, 5, 100)
    first.plot(fine, weidmann(fine), color=REAL, label="Weidmann 1993")
    found = [corridor_speed(density, 0.5, Parameters.default(), spread=0.26) for density in DENSITIES]
    first.plot(DENSITIES, found, "o", color=OURS, markersize=4, label="model")
    first.set(title="V17, RiMEA 4: corridor without end", xlabel="people a m2", ylabel="m/s", ylim=(0, None))
    first.legend()
    pair(grid[0, 1], CORRIDOR, "Jülich: corridor, one way")
    pair(grid[0, 2], TWO_WAY, "Jülich: corridor, both ways")
    pair(grid[1, 0], BOTTLENECK, "Jülich: before a gap of 0.5 m")
    flow = grid[1, 1]
    for walks, colour, label in ((observed("bottleneck"), REAL, "observed"), (simulated(BOTTLENECK), OURS, "model")):
        times = measure(BOTTLENECK, walks).crossings
        flow.plot(times, np.arange(1, len(times) + 1), color=colour, label=label)
    flow.set(title="Jülich: through the gap", xlabel="s", ylabel="people")
    flow.legend()
    ring = grid[1, 2]
    band(ring, *observed_file(), 0.25, REAL, "observed")
    crowds = [our_file(people_m) for people_m in (1.0, 1.5, 2.0, 2.5, 3.0)]
    band(ring, *(np.concatenate([crowd[k] for crowd in crowds]) for k in (0, 1)), 0.25, OURS, "model")
    ring.set(
        title="Jülich: one behind the other", xlabel="1 / m to the next", ylabel="m/s", xlim=(0, 5), ylim=(-0.1, 1.2)
    )
    ring.legend()
    figure.savefig(path, metadata={"Date": None})


def draw_lausanne(path: Path) -> None:
    """Median travel times by pair of zones, and flows after trains."""
    files = ("piw_trips_2013.json.gz", "piw_walls.json", "piw_graph.json", "timetable_2013.json")
    answer = compare(*(DATA / name for name in files))
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
    real, ours = (np.array([getattr(pair, name) for pair in answer.pairs]) for name in ("observed_s", "simulated_s"))
    line = np.array([30.0, 85.0])
    left.fill_between(line, 0.9 * line, 1.1 * line, color=REAL, alpha=0.25, linewidth=0, label="within 10%")
    left.scatter(real, ours, s=[pair.walks / 8 for pair in answer.pairs], color=OURS, alpha=0.7)
    left.set(title="The 20 busiest pairs of zones", xlabel="median observed, s", ylabel="median in the model, s")
    left.legend()
    flows = np.array([(train.observed, train.simulated) for train in answer.trains]).transpose(1, 0, 2).reshape(2, -1)
    right.plot([0, 160], [0, 160], color=REAL, linewidth=1)
    right.scatter(flows[0], flows[1], s=8, color=OURS, alpha=0.6)
    right.set(title="People a minute after a train", xlabel="observed", ylabel="model")
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
