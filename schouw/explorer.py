"""``schouw dashboard``: checks where the page may be served and who may come, and serves it."""

import socket
from pathlib import Path

import typer

from dashboard.login import Login, UsersError, read_users


def login_of(host: str, users: Path | None, header: str, proxies: tuple[str, ...], https: bool) -> Login | None:
    """Return how people log in, None where only this machine is served.

    Raises:
        UsersError: others could reach the page without a login, or the users file cannot be used.
    """
    from dashboard.security import is_local

    if users is None and not header:
        if is_local(host):
            return None
        raise UsersError(
            f"--host {host}: others could reach the page, so it needs a login: --users FILE (made with "
            "`schouw user FILE NAME`), or --proxy-header NAME when a server in front of it says who somebody is"
        )
    known = read_users(users) if users is not None else {}
    return Login(known, header, proxies or ("127.0.0.1", "::1"), https)


def open_page(host: str, port: int, results: Path, login: Login | None) -> str:
    """Serve the page until Ctrl-C; return why it cannot be served, empty when it was."""
    if taken(host, port):
        return f"--port {port} is taken by another program, or {host} is no address of this machine"
    from dashboard.serve import make_site, serve

    typer.echo(f"Schouw: http://{host}:{port}  (Ctrl-C ends it; runs go on)")
    serve(make_site(results), host, port, login, results)
    return ""


def add_user(path: Path, name: str, role: str, password: str) -> None:
    """Write somebody into a users file, or give them another password or role.

    Raises:
        UsersError: name, role or password are refused, or the file cannot be used.
    """
    from dashboard.login import ROLES, user_line
    from scenarios.safe_files import write_whole

    word = next((known for known in ROLES if known == role), None)
    if word is None:
        raise UsersError(f"--role {role}: is {' or '.join(ROLES)}")
    line = user_line(name, word, password)
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    kept = [old for old in lines if old.partition(":")[0] != name]
    write_whole(path, "\n".join([*kept, line]) + "\n")
    path.chmod(0o600)


def taken(host: str, port: int) -> bool:
    """Return whether another program listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
