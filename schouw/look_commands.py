"""Commands that show what is there: check, lists, walk, the explorer. Heavy things are imported late."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from schouw.options import (
    BAD_INPUT,
    AsJson,
    LanguageChoice,
    ScreenLanguage,
    StationName,
    check_out,
    make_console,
    plain_errors,
    refuse,
)


def check(
    path: Annotated[str, typer.Argument(help="A station folder, a file in it, a scenario file, or a shipped name.")],
    as_json: Annotated[bool, typer.Option("--json", help="The faults as one JSON array.")] = False,
    traps: Annotated[
        bool, typer.Option("--traps", help="Also list the spots of a station that can trap somebody at night.")
    ] = False,
) -> None:
    """Tell everything that is wrong with a station, timetable or scenario file, all at once."""
    from dataclasses import asdict

    from scenarios.check import check_path, notes_at
    from schouw.sentences import say

    with plain_errors():
        faults = check_path(path)
        if as_json:
            typer.echo(json.dumps([asdict(fault) for fault in faults]))
            raise typer.Exit(BAD_INPUT if faults else 0)
        for fault in faults:
            typer.echo(str(fault))
        if faults:
            raise typer.Exit(BAD_INPUT)
        typer.echo(f"{path}: nothing wrong.")
        for note in notes_at(path):
            typer.echo(say(f"note_{note.sort}", "en", **note.values))
        if traps:
            _list_traps(path)


def _list_traps(path: str) -> None:
    """Print the entrapment spots of a station, one a line."""
    from model.world.traps import trap_spots
    from model.world.world import World
    from scenarios.station_files import read_station

    base = read_station(path)
    spots = trap_spots(base.layout, World.of(base), base.parameters)
    typer.echo(f"{len(spots)} spots with few ways out, hidden floor around, little light and a long walk to an exit")
    for spot in spots:
        typer.echo(
            f"  {spot.zone}, level {spot.level}, ({spot.x:.0f}, {spot.y:.0f}): {spot.area_m2:.0f} m2, "
            f"{spot.face_lx:.1f} lx on faces, {spot.exit_m:.0f} m to an exit"
        )


def stations(
    as_json: AsJson = False,
) -> None:
    """List the stations that ship, and the types of stations: made-up ones, one for each type of the Dutch list."""
    from scenarios.draft import archetype_names
    from scenarios.station_files import read_station, station_names

    with plain_errors():
        rows = []
        named = [(name, "station") for name in station_names()] + [(name, "type") for name in archetype_names()]
        for name, kind in named:
            base = read_station(name)
            people = base.population.boardings + base.population.alightings
            rows.append(
                {
                    "station": name,
                    "name": base.layout.name,
                    "kind": kind,
                    "platforms": len(base.layout.platforms),
                    "trains": len(base.timetable.trains),
                    "boardings_and_alightings": round(people),
                }
            )
        _show(rows, as_json)


def scenarios(
    station: Annotated[str | None, typer.Argument(metavar="[STATION]", help="Of this station only.")] = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """List the scenarios that ship."""
    from scenarios.scenario import read_scenario, shipped_scenarios
    from scenarios.station_files import find_station, station_names
    from schouw.catalogue_screen import show_scenarios

    with plain_errors():
        names = station_names() if station is None else [find_station(station).name]
        rows = []
        for name in names:
            for file in shipped_scenarios(name).values():
                scenario = read_scenario(file)
                rows.append(
                    {
                        "station": name,
                        "scenario": scenario.name,
                        "title": scenario.title_in(language.value),
                        "measures": ", ".join(measure.name for measure in scenario.measures),
                        "description": scenario.description_in(language.value),
                    }
                )
        if as_json:
            _show(rows, as_json)
        else:
            show_scenarios(make_console(stderr=False), rows)


def measures(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One measure, with its fields.")] = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """List what can be done at a station: who can do it, what it costs, how well it is proven, what else it does."""
    from scenarios.faults import Fault, nearest
    from scenarios.measures.card import card, cards
    from scenarios.measures.catalogue import CATALOGUE
    from schouw.catalogue_screen import record, show_list, show_one
    from schouw.sentences import say

    if name is not None and name not in CATALOGUE:
        message = say("measures_unknown", language.value, word=name)
        refuse([Fault("schouw measures", "", "", message, nearest(name, CATALOGUE))])
    found = cards(language.value) if name is None else [card(name, language.value)]
    if as_json:
        values = [record(one) for one in found]
        typer.echo(json.dumps(values if name is None else values[0], ensure_ascii=False, allow_nan=False))
    elif name is None:
        show_list(make_console(stderr=False), found, language.value)
    else:
        show_one(make_console(stderr=False), found[0], language.value)


def walk(
    station: StationName,
    start: Annotated[str, typer.Option("--from", help="Zone in which the walk begins: id or name.")],
    goal: Annotated[str, typer.Option("--to", help="Zone to which it leads.")],
    persona: Annotated[
        list[str] | None,
        typer.Option(help="Who walks, for example woman,22,alone; several stand side by side."),
    ] = None,
    time: Annotated[str, typer.Option(help="When, for example 23:00.")] = "23:00",
    scenario: Annotated[
        list[str] | None,
        typer.Option(help="A scenario beside the station as it is; shipped name or path, several if you like."),
    ] = None,
    date: Annotated[str | None, typer.Option(help="The day, as 2026-11-18.")] = None,
    out: Annotated[Path | None, typer.Option(help="File for a picture of the way (.svg).")] = None,
    language: ScreenLanguage = LanguageChoice.EN,
    as_json: AsJson = False,
) -> None:
    """Walk through a station with somebody's eyes: the score at each stretch, and why."""
    with plain_errors():
        from schouw.walk_picture import check_picture, write_picture
        from schouw.walk_screen import record, show
        from schouw.walking import ask, carry_out

        if out is not None and (wrong := check_picture(out)):
            typer.echo(wrong, err=True)
            raise typer.Exit(BAD_INPUT)
        check_out(None if out is None else out.parent)
        question = ask(
            station, personas=persona or ["woman,30,alone"], start=start, goal=goal, time=time,
            scenarios=scenario or (), date=date,
        )  # fmt: skip
        walks = carry_out(question)
        if not as_json:
            show(make_console(stderr=False), question, walks, language.value)
        if out is not None:
            write_picture(out, question, walks, language.value)
        if as_json:
            typer.echo(json.dumps(record(question, walks, language.value), allow_nan=False, ensure_ascii=False))


