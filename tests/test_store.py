"""The store: what is written is read back to the bit, old or new and never half, damage is found."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.inputs.digest import digest
from model.inputs.inputs import Inputs
from model.results import ARRAY_FIELDS, Results
from scenarios import safe_files
from scenarios import store as store_module
from scenarios import version as version_module
from scenarios.day_files import AXES
from scenarios.station_files import read_station
from scenarios.store import DamagedRunError, FieldCache, Store, cache_folder, run_key
from tests.fake_model import fake_world, run_day

KEY = "a" * 40


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return read_station("shoebox")


@pytest.fixture(scope="module")
def results(inputs: Inputs) -> Results:
    return run_day(inputs, fake_world(inputs, FieldCache(None)), 1, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "it's a store")
    made.open()
    return made


def assert_equal(a: Results, b: Results) -> None:
    for name in ARRAY_FIELDS:
        x, y = getattr(a, name), getattr(b, name)
        assert x.dtype == y.dtype
        assert x.shape == y.shape
        assert x.tobytes() == y.tobytes(), name
    assert set(a.maps) == set(b.maps)
    for name, raster in a.maps.items():
        assert raster.dtype == b.maps[name].dtype
        assert raster.tobytes() == b.maps[name].tobytes()
    assert a.counts == b.counts
    assert a.zone_kinds == b.zone_kinds


def test_every_array_of_a_day_is_stored() -> None:
    assert tuple(AXES) == ARRAY_FIELDS


def test_a_day_comes_back_to_the_bit(store: Store, results: Results) -> None:
    odd = results.expected.copy()
    odd[0, 0, 0, 0], odd[1, 2, 3, 0], odd[5, 19, 3, -1] = 5e-324, 0.1 + 0.2, 1e300
    day = Results(**{**results.__dict__, "expected": odd})
    store.write(KEY, day, {"scenario": "base"})
    assert store.has(KEY)
    back = store.read(KEY)
    assert_equal(day, back)
    assert back.provenance["key"] == KEY
    assert back.provenance["scenario"] == "base"


def test_a_day_without_end_is_not_stored(store: Store, results: Results) -> None:
    for odd in (np.nan, np.inf):
        array = results.visits.copy()
        array[3, 1] = odd
        with pytest.raises(ValueError, match="visits"):
            store.write(KEY, Results(**{**results.__dict__, "visits": array}), {})
        assert not store.has(KEY)


def test_a_day_of_nothing_comes_back(store: Store, results: Results) -> None:
    empty = Results(
        zone_kinds=("platform",),
        **{name: np.zeros_like(getattr(results, name)) for name in ARRAY_FIELDS},
    )
    store.write(KEY, empty, {})
    assert_equal(empty, store.read(KEY))


def test_duckdb_reads_all_runs_at_once(store: Store, results: Results) -> None:
    import duckdb

    store.write(KEY, results, {})
    store.write("b" * 40, results, {})
    source = str(store.runs / "*" / "outcomes.parquet").replace("'", "''")
    connection = duckdb.connect()
    of_theft = "quantity = 'expected' and incident_type = 'theft'"
    ((total,),) = connection.execute(f"select sum(value) from '{source}' where {of_theft}").fetchall()
    assert total == pytest.approx(2 * results.expected[0].sum())
    of_visits = f"select min(hour), max(hour) from '{source}' where quantity = 'visits'"
    assert connection.execute(of_visits).fetchall() == [(5, 24)]


def test_keys_tell_runs_apart(inputs: Inputs) -> None:
    base = run_key(digest(inputs), 1, 1, "v1")
    assert base == run_key(digest(read_station("shoebox")), 1, 1, "v1")
    brighter = inputs.replace(parameters=inputs.parameters.replace(light_e50_lx=7.0))
    evening = inputs.replace(window=(64800, 90000))
    others = [
        run_key(digest(brighter), 1, 1, "v1"),
        run_key(digest(evening), 1, 1, "v1"),
        run_key(digest(inputs), 2, 1, "v1"),
        run_key(digest(inputs), 1, 2, "v1"),
        run_key(digest(inputs), 1, 1, "v2"),
    ]
    assert len({base, *others}) == 6


def test_equal_values_have_equal_digests() -> None:
    assert digest((1, True, 0.0)) == digest((1.0, 1, -0.0))
    assert digest((0.1 + 0.2,)) != digest((0.3,))
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(("ab", "c")) != digest(("a", "bc"))
    with pytest.raises(TypeError):
        digest(object())


# F1: the n-th write, fsync or rename fails


class Failing:
    """Lets the n-th of all calls that touch the disk fail, as a full disk does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
        self.left = number
        for owner, name in (
            (os, "fsync"),
            (os, "rename"),
            (os, "replace"),
            (safe_files, "write_synced"),
            (store_module, "write_synced"),
            (store_module, "write_day"),
            (Path, "write_bytes"),
        ):
            monkeypatch.setattr(owner, name, self.guarded(getattr(owner, name)))

    def guarded(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return call(*args, **kwargs)

        return guarded


def test_f1_nth_write_fails_old_or_new_never_half(tmp_path: Path, results: Results) -> None:
    for number in range(1, 60):
        store = Store(tmp_path / str(number))
        store.open()
        failed = False
        with pytest.MonkeyPatch.context() as patch:
            failing = Failing(patch, number)
            try:
                store.write(KEY, results, {})
            except OSError:
                failed = True
        if store.has(KEY):
            assert_equal(results, store.read(KEY))
        else:
            assert failed
            assert not (store.runs / KEY).exists()
            store.write(KEY, results, {})
            assert_equal(results, store.read(KEY))
        assert list((store.root / "partial").iterdir()) == []
        if failing.left > 0:
            break
    assert 5 < number < 59, "each step of a write must have failed once, and then none"


def test_f1_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    for number in range(1, 20):
        path.write_text("old", encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            failing = Failing(patch, number)
            try:
                safe_files.write_whole(path, "new")
            except OSError:
                assert path.read_text(encoding="utf-8") in ("old", "new")
        assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]
        if failing.left > 0:
            assert path.read_text(encoding="utf-8") == "new"
            return
    pytest.fail("never came through")


def test_f1_what_a_killed_process_left_beside_a_file_is_taken_away(tmp_path: Path) -> None:
    host = safe_files.HOST
    left = [f".file.json.{host}-999999999.{end}" for end in ("partial", "duckdb")]
    others = [f".file.json.{host}-{os.getppid()}.partial", ".file.json.elsewhere-999999999.partial", ".file.jsonl.x"]
    for name in (*left, *others):
        (tmp_path / name).write_text("half", encoding="utf-8")
    safe_files.write_whole(tmp_path / "file.json", "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["file.json", *others])


# F5: damage


def flipped(path: Path, where: float) -> None:
    data = bytearray(path.read_bytes())
    data[int(where * (len(data) - 1))] ^= 4
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["outcomes.parquet", "maps.npz", "manifest.json"])
@pytest.mark.parametrize("where", [0.0, 0.3, 0.7, 1.0])
def test_f5_a_flipped_bit_is_found_and_the_run_made_again(
    store: Store, results: Results, name: str, where: float
) -> None:
    store.write(KEY, results, {})
    flipped(store.runs / KEY / name, where)
    with pytest.raises(DamagedRunError):
        store.read(KEY)
    assert not store.has(KEY)
    assert not (store.runs / KEY).exists()
    store.write(KEY, results, {})
    assert_equal(results, store.read(KEY))


@pytest.mark.parametrize("name", ["outcomes.parquet", "maps.npz", "manifest.json"])
@pytest.mark.parametrize("size", [0, 17, None])
def test_f5_cut_off_and_missing_files_are_found(store: Store, results: Results, name: str, size: int | None) -> None:
    store.write(KEY, results, {})
    path = store.runs / KEY / name
    if size is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:size])
    assert not store.has(KEY)


