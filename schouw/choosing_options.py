"""Options of the commands that choose; nothing heavy here."""

from pathlib import Path
from typing import Annotated

import typer

Budget = Annotated[
    float, typer.Option(min=1, max=1e12, help="EUR a year: upkeep, hours, and what is paid once by annuity.")
]
TrayFile = Annotated[Path | None, typer.Option(help="File of options; by default those that ship.")]
AimName = Annotated[str, typer.Option(help="What packages are chosen by: incidents, safety or women.")]
RaceDays = Annotated[
    int, typer.Option(min=10, max=1000, help="Most days in common before the order is said to be open.")
]
PointsToLearn = Annotated[
    int | None, typer.Option(min=5, max=2000, help="Packages to learn from; by default seven an option.")
]
ParameterDraws = Annotated[
    int, typer.Option(min=0, max=1000, help="Draws of uncertain parameters for regret; 0 is none.")
]
StudyFolder = Annotated[
    Path, typer.Argument(metavar="STUDY", help="Folder of a study that `schouw study` has finished.")
]
Asked = Annotated[
    list[str] | None,
    typer.Option("--set", help="What to ask, as lamps=1 or lamps.factor=2.5; several. What is not named is off."),
]
PortfolioName = Annotated[
    str, typer.Argument(metavar="FILE", help="A portfolio that ships (twenty-million), or a file.")
]
WholeBudget = Annotated[float, typer.Option("--budget", min=1, max=1e12, help="EUR, over all years of the portfolio.")]
PortfolioDraws = Annotated[
    int, typer.Option(min=0, max=1000, help="Draws of what the emulators do not know; 0 is none.")
]
Check = Annotated[int, typer.Option(min=0, max=400, help="Stations drawn by lot that are run in the model; 0 is none.")]
