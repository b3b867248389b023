"""Settled codes and proposals of two models with known quality."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.documents import PROPOSAL_COLUMNS, SETTLED_COLUMNS

FIELDS = ("country", "design", "outcome", "programme_type")


def settled_codes(n_studies: int, fields: tuple[str, ...] = FIELDS) -> pd.DataFrame:
    rows = [
        (
            "r",
            f"d{g}",
            field,
            "",
            "true",
            "agreed",
            "coder A|coder B",
            "",
            f"2026-01-{1 + g % 28:02d}T00:00:00Z",
        )
        for g in range(n_studies)
        for field in fields
    ]
    return pd.DataFrame(rows, columns=list(SETTLED_COLUMNS))


def model(
    settled: pd.DataFrame, right: float, wrong: float, seed: int, together: float = 0.5
) -> pd.DataFrame:
    """Proposals of a model that is right, wrong or silent by lot; codes of one document go together."""
    from scipy.stats import norm

    rng = np.random.default_rng(seed)
    codes, names = pd.factorize(settled["document_id"])
    shared = rng.normal(size=len(names))[codes]
    u = norm.cdf(together**0.5 * shared + (1 - together) ** 0.5 * rng.normal(size=len(settled)))
    value = np.where(u < right, settled["value"], np.where(u < right + wrong, "another", ""))
    table = settled[["document_id", "field", "item"]].assign(
        value=value,
        probability=np.where(value == "", 0.4, 0.9),
        says=np.where(value == "", "unsure", "proposed"),
        passage=0,
        start=0,
        end=4,
        sentence="text",
        why="",
        model_version="m",
    )
    return table[list(PROPOSAL_COLUMNS)]
