"""Results and fields on disk: one folder a run, named by what made it; old or new, never half.

``runs/<key>/`` holds ``outcomes.parquet``, ``maps.npz`` and ``manifest.json`` with the SHA-256 of each file
and how the run was made; ``failed/<key>.json`` is the row of a run that failed. A key is the hash of inputs,
seed, day and version of the model, so that a store is never out of date: other inputs are other runs.
"""

import json
import logging
import os
import shutil
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.inputs.digest import digest
from model.results import Results
from scenarios.day_files import read_day, write_day
from scenarios.safe_files import HOST, alive, canonical, checksum, sync_folder, write_synced, write_whole
from scenarios.version import fields_version

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
KEY_LENGTH: Final = 40
FIELDS_LIMIT_BYTES: Final = 4_000_000_000
# read all over at every step: in memory they lie in large pages, mapped a day of a large station takes a quarter longer
READ_WHOLE: Final = frozenset({"direction", "floor", "mask"})
OTHER_VERSION: Final = "it was written by another version of schouw; read it with that version, or run it again"
_COUNTER = count()
_LOG = logging.getLogger(__name__)

Arrays = dict[str, NDArray[Any]]


class DamagedRunError(ValueError):
    """Files of a run that are not as they were written."""


def run_key(inputs_digest: str, seed: int, day: int, version: str) -> str:
    """Return the name of a run: equal for equal inputs, seed, day and model, and for nothing else."""
    return digest((FORMAT, inputs_digest, seed, day, version))[:KEY_LENGTH]


def _sealed(manifest: dict[str, Any]) -> dict[str, Any]:
    return {**manifest, "seal": checksum(canonical(manifest))}


def _read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder whose files are all as they were written.

    Raises:
        DamagedRunError: a file is missing, cut off or changed.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        seal = manifest.pop("seal")
        if checksum(canonical(manifest)) != seal:
            raise DamagedRunError(f"{folder.name}: {MANIFEST} has changed")
        for name, expected in manifest["files"].items():
            if Path(name).name != name or checksum((folder / name).read_bytes()) != expected:
                raise DamagedRunError(f"{folder.name}: {name} has changed")
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        if isinstance(error, DamagedRunError):
            raise
        raise DamagedRunError(f"{folder.name}: {error}") from error
    return dict(manifest)


def _publish(folder: Path, target: Path, about: dict[str, Any]) -> None:
    """Seal a finished temporary folder and give it its name; drop it when another was faster."""
    files = {}
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        files[path.name] = checksum(data)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    write_synced(folder / MANIFEST, canonical(_sealed({"format": FORMAT, "files": files, **about})))
    sync_folder(folder)
    try:
        os.rename(folder, target)
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(folder, ignore_errors=True)  # the same content, written by somebody else
    sync_folder(target.parent)


def _partial(root: Path) -> Path:
    """Return a fresh temporary folder; its name tells which process of which machine writes it."""
    folder = root / "partial" / f"{os.getpid()}-{next(_COUNTER)}-{HOST}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


class Store:
    """The runs under one folder. Several processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.runs = root / "runs"
        self.failed = root / "failed"

    def open(self) -> None:
        """Make the folders, and sweep what processes of this machine that are gone left half-written.

        Raises:
            OSError: the folder cannot be written.
        """
        self.runs.mkdir(parents=True, exist_ok=True)
        self.failed.mkdir(exist_ok=True)
        probe = _partial(self.root)
        probe.rmdir()
        for folder in (self.root / "partial").iterdir():
            owner, _, host = (*folder.name.split("-"), "", "")[:3]
            if host in ("", HOST) and not (owner.isdigit() and alive(int(owner))):
                shutil.rmtree(folder, ignore_errors=True)

    def has(self, key: str) -> bool:
        """Return whether a whole run is there; a damaged one is thrown away and is not there."""
        folder = self.runs / key
        if not folder.is_dir():
            return False
        try:
            _read_manifest(folder)
        except DamagedRunError as error:
            _LOG.warning("a stored run is damaged and will be computed again: %s", error)
            self.remove(key)
            return False
        return True

    def read(self, key: str, *, maps: bool = True) -> Results:
        """Return the results of a run, checked.

        Args:
            key: of the run; maps: whether rasters and events are wanted, too.

        Raises:
            DamagedRunError: it is not there, or not as it was written.
        """
        folder = self.runs / key
        manifest = _read_manifest(folder)
        if manifest.get("format") != FORMAT:
            raise DamagedRunError(f"{key}: is of format {manifest.get('format')}, not {FORMAT}: {OTHER_VERSION}")
        try:
            return read_day(folder, manifest, maps=maps)
        except (OSError, KeyError, ValueError, IndexError) as error:
            raise DamagedRunError(f"{key}: {error}") from error

    def write(self, key: str, results: Results, made: dict[str, Any]) -> None:
        """Store a run; does nothing to a run that is there.

        Args:
            key: from ``run_key``.
            results: of the day.
            made: how it was made, beside ``results.provenance``; plain values.

        Raises:
            OSError: the disk is full or not to be written; the store is as before.
        """
        if (self.runs / key).is_dir():
            return
        folder = _partial(self.root)
        try:
            about = write_day(folder, results)
            provenance = {**results.provenance, **made, "key": key}
            _publish(folder, self.runs / key, {**about, "provenance": provenance})
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        (self.failed / f"{key}.json").unlink(missing_ok=True)

    def write_failure(self, key: str, made: dict[str, Any], trace: str) -> None:
        """Store that a run failed, with its traceback; a later success takes the row away."""
        write_whole(self.failed / f"{key}.json", canonical({**made, "key": key, "traceback": trace}))

    def failures(self) -> list[dict[str, Any]]:
        """Return the rows of the runs that failed, by key."""
        rows = []
        for path in sorted(self.failed.glob("*.json")):
            try:
                rows.append(json.loads(path.read_bytes()))
            except ValueError:
                rows.append({"key": path.stem, "traceback": "the row itself is damaged"})
        return rows

    def keys(self) -> Iterator[str]:
        """Yield the keys of all runs that are there, unchecked, in order."""
        yield from sorted(folder.name for folder in self.runs.iterdir() if folder.is_dir())

    def remove(self, key: str) -> None:
        """Take a run away: first out of its name, then its files."""
        away = _partial(self.root)
        away.rmdir()
        try:
            os.rename(self.runs / key, away)
        except FileNotFoundError:
            return  # another process was faster
        shutil.rmtree(away, ignore_errors=True)


def cache_folder() -> Path:
    """Return where fields are kept: SCHOUW_CACHE, else the user's cache folder."""
    if named := os.environ.get("SCHOUW_CACHE"):
        return Path(named)
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named) / "schouw"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "schouw"
    if os.name == "nt" and (named := os.environ.get("LOCALAPPDATA")):
        return Path(named) / "schouw"
    return Path.home() / ".cache" / "schouw"


