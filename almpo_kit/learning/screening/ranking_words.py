"""What a ranking says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Check

if TYPE_CHECKING:
    import pandas as pd

_TITLE = 80


def documents(n: int) -> str:
    """``1 document``, ``2 documents``."""
    return f"{n:,} document{'' if n == 1 else 's'}"


def ranking_sentence(
    queue: pd.DataFrame, unread: int, read: int, relevant: int, recent: tuple[int, int]
) -> str:
    """What to read first, and where the reading stands."""
    if not unread:
        return f"All {documents(read)} are read; {relevant:,} {'is' if relevant == 1 else 'are'} relevant."
    first = queue.iloc[0]
    title = str(first["title"]) or f"document {str(first['document_id'])[:12]}"
    shown = title if len(title) <= _TITLE else f"{title[: _TITLE - 1].rstrip()}…"
    pick = {
        "by lot": "drawn by lot",
        "most doubtful": "the most doubtful",
        "most likely relevant": "the most likely relevant",
    }[str(first["pick"])]
    head = (
        f"Read ‘{shown}’ next: {pick} of {unread:,} unread documents."
        if unread > 1
        else f"Only ‘{shown}’ is unread."
    )
    if not read:
        return f"{head} None is read yet."
    stand = f"{documents(read)} {'is' if read == 1 else 'are'} read, {relevant:,} of them relevant"
    if recent[0] < read:
        stand += f"; of the last {recent[0]}, {recent[1]}"
    return f"{head} {stand}."


def ranking_checks(
    trained: bool, n_relevant: int, n_irrelevant: int, criteria: bool, query: str, meaning_of_criteria: bool
) -> tuple[Check, ...]:
    """Why to doubt a queue."""
    out = []
    if not trained and query != "random":
        out.append(
            Check(
                "model",
                "failed",
                "No document is known to be relevant, so the queue is by lot. Label one relevant document, or describe what is "
                "sought, e.g. ‘evaluations of wage subsidies’.",
            )
        )
    elif trained and n_relevant < 5:
        start = (
            "The queue starts from the description of what is sought" if criteria else "The queue is unsure"
        )
        out.append(
            Check(
                "few",
                "failed",
                f"{start}: {documents(n_relevant)} found relevant so far. Expect it to improve.",
            )
        )
    if trained and not n_irrelevant:
        out.append(
            Check(
                "irrelevant",
                "informational",
                "No document is known to be irrelevant; unread ones drawn by lot are presumed to be.",
            )
        )
    if criteria and not meaning_of_criteria:
        out.append(
            Check(
                "criteria",
                "informational",
                "The description of what is sought counts by its words only, not by its meaning: no language model is used.",
            )
        )
    out.append(
        Check(
            "score",
            "informational",
            "Scores put documents in order; they are no chances of being relevant. How many may be missed is what the stopping rule says.",
        )
    )
    return tuple(out)
