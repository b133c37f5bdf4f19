"""Runs a study for a file that ships: what is missing of it, and its table."""

from pathlib import Path

from scenarios.design import Design
from scenarios.safe_files import write_whole


def run_study(text: str, folder: Path, workers: int | None) -> tuple[Design, Path]:
    """Write a study file in a folder, run what is missing of it, and tell how far it is on the screen.

    Args:
        text: of the study file; folder: of its runs; workers: processes, one a core when None.

    Returns:
        Its design and the path of its table.

    Raises:
        StationFileError: the file says what cannot be studied.
        StudyError: results cannot be stored.
    """
    from scenarios.design_study import DesignStudy
    from scenarios.running import open_runners
    from scenarios.study_file import read_study
    from scenarios.study_table import write_table

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "study.yaml"
    write_whole(file, text)
    with open_runners(workers, None, None) as runners:
        study = DesignStudy(read_study(file), out=folder, version=runners.version)
        with runners.of(study.work) as runner:
            for step in study.run(runner):
                print(f"\r{folder.name}: {step.done}/{study.total}", end="", flush=True)
            print()
    return study.design, write_table(study)
