"""Starts the explorer on a port of this machine."""

import ctypes
import itertools
import logging
import threading
from pathlib import Path
from typing import Final

from dashboard.address import Address
from dashboard.app import body_of, make_app
from dashboard.figures.numbers import LANGUAGES
from dashboard.helper import Helper
from dashboard.instant import emulator_of
from dashboard.launch import start
from dashboard.login import Login
from dashboard.pages.map_card import LAYERS
from dashboard.pages.page import Site
from dashboard.recordings import FOLDER, Recordings
from dashboard.security import MOST_BYTES, is_local
from dashboard.shelf import MADE, Shelf
from scenarios.queue import Queue

HOST: Final = "127.0.0.1"
PORT: Final = 8050
THREADS: Final = 8
CONNECTIONS: Final = 200
_PATIENCE_S: Final = 5.0
_GIVE_BACK_S: Final = 60.0
_ARENA_MAX: Final = -8  # of mallopt: how many heaps the threads share
_HEAPS: Final = 1  # each heap has holes of its own; threads of a server of Python hardly ever ask at once
_OWN_PAGES: Final = -3  # of mallopt: from how many bytes on a block has pages of its own, given back when freed
_OWN_PAGES_BYTES: Final = 256 * 1024  # set, for else it rises to 32 MB with the largest block that was freed


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
        made=results / MADE,
    )


def warm(site: Site, over: threading.Event | None = None) -> None:
    """Open what the first reader will ask for, and draw it, so that nobody waits for it.

    Args:
        site: whose shipped studies are drawn.
        over: when it is set no more is drawn: the server ends.
    """
    pages = (("explore", {}), ("compare", {}), *(("compare", {"layer": layer}) for layer in LAYERS))
    for entry in site.shelf.entries():
        if not entry.shipped or (study := site.shelf.open(entry.key)) is None:
            continue
        for (page, chosen), language in itertools.product(pages, LANGUAGES):
            if over is not None and over.is_set():
                return
            body_of(Address(page, language, {"station": study.station, **chosen}), site)
        if (emulator := emulator_of(study.station)) is not None:
            for process in emulator.outcomes.values():
                _ = process.checked


def look_after_memory() -> ctypes.CDLL | None:
    """Keep freed memory in one heap and give large blocks back; return the C library, None where it is another."""
    try:
        library = ctypes.CDLL("libc.so.6")
        _ = library.malloc_trim, library.mallopt
    except (OSError, AttributeError):
        return None
    library.mallopt(_ARENA_MAX, _HEAPS)
    library.mallopt(_OWN_PAGES, _OWN_PAGES_BYTES)
    return library


def give_back(library: ctypes.CDLL, over: threading.Event) -> None:
    """Give freed memory back to the machine now and then, until the server ends.

    What pages are made of lies scattered over the memory; the C library would keep the holes, and more of them by the
    hour.
    """
    while not over.wait(_GIVE_BACK_S):
        library.malloc_trim(0)


def serve(site: Site, host: str, port: int, login: Login | None, results: Path) -> None:
    """Serve until the process is told to end; others than this machine only with a login.

    Raises:
        OSError: the port is taken.
    """
    import waitress

    library = look_after_memory()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that somebody waits a moment is no news
    app = make_app(site, local=is_local(host), login=login, folder=results / MADE)
    over = threading.Event()
    warming = threading.Thread(target=warm, args=(site, over), daemon=True)
    warming.start()
    if library is not None:
        threading.Thread(target=give_back, args=(library, over), daemon=True).start()
    try:
        waitress.serve(
            app.server,
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            ident="schouw",
            channel_timeout=60,
            max_request_body_size=MOST_BYTES,
            expose_tracebacks=False,
        )
    finally:
        over.set()
        warming.join(_PATIENCE_S)  # a thread that still draws while Python ends may end badly
        if site.helper is not None:
            site.helper.close()
