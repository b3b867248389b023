"""When to read by rank and when by lot, and a whole reading by that plan."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.learning.stopping.kernels.ledger import Ledger, quiet_after

Array = np.ndarray[Any, np.dtype[Any]]
#: The ranking has run dry when this share of the pool was read by rank in a row without a find.
DRY_SHARE = 0.03


def dry_after(n_documents: int) -> int:
    """How many irrelevant ones in a row by rank send the reader to the lot; never fewer than are asked for by bets."""
    return max(quiet_after(n_documents), int(np.ceil(DRY_SHARE * n_documents)))


def by_lot(dry: int, since_lot_find: int, n_documents: int, dry_limit: int) -> bool:
    """Whether the next one is read by lot.

    Parameters
    ----------
    dry : int
        Read by rank in a row without a find; finds by lot do not count.
    since_lot_find : int
        Read by rank since the last find by lot: the ranking may have learned from it.
    """
    return dry >= dry_limit and since_lot_find >= quiet_after(n_documents)


def planned_reading(
    relevant: Array,
    draws: np.random.Generator,
    *,
    recall: float,
    alpha: float,
    dry_limit: int,
) -> tuple[int, int]:
    """Read by the plan until reading may stop.

    Parameters
    ----------
    relevant : bool array, shape (n_documents,)
        In the order of the ranking, which does not learn.
    draws : Generator

    Returns
    -------
    tuple of int
        How many were read, and how many relevant ones found.
    """
    n = len(relevant)
    ledger = Ledger(n, alpha)
    unread = np.ones(n, dtype=bool)
    needed_dry = dry_limit
    while ledger.remaining:
        if _ranked_stretch(ledger, relevant, unread, needed_dry, recall):
            break
        if not ledger.remaining or _lot_stretch(ledger, relevant, unread, draws, recall):
            break
        # A find by lot: back to the ranking, for a short while.
        needed_dry = min(quiet_after(n), ledger.remaining)
    return n - ledger.remaining, ledger.found


def _ranked_stretch(ledger: Ledger, relevant: Array, unread: Array, limit: int, recall: float) -> bool:
    """Read by rank until ``limit`` in a row are irrelevant; True where reading may stop on the way."""
    quiet = 0
    while ledger.remaining and quiet < limit:
        order = np.flatnonzero(unread)[: limit - quiet]
        finds = np.flatnonzero(relevant[order])
        taken = order[: finds[0] + 1] if len(finds) else order
        unread[taken] = False
        ledger.read_ranked(len(taken), bool(len(finds)))
        quiet = 0 if len(finds) else quiet + len(taken)
        if len(finds) and ledger.opened and ledger.enough(recall):
            return True
    return False


def _lot_stretch(
    ledger: Ledger, relevant: Array, unread: Array, draws: np.random.Generator, recall: float
) -> bool:
    """Read by lot until a find; True where reading may stop before it or with it."""
    order = draws.permutation(np.flatnonzero(unread))
    finds = np.flatnonzero(relevant[order])
    irrelevant = int(finds[0]) if len(finds) else len(order)
    ledger.open()
    if ledger.enough(recall, irrelevant):
        ledger.read_by_lot(ledger.more_needed(recall), False)
        return True
    ledger.read_by_lot(irrelevant, True)
    unread[order[: irrelevant + 1]] = False
    return ledger.enough(recall)