@pytest.mark.parametrize("text", ["null", "[]", "{}", '{"seal": "x"}', "{", '{"files": {}, "seal": 3}'])
def test_f5_a_manifest_of_nonsense_is_damage(store: Store, results: Results, text: str) -> None:
    store.write(KEY, results, {})
    (store.runs / KEY / "manifest.json").write_text(text, encoding="utf-8")
    assert not store.has(KEY)


def test_a_file_name_in_a_manifest_leads_nowhere_else(store: Store, results: Results) -> None:
    store.write(KEY, results, {})
    path = store.runs / KEY / "manifest.json"
    manifest = json.loads(path.read_bytes())
    del manifest["seal"]
    manifest["files"]["../../elsewhere"] = safe_files.checksum(b"x")
    (store.root / "elsewhere").write_bytes(b"x")
    path.write_bytes(safe_files.canonical(store_module._sealed(manifest)))
    assert not store.has(KEY)


# failures, sweeping, two processes


def test_a_failure_is_a_row_until_the_run_succeeds(store: Store, results: Results) -> None:
    store.write_failure(KEY, {"scenario": "base", "day": 3}, "Traceback ...")
    (row,) = store.failures()
    assert row["day"] == 3
    assert row["traceback"] == "Traceback ..."
    assert not store.has(KEY)
    store.write(KEY, results, {})
    assert store.failures() == []


def test_what_a_dead_process_left_is_swept(store: Store) -> None:
    dead = store.root / "partial" / "999999999-0"
    dead.mkdir()
    (dead / "half").write_text("x", encoding="utf-8")
    mine = store.root / "partial" / f"{os.getpid()}-77"
    mine.mkdir()
    elsewhere = store.root / "partial" / "999999999-0-elsewhere"  # its number is that of a process there
    elsewhere.mkdir()
    store.open()
    assert not dead.exists()
    assert mine.exists()
    assert elsewhere.exists()


