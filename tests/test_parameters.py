"""The table of numbers: its form, its ranges, its draws, and that the code carries no number of its own."""

import ast
import math
import pickle
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from model.parameters import COLUMNS, Parameters, Row, read_table
from model.results import INCIDENT_TYPES

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "model"
DEFAULT = Parameters.default()
ROWS = {row.name: row for row in DEFAULT.rows}
UNCERTAIN = [ROWS[name] for name in DEFAULT.uncertain()]
OWN_SOURCES = {"assumption", "prototype", "definition"}
PLAIN_NUMBERS = {-1, 0, 0.5, 1, 2, 60, 3600}
CONSTANT_FILES = {MODEL / "results.py", MODEL / "world" / "fields.py", MODEL / "randomness.py"}

# Families that only later parts of the model read. A row outside them must be used.
LATER = (
    "respond_", "cost_", "repair_", "memory_", "avoid_", "season_", "staff_", "gate_", "group_",
    "displacement_", "disorder_", "guard_cost_", "survey_", "sight_face_", "sight_mirror_", "sight_block_",
    "sight_hedge_", "sight_entrap_", "light_transition_", "light_adaptation", "light_downlight_",
    "light_reflectance_finish", "route_", "wait_again_", "wait_shelter", "lift_", "belief_share",
    "feel_gates_", "feel_safe_zone_",
)  # fmt: skip
LATER_ENDS = ("_total", "_duration_s", "duration_sd_log")
# Families whose readers are being written; empty when the first whole day runs.
BEING_WRITTEN: tuple[str, ...] = (
    "walk_", "stairs_", "escalator_", "arrive_", "board_", "wait_", "light_", "sight_", "camera_", "guard_",
    "belief_", "theft_", "harassment_", "contact_", "approach_", "aggression_", "nuisance_", "vandalism_",
    "hazard_", "sus_", "offender_", "feel_", "day_", "patrol_", "age_",
)  # fmt: skip


# ---------------------------------------------------------------- the table


def test_rows_are_whole() -> None:
    for row in DEFAULT.rows:
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", row.name), row
        assert row.unit, row
        assert row.low <= row.value <= row.high, row
        assert math.isfinite(row.low), row
        assert math.isfinite(row.high), row
        assert set(row.evidence.split(";")) <= set("SRBPA"), row
        assert all(re.fullmatch(r"[a-z][a-z0-9-]*", key) for key in row.source.split(";")), row
        assert re.fullmatch(r"[a-z_]+(\.[A-Za-z_]+)+", row.used_by), row


def test_weak_evidence_has_a_range_or_a_reason() -> None:
    for row in DEFAULT.rows:
        if row.shape == "fixed" and set(row.evidence.split(";")) & {"A", "R"}:
            why = f"{row.name} is assumed or recalled, yet fixed without saying why"
            assert re.match(r"fixed: .{15,}", row.note), why
        if row.shape != "fixed":
            assert not row.note.startswith("fixed"), row


def test_published_evidence_names_a_source() -> None:
    for row in DEFAULT.rows:
        if set(row.evidence.split(";")) & {"S", "B"}:
            assert set(row.source.split(";")) - OWN_SOURCES, f"{row.name} is published, but where?"
        if row.evidence == "A":
            assert "prototype" not in row.source, row.name


def test_every_source_is_in_the_bibliography() -> None:
    entries = re.findall(r"^@\w+\{([^,\s]+),", (MODEL / "sources.bib").read_text("utf-8"), re.M)
    assert len(entries) == len(set(entries))
    cited = {key for row in DEFAULT.rows for key in row.source.split(";")} - OWN_SOURCES
    assert cited - set(entries) == set(), "cited but not in sources.bib"
    assert set(entries) - cited == set(), "in sources.bib but not cited"


def test_bibliography_is_balanced() -> None:
    for entry in (MODEL / "sources.bib").read_text("utf-8").split("\n@")[1:]:
        key = entry.split("{")[1].split(",")[0]
        assert entry.split("\n%")[0].count("{") == entry.count("}"), key
        for needed in ("title={", "year={"):
            assert needed in entry, f"{key} has no {needed[:-2]}"


# ---------------------------------------------------------------- numbers that hang together


def test_priors_of_deterrence_follow_one_rule() -> None:
    ends = (
        "d_direct",
        "d_natural",
        "camera_passive",
        "camera_active",
        "d_light",
        "d_residual",
        "d_belief",
        "chi",
    )
    checked = 0
    for row in UNCERTAIN:
        if any(row.name == f"{kind}_{end}" for kind in INCIDENT_TYPES for end in ends):
            sd = 0.5 * row.value + 0.1
            assert row.shape == "normal"
            assert row.high == pytest.approx(row.value + 2 * sd, rel=1e-4)
            assert row.low == pytest.approx(max(0, row.value - 2 * sd), abs=1e-4)
            checked += 1
    assert checked == len(ends) * len(INCIDENT_TYPES) - 2  # two are zero by construction


