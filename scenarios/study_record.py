"""What a study leaves beside its runs: ``asked.json``, which runs it again, and ``made.json``, how it was made."""

import json
import shutil
from pathlib import Path
from typing import Any, Final

from scenarios.design import TABLE
from scenarios.design_study import DesignStudy
from scenarios.faults import StudyError
from scenarios.safe_files import canonical, checksum, write_whole

ASKED: Final = "asked.json"
MADE: Final = "made.json"
DRAWS: Final = "draws.parquet"
FORMAT: Final = 1


def write_asked(study: DesignStudy) -> None:
    """Keep what was asked, complete in itself: ``schouw study`` runs it again from this file alone.

    Raises:
        OSError: the disk refuses.
    """
    plain = dict(study.asked.plain)
    study.out.mkdir(parents=True, exist_ok=True)
    if isinstance(draws := plain.get("draws"), str):
        if Path(draws) != (study.out / DRAWS).resolve():
            shutil.copyfile(draws, study.out / DRAWS)
        plain["draws"] = DRAWS
    write_whole(study.out / ASKED, canonical(plain))


def write_made(study: DesignStudy, table: Path) -> None:
    """Keep how the table was made, with its checksum.

    Raises:
        OSError: the disk refuses.
    """
    record = {
        "format": FORMAT,
        "name": study.asked.name,
        "asked": checksum((study.out / ASKED).read_bytes()),
        "version": study.work.version,
        "points": len(study.design),
        "runs": study.total,
        "failed": study.failures,
        "table": {TABLE: checksum(table.read_bytes())},
    }
    write_whole(study.out / MADE, canonical(record))


def made_before(folder: Path) -> dict[str, Any]:
    """Return how the study in a folder was made, empty when there is none.

    Raises:
        StudyError: by a version of schouw that writes other files.
    """
    try:
        found = json.loads((folder / MADE).read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    if found.get("format") != FORMAT:
        raise StudyError(
            f"{folder} holds a study of another version of schouw ({found.get('version', 'unknown')}); "
            "choose another folder, or run that version"
        )
    return found


def checked_table(folder: Path) -> Path:
    """Return the path of the table of a finished study, as it was written.

    Raises:
        StudyError: there is none, it has changed since, or another version of schouw wrote it.
    """
    table, made = folder / TABLE, made_before(folder)
    if not made:
        raise StudyError(f"{folder} holds no finished study: run `schouw study` first")
    try:
        same = checksum(table.read_bytes()) == made["table"][TABLE]
    except (OSError, KeyError, TypeError):
        same = False
    if not same:
        raise StudyError(f"{table} is not as it was written: the same `schouw study` writes it anew from its runs")
    return table
