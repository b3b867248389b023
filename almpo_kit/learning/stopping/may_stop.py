"""May reading stop, and with what guarantee."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.learning.stopping.kernels.ledger import Ledger, quiet_after, reached
from almpo_kit.learning.stopping.kernels.replay import Replay, replay, runs
from almpo_kit.learning.stopping.reading import Reading, checked_reading, level
from almpo_kit.learning.stopping.stopping_words import checks, dry_left, sentence
from almpo_kit.vocabulary.finding import Certainty, Finding, Headline
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

#: Recall levels of the table, beside the one asked for.
LEVELS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
#: Points of the way that are drawn, and how many of them a large pool allows.
_POINTS, _FEWER, _LARGE = 120, 40, 20_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StoppingAdvice(Finding):
    """Whether reading may stop, and what is guaranteed if it does.

    ``table``, one row a recall level: ``recall, reached, needed, share_of_rest``; ``needed`` is how many more documents
    have to be read by lot if none of them is relevant, and ``share_of_rest`` its share of those that are left.

    Parameters
    ----------
    may_stop : bool
    found, read, by_lot, remaining, n_documents : int
        ``by_lot`` of those read.
    highest : int
        Upper confidence bound of how many are relevant in all.
    guaranteed : float
        ``found / highest``; NaN where neither found nor excluded.
    needed : int
        Draws by lot without a find until it may stop; 0 where it may.
    dry_left : int
        How many more by rank have to be irrelevant in a row before draws by lot count.
    recall, confidence : float
        As asked.
    first : int
        After how many documents it might have stopped first; -1 where not yet.
    way : DataFrame
        ``read, found, highest``: what was known on the way.
    """

    may_stop: bool
    found: int
    read: int
    by_lot: int
    remaining: int
    n_documents: int
    highest: int
    guaranteed: float
    needed: int
    dry_left: int
    recall: float
    confidence: float
    first: int
    way: pd.DataFrame

    def metrics(self) -> dict[str, float]:
        """Numbers to track."""
        return {
            "may_stop": float(self.may_stop),
            "found": float(self.found),
            "read": float(self.read),
            "highest": float(self.highest),
            "needed": float(self.needed),
        }


def may_stop(
    reading: pd.DataFrame, *, n_documents: int, recall: float = 0.95, confidence: float = 0.95
) -> StoppingAdvice:
    """Say whether enough of the relevant documents were found to stop reading.

    For every total number of relevant documents, draws by lot are bet on at the odds of that total; totals against
    which the bets win ``1 / (1 - confidence)`` times the stake are ruled out. What is left bounds the total at every look,
    whatever the ranking did in between and whenever the reader stops. Reading may stop when all totals that are left
    satisfy ``found / total >= recall``.

    Parameters
    ----------
    reading : DataFrame
        One row a document read, in order: ``relevant`` (bool), ``by`` ("ranked" or "lot") and, to be checked,
        ``remaining`` (documents not read right before this one) and ``document_id``.
    n_documents : int
        In the pool when reading began.
    recall : float
        Share of the relevant documents of the pool that has to be found.
    confidence : float
        In how many reviews of a hundred, at least, that share is found when reading stops; 0.5 to 0.999.

    Returns
    -------
    StoppingAdvice

    Raises
    ------
    FrameError, DataError, ParameterError

    References
    ----------
    Ville (1939) Étude critique de la notion de collectif. Waudby-Smith & Ramdas (2020) NeurIPS 33. Compare Callaghan &
    Müller-Hansen (2020) Syst. Rev. 9, 273 (one look); Lewis, Yang & Frieder (2021) CIKM (control sample); Cormack &
    Grossman (2016) SIGIR (target set).
    """
    held = checked_reading(reading, n_documents, "may_stop")
    recall = level(recall, "recall", "may_stop", 0.01, 1.0)
    confidence = level(confidence, "confidence", "may_stop", 0.5, 0.999)
    points = _POINTS if held.n_documents <= _LARGE else _FEWER
    played = replay(held.relevant, held.lot, Ledger(held.n_documents, 1 - confidence), recall, points)
    return _advice(reading, held, played, recall, confidence)


def _advice(
    frame: pd.DataFrame, held: Reading, played: Replay, recall: float, confidence: float
) -> StoppingAdvice:
    ledger = played.ledger
    highest, dry = ledger.highest(), ledger.dry
    # What it would take is told for bets that are laid now; the ranking has to run dry first where it has not.
    ledger.open()
    needed = {r: ledger.more_needed(r) for r in sorted({*LEVELS, recall})}
    needed = {r: 0 if reached(held.found, highest, r) else n for r, n in needed.items()}
    enough = needed[recall] == 0
    guaranteed = held.found / highest if highest else (1.0 if enough else np.nan)
    ranked_left = 0 if enough else min(dry_left(dry, held.n_documents), held.remaining)
    return StoppingAdvice(
        question="May reading stop?",
        sentence=sentence(held, highest, recall, confidence, needed[recall], ranked_left),
        table=_table(needed, held.remaining),
        checks=checks(held, confidence, _early(held)),
        provenance=provenance(
            frame,
            method="learning.may_stop",
            options={"n_documents": held.n_documents, "recall": recall, "confidence": confidence},
        ),
        figure="stopping",
        certainty=_certainty(enough, held, confidence),
        headline=_headline(held.found, highest, confidence, bool(held.remaining)),
        rests_on=f"{number(len(held.relevant), 0)} documents read, {number(held.by_lot, 0)} of them by lot",
        may_stop=enough,
        found=held.found,
        read=len(held.relevant),
        by_lot=held.by_lot,
        remaining=held.remaining,
        n_documents=held.n_documents,
        highest=highest,
        guaranteed=float(guaranteed),
        needed=needed[recall],
        dry_left=ranked_left,
        recall=recall,
        confidence=confidence,
        first=played.first,
        way=pd.DataFrame(played.points, columns=["read", "found", "highest"]),
    )


def _table(needed: dict[float, int], rest: int) -> pd.DataFrame:
    more = np.array(list(needed.values()), dtype=float)
    return pd.DataFrame(
        {
            "recall": list(needed),
            "reached": more == 0,
            "needed": more.astype(int),
            "share_of_rest": more / rest if rest else np.zeros(len(more)),
        }
    )


def _early(held: Reading) -> int:
    """Draws by lot that came before the ranking had run dry."""
    quiet, dry, early = quiet_after(held.n_documents), 0, 0
    for count, by_lot, found in runs(held.relevant, held.lot):
        if by_lot:
            early += count if dry < quiet else 0
        else:
            dry = 0 if found else dry + count
    return early


def _certainty(enough: bool, held: Reading, confidence: float) -> Certainty:
    if not enough:
        return "too little to say"
    if not held.remaining or confidence >= 0.95:
        return "high"
    return "moderate" if confidence >= 0.9 else "low"


def _headline(found: int, highest: int, confidence: float, open_end: bool) -> Headline | None:
    """Share found: between what is guaranteed and all."""
    if not found or not open_end:
        return None
    low = 100.0 * found / highest
    return Headline(
        value=low, low=low, high=100.0, unit="% found at least", scale=(0.0, 100.0), level=confidence
    )
