"""What it would take to stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.learning.stopping.kernels.ledger import Ledger
from almpo_kit.learning.stopping.reading import MOST_DOCUMENTS, level, whole
from almpo_kit.learning.stopping.stopping_words import counted, percent
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import number

_LEVELS = (0.8, 0.9, 0.95, 0.99, 1.0)
_CONFIDENCES = (0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReadingNeeded(Finding):
    """How many documents have to be read by lot to stop, if none of them is relevant.

    ``table``: ``recall, confidence, needed, share_of_rest``.

    Parameters
    ----------
    more : int
        For the recall and confidence asked for.
    """

    more: int


def needed(
    *, n_documents: int, found: int, remaining: int, recall: float = 0.95, confidence: float = 0.95
) -> ReadingNeeded:
    """Say how many documents have to be read by lot before reading may stop, if nothing more is found.

    For a reader whose ranking has run dry and who has drawn nothing by lot yet; :func:`may_stop` says it for a reading.

    Parameters
    ----------
    n_documents : int
        In the pool when reading began.
    found : int
        Relevant ones so far.
    remaining : int
        Not read yet.
    recall, confidence : float
        As in :func:`may_stop`.

    Returns
    -------
    ReadingNeeded
    """
    size = whole(n_documents, "n_documents", "needed", 1, MOST_DOCUMENTS)
    rest = whole(remaining, "remaining", "needed", 0, size)
    hits = whole(found, "found", "needed", 0, size)
    if hits > size - rest:
        raise ParameterError(
            f"needed() got found={hits} among {size - rest} documents read; found cannot exceed n_documents - remaining."
        )
    recall = level(recall, "recall", "needed", 0.01, 1.0)
    confidence = level(confidence, "confidence", "needed", 0.5, 0.999)
    rows = [
        (r, c, _more(size, hits, rest, r, c))
        for r in sorted({*_LEVELS, recall})
        for c in sorted({*_CONFIDENCES, confidence})
    ]
    table = pd.DataFrame(rows, columns=["recall", "confidence", "needed"])
    table["share_of_rest"] = table["needed"] / rest if rest else np.zeros(len(table))
    more = next(n for r, c, n in rows if (r, c) == (recall, confidence))
    return ReadingNeeded(
        question="How much more has to be read before reading may stop?",
        sentence=_sentence(more, hits, rest, recall, confidence),
        table=table,
        checks=(
            Check(
                "nothing more is found",
                "informational",
                "Each relevant one that the lot finds makes it more, unless few were found so far.",
            ),
        ),
        provenance=Provenance(
            method="learning.needed",
            options={"n_documents": size, "found": hits, "remaining": rest, "recall": recall}
            | {"confidence": confidence},
        ),
        rests_on=f"{counted(size - rest, 'document')} read, {number(hits, 0)} relevant",
        more=more,
    )


def _more(size: int, found: int, rest: int, recall: float, confidence: float) -> int:
    ledger = Ledger(size, 1 - confidence)
    ledger.found, ledger.remaining = found, rest
    ledger.open()
    return ledger.more_needed(recall)


def _sentence(more: int, found: int, rest: int, recall: float, confidence: float) -> str:
    if not more:
        return f"Nothing more has to be read for a recall of {percent(recall)}."
    share = number(100 * more / rest, 0)
    return (
        f"{counted(more, 'document')} of the {number(rest, 0)} that are left ({share}%) have to be read by lot without a relevant one, "
        f"to be {percent(confidence)} confident that at least {percent(recall)} of the relevant ones are among the "
        f"{number(found, 0)} found."
    )
