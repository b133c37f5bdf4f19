"""Two measures on the same asset: what cannot be together, and what hangs on the order.

Nothing is registered: each measure is applied to the base alone, and what it changes, adds or takes away is compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any, Final, Literal

from model.inputs.inputs import Inputs
from scenarios.faults import Fault
from scenarios.measures.measure import Measure

Sort = Literal["gone", "overruled", "order"]
MOST_NAMED: Final = 3
_LAYOUT: Final = {
    "walls": "wall", "zones": "zone", "lamps": "lamp", "cameras": "camera", "shops": "shop", "spots": "spot",
    "obstacles": "obstacle", "mirrors": "mirror", "gate_lines": "row of gates",
}  # fmt: skip
GONE: Final = ""
ADDED: Final = "+"
Changes = dict[tuple[str, str], Any]  # (asset, field) -> its new value; field GONE: None, field ADDED: the asset


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two measures of a scenario that touch the same asset.

    Attributes:
        first, second: numbers of the measures in the scenario, from 0 on.
        names: what they are.
        sort: ``gone``: one takes away what the other changes; ``overruled``: nothing is left of the first;
            ``order``: both count, and in another order the result would be another.
        assets: for example ``wall w-12``.
    """

    first: int
    second: int
    names: tuple[str, str]
    sort: Sort
    assets: tuple[str, ...]

    @property
    def is_fault(self) -> bool:
        """Whether the two cannot stand together."""
        return self.sort != "order"

    @property
    def message(self) -> str:
        """Return it in a sentence."""
        named = ", ".join(self.assets[:MOST_NAMED])
        more = f" and {len(self.assets) - MOST_NAMED} more" if len(self.assets) > MOST_NAMED else ""
        first = f"measure {self.first + 1} ({self.names[0]})"
        return {
            "gone": f"{first} and this one ({self.names[1]}) cannot both be done to {named}{more}: one takes away "
            "what the other changes",
            "overruled": f"undoes all that {first} does to {named}{more}",
            "order": f"acts on {named}{more} after {first}; both count, in this order",
        }[self.sort]


def conflicts(measures: Sequence[Measure], base: Inputs) -> list[Conflict]:
    """Return the conflicts between measures that are in force on a common date, in their order.

    Args:
        measures: each fits the base, alone or after those before it.
        base: of the station.
    """
    before = _assets(base)
    alone = [_changes(before, _assets(measure.apply(base))) for measure in measures]
    found = []
    for i, k in combinations(range(len(measures)), 2):
        if not measures[i].overlaps(measures[k]):
            continue
        for sort, assets in _pair(measures[i], measures[k], alone[i], alone[k], base):
            found.append(Conflict(i, k, (measures[i].name, measures[k].name), sort, assets))
    return found


def conflict_faults(found: Sequence[Conflict], file: str) -> list[Fault]:
    """Return those that cannot be, as faults of a scenario file."""
    remedy = "leave one of the two out, name other assets, or give them dates that do not overlap"
    return [Fault(file, f"measure {c.second + 1}", "measure", c.message, remedy) for c in found if c.is_fault]


def _pair(
    one: Measure, other: Measure, mine: Changes, theirs: Changes, base: Inputs
) -> Iterator[tuple[Sort, tuple[str, ...]]]:
    gone = {asset for changes in (mine, theirs) for asset, field in changes if field == GONE}
    touched = [{asset for asset, _ in changes} for changes in (mine, theirs)]
    lost = touched[0] & touched[1] & gone
    if lost:
        yield "gone", tuple(sorted(lost))
    both = [key for key in mine if key in theirs and key[0] not in lost and mine[key] != theirs[key]]
    if not both:
        return
    after = [_assets(second.apply(first.apply(base))) for first, second in ((one, other), (other, one))]
    overruled = [a for a, f in both if _value(after[0], a, f) == theirs[a, f] != _value(after[1], a, f)]
    if overruled:
        yield "overruled", tuple(dict.fromkeys(overruled))
    ordered = [
        a for a, f in both if a not in overruled and not _alike(_value(after[0], a, f), _value(after[1], a, f))
    ]  # fmt: skip
    if ordered:
        yield "order", tuple(dict.fromkeys(ordered))


def _value(assets: dict[str, Any], asset: str, field: str) -> Any:
    if asset not in assets:
        return None
    return assets[asset] if field == ADDED else getattr(assets[asset], field)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other))  # a product does not hang on the order
    return bool(one == other)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """Return what was changed, taken away or added."""
    changes: Changes = {(name, ADDED): thing for name, thing in after.items() if name not in before}
    for name, thing in before.items():
        if name not in after:
            changes[name, GONE] = None
        elif after[name] is not thing and after[name] != thing:
            for f in fields(thing):
                if getattr(after[name], f.name) != getattr(thing, f.name):
                    changes[name, f.name] = getattr(after[name], f.name)
    return changes


def _assets(inputs: Inputs) -> dict[str, Any]:
    """Return everything that measures may change, by name."""
    found = {
        f"{word} {thing.id}": thing for part, word in _LAYOUT.items() for thing in getattr(inputs.layout, part)
    }  # fmt: skip
    found |= {f"duty {duty.id}": duty for duty in inputs.roster.duties}
    found |= {f"operator {one.id}": one for one in inputs.roster.operators}
    found |= {f"repair by {one.owner}": one for one in inputs.upkeep.repair}
    found |= {f"removal of graffiti by {one.owner}": one for one in inputs.upkeep.graffiti}
    return found | {"reporting": inputs.reporting, "follow-up": inputs.follow_up}
