"""Tables with one row a thing: columns in, a structured array out."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def records(dtype: np.dtype[np.void], rows: int, **columns: ArrayLike) -> NDArray[np.void]:
    """Return ``rows`` rows of ``dtype`` with the given columns filled in and zero elsewhere.

    Raises:
        ValueError: when a column is not part of the type.
    """
    table = np.zeros(rows, dtype)
    for name, values in columns.items():
        table[name] = values
    return table
