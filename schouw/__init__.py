"""Schouw: how safe a railway station is, and feels. The public API is this list of names.

    import schouw

    base = schouw.read_station("halte")
    lamps = schouw.read_scenario("my-lamps.yaml")
    world = schouw.World.of(base)
    results = schouw.run_day(base, world, seed=1, day=1)
    answer = schouw.compare("halte", ["brighter-lamps"], days=10, draws=0)

Names are loaded when they are first used, so that ``import schouw`` costs nothing.
"""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from model.inputs.inputs import Inputs as Inputs
    from model.parameters import Parameters as Parameters
    from model.results import Results as Results
    from model.seasons.season import Season as Season
    from model.seasons.season import run_season as run_season
    from model.station import Station as Station
    from model.station import run_day as run_day
    from model.world.world import World as World
    from scenarios.check import check_path as check_path
    from scenarios.compare import compare_table as compare_table
    from scenarios.scenario import Scenario as Scenario
    from scenarios.scenario import read_scenario as read_scenario
    from scenarios.scenario import shipped_scenarios as shipped_scenarios
    from scenarios.station_files import StationFileError as StationFileError
    from scenarios.station_files import read_station as read_station
    from scenarios.station_files import station_names as station_names
    from scenarios.station_files import write_station as write_station
    from scenarios.study import Study as Study
    from schouw.comparing import compare as compare
    from schouw.studying import run_study as run_study

_HOME: Final[dict[str, str]] = {
    "Inputs": "model.inputs.inputs",
    "Parameters": "model.parameters",
    "Results": "model.results",
    "Scenario": "scenarios.scenario",
    "Season": "model.seasons.season",
    "Station": "model.station",
    "StationFileError": "scenarios.station_files",
    "Study": "scenarios.study",
    "World": "model.world.world",
    "check_path": "scenarios.check",
    "compare": "schouw.comparing",
    "compare_table": "scenarios.compare",
    "read_scenario": "scenarios.scenario",
    "read_station": "scenarios.station_files",
    "run_day": "model.station",
    "run_season": "model.seasons.season",
    "run_study": "schouw.studying",
    "shipped_scenarios": "scenarios.scenario",
    "station_names": "scenarios.station_files",
    "write_station": "scenarios.station_files",
}
__all__ = [  # noqa: PLE0604 - the names of _HOME, loaded on first use
    *_HOME
]


def _refuse_shadows() -> None:
    """Name the file when another ``model`` or ``scenarios`` than ours comes first on the path.

    Raises:
        ImportError: a user's own file of that name hides our package.
    """
    ours = Path(__file__).resolve().parent.parent
    for name in ("model", "scenarios", "calibration", "dashboard"):
        spec = find_spec(name)  # finds, but does not run what it found
        found = Path(spec.origin).resolve() if spec is not None and spec.origin else None
        if found is not None and found.parent != ours / name:
            raise ImportError(
                f"{found} hides the package {name} of schouw: rename that file or start from another folder",
                name=name,
                path=str(found),
            )


_refuse_shadows()


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