def test_weights_of_perception_keep_their_sign() -> None:
    for row in UNCERTAIN:
        if re.fullmatch(r"feel_\w+_(woman|man)", row.name):
            assert row.low * row.high >= 0, row.name


def test_sums_and_identities() -> None:
    p = DEFAULT
    assert p.feel_score_slope == pytest.approx((p.feel_score_high - p.feel_score_low) * (2 / 3) * (1 / 3))
    assert p.light_minimum_weight == pytest.approx(math.log(4) / math.log(7.5), abs=0.005)
    assert p.respond_warn + p.respond_fine + p.respond_remove + p.respond_arrest == pytest.approx(1)
    assert p.gate_dodge_tailgate + p.gate_dodge_force + p.gate_dodge_intercom == pytest.approx(1)
    assert p.harassment_contact_total + p.harassment_approach_total == pytest.approx(2.1)
    assert ROWS["camera_sign_base"].high + ROWS["camera_sign_gain"].high <= 1
    ages = [p[f"walk_age_factor_{band}"] for band in ("15_24", "25_44", "45_64", "65")]
    assert np.average(ages, weights=[0.30, 0.35, 0.25, 0.10]) == pytest.approx(1, abs=0.01)
    assert p.staff_bodycam == pytest.approx(math.log(1 - 0.47), abs=1e-3)
    assert 1 - (1 - p.respond_help_one * 16**-p.respond_help_thin) ** 16 == pytest.approx(0.91, abs=0.01)


# ---------------------------------------------------------------- the typed face


def test_reading_by_attribute_and_name() -> None:
    assert DEFAULT.light_e50_lx == DEFAULT["light_e50_lx"] == ROWS["light_e50_lx"].value
    assert Parameters.default() is DEFAULT
    assert "light_e50_lx" in DEFAULT
    assert "light" not in DEFAULT


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match=r"'light_e5_lx'.*'light_e50_lx'"):
        _ = DEFAULT.light_e5_lx
    with pytest.raises(KeyError, match="walk_body_radius_m"):
        _ = DEFAULT["walk_body_radius"]
    with pytest.raises(KeyError, match="guard_weight_police"):
        DEFAULT.replace(guard_weight_polise=1.0)
    with pytest.raises(KeyError, match="no_such_family"):
        DEFAULT.by_type("no_such_family")


def test_replace_changes_one_value_and_the_digest() -> None:
    changed = DEFAULT.replace(light_e50_lx=3)
    assert changed.changed() == {"light_e50_lx": 3.0}
    assert DEFAULT.changed() == {}
    assert changed.digest != DEFAULT.digest
    assert changed != DEFAULT
    assert changed.replace(light_e50_lx=DEFAULT.light_e50_lx) == DEFAULT
    assert changed.replace(light_e50_lx=DEFAULT.light_e50_lx).digest == DEFAULT.digest
    with pytest.raises(ValueError, match="finite"):
        DEFAULT.replace(light_e50_lx=math.nan)
    with pytest.raises(AttributeError):
        changed.values = ()  # type: ignore[misc]


def test_pickle_hash_and_equality() -> None:
    changed = DEFAULT.replace(light_e50_lx=3)
    copy = pickle.loads(pickle.dumps(changed))
    assert copy == changed
    assert hash(copy) == hash(changed)
    assert len({DEFAULT, changed, copy}) == 2


