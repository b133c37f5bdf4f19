"""Studies that wait to be run: one small database, read and written by whoever asks and by the one who works.

The days themselves lie in the store of results, as those of the command line do; a row here only says what was asked,
how far it is and what went wrong. Nothing is lost when a process dies: a row that says it runs while nobody works on it
waits again.
"""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

State = Literal["waiting", "running", "done", "stopped", "failed"]
Kind = Literal["study", "fit"]
FILE: Final = "queue.sqlite"
MOST_OPEN: Final = 100  # studies that may wait or run at once
MOST_OPEN_OF_ONE: Final = 40  # of one person
MOST_TEXT: Final = 800_000  # letters of all scenario files of a study
ALIVE_S: Final = 15.0  # a worker that has not been heard of for longer is gone
KEY_BYTES: Final = 16
_OPEN: Final = ("waiting", "running")
_SCHEMA: Final = """
create table if not exists jobs (
  id text primary key, owner text not null, station text not null, texts text not null, title text not null,
  days integer not null, draws integer not null, state text not null, phase text not null default '',
  done integer not null default 0, total integer not null default 0, seconds_left real, told text not null default '',
  failed integer not null default 0, created real not null, started real, ended real, stop integer not null default 0,
  kind text not null default 'study');
create table if not exists worker (one integer primary key check (one = 1), pid integer not null, beat real not null);
"""
_COLUMNS: Final = (
    "id",
    "owner",
    "station",
    "texts",
    "title",
    "days",
    "draws",
    "state",
    "phase",
    "done",
    "total",
    "seconds_left",
    "told",
    "failed",
    "created",
    "started",
    "ended",
    "stop",
    "kind",
)


class QueueFullError(RuntimeError):
    """More studies wait than may."""


@dataclass(frozen=True)
class Job:
    """One study in the queue.

    Attributes:
        id: also the key under which its result is shelved.
        owner: who asked; empty where there is no login.
        station: name of a shipped station; texts: its scenario files; title: by language.
        days, draws: what was asked.
        phase, done, total, seconds_left: how far it is.
        told: why it failed; failed: runs of it that did.
        created, started, ended: seconds since 1970.
        kind: a study of scenarios, or a fit: then the texts are its file and its monitor.
    """

    id: str
    owner: str
    station: str
    texts: tuple[str, ...]
    title: dict[str, str]
    days: int
    draws: int
    state: State
    phase: str
    done: int
    total: int
    seconds_left: float | None
    told: str
    failed: int
    created: float
    started: float | None
    ended: float | None
    stop: bool
    kind: Kind = "study"

    @property
    def open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in _OPEN


def _job(row: Sequence[Any]) -> Job:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["texts"], values["title"] = tuple(json.loads(values["texts"])), json.loads(values["title"])
    return Job(**{**values, "stop": bool(values["stop"])})


def _bring_up(connection: sqlite3.Connection) -> None:
    """Give a queue of an earlier version the columns that it lacks."""
    there = {row[1] for row in connection.execute("pragma table_info(jobs)")}
    if "kind" not in there:
        connection.execute("alter table jobs add column kind text not null default 'study'")


