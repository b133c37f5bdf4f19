"""What readers bring: limited, checked, told when refused, and no figure of few people (F6, F9, F11-F14, F17, F22)."""

import base64
import io
import random
import time
import zipfile
from pathlib import Path

import pytest

from dashboard import monitors
from dashboard.address import Address
from dashboard.app import body_of
from dashboard.figures.numbers import LANGUAGES, Language
from dashboard.monitors import (
    MOST_BYTES,
    RefusedError,
    kept_monitor,
    monitor_text,
    plain_name,
    take,
    unpacked,
    without_few,
)
from dashboard.pages import calibrate, portfolio
from dashboard.pages.page import Site
from dashboard.parts import card_html
from dashboard.routes import csv_text
from dashboard.shelf import Shelf
from scenarios.queue import Queue

SHELF = Shelf()
HEAD = "station,wave,item,value,unit,group,n\n"
GOOD = HEAD + "ALL,2024,safety_evening,6.9,score,all,70000\nALL,2025,unsafe_12_months,61,percent,regular,500\n"
FEW = (
    HEAD + "S1,2024,safety_evening,5.1,score,woman,8\nS1,2024,safety_evening,6.1,score,man,40\n"
    "S1,2024,safety_evening,5.93,score,all,48\n"
)


def sent(raw: bytes | str) -> str:
    data = raw.encode() if isinstance(raw, str) else raw
    return "data:text/csv;base64," + base64.b64encode(data).decode()


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../monitor.csv", content)
    return out.getvalue()


def test_a_file_is_mapped_and_a_fit_can_be_started(tmp_path: Path) -> None:
    site = Site(SHELF, queue=Queue(tmp_path), made=tmp_path)
    monitor = take(sent(GOOD), "mine.csv", "", tmp_path)
    assert [t.use for t in monitor.targets] == ["target", "target"]
    address = Address("calibrate", "nl", {"monitor": monitor.key, "station": "halte"})
    card = calibrate.file_card(address, site)
    assert card is not None
    assert "2 van de 2" in card.title
    key, told = calibrate.start_fit(address, site)
    assert told
    assert site.queue is not None
    job = site.queue.job(key)
    assert job is not None
    assert job.kind == "fit"
    assert "monitor: monitor.csv" in job.texts[0]
    assert body_of(address.with_(fit=key), site).poll_ms > 0
    site.queue.take()
    assert site.queue.jobs()[0].kind == "fit"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_file_is_told_with_all_its_faults_and_nothing_is_kept(tmp_path: Path, language: Language) -> None:
    monitor = take(sent("station,wave,item,value\nALL,x,safty_evening,6.9\n"), "a.csv", "", tmp_path)
    assert len(monitor.faults) == 2
    assert not list((tmp_path / "monitors").glob("*.csv"))
    address = Address("calibrate", language, {"monitor": monitor.key})
    card = calibrate.file_card(address, Site(SHELF, made=tmp_path))
    assert card is not None
    assert "safty_evening" in card.body


