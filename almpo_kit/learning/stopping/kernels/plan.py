"""When to read by rank and when by lot, and a whole reading by that plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from almpo_kit.learning.stopping.kernels.ledger import Ledger, quiet_after

Array = np.ndarray[Any, np.dtype[Any]]
#: The ranking has run dry when this share of what draws by lot would cost was read in a row without a find.
DRY_SHARE = 0.3


def dry_after(ledger: Ledger, recall: float, alpha: float, share: float = DRY_SHARE) -> int:
    """How many irrelevant ones in a row by rank send the reader to the lot; never fewer than bets ask for.

    A share of what the lot will cost if it finds nothing: with few relevant ones found that is most of the pool, so that
    the ranking is worth more patience. The share was chosen on other groups of ESCO than those reported.
    """
    missing = int(np.floor(ledger.found / recall + 1e-9)) + 1 - ledger.found
    price = ledger.remaining * (1.0 - alpha ** (1.0 / missing))
    return max(quiet_after(ledger.n_documents), int(np.ceil(share * price)))


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
    dry: int | None = None,
    share: float = DRY_SHARE,
) -> tuple[int, int]:
    """Read by the plan until reading may stop.

    Parameters
    ----------
    relevant : bool array, shape (n_documents,)
        In the order of the ranking, which does not learn.
    draws : Generator
    dry : int, optional
        A fixed limit instead of that of :func:`dry_after`, to which ``share`` goes.

    Returns
    -------
    tuple of int
        How many were read, and how many relevant ones found.
    """
    n = len(relevant)
    ledger = Ledger(n, alpha)
    unread = np.ones(n, dtype=bool)

    def limit() -> int:
        own = dry_after(ledger, recall, alpha, share) if dry is None else dry
        return max(own, quiet_after(n))

    least = 0
    while ledger.remaining:
        if _ranked_stretch(ledger, relevant, unread, limit, least, recall):
            break
        if not ledger.remaining or _lot_stretch(ledger, relevant, unread, draws, recall):
            break
        # A find by lot: back to the ranking, for a short while.
        least = quiet_after(n)
    return n - ledger.remaining, ledger.found


def _ranked_stretch(
    ledger: Ledger,
    relevant: Array,
    unread: Array,
    limit: Callable[[], int],
    least: int,
    recall: float,
) -> bool:
    """Read by rank until the ranking is dry, at least ``least``; True where reading may stop on the way."""
    owed = least
    while ledger.remaining and (more := max(owed, limit() - ledger.dry)) > 0:
        order = np.flatnonzero(unread)[:more]
        finds = np.flatnonzero(relevant[order])
        taken = order[: finds[0] + 1] if len(finds) else order
        unread[taken] = False
        owed -= len(taken)
        ledger.read_ranked(len(taken), bool(len(finds)))
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
