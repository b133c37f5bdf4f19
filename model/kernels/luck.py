"""Counter-based luck: Philox4x32-10 as a pure function of its key and counter.

Source: Salmon, Moraes, Dror, Shaw (2011), Parallel random numbers: as easy as 1, 2, 3. SC'11.
"""

import numpy as np

from model.kernels.compiling import kernel

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_S32 = np.uint64(32)
_ROUNDS = 10
_TO_UNIT = 1.0 / 4503599627370496.0  # 2**-52: with 53 bits the last half step would round to 1


@kernel()
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Return the first 64 bits of the Philox4x32-10 block; all arguments uint64 holding 32-bit words."""
    for _ in range(_ROUNDS):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = ((p1 >> _S32) ^ c1 ^ k0) & _LOW
        c1 = p1 & _LOW
        c2 = ((p0 >> _S32) ^ c3 ^ k1) & _LOW
        c3 = p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return (c0 << _S32) | c1


@kernel("float64(int64, int64, int64, int64, int64, int64)")
def uniform(seed, purpose, day, entity, k, t):  # type: ignore[no-untyped-def]
    """Return a uniform number in (0, 1) that depends on the keys alone.

    Args:
        seed: study seed, 0..2**32-1.
        purpose: number of the purpose, 0..255 (see ``model.randomness``).
        day: day number, 0..2**24-1.
        entity: stable number of the person, train, offender or place, 0..2**32-1.
        k: which draw of this entity, 0..2**32-1 (for a pair: the other's number).
        t: time in seconds or half-seconds, 0..2**32-1.

    Returns:
        float64 strictly between 0 and 1.
    """
    bits = philox(
        np.uint64(entity) & _LOW,
        np.uint64(k) & _LOW,
        np.uint64(t) & _LOW,
        np.uint64(day) & _LOW,
        np.uint64(seed) & _LOW,
        np.uint64(purpose) & _LOW,
    )
    return (np.float64(bits >> np.uint64(12)) + 0.5) * _TO_UNIT


@kernel(allocates=True)
def uniforms(seed, purpose, day, entity, k, t):  # type: ignore[no-untyped-def]
    """Return one uniform for each (entity[i], k[i]) at index ``t``; arrays of equal length (n,) -> float64 (n,)."""
    out = np.empty(entity.shape[0])
    for i in range(entity.shape[0]):
        out[i] = uniform(seed, purpose, day, entity[i], k[i], t)
    return out
