"""Small invented studies (SYNTHETIC) whose codes can be read off their texts, or cannot."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.documents import (
    ADJUDICATED,
    DOCUMENT_COLUMNS,
    SETTLED_COLUMNS,
    document_id,
    passages_of,
)

PROGRAMMES = {
    "training": [
        "vocational training courses",
        "a training programme in classrooms",
        "retraining of workers",
    ],
    "employment_incentives": ["a wage subsidy", "hiring subsidies for firms", "a recruitment subsidy"],
    "services": ["counselling by caseworkers", "a job club", "vacancy referrals"],
}
DESIGNS = {
    "rct": ["a randomised trial", "random assignment", "a lottery among applicants"],
    "did": ["a difference-in-differences estimate", "an event study around the reform"],
    "matching": ["propensity score matching", "kernel matching"],
}
COUNTRIES = {"DE": "Germany", "FR": "France", "EL": "Greece", "SE": "Sweden", "PL": "Poland"}


class Studies(NamedTuple):
    documents: pd.DataFrame
    passages: pd.DataFrame
    settled: pd.DataFrame
    groups: pd.Series


def studies(
    n: int = 40, *, seed: int = 0, shuffled: bool = False, source: str = "SYNTHETIC studies"
) -> Studies:
    """Invented studies; with ``shuffled`` their codes are those of others, so that there is nothing to learn."""
    rng = np.random.default_rng(seed)
    rows, codes = [], []
    for k in range(n):
        kind, design, country = (str(rng.choice(list(d))) for d in (PROGRAMMES, DESIGNS, COUNTRIES))
        title = f"Study {k}: {rng.choice(PROGRAMMES[kind])} in {COUNTRIES[country]}"
        abstract = (
            f"We look at {rng.choice(PROGRAMMES[kind])} for people out of work. The estimate rests on "
            f"{rng.choice(DESIGNS[design])}. After {12 * (1 + k % 3)} months more of them had a job."
        )
        text = f"{title}.\n\n{abstract}"
        name = document_id(f"{seed} {text}")
        rows.append(
            (name, title, abstract, text, "", 2000 + k % 20, "", "", "en", "text", 0, "tests", source)
        )
        codes.append({"programme_type": kind, "design": design, "country": country})
    documents = pd.DataFrame(rows, columns=list(DOCUMENT_COLUMNS))
    order = rng.permutation(n) if shuffled else np.arange(n)
    settled = pd.DataFrame(
        [
            ("test", documents["document_id"][k], field, "", value, ADJUDICATED, "", "chair", "")
            for k in range(n)
            for field, value in codes[order[k]].items()
        ],
        columns=list(SETTLED_COLUMNS),
    )
    passages = passages_of(list(documents["document_id"]), list(documents["text"]))
    groups = pd.Series([f"study {k // 2}" for k in range(n)], index=documents["document_id"])
    return Studies(documents, passages, settled, groups)
