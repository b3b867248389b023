"""Published evidence as observations of the hierarchical model: single effects, or predictions made from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.gains.latent import (
    COMPONENTS,
    INTERACTION,
    PLACE,
    SIGNS,
    SKILL,
    UNEMPLOYMENT,
    Layout,
)
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES

Array = np.ndarray[Any, np.dtype[Any]]
#: Correlation of errors of estimates of one sample (they share people), and of predictions of one model.
SAME_SAMPLE, SAME_MODEL = 0.5, 0.9


@dataclass(frozen=True, eq=False)
class Published:
    """Usable rows of evidence.

    Parameters
    ----------
    table : DataFrame
        ``programme_type, effect, se, sample, unemployment_class, skill_class, n_samples``, without gaps.
    predicted : bool
        True where each row is a prediction of an average over studies.
    between : float
        Standard deviation of true effects between studies that predictions tell, NaN where they tell none.
    refused : dict of str to str
        Programme type -> why its predictions were refused.
    left_out : tuple of str
        What was not used and why, in words.
    """

    table: pd.DataFrame
    predicted: bool
    between: float
    refused: dict[str, str]
    left_out: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def _samples(self) -> dict[str, int]:
        groups = self.table.groupby("programme_type")
        found = groups["n_samples"].max() if self.predicted else groups["sample"].nunique()
        return {str(kind): int(n) for kind, n in found.items()}

    def samples(self, programme_type: str) -> int:
        """Independent samples that studied a programme type."""
        return self._samples.get(programme_type, 0)

    @cached_property
    def _markets(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        columns = ("programme_type", "unemployment_class", "skill_class")
        for kind, u, s in zip(*(self.table[c] for c in columns), strict=True):
            found.setdefault(str(kind), []).append((u, s))
        return {kind: list(dict.fromkeys(pairs)) for kind, pairs in found.items()}

    def markets(self, programme_type: str) -> list[tuple[str, str]]:
        """Unemployment and skill class of the labour markets in which a programme type was studied."""
        return self._markets.get(programme_type, [])

    def observations(self, layout: Layout) -> tuple[Array, Array, Array, Array]:
        """What enters the model: values (m,), rows (m, d), error covariance (m, m), further parts (c, m, m)."""
        t = self.table
        type_at = np.array([layout.types.index(x) for x in t["programme_type"]], dtype=int)
        u, s = (t[c].map(SIGNS).to_numpy(dtype=float) for c in ("unemployment_class", "skill_class"))
        rows = layout.contexts(type_at, u, s)
        se, sample = t["se"].to_numpy(dtype=float), pd.factorize(t["sample"])[0]
        same = (sample[:, None] == sample[None, :]).astype(float)
        share = SAME_MODEL if self.predicted else SAME_SAMPLE
        error = np.outer(se, se) * (share * same + (1 - share) * np.eye(len(se)))
        parts = np.zeros((len(COMPONENTS), len(se), len(se)))
        if not self.predicted:
            parts[PLACE] = 0.5 * same * (1 + (type_at[:, None] == type_at[None, :]))
        # A study of unknown class lies on one side or the other: its effect may deviate by a whole deviation.
        blank_u, blank_s = u == 0, s == 0
        parts[UNEMPLOYMENT] = same * np.outer(blank_u, blank_u)
        parts[SKILL] = same * np.outer(blank_s, blank_s)
        parts[INTERACTION] = same * np.outer(blank_u | blank_s, blank_u | blank_s)
        return t["effect"].to_numpy(dtype=float), rows, error, parts


def no_evidence() -> Published:
    """Evidence of nothing."""
    columns = ["programme_type", "effect", "se", "sample", "unemployment_class", "skill_class", "n_samples"]
    return Published(pd.DataFrame(columns=columns), False, np.nan, {}, ())


def published(evidence: pd.DataFrame | None) -> Published:
    """Check a table of evidence.

    Parameters
    ----------
    evidence : DataFrame or None
        Either effects (``programme_type, effect, se``; optional ``sample_id`` or ``study_id``, ``unemployment_class``,
        ``skill_class``, ``outcome``, ``unit``), already comparable, or finished predictions (``programme_type, mean, se``;
        optional ``prediction_low``, ``prediction_high``, ``refusal``, ``n_samples`` and the classes).

    Raises
    ------
    FrameError
        Columns or words that are none.
    DesignError
        Several outcomes or units.
    """
    if evidence is None or (isinstance(evidence, pd.DataFrame) and evidence.empty):
        return no_evidence()
    if not isinstance(evidence, pd.DataFrame):
        raise FrameError(f"evidence is a {type(evidence).__name__}; give a table of effects or predictions.")
    _one_question(evidence)
    predicted = "effect" not in evidence
    value = "mean" if predicted else "effect"
    if missing := [c for c in ("programme_type", value, "se") if c not in evidence]:
        raise FrameError(
            f"evidence lacks {', '.join(missing)}; give effects with programme_type, effect and se, or predictions with "
            "programme_type, mean and se."
        )
    table = _classed(evidence.reset_index(drop=True), value)
    table["sample"] = _samples(evidence, predicted)
    table["n_samples"] = _counted(evidence, predicted)
    refused = _refused(evidence) if predicted else {}
    whole = np.isfinite(table["effect"]) & np.isfinite(table["se"]) & (table["se"] > 0)
    if "refusal" in evidence:
        whole &= ~_said(evidence["refusal"])
    lost = int((~whole).sum())
    left = (f"{lost} row{'s' if lost > 1 else ''} of evidence without a usable number and standard error",)
    between = _between(evidence, table, whole) if predicted else np.nan
    return Published(table[whole].reset_index(drop=True), predicted, between, refused, left if lost else ())


def _one_question(evidence: pd.DataFrame) -> None:
    for column in ("outcome", "unit", "estimand", "comparator"):
        if column in evidence and (n := evidence[column].dropna().nunique()) > 1:
            kinds = ", ".join(map(str, evidence[column].dropna().unique()[:4]))
            raise DesignError(
                f"the evidence has {n} kinds of {column} ({kinds}); keep one, e.g. "
                f'evidence.query("{column} == {evidence[column].dropna().iloc[0]!r}").'
            )


def _classed(evidence: pd.DataFrame, value: str) -> pd.DataFrame:
    types = evidence["programme_type"].astype("string")
    if unknown := [str(x) for x in types.unique() if x not in PROGRAMME_TYPES]:
        raise FrameError(
            f"unknown programme_type {', '.join(unknown[:3])} in the evidence; choose from {', '.join(PROGRAMME_TYPES)}."
        )
    table = pd.DataFrame({"programme_type": types.astype(object)})
    for column, source in (("effect", value), ("se", "se")):
        numbers = pd.to_numeric(evidence[source], errors="coerce").astype(float)
        if (wrong := numbers.isna() & evidence[source].notna()).any():
            raise FrameError(
                f"{source} in the evidence is {evidence[source][wrong].iloc[0]!r}, which is no number."
            )
        table[column] = numbers
    for column in ("unemployment_class", "skill_class"):
        table[column] = classes_of(evidence, column)
    return table


def classes_of(frame: pd.DataFrame, column: str) -> pd.Series:
    """A class of labour market per row, "unknown" where there is none.

    Raises
    ------
    FrameError
        A word that is no class.
    """
    if column not in frame:
        return pd.Series("unknown", index=frame.index, dtype=object)
    found = frame[column].astype("string").str.strip().str.lower().fillna("unknown").replace("", "unknown")
    if len(wrong := found[~found.isin(list(SIGNS))]):
        raise FrameError(f"{column} is {wrong.iloc[0]!r}; choose high, low or unknown.")
    return found.astype(object)


def _samples(evidence: pd.DataFrame, predicted: bool) -> Array:
    if predicted:
        return evidence["programme_type"].astype(str).to_numpy(dtype=object)
    own = pd.Series([f"row {i}" for i in range(len(evidence))], dtype=object)
    for column in ("study_id", "sample_id"):
        if column in evidence:
            told = evidence[column].reset_index(drop=True)
            own = own.where(told.isna(), told.astype(str))
    return own.to_numpy(dtype=object)


def _counted(evidence: pd.DataFrame, predicted: bool) -> Array:
    if not predicted or "n_samples" not in evidence:
        return np.full(len(evidence), 0 if predicted else 1)
    return pd.to_numeric(evidence["n_samples"], errors="coerce").fillna(0).to_numpy(dtype=int)


def _said(column: pd.Series) -> pd.Series:
    return (column.astype("string").str.strip().fillna("") != "").astype(bool).reset_index(drop=True)


def _refused(evidence: pd.DataFrame) -> dict[str, str]:
    if "refusal" not in evidence:
        return {}
    rows = evidence[_said(evidence["refusal"]).to_numpy()]
    return dict(zip(rows["programme_type"].astype(str), rows["refusal"].astype(str), strict=True))


def _between(evidence: pd.DataFrame, table: pd.DataFrame, whole: pd.Series) -> float:
    """Spread between studies that prediction intervals tell: what is left of their width after the standard error."""
    if not {"prediction_low", "prediction_high"} <= set(evidence):
        return np.nan
    low, high = (
        pd.to_numeric(evidence[c], errors="coerce").to_numpy() for c in ("prediction_low", "prediction_high")
    )
    # The quantile of t that these intervals use is unknown here: the normal one errs towards more spread.
    rest = ((high - low) / (2 * 1.96)) ** 2 - table["se"].to_numpy() ** 2
    rest = rest[whole.to_numpy() & np.isfinite(rest) & (rest > 0)]
    return float(np.sqrt(np.median(rest))) if len(rest) else np.nan
