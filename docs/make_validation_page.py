"""Write docs/validation.md from the proofs themselves and from the record of their last run.

    python docs/make_validation_page.py                     # the page, from the record docs/validation.json
    python docs/make_validation_page.py --run [TESTS ...]   # run proofs first (all of them take an hour) and record
    python docs/make_validation_page.py --check             # say whether the page is up to date

A proof is a test named after an id: ``test_v17_...``, ``test_rimea_9_...``. Set-up and criterion are its docstring
(``Criterion (label): ...``), the result is what it tells with the fixture ``told``, or else prints first.
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from calibration.validation_tables import sections

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "validation.md"
RECORD: Final = ROOT / "docs" / "validation.json"
TEXT: Final = ROOT / "docs" / "validation_text.md"  # what is written by hand
SPEED: Final = ROOT / "docs" / "walking.json"  # python benchmarks/walking.py --json
FAMILIES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "v": ("Verification of the model (V)", tuple(f"V{n}" for n in range(1, 33))),
    "m": ("Verification by name (M)", tuple(f"M{n}" for n in range(1, 19))),
    "r": ("Reproducibility (R)", tuple(f"R{n}" for n in range(1, 9))),
    "st": ("Statistics (ST)", ()),
    "rimea": ("RiMEA 4.1.1, Annex 1", (*(f"RiMEA {n}" for n in (*range(1, 12), "12a", "12b", "12d", *range(13, 17))),)),
    "nist": ("NIST TN 1822", ("NIST 2.7", "NIST 2.8", "NIST 2.9", "NIST 2.10", "NIST 4.1", "NIST 5.1", "NIST 5.2")),
    "juelich": ("Laboratory experiments of Jülich", ()),
    "lausanne": ("Walks tracked in Lausanne", ()),
    "fact": ("Stylised facts", tuple(f"Fact {n}" for n in range(1, 13))),
    "t": ("Published models (T)", tuple(f"T{n}" for n in range(1, 11))),
}  # fmt: skip
ONE: Final = r"(?:(?:v|m|r|t)\d+|st\d+[a-g]?|rimea_\d+[a-d]?|nist_\d_\d+|fact_\d+|juelich|lausanne)"
NAMED: Final = re.compile(rf"test_({ONE}(?:_and_(?:\d+[a-d]?|{ONE})|_{ONE})*)(?:_|$)")
CRITERION: Final = re.compile(r"Criterion(?: \(([^)]*)\))?: (.*)", re.DOTALL)
OUTCOMES: Final = {"passed": "holds", "xfailed": "misses", "failed": "**fails**", "skipped": "not run"}
COVERED: Final = {"V18": "V18 (it is RiMEA 1-3, 5-7, 9, 11 and 14)"}
LONGEST: Final = 300  # letters of a printed result
HEAD: Final = "| id | set-up | criterion | label | result | |\n|---|---|---|---|---|---|\n"


@dataclass
class Proof:
    """One test: where it stands, its ids, what its docstring says, and how it ended."""

    file: str
    name: str
    ids: tuple[str, ...]
    setup: str
    criterion: str
    label: str
    outcome: str = "not run"
    results: list[str] = field(default_factory=list)
    reason: str = ""


def main(words: Sequence[str]) -> int:
    """Run, write or check."""
    if words and words[0] == "--run":
        record(run(words[1:] or [f"{proof.file}::{proof.name}" for proof in proofs()]))
    made = page()
    if words and words[0] == "--check":
        same = PAGE.exists() and PAGE.read_text("utf-8") == made
        if not same:
            print("docs/validation.md is out of date: run python docs/make_validation_page.py", file=sys.stderr)
        return int(not same)
    PAGE.write_text(made, "utf-8")
    return 0


def proofs() -> Iterator[Proof]:
    """Find the tests that are named after an id, in the order of their files."""
    for path in sorted((ROOT / "tests").glob("**/test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found = NAMED.match(node.name) if isinstance(node, ast.FunctionDef) else None
            if found is None or not isinstance(node, ast.FunctionDef):
                continue
            text = " ".join((ast.get_docstring(node) or "").split())
            said = CRITERION.search(text)
            setup = text[: said.start()].strip() if said else text
            rest = node.name[found.end() :].replace("_", " ")
            yield Proof(
                file=str(path.relative_to(ROOT)),
                name=node.name,
                ids=tuple(ids_of(found[1])),
                setup=setup,
                criterion=said[2].strip() if said else f"{rest[:1].upper()}{rest[1:]}.",
                label=(said[1] or "") if said else "",
            )


def ids_of(word: str) -> Iterator[str]:
    """Return the ids in a name: ``rimea_2_and_3`` is RiMEA 2 and RiMEA 3, ``v17_rimea_4`` V17 and RiMEA 4."""
    family = ""
    for token in re.findall(r"[a-z]*\d+[a-g]?(?:_\d+)?|juelich|lausanne|rimea|nist|fact", word.replace("_and_", " ")):
        if token.isalpha():
            family = token
            if token in ("juelich", "lausanne"):
                yield {"juelich": "Jülich", "lausanne": "Lausanne"}[token]
        elif token[0].isalpha():
            yield token[:-1].upper() + token[-1]  # ST1a keeps its letter
        elif family == "nist":
            yield f"NIST {token.replace('_', '.')}"
        else:
            yield f"{'RiMEA' if family == 'rimea' else family.capitalize()} {token}"


def run(tests: Sequence[str]) -> dict[str, Any]:
    """Run tests; return how each ended, by file and name."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "run.xml"
        options = ["-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib", "-o", "junit_logging=system-out"]
        command = [sys.executable, "-m", "pytest", "-q", *options, f"--junitxml={report}", *tests]
        subprocess.run(command, cwd=ROOT, check=False)  # that some fail is what we want to know
        return dict(read_report(ElementTree.parse(report).getroot()))