def test_families_over_the_incident_types() -> None:
    direct = DEFAULT.by_type("d_direct")
    assert direct.dtype == np.float64
    assert direct.tolist() == [DEFAULT[f"{kind}_d_direct"] for kind in INCIDENT_TYPES]
    assert DEFAULT.by_type("respond_see_{}")[0] == DEFAULT.respond_see_theft
    with pytest.raises(ValueError, match="read-only"):
        direct[0] = 0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a_b,1,-,2,3,normal,A,assumption,model.x,", "low <= value <= high"),
        ("a_b,one,-,2,3,normal,A,assumption,model.x,", "line 2: value is no number"),
        ("a_b,2,-,1,3,norml,A,assumption,model.x,", "nearest is 'normal'"),
        ("a_b,2,-,0,3,lognormal,A,assumption,model.x,", "above 0"),
        ("a_b,2,-,2,2,uniform,A,assumption,model.x,", "no range"),
        ("a_b,2,-,2,2,fixed,A,assumption,model.x", "must have 10 fields"),
        (
            "a_b,2,-,2,2,fixed,A,assumption,model.x,\na_b,2,-,2,2,fixed,A,assumption,model.x,",
            "more than one row",
        ),
    ],
)
def test_a_bad_table_is_refused(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(",".join(COLUMNS) + "\n" + line + "\n", "utf-8")
    with pytest.raises(ValueError, match=message):
        read_table(path)


# ---------------------------------------------------------------- draws


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_draws_stay_in_range_and_touch_nothing_fixed(data: st.DataObject) -> None:
    uniform = st.floats(0, 1, allow_nan=False)
    base = data.draw(st.lists(uniform, min_size=7, max_size=7))
    uniforms = [base[i % 7] for i in range(len(UNCERTAIN))]
    drawn = DEFAULT.draw(uniforms)
    for row in DEFAULT.rows:
        assert row.low <= drawn[row.name] <= row.high
        if row.shape == "fixed":
            assert drawn[row.name] == row.value


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(UNCERTAIN), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_rise(row: Row, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert row.quantile(low) <= row.quantile(high) + 1e-12 * abs(row.quantile(high))
    assert row.quantile(0) == pytest.approx(row.low, rel=1e-9, abs=1e-9)
    assert row.quantile(1) == pytest.approx(row.high, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("shape", ["uniform", "normal", "lognormal", "loguniform"])
def test_quantiles_match_scipy(shape: str) -> None:
    for row in [*UNCERTAIN, replace(UNCERTAIN[0], shape=shape)]:
        if row.shape == shape:
            compare_with_scipy(row)


def compare_with_scipy(row: Row) -> None:
    log = row.shape.startswith("log")
    value, low, high = (math.log(x) if log else x for x in (row.value, row.low, row.high))
    for u in (0.025, 0.31, 0.5, 0.9):
        if row.shape.endswith("uniform"):
            known = stats.uniform(low, high - low).ppf(u)
        else:
            sd = max(high - value, value - low) / 2
            known = stats.truncnorm((low - value) / sd, (high - value) / sd, value, sd).ppf(u)
        assert row.quantile(u) == pytest.approx(math.exp(known) if log else known, rel=1e-6, abs=1e-9)


def test_symmetric_ranges_have_the_value_as_median() -> None:
    symmetric = 0
    for row in UNCERTAIN:
        log = row.shape.startswith("log")
        value, low, high = (math.log(x) if log else x for x in (row.value, row.low, row.high))
        if abs((high - value) - (value - low)) < 1e-4 * (high - low):
            assert row.quantile(0.5) == pytest.approx(row.value, rel=1e-3), row.name
            symmetric += 1
    assert symmetric > len(UNCERTAIN) // 2


def test_draws_refuse_wrong_uniforms() -> None:
    with pytest.raises(ValueError, match="uniforms for"):
        DEFAULT.draw([0.5])
    with pytest.raises(ValueError, match="0 to 1"):
        DEFAULT.draw([1.5] * len(UNCERTAIN))


# ---------------------------------------------------------------- the code carries no number of its own


def sources(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"), str(path))


def exempt(path: Path, tree: ast.Module) -> set[int]:
    """Return the ids of nodes that may hold numbers: named constants of shared types, and type hints."""
    nodes: list[ast.AST] = []
    inputs = path.is_relative_to(MODEL / "inputs")
    enums = (
        [node for node in tree.body if isinstance(node, ast.ClassDef)] if path.stem == "randomness" else []
    )
    for node in [*tree.body, *(member for enum in enums for member in enum.body)]:
        if path in CONSTANT_FILES or inputs:
            names = [*getattr(node, "targets", []), getattr(node, "target", None)]
            if any(isinstance(name, ast.Name) and name.id.isupper() for name in names):
                nodes.append(node)
        if inputs and isinstance(node, ast.ClassDef):  # defaults of what a person may give
            nodes += [field.value for field in node.body if isinstance(field, ast.AnnAssign) and field.value]
    for any_node in ast.walk(tree):
        hint = getattr(any_node, "annotation", None) or getattr(any_node, "returns", None)
        if hint is not None:
            nodes.append(hint)
    return {id(inner) for node in nodes for inner in ast.walk(node)}


def own_numbers(path: Path, tree: ast.Module, text: str) -> Iterator[str]:
    """Yield file:line of each number; one written in hexadecimal is a pattern of bits and passes."""
    allowed = exempt(path, tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in allowed:
            continue
        if type(node.value) in (int, float, complex) and node.value not in PLAIN_NUMBERS:
            if (ast.get_source_segment(text, node) or "").startswith("0x"):
                continue
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.value!r}"


def test_the_model_holds_no_numbers_outside_the_table() -> None:
    found = [
        fault
        for path, tree in sources("model")
        if not path.is_relative_to(MODEL / "kernels")
        for fault in own_numbers(path, tree, path.read_text("utf-8"))
    ]
    assert found == [], "put these into parameters.csv:\n" + "\n".join(found)


def test_the_scan_for_numbers_finds_them() -> None:
    code = "A = 7\n\ndef f(x: 'int' = 3) -> float:\n    return x * 0.25 + 2 - True + 0xFF\n"
    assert len(list(own_numbers(MODEL / "day" / "some.py", ast.parse(code), code))) == 3
    assert len(list(own_numbers(MODEL / "results.py", ast.parse(code), code))) == 2


def is_parameters(node: ast.expr) -> bool:
    """Tell whether it certainly is a Parameters object: ``x.parameters``, ``Parameters.default()``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id == "Parameters" and node.func.attr == "default":
            return True
        return node.func.attr in ("replace", "draw") and is_parameters(owner)
    return isinstance(node, ast.Attribute) and node.attr == "parameters"


def rebound(scope: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield (name, id of node) for what stands in a comprehension or lambda that binds the name anew."""
    for node in ast.walk(scope):
        names: set[str] = set()
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            targets = (inner for loop in node.generators for inner in ast.walk(loop.target))
            names = {inner.id for inner in targets if isinstance(inner, ast.Name)}
        elif isinstance(node, ast.Lambda):
            names = {argument.arg for argument in node.args.args}
        for inner in ast.walk(node) if names else ():
            for name in names:
                yield name, id(inner)


def reads(tree: ast.Module) -> Iterator[ast.Attribute]:
    """Yield every attribute read from a name that holds Parameters in its function."""
    scopes = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)] + [tree]
    seen: set[int] = set()
    for scope in scopes:
        held = {"parameters"}
        if isinstance(scope, ast.FunctionDef):
            for argument in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs):
                if (
                    argument.annotation is not None
                    and ast.unparse(argument.annotation).strip("'\"") == "Parameters"
                ):
                    held.add(argument.arg)
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign) and is_parameters(node.value):
                held |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        hidden = set(rebound(scope))
        for node in ast.walk(scope):
            if isinstance(node, ast.Attribute) and id(node) not in seen:
                name = node.value.id if isinstance(node.value, ast.Name) else ""
                if (name in held and (name, id(node)) not in hidden) or is_parameters(node.value):
                    seen.add(id(node))
                    yield node


