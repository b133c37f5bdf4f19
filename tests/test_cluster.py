"""The same study on a cluster of dask, and a file for a job system: equal bytes, or clear words."""

import builtins
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scenarios.cluster import DaskRunner, connect
from scenarios.cluster_jobs import job_script, read_jobs
from scenarios.design_study import DesignStudy
from scenarios.faults import StationFileError
from scenarios.run import Serial, WorkersError
from scenarios.running import open_runners
from scenarios.study_file import read_study
from schouw.command import app
from schouw.studying import carry_out
from tests import fake_model

FILE = "name: s\nstation: shoebox\ndays: 3\nscenarios: [evening-patrol]\n"
SLURM = """jobs: 3
jobqueue:
  slurm:
    cores: 4
    processes: 4
    memory: 16GB
    walltime: "02:00:00"
    queue: normal
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "s.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def study(file: Path, out: Path, **changes: Any) -> DesignStudy:
    wanted = {"run_day": fake_model.run_day, "world": fake_model.fake_world, "cache": out / "cache", **changes}
    return DesignStudy(read_study(file), out=out, **wanted)


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_f3_a_cluster_gives_the_same_bytes_also_when_a_worker_dies(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOUW_TEST_MARK", str(tmp_path / "mark"))
    serial = study(file, tmp_path / "serial")
    whole = carry_out(serial, Serial(serial.work)).read_bytes()
    with connect(None, 1) as cluster:
        far = study(file, tmp_path / "far", version=cluster.version, run_day=fake_model.die_once_on_day_2)
        assert carry_out(far, cluster.runner(far.work)).read_bytes() == whole
        assert (tmp_path / "mark").exists()
        assert far.failures == 0
        address = cluster.client.scheduler.address
        with open_runners(None, None, address) as runners:  # the same scheduler by its address
            near = study(file, tmp_path / "near", version=runners.version, run_day=fake_model.fail_on_day_3)
            runner = runners.of(near.work)
            assert isinstance(runner, DaskRunner)
            carry_out(near, runner)
            assert near.failures == 1
            assert "a lamp burst" in near.store.failures()[0]["traceback"]
        other = study(file, tmp_path / "other", version="another model")
        with cluster.runner(other.work) as runner:
            outcomes = list(runner.run(other.tasks()))
        assert {outcome.state for outcome in outcomes} == {"failed"}
        assert "another model or machine" in outcomes[0].told


def test_nobody_at_an_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.cluster.CONNECT_S", 0.3)
    with pytest.raises(WorkersError, match="nobody answers"), open_runners(1, None, "tcp://127.0.0.1:9"):
        pass


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("distributed"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "scenarios.cluster")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(WorkersError, match=r"extra `cluster`.*schouw\[cluster\]"), open_runners(1, "dask"):
        pass


def test_a_file_for_a_job_system_becomes_its_script(tmp_path: Path) -> None:
    path = tmp_path / "slurm.yaml"
    path.write_text(SLURM, encoding="utf-8")
    system, options, jobs = read_jobs(path)
    assert (system, jobs, options["walltime"]) == ("slurm", 3, "02:00:00")
    script = job_script(path)
    assert "#SBATCH -p normal" in script
    assert "#SBATCH -t 02:00:00" in script
    assert "export NUMBA_NUM_THREADS=1" in script
    assert "--nworkers 4" in script
    shown = CliRunner().invoke(app, ["study", "any.yaml", "--cluster", str(path), "--show-job"])
    assert (shown.exit_code, "#SBATCH -p normal" in shown.stdout) == (0, True)
    with pytest.raises(WorkersError, match="sbatch is not on this machine"), open_runners(None, None, str(path)):
        pass


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("slurm", "slrum", 'did you mean "slurm"'),
        ("queue: normal", "queu: normal", 'did you mean "queue"'),
        ("    memory: 16GB\n", "", "memory: is missing"),
        ("jobs: 3", "jobs: many", "is not a number of jobs"),
        ("jobs: 3", "job: 3", "unknown field"),
        ("jobqueue:", "jobqueue: 3\nx:", "does not name one job system"),
    ],
)
def test_what_is_wrong_with_a_file_for_a_job_system_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "slurm.yaml"
    path.write_text(SLURM.replace(old, new), encoding="utf-8")
    with pytest.raises(StationFileError) as found:
        read_jobs(path)
    assert told in str(found.value)
