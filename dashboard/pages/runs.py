"""Runs: what runs and when it ends, what waits, what failed and why; cancel, resume, open."""

import time
from typing import Any, Final

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html
from dash.exceptions import PreventUpdate

from dashboard.address import Address, read_address
from dashboard.figures.numbers import clock
from dashboard.fits import POINTS
from dashboard.login import current_user
from dashboard.pages.choices import title_of_station
from dashboard.pages.page import Body, Site
from dashboard.pages.tray_form import job_bar, progress_text
from dashboard.parts import Card
from scenarios.queue import Job

_POLL_MS: Final = 2000
_LOCAL_DAY_S: Final = 86_400
_SHOWN: Final = 50
_TOLD: Final = 300  # letters of a reason


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return no card: the page is a list of what is asked."""
    return ()


def layout(address: Address, site: Site) -> Body:
    """Return the page; it asks again while something is open."""
    words = address.words
    jobs = own_jobs(site)
    running, waiting = (sum(job.state == state for job in jobs) for state in ("running", "waiting"))
    if not jobs:
        link = dcc.Link(words("page.runs.to_explore"), href=address.to("explore").href, className="button main")
        return Body(words("page.runs.none"), [html.Div([html.P(words("page.runs.none_sub")), link], className="empty")])
    title = (
        words("page.runs.title", running=running, waiting=waiting) if running or waiting else words("page.runs.idle")
    )
    heads = [html.Th(words(f"page.runs.{head}"), scope="col") for head in ("study", "state", "progress", "when", "act")]
    rows = [html.Tr(_row(job, address, site)) for job in jobs[:_SHOWN]]
    table = html.Div(
        html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="runs"), className="scroll", tabIndex=0
    )
    foot = html.Footer(html.Span(words("page.runs.foot"), className="source"))
    content = [html.Section([html.H2(words("page.runs.queue")), table, foot], className="card runs-card")]
    return Body(title, content, _POLL_MS if running or waiting else 0)


def own_jobs(site: Site) -> tuple[Job, ...]:
    """Return the studies that whoever asks has asked for; all where there is no login."""
    user = current_user()
    jobs = site.queue.jobs() if site.queue is not None else ()
    return jobs if not user.name else tuple(job for job in jobs if job.owner == user.name)


def _row(job: Job, address: Address, site: Site) -> list[Any]:
    words = address.words
    title = job.title.get(address.language) or job.title.get("en") or job.id
    kind = ".fit" if job.kind == "fit" else ""
    station = title_of_station(job.station, address.language)
    about = words(f"page.runs.about{kind}", station=station, days=job.days, points=POINTS)
    return [
        html.Th([html.Span(title, className="name"), html.Span(about, className="about")], scope="row"),
        html.Td(html.Span(words(f"page.state.{job.state}"), className=f"state {job.state}")),
        html.Td(_progress(job, address)),
        html.Td(_when(job, address), className="when"),
        html.Td(_acts(job, address, site), className="run-acts"),
    ]


def _progress(job: Job, address: Address) -> Any:
    words = address.words
    if job.open:
        return job_bar(job, address)
    text = progress_text(job, address) if job.total else ""
    parts: list[Any] = [html.P(text, className="tray-state")] if text and job.state != "done" else []
    if job.failed:
        parts.append(html.P(words("page.runs.failed_days", n=job.failed), className="told"))
    if job.told:
        parts.append(html.P(job.told[:_TOLD], className="told"))
    return parts


def _when(job: Job, address: Address) -> str:
    second = job.ended or job.started or job.created
    local = time.localtime(second)
    return clock(local.tm_hour * 3600 + local.tm_min * 60, address.language)


def _acts(job: Job, address: Address, site: Site) -> list[Any]:
    words, parts = address.words, []
    if site.shelf.open(job.id) is not None:
        href = Address("compare", address.language, {"study": job.id}).href
        parts.append(dcc.Link(words("page.runs.open"), href=href, className="button"))
    elif job.kind == "fit" and job.state == "done":
        href = Address("calibrate", address.language, {"fit": job.id, "station": job.station}).href
        parts.append(dcc.Link(words("page.runs.open"), href=href, className="button"))
    return [*parts, *job_acts(job, address)]


def job_acts(job: Job, address: Address) -> list[Any]:
    """Return the button that stops a job that is open, or goes on with one that ended too early."""
    words = address.words
    if job.open:
        text = words("page.runs.stopping" if job.stop else "page.runs.stop")
        return [html.Button(text, id={"stop": job.id}, className="button", disabled=job.stop)]
    if job.state in ("stopped", "failed"):
        return [html.Button(words("page.runs.resume"), id={"resume": job.id}, className="button")]
    return []


def add_callbacks(app: Dash, site: Site) -> None:
    """Add the buttons that stop and resume."""

    @app.callback(
        Output("tick", "data", allow_duplicate=True),
        Output("status", "children", allow_duplicate=True),
        Input({"stop": ALL}, "n_clicks"),
        Input({"resume": ALL}, "n_clicks"),
        State("where", "search"),
        State("tick", "data"),
        prevent_initial_call=True,
    )
    def act(stops: Any, resumes: Any, search: str, ticks: int | None) -> tuple[int, str]:
        mark = ctx.triggered_id
        if not isinstance(mark, dict) or not any(change["value"] for change in ctx.triggered) or site.queue is None:
            raise PreventUpdate
        words, user = read_address("/runs", search).words, current_user()
        job = site.queue.job(str(mark.get("stop") or mark.get("resume") or ""))
        if job is None or not user.edits or (user.name and job.owner != user.name):
            return (ticks or 0) + 1, words("page.runs.not_yours")
        if "stop" in mark:
            site.queue.stop(str(mark["stop"]))
            return (ticks or 0) + 1, words("page.runs.told_stop")
        site.queue.resume(str(mark["resume"]))
        site.start()
        return (ticks or 0) + 1, words("page.runs.submitted")
