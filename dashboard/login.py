"""Who may look and who may run: users of a file with hashed passwords, or those whom a trusted proxy names.

Viewers look at everything; editors also run, stop and upload. On one machine alone (no ``--host``) there is no login
and whoever sits there is the editor.
"""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal, get_args

from flask import Flask, Response, abort, g, has_request_context, redirect, request, session
from markupsafe import Markup
from werkzeug.security import check_password_hash, generate_password_hash

from dashboard.bare_page import bare_page, preferred_language
from dashboard.figures.markup import tag
from dashboard.words import Words

Role = Literal["viewer", "editor"]
ROLES: Final = get_args(Role)
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
METHOD: Final = "scrypt"
FEWEST_LETTERS: Final = 12
MOST_LETTERS: Final = 256
MOST_USERS: Final = 10_000
SECRET: Final = "page.secret"
_STAYS: Final = timedelta(hours=12)
_TRIES: Final = 5  # wrong passwords of a name or an address
_WINDOW_S: Final = 60.0
_HELD: Final = 10_000
_OPEN: Final = ("/login", "/health", "/font.woff2", "/figures.css", "/assets/page.css", "/assets/mark.svg")


class UsersError(ValueError):
    """A users file that cannot be used, with what is wrong and what helps."""


@dataclass(frozen=True)
class User:
    """Somebody who is there. Attributes: name, empty where there is no login; role."""

    name: str
    role: Role

    @property
    def edits(self) -> bool:
        """Whether they may run, stop and upload."""
        return self.role == "editor"


@dataclass(frozen=True)
class Login:
    """How people say who they are.

    Attributes:
        users: (role, hash) by name; the hash is empty for people whom only a proxy names.
        header: that a trusted proxy sets to the name, empty for none; proxies: addresses it is trusted from.
        https: cookies travel over TLS only.
    """

    users: Mapping[str, tuple[Role, str]]
    header: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    https: bool = False


HERE: Final = User("", "editor")


def current_user() -> User:
    """Return who asks: of this request, or whoever sits at this machine."""
    found = g.get("user") if has_request_context() else None
    return found if isinstance(found, User) else HERE


