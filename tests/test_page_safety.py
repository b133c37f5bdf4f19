"""Gates on the code of the explorer: nothing that runs what users bring (F19), filters in bounded time (F21), one
queue that survives its server (F23)."""

import ast
import time
from pathlib import Path

import pytest

from dashboard.address import read_address
from dashboard.own import read_own
from dashboard.recordings import Recordings
from dashboard.shelf import Shelf
from dashboard.tray import base_of
from scenarios.queue import Queue

ROOT = Path(__file__).parents[1]
ROOMS = ("model", "scenarios", "calibration", "dashboard", "schouw")
NEVER = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
CALLS = {"eval", "exec", "compile", "__import__"}


@pytest.mark.parametrize("room", ROOMS)
def test_f19_nothing_of_ours_runs_what_users_bring(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            found = {name.partition(".")[0] for name in names} & NEVER
            assert not found, f"{path}: {found}"
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name):
                    assert node.func.id not in CALLS, f"{path}, line {node.lineno}"
                for word in node.keywords:
                    value = word.value
                    unsafe = word.arg in ("allow_pickle", "shell") and isinstance(value, ast.Constant) and value.value
                    assert not unsafe, f"{path}, line {node.lineno}"


def test_f21_whatever_stands_in_an_address_is_read_in_a_moment(tmp_path: Path) -> None:
    layout, began = base_of("halte").layout, time.perf_counter()
    for text in ("a" * 100_000, "." * 50_000, "(a+)+$" * 5000, "~".join(["c,0,1,1,1"] * 20_000), "%" * 30_000):
        address = read_address(f"/{text}", f"?station={text}&own={text}&{text}={text}")
        read_own(address.chosen.get("own", text), layout)
        assert Shelf().open(text) is None
        assert Recordings(tmp_path).find(text) is None
    assert time.perf_counter() - began < 1.0


def test_f23_a_queue_of_an_earlier_version_is_brought_up_and_nothing_is_lost(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    key = queue.submit("halte", ["name: a\n"], {"en": "a"}, days=5)
    with queue._open() as connection:
        connection.execute("alter table jobs drop column kind")
    again = Queue(tmp_path).job(key)
    assert again is not None
    assert again.kind == "study"
    assert Queue(tmp_path).take() is not None
    assert Queue(tmp_path).enrol(1)  # the one who had taken it is gone: it waits again
    job = Queue(tmp_path).job(key)
    assert job is not None
    assert job.state == "waiting"
