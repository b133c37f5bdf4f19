"""Calibrate: a monitor file with its faults, a fit, prior against posterior, indices, tornado, and where it fails."""

from typing import Any, Final

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate
from markupsafe import Markup

from dashboard.address import Address, read_address
from dashboard.fault_text import fault_in
from dashboard.figures.both import PHONE_WIDTH, for_both
from dashboard.figures.box_points import POINTS_WIDTH, Side, box_points_figure
from dashboard.figures.drivers import PHONE, WIDE, indices_figure, tornado_figure
from dashboard.figures.markup import join, tag
from dashboard.figures.narrowed import Narrowed, narrowed_figure
from dashboard.figures.numbers import decimal, percent
from dashboard.fits import FOLDER, fit_text, record
from dashboard.login import current_user
from dashboard.monitor_names import who, why
from dashboard.monitors import FEWEST, MOST_BYTES, Monitor, RefusedError, kept_monitor, monitor_text, take
from dashboard.number_names import capital, number_name
from dashboard.pages.choices import segments, station_of, title_of_station
from dashboard.pages.page import Body, Site, page_body
from dashboard.pages.runs import job_acts
from dashboard.pages.tray_form import job_bar
from dashboard.parts import Card, Table, table_html
from dashboard.words import Words
from scenarios.queue import Job, QueueFullError
from scenarios.scenario import read_scenario, shipped_scenarios

SHIPPED: Final = "halte"
VISITS: Final = 949_000_000.0  # a year, of the network: the file of the shipped fit says so too
_POLL_MS: Final = 3000
_MOST_TOLD: Final = 4


def _owner() -> str:
    return current_user().name


def monitor_of(address: Address, site: Site) -> Monitor | None:
    """Return the uploaded file of an address, when it is the reader's own."""
    key = address.chosen.get("monitor", "")
    return kept_monitor(key, _owner(), site.made) if key and site.made is not None else None


def fit_of(address: Address, site: Site) -> tuple[Any, bool]:
    """Return the fit of an address, or the shipped one, and whether it is the reader's own."""
    key = address.chosen.get("fit", "")
    made = site.made / FOLDER if site.made is not None else None
    job = site.queue.job(key) if key and site.queue is not None else None
    if job is not None and (not _owner() or job.owner == _owner()):
        found = record(key, "fit", made)
        if found is not None:
            return found, True
    return record(SHIPPED, "fit"), False


def cards(address: Address, site: Site) -> tuple[Card, ...]:
    """Return what there is: the file, the fit, what drives the answer, where it fails."""
    outcome, sense = outcome_of(address)
    found = [
        file_card(address, site),
        prior_card(address, site),
        targets_card(address, site),
        indices_card(address, sense, outcome),
        tornado_card(address, sense, outcome),
        box_card(address),
    ]
    return tuple(card for card in found if card is not None)


# the file ------------------------------------------------------------------------------------------------------------


def file_card(address: Address, site: Site) -> Card | None:
    """Return what an uploaded file holds and what each figure is held against, or what is wrong with it."""
    found, words = monitor_of(address, site), address.words
    if found is None:
        return None
    if found.faults:
        items = [tag("li", fault_in(fault, address.language)) for fault in found.faults]
        title = words("page.monitor.refused", name=found.name, n=len(found.faults))
        return Card("file", title, tag("ul", *items, class_="findings"), words("page.monitor.refused_sub"), span=7)
    targets = found.targets
    used = sum(target.use == "target" for target in targets)
    heads = tuple(words(f"page.monitor.{key}") for key in ("figure", "value", "n", "against", "use"))
    rows: list[tuple[Any, ...]] = []
    for target in targets:
        f = target.figure
        share = f.item in ("unsafe_12_months", "unsafe_sometimes", "good_share")
        value = percent(f.value, address.language) if share else decimal(f.value, 1, address.language)
        parts = (f.station, f"{f.wave:g}", words.name("page.item", f.item), who(f.group, words))
        name = " ".join(part for part in parts if part)
        reason = why(target.reason, words)
        use = words(f"page.use.{target.use}") + (f": {reason}" if reason else "")
        rows.append((name, value, "" if f.n is None else str(f.n), words.name("page.against", f.item), use))
    few = words("page.monitor.few", n=FEWEST)
    for station, wave, item, group in found.hidden:
        parts = (station, wave, words.name("page.item", item), who(group, words))
        name = " ".join(part for part in parts if part)
        rows.append((name, few, "", "", ""))
    table = Table(heads, tuple(rows))
    title = words("page.monitor.title", used=used, all=len(targets) + len(found.hidden))
    body = tag("div", table_html(table, words), class_="scroll tall", tabindex="0", role="region", aria_label=title)
    says = words("page.monitor.hidden", n=len(found.hidden), few=FEWEST) if found.hidden else ""
    return Card("file", title, body, found.name, says, words("page.monitor.source"), table, 7)


