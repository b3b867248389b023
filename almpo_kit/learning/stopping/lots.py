"""Draws by lot that anybody can repeat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.learning.stopping.reading import LOT, whole
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import Provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Lot(Finding):
    """Documents drawn by lot.

    ``table``, in the order in which they are read: ``document_id, by, remaining``.

    Parameters
    ----------
    document_ids : tuple of str
        The same, in order.
    """

    document_ids: tuple[str, ...]


def draw_by_lot(remaining: Iterable[str], *, seed: int = 0, step: int = 0, count: int = 1) -> Lot:
    """Draw documents by lot from all that were not read.

    The same documents, seed and step give the same draw, so that nobody can draw again until a likeable one comes; the
    order in which documents are given does not matter. Documents of one draw are read in the order given, all of them, and
    nothing else in between.

    Parameters
    ----------
    remaining : iterable of str
        Names of all documents that were not read.
    seed : int
        One for the whole review.
    step : int
        How many were read so far (``next_by(...).step``).
    count : int
        How many to draw.

    Returns
    -------
    Lot

    Raises
    ------
    DataError
        Names stand there twice.
    ParameterError
        More are wanted than there are.
    """
    given = [str(name) for name in remaining]
    names = sorted(set(given))
    if len(names) != len(given):
        raise DataError(
            f"{len(given) - len(names)} documents stand in the list twice and would be drawn twice as often; give each "
            "once, e.g. draw_by_lot(set(ids))."
        )
    wanted = whole(count, "count", "draw_by_lot", 1, max(1, len(names)))
    if not names:
        raise DataError("nothing is left to draw from: every document was read.")
    seed, step = (whole(v, n, "draw_by_lot", 0, 2**62) for v, n in ((seed, "seed"), (step, "step")))
    draws = np.random.default_rng(np.random.SeedSequence([seed, step]))
    drawn = tuple(names[i] for i in draws.choice(len(names), wanted, replace=False).tolist())
    table = pd.DataFrame(
        {"document_id": list(drawn), "by": LOT, "remaining": len(names) - np.arange(len(drawn))}
    )
    return Lot(
        question="Which document is read by lot?",
        sentence=f"{len(drawn)} of {len(names)} documents drawn by lot, with seed {seed} at step {step}.",
        table=table,
        checks=(
            Check(
                "all of them",
                "informational",
                "Decide every document that was drawn, in this order; leaving one out makes the bound of what is missing "
                "too low.",
            ),
        ),
        provenance=Provenance(
            method="learning.draw_by_lot", options={"step": step, "count": wanted}, seed=seed
        ),
        rests_on=f"{len(names)} documents not read",
        document_ids=drawn,
    )
