"""Words of the command line that hold more than one thing."""

from collections.abc import Sequence

from scenarios.measures.measure import HOURS_FORM, in_day, parse_hours


def hours_of(text: str) -> tuple[int, int]:
    """Return seconds of the service day of ``18:00-01:00``.

    Raises:
        ValueError: no such form, or not in the service day.
    """
    try:
        first, last = in_day(parse_hours(text))
    except ValueError as error:
        raise ValueError(f"--hours {text}: {error}; give {HOURS_FORM}") from None
    return int(first), int(last)


def correlations(texts: Sequence[str]) -> list[tuple[str, str, float]]:
    """Return pairs and their correlation of ``a,b=0.6``.

    Raises:
        ValueError: no such form.
    """
    found = []
    for text in texts:
        names, _, number = text.partition("=")
        first, _, second = (part.strip() for part in names.partition(","))
        try:
            rho = float(number)
        except ValueError:
            rho = None
        if rho is None or not first or not second:
            raise ValueError(f"--correlated {text}: write two parameters and a number, a,b=0.6")
        found.append((first, second, rho))
    return found