def upload_part(address: Address, site: Site) -> html.Section:
    """Return the place where a file is brought, what became of it, and the button that starts a fit."""
    words, user, monitor = address.words, current_user(), monitor_of(address, site)
    parts: list[Any] = [html.H2(words("page.upload.title")), html.P(words("page.upload.sub"), className="sub")]
    if not user.edits or site.made is None:
        parts.append(html.P(words("login.viewer"), className="says"))
    else:
        box = html.Div([html.Span(words("page.upload.drop"), className="button"), html.Span(words("page.upload.or"))])
        upload = dcc.Upload(
            box, id="monitor-file", accept=".csv,text/csv", multiple=False, max_size=MOST_BYTES, className="upload"
        )
        parts += [upload, html.P(id="upload-told", role="alert", className="told")]
    if monitor is not None and not monitor.faults:
        used = any(target.use == "target" for target in monitor.targets)
        job = _job(address, site)
        running = job is not None and job.open
        button = html.Button(
            words("page.fit.start"),
            id="fit-now",
            className="button main",
            disabled=not used or running or not user.edits,
        )
        parts += [html.P(words("page.fit.sub", station=station_of(address, site.shelf)), className="says"), button]
        if job is not None:
            parts.append(job_bar(job, address) if running else html.P(_ended(job, address), className="told"))
            parts.append(html.Div(job_acts(job, address), className="tray-buttons"))
    wide = "" if monitor is not None else " wide"
    return html.Section(parts, className=f"card upload-card{wide}", **{"aria-label": words("page.upload.title")})


def _job(address: Address, site: Site) -> Job | None:
    key = address.chosen.get("fit", "")
    job = site.queue.job(key) if key and site.queue is not None else None
    return job if job is not None and (not _owner() or job.owner == _owner()) else None


def _ended(job: Job, address: Address) -> str:
    return address.words(f"page.state.{job.state}") + (f": {job.told[:300]}" if job.told else "")


# the fit -------------------------------------------------------------------------------------------------------------


def prior_card(address: Address, site: Site) -> Card | None:
    """Return what each parameter could be before the fit and after it."""
    from model.parameters import Parameters

    found, own = fit_of(address, site)
    if found is None:
        return None
    words, rows = address.words, []
    table = {row.name: row for row in Parameters.default().rows}
    for one in found["parameters"]:
        before = table.get(one["name"])
        if before is not None:
            ends = (one["low"], one["middle"], one["high"])
            drawn = before.low, before.value, before.high
            name, narrowed = number_name(one["name"], words), one["contraction"]
            rows.append(Narrowed(name, drawn, ends, narrowed, learned=one["learned"]))
    learned = sum(row.learned for row in rows)
    title = words("page.prior.title", n=learned, all=len(rows))
    heads = tuple(words(f"page.prior.{key}") for key in ("name", "low", "middle", "high", "after_low", "after_middle",
                                                         "after_high", "narrowed"))  # fmt: skip
    plain = tuple((row.name, *row.before, *row.after, row.narrowed) for row in rows)
    source = words(
        "page.fit.own" if own else "page.fit.shipped", name=found.get("fit", ""), draws=found.get("draws", 0)
    )
    sub = words("page.prior.sub")
    return Card("prior", title, narrowed_figure(rows, words, title), sub, "", source, Table(heads, plain), 12)


def targets_card(address: Address, site: Site) -> Card | None:
    """Return what the model says of each target before the fit and after it, beside what was found."""
    found, own = fit_of(address, site)
    if found is None:
        return None
    words, rows = address.words, []
    for one in found["targets"]:
        group = one.get("group", "all")
        item, whose = words.name("page.item", one["item"]), "" if group == "all" else words.name("page.asked", group)
        kind = f"({words.name('incident', one['type'])})" if one["type"] else ""
        name = " ".join(p for p in (capital(item), kind, f"{one['wave']:g}", whose) if p)
        rows.append(Narrowed(name, tuple(one["prior"]), tuple(one["posterior"]), None, one["found"]))
    inside = sum(r.after[0] <= (r.found or 0.0) <= r.after[2] for r in rows)
    title = words("page.targets.title", n=inside, all=len(rows))
    heads = tuple(words(f"page.targets.{key}") for key in ("name", "found", "low", "middle", "high"))
    plain = tuple((row.name, row.found, *row.after) for row in rows)
    left = [
        f"{words.name('page.item', x['item'])} {x['wave']:g}: {why(x['reason'], words)}"
        for x in found.get("left_out", ())[:_MOST_TOLD]
    ]
    more = len(found.get("left_out", ())) - len(left)
    says = words("page.targets.left", text="; ".join(left)) if left else ""
    says += " " + words("page.targets.more", n=more) if more > 0 else ""
    source = words(
        "page.fit.own" if own else "page.fit.shipped", name=found.get("fit", ""), draws=found.get("draws", 0)
    )
    figure = narrowed_figure(rows, words, title)
    return Card("targets", title, figure, words("page.targets.sub"), says, source, Table(heads, plain), 12)