def test_f4_two_writers_of_one_run_leave_one_whole_run(store: Store, results: Results) -> None:
    other = Store(store.root)
    real = store_module.write_day

    def late(folder: Path, day: Results) -> dict[str, Any]:
        about = real(folder, day)
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(store_module, "write_day", real)
            other.write(KEY, results, {"by": "the other"})
        return about

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "write_day", late)
        store.write(KEY, results, {"by": "the first"})
    assert store.read(KEY).provenance["by"] == "the other"
    assert list(store.keys()) == [KEY]
    assert list((store.root / "partial").iterdir()) == []


# fields


def arrays() -> dict[str, np.ndarray]:
    return {
        "light": np.arange(12, dtype=np.float32).reshape(3, 4),
        "none": np.zeros((0, 5), dtype=np.uint64),
        "one": np.array(3.5),
    }


@pytest.fixture
def calls() -> list[str]:
    return []


def test_fields_are_made_once_and_mapped_from_disk(tmp_path: Path, calls: list[str]) -> None:
    def make() -> dict[str, np.ndarray]:
        calls.append("made")
        return arrays()

    for cache in (FieldCache(tmp_path), FieldCache(tmp_path)):
        for _ in range(2):
            found = cache.remember("light", "key", make)
            for name, array in arrays().items():
                assert found[name].dtype == array.dtype
                assert np.array_equal(found[name], array)
                assert type(found[name]) is np.ndarray
                assert found[name].flags.writeable  # as compiled code expects it
    assert calls == ["made"]
    assert FieldCache(tmp_path, "other code").remember("light", "key", make)
    assert calls == ["made", "made"]


@pytest.mark.parametrize("source", ["world/light.py", "kernels/rays.py", "inputs/layout.py", "parameters.py"])
def test_changed_code_never_answers_with_fields_of_older_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[str], source: str
) -> None:
    def make() -> dict[str, np.ndarray]:
        calls.append("made")
        return arrays()

    copied = tmp_path / "model"
    shutil.copytree(version_module.MODEL, copied, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(version_module, "MODEL", copied)
    try:
        for _ in range(2):
            version_module.fields_version.cache_clear()
            FieldCache(tmp_path).remember("light", "key", make)
        assert calls == ["made"]
        (copied / source).write_text((copied / source).read_text("utf-8") + "# changed\n", "utf-8")
        version_module.fields_version.cache_clear()
        FieldCache(tmp_path).remember("light", "key", make)
        assert calls == ["made", "made"]
    finally:
        version_module.fields_version.cache_clear()


def test_directions_are_read_whole(tmp_path: Path) -> None:
    made = {"direction": np.zeros((3, 9), np.uint8), "seconds": np.zeros((3, 9), np.float32)}
    for cache in (FieldCache(tmp_path), FieldCache(tmp_path)):
        found = cache.remember("routes", "key", lambda: made)
        assert not isinstance(found["direction"].base, np.memmap)
        assert isinstance(found["seconds"].base, np.memmap)


def test_writing_into_a_mapped_field_stays_here(tmp_path: Path) -> None:
    FieldCache(tmp_path).remember("light", "key", arrays)["light"][:] = -1
    again = FieldCache(tmp_path).remember("light", "key", arrays)["light"]
    assert np.array_equal(again, arrays()["light"])


def test_damaged_fields_are_made_again(tmp_path: Path, calls: list[str]) -> None:
    FieldCache(tmp_path).remember("light", "key", arrays)
    (path,) = tmp_path.glob("fields/light/*/light.npy")
    flipped(path, 0.9)

    def make() -> dict[str, np.ndarray]:
        calls.append("made")
        return arrays()

    assert np.array_equal(FieldCache(tmp_path).remember("light", "key", make)["light"], arrays()["light"])
    assert calls == ["made"]


def test_a_cache_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "fields").write_text("a file in the way", encoding="utf-8")
    found = FieldCache(tmp_path).remember("light", "key", arrays)
    assert np.array_equal(found["light"], arrays()["light"])


def test_fields_of_a_draw_read_the_disk_but_write_nothing(tmp_path: Path, calls: list[str]) -> None:
    def make() -> dict[str, np.ndarray]:
        calls.append("made")
        return arrays()

    cache = FieldCache(tmp_path)
    cache.remember("grid", "shared", make)
    passing = cache.without_writing()
    passing.remember("grid", "shared", make)
    passing.remember("light", "of this draw", make)
    passing.remember("light", "of this draw", make)
    assert calls == ["made", "made"]
    assert not (tmp_path / "fields" / "light").exists()


def test_the_oldest_fields_go_when_the_cache_is_full(tmp_path: Path) -> None:
    for i in range(4):
        cache = FieldCache(tmp_path)
        cache.remember("light", str(i), lambda: {"light": np.zeros(1000)})
    folders = sorted((tmp_path / "fields" / "light").iterdir(), key=lambda f: f.name)
    for age, folder in enumerate(folders):
        os.utime(folder / "manifest.json", (1e9 + age, 1e9 + age))
    store_module._prune(tmp_path / "fields", 20_000)
    assert sorted((tmp_path / "fields" / "light").iterdir(), key=lambda f: f.name) == folders[2:]


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("SCHOUW_CACHE", raising=False)
    assert cache_folder() == tmp_path / "schouw"
    monkeypatch.setenv("SCHOUW_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
