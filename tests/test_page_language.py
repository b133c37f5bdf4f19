"""What a Dutch reader meets: names of places, faults of a file, numbers in a spreadsheet; and undone lines."""

import csv
import io
import re
from dataclasses import replace

import pytest

from calibration.monitor import KNOWN, monitor_in
from dashboard.answer import finding, may_be_undone
from dashboard.fault_text import fault_in
from dashboard.parts import Table
from dashboard.report_data import Line
from dashboard.routes import csv_text
from dashboard.words import Words
from scenarios.faults import StationFileError
from scenarios.station_files import read_station, station_names


def test_every_place_of_a_shipped_station_has_a_dutch_name() -> None:
    words = Words("nl")
    for station in station_names():
        for zone in read_station(station).layout.zones:
            named = words.place(zone.name)
            assert named != zone.name or named == "Kiss and ride", (station, zone.name)
            assert Words("en").place(zone.name) == zone.name
    assert words.place("Mijn perron") == "Mijn perron"  # somebody's own station


WRONG = (
    "station,item,value\nALL,safety_evening,1\n",
    "station,wave,item,value,rood\nALL,1,safety_evening,1,2\n",
    "station,wave,item,value\n",
    'station,wave,item,value\nALL,x,safty_evening,6.9\n,1,safety_evening,12\nALL,1,unsafe_sometimes,"many"\n',
    "station,wave,item,value,representative\nALL,2024,safety_evening,6.9,perhaps\n",
    "station,wave,item,value,unit\nALL,2024,safety_evening,6.9,percent\n",
    "station,wave,item,value\nALL,1,safety_evening,6.9\nALL,1,safety_evening,6.9\n",
    "station,wave,item,value\nALL,1\n",
    "",
)
ENGLISH = re.compile(r"\b(is|the|not|line|mean|lies|holds|to|has|known|columns|valid|of|number)\b")


@pytest.mark.parametrize("text", WRONG)
def test_faults_of_an_uploaded_monitor_are_told_in_dutch(text: str) -> None:
    with pytest.raises(StationFileError) as caught:
        monitor_in(text.encode(), "cijfers.csv")
    for fault in map(str, caught.value.faults):
        dutch = fault_in(fault, "nl")
        known = "|".join(sorted(KNOWN, key=len, reverse=True))
        told = re.sub(rf'"[^"]*"|\b({known})\b', "", dutch)  # what the file says, and names of columns
        told = told.replace(" is ", " ").replace("of", "")  # words that are Dutch as well
        assert not ENGLISH.search(told), dutch
        assert fault_in(fault, "en") == fault


def test_what_a_file_says_is_never_translated() -> None:
    assert fault_in('a.csv, line 3, item: "is not a number" is not a known word', "nl") == (
        'a.csv, regel 3, item: "is not a number" is geen bekend woord'
    )


def test_a_dutch_spreadsheet_reads_the_table_as_numbers() -> None:
    table = Table(("Zone", "Score"), (("Perron 1.5; noord", 6.25), ("=1+1", -0.5)))
    rows = list(csv.reader(io.StringIO(csv_text(table, "nl")), delimiter=";"))
    assert rows == [["Zone", "Score"], ["Perron 1.5; noord", "6,25"], ["'=1+1", "-0,5"]]
    assert csv_text(table).splitlines()[1] == "Perron 1.5; noord,6.25"


def test_a_direction_that_draws_hold_zero_for_may_be_undone() -> None:
    found = Line("x", "gap_after_19", "gap", "points", "lower", -0.05, -0.06, -0.04, "W4", "")
    line = replace(found, range_low=-0.1, range_high=0.02)
    assert finding(line) == "better"
    assert may_be_undone(line)
    assert not may_be_undone(replace(line, range_high=-0.01))
    assert not may_be_undone(replace(line, range_low=None, range_high=None))
    assert not may_be_undone(replace(line, low=-0.06, high=0.01))  # no direction is said at all