def _source(found: Any, address: Address) -> str:
    """Return what an analysis rests on: points, station and scenario by their titles."""
    station, name = found["station"], found["scenario"] or ""
    path = shipped_scenarios(station).get(name)
    title = read_scenario(path).title_in(address.language) if path is not None else name
    return address.words(
        "page.sense.source", station=title_of_station(station, address.language), points=found["points"], scenario=title
    )


# what drives the answer ----------------------------------------------------------------------------------------------


def outcome_of(address: Address) -> tuple[str, Any]:
    """Return the outcome that an address asks for and the analysis that ships; empty where none does."""
    found = record(SHIPPED, "sensitivity")
    return (address.one_of("out", list(found["outcomes"])), found) if found else ("", None)


def indices_card(address: Address, found: Any, outcome: str) -> Card | None:
    """Return how much each input matters, beside the noise floor."""
    from calibration.indices import DUMMY, LUCK, Index, Indices

    if found is None:
        return None
    words, said = address.words, found["outcomes"][outcome]
    nan = float("nan")
    keys = ("value", "low", "high", "first", "first_low", "first_high", "among")
    lines = []
    for one in said["indices"]:
        numbers = {k: nan if one[k] is None else one[k] for k in keys}
        lines.append(Index(_input_name(one["input"], words), **numbers, shown=one["shown"]))
    all_of = Indices(found["method"], said["noise_floor"], tuple(lines), said["mean"], said["sd"], found["rows"],
                     found["points"])  # fmt: skip
    first = [line.name for line in all_of.ranked if line.shown and line.value > all_of.floor]
    first = [name for name in first if name not in (DUMMY, LUCK)][:2]
    title = words("page.indices.title", names="; ".join(first)) if first else words("page.indices.none")
    of = words(f"page.guess.{outcome}") if words.has(f"page.guess.{outcome}") else outcome
    figure = for_both(lambda phone: indices_figure(all_of, words, of, PHONE if phone else WIDE))
    heads = tuple(words(f"page.indices.{k}") for k in ("input", "index", "low", "high", "floor"))
    rows = tuple((line.name, line.value, line.low, line.high, all_of.floor) for line in all_of.ranked)
    sub, table = words("page.indices.sub"), Table(heads, rows)
    return Card("indices", title, figure, sub, "", _source(found, address), table, 6, "drivers-box", rows=2)


def _input_name(name: str, words: Words) -> str:
    from calibration.indices import DUMMY, LUCK

    return name if name in (DUMMY, LUCK) else number_name(name, words)


def tornado_card(address: Address, found: Any, outcome: str) -> Card | None:
    """Return how far the answer swings between low and high values of each input that stands alone."""
    from calibration.indices import Swing

    if found is None or not found["outcomes"][outcome].get("swings"):
        return None
    words, said = address.words, found["outcomes"][outcome]
    swings = [Swing(number_name(one["name"], words), one["low"], one["high"]) for one in said["swings"]]
    mean, told = said["mean"], words("page.tornado.figure")
    figure = for_both(lambda phone: tornado_figure(swings, mean, words, told, PHONE if phone else WIDE))
    title = words("page.tornado.title", name=swings[0].name)
    heads = tuple(words(f"page.indices.{k}") for k in ("input", "low", "high"))
    rows = tuple((s.name, s.low, s.high) for s in swings)
    table, source = Table(heads, rows), _source(found, address)
    return Card("tornado", title, figure, words("page.tornado.sub"), "", source, table, 6, "drivers-box")


