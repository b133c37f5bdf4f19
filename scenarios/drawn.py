"""Draw the stations that are ours, ``halte`` and ``shoebox``: ``python -m scenarios.drawn [FOLDER]``.

This command makes their folders in ``scenarios/stations``, and those of the eight archetypes of a portfolio in
``scenarios/archetypes``, byte for byte: change the drawing, not the files.
"""

import sys
from pathlib import Path

from scenarios import drawn_archetypes, drawn_halte, drawn_shoebox
from scenarios.draft import STATIONS
from scenarios.drawing import default_population
from scenarios.station_files import write_station

ARCHETYPES = Path(__file__).parent / "archetypes"


def draw(folder: Path = STATIONS) -> None:
    """Write the folder of each station that we draw into ``folder``."""
    write_station(
        folder / "halte",
        drawn_halte.layout(),
        drawn_halte.timetable(),
        default_population(750.0, 750.0, 0.01),
        drawn_halte.roster(),
        offsets=drawn_halte.OFFSETS,
        names=drawn_halte.NAMES,
    )
    write_station(
        folder / "shoebox",
        drawn_shoebox.layout(),
        drawn_shoebox.timetable(),
        default_population(1000.0, 1000.0, 0.02),
        drawn_shoebox.roster(),
        offsets=drawn_shoebox.OFFSETS,
        names=drawn_shoebox.NAMES,
    )


def draw_archetypes(folder: Path = ARCHETYPES) -> None:
    """Write the folder of each archetype into ``folder``."""
    for plan in drawn_archetypes.ARCHETYPES:
        write_station(
            folder / plan.id,
            drawn_archetypes.layout(plan),
            drawn_archetypes.timetable(plan),
            default_population(plan.people, plan.people, 0.02 * min(plan.islands, 3)),
            drawn_archetypes.roster(plan),
            offsets=drawn_archetypes.offsets(plan),
            names={"nl": plan.nl, "en": plan.en},
        )


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else STATIONS)
    draw_archetypes(Path(sys.argv[1]) if len(sys.argv) > 1 else ARCHETYPES)
