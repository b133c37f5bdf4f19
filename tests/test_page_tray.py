"""Explore, Runs, Place, Walk and Watch without a browser and without a model."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dashboard import worker
from dashboard.address import Address
from dashboard.answer import matters
from dashboard.app import body_of, make_app
from dashboard.figures.numbers import LANGUAGES, Language
from dashboard.helper import Answered, Helper
from dashboard.instant import best_within, packages_of
from dashboard.own import on_floor, own_text, reach, read_own
from dashboard.pages import explore, place, walk
from dashboard.pages.catalogue import PAGES
from dashboard.pages.choices import Choice, choose
from dashboard.pages.cost_card import cost_card, cost_rows
from dashboard.pages.estimate import tray_address
from dashboard.pages.page import Site
from dashboard.pages.tray_form import progress_text
from dashboard.recordings import SHIPPED as SHIPPED_HOURS
from dashboard.recordings import Recordings, opening
from dashboard.shelf import Shelf
from dashboard.shell import top_bar
from dashboard.study_file import Ranking
from dashboard.tray import base_of, slots, tray_of
from scenarios.queue import Queue
from scenarios.recording import ABOUT
from scenarios.scenario import parse_scenario
from scenarios.study import Progress

ON = {"station": "halte", "on_brighter_lamps": "1"}


SHELF = Shelf()  # opened studies are kept between tests


def _site(tmp_path: Path) -> Site:
    return Site(SHELF, queue=Queue(tmp_path), recordings=Recordings(tmp_path))


@pytest.fixture
def halte() -> Choice:
    found = choose(Address("explore", "en", {"station": "halte"}), SHELF)
    assert found is not None
    return found


def test_the_tray_holds_the_single_measures_of_the_station() -> None:
    names = {slot.name for slot in slots("halte")}
    assert {"brighter-lamps", "evening-patrol", "cameras"} <= names
    assert "all-three" not in names


def test_a_measure_as_shipped_is_the_shipped_scenario_and_a_stronger_one_is_not() -> None:
    shipped = tray_of(Address("explore", "en", ON), "halte")
    assert shipped.scenario is not None
    assert shipped.scenario.name == "brighter-lamps"
    assert 0 < shipped.cost().low < shipped.cost().value < shipped.cost().high
    stronger = tray_of(Address("explore", "en", {**ON, "x_brighter_lamps": "3"}), "halte")
    assert stronger.scenario is not None
    assert stronger.scenario.name.startswith("own-")
    assert (
        stronger.scenario.name
        != tray_of(Address("explore", "en", {**ON, "x_brighter_lamps": "4"}), "halte").scenario.name
    )  # type: ignore[union-attr]
    assert parse_scenario(explore.text_of(stronger), "own") == stronger.scenario


@pytest.mark.parametrize("strength", ["nan", "-5", "1e9", "<b>", ""])
def test_a_strength_stays_within_its_limits(strength: str) -> None:
    tray = tray_of(Address("explore", "en", {**ON, "x_brighter_lamps": strength}), "halte")
    assert 1.25 <= tray.on["brighter-lamps"] <= 4.0


def test_what_was_run_answers_and_what_was_not_waits_for_a_run(tmp_path: Path) -> None:
    site = _site(tmp_path)
    address = Address("explore", "en", ON)
    found = explore.answer_for(tray_of(address, "halte"), address, site)
    assert found is not None
    assert found.scenarios == ("brighter-lamps",)
    all_on = {**ON, "on_cameras": "1", "on_evening_patrol": "1"}  # in another order than the file that was run
    together = explore.answer_for(tray_of(Address("explore", "en", all_on), "halte"), address, site)
    assert together is not None
    assert together.scenarios == ("all-three",)
    other = Address("explore", "en", {**ON, "x_brighter_lamps": "3"})
    assert explore.answer_for(tray_of(other, "halte"), other, site) is None
    keys = {card.key for card in explore.cards(address, site)}
    assert {"best", "strip", "matrix-score", "lines"} <= keys
    assert {card.key for card in explore.cards(other, site)} == {"best", "estimate", "frontier"}


def test_the_emulator_answers_with_its_band_and_says_so_or_says_why_not(tmp_path: Path) -> None:
    site = _site(tmp_path)

    def card(**chosen: str) -> Any:
        address = Address("explore", "en", {"station": "halte", **chosen})
        return next(c for c in explore.cards(address, site) if c.key == "estimate")

    said = card(on_brighter_lamps="1", x_brighter_lamps="3")
    assert "Estimate, not yet run" in said.body
    assert said.table is not None
    assert all(low < mean < high for _, _, mean, low, high, _ in said.table.rows)
    women = said.table.rows[0]
    weaker = card(on_brighter_lamps="1", x_brighter_lamps="1.5").table.rows[0]
    assert women[2] > weaker[2] > 0  # more light, more points
    refused = card(on_evening_patrol="1", f_evening_patrol="20")
    assert refused.table is None
    assert "a run gives the answer" in refused.title
    assert card(on_owners_agreement="1", on_cameras="1").table is None  # the emulator has never met it


def test_the_tray_moves_hours_zones_and_order(tmp_path: Path) -> None:
    chosen = {**ON, "on_evening_patrol": "1", "f_evening_patrol": "20", "t_evening_patrol": "23"}
    tray = tray_of(Address("explore", "en", {**chosen, "z_evening_patrol": "platform"}), "halte")
    patrol = next(m for m in tray.measures if m.name == "patrol")
    assert patrol.hours == (20 * 3600, 23 * 3600)  # type: ignore[attr-defined]
    assert patrol.zones == ("platform",)  # type: ignore[attr-defined]
    turned = tray_of(Address("explore", "en", {**chosen, "order": "evening_patrol.brighter_lamps"}), "halte")
    assert [m.name for m in turned.measures] == ["patrol", "brighter_lamps"]
    assert tray_of(Address("explore", "en", {**chosen, "f_evening_patrol": "24"}), "halte").changed == {}  # no hours


def test_what_is_placed_by_hand_joins_the_tray_and_can_be_run(tmp_path: Path) -> None:
    layout = base_of("halte").layout
    lamp, zone = layout.lamps[0].id, layout.zones[0].id
    own = f"c,0,75,2.1,90~l,0,60,2~h,0,70,2~p,{zone}~m,{lamp},61,2,0~r,{layout.lamps[1].id}"
    placed = read_own(own, layout)
    assert own_text(placed) == own
    address = Address("place", "en", {"station": "halte", "own": own})
    tray = tray_of(address, "halte")
    assert {m.name for m in tray.measures} == {"rearrange", "cameras", "help_points", "patrol"}
    assert tray.faults() == []
    assert tray.cost().value > 0
    inputs = tray.scenario.inputs(base_of("halte"))  # type: ignore[union-attr]
    assert len(inputs.layout.cameras) == len(layout.cameras) + 1
    assert len(inputs.layout.lamps) == len(layout.lamps)  # one more, one less
    again = parse_scenario(explore.text_of(tray), "own")
    assert again.measures == tray.measures
    assert "own" in address.to("explore").chosen  # it comes along
    off = tray_of(Address("explore", "en", {**address.chosen, "on_own_patrol": "0"}), "halte")
    assert "patrol" not in {m.name for m in off.measures}
    body = body_of(address, _site(tmp_path))
    assert "Camera at 75.0; 2.1, looking 90" in str(body.content)


WRONG = ["x", "c,9,1,1,0", "c,0,nan,1,0", "c,0,1e9,1,0", "r,no-such-lamp", "p,", "m,x,1,1,1", "~" * 500, "<b>,1,1"]


@pytest.mark.parametrize("own", WRONG)
def test_f18_what_cannot_be_placed_is_left_out(own: str, tmp_path: Path) -> None:
    assert read_own(own, base_of("halte").layout) == ()
    address = Address("place", "nl", {"station": "halte", "own": own, "px": own, "py": own, "item": own})
    assert body_of(address, _site(tmp_path)).title


def test_a_budget_buys_the_best_package_it_pays_for() -> None:
    packages = packages_of("halte")
    assert [p.cost for p in packages] == sorted(p.cost for p in packages)
    assert all(a.gain < b.gain for a, b in pairwise(packages))
    middle = packages[len(packages) // 2]
    best = best_within(packages, middle.cost)
    assert best == middle
    assert best_within(packages, -1.0) is None
    address = tray_address(middle, tray_of(Address("explore", "en", ON), "halte"), Address("explore", "en", ON))
    assert set(tray_of(address, "halte").on) == set(middle.names)


def test_run_it_puts_the_scenario_into_the_queue_once(tmp_path: Path) -> None:
    started: list[int] = []
    site = replace(_site(tmp_path), start=lambda: started.append(1))
    address = Address("explore", "nl", {**ON, "x_brighter_lamps": "3", "days": "5"})
    assert explore.submit(address, site)
    explore.submit(address, site)
    assert site.queue is not None
    (job,) = site.queue.jobs()
    assert (job.station, job.days, len(started)) == ("halte", 5, 2)
    assert parse_scenario(job.texts[0], "job").measures[0].factor == 3  # type: ignore[attr-defined]
    body = body_of(address, site)
    assert body.poll_ms > 0
    assert "Halte · 5 dagparen" in str(body_of(Address("runs", "nl"), site).content)


def test_the_best_measure_is_told_with_points_and_euros(tmp_path: Path) -> None:
    for language in LANGUAGES:
        card = next(c for c in explore.cards(Address("explore", language, ON), _site(tmp_path)) if c.key == "best")
        assert "€" in card.title
        assert any(digit in card.title for digit in "0123456789")


def test_the_best_measure_at_den_haag_is_ranked_priced_and_graded(tmp_path: Path) -> None:
    """Nothing switched on: ranking with points, euros a tenth of a point, and in words how sure it is."""
    address = Address("explore", "en", {"station": "den-haag-centraal"})
    best, strip, matrix = explore.cards(address, _site(tmp_path))[:3]
    assert (best.key, strip.key, matrix.key) == ("best", "strip", "matrix-score")
    rows = re.findall(r"<tr><th.*?</tr>", best.body, re.DOTALL)[1:]
    assert len(rows) == 4  # those that gain enough; the table has each measure of the tray
    assert best.table is not None
    assert len(best.table.rows) == 13
    assert "9 others" in best.sentence
    chances = [int(re.search(r"(\d+) of \d+<", row).group(1)) for row in rows]  # type: ignore[union-attr]
    assert chances[0] == max(chances)
    assert all('data-head="€ a year per 0.1 point"' in row for row in rows)
    assert best.sentence.startswith("How sure: ")
    assert str(chances[0]) in best.sentence
    title = re.search(r"women: (.*?), [\d.]+", best.title).group(1)  # type: ignore[union-attr]
    assert title in rows[0]
    assert strip.title.startswith(title)


@pytest.mark.parametrize(("chance", "says"), [(0.99, "almost certain"), (0.6, "more likely"), (0.2, "not sure")])
def test_how_sure_it_is_is_said_in_words(chance: float, says: str, halte: Choice) -> None:
    name = halte.study.names[0]
    for draws in (False, True):
        ranking = Ranking({name: chance}, draws)
        told = explore.sure_text(replace(halte, study=replace(halte.study, ranking=ranking)), name)
        assert f"How sure: {says}" in told
        of = halte.data.draws if draws else 100
        assert f"first in {round(of * chance)} of {of}" in told  # of the sets that there are
    assert "How sure" not in explore.sure_text(replace(halte, study=replace(halte.study, ranking=None)), name)
    few = {language: replace(data, pairs=9) for language, data in halte.study.data.items()}
    early = replace(halte, study=replace(halte.study, ranking=Ranking({name: chance}, True), data=few))
    assert "How sure" not in explore.sure_text(early, name)  # too early to say


def test_what_costs_nothing_is_told_beside_the_ranking(halte: Choice) -> None:
    name = halte.study.names[0]
    title = next(card.title for card in halte.data.scenarios if card.name == name)
    data = {}
    for language, found in halte.study.data.items():
        free = [replace(c, cost_low=0.0, cost_high=0.0) if c.name == name else c for c in found.scenarios]
        data[language] = replace(found, scenarios=tuple(free))
    told = explore.sure_text(replace(halte, study=replace(halte.study, data=data)), "all-three")
    assert title in told.split("no price per point: ")[1].split(".")[0]


def test_nothing_hangs_off_the_floor() -> None:
    """Within the sheet is not enough: what hangs over the tracks or in a field is nobody's."""
    layout = base_of("halte").layout
    x0, y0, x1, y1 = reach(layout)
    off = [(x, y) for x in np.arange(x0, x1, 4.0) for y in np.arange(y0, y1, 4.0) if not on_floor(layout, 0, x, y)]
    assert off
    assert read_own("~".join(f"l,0,{x:.1f},{y:.1f}" for x, y in off[:50]), layout) == ()
    assert len(read_own("l,0,60,2~l,0,9999,-5~c,0,75,2,90", layout)) == 2
    lamps = "~".join(f"m,{lamp.id},{lamp.x:.1f},{lamp.y:.1f},0" for lamp in layout.lamps)
    assert len(read_own(lamps, layout)) == len(layout.lamps)


