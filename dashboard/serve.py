"""Starts the explorer on a port of this machine."""

from pathlib import Path
from typing import Final

from dashboard.app import make_app
from dashboard.helper import Helper
from dashboard.launch import start
from dashboard.pages.page import Site
from dashboard.recordings import FOLDER, Recordings
from dashboard.shelf import MADE, Shelf
from scenarios.queue import Queue

HOST: Final = "127.0.0.1"
PORT: Final = 8050
THREADS: Final = 8
CONNECTIONS: Final = 200


def make_site(results: Path) -> Site:
    """Return all that the pages read from.

    Args:
        results: folder in which the studies of this machine lie.
    """
    queue = Queue(results / MADE)
    if queue.open_count():
        start(results)  # what was under way when the page was last closed goes on
    return Site(
        shelf=Shelf(results / MADE),
        queue=queue,
        start=lambda: start(results),
        helper=Helper(),
        recordings=Recordings(results / MADE / FOLDER),
    )


def serve(site: Site, host: str, port: int) -> None:
    """Serve until the process is told to end.

    Raises:
        OSError: the port is taken.
    """
    import waitress

    app = make_app(site)
    waitress.serve(
        app.server,
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        ident="schouw",
        channel_timeout=60,
    )
