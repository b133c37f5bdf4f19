"""The page about the model: its tables are those of parameters.csv, and what it names exists."""

import re
from pathlib import Path

import pytest

from docs import make_model_page as page
from model.parameters import Parameters
from model.station import Station
from model.world import parts
from model.world.world import World
from tests.day_harness import shoebox

ROOT = Path(__file__).resolve().parents[1]
TEXT = page.PAGE.read_text("utf-8")


def test_the_tables_are_up_to_date() -> None:
    assert page.filled(TEXT) == TEXT, "run python docs/make_model_page.py"


def test_every_parameter_stands_in_one_table() -> None:
    names = [row.name for row in Parameters.default().rows]
    of_parameters = re.sub(r"<!-- table: measures -->.*?<!-- end -->", "", TEXT, flags=re.DOTALL)
    first_cells = re.findall(r"^\| `([a-z0-9_]+)` \|", of_parameters, re.M)
    assert sorted(first_cells) == sorted(names)


def test_a_row_without_a_table_is_told() -> None:
    with pytest.raises(ValueError, match="feel_base stands in no table"):
        page.filled(TEXT.replace("<!-- table: feel_ -->", "<!-- table: feel_w -->"))
    with pytest.raises(ValueError, match="without a row"):
        page.filled(TEXT.replace("<!-- table: feel_ -->", "<!-- table: feel_ feal_ -->"))


def test_every_file_that_it_names_exists() -> None:
    named = set(re.findall(r"`((?:model|docs|scenarios|benchmarks)/[a-z_/.]+)`", TEXT))
    assert len(named) > 25
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_parameter_that_the_prose_names_exists() -> None:
    """Words in backticks that look like a row of a known family are rows."""
    prose = "\n".join(line for line in TEXT.splitlines() if not line.startswith(("| `", "- for `")))
    known = {row.name for row in Parameters.default().rows}
    families = {name.split("_")[0] for name in known}
    words = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+)+)`", prose))
    looks = {word for word in words if word.split("_")[0] in families and not word.endswith("_k")}
    assert looks - known == set()


def test_no_row_that_a_day_reads_is_called_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of unread rows comes from a scan of the code; a day that really runs must agree."""
    read: set[str] = set()
    by_name, by_key = Parameters.__getattr__, Parameters.__getitem__

    def attribute(self: Parameters, name: str) -> float:
        read.add(name)
        return by_name(self, name)

    def item(self: Parameters, name: str) -> float:
        read.add(name)
        return by_key(self, name)

    inputs = shoebox().replace(window=(18 * 3600, 20 * 3600))
    keys = parts.part_keys(inputs.layout, inputs.parameters)
    monkeypatch.setattr(parts, "part_keys", lambda *_: keys)  # keys hash whole families; that is no reading
    monkeypatch.setattr(Parameters, "__getattr__", attribute)
    monkeypatch.setattr(Parameters, "__getitem__", item)
    Station(inputs, World.of(inputs), seed=1, day=1).run()
    monkeypatch.undo()
    known = {row.name for row in Parameters.default().rows}
    assert len(read & known) > 200
    assert (read & known) - page.rows_read() == set()
