"""Dates as people write them in scenario files."""

import datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from scenarios.faults import shown

FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 2100


def parse_date(value: Any) -> Any:
    """Turn ``2026-11-18`` into a date.

    Raises:
        ValueError: no date.
    """
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, str):
        raise ValueError("must be a date as 2026-11-18")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f'"{shown(value)}" is not a date') from None


def _near_now(value: datetime.date | None) -> datetime.date | None:
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return value


Day = Annotated[
    datetime.date,
    Field(description="a date as 2026-11-18"),
    BeforeValidator(parse_date),
    AfterValidator(_near_now),
]
