"""F6: whatever the bytes, a reader gives a valid result or named faults, soon; never another error.

``FUZZ_EXAMPLES=20000 pytest tests/test_fuzz_readers.py`` asks for more cases than the few of each run.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.check import check_path
from scenarios.draft import read_draft
from scenarios.faults import StationFileError
from scenarios.plain_files import parse_csv, parse_json, parse_yaml
from scenarios.scenario import parse_scenario
from scenarios.station_files import find_station, read_station
from scenarios.table_files import parse_days, parse_time
from tests.breaking import shoebox_copy

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
MAX_CPU_S = 2.0
FILES = ("station.yaml", "layout.geojson", "timetable.csv", "demand.csv", "population.csv")
VALID = {file: (find_station("shoebox") / file).read_bytes() for file in FILES}
SCENARIO = b"""name: evening
title: {en: Evening, nl: Avond}
base: shoebox
window: 18:00-01:00
measures:
  - measure: brighter_lamps
"""
TOKENS = [
    *b"NaN Infinity -1 1e309 null true [ ] { } *a ' \" ; , # ... -- 24:60 0 1.5 .inf \\u0000 \\ud800".split(),
    *(b"&a ", b"!!x ", b"\0", b"\n", b"\r", b"\t", b" ", b"- ", b": ", b"? ", b"| ", b"> ", b"<<: "),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3\xa9", b"\xe2\x80\xa8", b"\n---\n", b"%YAML 1.1\n"),
    *(b"9" * 400, b"[" * 400, b"{" + b'"a":' * 50),
]

quick = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def mutated(draw: st.DrawFn, start: bytes) -> bytes:
    """Cut, repeat and overwrite pieces of a valid file."""
    data = start
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.sampled_from([0, 0, 1, 2, 5, 40, 400]))
        new = draw(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=8), st.just(data[at : at + 300])))
        data = data[:at] + new + data[at + cut :]
    return data


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(["unit", "wall", "platform", "Point", "Polygon", "07:00", [0, 0], [[0, 0], [1, 1]]]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def refused_or_read(read: Callable[[], object]) -> None:
    """Read: a value, or an error that names faults."""
    refused: StationFileError | None = None
    try:
        read()
    except StationFileError as error:
        refused = error
    assert refused is None or refused.faults


def whole(folder: Path) -> None:
    """Read and check a folder: faults or a valid station, within the time."""
    start = time.process_time()
    refused_or_read(lambda: read_station(folder))
    faults = check_path(folder)
    assert time.process_time() - start < 2 * MAX_CPU_S
    for fault in faults:
        assert fault.message
        assert Path(fault.file).parent == folder
        assert len(str(fault)) < 2000 + len(fault.file)
        assert str(fault).isprintable()


@pytest.mark.parametrize("file", FILES)
@quick
@given(data=st.data())
def test_f6_mutated_files(file: str, tmp_path: Path, data: st.DataObject) -> None:
    folder = shoebox_copy(tmp_path)
    (folder / file).write_bytes(data.draw(mutated(VALID[file])))
    whole(folder)


@pytest.mark.parametrize("file", FILES)
@quick
@given(content=st.binary(max_size=200))
def test_f6_random_bytes(file: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / file).write_bytes(content)
    start = time.process_time()
    assert read_draft(tmp_path).faults
    assert time.process_time() - start < MAX_CPU_S


@quick
@given(data=st.data())
def test_f6_random_json_in_a_drawing(tmp_path: Path, data: st.DataObject) -> None:
    """Any JSON in the place of a feature, of a property or of coordinates."""
    folder = shoebox_copy(tmp_path)
    drawing = json.loads(VALID["layout.geojson"])
    feature = data.draw(st.sampled_from(drawing["features"]))
    value = data.draw(json_values)
    place = data.draw(st.sampled_from(["feature", "property", "coordinates", "geometry", "number"]))
    if place == "feature":
        drawing["features"][0] = value
    elif place == "property":
        feature["properties"][data.draw(st.sampled_from(sorted(feature["properties"])))] = value
    elif place == "number":
        inner = feature["geometry"]["coordinates"]
        while isinstance(inner[0], list):
            inner = inner[0]
        inner[0] = data.draw(st.floats(allow_nan=False) | st.integers(-1000, 1000))
    else:
        feature["geometry"] = {**feature["geometry"], "coordinates": value} if place == "coordinates" else value
    (folder / "layout.geojson").write_text(json.dumps(drawing))
    whole(folder)


@quick
@given(text=st.text(max_size=300) | st.text(alphabet="[]{}:,-?!&*|>'\"#%@ \n\tab0", max_size=200))
def test_f6_parsers_alone(text: str) -> None:
    start = time.process_time()
    for parse in (parse_json, parse_yaml, parse_csv, parse_scenario):
        refused_or_read(partial(parse, text, "file"))
    for read in (parse_time, parse_days):
        with contextlib.suppress(ValueError):
            read(text)
    assert time.process_time() - start < MAX_CPU_S


@quick
@given(content=mutated(SCENARIO))
def test_f6_scenario_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    start = time.process_time()
    for fault in check_path(path):
        assert fault.message
    assert time.process_time() - start < MAX_CPU_S
