"""The Altair theme and renderer ``almpo``, registered when the wing first draws."""

from __future__ import annotations

from typing import Any

from almpo_kit.figures.svg import svg
from almpo_kit.figures.theme import config


def mimebundle(spec: dict[str, Any], **_: Any) -> dict[str, str]:
    """What the Altair renderer ``almpo`` hands to Jupyter, papermill, nbconvert and Voila."""
    return {"text/html": svg(spec)}


def enable() -> None:
    """Register and enable the Altair theme and renderer ``almpo`` (again costs nothing)."""
    import altair as alt

    # Registered again rather than looked up: Altair's lists of names read the metadata of every installed
    # package, which takes longer than a drawing.
    if alt.theme.active != "almpo":
        alt.theme.register("almpo", enable=False)(config)
        alt.theme.enable("almpo")
    if alt.renderers.active != "almpo":
        alt.renderers.register("almpo", mimebundle)
        alt.renderers.enable("almpo")
