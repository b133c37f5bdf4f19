"""Starts the worker of the queue; apart from it, so that the page need not import what runs a model."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from dashboard.shelf import MADE
from scenarios.queue import Queue

LOG: Final = "worker.log"


def start(results: Path) -> None:
    """Start a worker as a process of its own, unless one is at work; it outlives the page."""
    if Queue(results / MADE).worked_on():
        return
    (results / MADE).mkdir(parents=True, exist_ok=True)
    with (results / MADE / LOG).open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "dashboard.worker", str(results.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
