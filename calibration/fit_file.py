"""The file of a fit: monitor, types of stations, size of the bank, stages."""

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.inputs.inputs import DAY_END_S, DAY_START_S
from scenarios.faults import Fault, StationFileError, nearest, shown
from scenarios.measures.measure import Hours, Words

SHIPPED: Final = Path(__file__).parent
SHIPPED_FITS: Final = ("example", "stations", "proof")
DIARY_ITEMS: Final = ("unsafe_12_months",)  # those that need a page for each visit
DAY_ITEMS: Final = ("safety_evening", "safety_day", "stations_below_6", *DIARY_ITEMS, "incidents", "reports", "trials")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class StationPart(_Part):
    """A type of station and how many real ones it stands for."""

    station: str = Field(min_length=1, max_length=200, description="a station that ships, or the path of a folder")
    weight: float = Field(1.0, gt=0, le=1e6, description="how many stations are of this type")


class TrialPart(_Part):
    """A line of a published trial that the fit is held against."""

    trial: str = Field(min_length=1, max_length=400, description="a trial that ships, or the path of a trial file")
    outcome: str = Field(min_length=1, max_length=64, description="name of an outcome in percent of incidents")


class StagePart(_Part):
    """Parameters that move to meet some items of the monitor."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,31}$", description="small letters, digits and dashes")
    parameters: Words = Field(min_length=1, max_length=40, description="names, * and ? as in file names")
    items: Words = Field(min_length=1, description="items of the monitor: " + ", ".join(DAY_ITEMS))


class FitPart(_Part):
    """The whole file."""

    schema_: int = Field(alias="schema", ge=1, le=1, description="version of this format: 1")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="small letters, digits and dashes")
    monitor: str = Field(min_length=1, max_length=500, description="a monitor that ships, or the path of a CSV file")
    stations: list[StationPart] = Field(min_length=1, max_length=20, description="types of stations")
    hours: Hours = Field((DAY_START_S, DAY_END_S), validate_default=False)
    visits: float | None = Field(None, gt=0, le=1e12, description="visits a year behind the counts of the network")
    points: int = Field(60, ge=10, le=100_000, description="points of the bank")
    days: int = Field(2, ge=2, le=50, description="days of each point")
    draws: int = Field(200, ge=10, le=100_000, description="draws of the posterior")
    joint: Literal["particles", "abc"] = Field(
        "particles", description="particles of the stages, or abc: then all parameters together by ABC-SMC"
    )
    held_out: float = Field(0.2, ge=0, le=0.5, description="share of single stations that the fit does not see")
    seed: int = Field(1, ge=0, le=2**32 - 1, description="seed of luck and design")
    trials: list[TrialPart] = Field(default=[], max_length=10, description="lines of trials, for items: [trials]")
    stages: list[StagePart] = Field(min_length=1, max_length=10, description="in their order")


def find_fit(word: str) -> Path:
    """Return the file that a word means: one that ships, or a path.

    Raises:
        StationFileError: neither.
    """
    path = Path(word)
    if path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return path
    if word in SHIPPED_FITS:
        return SHIPPED / f"{word}.yaml"
    raise StationFileError([Fault(shown(word), "", "", "no fit of this name ships", nearest(word, SHIPPED_FITS))])


def monitor_path(word: str, path: Path) -> Path:
    """Return the monitor that a fit names: beside its file, or one that ships."""
    beside = path.parent / word
    shipped = SHIPPED / "monitors" / f"{word}.csv"
    return beside if beside.is_file() or word.endswith(".csv") else shipped
