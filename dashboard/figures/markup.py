"""Elements of HTML and SVG as text, with every value escaped."""

from markupsafe import Markup, escape


def tag(name: str, *content: str | Markup, **attributes: object) -> Markup:
    """Return one element; text and attributes are escaped unless they are ``Markup`` already.

    Args:
        name: element name.
        content: what stands inside, in order; none gives an empty element.
        attributes: ``class_`` becomes ``class`` and other underscores become hyphens; None leaves one out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(content)
    return Markup(f"<{name}{written}>") + inside + Markup(f"</{name}>")


def join(parts: list[Markup]) -> Markup:
    """Return the parts behind each other."""
    return Markup("").join(parts)


def share(value: float) -> str:
    """Return a place along the width of a figure, 0 to 1, as an SVG percentage."""
    return f"{100.0 * value:.2f}%"


def length(value: float) -> str:
    """Return a length in user units without needless decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
