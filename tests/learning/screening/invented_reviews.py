"""Invented documents on two topics, and labels for them. SYNTHETIC."""

from __future__ import annotations

import numpy as np
import pandas as pd

WANTED = ["wage", "subsidy", "employer", "unemployed", "vouchers", "hiring", "randomised", "evaluation"]
OTHER = [
    "school",
    "pupils",
    "teaching",
    "nursing",
    "hospital",
    "inflation",
    "monetary",
    "theory",
    "growth",
    "trade",
]
PLAIN = ["study", "results", "data", "show", "policy", "paper", "method", "effects", "sample", "year"]


def invented(
    n: int, n_relevant: int, *, seed: int = 0, clear: float = 0.35
) -> tuple[pd.DataFrame, np.ndarray]:
    """Documents, and which are relevant; ``clear`` is the share of words that tell the topic."""
    rng = np.random.default_rng(seed)
    relevant = np.zeros(n, dtype=bool)
    relevant[rng.permutation(n)[:n_relevant]] = True
    rows = []
    for i, yes in enumerate(relevant):
        own, told = (WANTED if yes else OTHER), rng.random(30) < clear
        text = " ".join(rng.choice(own if t else PLAIN) for t in told)
        rows.append((f"d{i:05d}", f"Paper number {i}", text, "a folder", "SYNTHETIC papers"))
    columns = ["document_id", "title", "abstract", "origin", "source"]
    return pd.DataFrame(rows, columns=columns), relevant


def labelled(
    documents: pd.DataFrame, relevant: np.ndarray, rows: object, coder: str = "coder A"
) -> pd.DataFrame:
    """True labels of some documents."""
    picked = np.asarray(rows, dtype=int)
    return pd.DataFrame(
        {
            "label_id": np.arange(len(picked)),
            "review": "almp",
            "document_id": documents["document_id"].to_numpy()[picked],
            "field": "relevant",
            "item": "",
            "value": np.where(relevant[picked], "yes", "no"),
            "coder": coder,
            "undone": False,
        }
    )
