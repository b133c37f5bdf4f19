"""Pages without a script and without the frame: what a server says before, or instead of, the explorer."""

from flask import Response, request
from markupsafe import Markup

from dashboard.figures.markup import tag
from dashboard.figures.numbers import LANGUAGES, Language
from dashboard.words import Words


def preferred_language() -> Language:
    """Return the language that the browser asks for, English when it asks for neither."""
    found = request.accept_languages.best_match(LANGUAGES[::-1])
    return next((language for language in LANGUAGES if language == found), "en")


def bare_page(words: Words, title: str, inside: Markup, code: int) -> Response:
    """Return a page of one heading and what stands under it.

    Args:
        words: its language.
        title: its heading; inside: what follows, of our own making.
        code: of the answer.
    """
    head = (
        tag("meta", charset="utf-8")
        + tag("meta", name_="viewport", content="width=device-width, initial-scale=1")
        + tag("title", f"{title} \u00b7 Schouw")
        + Markup('<link rel="stylesheet" href="/figures.css"><link rel="stylesheet" href="/assets/page.css">')
    )
    main = tag("main", tag("h1", title), inside, class_="login")
    page = Markup("<!doctype html>") + tag("html", tag("head", head), tag("body", main), lang=words.language)
    return Response(str(page), code, mimetype="text/html")
