"""What a layout means for who walks: barriers, and all ways through them; closed gates are both."""

from math import hypot

from model.inputs.layout import GateLine, Layout, Passage, Point, Wall

WIDTH_OF_WIDE_M = 0.9
_NEAR_M = 0.3  # the box where people wait for a gate begins and ends so far from the line
_FAR_M = 1.3
_GAP_M = 0.05  # between the boxes of two gates
_HALF_M = 0.45  # most half width of a box
_ONE_WAY = {"both": "both", "in": "a_to_b", "out": "b_to_a"}


def barriers(layout: Layout) -> tuple[Wall, ...]:
    """Return the walls and, as low barriers that stop no sight, the closed lines of gates."""
    lines = (
        Wall(line.id, line.level, *line.ends[0], *line.ends[1], "edge") for line in layout.gate_lines if line.closed
    )
    return (*layout.walls, *lines)


def ways_of(layout: Layout) -> tuple[Passage, ...]:
    """Return the passages and, behind them, every gate of a closed line as one: a is outside, b inside."""
    gates = (gate for line in layout.gate_lines if line.closed for gate in gates_of(line))
    return (*layout.passages, *gates)


def pitch_of(line: GateLine) -> float:
    """Return the distance of two gates of a line, m."""
    (x1, y1), (x2, y2) = line.ends
    return hypot(x2 - x1, y2 - y1) / line.gates


def gates_of(line: GateLine) -> list[Passage]:
    """Return the gates of a line as passages between a box outside and a box inside."""
    (x1, y1), (x2, y2) = line.ends
    length = hypot(x2 - x1, y2 - y1)
    along = (x2 - x1) / length, (y2 - y1) / length
    inward = -along[1], along[0]
    pitch = length / line.gates
    half = min(_HALF_M, (pitch - _GAP_M) / 2)

    def corner(s: float, t: float) -> Point:
        return x1 + s * along[0] + t * inward[0], y1 + s * along[1] + t * inward[1]

    made = []
    for k in range(line.gates):
        low, high = (k + 0.5) * pitch - half, (k + 0.5) * pitch + half
        outside, inside = (
            (corner(low, near), corner(high, near), corner(high, far), corner(low, far))
            for near, far in ((-_NEAR_M, -_FAR_M), (_NEAR_M, _FAR_M))
        )
        width = WIDTH_OF_WIDE_M if k >= line.gates - line.wide else line.width_m
        direction = _ONE_WAY[line.direction]
        made.append(
            Passage(f"{line.id}:{k}", "gate", outside, inside, 2 * _NEAR_M, width, 0.0, direction, line.assumed)  # type: ignore[arg-type]
        )
    return made
