"""Steps of an app as tabs that are filled when they are opened, and the choice of what they are about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from almpo_kit.workbench.apps.screen import refusal_html

_SOON: Final = '<p class="answer-line" role="status">One moment …</p>'


class Steps:
    """Tabs, each filled by a maker when it is opened.

    Parameters
    ----------
    makers : mapping of str to callable
        Title -> what makes its screen, something with a ``widget``.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Any]]) -> None:
        import ipywidgets as widgets

        self._makers = list(makers.values())
        self._shown: dict[int, Any] = {}
        self.widget = widgets.Tab([widgets.VBox() for _ in makers], titles=tuple(makers))
        self.widget.add_class("almpo-tabs").observe(self.open_step, names="selected_index")

    @property
    def at(self) -> int:
        """The step that is open."""
        return int(self.widget.selected_index or 0)

    def go(self, step: int) -> None:
        """Open another step."""
        self.widget.selected_index = step

    def forget(self, *, but: Collection[int] = ()) -> None:
        """Ask every step anew when it is opened next, but some."""
        self._shown = {k: v for k, v in self._shown.items() if k in but}

    def open_step(self, _: object = None) -> None:
        """Fill a step when it is opened."""
        import ipywidgets as widgets

        at = self.at
        if at in self._shown:
            return
        box: Any = self.widget.children[at]
        try:
            if at:
                box.children = [widgets.HTML(_SOON).add_class("almpo").add_class("almpo-waiting")]
            self._shown[at] = self._makers[at]()
            box.children = [self._shown[at].widget]
        except Exception as refused:  # noqa: BLE001 - an empty step looks like an answer
            self._shown.pop(at, None)
            box.children = [widgets.HTML(refusal_html(refused)).add_class("almpo").add_class("almpo-answer")]


class KeptChooser:
    """What is looked at: some that are always there, and those that are kept.

    Parameters
    ----------
    words : str
        Label of the list.
    fixed : sequence of (str, str)
        Words and value of those that are always there, the first one chosen.
    names : callable
        Names of those that are kept.
    chosen : callable
        Called when another one is chosen.
    """

    def __init__(
        self,
        words: str,
        fixed: Sequence[tuple[str, str]],
        names: Callable[[], Iterable[str]],
        chosen: Callable[[], None],
    ) -> None:
        import ipywidgets as widgets

        self._fixed, self._names, self._told = tuple(fixed), names, chosen
        self.list = widgets.Dropdown(
            description=words, options=list(fixed), layout=widgets.Layout(width="100%")
        )
        self.list.observe(self._chosen, names="value")
        again = widgets.Button(description="Look for others").add_class("almpo-press")
        again.on_click(lambda _: self.look_again())
        self.widget = widgets.VBox([self.list, again]).add_class("almpo-controls").add_class("almpo-chooser")

    @property
    def value(self) -> str:
        """What is chosen."""
        return str(self.list.value)

    def look_again(self, choose: str = "") -> None:
        """Offer what is kept now, and choose one of it without telling; the first view does not wait for a database."""
        taken = {value for _, value in self._fixed}
        options = [*self._fixed, *((n, n) for n in self._names() if n not in taken)]
        wanted = choose or self.value
        self.list.unobserve(self._chosen, names="value")
        self.list.options = options
        self.list.value = wanted if wanted in {v for _, v in options} else self._fixed[0][1]
        self.list.observe(self._chosen, names="value")

    def _chosen(self, _: object) -> None:
        self._told()