class FieldCache:
    """Fields of a place by content, on disk as memory-mapped arrays that all processes share.

    Args:
        root: folder of the cache; None keeps fields in memory only.
        version: what else than a part's own key the fields depend on; None: a hash of the sources that make
            them, so that changed code never answers with the fields of older code.
        in_memory: parts held in memory at most; arrays of the disk cost nothing there.
    """

    def __init__(self, root: Path | None, version: str | None = None, in_memory: int = 32) -> None:
        self.root = root / "fields" if root is not None else None
        self.version = fields_version() if version is None else version
        self.in_memory = in_memory
        self.made: list[str] = []  # parts computed here, for who asks whether the cache was of use
        self._held: OrderedDict[str, Arrays] = OrderedDict()

    def remember(self, part: str, key: str, make: Callable[[], Arrays]) -> Arrays:
        """Return the arrays of a part, from memory, from disk, or made now and kept for the next time.

        Arrays of the disk are copied where they are written to: the disk and other processes never change.
        """
        name = sha256(f"{self.version}\n{part}\n{key}".encode()).hexdigest()[:KEY_LENGTH]
        if name in self._held:
            self._held.move_to_end(name)
            return self._held[name]
        arrays = self._load(part, name)
        if arrays is None:
            arrays = make()
            self.made.append(part)
            arrays = self._keep(part, name, arrays)
        self._held[name] = arrays
        while len(self._held) > self.in_memory:
            self._held.popitem(last=False)
        return arrays

    def without_writing(self, in_memory: int = 32) -> "FieldCache":
        """Return a cache that reads the same folder but writes nothing: for fields that are used once."""
        return _ReadingCache(self, in_memory)

    def _load(self, part: str, name: str) -> Arrays | None:
        if self.root is None:
            return None
        folder = self.root / part / name
        if not folder.is_dir():
            return None
        try:
            manifest = _read_manifest(folder)
            arrays = {Path(file).stem: _map(folder / file) for file in manifest["files"]}
            os.utime(folder / MANIFEST)
        except (DamagedRunError, OSError, ValueError) as error:
            _LOG.warning("cached fields are damaged and will be computed again: %s", error)
            shutil.rmtree(folder, ignore_errors=True)
            return None
        return arrays

    def _keep(self, part: str, name: str, arrays: Arrays) -> Arrays:
        """Write arrays and return them as memory maps; a cache that cannot be written stops nobody."""
        if self.root is None:
            return arrays
        try:
            (self.root / part).mkdir(parents=True, exist_ok=True)
            folder = _partial(self.root)
            for array_name, array in arrays.items():
                np.save(folder / f"{array_name}.npy", array, allow_pickle=False)
            _publish(folder, self.root / part / name, {"part": part})
            _prune(self.root, FIELDS_LIMIT_BYTES)
        except OSError as error:
            _LOG.warning("fields could not be kept for the next run: %s", error)
            return arrays
        return self._load(part, name) or arrays


class _ReadingCache(FieldCache):
    def __init__(self, other: FieldCache, in_memory: int) -> None:
        super().__init__(None, other.version, in_memory)
        self._other = other

    def _load(self, part: str, name: str) -> Arrays | None:
        held = self._other._held.get(name)
        return held if held is not None else self._other._load(part, name)


def _map(path: Path) -> NDArray[Any]:
    """Return an array of a file, mapped copy-on-write, so that compiled code sees an ordinary array."""
    if path.stem in READ_WHOLE:
        return np.asarray(np.load(path, allow_pickle=False))
    try:
        return np.asarray(np.load(path, mmap_mode="c", allow_pickle=False))
    except ValueError:  # nothing to map in an empty array
        return np.asarray(np.load(path, allow_pickle=False))


def _prune(root: Path, limit: int) -> None:
    """Take away the parts unused for longest until at most ``limit`` bytes are left."""
    found = []
    for manifest in root.glob(f"*/*/{MANIFEST}"):
        size = sum(file.stat().st_size for file in manifest.parent.iterdir())
        found.append((manifest.stat().st_mtime, size, manifest.parent))
    total = sum(size for _, size, _ in found)
    for _, size, folder in sorted(found)[:-1]:
        if total <= limit:
            break
        shutil.rmtree(folder, ignore_errors=True)
        total -= size