class Queue:
    """The queue under one folder. Several processes may use it at once.

    Args:
        root: folder of the database; made when it is first written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.root.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.root / FILE, timeout=10.0, isolation_level=None)) as connection:
            connection.execute("pragma journal_mode=wal")
            connection.executescript(_SCHEMA)
            _bring_up(connection)
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")

    def _rows(self, where: str = "1", *values: Any) -> tuple[Job, ...]:
        if not (self.root / FILE).is_file():
            return ()
        with closing(sqlite3.connect(self.root / FILE, timeout=10.0)) as connection:
            connection.executescript(_SCHEMA)
            _bring_up(connection)
            found = connection.execute(f"select {', '.join(_COLUMNS)} from jobs where {where}", values).fetchall()
        return tuple(_job(row) for row in found)

    # who asks

    def submit(
        self,
        station: str,
        texts: Sequence[str],
        title: dict[str, str],
        *,
        days: int,
        draws: int = 0,
        owner: str = "",
        kind: Kind = "study",
    ) -> str:
        """Put a study into the queue and return its id; the same question that is still open is not put in twice.

        Raises:
            QueueFullError: too many wait already.
            ValueError: the files are longer than any study needs.
        """
        packed = json.dumps(list(texts), ensure_ascii=False)
        if len(packed) > MOST_TEXT:
            raise ValueError("the scenario files are too long")
        with self._open() as connection:
            same = connection.execute(
                "select id from jobs where station = ? and texts = ? and days = ? and draws = ? and state in (?, ?)",
                (station, packed, days, draws, *_OPEN),
            ).fetchone()
            if same is not None:
                return str(same[0])
            count = "select count(*) from jobs where state in (?, ?)"
            if connection.execute(count, _OPEN).fetchone()[0] >= MOST_OPEN:
                raise QueueFullError(f"{MOST_OPEN} studies wait already")
            if connection.execute(f"{count} and owner = ?", (*_OPEN, owner)).fetchone()[0] >= MOST_OPEN_OF_ONE:
                raise QueueFullError(f"{MOST_OPEN_OF_ONE} studies of one person wait already")
            key = secrets.token_hex(KEY_BYTES)
            connection.execute(
                "insert into jobs (id, owner, station, texts, title, days, draws, state, created, kind) "
                "values (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
                (key, owner, station, packed, json.dumps(title, ensure_ascii=False), days, draws, time.time(), kind),
            )
            return key

    def jobs(self) -> tuple[Job, ...]:
        """Return all studies: those that run, then those that wait in the order of their turn, then the newest."""
        order = {"running": 0, "waiting": 1}
        return tuple(
            sorted(
                self._rows(), key=lambda j: (order.get(j.state, 2), j.created if j.open else -(j.ended or j.created))
            )
        )

    def job(self, key: str) -> Job | None:
        """Return a study by its id."""
        return next(iter(self._rows("id = ?", key)), None)

    def open_count(self) -> int:
        """Return how many wait or run."""
        return len(self._rows("state in (?, ?)", *_OPEN))

    def stop(self, key: str) -> None:
        """Ask that a study be stopped: at once when it waits, after the day under way when it runs."""
        with self._open() as connection:
            connection.execute(
                "update jobs set state = 'stopped', ended = ? where id = ? and state = 'waiting'", (time.time(), key)
            )
            connection.execute("update jobs set stop = 1 where id = ? and state = 'running'", (key,))

    def resume(self, key: str) -> None:
        """Let a study that was stopped or failed wait for its turn again; its finished days are kept."""
        with self._open() as connection:
            connection.execute(
                "update jobs set state = 'waiting', stop = 0, told = '', failed = 0, ended = null "
                "where id = ? and state in ('stopped', 'failed')",
                (key,),
            )

    # who works

    def enrol(self, pid: int) -> bool:
        """Take the one place of the worker; False when another is at work. What it left running waits again."""
        now = time.time()
        with self._open() as connection:
            other = connection.execute("select pid, beat from worker where one = 1").fetchone()
            if other is not None and other[0] != pid and now - other[1] < ALIVE_S:
                return False
            connection.execute("insert or replace into worker values (1, ?, ?)", (pid, now))
            connection.execute("update jobs set state = 'waiting' where state = 'running'")
            return True

    def beat(self, pid: int) -> bool:
        """Say that the worker lives; False when its place has been taken."""
        with self._open() as connection:
            done = connection.execute("update worker set beat = ? where one = 1 and pid = ?", (time.time(), pid))
            return done.rowcount == 1

    def leave(self, pid: int) -> None:
        """Give the place up."""
        with self._open() as connection:
            connection.execute("delete from worker where one = 1 and pid = ?", (pid,))

    def worked_on(self) -> bool:
        """Return whether a worker has been heard of a moment ago."""
        if not (self.root / FILE).is_file():
            return False
        with self._open() as connection:
            row = connection.execute("select beat from worker where one = 1").fetchone()
        return row is not None and time.time() - row[0] < ALIVE_S

    def take(self) -> Job | None:
        """Return the next study and call it running: of whoever was served longest ago, the oldest."""
        with self._open() as connection:
            row = connection.execute(
                f"select {', '.join(_COLUMNS)} from jobs where state = 'waiting' order by "
                "(select coalesce(max(other.started), 0) from jobs as other where other.owner = jobs.owner), created "
                "limit 1"
            ).fetchone()
            if row is None:
                return None
            connection.execute("update jobs set state = 'running', started = ? where id = ?", (time.time(), row[0]))
        return _job(row)

    def tell(self, key: str, phase: str, done: int, total: int, seconds_left: float | None, failed: int) -> bool:
        """Say how far a study is; True when it is to stop."""
        with self._open() as connection:
            connection.execute(
                "update jobs set phase = ?, done = ?, total = ?, seconds_left = ?, failed = ? where id = ?",
                (phase, done, total, seconds_left, failed, key),
            )
            row = connection.execute("select stop from jobs where id = ?", (key,)).fetchone()
        return row is None or bool(row[0])

    def end(self, key: str, state: State, told: str = "") -> None:
        """Say how a study ended."""
        with self._open() as connection:
            connection.execute(
                "update jobs set state = ?, told = ?, ended = ?, seconds_left = null, stop = 0 where id = ?",
                (state, told, time.time(), key),
            )
