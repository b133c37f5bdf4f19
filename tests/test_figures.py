"""Figures: numbers as a reader writes them, scales, merging, pictures, and places on paper."""

import math
import re
import struct
import zlib
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from dashboard.answer import band_sentence
from dashboard.figures.axis import axis_over, decimals_of
from dashboard.figures.both import PHONE_WIDTH, for_both
from dashboard.figures.fields import (
    MIN_EVENTS_YEAR,
    group_sums,
    incident_fields,
    merge_up,
    score_fields,
    to_pixels,
)
from dashboard.figures.frontier import Dot, frontier_figure
from dashboard.figures.intervals import group_axis, groups_of, improvement, intervals_figure, print_interval
from dashboard.figures.matrix import matrix_figure
from dashboard.figures.numbers import (
    MINUS,
    NO_BREAK,
    clock,
    decimal,
    digits_for,
    interval,
    money,
    money_short_span,
    money_span,
    percent,
)
from dashboard.figures.palette import (
    CAUTION,
    CAUTION_GROUND,
    DIVERGING,
    GENDER_COLOUR,
    INK,
    INK_SECOND,
    INK_THIRD,
    LIGHT_LX,
    PAPER,
    SCORE,
    SCORE_DIFFERENCE,
    WORSE,
    Steps,
    contrast,
    diverging,
    ink_on,
    nice_breaks,
)
from dashboard.figures.png import CLEAR, png
from dashboard.figures.profile import Step, level_axis, profile_figure
from dashboard.figures.sheet import PIXEL_M, floor_pixels, make_tiles, north_on_paper, platform_spots
from dashboard.figures.square import Place, apart, square_figure
from dashboard.report_data import Line, Row
from dashboard.words import Language, Words
from model.world.grid import make_grid
from scenarios.drawn_shoebox import layout

EN, NL = Words("en"), Words("nl")


# numbers


def test_numbers_follow_the_table_of_the_page() -> None:
    assert decimal(6.4, 1, "nl") == "6,4"
    assert decimal(1184, 0, "nl") == "1.184"
    assert decimal(1184, 0, "en") == "1,184"
    assert interval(6.4, 6.8, 1, "nl") == "6,4–6,8"
    assert interval(-0.1, 0.2, 1, "nl") == f"{MINUS}0,1{NO_BREAK}tot{NO_BREAK}0,2"
    assert money(412_300, "nl") == f"€{NO_BREAK}412.000"
    assert money_short_span(30_400, 251_000, "nl") == f"€{NO_BREAK}30.000–250.000"
    assert money_short_span(512_000, 12_263_000, "nl") == f"€{NO_BREAK}0,5–12{NO_BREAK}mln"
    assert money_short_span(1.21e6, 1.24e6, "en") == f"€{NO_BREAK}1.2{NO_BREAK}m"
    assert money_span(205_000, 836_000, "en") == f"€{NO_BREAK}200,000–840,000"
    assert money_span(40_000, 64_000, "en") == f"€{NO_BREAK}40,000–64,000"
    assert clock(81_900, "nl") == "22.45"
    assert clock(90_000, "en") == "01:00"
    assert percent(0.22, "en", sign=True) == "+22%"
    assert decimal(-0.3, 1, "en", sign=True) == f"{MINUS}0.3"


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_nothing_is_printed_onto_zero_and_no_zero_has_a_sign(value: float, digits: int) -> None:
    text = decimal(value, digits, "en", sign=True)
    magnitude = float(text.strip("+" + MINUS).replace(",", ""))
    if abs(value) >= 0.5 * 10.0 ** -(digits + 4) * 1.001:
        assert magnitude > 0.0
        assert text.startswith(MINUS if value < 0 else "+")
    if magnitude == 0.0:
        assert MINUS not in text
    assert abs(magnitude - abs(value)) <= 0.5 * 10.0**-digits * (1 + 1e-6)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        decimal(value, 1, "en")


def test_digits_give_the_half_width_two_significant_digits() -> None:
    assert digits_for(0.20, 0.42) == 2
    assert digits_for(2.0, 25.0) == 0
    assert digits_for(0.010, 0.014) == 4


