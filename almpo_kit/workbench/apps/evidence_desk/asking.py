"""Questions to the evidence: pooled answers where there are some, passages with their source, and nothing else."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.rendering import card_html, checks_html, provenance_html
from almpo_kit.workbench.apps.downloads import download_html
from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.asking import ask
from almpo_kit.workbench.reviews import Review

if TYPE_CHECKING:
    from almpo_kit.workbench.asking import EvidenceAnswer

_START = (
    '<h2 class="question">What do you want to know?</h2><div class="card"><p class="answer">Ask in a sentence, e.g. “Do wage subsidies '
    "help the long-term unemployed?”. The answer quotes the corpus and the pooled estimates; where they say nothing, that "
    "is the answer.</p></div>"
)
_EXAMPLE = (
    "<p>The corpus is our summaries of the studies in the evidence base, and the documents of your review that are settled as "
    "relevant. Invented papers are not asked.</p>"
)


def asking(review: Review) -> Screen:
    """The screen of questions."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    box = widgets.Textarea(description="Your question", rows=3, continuous_update=False, layout=wide)
    screen = Screen({"question": box}, lambda **asked: _answer(review, **asked), button="Ask the evidence")
    screen.answer.value = _START + _EXAMPLE
    return screen


def _answer(review: Review, *, question: str, tell: Any) -> str:
    tell("Looking through the corpus.")
    return asked_html(ask(question, review=review))


def asked_html(found: EvidenceAnswer) -> str:
    """The answer on a screen: card, doubts, quotes, and each pooled answer whole."""
    pooled = "".join(finding_html(a, head="h3") for a in found.answers)
    return "".join(
        (
            f'<h2 class="question">{escape(found.question)}</h2>',
            card_html(found),
            f"<h3>Why to doubt it</h3>{checks_html(found.failed)}" if found.failed else "",
            quotes_html(found),
            pooled,
            download_html(found.table, "passages.csv", "Download the passages (CSV)")
            if len(found.table)
            else "",
            provenance_html(found),
        )
    )


def quotes_html(found: EvidenceAnswer) -> str:
    """Passages as they stand, each with its document and place."""
    if found.table.empty:
        return ""
    items = "".join(
        f"<li><blockquote>{escape(str(row.sentence))}</blockquote><p class='rests-on'>{_place(row)}</p></li>"
        for row in found.table.itertuples()
    )
    return f"<h3>What the corpus says</h3><ol class='references'>{items}</ol>"


def _place(row: Any) -> str:
    synthetic = '<span class="synthetic">SYNTHETIC</span> ' if row.source.startswith("SYNTHETIC") else ""
    parts = [
        row.authors,
        row.title,
        row.year,
        f"doi {row.doi}" if row.doi else "",
        f"p. {row.page}" if row.page else "",
    ]
    missing = f" Not in it: {row.missing}." if row.missing else ""
    return f"{synthetic}{escape(', '.join(p for p in parts if p))}.{escape(missing)}"