def read_report(root: ElementTree.Element) -> Iterator[tuple[str, dict[str, str]]]:
    """Return outcome, result and reason of each case of a junit report."""
    for case in root.iter("testcase"):
        file = f"{case.get('classname', '').replace('.', '/')}.py"
        outcome, reason = "passed", ""
        skipped = case.find("skipped")
        if skipped is not None:
            outcome = "xfailed" if skipped.get("type") == "pytest.xfail" else "skipped"
            reason = skipped.get("message", "")
        elif case.find("failure") is not None or case.find("error") is not None:
            outcome = "failed"
        told = [p.get("value", "") for p in case.iter("property") if p.get("name") == "result"]
        printed = [line.strip() for line in (case.findtext("system-out") or "").splitlines() if line.strip()]
        printed = [line for line in printed if not line.startswith("---")]
        result = "; ".join(told) or (printed[0] if printed else "")
        yield f"{file}::{case.get('name')}", {"outcome": outcome, "result": result[:LONGEST], "reason": reason}


def record(cases: Mapping[str, Any]) -> None:
    """Merge a run into the record; what no longer exists is dropped."""
    known = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    alive = {f"{proof.file}::{proof.name}" for proof in proofs()}
    today = date.today().isoformat()
    known |= {key: {**case, "date": today} for key, case in cases.items()}
    kept = {key: case for key, case in sorted(known.items()) if key.split("[")[0] in alive}
    RECORD.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


def judged() -> list[Proof]:
    """Return all proofs with how they ended; of several cases of a test the worst counts."""
    known = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    order = ("failed", "xfailed", "skipped", "passed")
    found = list(proofs())
    for proof in found:
        mine = [case for key, case in known.items() if key.split("[")[0] == f"{proof.file}::{proof.name}"]
        if mine:
            proof.outcome = min((case["outcome"] for case in mine), key=order.index)
            proof.results = [case["result"] for case in mine if case["result"]]
            proof.reason = next((case["reason"] for case in mine if case["reason"]), "")
    return found


def page() -> str:
    """Return the page."""
    found = judged()
    ended = [proof.outcome for proof in found]
    parts = [
        "# What is proven, and what is not\n\n"
        "Every test that carries the id of a guideline, a data set or the specification, as it ended when it was last\n"
        "run. Made by `python docs/make_validation_page.py` from the tests and `docs/validation.json`; do not edit.\n"
        "*Given* criteria are the guideline's own, *self-set* ones are ours. A miss is a strict xfail: it fails here\n"
        "as soon as it is mended. Nothing on this page is a certificate.\n\n"
        f"{ended.count('passed')} of {len(ended)} proofs hold, {ended.count('xfailed')} miss, "
        f"{ended.count('failed')} fail, {ended.count('not run') + ended.count('skipped')} were not run.\n\n"
        f"{TEXT.read_text('utf-8').strip()}\n",
        speed_table(),
        sections(),
    ]
    for family, (title, wanted) in FAMILIES.items():
        rows = sorted((proof for proof in found if family_of(proof) == family), key=place)
        have = {name for proof in found for name in proof.ids}
        missing = [COVERED.get(name, name) for name in wanted if name not in have]
        parts.append(
            f"\n## {title}\n\n{HEAD}{''.join(line_of(proof) for proof in rows)}" if rows else f"\n## {title}\n"
        )
        if missing:
            parts.append(f"\nWithout a test of that name: {', '.join(missing)}.\n")
    return "".join(parts)


def speed_table() -> str:
    """Return what ``benchmarks/walking.py --json`` measured."""
    if not SPEED.exists():
        return ""
    lines = [
        f"| {row['floor']} | {row['people']:,} | {row['ours']:,} | {row['jupedsim']:,} | {row['ratio']:.0f} | "
        f"{5e8 / row['ours']:.0f} | {'' if row['rmse_weidmann'] is None else format(row['rmse_weidmann'], '.3f')} |\n"
        for row in json.loads(SPEED.read_text("utf-8"))
    ]
    return (
        "\n## Speed of walking, ours and JuPedSim's\n\n"
        "| floor | people | ours | JuPedSim | ratio | ns per walker and half second | RMSE to Weidmann, m/s |\n"
        f"|---|---|---|---|---|---|---|\n{''.join(lines)}"
    )


def family_of(proof: Proof) -> str:
    """Return the family of a test's first id."""
    word = re.match(r"[^\d\s]+", proof.ids[0])
    first = word[0].lower() if word else ""
    return {"jülich": "juelich"}.get(first, first)


def place(proof: Proof) -> list[Any]:
    """Return what sorts V2 before V10 and RiMEA 12a before 12b."""
    numbers: Iterable[str] = re.findall(r"\d+|[a-d]$", proof.ids[0])
    return [(int(n), "") if n.isdigit() else (0, n) for n in numbers] + [(0, proof.name)]


def line_of(proof: Proof) -> str:
    """Return a row of a table."""
    result = "; ".join(dict.fromkeys(proof.results[:3])) + ("; ..." if len(proof.results) > 3 else "")
    verdict = OUTCOMES.get(proof.outcome, proof.outcome) + (f": {proof.reason}" if proof.reason else "")
    cells = (", ".join(proof.ids), proof.setup, proof.criterion, proof.label, result, verdict)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
