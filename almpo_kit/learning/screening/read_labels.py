"""Which documents were read and what experts said of them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from almpo_kit.vocabulary.documents import NO, RELEVANT, YES
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.finding import Check

_NEEDED = ("document_id", "field", "value")


@dataclass(frozen=True, eq=False)
class Read:
    """Decisions on relevance.

    Parameters
    ----------
    relevant : Series of bool
        By ``document_id``, in the order in which they were read; documents on which those who read them agree.
    open : Index
        Documents that experts read and disagree on, or whose answer is neither yes nor no.
    other : tuple of str
        Answers that are neither yes nor no.
    outside : int
        Documents with a label that are not among the documents.
    """

    relevant: pd.Series
    open: pd.Index
    other: tuple[str, ...]
    outside: int


def read_labels(labels: pd.DataFrame | None, names: pd.Index, review: str | None) -> Read:
    """What holds of relevance: each coder's latest label that is not undone.

    Parameters
    ----------
    labels : DataFrame or None
        ``LABEL_COLUMNS`` or ``SETTLED_COLUMNS``.
    names : Index of str
        The documents.
    review : str, optional
        Must be named where labels are of several.

    Raises
    ------
    FrameError, ParameterError
        A column is missing; labels of several reviews and none is named.
    """
    nothing = Read(pd.Series(dtype=bool), pd.Index([], dtype=object), (), 0)
    if labels is None or not len(labels):
        return nothing
    if missing := [c for c in _NEEDED if c not in labels]:
        raise FrameError(
            f"labels lack {', '.join(missing)}; give store.labels(review) or learning.settled(labels, decisions)."
        )
    held = _current(_of_review(labels, review))
    held = held[held["field"].astype(str) == RELEVANT]
    if not len(held):
        return nothing
    said = held["value"].astype("string").str.strip().str.lower().fillna("blank")
    document = held["document_id"].astype(str)
    # ``sort=False`` keeps the order in which documents were read.
    yes = (said == YES).groupby(document, sort=False).agg(["sum", "size"])
    no = (said == NO).groupby(document, sort=False).sum().reindex(yes.index)
    agreed = (yes["sum"] == yes["size"]) | (no == yes["size"])
    inside = yes.index.isin(names)
    other = tuple(sorted(set(said[~said.isin([YES, NO])])))
    return Read(
        relevant=(yes["sum"] == yes["size"])[agreed & inside],
        open=yes.index[~agreed & inside],
        other=other,
        outside=int((~inside).sum()),
    )


def _of_review(labels: pd.DataFrame, review: str | None) -> pd.DataFrame:
    if "review" not in labels:
        return labels
    if review is not None:
        return labels[labels["review"].astype(str) == review]
    found = sorted(labels["review"].astype(str).unique())
    if len(found) > 1:
        raise ParameterError(
            f"labels are of {len(found)} reviews ({', '.join(found[:5])}); choose one, e.g. review={found[0]!r}."
        )
    return labels


def _current(labels: pd.DataFrame) -> pd.DataFrame:
    """Each coder's latest label that is not undone; settled codes stand as they are."""
    held = labels[~labels["undone"].fillna(False).astype(bool)] if "undone" in labels else labels
    if "label_id" in held and "coder" in held:
        held = held.sort_values("label_id", kind="stable")
        return held.drop_duplicates(["document_id", "field", "coder"], keep="last")
    return held


def label_checks(read: Read) -> tuple[Check, ...]:
    """What should be known of the labels."""
    out = []
    if len(read.open):
        verb = "is" if len(read.open) == 1 else "are"
        out.append(
            Check(
                "open",
                "informational",
                f"{len(read.open):,} read {'document' if len(read.open) == 1 else 'documents'} on which experts disagree {verb} "
                "left out of the model until settled.",
            )
        )
    if read.other:
        out.append(
            Check(
                "answers",
                "failed",
                f"Relevance was answered {', '.join(repr(v) for v in read.other[:5])}, which is neither yes nor no; these "
                "documents teach the model nothing. Label them yes or no.",
            )
        )
    if read.outside:
        out.append(
            Check(
                "outside",
                "failed" if not len(read.relevant) else "informational",
                f"{read.outside:,} labelled {'document is' if read.outside == 1 else 'documents are'} not among the "
                "documents given, and count for nothing here.",
            )
        )
    return tuple(out)