def box_card(address: Address) -> Card | None:
    """Return where a package does too little: a box around those points, with how much it holds."""
    found = record(SHIPPED, "box")
    if found is None or len(found["limits"]) < 1:
        return None
    words, language = address.words, address.language
    limits = found["limits"]
    pair = limits[:2] if len(limits) > 1 else [limits[0], found["other"]]
    names = [one["name"] for one in pair]
    titles = {one["name"]: number_name(one["name"], words) for one in (*limits, *pair)}
    points = [(x, y, bool(f)) for x, y, f in zip(*(found["points"][n] for n in names), found["fails"], strict=True)]
    sides = [Side(titles[one["name"]], one["low"], one["high"]) for one in pair]
    title = words("page.box.title", names="; ".join(titles[one["name"]] for one in limits[:2]))
    figure = for_both(
        lambda phone: box_points_figure(
            points, sides[0], sides[1], words, title, PHONE_WIDTH if phone else POINTS_WIDTH
        )
    )
    says = words("page.box.says", density=percent(found["density"], language),
                 coverage=percent(found["coverage"], language), fails=sum(found["fails"]), all=len(points))  # fmt: skip
    heads = tuple(words(f"page.box.{k}") for k in ("input", "low", "high", "stability"))
    rows = tuple((titles[one["name"]], one["low"], one["high"], one["stability"]) for one in limits)
    body = join([figure, _limits(limits, address)])
    sub = words("page.box.sub", scenario=found["title"][language], limit=decimal(found["limit"], 2, language))
    source = words("page.box.source", points=len(points))
    return Card("box", title, body, sub, says, source, Table(heads, rows), 6, "box-box")


def _limits(limits: Any, address: Address) -> Markup:
    words = address.words
    items = [
        tag("li", words("page.box.limit", name=capital(number_name(one["name"], words)),
                        low=decimal(one["low"], 2, address.language), high=decimal(one["high"], 2, address.language),
                        stability=percent(one["stability"], address.language)))
        for one in limits
    ]  # fmt: skip
    return tag("ul", *items, class_="key")


# the page ------------------------------------------------------------------------------------------------------------


def layout(address: Address, site: Site) -> Body:
    """Return the page; it asks again while a fit runs."""
    words = address.words
    outcome, sense = outcome_of(address)
    brought = monitor_of(address, site) is not None
    parts: list[Any] = [html.Div(upload_part(address, site), className="span-5" if brought else "span-12")]
    body = page_body(address, words("page.calibrate.title"), [], cards(address, site))
    grid = body.content[-1]
    inside = list(grid.children)
    parts = [*parts, *inside]
    head: list[Any] = []
    if sense is not None and len(sense["outcomes"]) > 1:
        options = [(key, words(f"page.guess.{key}")) for key in sense["outcomes"]]
        head = [html.Div(segments("out", words("page.indices.outcome"), options, outcome), className="controls")]
    job = _job(address, site)
    poll = _POLL_MS if job is not None and job.open else 0
    return Body(words("page.calibrate.title"), [*head, html.Div(parts, className="cards")], poll)


def add_callbacks(app: Dash, site: Site) -> None:
    """Add the upload, and the button that starts a fit."""

    @app.callback(
        Output("where", "search", allow_duplicate=True),
        Output("upload-told", "children"),
        Input("monitor-file", "contents"),
        State("monitor-file", "filename"),
        State("where", "search"),
        prevent_initial_call=True,
    )
    def bring(contents: Any, name: Any, search: str) -> tuple[Any, Any]:
        if not isinstance(contents, str):
            raise PreventUpdate
        address = read_address("/calibrate", search)
        if not current_user().edits or site.made is None:
            return no_update, address.words("login.viewer")
        try:
            found = take(contents, str(name or ""), _owner(), site.made)
        except RefusedError as refused:
            return no_update, address.words(str(refused), kb=MOST_BYTES // 1000)
        return f"?{address.with_(monitor=found.key, fit='').query}", ""

    @app.callback(
        Output("where", "search", allow_duplicate=True),
        Output("status", "children", allow_duplicate=True),
        Input("fit-now", "n_clicks"),
        State("where", "search"),
        prevent_initial_call=True,
    )
    def start(clicks: int | None, search: str) -> tuple[Any, str]:
        if not clicks:
            raise PreventUpdate
        address = read_address("/calibrate", search)
        key, told = start_fit(address, site)
        return (f"?{address.with_(fit=key).query}" if key else no_update), told


def start_fit(address: Address, site: Site) -> tuple[str, str]:
    """Put a fit to the uploaded file into the queue; return its id, empty when not, and what to tell the reader."""
    words, monitor = address.words, monitor_of(address, site)
    if not current_user().edits:
        return "", words("login.viewer")
    if monitor is None or monitor.faults or site.queue is None:
        return "", ""
    items = frozenset(t.figure.item for t in monitor.targets if t.use == "target")
    station = station_of(address, site.shelf)
    counts = bool(items & {"incidents", "reports"})
    text = fit_text(station, items, VISITS if counts else None)
    title = {language: read_address("", f"?lang={language}").words("page.fit.title") for language in ("en", "nl")}
    try:
        key = site.queue.submit(
            station, [text, monitor_text(monitor.figures)], title, days=2, owner=_owner(), kind="fit"
        )
    except QueueFullError:
        return "", words("page.runs.full")
    site.start()
    return key, words("page.runs.submitted")
