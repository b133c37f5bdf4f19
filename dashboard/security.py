"""Who may ask what of the server: hosts, origins, sizes, forged calls, and what a page may load."""

import ipaddress
import json
from typing import Any, Final
from urllib.parse import urlsplit

from dash import Dash
from flask import Flask, Response, abort, request

MOST_BYTES: Final = 1_000_000  # of one request: choices are small
CALLS: Final = "/_dash-update-component"
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
_SENT_BY_US: Final = frozenset({"same-origin", "none"})


def is_local(host: str) -> bool:
    """Return whether a host to bind is this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def policy(app: Dash) -> str:
    """Return what a page may load: files of ours, no script of anybody else, nothing from outside.

    Mantine and AG Grid write style elements, so styles may stand in the page; scripts may not, save the one line with
    which Dash starts, by its hash.
    """
    scripts = " ".join(["'self'", *app.csp_hashes()])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "object-src 'none'"
    )


def _headers(content_policy: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": content_policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",  # no-referrer would make the login come from nowhere
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }


def _host_of(value: str) -> str:
    return urlsplit(f"//{value}").hostname or ""


def _refuse_strangers(hosts: frozenset[str] | None) -> None:
    """Refuse a name that is not ours (a page elsewhere that points its name at this machine), and foreign origins."""
    try:
        host = _host_of(request.host)
    except ValueError:
        abort(400)
    if hosts is not None and host not in hosts:
        abort(403)
    if request.method in ("GET", "HEAD"):
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in _SENT_BY_US:
        abort(403)


def _refuse_forged(known: dict[str, Any]) -> None:
    """Refuse a call that no page of ours makes: no JSON, another shape, an output that does not exist."""
    if not request.is_json:
        abort(415)
    try:
        body = json.loads(request.get_data(cache=True))
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        abort(400)
    if not isinstance(body.get("inputs"), list) or not isinstance(body.get("state", []), list):
        abort(400)
    if body["output"] not in known:
        abort(400)


def guard(app: Dash, *, local: bool) -> None:
    """Put the rules on a server: before each request, and on each answer.

    Args:
        app: whose callbacks are all there.
        local: it serves this machine alone, under its own names only.
    """
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    headers = _headers(policy(app))

    @server.before_request
    def before() -> None:
        if request.content_length is not None and request.content_length > MOST_BYTES:
            abort(413)
        _refuse_strangers(_LOCAL if local else None)
        if request.path == CALLS:
            _refuse_forged(app.callback_map)

    @server.after_request
    def after(response: Response) -> Response:
        response.headers.update(headers)
        if request.path not in ("/font.woff2", "/figures.css") and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    @server.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str, int]:
        code = getattr(error, "code", None)
        if isinstance(code, int):
            return f"{code}\n", code
        if request.path == CALLS and isinstance(error, KeyError | TypeError | ValueError | AttributeError | IndexError):
            server.logger.warning("a call was refused: %s: %s", type(error).__name__, error)
            return "400\n", 400
        server.logger.exception("a request failed")
        return "500\n", 500
