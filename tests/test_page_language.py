"""What a Dutch reader meets: names of places, faults of a file, numbers in a spreadsheet; and undone lines."""

import csv
import io
import re
from dataclasses import replace

import pytest

from calibration.monitor import KNOWN, monitor_in
from dashboard.address import Address, read_address
from dashboard.answer import finding, may_be_undone
from dashboard.app import body_of
from dashboard.fault_text import fault_in
from dashboard.pages.catalogue import PAGES
from dashboard.pages.page import Site
from dashboard.pages.tray_form import fault_of
from dashboard.parts import Table
from dashboard.report import report_html
from dashboard.report_data import Line
from dashboard.routes import csv_text
from dashboard.shelf import Shelf
from dashboard.shell import report_link
from dashboard.tray import tray_of
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


# said on a page of a tray or of what was placed by hand: what measures and conflicts find wrong at a station
UNDONE = {"halte": ("on_body_cams=1", "on_brighter_lamps=1&on_uniform_lamps=1&order=uniform_lamps.brighter_lamps")}


@pytest.mark.parametrize("search", UNDONE["halte"])
def test_why_something_cannot_be_done_is_told_in_dutch_by_its_title(search: str) -> None:
    address = read_address("/explore", f"?station=halte&lang=nl&{search}")
    tray = tray_of(address, "halte")
    assert tray.faults()
    for fault in tray.faults():
        told = fault_of(fault, tray, address)
        assert not re.search(r"\b(the|is no|this|nobody|cannot|both|takes|count|after|guard|more)\b|_", told), told
        assert "_" not in fault_of(fault, tray, address.in_("en"))


def test_dutch_pages_have_no_english_of_shipped_files() -> None:
    site = Site(Shelf())
    told = str(body_of(Address("access", "nl"), site).content)
    assert "Getekend voor dit project" in told
    assert "Drawn for" not in told
    assert not re.search(r"\d{4}-\d\d-\d\d", told)
    texts = [
        f"{card.title} {card.subtitle} {card.sentence} {card.source}"
        for card in PAGES["calibrate"].cards(Address("calibrate", "nl", {"station": "halte"}), site)
    ]
    assert not any("all-three" in text or "train passengers" in text or "mu star" in text for text in texts), texts
    assert any("alle treinreizigers" in text for text in texts)


def test_the_report_says_how_large_it_is_and_how_long_it_takes() -> None:
    site = Site(Shelf())
    for search, size, number in (("", "3 MB", "3 scenarios"), ("&on_brighter_lamps=1", "1 MB", "one scenario")):
        address = read_address("/explore", f"?station=halte&lang=en{search}")
        link = report_link(address, site)
        assert link is not None
        assert size in str(link.children)
        assert number in link.title
        assert "seconds" in link.to_plotly_json()["props"]["data-said"]
    study = site.shelf.open("halte")
    assert study is not None
    assert 2.0 < len(report_html(study.data["en"].about(study.names[:3]))) / 1e6 < 3.5
