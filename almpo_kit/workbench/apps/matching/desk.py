"""The matching app: drop in jobseekers and vacancies, see gaps, moves, one person's list, the cycle and places."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.places import EU27
from almpo_kit.vocabulary.rendering import card_html, checks_html, table_html
from almpo_kit.workbench.apps.downloads import download_html
from almpo_kit.workbench.apps.matching.gaps import gaps
from almpo_kit.workbench.apps.matching.held import Held
from almpo_kit.workbench.apps.matching.moves import moves
from almpo_kit.workbench.apps.matching.person import person
from almpo_kit.workbench.apps.matching.places import places
from almpo_kit.workbench.apps.matching.turning import turning
from almpo_kit.workbench.apps.screen import Screen, refusal_html
from almpo_kit.workbench.apps.server import LARGEST_UPLOAD
from almpo_kit.workbench.assets import stylesheet
from almpo_kit.workbench.labour_market import LabourMarket, labour_market, uploaded

if TYPE_CHECKING:
    import pandas as pd

_TABS = ("Gaps", "Moves", "One person", "Cycle", "Places")
_START = "EL"
_MOST_MB = LARGEST_UPLOAD // 1_000_000
#: Characters of a cell on the screen; the download has all.
_LONGEST = 200
_KINDS = {"seekers": "Jobseekers", "vacancies": "Vacancies", "stocks": "or stocks of both"}


class Desk:
    """Whose data, and the screens over them."""

    def __init__(self, held: Held) -> None:
        import ipywidgets as widgets

        self.held, self.country = held, _START
        self.market = labour_market(country=self.country)
        self.screens: dict[int, Screen] = {}
        self.told = widgets.HTML().add_class("almpo")
        self.uploads: dict[str, Any] = {}
        self.files = widgets.HBox().add_class("almpo-chips")
        self.read = widgets.Button(description="Use these files").add_class("almpo-press")
        self.code = widgets.Button(description="Read occupations from the texts").add_class("almpo-press")
        self.code.layout.display = "none"
        self.which = widgets.Dropdown(
            description="Example of", options=[(f"{name} ({code})", code) for code, name in EU27.items()]
        )
        self.which.value = self.country
        self.tabs = widgets.Tab([widgets.VBox() for _ in _TABS], titles=_TABS).add_class("almpo-tabs")
        self.read.on_click(lambda _: self._trying(self._take_files))
        self.code.on_click(lambda _: self._trying(self._read_texts))
        self.which.observe(lambda _: self._trying(self._take_example), names="value")
        self.tabs.observe(self.open_tab, names="selected_index")
        self.widget = widgets.VBox([self._whose(), self.told, self.tabs])
        self._look(self.market)

    def _whose(self) -> Any:
        import ipywidgets as widgets

        words = widgets.HTML(
            "<p>One file of jobseekers and one of vacancies (or one of stocks: region, occupation, unemployed, "
            "vacancies) as CSV, Excel, Stata or Parquet. Occupations may be ISCO-08 or ESCO codes, or titles in any big EU "
            "language. Names, e-mail addresses and the like are left out. Files stay in this session: they are "
            f"read in memory and never written to a disk, and gone within eleven minutes of your closing the page. Each may have up to {_MOST_MB} MB.</p>"
        ).add_class("almpo")
        self._let_go()
        inner = widgets.VBox([self.which, words, self.files]).add_class("almpo-controls")
        return widgets.Accordion([inner], titles=("Whose data?",), selected_index=None).add_class(
            "almpo-more"
        )

    def _let_go(self) -> None:
        """New buttons for files: the old ones' copies go, else a wrong file could not be taken back.

        A button whose file was too large to arrive waits for ever and sends no other.
        """
        import ipywidgets as widgets

        for old in self.uploads.values():
            old.value = ()
            old.close()
        self.uploads = {
            kind: widgets.FileUpload(
                accept=".csv,.tsv,.txt,.xlsx,.parquet,.dta", multiple=False, description=words
            ).add_class("almpo-press")
            for kind, words in _KINDS.items()
        }
        self.files.children = [*self.uploads.values(), self.read]

    def _trying(self, step: Callable[[], None]) -> None:
        """Do a step; what goes wrong is told, and what was there before stays and is told beside it."""
        try:
            step()
        except Exception as refused:  # noqa: BLE001 - a step that fails without a word looks as if it were done
            self.told.value = f"{refusal_html(refused)}<p>Still shown:</p>{market_html(self.market)}"

    def _take_example(self) -> None:
        self.country = self.which.value
        self._look(labour_market(country=self.country))

    def _take_files(self) -> None:
        self._tell("Reading the files.")
        try:
            given = {kind: up.value[0] for kind, up in self.uploads.items() if up.value}
            files = {kind: (str(f["name"]), bytes(f["content"])) for kind, f in given.items()}
            market = uploaded(files)
        except DesignError as refused:
            raise DesignError(f"{refused} A file of more than {_MOST_MB} MB does not arrive.") from None
        finally:
            self._let_go()
        self._look(market)

    def _read_texts(self) -> None:
        """Occupations of rows that only have a text; given codes stay."""
        index = self.held.index("occupations", self._tell)
        self._look(self.market.coded(index, self.held.encoder, self._progress))

    def _progress(self, done: int, total: int) -> None:
        self._tell(f"Reading occupations from texts: {done:,} of {total:,}.")

    def _tell(self, words: str) -> None:
        self.told.value = f'<p class="answer-line" role="status" aria-live="polite">{escape(words)}</p>'

    def _look(self, market: LabourMarket) -> None:
        """Take a market into view: what was read of it, then the open tab."""
        said = market_html(market)
        self.market, self.screens, self.told.value = market, {}, said
        self.code.layout.display = "" if market.needs_coding else "none"
        for tab in self.tabs.children:
            tab.children = []
        self.open_tab()

    def open_tab(self, _: object = None) -> None:
        """Fill a tab when it is first opened, so that the first view does not wait for it."""
        at = self.tabs.selected_index or 0
        if at in self.screens:
            return
        makers: tuple[Callable[[], Screen], ...] = (
            lambda: gaps(self.held, self.market),
            lambda: moves(self.held, self.market),
            lambda: person(self.held, self.market),
            lambda: turning(self.held, self.market, self.country),
            lambda: places(self.held, self.market),
        )
        box, below = self.tabs.children[at], [self.code] if at == 0 else []
        try:
            self.screens[at] = makers[at]()
            box.children = [self.screens[at].widget, *below]
        except Exception as refused:  # noqa: BLE001 - an empty tab looks like an answer
            import ipywidgets as widgets

            # Where no row has a code yet, the button that reads codes from texts is the way out.
            box.children = [widgets.HTML(refusal_html(refused)).add_class("almpo"), *below]


def market_html(market: LabourMarket) -> str:
    """What is looked at, and what of a person's files was set aside."""
    if not market.intakes:
        return (
            f'<p class="answer-line"><span class="synthetic">SYNTHETIC</span> example: {market.people}. Nobody in it '
            "exists; open “Whose data?” to bring your own.</p>"
        )
    parts = []
    for intake in market.intakes:
        parts.append(f"{card_html(intake)}{checks_html(intake.checks)}")
        if len(intake.rejected):
            shown = table_html(_short(intake.rejected.head(20)))
            parts.append(f"<details><summary>Rows set aside</summary>{shown}</details>")
            name = f"set_aside_{intake.kind}.csv"
            parts.append(download_html(intake.rejected, name, "Download the rows set aside (CSV)"))
    return "".join(parts)


