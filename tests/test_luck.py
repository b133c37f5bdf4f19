"""Luck: known answers of the generator, its range, and streams that know nothing of each other (R8)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from model.kernels import luck
from model.kernels.luck import philox, uniform, uniforms
from model.randomness import Purpose, entity_of, poisson_quantile

WORD = st.integers(0, 2**32 - 1)


def twin_philox(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, ...]:
    """Philox4x32-10 in whole numbers of any length, as in the paper."""
    c, k = list(counter), list(key)
    for _ in range(10):
        high_0, low_0 = divmod(0xD2511F53 * c[0], 2**32)
        high_1, low_1 = divmod(0xCD9E8D57 * c[2], 2**32)
        c = [high_1 ^ c[1] ^ k[0], low_1, high_0 ^ c[3] ^ k[1], low_0]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return tuple(c)


def first_two(counter: tuple[int, ...], key: tuple[int, ...]) -> tuple[int, int]:
    return divmod(int(philox(*(np.uint64(word) for word in (*counter, *key)))), 2**32)


ONES = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_known_answers_of_random123(
    counter: tuple[int, ...], key: tuple[int, ...], answer: tuple[int, ...]
) -> None:
    assert twin_philox(counter, key) == answer
    assert first_two(counter, key) == answer[:2]


@settings(deadline=None)
@given(st.tuples(WORD, WORD, WORD, WORD), st.tuples(WORD, WORD))
def test_philox_equals_its_twin(counter: tuple[int, ...], key: tuple[int, ...]) -> None:
    assert first_two(counter, key) == twin_philox(counter, key)[:2]


@settings(deadline=None)
@given(WORD, st.integers(0, 255), st.integers(0, 2**24 - 1), WORD, WORD, WORD)
def test_uniform_is_the_block_of_its_keys_strictly_between_0_and_1(
    seed: int, purpose: int, day: int, entity: int, k: int, t: int
) -> None:
    high, low = twin_philox((entity, k, t, day), (seed, purpose))[:2]
    u = uniform(seed, purpose, day, entity, k, t)
    assert 0 < u < 1
    assert abs(u - (high << 32 | low) / 2**64) <= 2.0**-52
    assert u == uniform(seed, purpose, day, entity, k, t)
    assert uniforms(seed, purpose, day, np.array([entity]), np.array([k]), t).tolist() == [u]


@pytest.mark.parametrize("bits", [0, 1, 2**63, 2**64 - 2**11, 2**64 - 1])
def test_uniform_stays_between_0_and_1_at_the_ends_of_the_range(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # log(-log(u)) is taken of it
    monkeypatch.setattr(luck, "philox", lambda *_: np.uint64(bits))
    assert 0 < uniform.py_func(1, 2, 3, 4, 5, 6) < 1


def test_every_key_counts() -> None:
    keys = [7, int(Purpose.HAZARD), 3, 11, 5, 9]
    changed = [[*keys[:i], key + 1, *keys[i + 1 :]] for i, key in enumerate(keys)]
    assert len({uniform(*key) for key in (keys, *changed)}) == 7


def stream(seed: int, purpose: int, entity: int, n: int) -> np.ndarray:
    return np.array([uniform(seed, purpose, 1, entity, 0, t) for t in range(n)])


def test_r8_sixteen_streams_are_independent() -> None:
    # purposes, entities and seeds side by side, as a day uses them: neighbours in their keys
    keys = [(1, purpose, 4) for purpose in range(1, 7)]
    keys += [(1, int(Purpose.HAZARD), entity) for entity in range(5, 10)]
    keys += [(seed, int(Purpose.HAZARD), 4) for seed in range(2, 7)]
    table = np.array([stream(*key, 10_000) for key in keys])
    correlation = np.corrcoef(table) - np.eye(len(keys))
    assert len(keys) == 16
    assert np.abs(correlation).max() < 0.05
    # and neither does a stream know its own past
    assert max(abs(np.corrcoef(row[:-1], row[1:])[0, 1]) for row in table) < 0.05


def test_uniforms_fill_the_range_evenly() -> None:
    n = 100_000
    u = uniforms(1, int(Purpose.HAZARD), 1, np.arange(n), np.zeros(n, np.int64), 0)
    assert stats.kstest(u, "uniform").pvalue > 0.01
    assert u.min() < 10 / n
    assert u.max() > 1 - 10 / n


def test_purposes_fit_their_key_and_names_key_things() -> None:
    assert len({int(purpose) for purpose in Purpose}) == len(Purpose)
    assert all(0 <= purpose < 256 for purpose in Purpose)
    # the first four bytes of SHA-256 of the name, which is known for the empty one
    assert entity_of("") == 0x42C4B0E3


def test_counts_are_the_inverse_of_the_poisson_distribution() -> None:
    rng = np.random.default_rng(1)
    u, mean = rng.random(20_000), np.exp(rng.uniform(-12, 7, 20_000))
    assert (poisson_quantile(u, mean) == stats.poisson.ppf(u, mean)).all()


def test_each_purpose_has_a_number_of_its_own() -> None:
    """Two names of one number would be one name (an alias): the two would share their luck."""
    assert len(Purpose.__members__) == len(set(Purpose))
