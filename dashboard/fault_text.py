"""Faults of an uploaded file in the language of the page: files are read in English, readers get theirs."""

import re
from typing import Final

from dashboard.figures.numbers import Language

# what faults are made of (calibration/monitor.py, scenarios/plain_files.py, scenarios/faults.py), longest first
_DUTCH: Final = {
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
