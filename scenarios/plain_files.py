"""Foreign bytes to plain values: text, JSON, YAML, CSV, within limits; a named fault for what is refused.

Nothing here knows what a station is. YAML is read from parser events, so that no tag, alias or depth can do
harm and each value keeps its line.
"""

import csv
import io
import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from scenarios.faults import Fault, StationFileError, faults_of, shown

MAX_JSON_BYTES: Final = 20_000_000
MAX_YAML_BYTES: Final = 64_000  # a pure Python parser reads about 60 kB a second
MAX_CSV_BYTES: Final = 2_000_000
MAX_CSV_COLUMNS: Final = 64
MAX_DEPTH: Final = 20
MAX_DIGITS: Final = 15
MAX_FAULTS: Final = 200  # more of one sort help nobody

Path_ = tuple[str | int, ...]


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the bytes of a file of at most ``limit`` bytes; StationFileError when it cannot be read."""
    try:
        if not path.is_file():
            raise StationFileError([Fault(str(path), "", "", "there is no such file")])
        size = path.stat().st_size
        if size > limit:
            message = f"is {size:,} bytes, more than the {limit:,} that are read"
            raise StationFileError([Fault(str(path), "", "", message)])
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, StationFileError):
            raise
        raise StationFileError([Fault(str(path), "", "", f"cannot be read: {error}")]) from error


def decode(raw: bytes, file: str) -> str:
    """Return the text of UTF-8 bytes, with or without a byte order mark."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise StationFileError([Fault(file, "", "", "is UTF-16", "save it as UTF-8")])
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        raise StationFileError([Fault(file, f"line {line}", "", "holds a NUL byte", "save it as plain text in UTF-8")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise StationFileError([Fault(file, f"line {line}", "", "is not UTF-8", "save it as UTF-8")]) from None


# JSON


class _Object(dict[str, Any]):
    """A JSON object that remembers the keys that were given twice."""

    repeated: tuple[str, ...] = ()


def _pairs(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        made.repeated = tuple(sorted({name for name in names if names.count(name) > 1}))
    return made


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= MAX_DIGITS else math.inf


def parse_json(text: str, file: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        StationFileError: no JSON, NaN or Infinity, a number out of all bounds, a key given twice, too deep.
    """
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=lambda _: math.nan, parse_int=_number)
    except json.JSONDecodeError as error:
        raise StationFileError([Fault(file, f"line {error.lineno}", "", f"is not JSON: {error.msg}")]) from None
    except RecursionError:
        raise StationFileError([Fault(file, "", "", "is nested too deeply")]) from None
    faults = _json_faults(value, file)
    if faults:
        raise StationFileError(faults)
    return value


def _json_faults(value: Any, file: str) -> list[Fault]:
    faults: list[Fault] = []
    stack: list[tuple[Path_, Any]] = [((), value)]
    while stack and len(faults) < MAX_FAULTS:
        path, here = stack.pop()
        if len(path) > MAX_DEPTH:
            faults.append(Fault(file, "", _dotted(path), "is nested too deeply"))
        elif isinstance(here, dict):
            for key in getattr(here, "repeated", ()):
                faults.append(Fault(file, "", _dotted((*path, key)).strip("."), "is given twice in one object"))
            stack.extend(((*path, key), inner) for key, inner in here.items() if _may_be_wrong(path, inner))
        elif isinstance(here, list):
            stack.extend(((*path, i), inner) for i, inner in enumerate(here) if _may_be_wrong(path, inner))
        elif isinstance(here, float) and not math.isfinite(here):
            faults.append(Fault(file, "", _dotted(path), "is not a finite number"))
    return faults[::-1]


def _may_be_wrong(above: Path_, value: Any) -> bool:
    """Tell whether to look at a value: a plan holds a hundred thousand numbers and words that are in order."""
    if isinstance(value, float):
        return not math.isfinite(value) or len(above) >= MAX_DEPTH
    return isinstance(value, dict | list) or len(above) >= MAX_DEPTH


def _dotted(path: Path_) -> str:
    return ".".join(shown(part) for part in path)


# YAML


@dataclass(frozen=True)
class Yaml:
    """The value of a YAML file and the line of each path in it."""

    value: Any
    lines: dict[Path_, int]


_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def _scalar(text: str) -> Any:
    """Resolve a plain scalar by the core schema of YAML 1.2; dates and times stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ValueError("is a number with too many digits")
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise ValueError("is not a finite number")
        return number
    if text.lower().lstrip("+-") in (".inf", ".nan"):
        raise ValueError("is not a finite number")
    return text


class _Builder:
    """Builds plain values out of YAML events; a stack of open containers."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path_, int] = {}
        self.root: Any = None
        self.open: list[tuple[Path_, Any]] = []
        self.key: list[Any] = []  # the waiting key of each open mapping
        self.documents = 0

    def refuse(self, line: int, field: Path_, message: str, remedy: str = "") -> StationFileError:
        name = ".".join(shown(part) for part in field)
        return StationFileError([Fault(self.file, f"line {line}", name, message, remedy)])

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise self.refuse(line, (), "anchors and aliases are not read", "write the value out")
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.refuse(line, (), "holds more than one document")
        elif isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent):
            if getattr(event, "tag", None) is not None:
                raise self.refuse(line, (), "tags (!) are not read", "write a plain value")
            self._value(event, line)
        elif type(event).__name__ in ("SequenceEndEvent", "MappingEndEvent"):
            self.open.pop()
            self.key.pop()

    def _value(self, event: Any, line: int) -> None:
        if isinstance(event, ScalarEvent):
            try:
                value = _scalar(event.value) if event.implicit[0] else event.value
            except ValueError as error:
                raise self.refuse(line, self.open[-1][0] if self.open else (), str(error)) from None
        else:
            value = {} if isinstance(event, MappingStartEvent) else []
        path = self._put(value, line)
        if not isinstance(event, ScalarEvent) and path is not None:
            if len(self.open) >= MAX_DEPTH:
                raise self.refuse(line, (), "is nested too deeply")
            self.open.append((path, value))
            self.key.append(None)

    def _put(self, value: Any, line: int) -> Path_ | None:
        """Put a value into the innermost container; None when it was a key."""
        if not self.open:
            self.root = value
            self.lines[()] = line
            return ()
        above, container = self.open[-1]
        if isinstance(container, list):
            container.append(value)
            path = (*above, len(container) - 1)
        elif self.key[-1] is None:
            self.key[-1] = self._checked_key(value, above, container, line)
            return None
        else:
            container[self.key[-1]] = value
            path = (*above, self.key[-1])
            self.key[-1] = None
        self.lines[path] = line
        return path

    def _checked_key(self, value: Any, above: Path_, container: dict[str, Any], line: int) -> str:
        if not isinstance(value, str):
            raise self.refuse(line, above, f"{shown(value)} cannot be a key", "keys are words")
        if value in container:
            raise self.refuse(line, (*above, value), "is given twice")
        return value


def parse_yaml(text: str, file: str) -> Yaml:
    """Return the value of a YAML text with the line of each part.

    Raises:
        StationFileError: no YAML, a tag, an anchor or alias, a key given twice, too deep, too long.
    """
    if len(text.encode()) > MAX_YAML_BYTES:
        raise StationFileError([Fault(file, "", "", f"is longer than the {MAX_YAML_BYTES:,} bytes that are read")])
    builder = _Builder(file)
    reader = YAML(typ="safe", pure=True)
    try:
        for event in reader.parse(io.StringIO(text)):
            builder.take(event)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 0
        message = f"is not YAML: {error.problem or error.context or 'cannot be parsed'}"
        raise StationFileError([Fault(file, f"line {line}" if line else "", "", message)]) from None
    except StationFileError:
        raise
    # the parser of ruamel trips over some malformed input with plain errors of Python
    except (YAMLError, ValueError, IndexError, AttributeError, TypeError, AssertionError, KeyError) as error:
        raise StationFileError([Fault(file, "", "", f"is not YAML: {shown(str(error))}")]) from None
    except RecursionError:
        raise StationFileError([Fault(file, "", "", "is nested too deeply")]) from None
    return Yaml(builder.root, builder.lines)


def read_yaml(path: Path, file: str = "") -> Yaml:
    """Return the value of a YAML file with the line of each part.

    Args:
        path: of the file; file: what faults call it, the path when left out.

    Raises:
        StationFileError: it cannot be read, or ``parse_yaml`` refuses it.
    """
    file = file or str(path)
    return parse_yaml(decode(read_bytes(path, MAX_YAML_BYTES), file), file)


def read_part[Part: BaseModel](
    path: Path, model: type[Part], *, what: str, first: str, file: str = ""
) -> tuple[Part, Yaml]:
    """Return a YAML file as the fields of a model, and its lines.

    Args:
        path: of the file; model: its fields; file: what faults call it, the path when left out.
        what: ``"study"``, for what the file should be; first: how such a file begins.

    Raises:
        StationFileError: with all faults of the file, each with its line and the nearest valid word.
    """
    file = file or str(path)
    yaml = read_yaml(path, file)
    if not isinstance(yaml.value, dict):
        remedy = f"`field: value` lines, the first is `{first}`"
        raise StationFileError([Fault(file, "line 1", "", f"is not a {what}", remedy)])
    try:
        return model.model_validate(yaml.value), yaml
    except ValidationError as error:
        raise StationFileError(faults_of(error, model, file=file, lines=yaml.lines)) from None


# CSV


@dataclass(frozen=True)
class Table:
    """A CSV file: rows as dictionaries of trimmed text, each with its line; and what was no row."""

    file: str
    columns: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]
    faults: list[Fault]


def parse_csv(text: str, file: str) -> Table:
    """Return the rows of a CSV text; comma, semicolon or tab, by what the header uses.

    Rows with a wrong number of cells, and quotes that do not close, are named in ``faults``.

    Raises:
        StationFileError: no header, a column twice, too many columns.
    """
    header = text.split("\n", 1)[0]
    mark = max(";,\t", key=header.count)
    if header.count(mark) >= MAX_CSV_COLUMNS:
        raise StationFileError([Fault(file, "line 1", "", f"has more than {MAX_CSV_COLUMNS} columns")])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    faults: list[Fault] = []
    columns: tuple[str, ...] = ()
    try:
        for cells in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _header(cells, file, line)
            elif len(cells) != len(columns):
                message = f"has {len(cells)} cells, the header has {len(columns)}"
                faults.append(Fault(file, f"line {line}", "", message))
            else:
                rows.append((line, {c: cell.strip() for c, cell in zip(columns, cells, strict=True)}))
    except csv.Error as error:
        faults.append(Fault(file, f"line {reader.line_num}", "", f"is not CSV: {error}"))
    if not columns and not faults:
        faults.append(Fault(file, "line 1", "", "is empty", "the first line names the columns"))
    if not columns:
        raise StationFileError(faults)
    return Table(file, columns, rows, faults[:MAX_FAULTS])


def _header(cells: list[str], file: str, line: int) -> tuple[str, ...]:
    columns = tuple(cell.strip().lower() for cell in cells)
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise StationFileError([Fault(file, f"line {line}", shown(c), "is a column twice") for c in twice])
    return columns


def parse_number(text: str) -> float:
    """Return a number written with a decimal point or a decimal comma; ValueError when it is none."""
    plain = text.replace(",", ".") if "," in text and "." not in text else text
    if not _FLOAT.fullmatch(plain) or len(plain) > 2 * MAX_DIGITS:
        raise ValueError(f'"{shown(text)}" is not a number')
    number = float(plain)
    if not math.isfinite(number):
        raise ValueError(f'"{shown(text)}" is not a finite number')
    return number
