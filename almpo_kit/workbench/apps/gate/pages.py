"""Pages of the gate, from templates; everything that is put in is escaped, nothing is asked for from elsewhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.workbench.assets import FOLDER, stylesheet

if TYPE_CHECKING:
    from jinja2 import Environment

#: Status -> what happened, and what to do.
REFUSALS: Final = {
    400: ("This request could not be read", "Go back to the apps and try again from there."),
    403: (
        "This is not open to you here",
        "Open the apps from this site, and reload an app that was open for long.",
    ),
    404: ("There is no such page", "The address may be mistyped, or the app was renamed."),
    405: ("This cannot be done here", "Go back to the apps and try again from there."),
    413: ("This is too large", "Choose a smaller file."),
    421: (
        "This server does not go by this name",
        "Whoever looks after it can add the name: almpo apps --host NAME.",
    ),
    500: ("This page could not be shown", "Reload it in a minute. Nothing that you kept is lost."),
}


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(FOLDER / "gate"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["style"] = stylesheet() + (FOLDER / "gate" / "gate.css").read_text(encoding="utf-8")
    return made


def render(name: str, **values: Any) -> bytes:
    """A page.

    Parameters
    ----------
    name : str
        Of the template, without its ending.
    **values
        What it needs.
    """
    return _environment().get_template(f"{name}.html.j2").render(**values).encode()


@cache
def refusal(status: int, base: str) -> bytes:
    """The page for a status of 400 or more: what happened and what to do, and nothing about the server."""
    known = status if status in REFUSALS else (500 if status >= 500 else 400)
    title, advice = REFUSALS[known]
    return render("refused", title=title, advice=advice, status=status, base=base)
