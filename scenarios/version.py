"""Which model made a result: a changed model never answers with the runs of an older one."""

import os
import platform
from functools import lru_cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Final

MODEL: Final = Path(__file__).resolve().parent.parent / "model"


def package_version() -> str:
    """Return the version of the distribution, ``0`` when it is not installed."""
    try:
        return metadata.version("schouw")
    except metadata.PackageNotFoundError:
        return "0"


def _hash_of(places: tuple[str, ...]) -> str:
    """Return a hash of Python files of the model, single ones or all below a folder, by name and content."""
    total = sha256()
    for place in places:
        here = MODEL / place
        for path in sorted(here.rglob("*.py")) if here.is_dir() else [here]:
            total.update(path.relative_to(MODEL).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


@lru_cache(maxsize=1)
def build() -> str:
    """Return what decides the last bits of a float: processor and versions of what compiles.

    Pairs are run by one build; results of another machine are computed again rather than mixed.
    """
    from llvmlite import binding  # type: ignore[import-untyped]

    machine = f"{platform.system()} {platform.machine()} {binding.get_host_cpu_name()}"
    python = ".".join(platform.python_version_tuple()[:2])
    libraries = " ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "numba", "llvmlite"))
    return f"{machine}, python {python}, {libraries}"


@lru_cache(maxsize=1)
def model_version() -> str:
    """Return package version, hash of the model's sources and build: part of the key of every run."""
    return f"schouw {package_version()}, model {_hash_of(('',))}, {build()}"


@lru_cache(maxsize=1)
def sources_version() -> str:
    """Return a hash of the model's sources alone: what is learned from means holds on any machine."""
    return _hash_of(("",))


@lru_cache(maxsize=1)
def fields_version() -> str:
    """Return a hash of the code that computes fields, and the build: part of the key of every field."""
    return f"{_hash_of(('inputs', 'world', 'kernels', 'parameters.py'))}, {build()}"


@lru_cache(maxsize=1)
def kernels_version() -> str:
    """Return a hash of the compiled code and the build: tells whether it was compiled before."""
    return sha256(f"{_hash_of(('kernels',))}, {build()}, {os.name}".encode()).hexdigest()[:16]
