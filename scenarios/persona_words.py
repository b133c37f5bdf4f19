"""A persona in words, as on the command line: ``woman,22,alone`` or ``vrouw,22,alleen``."""

from typing import Any, Final

from model.day.personas import Persona
from scenarios.faults import Fault, StationFileError, nearest, shown

# word -> (trait, value); English, then Dutch
WORDS: Final[dict[str, tuple[str, Any]]] = {
    "woman": ("gender", "woman"), "man": ("gender", "man"), "other": ("gender", "other"),
    "alone": ("alone", True), "company": ("alone", False),
    "regular": ("regular", True), "sporadic": ("regular", False),
    "familiar": ("familiar", True), "unfamiliar": ("familiar", False),
    "walking": ("mobility", "walking"), "limited": ("mobility", "limited"), "wheelchair": ("mobility", "limited"),
    "vrouw": ("gender", "woman"), "anders": ("gender", "other"),
    "alleen": ("alone", True), "samen": ("alone", False),
    "regelmatig": ("regular", True), "incidenteel": ("regular", False),
    "bekend": ("familiar", True), "onbekend": ("familiar", False),
    "lopend": ("mobility", "walking"), "beperkt": ("mobility", "limited"), "rolstoel": ("mobility", "limited"),
}  # fmt: skip
DEFAULT: Final = {"gender": "woman", "age": 30.0}
YOUNGEST: Final = 5
OLDEST: Final = 110


def parse_persona(text: str, option: str = "--persona") -> Persona:
    """Return the persona of comma-separated words; what is not told is a woman of 30, alone, who travels often.

    Raises:
        StationFileError: unknown words, an age that nobody has, or two words for one trait; all at once.
    """
    traits: dict[str, Any] = dict(DEFAULT)
    given: dict[str, str] = {}
    faults = []
    for word in (part.strip().casefold() for part in text.split(",")):
        if word.isdecimal():
            trait, value = "age", float(word) if len(word) < len(str(OLDEST)) + 1 else float("inf")
            if not YOUNGEST <= value <= OLDEST:
                message = f"{shown(word)} is no age from {YOUNGEST} to {OLDEST}"
                faults.append(Fault(option, "", "age", message))
        elif word in WORDS:
            trait, value = WORDS[word]
        else:
            message = f'"{shown(word)}" is not a word of a persona'
            known = nearest(word, WORDS) or f"valid: {', '.join(WORDS)},"
            faults.append(Fault(option, "", "", message, f"{known} or an age in years"))
            continue
        if trait in given and traits[trait] != value:
            faults.append(Fault(option, "", trait, f'"{shown(word)}" contradicts "{shown(given[trait])}"'))
        traits[trait], given[trait] = value, word
    if faults:
        raise StationFileError(faults)
    return Persona(**traits)