def test_change_in_words_has_the_sign_of_its_interval() -> None:
    assert print_interval(-0.25, -0.02, "relative", EN) == "2–25% lower"
    assert print_interval(-0.25, -0.02, "relative", NL) == "2–25% lager"
    assert print_interval(0.2, 0.42, "points", EN) == "0.20–0.42 higher"
    assert print_interval(-0.04, 0.11, "relative", EN) == f"{MINUS}4{NO_BREAK}to{NO_BREAK}11%"


# colour


def test_text_colours_reach_the_contrast_that_is_asked() -> None:
    for ink in (INK, INK_SECOND, INK_THIRD, WORSE, GENDER_COLOUR["woman"], GENDER_COLOUR["man"]):
        assert contrast(ink, PAPER) >= 4.5
    assert contrast(CAUTION, CAUTION_GROUND) >= 4.5
    for fill in (*DIVERGING, *SCORE.colours):
        assert contrast(ink_on(fill), fill) >= 4.5, fill


def test_difference_scale_is_symmetric_and_follows_better_not_plus() -> None:
    up, down = diverging(0.15, 0.3, 0.6), diverging(1, 2, 5, better_is_up=False)
    assert up.breaks == tuple(-b for b in reversed(up.breaks))
    assert up.colour(1.0) == DIVERGING[-1]  # petrol: better
    assert down.colour(10.0) == DIVERGING[0]  # rust: more incidents
    assert up.colour(0.0) == down.colour(0.0) == DIVERGING[3]


def test_steps_put_a_limit_in_the_class_above_it() -> None:
    assert LIGHT_LX.index(1.99) == 0
    assert LIGHT_LX.index(2.0) == 1
    with pytest.raises(ValueError, match="ascend"):
        Steps((2.0, 1.0), ("#000000", "#111111", "#222222"))


@given(st.floats(1e-6, 1e8), st.integers(1, 6))
def test_nice_breaks_ascend_and_stay_under_the_top(top: float, count: int) -> None:
    breaks = nice_breaks(top, count)
    assert len(breaks) == count
    assert list(breaks) == sorted(set(breaks))
    assert breaks[-1] <= top < 2.6 * breaks[-1]


# axes


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=8), st.booleans())
def test_an_axis_holds_its_values_between_round_ends(values: list[float], zero: bool) -> None:
    axis = axis_over(values, 4, zero=zero)
    step = axis.ticks[1] - axis.ticks[0]
    for value in values:
        assert min(axis.ticks) - 1e-6 * step <= value <= max(axis.ticks) + 1e-6 * step
    assert 2 <= len(axis.ticks) <= 7
    if zero:
        assert any(abs(t) < 1e-9 * max(1.0, step) for t in axis.ticks)
    assert 0.0 <= axis.place(values[0]) <= 1.0


def test_reversed_axis_puts_the_smallest_right() -> None:
    axis = axis_over([-10.0, 5.0], 4, zero=True, reverse=True)
    assert axis.place(-10.0) > axis.place(5.0)
    assert decimals_of((0.0, 0.25)) == 1


# pictures


