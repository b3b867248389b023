"""The evaluation app: whose data, the result first, the checks one by one, for whom, what would break it, publishing."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.rendering import card_html, checks_html
from almpo_kit.workbench.apps.evaluation.checks import checks
from almpo_kit.workbench.apps.evaluation.doubts import doubts
from almpo_kit.workbench.apps.evaluation.held import Held
from almpo_kit.workbench.apps.evaluation.publishing import publishing
from almpo_kit.workbench.apps.evaluation.result import result
from almpo_kit.workbench.apps.evaluation.whom import whom
from almpo_kit.workbench.apps.screen import Screen, refusal_html
from almpo_kit.workbench.apps.server import LARGEST_UPLOAD
from almpo_kit.workbench.assets import stylesheet
from almpo_kit.workbench.evaluation_cases import evaluation_case
from almpo_kit.workbench.evaluation_examples import EXAMPLES
from almpo_kit.workbench.evaluation_files import Case, uploaded

_TABS = ("Result", "Checks", "For whom", "What would break it", "Publish")
_START = "nsw"
_MOST_MB = LARGEST_UPLOAD // 1_000_000
#: What may be dropped in -> words of its button, and the endings it may have.
_KINDS = {
    "persons": ("Persons", ".csv,.tsv,.txt,.xlsx,.parquet,.dta"),
    "design": ("Design (TOML)", ".toml"),
    "entries": ("Programme entries", ".csv,.tsv,.txt,.xlsx,.parquet,.dta"),
    "months": ("Person-months", ".csv,.tsv,.txt,.xlsx,.parquet,.dta"),
}
_WORDS = (
    "<p>One row a person (CSV, Excel, Stata or Parquet), with the design written down in a small text file: "
    "who is compared with whom, what is held constant, what was measured. docs/evaluation.md has one to copy. Or a register of "
    "three tables: persons, programme entries and person-months; people who enter are then compared with people who "
    "wait as long. Files stay in this session: they are read in memory, never written to a disk, and no row about a "
    f"person is shown. Each may have up to {_MOST_MB} MB.</p>"
)


class Bench:
    """Whose data, and the screens over their evaluation."""

    def __init__(self) -> None:
        import ipywidgets as widgets

        self.held = Held(evaluation_case(example=_START))
        self.screens: dict[int, Screen] = {}
        self.told = widgets.HTML().add_class("almpo")
        self.uploads: dict[str, Any] = {}
        self.files = widgets.HBox().add_class("almpo-chips")
        self.read = widgets.Button(description="Evaluate these files").add_class("almpo-press")
        self.which = widgets.Dropdown(
            description="Example", options=[(words, key) for key, words in EXAMPLES.items()], value=_START
        )
        self.tabs = widgets.Tab([widgets.VBox() for _ in _TABS], titles=_TABS).add_class("almpo-tabs")
        self.read.on_click(lambda _: self._trying(self._take_files))
        self.which.observe(lambda _: self._trying(self._take_example), names="value")
        self.tabs.observe(self.open_tab, names="selected_index")
        self.widget = widgets.VBox([self._whose(), self.told, self.tabs])
        self._look(self.held.case)

    def _whose(self) -> Any:
        import ipywidgets as widgets

        words = widgets.HTML(_WORDS).add_class("almpo")
        self._let_go()
        inner = widgets.VBox([self.which, words, self.files]).add_class("almpo-controls")
        return widgets.Accordion([inner], titles=("Whose data?",), selected_index=None).add_class(
            "almpo-more"
        )

    def _let_go(self) -> None:
        """New buttons for files: the old ones' copies go, else a wrong file could not be taken back."""
        import ipywidgets as widgets

        for old in self.uploads.values():
            old.value = ()
            old.close()
        self.uploads = {
            kind: widgets.FileUpload(accept=endings, multiple=False, description=words).add_class(
                "almpo-press"
            )
            for kind, (words, endings) in _KINDS.items()
        }
        self.files.children = [*self.uploads.values(), self.read]

    def _trying(self, step: Callable[[], None]) -> None:
        """Do a step; what goes wrong is told, and what was there before stays and is told beside it."""
        try:
            step()
        except Exception as refused:  # noqa: BLE001 - a step that fails without a word looks as if it were done
            self.told.value = f"{refusal_html(refused)}<p>Still shown:</p>{case_html(self.held.case)}"

    def _take_example(self) -> None:
        self._tell("Reading the example.")
        self._look(evaluation_case(example=self.which.value))

    def _take_files(self) -> None:
        self._tell("Reading the files.")
        try:
            given = {kind: up.value[0] for kind, up in self.uploads.items() if up.value}
            case = uploaded({kind: (str(f["name"]), bytes(f["content"])) for kind, f in given.items()})
        except DesignError as refused:
            raise DesignError(f"{refused} A file of more than {_MOST_MB} MB does not arrive.") from None
        finally:
            self._let_go()
        self._look(case)

    def _tell(self, words: str) -> None:
        self.told.value = f'<p class="answer-line" role="status" aria-live="polite">{escape(words)}</p>'

    def _look(self, case: Case) -> None:
        """Take a case into view; every screen asks anew."""
        self.held, self.screens = Held(case), {}
        self.told.value = case_html(case)
        for tab in self.tabs.children:
            tab.children = []
        self.open_tab()

    def open_tab(self, _: object = None) -> None:
        """Fill a tab when it is opened; what another screen found since is told anew."""
        at = self.tabs.selected_index or 0
        makers = (result, checks, whom, doubts, publishing)
        try:
            if at not in self.screens:
                self.screens[at] = makers[at](self.held)
                self.tabs.children[at].children = [self.screens[at].widget]
            elif self.held.changed(at):
                self.screens[at].refresh()
            self.held.seen(at)
        except Exception as refused:  # noqa: BLE001 - an empty tab looks like an answer
            import ipywidgets as widgets

            self.tabs.children[at].children = [widgets.HTML(refusal_html(refused)).add_class("almpo")]


def case_html(case: Case) -> str:
    """Whose data are looked at, and what of a person's files was set aside."""
    read = "".join(f"{card_html(i)}{checks_html(i.checks)}" for i in case.intakes)
    folded = f"<details><summary>What was read</summary>{read}</details>" if read else ""
    return f'<p class="answer-line">{escape(case.name)}</p>{folded}'


def show() -> None:
    """Display the app in a notebook or under Voila."""
    import ipywidgets as widgets
    from IPython.display import display

    title = widgets.HTML(
        f"<style>{stylesheet()}</style><header class='masthead'><p class='eyebrow'>EU ALMP Observatory · "
        "evaluation</p><h1>What did the programme do, and how far can one believe it?</h1><p class='standfirst'>"
        "The verdict first, then every check behind it. Where groups cannot be compared, no number is given.</p></header>"
    ).add_class("almpo")
    display(widgets.VBox([title, Bench().widget]))