def read_users(path: Path) -> dict[str, tuple[Role, str]]:
    """Return role and hash of each user of a file; a line is ``name:role:hash``.

    Raises:
        UsersError: with the line and what is wrong with it.
    """
    try:
        lines = path.read_text("utf-8").splitlines()[:MOST_USERS]
    except (OSError, UnicodeDecodeError) as error:
        raise UsersError(f"{path}: cannot be read ({error}); make one with `schouw user {path} NAME`") from None
    found: dict[str, tuple[Role, str]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.strip().partition(":")
        word, _, hashed = rest.partition(":")
        role = next((known for known in ROLES if known == word), None)
        if not NAME.fullmatch(name) or role is None:
            raise UsersError(f"{path}, line {number}: is not name:role:hash with role {' or '.join(ROLES)}")
        if hashed and not hashed.startswith(f"{METHOD}:"):
            told = f"{path}, line {number}: holds no {METHOD} hash"
            raise UsersError(f"{told}; make one with `schouw user {path} {name}`")
        found[name] = (role, hashed)
    if not found:
        raise UsersError(f"{path}: names nobody; add somebody with `schouw user {path} NAME`")
    return found


def user_line(name: str, role: Role, password: str) -> str:
    """Return the line of a user.

    Raises:
        UsersError: a name or password that is refused.
    """
    if not NAME.fullmatch(name):
        raise UsersError(f"{name[:64]!r}: a name has letters, digits and . _ @ -, 64 at most")
    if not FEWEST_LETTERS <= len(password) <= MOST_LETTERS:
        raise UsersError(f"a password has {FEWEST_LETTERS} to {MOST_LETTERS} characters")
    return f"{name}:{role}:{generate_password_hash(password, METHOD)}"


class Tries:
    """Counts wrong passwords, so that nobody can try thousands."""

    def __init__(self) -> None:
        self._lock, self._wrong = Lock(), dict[str, list[float]]()

    def too_many(self, key: str, now: float | None = None) -> bool:
        """Return whether a name or address has to wait."""
        now = time.monotonic() if now is None else now
        with self._lock:
            recent = [t for t in self._wrong.get(key, ()) if now - t < _WINDOW_S]
            if recent:
                self._wrong[key] = recent
            else:
                self._wrong.pop(key, None)
            return len(recent) >= _TRIES

    def wrong(self, key: str, now: float | None = None) -> None:
        """Count one."""
        with self._lock:
            if len(self._wrong) >= _HELD:
                self._wrong.pop(next(iter(self._wrong)))
            self._wrong.setdefault(key, []).append(time.monotonic() if now is None else now)


def secret_of(folder: Path) -> bytes:
    """Return the key with which sessions are signed; made once, readable by its owner alone."""
    path = folder / SECRET
    try:
        found = path.read_bytes()
        if len(found) >= 32:
            return found
    except OSError:
        pass
    folder.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(48)
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(key)
    return key


def add_login(server: Flask, login: Login, folder: Path) -> None:
    """Ask everybody who comes for a name and a password, or read it from the header of the proxy."""
    server.secret_key = secret_of(folder)
    server.config.update(
        SESSION_COOKIE_NAME="schouw",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=login.https,
        PERMANENT_SESSION_LIFETIME=_STAYS,
    )
    tries, nobody = Tries(), generate_password_hash(secrets.token_hex(16), METHOD)

    @server.before_request
    def who() -> Any:
        g.user = _from_proxy(login) if login.header else _from_session(login)
        if g.user is not None or request.path in _OPEN:
            return None
        if login.header or request.method != "GET" or not request.accept_mimetypes.accept_html:
            abort(401)
        return redirect(f"/login?{_after(request.full_path)}", 303)

    @server.get("/login")
    def form() -> Response:
        return _form(Words(preferred_language()), "", 200)

    @server.post("/login")
    def enter() -> Any:
        name, password = request.form.get("name", "")[:64], request.form.get("password", "")[: MOST_LETTERS + 1]
        keys = (f"name {name}", f"from {request.remote_addr}")
        if any(tries.too_many(key) for key in keys):
            return _form(Words(preferred_language()), "login.wait", 429)
        hashed = login.users.get(name, ("viewer", ""))[1]
        right = check_password_hash(hashed or nobody, password)  # as long for a name that is not there
        if not hashed or not right:
            for key in keys:
                tries.wrong(key)
            return _form(Words(preferred_language()), "login.wrong", 401)
        session.clear()
        session.permanent = True
        session["name"], session["mark"] = name, hashed[-12:]  # a new password ends old sessions
        return redirect(_target(request.args.get("next", "")), 303)

    @server.post("/logout")
    def leave() -> Any:
        session.clear()
        return redirect("/login", 303)


def _from_proxy(login: Login) -> User | None:
    name = request.headers.get(login.header, "")
    if request.remote_addr not in login.proxies or not NAME.fullmatch(name):
        return None
    return User(name, login.users[name][0] if name in login.users else "viewer")


def _from_session(login: Login) -> User | None:
    name = session.get("name")
    role, hashed = login.users.get(str(name), ("viewer", ""))
    if not hashed or session.get("mark") != hashed[-12:]:
        return None
    return User(str(name), role)


def _after(path: str) -> str:
    from urllib.parse import urlencode

    return urlencode({"next": path.rstrip("?")})


def _target(path: str) -> str:
    """Return where to go after the login: a page of ours, never another server."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not set(path) & set("\r\n\\")
    return path if ours else "/"


def _form(words: Words, wrong: str, code: int) -> Response:
    """Return the page that asks for name and password; it needs no script."""
    told = tag("p", words(wrong), class_="login-wrong", role="alert") if wrong else Markup("")
    fields = [
        tag("label", words(f"login.{key}"), for_=key)
        + tag("input", id=key, name_=key, type=kind, autocomplete=auto, required="", maxlength=MOST_LETTERS)
        for key, kind, auto in (("name", "text", "username"), ("password", "password", "current-password"))
    ]
    query = request.query_string.decode("ascii", "replace")
    button = tag("button", words("login.enter"), type="submit", class_="button main")
    form = tag("form", *fields, button, method="post", action=f"/login?{query}")
    return bare_page(words, words("login.title"), told + form, code)