BOMB = zipped(b"0" * 50_000_000)
HOSTILE = {
    "f12-zip": (zipped(b"x"), "kind"),
    "f12-bomb": (BOMB, "kind"),
    "f9-nul": (b"station\0wave", "kind"),
    "f13-large": (b"x" * (MOST_BYTES + 1000), "large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_f12_f13_archives_and_large_files_are_refused_unopened(tmp_path: Path, name: str) -> None:
    raw, why = HOSTILE[name]
    with pytest.raises(RefusedError, match=why):
        take(sent(raw), "a.csv", "", tmp_path)
    assert not list(tmp_path.rglob("*.csv"))


@pytest.mark.parametrize(
    "text", ["", "nonsense", "data:text/csv;base64", "data:text/csv;base64,####", "data:text/csv,a"]
)
def test_f18_what_is_no_upload_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        unpacked(text)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\x\\..\\a.csv", "/abs", "a/../../b", "%2e%2e%2f", "x" * 5000, ""]
)
def test_f11_the_name_of_a_file_is_for_the_eye_only(tmp_path: Path, name: str) -> None:
    monitor = take(sent(GOOD), name, "", tmp_path)
    assert "/" not in monitor.name
    assert "\\" not in monitor.name
    assert ".." not in monitor.name or monitor.name.startswith("_")
    assert len(monitor.name) <= 60
    assert {p.parent for p in tmp_path.rglob("*") if p.is_file()} == {tmp_path / "monitors"}


def test_f14_names_and_cells_are_shown_as_text(tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    site = Site(SHELF, made=tmp_path)
    for text in (
        HEAD + f"{evil},2024,safety_evening,6.9,score,all,70\n",
        f"station,wave,item,value\n{evil},1,{evil},1\n",
    ):
        monitor = take(sent(text), f"{evil}.csv", "", tmp_path)
        address = Address("calibrate", "en", {"monitor": monitor.key})
        card = calibrate.file_card(address, site)
        assert card is not None
        assert "<img" not in card_html(card, address.page, address.words)
    assert "<" not in plain_name(evil)


def test_f10_formulas_of_a_monitor_become_text(tmp_path: Path) -> None:
    text = HEAD + '"=HYPERLINK(1)",2024,safety_evening,6.9,score,all,70\n'
    monitor = take(sent(text), "a.csv", "", tmp_path)
    card = calibrate.file_card(Address("calibrate", "en", {"monitor": monitor.key}), Site(SHELF, made=tmp_path))
    assert card is not None
    assert card.table is not None
    assert "'=HYPERLINK" in csv_text(card.table)


def test_f17_a_file_is_its_owners_and_its_key_cannot_be_guessed(tmp_path: Path) -> None:
    monitor = take(sent(GOOD), "a.csv", "ed", tmp_path)
    assert len(monitor.key) == 32  # 128 bits
    assert kept_monitor(monitor.key, "ed", tmp_path) is not None
    assert kept_monitor(monitor.key, "other", tmp_path) is None
    for key in ("0" * 32, "../" + monitor.key, monitor.key.upper() + "x", ""):
        assert kept_monitor(key, "ed", tmp_path) is None


def test_f22_figures_of_few_people_are_never_kept_nor_what_gives_them_away(tmp_path: Path) -> None:
    monitor = take(sent(FEW), "a.csv", "", tmp_path)
    assert {group for _, _, _, group in monitor.hidden} == {"woman", "man"}  # all minus men would be women
    assert [f.group for f in monitor.figures] == ["all"]
    assert [f.n for f in monitor.figures] == [40]  # in tens: 48 against 40 tells nothing of 8
    written = "".join(p.read_text() for p in tmp_path.rglob("*") if p.is_file())
    assert "5.1" not in written
    assert "6.1" not in written


def test_f22_what_is_brought_never_touches_the_disk_as_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a figure of few people nor a refused file is written, not even for a moment."""
    written: list[str] = []

    def refuse(self: Path, *_: object) -> None:
        raise AssertionError(f"{self.name} was written as it came")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr(Path, "write_text", refuse)
    monkeypatch.setattr(monitors, "write_whole", lambda path, text: written.append(text))
    take(sent(FEW), "a.csv", "", tmp_path)
    take(sent("station,wave,item,value\nSECRET,x,y,5.1\n"), "b.csv", "", tmp_path)
    assert len(written) == 3  # figures and their account, and the account of what was refused
    assert "5.1" not in "".join(written)
    assert "6.1" not in "".join(written)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_f22_the_difference_of_two_files_tells_nothing_of_few_people(tmp_path: Path) -> None:
    base = HEAD + "S1,2024,safety_evening,6.0,score,all,{n}\n"
    shown = {take(sent(base.format(n=n)), "a.csv", "", tmp_path).figures[0].n for n in range(50, 60)}
    assert shown == {50}


def test_f22_the_rest_of_a_whole_is_not_told_either(tmp_path: Path) -> None:
    text = HEAD + "S1,2024,safety_evening,6.1,score,man,40\nS1,2024,safety_evening,5.93,score,all,48\n"
    monitor = take(sent(text), "a.csv", "", tmp_path)
    assert [f.group for f in monitor.figures] == ["all"]


def test_what_is_kept_reads_back_the_same(tmp_path: Path) -> None:
    monitor = take(sent(GOOD), "a.csv", "", tmp_path)
    again = kept_monitor(monitor.key, "", tmp_path)
    assert again is not None
    assert [(f.item, f.value, f.n) for f in again.figures] == [(f.item, f.value, f.n) for f in monitor.figures]
    assert "unsafe_12_months,61" in monitor_text(monitor.figures)
    kept, hidden = without_few(again.figures)
    assert hidden == ()
    assert len(kept) == 2


def test_f6_nonsense_is_an_error_in_words_and_quick(tmp_path: Path) -> None:
    rng, began = random.Random(1), time.perf_counter()
    for _ in range(300):
        text = list(GOOD)
        for _ in range(rng.randint(1, 8)):
            text[rng.randrange(len(text))] = rng.choice(",;\"\n'=\t\u00e9<9-")
        monitor = take(sent("".join(text)), "a.csv", "", tmp_path)
        assert monitor.faults or monitor.figures or monitor.hidden
        for path in tmp_path.rglob("*.json"):
            path.unlink()
    assert time.perf_counter() - began < 10.0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("money", ["2", "5", "20", "40", "no"])
def test_the_portfolio_tells_what_a_budget_lifts(language: Language, money: str) -> None:
    address = Address("portfolio", language, {"money": money})
    cards = portfolio.cards(address, Site(SHELF))
    assert {"map", "gains", "frontier", "packages", "stations"} == {card.key for card in cards}
    stations = next(card for card in cards if card.key == "stations")
    assert stations.table is not None
    assert len(stations.table.rows) == 400
    for card in cards:
        assert "{" not in card.title + card.subtitle + card.sentence
        assert card.table is not None
