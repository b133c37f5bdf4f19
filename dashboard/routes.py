"""Files that the server gives beside the pages: font, styles, tables as CSV, the report."""

import csv
import io
from pathlib import Path
from typing import Final

from dash import Dash
from flask import Response, abort, jsonify, request, send_file

from dashboard.address import Address, read_address
from dashboard.bare_page import bare_page, preferred_language
from dashboard.figures.markup import tag
from dashboard.figures.numbers import Language
from dashboard.misread import LONGEST, unknown_station
from dashboard.pages.catalogue import PAGES
from dashboard.pages.choices import choose
from dashboard.pages.page import Site
from dashboard.parts import Table, Value
from dashboard.recordings import plan_of

_ASSETS: Final = Path(__file__).parent / "assets"
_FONT: Final = "source-sans-3-latin.woff2"


def csv_text(table: Table, language: Language = "en") -> str:
    """Return a table as CSV: six significant digits, more than any run supports; texts guarded against formulas.

    A Dutch spreadsheet reads semicolons between fields and a comma in numbers, and nothing else.
    """
    from scenarios.compare import plain_field  # brings scipy: only who downloads pays

    out, dutch = io.StringIO(), language == "nl"

    def field(value: Value) -> str:
        if not isinstance(value, float):
            return plain_field(value)
        text = plain_field(float(f"{value:.6g}"))
        return text.replace(".", ",") if dutch else text

    writer = csv.writer(out, lineterminator="\n", delimiter=";" if dutch else ",")
    writer.writerow([plain_field(name) for name in table.columns])
    writer.writerows([[field(value) for value in row] for row in table.rows])
    return out.getvalue()


def add_routes(app: Dash, site: Site) -> None:
    """Add the routes to the server of an application."""
    server = app.server

    @server.get("/health")
    def health() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @server.get("/font.woff2")
    def font() -> Response:
        return send_file(_ASSETS / _FONT, mimetype="font/woff2", max_age=86_400)

    @server.get("/figures.css")
    def styles() -> Response:
        return send_file(_ASSETS / "figures.css", mimetype="text/css", max_age=0)

    @server.get("/csv/<page>/<card>")
    def table(page: str, card: str) -> Response:
        address = _asked(f"/{page}")
        if strange := unknown_station(address):
            return _gone(address, "page.gone.station", strange)
        module = PAGES.get(page)
        cards = module.cards(address, site) if module is not None else ()
        found = next((c for c in cards if c.key == card and c.table is not None), None)
        if found is None or found.table is None:
            return _gone(address, "page.gone.table")
        text = "\ufeff" + csv_text(found.table, address.language)  # the mark tells spreadsheets that it is UTF-8
        return Response(text, mimetype="text/csv", headers=_as_file(f"{page}-{card}.csv"))

    _add_replay(app, site)

    @server.get("/report/<key>")
    def report(key: str) -> Response:
        from dashboard.report import report_html

        address, study = _asked("/report"), site.shelf.open(key)
        if study is None:
            return _gone(address, "page.gone.report", key)
        data, chosen = study.data[address.language], address.some_of("s", study.names)
        return Response(
            report_html(data.about(chosen) if chosen else data),
            mimetype="text/html",
            headers=_as_file(f"{key}-{address.language}.html"),
        )


def _asked(path: str) -> Address:
    """Return the address of a request, in the language that its browser asks for where it names none."""
    return read_address(path, request.query_string.decode("ascii", "replace"), preferred_language())


def _gone(address: Address, key: str, asked: str = "") -> Response:
    """Return the page that says that something is not here."""
    words = address.words
    text = words(key, asked=asked[:LONGEST])
    back = tag("a", words("page.gone.back"), href=f"/explore?lang={address.language}", class_="button main")
    return bare_page(words, words("page.gone"), tag("p", text) + tag("p", back), 404)


def _add_replay(app: Dash, site: Site) -> None:
    """Add the files of a recording: what it is about, its frames, the floor, and why one person feels as they do."""
    from scenarios.recording import ABOUT, FRAMES, reasons_of

    server = app.server

    def folder_of(key: str) -> Path:
        folder: Path | None = site.recordings.find(key) if site.recordings is not None else None
        if folder is None:
            abort(404)
        return folder

    @server.get("/replay/<key>/about")
    def about(key: str) -> Response:
        return send_file(folder_of(key) / ABOUT, mimetype="application/json", max_age=0)

    @server.get("/replay/<key>/frames")
    def frames(key: str) -> Response:
        return send_file(folder_of(key) / FRAMES, mimetype="application/octet-stream", max_age=0)

    @server.get("/replay/<key>/plan")
    def plan(key: str) -> Response:
        folder_of(key)
        choice = choose(_asked("/watch"), site.shelf)
        if choice is None:
            abort(404)
        return jsonify(plan_of(choice))

    @server.get("/replay/<key>/why/<int:person>")
    def why(key: str, person: int) -> Response:
        folder = folder_of(key)
        try:
            return jsonify(reasons_of(folder, person))
        except (OSError, ValueError, KeyError):
            abort(404)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
