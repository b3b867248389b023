"""Precision, recall, abstention and calibration of answers against what experts settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.learning.coding.kernels.calibration_error import calibration_error
from almpo_kit.learning.coding.kernels.exact_bounds import share_bounds
from almpo_kit.vocabulary.documents import NOT_STATED, PROPOSED

Array = np.ndarray[Any, np.dtype[Any]]
Codes = Mapping[str, Mapping[str, frozenset[str]]]

_SHOWN = ["document_id", "field", "value", "probability", "says"]


def answer_table(proposals: pd.DataFrame, codes: Codes, studies: Mapping[str, int]) -> pd.DataFrame:
    """Proposals on documents that have a settled code of the field, with whether each is right.

    A document on which nothing is stated is kept as a row; its ``right`` says whether experts settled that too.
    """
    rows = []
    for name, field, value, probability, says in proposals[_SHOWN].itertuples(index=False, name=None):
        settled = codes.get(field, {}).get(name)
        if settled is not None:
            right = (not settled) if says == NOT_STATED else value in settled
            rows.append((name, studies[name], field, value, probability, says, right))
    columns = ["document_id", "group", "field", "value", "probability", "says", "right"]
    return pd.DataFrame(rows, columns=columns).astype({"probability": float, "right": bool})


def rates_of(
    answers: pd.DataFrame, codes: Codes, studies: Mapping[str, int], promised: float, seed: int
) -> pd.DataFrame:
    """A row a field; columns as of ``CodingTest``."""
    return pd.DataFrame(
        [
            _rates(field, answers[answers["field"] == field], held, studies, promised, seed)
            for field, held in codes.items()
        ]
    )


def _rates(
    field: str,
    answers: pd.DataFrame,
    held: Mapping[str, frozenset[str]],
    studies: Mapping[str, int],
    promised: float,
    seed: int,
) -> dict[str, Any]:
    held = {name: values for name, values in held.items() if name in studies}
    group = np.array([studies[name] for name in held])
    chosen = answers[answers["says"] == PROPOSED]
    right = chosen["right"].to_numpy(dtype=bool)
    found = set(chosen.loc[chosen["right"], ["document_id", "value"]].itertuples(index=False, name=None))
    settled = [(name, value) for name, values in held.items() for value in sorted(values)]
    hit = np.array([pair in found for pair in settled], dtype=bool)
    silent = np.array([name not in set(chosen["document_id"]) for name in held], dtype=bool)
    shown = answers[answers["says"] != NOT_STATED]
    off = calibration_error(
        shown["probability"].to_numpy(dtype=float),
        shown["right"].to_numpy(dtype=float),
        shown["group"].to_numpy(dtype=int),
        seed=seed,
    )
    nothing = set(answers.loc[answers["says"] == NOT_STATED, "document_id"])
    precision = _share(right, chosen["group"].to_numpy(dtype=int), "precision")
    return {
        "field": field,
        "documents": len(held),
        "studies": len(np.unique(group)),
        "answers": len(settled),
        "proposed": len(chosen),
        "right": int(right.sum()),
        **precision,
        **_share(hit, np.array([studies[name] for name, _ in settled], dtype=int), "recall"),
        **_share(silent, group, "abstention"),
        "unsure": int(silent.sum()) - len(nothing),
        "not_stated": len(nothing),
        **off._asdict(),
        "keeps_promise": _promise(precision, promised),
    }


def _share(right: Array, groups: Array, name: str) -> dict[str, float]:
    if not len(right):
        return {name: float("nan"), f"{name}_low": float("nan"), f"{name}_high": float("nan")}
    low, high = share_bounds(right, groups)
    return {name: float(right.mean()), f"{name}_low": low, f"{name}_high": high}


def _promise(precision: Mapping[str, float], promised: float) -> str:
    """What can be said of the promise: a bound above it, one below it, or neither."""
    if precision["precision"] != precision["precision"]:
        return "nothing proposed"
    if precision["precision_low"] >= promised:
        return "shown"
    return "broken" if precision["precision_high"] < promised else "not shown"
