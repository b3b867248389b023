"""The gap map one can press: a button for every combination of programme type and target group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.rendering import card_html, checks_html, picture_html

if TYPE_CHECKING:
    from almpo_kit import evidence


def gap_grid(found: evidence.GapMap, ask: Callable[[str, str], None]) -> Any:
    """A widget: the map's answer and picture, then its cells as buttons.

    Parameters
    ----------
    found : GapMap
        Of programme types by target groups.
    ask : callable
        Called with programme type and target group when a cell is pressed.
    """
    import ipywidgets as widgets

    intro = widgets.HTML(
        f"<h2 class='question'>{found.question}</h2>{card_html(found)}{picture_html(found)}"
        f"{checks_html(found.checks)}<h3>Press a combination to ask about it</h3>"
        "<p>The number is how many independent samples studied it, on any outcome.</p>"
    ).add_class("almpo")
    rows = []
    for _, cells in found.table.groupby("programme_type", sort=False):
        head = widgets.HTML(f"<h4>{cells['row_label'].iloc[0]}</h4>").add_class("almpo")
        chips = [_chip(cell, ask) for cell in cells.to_dict("records")]
        rows += [head, widgets.Box(chips).add_class("almpo-chips")]
    return widgets.VBox([intro, *rows])


def _chip(cell: Mapping[Any, Any], ask: Callable[[str, str], None]) -> Any:
    import ipywidgets as widgets

    n = int(cell["n_samples"])
    held = "nobody has studied it" if n == 0 else f"{n} independent sample{'s' if n > 1 else ''}"
    group = str(cell["column_label"])
    chip = widgets.Button(
        description=f"{group[:1].upper()}{group[1:]} · {n or 'nothing'}",
        tooltip=f"{cell['row_label']}, {cell['column_label']}: {held}",
    )
    chip.add_class("almpo-chip").add_class("almpo-chip-empty" if n == 0 else "almpo-chip-studied")
    chip.on_click(lambda _: ask(cell["programme_type"], cell["target_group"]))
    return chip