def test_a_recording_opens_within_its_hour(tmp_path: Path) -> None:
    """A moment of another hour, kept in the address, begins at the begin."""
    chosen = {"station": "halte", "hour": "21", "day": "1", "t": "30000"}
    body = body_of(Address("watch", "en", chosen), _site(tmp_path))
    assert body.content[-1].start == 21 * 3600


def test_what_is_on_is_answered_first_and_reported(tmp_path: Path, halte: Choice) -> None:
    site = _site(tmp_path)
    assert explore.cards(Address("explore", "en", {"station": "halte"}), site)[0].key == "best"
    best = explore.best_choice(halte)
    assert best is not None
    assert f"&s={best.card.name}." in str(top_bar(Address("explore", "en", {"station": "halte"}), site))  # it leads
    on = Address("explore", "en", ON)
    assert explore.cards(on, site)[0].key == "strip"
    assert "&s=brighter-lamps" in str(top_bar(on, site))
    unrun = str(top_bar(Address("explore", "en", {**ON, "x_brighter_lamps": "3"}), site))
    assert "/report/" not in unrun  # there is none of what is on


def test_the_outcomes_in_sight_are_those_that_were_chosen(tmp_path: Path) -> None:
    address = Address("explore", "en", {"station": "halte", **ON, "show": "theft.gap_after_19.nonsense"})
    strip = next(card for card in explore.cards(address, _site(tmp_path)) if card.key == "strip")
    nothing = str(explore.layout(Address("explore", "en", {"station": "shoebox"}), _site(tmp_path)).content)
    assert "'list': 'show'" not in nothing  # nothing is in sight there
    assert [row[1] for row in strip.table.rows] == ["Expected theft", "Gap between women and men after 19:00"]  # type: ignore[union-attr]