def _short(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose cells fit on a screen."""
    return table.map(lambda c: f"{c[:_LONGEST]} …" if isinstance(c, str) and len(c) > _LONGEST else c)


def show(
    occupations: pd.DataFrame,
    nuts: pd.DataFrame,
    locations: pd.DataFrame,
    national: pd.DataFrame,
    effects: pd.DataFrame,
    *,
    boundaries: Any = None,
) -> None:
    """Display the app in a notebook or under Voila.

    Parameters
    ----------
    occupations : DataFrame
        Taxonomy of occupations (``sources.occupations()``).
    nuts : DataFrame
        Taxonomy of NUTS 2024.
    locations : DataFrame
        A ``locations`` frame of NUTS-2 regions.
    national : DataFrame
        ``indicators`` frame of countries.
    effects : DataFrame
        An ``effects`` frame.
    boundaries : GeoDataFrame, optional
        True polygons; tiles are drawn without them.
    """
    import ipywidgets as widgets
    from IPython.display import display

    title = widgets.HTML(
        f"<style>{stylesheet()}</style><header class='masthead'><p class='eyebrow'>EU ALMP Observatory · "
        "matching</p><h1>Where do jobs and jobseekers miss each other?</h1><p class='standfirst'>By region and "
        "occupation, for one person, over the cycle, and what training could close.</p></header>"
    ).add_class("almpo")
    desk = Desk(Held(occupations, nuts, locations, national, effects, boundaries))
    display(widgets.VBox([title, desk.widget]))
