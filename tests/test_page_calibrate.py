"""What Calibrate draws of a fit, an analysis and a box: titles from the numbers, tables behind each card."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard import fits
from dashboard.address import Address
from dashboard.assumed import assumed_share, parts_of
from dashboard.figures.numbers import LANGUAGES, Language
from dashboard.kept_json import read_kept
from dashboard.number_names import number_name
from dashboard.pages import calibrate, evidence
from dashboard.pages.page import Site
from dashboard.shelf import Shelf
from dashboard.words import Words
from scenarios.queue import Queue

INDEX = {"first": None, "first_low": None, "first_high": None, "among": None, "noise_floor": 0.02}
FIT = {
    "fit": "small",
    "draws": 100,
    "parameters": [
        {"name": "feel_base", "low": 1.2, "middle": 1.3, "high": 1.5, "contraction": 0.47, "learned": True},
        {"name": "feel_dark_woman", "low": -1.0, "middle": -0.5, "high": -0.1, "contraction": 0.02, "learned": False},
    ],
    "targets": [
        {"item": "safety_evening", "type": "", "wave": 2024, "found": 6.9, "prior": [5.7, 6.3, 7.0],
         "posterior": [6.4, 6.6, 6.8]},
    ],
    "left_out": [{"item": "incidents", "wave": 2015, "reason": "another definition"}],
}  # fmt: skip
SENSE = {
    "station": "halte", "scenario": "all-three", "method": "morris", "rows": 6, "points": 288,
    "outcomes": {
        "harassment": {
            "mean": -0.2, "sd": 0.05, "noise_floor": 0.02,
            "indices": [
                {"input": "patrol", "value": 0.2, "low": 0.1, "high": 0.3, "shown": True, **INDEX},
                {"input": "luck", "value": 0.02, "low": 0.01, "high": 0.03, "shown": False, **INDEX},
                {"input": "dummy", "value": 0.01, "low": 0.0, "high": 0.02, "shown": False, **INDEX},
            ],
            "swings": [{"name": "patrol", "low": -0.3, "high": -0.1}],
        }
    },
}  # fmt: skip
BOX = {
    "title": {"en": "All three", "nl": "Alle drie"}, "limit": 0.1, "coverage": 0.8, "density": 0.9, "mass": 0.3,
    "limits": [{"name": "light", "low": 0.0, "high": 2.0, "stability": 0.9}],
    "other": {"name": "dark", "low": 0.0, "high": 4.0, "stability": 0.0},
    "points": {"light": [0.5, 3.0, 1.0], "dark": [1.0, 2.0, 3.0]}, "fails": [1, 0, 1],
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    for kind, content in (("fit", FIT), ("sensitivity", SENSE), ("box", BOX)):
        (tmp_path / f"halte-{kind}.json").write_text(json.dumps(content))
    monkeypatch.setattr(fits, "SHIPPED", tmp_path)
    return Site(Shelf(), queue=Queue(tmp_path), made=tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_says_what_its_numbers_say(site: Site, language: Language) -> None:
    cards = {card.key: card for card in calibrate.cards(Address("calibrate", language), site)}
    assert set(cards) == {"prior", "targets", "indices", "tornado", "box"}
    assert "1 " in cards["prior"].title  # one of two narrowed
    assert "2 " in cards["prior"].title
    assert "0 " in cards["targets"].title  # 6.9 lies outside 6.4 to 6.8
    patrol = {"en": "patrols", "nl": "surveillance"}[language]
    assert patrol in cards["indices"].title
    assert "luck" not in cards["indices"].title
    assert patrol in cards["tornado"].title
    assert {"en": "light", "nl": "licht"}[language] in cards["box"].title
    dark = {"en": "feeling: dark outside, women", "nl": "gevoel: donker buiten, vrouwen"}
    assert dark[language] in cards["prior"].body
    for card in cards.values():
        assert "{" not in card.title + card.subtitle + card.sentence
        assert card.table is not None
        assert all(len(row) == len(card.table.columns) for row in card.table.rows)
        assert "NaN" not in card.body


def test_every_group_and_every_number_of_a_shipped_record_has_a_name() -> None:
    for language in LANGUAGES:
        words = Words(language)
        asked = {one["input"] for said in record_of("sensitivity")["outcomes"].values() for one in said["indices"]}
        asked |= {one["name"] for one in record_of("fit")["parameters"]}
        asked |= {one["name"] for one in record_of("box")["limits"]}
        for name in asked - {"luck", "dummy"}:
            assert "_" not in number_name(name, words)
            assert number_name(name, words) != name or language == "en", name


def record_of(kind: str) -> Any:
    return fits.record("halte", kind)


def test_the_share_that_rests_on_assumptions_is_counted_by_hand() -> None:
    """Two groups above the noise with effects 2 and 1: four fifths and one fifth, of which 1/2 and all is assumed."""
    numbers = {"feel_a": ("normal", True), "feel_b": ("normal", False), "feel_c": ("fixed", True),
               "light_a": ("uniform", True), "noise_a": ("uniform", True)}  # fmt: skip
    rows = [SimpleNamespace(name=name, shape=shape, weak=weak) for name, (shape, weak) in numbers.items()]
    effects = (("light", 1.0, True), ("feel", 2.0, True), ("noise", 9.0, False), ("luck", 1.0, True))
    indices = [{"input": name, "value": value, "shown": shown} for name, value, shown in effects]
    parts = parts_of({"indices": indices}, tuple(rows), lambda row: row.weak)  # type: ignore[arg-type]
    assert [(p.name, p.numbers) for p in parts] == [("feel", 2), ("light", 1)]
    assert [p.share for p in parts] == pytest.approx([0.8, 0.2])
    assert assumed_share(parts) == pytest.approx(0.8 * 0.5 + 0.2)
    card = evidence.assumed_card(Address("evidence", "nl"))
    assert card is not None
    assert "%" in card.title
    assert parts_of({"indices": []}, tuple(rows), lambda row: True) == ()  # type: ignore[arg-type]


def test_a_file_is_read_again_when_it_has_changed_and_nonsense_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert read_kept(path, 100) is None
    path.write_text('{"a": 1}')
    assert read_kept(path, 100) is read_kept(path, 100)
    path.write_text('{"a": 2}')
    os.utime(path, ns=(1, 1))
    assert read_kept(path, 100) == {"a": 2}
    assert read_kept(path, 3) is None
    path.write_text("{nonsense")
    os.utime(path, ns=(2, 2))
    assert read_kept(path, 100) is None


def test_a_fit_is_its_owners(site: Site) -> None:
    assert site.made is not None
    folder = site.made / fits.FOLDER
    folder.mkdir()
    (folder / f"{'a' * 32}-fit.json").write_text(json.dumps({**FIT, "fit": "another"}))
    found, own = calibrate.fit_of(Address("calibrate", "en", {"fit": "a" * 32}), site)
    assert (found["fit"], own) == ("small", False)  # nobody asked for it: no job of this name
    for key in ("../x", "A" * 32, "x" * 200):
        assert fits.record(key, "fit", folder) is None
