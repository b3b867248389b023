"""Whether the next document is read by rank or by lot."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from almpo_kit.learning.stopping.kernels.ledger import Ledger, quiet_after
from almpo_kit.learning.stopping.kernels.plan import by_lot, dry_after
from almpo_kit.learning.stopping.kernels.replay import runs
from almpo_kit.learning.stopping.reading import LOT, RANKED, Reading, checked_reading, level, whole
from almpo_kit.learning.stopping.stopping_words import plan_words
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class NextReading(Finding):
    """How the next document is chosen.

    ``table``, one row: ``by, dry, dry_limit, since_lot_find, step``.

    Parameters
    ----------
    by : {"ranked", "lot"}
    step : int
        Of :func:`draw_by_lot`: how many were read so far.
    """

    by: str
    step: int


def next_by(
    reading: pd.DataFrame,
    *,
    n_documents: int,
    recall: float = 0.95,
    confidence: float = 0.95,
    dry: int | None = None,
) -> NextReading:
    """Plan the next document: by rank while the ranking brings something, then by lot.

    When the last ``dry`` documents by rank were irrelevant, the ranking has run dry and draws by lot begin to bound what is
    left. A relevant document found by lot sends the reader back to the ranking for a while, which may have learned from it.
    The guarantee of :func:`may_stop` holds whatever the reader does; the plan only saves reading.

    Parameters
    ----------
    reading : DataFrame
        As in :func:`may_stop`; may be empty.
    n_documents : int
    recall, confidence : float
        What :func:`may_stop` will be asked for.
    dry : int, optional
        By default three tenths of what draws by lot would cost if they find nothing; never fewer than 5 to 20.

    Returns
    -------
    NextReading
    """
    held = checked_reading(reading, n_documents, "next_by")
    recall = level(recall, "recall", "next_by", 0.01, 1.0)
    confidence = level(confidence, "confidence", "next_by", 0.5, 0.999)
    limit = (
        _limit(held, recall, confidence) if dry is None else whole(dry, "dry", "next_by", 1, held.n_documents)
    )
    limit = max(limit, quiet_after(held.n_documents))
    run, since = _dry(held)
    lot = by_lot(run, since, held.n_documents, limit)
    back = max(0, quiet_after(held.n_documents) - since) if run >= limit else 0
    by = LOT if lot else RANKED
    sentence = (
        plan_words(by, run, limit, back)
        if held.remaining
        else "Everything was read; there is no next document."
    )
    return NextReading(
        question="Is the next document read by rank or by lot?",
        sentence=sentence,
        table=pd.DataFrame(
            [{"by": by, "dry": run, "dry_limit": limit, "since_lot_find": since, "step": len(held.relevant)}]
        ),
        checks=(
            Check(
                "only a plan",
                "informational",
                "The guarantee holds in whatever order documents are read, as long as draws by lot are marked as such.",
            ),
        ),
        provenance=provenance(
            reading,
            method="learning.next_by",
            options={
                "n_documents": held.n_documents,
                "recall": recall,
                "confidence": confidence,
                "dry": limit,
            },
        ),
        by=by,
        step=len(held.relevant),
    )


def _limit(held: Reading, recall: float, confidence: float) -> int:
    ledger = Ledger(held.n_documents, 1 - confidence)
    ledger.found, ledger.remaining = held.found, held.remaining
    return dry_after(ledger, recall, 1 - confidence)


def _dry(held: Reading) -> tuple[int, int]:
    """Read by rank in a row without a find, and since the last find by lot (all of them where there was none)."""
    dry, since = 0, held.n_documents
    for count, lot, found in runs(held.relevant, held.lot):
        if lot:
            since = 0 if found else since
        else:
            dry, since = (0 if found else dry + count), since + count
    return dry, min(since, held.n_documents)
