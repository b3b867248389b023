"""What is said of the passages found, and of what no document speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Check

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.learning.asking.asked_questions import Asked


def sentence_of(table: pd.DataFrame, enough: bool, nowhere: tuple[str, ...], n_documents: int) -> str:
    """``5 passages of 4 documents speak of this.``, or that none does."""
    if not n_documents:
        return "Not in the evidence: the corpus is empty."
    if not enough:
        on = f" Nothing in it on: {', '.join(nowhere)}." if nowhere else ""
        return (
            f"Not in the evidence: none of the {n_documents:,} documents speaks of most of this question.{on}"
        )
    documents = table["document_id"].nunique()
    rows = f"{len(table)} passage{'s' * (len(table) != 1)} of {documents} document{'s' * (documents != 1)}"
    part = f" None speaks of: {', '.join(nowhere)}." if nowhere else ""
    return f"{rows} {'speak' if len(table) != 1 else 'speaks'} of this.{part}"


def checks(asked: Asked, nowhere: tuple[str, ...], enough: bool, n_documents: int) -> tuple[Check, ...]:
    """What the passages can and cannot bear."""
    found = []
    if enough and nowhere:
        said = f"The corpus does not speak of all of the question: nothing on {', '.join(nowhere)}."
        found.append(Check("whole question", "failed", said))
    if not asked.codes() and not asked.words:
        said = "The question names neither a programme, a group, a place nor anything else that could be looked for."
        found.append(Check("question", "failed", said))
    found.append(
        Check(
            "quotes",
            "informational",
            f"Sentences are quoted as they stand in the {n_documents:,} documents; none was written for this answer. That a sentence "
            "speaks of something does not make it true: the pooled estimates weigh it.",
        )
    )
    return tuple(found)
