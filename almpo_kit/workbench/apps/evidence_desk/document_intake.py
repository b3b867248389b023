"""Documents: dropping references and papers in, what was taken in, and how many came how far (PRISMA)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from almpo_kit import learning
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.rendering import card_html, checks_html, table_html
from almpo_kit.workbench.apps.screen import finding_html, part_html, refusal_html
from almpo_kit.workbench.apps.uploads import MOST_MB
from almpo_kit.workbench.review_flow import review_flow
from almpo_kit.workbench.reviews import FIRST, Review, open_review

if TYPE_CHECKING:
    from almpo_kit.sources.documents.taken_in import TakenIn

_ENDINGS = ".ris,.bib,.csv,.txt,.pdf,.html,.htm"
#: Rows that are listed of what was taken in.
_LISTED = 200
#: Columns that are shown of what was taken in.
_SHOWN = {"name": "File", "title": "Document", "outcome": "What became of it", "why": "Why"}
#: What becomes of a file, what asks for a hand first.
_BECAME = {"refused": "refused", "degraded": "read in part", "new": "taken in", "known": "held already"}
_WORDS = (
    "<p>References (RIS, BibTeX, CSV) and papers (PDF, web page, text). They go into this workbench’s library; the same "
    "file twice is one document. What cannot be read is refused, "
    f"with the reason. Up to {MOST_MB} MB each.</p>"
)


class DocumentIntake:
    """The screen of documents.

    Parameters
    ----------
    review : Review
    look_again : callable
        Called once documents were taken in, with what is to be told of them: the screens are made anew then.
    taken : str
        HTML on what was taken in last.
    """

    def __init__(self, review: Review, look_again: Callable[[str], None], *, taken: str = "") -> None:
        import ipywidgets as widgets

        self.review, self._look_again = review, look_again
        self.files = widgets.FileUpload(accept=_ENDINGS, multiple=True, description="Choose files")
        self.files.add_class("almpo-press")
        self.press = widgets.Button(description="Take them in").add_class("almpo-press")
        self.press.on_click(self._take)
        self.answer = widgets.HTML(taken + self._flow()).add_class("almpo-answer").add_class("almpo")
        words = widgets.HTML(_WORDS).add_class("almpo")
        panel = widgets.VBox([words, self.files, self.press]).add_class("almpo-controls")
        self.widget = widgets.Box([panel, self.answer]).add_class("almpo-columns")

    def _flow(self) -> str:
        """How many documents came how far, and which are one publication."""
        twins = part_html(lambda: self._twins())
        return part_html(lambda: finding_html(review_flow(self.review), file="prisma.csv")) + twins

    def _twins(self) -> str:
        found = learning.duplicates(self.review.documents)
        shown = table_html(found.table.head(_LISTED), label="Documents that are one publication")
        inner = shown if len(found.table) else ""
        return f"<h3>The same publication twice</h3>{card_html(found)}{checks_html(found.checks)}<details><summary>Which documents</summary>{inner}</details>"

    def _take(self, _: object) -> None:
        self.press.disabled = True
        try:
            given = [(str(f["name"]), bytes(f["content"])) for f in self.files.value]
            if not given:
                raise DataError(
                    f"no file has arrived; choose some first. One of more than {MOST_MB} MB does not arrive."
                )
            self.answer.value = '<p class="answer-line" role="status" aria-live="polite">Reading …</p>'
            library = open_review(FIRST).library
            assert library is not None
            found = library.take_in(given, origin="files dropped in at the desk")
            self.files.value = ()
            if found.counts["new"] + found.counts["degraded"]:
                self._look_again(taken_html(found))
            else:
                self.answer.value = taken_html(found) + self._flow()
        except Exception as refused:  # noqa: BLE001 - files that fail without a word look as if they were read
            self.answer.value = refusal_html(refused)
        finally:
            self.files.value = ()
            self.press.disabled = False


def taken_html(found: TakenIn) -> str:
    """What became of the files: those that were refused or read in part first, with the reason."""
    order = found.table["outcome"].map(list(_BECAME).index)
    rows = found.table.assign(order=order).sort_values("order", kind="stable")[list(_SHOWN)]
    rows["outcome"] = rows["outcome"].map(_BECAME)
    listed = table_html(rows.head(_LISTED).rename(columns=_SHOWN), label="What became of the files")
    more = f"<p>The first {_LISTED} of {len(rows):,} are listed.</p>" if len(rows) > _LISTED else ""
    return (
        f'<h2 class="question">What became of the files?</h2>{card_html(found)}{checks_html(found.checks)}'
        f"<details><summary>File by file</summary>{listed}{more}</details>"
    )
