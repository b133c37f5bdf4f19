"""The explorer as a web application: one address in, one page out; every control writes into the address."""

from pathlib import Path
from typing import Any, Final

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from flask import request

from dashboard.address import Address, read_address
from dashboard.bare_page import preferred_language
from dashboard.changes import CONTROLS, stock
from dashboard.login import Login, add_login
from dashboard.pages.catalogue import PAGES
from dashboard.pages.page import Body, Site, empty_body
from dashboard.routes import add_routes
from dashboard.security import guard
from dashboard.shell import HEAVY, shell

ASSETS: Final = Path(__file__).parent / "page_assets"
_ACCENT: Final = [
    "#f2f8f9",
    "#e3eff1",
    "#c4dde2",
    "#9cc6cf",
    "#6aa9b7",
    "#3a8a9c",
    "#1b7487",
    "#0b6275",
    "#095263",
    "#06404e",
]
_THEME: Final = {
    "fontFamily": '"Source Sans 3", system-ui, sans-serif',
    "primaryColor": "petrol",
    "primaryShade": 7,
    "colors": {"petrol": _ACCENT},
    "defaultRadius": 6,
    "black": "#16262b",
    "respectReducedMotion": True,
}
_INDEX: Final = """<!doctype html>
<html lang="en">
<head>{%metas%}<meta name="viewport" content="width=device-width, initial-scale=1"><title>Schouw</title>
<link rel="icon" type="image/svg+xml" href="/assets/mark.svg">
<link rel="stylesheet" href="/figures.css">{%css%}</head>
<body><noscript>Schouw needs JavaScript. Schouw heeft JavaScript nodig.</noscript>
{%app_entry%}<footer hidden>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


class _Page(Dash):  # type: ignore[misc]
    """Dash, without the scripts that a page does not need: they are the larger half of what a browser would read."""

    def interpolate_index(self, **parts: str) -> str:
        """Return the document in which a page starts."""
        needed = HEAVY.get(request.path.strip("/").split("/")[0])
        lines = parts["scripts"].splitlines()
        parts["scripts"] = "\n".join(x for x in lines if not any(f"/{h}/" in x for h in HEAVY.values() if h != needed))
        return str(super().interpolate_index(**parts))


def body_of(address: Address, site: Site) -> Body:
    """Return the page of an address, or the page that says that there is none."""
    page = PAGES.get(address.page)
    return page.layout(address, site) if page is not None else empty_body(address, address.words("page.unknown"))


def make_app(site: Site, *, local: bool = True, login: Login | None = None, folder: Path | None = None) -> Dash:
    """Return the application.

    Args:
        site: what its pages read from.
        local: it serves this machine alone.
        login: how people say who they are; None for nobody but who sits here.
        folder: where the key of their sessions lies; needed with a login.

    Raises:
        ValueError: others could reach it without a login.
    """
    if login is None and not local:
        raise ValueError("to serve others needs a login")
    app = _Page(
        "schouw",
        assets_folder=str(ASSETS),
        use_pages=False,
        pages_folder="",
        update_title=None,
        title="Schouw",
        serve_locally=True,
        compress=False,
        index_string=_INDEX,
        enable_mcp=False,
        suppress_callback_exceptions=True,
        add_log_handler=False,
    )
    app.layout = dmc.MantineProvider(
        [
            dcc.Location(id="where", refresh="callback-nav"),
            dcc.Store(id="shown"),
            dcc.Store(id="told"),
            dcc.Store(id="tick"),
            html.Div(id="screen", className="screen"),
            html.Div(id="status", role="status", className="status", **{"aria-live": "polite"}),
        ],
        theme=_THEME,
        forceColorScheme="light",
    )
    _add_callbacks(app, site)
    add_routes(app, site)
    guard(app, local=local)
    if login is not None and folder is not None:
        add_login(app.server, login, folder)
    return app


def tour_of(address: Address) -> dict[str, Any]:
    """Return the texts of the tour of the first visit."""
    words = address.words
    return {
        "tour": [words(f"page.tour.{k}") for k in range(1, 6)],
        "tour_next": [words("page.tour.next"), words("page.tour.done")],
        "tour_skip": words("page.tour.skip"),
    }


def _add_callbacks(app: Dash, site: Site) -> None:
    @app.callback(
        Output("screen", "children"),
        Output("shown", "data"),
        Input("where", "pathname"),
        Input("where", "search"),
        Input("tick", "data"),
        State("shown", "data"),
    )
    def draw(path: str | None, search: str | None, tick: Any, shown: Any) -> tuple[Any, ...]:
        address = read_address(path, search, preferred_language())
        body = body_of(address, site)
        screen = shell(address, site, body, set(PAGES))
        texts: dict[str, Any] = {key: address.words(f"page.{key}") for key in ("copied", "lost", "back")}
        texts["upload"] = address.words("page.upload.title")
        texts |= tour_of(address)
        now = stock(screen)
        parts = now.since(shown)
        told = {
            "texts": texts,
            "lang": address.language,
            "title": f"{body.title} · Schouw",
            "query": address.query,
            "controls": now.controls,
            "frame": now.frame,
            "marks": now.marks,
            "parts": parts or [],
            # page.js asks again so long after this answer has come, so a slow answer is waited for
            "poll": body.poll_ms,
            "tick": tick,
        }
        return screen if parts is None else no_update, told

    app.clientside_callback(  # in the browser: of two quick choices a server would hear the second alone
        ClientsideFunction("schouw", "choose"),
        Output("where", "search"),
        *(Input({kind: ALL}, prop) for kind, prop in CONTROLS.items()),
        Input({"card": ALL}, "clicked"),
        State("shown", "data"),
        State("where", "search"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("schouw", "tell"), Output("told", "data"), Input("shown", "data"), prevent_initial_call=True
    )
    app.clientside_callback(
        ClientsideFunction("schouw", "menu"),
        Output("frame", "navbar"),
        Input("burger", "opened"),
        State("frame", "navbar"),
        prevent_initial_call=True,
    )
    for page in PAGES.values():
        if (add := getattr(page, "add_callbacks", None)) is not None:
            add(app, site)
