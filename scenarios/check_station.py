"""All faults of a station folder: form, references, and what only its floor tells."""

from pathlib import Path

from scenarios.check_place import place_faults
from scenarios.draft import Draft, read_draft
from scenarios.faults import Fault
from scenarios.references import reference_faults


def check_station(folder: Path) -> list[Fault]:
    """Return all faults of a station folder; those of the floor only when its drawing is sound in form."""
    return draft_faults(read_draft(folder))


def draft_faults(draft: Draft) -> list[Fault]:
    """Return all faults of a draft, its own included."""
    faults = [*draft.faults, *reference_faults(draft)]
    bad_drawing = any(fault.file == draft.layout_file for fault in faults)
    if draft.station is not None and not bad_drawing:
        faults.extend(place_faults(draft.layout(), draft.pieces.levels, draft.layout_file))
    return faults