class FakeHelper(Helper):
    """Answers at once what a test gives it."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__()
        self.answers = answers

    def ask(self, function: Any, *arguments: Any) -> Answered:
        return self.answers.get(function.__name__, Answered())


def _walk(gender: str) -> Any:
    n = 200
    felt = SimpleNamespace(score=4.6, points={"light": -1.2, "isolation": -0.6, "shop": 0.3, "regular": 0.2})
    stretch = SimpleNamespace(
        zone="square", name="Square", passage="", from_m=0.0, metres=25.0, seconds=20.0, felt=felt, lowest=4.0
    )
    stairs = SimpleNamespace(
        zone="platform-2", name="Platform 2", passage="stairs", from_m=25.0, metres=5.0, seconds=30.0, felt=None,
        lowest=float("nan"),
    )  # fmt: skip
    return SimpleNamespace(
        persona=SimpleNamespace(gender=gender), stretches=(stretch, stairs), lowest=0,
        points=np.column_stack((np.linspace(60, 85, n), np.full(n, 40.0))), levels=np.zeros(n, np.int64),
        scores=np.linspace(4.0, 6.5, n), along=np.linspace(0.0, 25.0, n), metres=30.0, seconds=30.0, visit_score=4.9,
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_walk_is_told_with_its_reasons(tmp_path: Path, language: Language) -> None:
    site = replace(_site(tmp_path), helper=FakeHelper({"walk": Answered(value=_walk("woman"))}))
    address = Address("walk", language, {"station": "halte"})
    cards = {card.key: card for card in walk.cards(address, site)}
    assert set(cards) == {"way", "steps", "along"}
    assert {"en": "Square", "nl": "Plein"}[language] in cards["way"].title
    minus = {"en": "light −1.2", "nl": "licht −1,2"}[language]
    assert minus in str(cards["steps"].body)
    assert body_of(address, site).poll_ms == 0
    waiting = replace(site, helper=FakeHelper({}))
    assert walk.cards(address, waiting) == ()
    assert body_of(address, waiting).poll_ms > 0
    wrong = replace(site, helper=FakeHelper({"walk": Answered(wrong="<b>no way</b>")}))
    assert "no way" in str(body_of(address, wrong).content)


def test_place_tells_what_is_chosen_and_what_is_found(tmp_path: Path) -> None:
    spot = SimpleNamespace(zone="square", level=0, x=60.0, y=40.0, area_m2=12.0, face_lx=0.8, exit_m=80.0)
    helper = FakeHelper({"check": Answered(value=["a fault"]), "traps": Answered(value=[spot])})
    site = replace(_site(tmp_path), helper=helper)
    cards = {c.key: c for c in place.cards(Address("place", "en", {"station": "halte", "item": "platform-2"}), site)}
    assert cards["item"].title == "Platform 2"
    assert "ProRail" in str(cards["item"].body)
    assert "a fault" in str(cards["findings"].body)
    assert "12 m²" in str(cards["findings"].body)
    assert 'data-value="square"' in str(cards["plan"].body)
    lamp = next(iter(SHELF.open("halte").any.layout.lamps))  # type: ignore[union-attr]
    cards = {c.key: c for c in place.cards(Address("place", "nl", {"station": "halte", "item": lamp.id}), site)}
    assert "lm" in str(cards["item"].body)
    assert {c.key for c in place.cards(Address("place", "en", {"station": "halte", "item": "<x>"}), site)} >= {"item"}


def test_f11_a_recording_is_found_by_its_name_only(tmp_path: Path) -> None:
    (tmp_path / "made" / "x").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    for folder in ("made/x", "secret"):
        (tmp_path / folder / ABOUT).write_text("{}")
    recordings = Recordings(tmp_path / "made", tmp_path / "none")
    assert recordings.find("x") == tmp_path / "made" / "x"
    for key in ("../secret", "secret", "..", "", "x/../../secret", "X"):
        assert recordings.find(key) is None
    client = make_app(replace(_site(tmp_path), recordings=recordings)).server.test_client()
    assert client.get("/replay/x/about").status_code == 200
    assert client.get("/replay/y/about").status_code == 404
    assert client.get("/replay/x/why/3").status_code == 404


def test_the_shipped_hour_can_be_replayed(tmp_path: Path) -> None:
    client = make_app(_site(tmp_path)).server.test_client()
    key = "halte-base-day1-21"
    about = json.loads(client.get(f"/replay/{key}/about").get_data())
    frames = client.get(f"/replay/{key}/frames").get_data()
    counted = sum(about["counts"])
    at, people = 0, 0
    for _ in range(about["frames"]):
        n, guards = np.frombuffer(frames[at : at + 4], "<u2").tolist()
        people += n
        at += 4 + 8 * (n + guards)
    assert (at, people) == (len(frames), counted)
    plan = json.loads(client.get(f"/replay/{key}/plan?station=halte").get_data())
    assert len(plan["tiles"]) == 2
    why = json.loads(client.get(f"/replay/{key}/why/0").get_data())
    assert why
    assert all(len(points) == len(about["terms"]) for _, points in why)
    address = Address("watch", "en", {"station": "halte", "hour": "21", "day": "1"})
    assert "replay" in str(body_of(address, _site(tmp_path)).content)


@pytest.mark.parametrize("station", ["halte", "den-haag-centraal"])
def test_watch_opens_on_an_hour_that_ships_and_has_an_incident(tmp_path: Path, station: str) -> None:
    day, hour = opening(station)
    about = json.loads((SHIPPED_HOURS / f"{station}-base-day{day}-{hour:02d}" / ABOUT).read_text("utf-8"))
    assert about["events"]
    assert "replay" in str(body_of(Address("watch", "nl", {"station": station}), _site(tmp_path)).content)


def test_every_page_has_a_link_in_the_rail_or_the_foot() -> None:
    from dashboard.shell import GROUPS

    linked = {page for _, members in GROUPS for page in members}
    assert set(PAGES) == linked | {"access"}


class _Halfway:
    """A study of which the evenings and two whole days are there: what the worker asks of it."""

    phases = ("evening", "days")

    def tasks(self, phase: str) -> range:
        return range(10 if phase == "evening" else 20)

    def look_up(self, phase: str) -> range:
        return range(0 if phase == "evening" else 16)

    def failed(self, phase: str) -> tuple[str, ...]:
        return ("a day",) if phase == "days" else ()


def test_a_study_that_goes_on_counts_on_in_the_same_unit(tmp_path: Path) -> None:
    """Stopped in its whole days it begins again at its evenings, and still says how much of all its runs is done."""
    queue = Queue(tmp_path)
    queue.submit("halte", ["x"], {"en": "x"}, days=10)
    job = queue.take()
    assert job is not None
    study: Any = _Halfway()
    told, seen = worker._Told(study, queue, job), []
    for phase, done, total in (("evening", 10, 10), ("days", 4, 20), ("days", 5, 20)):
        told.tell(Progress(phase, done, total, done, 0, 60.0))  # type: ignore[arg-type]
        now = queue.job(job.id)
        assert now is not None
        seen.append((now.done, now.total, now.failed))
    assert seen == [(14, 30, 1), (14, 30, 1), (15, 30, 1)]
    assert progress_text(now, Address("runs", "en")) == "15 of 30 runs · now: whole days · about 1 min of these left"
    queue.stop(job.id)
    with pytest.raises(worker._StoppedError):
        told.tell(Progress("days", 6, 20, 4, 0, None))


def test_what_cannot_be_done_by_itself_has_no_price_by_itself(tmp_path: Path) -> None:
    """Nobody is on duty at halte: body cameras cost nothing there until a patrol wears them."""
    tray = tray_of(Address("explore", "en", {"station": "halte"}), "halte")
    cost = {slot.name: tray.cost_alone(slot) for slot in tray.slots}
    assert [name for name, found in cost.items() if found is None] == ["body-cams"]
    assert "depends on what else is on" in str(body_of(Address("explore", "en", {"station": "halte"}), _site(tmp_path)))
    worn = {"station": "halte", "on_evening_patrol": "1"}
    with_cams, without = (
        tray_of(Address("explore", "en", chosen), "halte") for chosen in ({**worn, "on_body_cams": "1"}, worn)
    )
    assert with_cams.faults() == []
    assert with_cams.cost().value > without.cost().value


@pytest.mark.parametrize("station", ["halte", "den-haag-centraal"])
def test_first_places_add_up_to_all_sets(station: str) -> None:
    """What the drawn rows lack is told: among those not drawn, or in no set at all."""
    choice = choose(Address("explore", "en", {"station": station}), SHELF)
    assert choice is not None
    for card in (cost_card(choice), cost_card(choice, 5)):
        assert card is not None
        drawn = [int(n) for n in re.findall(r"</span> (\d+) of \d+</span>", card.body)]
        told = [int(n) for n in re.findall(r"enough in (\d+) of|In (\d+) of", card.sentence) for n in n if n]
        assert sum(drawn) + sum(told) == choice.data.draws, card.sentence
    rows, whole = cost_rows(choice.study, choice), cost_card(choice)
    assert whole is not None
    above = sum(matters(line) for _, line, _ in rows)
    heads = re.findall(r'scope="(row(?:group)?)"', whole.body)
    assert heads.index("rowgroup") == above  # the line lies where gains begin that nobody would pay for


def test_levels_are_shown_with_their_warning_and_changes_with_the_range_of_the_parameters(halte: Choice) -> None:
    strip, best = explore.strip_card(halte), explore.best_card(halte)
    assert best is not None
    assert "known to be about 1.3 points too low" in strip.subtitle
    text = (Path(__file__).parents[1] / "docs" / "validation.md").read_text(encoding="utf-8")
    assert "its evenings are felt 1.3 points too low" in text  # the warning says what is proven
    assert strip.body.count("parameters too") == 5
    assert "hold 80% of 20 sets" in best.subtitle
    assert "0.03 to 0.07 points" in best.title.replace("\u00a0", " ")
    other = choose(Address("explore", "en", {"station": "den-haag-centraal"}), SHELF)
    assert other is not None
    assert "not fitted to counts of this station" in explore.strip_card(other).subtitle


def test_a_term_is_worded_by_what_it_does() -> None:
    felt = SimpleNamespace(points={"concealment": 0.4, "escape": -0.3, "camera": 0.2})
    told = {language: walk.reasons(felt, Address(language=language).words) for language in LANGUAGES}
    assert [name for name, _ in told["en"]] == ["few ways out", "few hidden corners", "cameras"]
    assert [name for name, _ in told["nl"]] == ["weinig uitwegen", "weinig verscholen hoeken", "camera’s"]
    assert walk.reasons(SimpleNamespace(points={"concealment": -0.4}), Address().words) == [("hidden corners", -0.4)]


def test_a_price_that_does_not_grow_with_strength_is_told(tmp_path: Path) -> None:
    address = Address("explore", "en", {**ON, "station": "halte", "x_brighter_lamps": "3"})
    tray = tray_of(address, "halte")
    assert {slot.name for slot in slots("halte") if tray.priced_alike(slot)} == {"brighter-lamps"}
    assert "The price is that of new lamps, however bright" in str(explore.layout(address, _site(tmp_path)))
