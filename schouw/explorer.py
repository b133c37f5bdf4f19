"""``schouw dashboard``: checks where the page may be served, and serves it."""

import socket
from pathlib import Path

import typer


def open_page(host: str, port: int, results: Path) -> str:
    """Serve the page until Ctrl-C; return why it cannot be served, empty when it was."""
    from dashboard.security import is_local

    if not is_local(host):
        return (
            f"--host {host}: others could reach the page, and it has no login; leave --host out, "
            "or put a server with a login in front of it"
        )
    if taken(host, port):
        return f"--port {port} is taken by another program; choose another with --port"
    from dashboard.serve import make_site, serve

    typer.echo(f"Schouw: http://{host}:{port}  (Ctrl-C ends it; runs go on)")
    serve(make_site(results), host, port)
    return ""


def taken(host: str, port: int) -> bool:
    """Return whether another program listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
