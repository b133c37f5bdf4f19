"""Who may look and who may run: login, roles, sessions, floods (F16, F17, F18, F20)."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from dash import Dash
from flask import g
from flask.testing import FlaskClient

from dashboard.address import Address
from dashboard.app import body_of, make_app
from dashboard.login import Login, Tries, User, UsersError, _target, read_users, user_line
from dashboard.pages import explore, runs
from dashboard.pages.page import Site
from dashboard.shelf import Shelf
from scenarios.queue import MOST_OPEN, MOST_OPEN_OF_ONE, Queue, QueueFullError
from schouw.explorer import add_user, login_of

WORD = "correct horse battery"
ON = Address("explore", "en", {"station": "halte", "on_brighter_lamps": "1", "x_brighter_lamps": "3", "days": "5"})
SHELF = Shelf()


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("users") / "users"
    add_user(path, "ed", "editor", WORD)
    add_user(path, "vi", "viewer", WORD + "!")
    return path


@pytest.fixture
def app(users: Path, tmp_path: Path) -> Dash:
    site = Site(SHELF, queue=Queue(tmp_path))
    return make_app(site, local=False, login=Login(read_users(users)), folder=tmp_path)


def entered(app: Dash, name: str = "ed", word: str = WORD) -> FlaskClient:
    client = app.server.test_client()
    assert client.post("/login", data={"name": name, "password": word}).status_code == 303
    return client


def test_f16_to_serve_others_needs_a_login(users: Path) -> None:
    assert login_of("127.0.0.1", None, "", (), False) is None
    with pytest.raises(UsersError, match="--users"):
        login_of("0.0.0.0", None, "", (), False)
    with pytest.raises(ValueError, match="login"):
        make_app(Site(SHELF), local=False)
    assert login_of("0.0.0.0", users, "", (), False) is not None


def test_f16_nothing_is_told_before_the_login(app: Dash) -> None:
    client = app.server.test_client()
    page = client.get("/compare?study=halte", headers={"Accept": "text/html"})
    assert page.status_code == 303
    assert page.headers["Location"].startswith("/login?next=%2Fcompare")
    for path in ("/csv/compare/lines?study=halte", "/report/halte", "/_dash-layout", "/_dash-dependencies"):
        assert client.get(path, headers={"Accept": "*/*"}).status_code in (303, 401), path
    assert client.post("/_dash-update-component", json={"output": "x", "inputs": []}).status_code in (400, 401)
    form = client.get("/login", headers={"Accept-Language": "nl"})
    assert '<html lang="nl">' in form.text
    assert "<script" not in form.text
    assert "frame-ancestors 'none'" in form.headers["Content-Security-Policy"]


def test_f16_a_password_opens_the_page_and_a_wrong_one_does_not(app: Dash) -> None:
    client = app.server.test_client()
    assert client.post("/login", data={"name": "ed", "password": "wrong"}).status_code == 401
    assert client.post("/login", data={"name": "nobody", "password": WORD}).status_code == 401
    entry = client.post("/login?next=/compare", data={"name": "ed", "password": WORD})
    assert entry.headers["Location"] == "/compare"
    cookie = entry.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/csv/compare/lines?study=halte").status_code == 200
    client.post("/logout")
    assert client.get("/csv/compare/lines?study=halte").status_code == 401


def test_f16_a_forged_session_is_nobody(app: Dash) -> None:
    client = app.server.test_client()
    client.set_cookie("schouw", "eyJuYW1lIjoiZWQifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert client.get("/report/halte").status_code == 401


def test_f16_five_wrong_passwords_have_to_wait(app: Dash) -> None:
    client = app.server.test_client()
    codes = [client.post("/login", data={"name": "ed", "password": "x"}).status_code for _ in range(7)]
    assert codes == [401] * 5 + [429] * 2
    assert client.post("/login", data={"name": "ed", "password": WORD}).status_code == 429
    tries = Tries()
    for _ in range(5):
        tries.wrong("a", 0.0)
    assert tries.too_many("a", 59.0)
    assert not tries.too_many("a", 61.0)


def test_f16_a_login_never_leads_to_another_server() -> None:
    for path in ("//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:alert(1)", "/a\r\nX: 1"):
        assert _target(path) == "/"
    assert _target("/compare?study=halte") == "/compare?study=halte"


def test_f16_a_foreign_page_cannot_log_in_or_out(app: Dash) -> None:
    client = app.server.test_client()
    for path in ("/login", "/logout"):
        assert client.post(path, headers={"Origin": "http://evil.example"}).status_code == 403


def test_f16_a_proxy_names_people_only_from_where_it_is_trusted(users: Path, tmp_path: Path) -> None:
    login = Login(read_users(users), "X-Remote-User", ("10.0.0.5",))
    client = make_app(Site(SHELF), local=False, login=login, folder=tmp_path).server.test_client()
    named = {"X-Remote-User": "ed"}
    assert client.get("/report/halte", headers=named).status_code == 401
    there = {"REMOTE_ADDR": "10.0.0.5"}
    assert client.get("/report/halte", headers=named, environ_base=there).status_code == 200
    assert client.get("/report/halte", environ_base=there).status_code == 401


@pytest.mark.parametrize("text", ["ed:admin:x", "e d:editor:scrypt:1", "ed:editor:plain", "", "a" * 70 + ":editor:"])
def test_f16_a_users_file_with_a_mistake_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "users"
    path.write_text(text)
    with pytest.raises(UsersError, match="users"):
        read_users(path)
    with pytest.raises(UsersError):
        user_line("ed", "editor", "short")


def test_f16_no_password_stands_in_the_file(users: Path) -> None:
    assert WORD not in users.read_text()
    assert users.stat().st_mode & 0o077 == 0


def test_f16_a_viewer_looks_and_an_editor_runs(app: Dash, tmp_path: Path) -> None:
    site = Site(SHELF, queue=Queue(tmp_path))
    assert site.queue is not None
    with app.server.test_request_context():
        g.user = User("vi", "viewer")
        assert "editors" in explore.submit(ON, site)
        assert site.queue.jobs() == ()
        assert "editors" in str(body_of(ON, site).content)
        g.user = User("ed", "editor")
        explore.submit(ON, site)
    (job,) = site.queue.jobs()
    assert job.owner == "ed"


def test_f17_ids_cannot_be_guessed_and_runs_are_their_owners(app: Dash, tmp_path: Path) -> None:
    site = Site(SHELF, queue=Queue(tmp_path))
    with app.server.test_request_context():
        g.user = User("ed", "editor")
        explore.submit(ON, site)
        assert len(runs.own_jobs(site)) == 1
        assert len(runs.own_jobs(site)[0].id) >= 32  # 128 bits
        g.user = User("other", "editor")
        assert runs.own_jobs(site) == ()
    client = entered(app)
    assert client.get(f"/report/{'0' * 32}").status_code == 404


def test_f18_a_session_does_not_make_forged_calls_good(app: Dash) -> None:
    client = entered(app)
    for output in ("nothing.children", "..screen.children...x"):
        body = {"output": output, "inputs": [], "changedPropIds": []}
        assert client.post("/_dash-update-component", json=body).status_code == 400
    assert client.post("/_dash-update-component", data=b"x" * 10_000_000).status_code == 413


def test_f20_a_thousand_studies_are_capped_and_taken_in_turn(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    site = replace(Site(SHELF), queue=queue)
    refused = 0
    for k in range(1000):
        try:
            queue.submit("halte", [f"name: a{k}\nmeasures: []\n"], {"en": f"a{k}"}, days=5, owner="loud")
        except QueueFullError:
            refused += 1
    assert refused == 1000 - MOST_OPEN_OF_ONE
    queue.submit("halte", ["name: mine\nmeasures: []\n"], {"en": "mine"}, days=5, owner="quiet")
    assert queue.open_count() <= MOST_OPEN
    first, second = queue.take(), queue.take()
    assert first is not None
    assert second is not None
    assert {first.owner, second.owner} == {"loud", "quiet"}
    began = time.perf_counter()
    body_of(Address("runs", "en"), site)
    assert time.perf_counter() - began < 1.0