def _read_png(data: bytes) -> tuple[int, int, bytes, np.ndarray]:
    """Decode a palette PNG without filters: a slow twin of the writer."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + body)
        chunks[kind] = body
        at += 12 + size
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not lines[:, 0].any()
    return width, height, chunks[b"PLTE"], lines[:, 1:]


def test_png_gives_back_its_pixels_and_colours() -> None:
    index = np.array([[0, 1, CLEAR], [1, 1, 0]], np.uint8)
    width, height, palette, pixels = _read_png(png(index, ("#102030", "#ffffff")))
    assert (width, height) == (3, 2)
    assert palette[:6] == bytes((0x10, 0x20, 0x30, 0xFF, 0xFF, 0xFF))
    assert pixels.tolist() == [[0, 1, 2], [1, 1, 0]]
    with pytest.raises(ValueError, match="without a colour"):
        png(np.array([[7]], np.uint8), ("#000000",))


# fields


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_merging_keeps_sums_and_leaves_no_poor_group(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight = rng.exponential(20.0, (13, 22)) * (rng.random((13, 22)) < 0.7)
    walked = rng.random((13, 22)) < 0.9
    weight *= walked
    group, count = merge_up(weight, walked, 30.0)
    assert (group[~walked] < 0).all()
    sums = group_sums(weight, group, count)
    assert (sums >= 30.0 - 1e-9).all()
    assert np.isclose(sums.sum(), weight[group >= 0].sum())
    assert (weight[group < 0] < 30.0).all()  # what weighs enough by itself is always drawn
    rich = weight >= 30.0
    assert len(np.unique(group[rich])) == rich.sum()


def test_score_is_a_ratio_of_sums_and_blank_where_few_are() -> None:
    seconds = np.full((8, 8), 700.0)
    seconds[:, 4:] = 0.01
    base, other = score_fields([seconds * 6.0, seconds * 6.5], [seconds, seconds], np.full((8, 8), 4.0), 1)
    assert np.allclose(base[:, :4], 6.0)
    assert np.allclose(other[:, :4], 6.5)
    assert np.isnan(base[:, 4:]).all()


def test_incidents_are_blank_under_five_a_year_and_per_area_elsewhere() -> None:
    area = np.full((8, 8), 4.0)
    daily = np.full((8, 8), 10.0 / 365.0)
    daily[4:] = 0.01 / 365.0
    (field,) = incident_fields([daily], area)
    assert np.allclose(field[:4], 10.0 / 4.0 * 100.0)
    assert np.isnan(field[4:]).all()
    assert MIN_EVENTS_YEAR > 64 / 2 * 0.01


def test_pixels_repeat_their_cell_and_refuse_a_short_field() -> None:
    field = np.arange(6.0).reshape(2, 3)
    pixels = to_pixels(field, 1.0, (4, 6))
    assert pixels[0, 0] == pixels[1, 1] == 0.0
    assert pixels[3, 5] == 5.0
    with pytest.raises(ValueError, match="does not cover"):
        to_pixels(field, 1.0, (4, 8))


# paper


def test_every_pixel_of_floor_is_on_exactly_one_tile_and_levels_do_not_share() -> None:
    plan = layout()
    grid = make_grid(plan)
    tiles = make_tiles(plan, grid)
    levels = floor_pixels(grid)
    assert sum(int(t.floor.sum()) for t in tiles) == int((levels > np.iinfo(np.int16).min).sum())
    for tile in tiles:
        assert (levels[tile.rows, tile.columns][tile.floor] == tile.ordinal).all()
    assert tiles[0].width >= tiles[0].height  # the long side lies


@pytest.mark.parametrize("turned", [False, True])
def test_picture_and_walls_use_the_same_places(turned: bool) -> None:
    plan = layout()
    grid = make_grid(plan)
    tile = make_tiles(plan, grid)[0]
    rows, columns = tile.floor.shape
    if turned != tile.turned:
        tile = type(tile)(
            tile.ordinal, tile.name, tile.rows, tile.columns, tile.floor,
            tile.height, tile.width, turned, tile.x0, tile.y0,
        )  # fmt: skip
    marked = np.zeros((rows, columns), np.uint8)
    row, column = rows // 3, columns // 4
    marked[row, column] = 1
    drawn = tile.draw(marked)
    x, y = tile.x0 + (column + 0.5) * PIXEL_M, tile.y0 + (row + 0.5) * PIXEL_M
    across, down = tile.paper(x, y)
    assert drawn[int(down / PIXEL_M), int(across / PIXEL_M)] == 1
    assert drawn.shape == (round(tile.height / PIXEL_M), round(tile.width / PIXEL_M))


def test_a_turned_sheet_is_not_mirrored() -> None:
    plan = layout()
    tile = make_tiles(plan, make_grid(plan))[0]
    turned = type(tile)(
        tile.ordinal, tile.name, tile.rows, tile.columns, tile.floor,
        tile.height, tile.width, True, tile.x0, tile.y0,
    )  # fmt: skip
    for side in (tile, turned):
        (ox, oy), (ax, ay), (bx, by) = (side.paper(*p) for p in ((0, 0), (1, 0), (0, 1)))
        # down is positive on paper, so a turn from x to y is clockwise in these numbers
        assert (ax - ox) * (by - oy) - (ay - oy) * (bx - ox) == pytest.approx(-1.0)
    assert north_on_paper(90.0, False) == 90.0
    assert north_on_paper(90.0, True) == 180.0  # the north of the sheet lies at the left
    assert north_on_paper(None, True) is None


def test_platform_numbers_stand_outside_their_edge() -> None:
    plan = layout()
    tiles = make_tiles(plan, make_grid(plan))
    spots = platform_spots(plan, tiles)
    assert sorted("/".join(s.label for s in spots).split("/")) == sorted(p.id for p in plan.platforms)
    by_level = {t.ordinal: t for t in tiles}
    for spot in spots:
        tile = by_level[spot.ordinal]
        floor = tile.draw(tile.floor.astype(np.uint8))
        row, column = int(spot.down / PIXEL_M), int(spot.across / PIXEL_M)
        inside = 0 <= row < floor.shape[0] and 0 <= column < floor.shape[1]
        assert not inside or not floor[row, column]


# dots and intervals


def _line(key: str, low: float, high: float, verdict: str, better: str = "lower") -> Line:
    middle = (low + high) / 2
    return Line("s", key, key, "relative", better, middle, low, high, verdict, "…")  # type: ignore[arg-type]


def test_better_lies_right_whatever_the_sign() -> None:
    lines = (_line("a", -0.3, -0.1, "W4"), _line("b", 0.1, 0.3, "W4", "higher"))
    (group,) = groups_of(lines)
    axis = group_axis(group)
    for line in lines:
        assert line.estimate is not None
        assert axis.place(improvement(line.estimate, line)) > axis.place(0.0)
        assert line.improves


def test_lines_not_shown_are_present_hollow_and_last() -> None:
    lines = (
        _line("nil", -0.5, 0.4, "W8"),
        _line("small", -0.05, -0.04, "W4"),
        _line("big", -0.3, -0.2, "W4"),
    )
    text = str(intervals_figure(lines, EN, "caption"))
    order = [text.index(f">{key}<") for key in ("big", "small", "nil")]
    assert order == sorted(order)
    hollow = text[text.index(">nil<") :]
    assert 'fill="#ffffff"' in hollow
    assert "W8" not in hollow


def test_a_line_without_numbers_keeps_its_row() -> None:
    line = Line("s", "rare", "rare", "relative", "lower", None, None, None, "W9", "Too rare.")
    text = str(intervals_figure((line,), EN, ""))
    assert ">rare<" in text
    assert "<circle" not in text


# matrix and profile


def test_matrix_fills_only_cells_whose_interval_excludes_zero() -> None:
    def row(low: float, high: float) -> Row:
        return Row("s", "perceived_safety", "", "woman", "x", "all", "", 6.0, 6.0, (low + high) / 2, low, high, pairs=9)

    cells = {("woman", "19-22"): row(0.2, 0.5), ("woman", "22-01"): row(-0.1, 0.5), ("woman", "05-07"): None}
    text = str(matrix_figure(cells, ("woman",), ("19-22", "22-01", "05-07"), "points", SCORE_DIFFERENCE, NL, "caption"))
    assert text.count("background:") == 1
    assert f"background:{SCORE_DIFFERENCE.colour(0.35)}" in text
    assert "0,20–0,50" in text
    assert ">–<" in text
    small = {("woman", "19-22"): row(0.02, 0.08), ("woman", "22-01"): row(-0.08, -0.02)}
    text = str(matrix_figure(small, ("woman",), ("19-22", "22-01"), "points", SCORE_DIFFERENCE, NL, "caption"))
    for side in (0.2, -0.2):  # small, but shown not to be zero: the mildest colour of its side
        assert f"background:{SCORE_DIFFERENCE.colour(side)}" in text


def test_profile_draws_both_arms_and_the_interval() -> None:
    steps = (Step("19-22", 6.0, 6.4, 6.2, 6.6), Step("22-01", 5.5, 5.5, None, None))
    text = str(profile_figure(steps, level_axis((steps,), False), "#0b6275", EN, "sentence", (29_000.0, 72_000.0)))
    assert text.count("stroke-dasharray") == 2
    assert text.count('opacity="0.25"') == 1
    assert 'class="dark"' in text
    assert 'aria-label="sentence"' in text


# felt against expected


@given(st.lists(st.floats(40, 260), min_size=1, max_size=9))
def test_labels_keep_their_order_and_distance(wanted: list[float]) -> None:
    placed = apart(wanted, 15.0, 36.0, 264.0)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    gaps = [placed[b] - placed[a] for a, b in pairwise(order)]
    assert all(gap >= 15.0 - 1e-9 for gap in gaps)
    assert all(36.0 - 1e-9 <= p <= 264.0 + 1e-9 for p in placed)


@pytest.mark.parametrize(
    ("felt", "incidents", "corner"),
    [(0.2, -0.1, "both"), (0.2, 0.1, "comfort"), (-0.2, -0.1, "unfelt"), (-0.2, 0.1, "worse")],
)
def test_corners_are_named_by_what_is_felt_and_what_is_expected(felt: float, incidents: float, corner: str) -> None:
    place = Place("platform", felt, incidents, True)
    assert place.corner == corner
    text = str(square_figure((place,), EN, "sentence"))
    assert ">platform<" in text
    dot = re.search(r'<circle cx="([\d.]+)%" cy="([\d.]+)"', text)
    assert dot is not None
    assert (float(dot.group(1)) > 50.0) == (felt > 0)
    assert (float(dot.group(2)) < 141.0) == (incidents < 0)  # fewer is higher


def test_sentence_of_a_matrix_counts_what_the_matrix_prints() -> None:
    numbers = (1.0, 1.0, -0.1, -0.3, 0.1, -0.1, -0.2, -0.05, 9)
    row = Row("s", "expected_incidents", "all", "all", "19-22", "all", "", *numbers)
    cells: dict[tuple[str, str], Row | None] = {("all", "19-22"): row}
    assert "below zero 1 times" in band_sentence(cells, "relative", EN)
    assert "below zero 0 times" in band_sentence(cells, "points", EN)


def _texts(picture: Markup) -> list[tuple[float, str, str]]:
    """Return where each text of a drawing begins, how it is anchored, and what it says."""
    svg = ElementTree.fromstring(str(picture))
    found = [element for element in svg.iter() if element.tag.endswith("text")]
    return [(float(t.get("x", 0)), t.get("text-anchor", "start"), t.text or "") for t in found]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_phone_gets_a_frontier_whose_sums_do_not_touch(language: Language) -> None:
    words = Words(language)
    front = [Dot(1_000_000.0 * k, 0.1 * k, 0.01) for k in range(1, 9)]
    letter = 6.6  # pixels a letter of 13 pixels takes, about
    for wide in (PHONE_WIDTH, 780.0):
        picture = frontier_figure([], front, 3_000_000.0, "points", words, "a sentence", wide=wide)
        sums = sorted((x, text, anchor) for x, anchor, text in _texts(picture) if text.startswith("\u20ac"))
        assert len(sums) >= 2
        edges = [
            (x - letter * len(t) / 2, x + letter * len(t) / 2) if anchor == "middle" else (x - letter * len(t), x)
            for x, t, anchor in sums
        ]
        assert all(before[1] < after[0] for before, after in pairwise(edges))
        assert edges[-1][1] <= wide


def test_a_picture_for_both_holds_one_for_each_screen() -> None:
    both = for_both(lambda phone: Markup("small") if phone else Markup("large"))
    assert both == '<div class="on-wide">large</div><div class="on-phone">small</div>'
