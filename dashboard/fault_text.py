"""Faults of files and measures in the language of the page: they are found in English, readers get theirs."""

import re
from typing import Final

from dashboard.figures.numbers import Language

# what faults are made of (calibration/monitor.py, scenarios/plain_files.py, scenarios/faults.py, and of what lies in a
# tray scenarios/conflicts.py, scenarios/measures/), longest first
_DUTCH: Final = {
    "nobody without a camera is on duty": "er heeft niemand dienst die nog geen camera draagt",
    "there is no row of gates that stands open": "er is geen rij poortjes die openstaat",
    "one takes away what the other changes": "de ene haalt weg wat de andere verandert",
    "there is no camera to look through": "er is geen camera om door te kijken",
    "there is no lamp that could be brighter": "er is geen lamp die feller kan",
    "there is no camera without a sign": "er is geen camera zonder bord",
    "there is no lamp to replace": "er is geen lamp om te vervangen",
    "both count, in this order": "beide tellen, in deze volgorde",
    "is what these units may do already": "mogen deze eenheden al",
    "no unit on a round is": "geen eenheid op een ronde is",
    "no unit on duty is": "geen eenheid die dienst heeft is",
    "cannot both be done to": "kunnen niet allebei gedaan worden aan",
    "undoes all that": "maakt ongedaan wat",
    "and this one": "en deze",
    "there is no shop": "er is geen winkel",
    "there is no": "er is geen",
    "owns no zone of": "bezit geen zone van",
    "acts on": "werkt in op",
    "does to": "doet aan",
    "conductor": "conducteur",
    "service": "servicepersoneel",
    "measure": "maatregel",
    "police": "politie",
    "guard": "beveiliging",
    "after": "na",
    "more": "andere",
    "and": "en",
    "is the same figure as line": "is hetzelfde cijfer als regel",
    "the first line names the columns": "de eerste regel noemt de kolommen",
    "a name, or ALL for the network": "een naam, of ALL voor het hele net",
    "is a number with too many digits": "is een getal met te veel cijfers",
    "save it as plain text in UTF-8": "sla het op als platte tekst in UTF-8",
    "is not a finite number": "is geen eindig getal",
    "is not a known column": "is geen bekende kolom",
    "is not a known word": "is geen bekend woord",
    "is neither 1 nor 0": "is geen 1 en geen 0",
    "is not a number": "is geen getal",
    "is a column twice": "staat er twee keer als kolom",
    "holds a NUL byte": "bevat een NUL-byte",
    "save it as UTF-8": "sla het op als UTF-8",
    "holds no figure": "bevat geen enkel cijfer",
    "has more than": "heeft meer dan",
    "the header has": "de kop heeft",
    "is not UTF-8": "is geen UTF-8",
    "did you mean": "bedoelde u",
    "lies outside": "ligt buiten",
    "is told in": "wordt verteld in",
    "is not CSV": "is geen CSV",
    "is missing": "ontbreekt",
    "is UTF-16": "is UTF-16",
    "is empty": "is leeg",
    "columns:": "kolommen:",
    "columns": "kolommen",
    "not in": "niet in",
    "valid:": "geldig:",
    "cells": "cellen",
    "line": "regel",
    "has": "heeft",
    "to": "tot",
}
_ANY: Final = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, _DUTCH)) + r")(?![\w-])")


def fault_in(text: str, language: Language) -> str:
    """Return a fault in a language; what stands in quotation marks is the file's own and stays as it is."""
    if language == "en":
        return text
    parts = text.split('"')
    parts[::2] = [_ANY.sub(lambda found: _DUTCH[found[1]], part) for part in parts[::2]]
    return '"'.join(parts)
