"""docs/validation.md is made from the tests and their record."""

import importlib.util
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_validation_page", ROOT / "docs" / "make_validation_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("test_rimea_2_and_3_speed_on_stairs", ["RiMEA 2", "RiMEA 3"]),
        ("test_rimea_12b_and_12d_wider", ["RiMEA 12b", "RiMEA 12d"]),
        ("test_v17_rimea_4_diagram", ["V17", "RiMEA 4"]),
        ("test_v6_m10_no_offenders", ["V6", "M10"]),
        ("test_nist_2_10_one_slow", ["NIST 2.10"]),
        ("test_fact_7_patrols", ["Fact 7"]),
        ("test_st1a_cells_cover", ["ST1a"]),
        ("test_st6_st7_record", ["ST6", "ST7"]),
        ("test_juelich_bottleneck", ["Jülich"]),
    ],
)
def test_ids_are_read_from_names(maker: ModuleType, name: str, ids: list[str]) -> None:
    found = maker.NAMED.match(name)
    assert found is not None
    assert list(maker.ids_of(found[1])) == ids


def test_other_tests_are_no_proofs(maker: ModuleType) -> None:
    for name in ("test_keep_right", "test_two_runs", "test_version", "test_mirrors", "test_t_is_time"):
        assert maker.NAMED.match(name) is None


def test_a_report_tells_outcome_result_and_reason(maker: ModuleType) -> None:
    root = ElementTree.fromstring(
        '<testsuites><testsuite><testcase classname="tests.science.test_a" name="test_v1_x[2]">'
        '<properties><property name="result" value="3 m"/></properties></testcase>'
        '<testcase classname="tests.test_b" name="test_v2_y"><skipped type="pytest.xfail" message="7% off"/>'
        "<system-out>\n  V2: 8\nmore</system-out></testcase></testsuite></testsuites>"
    )
    assert dict(maker.read_report(root)) == {
        "tests/science/test_a.py::test_v1_x[2]": {"outcome": "passed", "result": "3 m", "reason": ""},
        "tests/test_b.py::test_v2_y": {"outcome": "xfailed", "result": "V2: 8", "reason": "7% off"},
    }


def test_every_criterion_is_read(maker: ModuleType) -> None:
    """Who writes ``Criterion (...)`` writes it so that the page finds it."""
    found = list(maker.proofs())
    assert len(found) > 100
    assert not [proof.name for proof in found if "Criterion" in proof.setup]
