"""Measures in the tests: made from fields as in files, and small real runs with and without them."""

from functools import cache

import numpy as np

from model.inputs.inputs import Inputs
from model.inputs.roster import Roster
from model.results import Results
from scenarios.measures.catalogue import CATALOGUE
from scenarios.measures.measure import Measure
from tests.day_harness import run, shoebox

WINDOW = (19 * 3600 + 1800, 20 * 3600)


def made(name: str, **fields: object) -> Measure:
    """A measure of the catalogue."""
    return CATALOGUE[name].model_validate({"measure": name, **fields})


@cache
def evening() -> Inputs:
    """Half an hour of the evening in the shoebox, with nobody on duty."""
    return shoebox().replace(window=WINDOW, roster=Roster())


@cache
def day_of(inputs: Inputs) -> Results:
    """A day, run once for all tests that ask for it."""
    return run(inputs)


def score(results: Results) -> float:
    """Mean perceived safety of everybody in every second."""
    return float(results.score_seconds.sum() / results.seconds.sum())


def total(table: np.ndarray) -> float:
    """The sum of a table."""
    return float(np.sum(table))