def test_every_parameter_that_is_read_exists() -> None:
    own = set(dir(Parameters))
    faults = []
    for path, tree in sources("model", "scenarios", "calibration"):
        for node in reads(tree):
            if node.attr not in ROWS and node.attr not in own:
                faults.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    assert faults == [], "no such row in parameters.csv:\n" + "\n".join(faults)


def pattern_of(text: ast.JoinedStr) -> str:
    """Return an f-string as a pattern, empty when it says too little to name a family."""
    parts = [str(v.value) if isinstance(v, ast.Constant) else None for v in text.values]
    if sum(len(part) for part in parts if part) < len("feel_"):
        return ""
    return "".join("[a-z0-9_]+" if part is None else re.escape(part) for part in parts)


def test_the_scan_for_reads_finds_them() -> None:
    code = """
def f(p: Parameters, platforms):
    return p.walk_speed_typo, [p.id for p in platforms]

def g(inputs):
    q = inputs.parameters.replace(light_e50_lx=1)
    return q.light_typo + inputs.parameters.feel_typo + platforms.other
"""
    assert {node.attr for node in reads(ast.parse(code))} - {"replace"} == {
        "walk_speed_typo", "light_typo", "feel_typo",
    }  # fmt: skip


def used_rows() -> set[str]:
    """Return the rows whose name stands in the code: as attribute, as text, in an f-string or a family."""
    attributes: set[str] = set()
    texts: set[str] = set()
    patterns: set[str] = set()
    for path, tree in sources("model", "scenarios", "calibration"):
        if path == MODEL / "parameters.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                attributes.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                patterns.add(pattern_of(node))
    whole = re.compile("|".join(patterns - {""}) or "(?!)")
    used = attributes | texts
    return {n for n in ROWS if n in used or texts.intersection(families(n)) or whole.fullmatch(n)}


def families(name: str) -> Iterator[str]:
    """Yield what ``by_type`` would be asked for to read this row."""
    for kind in INCIDENT_TYPES:
        if name.startswith(kind + "_"):
            yield name.removeprefix(kind + "_")
        if kind in name:
            yield name.replace(kind, "{}")


def test_every_row_is_used() -> None:
    late = {n for n in ROWS if n.startswith((*LATER, *BEING_WRITTEN)) or n.endswith(LATER_ENDS)}
    unused = sorted(set(ROWS) - used_rows() - late)
    assert unused == [], "nothing reads these rows: " + ", ".join(unused)
