"""Do experts still agree as they did, and is one of them drifting away from the others?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.learning.loop.document_drift import holm
from almpo_kit.learning.loop.drift_result import row
from almpo_kit.learning.loop.exchanged import mean_increase, permuted
from almpo_kit.vocabulary.documents import answers, one_value
from almpo_kit.vocabulary.rendering import number

#: Documents coded twice, before and now.
LEAST = 15
#: Points of disagreement more than this are a reason to look.
MATTERS = 5.0
_UNIT = ["document_id", "field", "item"]
ALL = "all experts"


def look(
    before: pd.DataFrame, now: pd.DataFrame, *, alpha: float, draws: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """A row for all experts and one for each who coded enough in both times.

    Parameters
    ----------
    before, now : DataFrame
        ``LABEL_COLUMNS``, labels that hold.
    alpha : float
        Shared out by Holm's rule.
    """
    pairs = [disagreements_of_pairs(frame) for frame in (before, now)]
    together = _compared(ALL, pairs, draws, rng)
    if together is None:
        return []
    alphas = [nominal_alpha(frame) for frame in (before, now)]
    together["said"] += f" Krippendorff's α is {number(alphas[1], 2)}; it was {number(alphas[0], 2)}."
    rows = [together]
    coders = [set(p["coder"]) for p in pairs]
    for coder in sorted(coders[0] & coders[1]) if len(coders[0] | coders[1]) > 2 else ():
        # With two experts there is one disagreement, and nobody knows whose.
        mine = [p[p["coder"] == coder] for p in pairs]
        found = _compared(coder, mine, draws, rng)
        rows += [found] if found else []
    return holm(rows, alpha)


def disagreements_of_pairs(labels: pd.DataFrame) -> pd.DataFrame:
    """For each code that several experts gave, and each of them: the share of the others who said otherwise.

    Returns
    -------
    DataFrame
        ``document_id, field, item, value, coder, disagreement``; the order of several answers is of no account.
    """
    held = labels.assign(
        item=labels["item"].fillna("").astype(str),
        value=[one_value(answers(str(v))) for v in labels["value"]],
    ).drop_duplicates([*_UNIT, "coder"], keep="last")
    coders = held.groupby(_UNIT)["coder"].transform("size")
    held = held[coders > 1]
    same = held.groupby([*_UNIT, "value"])["coder"].transform("size")
    others = coders[coders > 1] - 1
    return held.assign(disagreement=1 - (same - 1) / others)[[*_UNIT, "value", "coder", "disagreement"]]


def n_documents(pairs: pd.DataFrame) -> int:
    """How many documents were coded by more than one."""
    return int(pairs["document_id"].nunique())


def nominal_alpha(labels: pd.DataFrame) -> float:
    """Krippendorff's α for names, codes of all fields together: observed over expected disagreement, each field by itself.

    NaN where nothing was coded twice or everybody always gives one answer.

    References
    ----------
    Krippendorff (2011) Computing Krippendorff's alpha-reliability.
    """
    pairs = disagreements_of_pairs(labels)
    observed = float(pairs["disagreement"].sum())
    expected = sum(_by_chance(part) for _, part in pairs.groupby("field"))
    return 1 - observed / expected if expected > 0 else float("nan")


def _by_chance(part: pd.DataFrame) -> float:
    """Disagreement that answers exchanged between documents would have, times their number."""
    n = len(part)
    same = part["value"].value_counts()
    return n * (1 - float((same * (same - 1)).sum()) / (n * (n - 1)))


def _compared(
    who: str, pairs: list[pd.DataFrame], draws: int, rng: np.random.Generator
) -> dict[str, Any] | None:
    if min(map(n_documents, pairs)) < LEAST:
        return None
    # Hard fields are coded more often in some months: what is compared is disagreement beyond that of the field.
    usual = pd.concat(pairs).groupby("field")["disagreement"].mean()
    parts = [
        (p["disagreement"] - p["field"].map(usual)).groupby(p["document_id"]).agg(["sum", "size"])
        for p in pairs
    ]
    both = pd.concat(parts)
    beyond = mean_increase(both["sum"].to_numpy(float), both["size"].to_numpy(float))
    seen, _, p = permuted(beyond, len(parts[0]), len(parts[1]), draws=draws, rng=rng)
    ends = [100 * float(part["disagreement"].mean()) for part in pairs]
    change = 100 * float(seen[0])
    cells = {"before": ends[0], "now": ends[1], "unit": "% of codes", "change": change}
    said = _said(who, ends, change)
    name = f"disagreement of {who}"
    return row("experts", name, **cells, p_value=float(p[0]), said=said) | {"matters": change > MATTERS}


def _said(who: str, ends: list[float], change: float) -> str:
    verb = "disagree" if who == ALL else "disagrees with the others"
    return (
        f"{who[:1].upper()}{who[1:]} {verb} on {number(ends[1])}% of the codes given more than once; before it was "
        f"{number(ends[0])}%. Field by field, that is {number(abs(change))} points {'more' if change >= 0 else 'less'}."
    )
