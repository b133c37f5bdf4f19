"""Draw the facts and replications that the model was tested against, from runs of the model, into docs/images.

    python docs/make_facts.py            # all figures; minutes
    python docs/make_facts.py patrol     # some of them

Each figure is a function that takes axes; the numbers come from the modules of tests/science, so that a figure shows
what its test asserts. To add one, write a function and name it in FIGURES. Needs the extra ``validation`` (matplotlib).
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from model.results import FIRST_HOUR, INCIDENT_TYPES  # noqa: E402
from tests.science import facts_crime as crime  # noqa: E402

IMAGES: Final = ROOT / "docs" / "images"
INK, BLUE, ORANGE, GREY = "#222222", "#0b6fa4", "#c8590b", "#9a9a9a"


def patrol(ax: Axes) -> None:
    """Fact 7: a platform patrol of four quarters of an hour against the trial in the London Underground."""
    trial = crime.patrol_trial()
    names = ["all (calls)", "all but nuisance (crimes)", *INCIDENT_TYPES]
    values = [trial.calls, trial.crimes, *trial.by_type.values()]
    ax.barh(names, [-100 * v for v in values], color=BLUE)
    ax.plot([-21, -14], [0, 1], "D", color=ORANGE, label="trial")
    ax.invert_yaxis()
    ax.set_xlabel(f"change on the platforms, %; {100 * trial.absent:.0f}% of it while no officer is there (trial 97%)")
    ax.legend(loc="lower left", frameon=False)


def hours(ax: Axes) -> None:
    """Fact 5: theft for each traveller by hour, and disorder and violence."""
    incidents, visits = crime.hours_of_a_day("shoebox", 3)
    clock = FIRST_HOUR + np.arange(20)
    open_ = visits > visits.max() / 100
    theft = incidents[0] / np.maximum(visits, 1)
    disorder = incidents[[3, 4]].sum(axis=0) / np.maximum(visits, 1)
    for values, colour, name in ((theft, BLUE, "theft"), (disorder, ORANGE, "aggression and nuisance")):
        ax.plot(clock[open_], values[open_] / values[open_].mean(), color=colour, label=name)
    ax.set_xlabel("hour of the service day")
    ax.set_ylabel("a visit, mean of the day = 1")
    ax.legend(frameon=False)


def patrols(ax: Axes) -> None:
    """T2 and T7: one guard on an evening, going about in different ways."""
    found = crime.evening_patrols()
    ax.bar(list(found), [100 * v / found["none"] for v in found.values()], color=[GREY, BLUE, BLUE, BLUE])
    ax.set_ylabel("expected incidents, without guard = 100")


def learning(ax: Axes) -> None:
    """T8: offenders learn a patrol that comes at the same hours."""
    for fixed, colour, name in ((True, ORANGE, "the same hours every day"), (False, BLUE, "any hours")):
        ax.plot(1 + np.arange(20), 100 * crime.weeks_of_patrol(fixed=fixed), color=colour, label=name)
    ax.set_xlabel("week")
    ax.set_ylabel("fall of harmful visits, %")
    ax.set_ylim(0)
    ax.legend(frameon=False)


def mean_field(ax: Axes) -> None:
    """T5: visits of 20,000 people who learn, and the mean-field equation."""
    many, field = crime.two_zones()
    for zone, colour, name in ((0, ORANGE, "watched zone"), (1, BLUE, "other zone")):
        ax.plot(many[:, zone], ".", color=colour, markersize=2)
        ax.plot(field[:, zone], color=colour, label=name)
    ax.set_xlabel("day")
    ax.set_ylabel("visits a person and day")
    ax.set_ylim(0)
    ax.legend(frameon=False)


def cameras(ax: Axes) -> None:
    """Fact 9: cameras that record, and cameras that somebody watches."""
    at = np.arange(len(INCIDENT_TYPES))
    for watched, shift, colour in ((False, -0.2, GREY), (True, 0.2, BLUE)):
        change = crime.cameras_everywhere(watched)
        values = [100 * change[kind] for kind in INCIDENT_TYPES]
        ax.bar(at + shift, values, 0.4, color=colour, label="watched" if watched else "recording")
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.set_xticks(at, [kind.replace("_", "\n") for kind in INCIDENT_TYPES])
    ax.set_ylabel("change of expected incidents, %")
    ax.legend(frameon=False)


FIGURES: Final[dict[str, Callable[[Axes], None]]] = {
    "patrol": patrol,
    "hours": hours,
    "patrols": patrols,
    "learning": learning,
    "mean_field": mean_field,
    "cameras": cameras,
}


def draw(name: str) -> Path:
    """Draw one figure and return its file; the same runs give the same bytes."""
    mpl.rcParams.update({"svg.hashsalt": name, "svg.fonttype": "none", "font.size": 9, "text.color": INK})
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    ax = figure.add_subplot()
    FIGURES[name](ax)
    ax.set_title((FIGURES[name].__doc__ or "").strip().rstrip("."), fontsize=9, loc="left")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    path = IMAGES / f"fact_{name}.svg"
    figure.savefig(path, metadata={"Date": None})
    return path


def main() -> int:
    """Draw the figures that are asked for."""
    for name in sys.argv[1:] or FIGURES:
        print(draw(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
