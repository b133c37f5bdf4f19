"""What proofs share: their figures go to the screen and into the record of the run (docs/validation.md)."""

from collections.abc import Callable

import pytest


@pytest.fixture
def told(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tell a result: printed (pytest -s) and kept with the test."""

    def tell(result: str) -> None:
        print(f"\n  {result}")
        record_property("result", result)

    return tell