def dashboard(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on which the page is served.")] = 8050,
    host: Annotated[str, typer.Option(help="Address to bind; others than this machine need a login.")] = "127.0.0.1",
    results: Annotated[Path, typer.Option(help="Folder of the runs that are started from the page.")] = Path("results"),
    users: Annotated[Path | None, typer.Option(help="File of users with hashed passwords: schouw user.")] = None,
    proxy_header: Annotated[str, typer.Option(help="Header in which a trusted server in front names the user.")] = "",
    proxy_from: Annotated[
        list[str] | None, typer.Option(help="Address that header is trusted from; 127.0.0.1 when left out.")
    ] = None,
    https: Annotated[bool, typer.Option("--https", help="Cookies over TLS only: a server in front has it.")] = False,
) -> None:
    """Open the explorer: a web page on this machine, on shipped results, without any network."""
    with plain_errors():
        from dashboard.login import UsersError
        from schouw.explorer import login_of, open_page

        check_out(results)
        try:
            login = login_of(host, users, proxy_header, tuple(proxy_from or ()), https)
        except UsersError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(BAD_INPUT) from None
        if wrong := open_page(host, port, results, login):
            typer.echo(wrong, err=True)
            raise typer.Exit(BAD_INPUT)


def known_role(role: str) -> str:
    """Refuse a role that there is not, before a password is asked for."""
    from dashboard.login import ROLES

    if role not in ROLES:
        typer.echo(f"--role {role}: is {' or '.join(ROLES)}", err=True)
        raise typer.Exit(BAD_INPUT)
    return role


def user(
    file: Annotated[Path, typer.Argument(help="The users file; made when it is not there.")],
    name: Annotated[str, typer.Argument(help="Who may log in.")],
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when left out.")
    ],
    role: Annotated[
        str,
        typer.Option(help="viewer looks; editor also runs, stops and uploads.", is_eager=True, callback=known_role),
    ] = "viewer",
) -> None:
    """Let somebody into the explorer: write name, role and hashed password into a users file."""
    with plain_errors():
        from dashboard.login import UsersError
        from schouw.explorer import add_user

        check_out(file.parent, "users file in")
        try:
            add_user(file, name, role, password)
        except UsersError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(BAD_INPUT) from None
        typer.echo(f"{name} may log in as {role}: schouw dashboard --host ... --users {file}")


def _show(rows: list[dict[str, Any]], as_json: bool) -> None:
    """Print rows as a table, or as JSON."""
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in rows[0] if rows else ():
        table.add_column(name.replace("_", " "), no_wrap=name == "station")  # a name is to be typed
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    make_console(stderr=False).print(table)
