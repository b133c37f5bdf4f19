"""Purposes and keys of luck: every draw is a pure function of (study seed, purpose; day, entity, k, time)."""

import hashlib
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import pdtr, pdtrik

from model.kernels.luck import uniform, uniforms

__all__ = ["ROLE_BIT", "WORD", "Purpose", "entity_of", "poisson_quantile", "uniform", "uniforms"]

WORD = 2**32  # keys are 32-bit words
ROLE_BIT = 15  # a train carries fewer than 2**15 boarders, and as many people who get off


class Purpose(IntEnum):
    """What a draw is for. Numbers are part of the keys: never renumber, only append."""

    ALIGHTERS = 1
    BOARDERS = 2
    TRANSFER = 3
    ACCESS = 4
    LEAD_TIME = 5
    TRAITS = 6
    SPEED = 7
    FEAR = 8
    SPAWN_PLACE = 9
    DOOR = 10
    WAIT_CHOICE = 11
    TRAIN_DELAY = 12
    OFFENDER_ARRIVAL = 13
    OFFENDER_TRAITS = 14
    OFFENDER_PLACE = 15
    HAZARD = 16
    PAIR_CHOICE = 17
    PATROL = 18
    DETECTION = 19
    OUTCOME = 20
    SURVEY = 21
    EVENT_DURATION = 22
    PARAMETER_DRAW = 23
    BYSTANDER = 24
    CALL = 25
    REPORT = 26
    CONTROL_ROOM = 27
    OFF_SITE = 28
    OPERATOR = 29
    ANNOUNCEMENT = 30
    SEVERITY = 31
    OFFENDER_ENTRY = 50  # offenders and staff: 50 to 59
    STAFF_CONTACT = 51
    FARE = 52
    ESCORT = 53
    ROUTE = 32
    PERSON = 40  # seasons: 40 to 49
    HABIT = 41
    REPEAT = 42
    VICTIM = 43
    AVOID = 44
    TOLD = 45
    FOLLOW_UP = 46
    REPAIR = 47
    STOPPED = 48
    FAILURE = 70  # places: 70 to 79
    GROUP = 60  # movement: 60 to 69
    MOBILITY = 61
    GATE = 63
    WEATHER = 64
    DOSE = 80  # calibration: 80 to 89


def entity_of(name: str) -> int:
    """Return the stable 32-bit number of a named thing (train, duty, offender pool).

    Names, never places in a list, key the luck: adding a train changes no other train's draws.
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest(), "little") % WORD


def poisson_quantile(u: ArrayLike, mean: ArrayLike) -> NDArray[np.float64]:
    """Return the count whose Poisson distribution first reaches ``u``: a count drawn at one uniform.

    The same numbers as ``scipy.stats.poisson.ppf`` for u in (0, 1) and mean > 0, without a second of imports.
    """
    high = np.ceil(pdtrik(u, mean))
    low = np.maximum(high - 1, 0)
    return np.asarray(np.where(pdtr(low, mean) >= u, low, high), np.float64)
