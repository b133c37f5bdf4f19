"""A file for dask-jobqueue: which job system is asked for workers, and with what; as its own jobqueue.yaml.

jobs: 8
jobqueue:
  slurm:
    cores: 4
    processes: 4
    memory: 16GB
    walltime: "02:00:00"
    queue: normal
"""

import inspect
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from scenarios.faults import Fault, StationFileError, nearest, shown
from scenarios.plain_files import read_yaml
from scenarios.run import NEEDS_EXTRA, ONE_THREAD, WorkersError

SYSTEMS: Final = {
    "htcondor": "HTCondorCluster",
    "lsf": "LSFCluster",
    "moab": "MoabCluster",
    "oar": "OARCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
    "slurm": "SLURMCluster",
}
MOST_JOBS: Final = 10_000
NEEDED: Final = ("cores", "memory")


def read_jobs(path: Path) -> tuple[str, dict[str, Any], int]:
    """Return the job system, its options and the number of jobs of a file.

    Raises:
        StationFileError: with all faults of the file.
    """
    file = str(path)
    yaml = read_yaml(path)
    value = yaml.value
    systems = value.get("jobqueue") if isinstance(value, dict) else None
    if not isinstance(systems, dict) or len(systems) != 1:
        remedy = f"`jobs: 8`, then `jobqueue:` with one of {', '.join(SYSTEMS)} and its options"
        raise StationFileError([Fault(file, "", "jobqueue", "does not name one job system", remedy)])
    ((system, options),) = systems.items()
    faults = [
        Fault(file, "", key, "unknown field", "valid: jobs, jobqueue")
        for key in value
        if key not in ("jobs", "jobqueue")
    ]
    jobs = value.get("jobs", 1)
    if not isinstance(jobs, int) or isinstance(jobs, bool) or not 1 <= jobs <= MOST_JOBS:
        faults.append(Fault(file, "", "jobs", f"{shown(jobs)} is not a number of jobs", f"1 to {MOST_JOBS}"))
    if system not in SYSTEMS:
        where = f"line {yaml.lines.get(('jobqueue', system), 0)}"
        faults.append(Fault(file, where, "jobqueue", f'"{shown(system)}" is no job system', nearest(system, SYSTEMS)))
    elif not isinstance(options, dict):
        faults.append(Fault(file, "", f"jobqueue.{system}", "has no options", "cores, memory, walltime, queue"))
    else:
        faults += _option_faults(file, yaml.lines, system, options)
    if faults:
        raise StationFileError(faults)
    return system, {key.replace("-", "_"): option for key, option in options.items()}, int(jobs)


def _option_faults(file: str, lines: Any, system: str, options: dict[str, Any]) -> list[Fault]:
    known = _known_options(system)
    faults = []
    for key in options:
        if key.replace("-", "_") not in known:
            where = f"line {lines.get(('jobqueue', system, key), 0)}"
            faults.append(Fault(file, where, f"jobqueue.{system}.{key}", "unknown option", nearest(key, known)))
    for key in NEEDED:
        if key not in options:
            faults.append(Fault(file, "", f"jobqueue.{system}.{key}", "is missing", f"{key} of one job"))
    return faults


def _known_options(system: str) -> set[str]:
    """Return the options that a job system of dask-jobqueue takes."""
    cluster = _class(system)
    takes: set[str] = set()
    for kind in (cluster, cluster.job_cls):
        for base in kind.__mro__:
            if base.__module__.startswith("dask_jobqueue"):
                takes |= set(inspect.signature(base.__init__).parameters)
    return takes - {
        "self",
        "args",
        "kwargs",
        "job_kwargs",
        "base_class_kwargs",
        "job_cls",
        "loop",
        "scheduler",
        "asynchronous",
    }


def _class(system: str) -> Any:
    try:
        import dask_jobqueue
    except ImportError as error:
        raise WorkersError(NEEDS_EXTRA) from error
    return getattr(dask_jobqueue, SYSTEMS[system])


def _made(path: Path) -> tuple[Any, int]:
    system, options, jobs = read_jobs(path)
    prologue = [f"export {name}=1" for name in ONE_THREAD]
    options["job_script_prologue"] = [*options.get("job_script_prologue", []), *prologue]
    try:
        return _class(system)(**options), jobs
    except (TypeError, ValueError, RuntimeError, OSError) as error:
        raise StationFileError([Fault(str(path), "", f"jobqueue.{system}", str(error))]) from error


def job_script(path: Path) -> str:
    """Return the script that a job system would be given.

    Raises:
        StationFileError: with all faults of the file.
    """
    cluster, _ = _made(path)
    with cluster:
        return str(cluster.job_script())


@contextmanager
def job_cluster(path: Path) -> Iterator[Any]:
    """Ask a job system for workers, and give them back afterwards.

    Raises:
        StationFileError: with all faults of the file.
        WorkersError: the job system is not on this machine.
    """
    cluster, jobs = _made(path)
    with cluster:
        command = str(cluster.job_cls.submit_command).split()[0]
        if shutil.which(command) is None:
            raise WorkersError(f"--cluster {path}: {command} is not on this machine; start from a node that has it")
        cluster.scale(jobs=jobs)
        yield cluster
