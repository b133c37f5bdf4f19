"""What tests share: a scene to set people on, and a place to tell figures (docs/validation.md)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.twins_hazard import Scene


@pytest.fixture(scope="module")
def station() -> "Scene":
    """The small station of the scenes, made once a file; each file sets it up in its own ``scene``."""
    from tests.twins_hazard import Scene, shoebox  # only for tests that ask: it brings the kernels

    return Scene(*shoebox())


@pytest.fixture
def told(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tell a result: printed (pytest -s) and kept with the test."""

    def tell(result: str) -> None:
        print(f"\n  {result}")
        record_property("result", result)

    return tell
