"""Which lamps burn and which cameras are watched, hour by hour: a layout for each state of a day."""

from collections.abc import Sequence
from dataclasses import replace

from model.inputs.layout import Layout
from model.inputs.roster import Operator, Roster


def states(layout: Layout, roster: Roster) -> list[tuple[int, Layout]]:
    """Return the layouts of a day in order of time: from which second, and what burns and is watched then.

    The first begins at 0. There is only one where no lamp has hours and nobody is a camera operator.
    """
    times = {0, *(t for lamp in layout.lamps for t in lamp.burns or ())}
    times |= {t for operator in roster.operators for t in (operator.start_s, operator.end_s)}
    found: list[tuple[int, Layout]] = []
    for second in sorted(times):
        now = at_second(layout, roster, second)
        if not found or now != found[-1][1]:
            found.append((second, now))
    return found


def at_second(layout: Layout, roster: Roster, second: float) -> Layout:
    """Return the layout with the lamps that burn at a second, and the cameras that are watched marked as such."""
    lamps = tuple(m for m in layout.lamps if m.burns is None or m.burns[0] <= second < m.burns[1])
    seen = watched_ids(layout, roster.operators, second)
    cameras = tuple(c if c.id not in seen or c.watched else replace(c, watched=True) for c in layout.cameras)
    return replace(layout, lamps=lamps, cameras=cameras)


def watched_ids(layout: Layout, operators: Sequence[Operator], second: float) -> set[str]:
    """Return the ids of the cameras that somebody looks at."""
    everything = {camera.id for camera in layout.cameras}
    seen = {camera.id for camera in layout.cameras if camera.watched}
    for operator in operators:
        if operator.start_s <= second < operator.end_s:
            seen |= set(operator.cameras) if operator.cameras else everything
    return seen & everything


def cameras_per_operator(layout: Layout, operators: Sequence[Operator], second: float, usual: float) -> float:
    """Return the workload: how many cameras each operator on duty looks at, those of other places included.

    Args:
        usual: cameras for each operator where they are watched all day by nobody in particular.

    Returns:
        0 when nobody looks.
    """
    on_duty = [one for one in operators if one.start_s <= second < one.end_s]
    everything = {camera.id for camera in layout.cameras}
    named = {camera for one in on_duty for camera in (one.cameras or everything)}
    alone = {camera.id for camera in layout.cameras if camera.watched} - named
    people = len(on_duty) + len(alone) / usual
    if not people:
        return 0.0
    return (len(named & everything) + len(alone) + sum(one.elsewhere for one in on_duty)) / people
