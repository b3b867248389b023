"""Training programmes as a person lists them: checked, with effects from the evidence where they have none."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.occupations import isco_code
from almpo_kit.vocabulary.places import normalise

NEEDED = ("programme", "field", "occupation", "cost")
_DEFAULTS = {
    "effect": np.nan,
    "effect_low": np.nan,
    "effect_high": np.nan,
    "lock_in_months": 0.0,
    "lock_in_loss": np.nan,
    "capacity": np.inf,
}
_BOUNDS = {
    "cost": (0.01, 1e9),
    "effect": (-100.0, 100.0),
    "effect_low": (-100.0, 100.0),
    "effect_high": (-100.0, 100.0),
    "lock_in_months": (0.0, 120.0),
    "lock_in_loss": (0.0, 100.0),
    "capacity": (0.0, np.inf),
}
_FROM_EVIDENCE = {"effect": "effect", "low": "effect_low", "high": "effect_high"}


def programme_table(programmes: pd.DataFrame, effects: pd.DataFrame | None) -> pd.DataFrame:
    """Programmes with numbers as numbers, occupations as tuples of ISCO prefixes and effects filled in.

    Returns
    -------
    DataFrame, shape (n_programmes, ...)
        ``programme, field, occupations, geo`` ("" everywhere)``, cost, effect, effect_low, effect_high,
        lock_in_months, lock_in_loss, capacity, certainty`` ("" unknown)``, n_studies, programme_type, from_evidence``.

    Raises
    ------
    FrameError
        Everything that is wrong, with row and column.
    """
    if not isinstance(programmes, pd.DataFrame):
        raise FrameError(
            f"programmes is a {type(programmes).__name__}; give a table with {', '.join(NEEDED)}, …"
        )
    if missing := [c for c in NEEDED if c not in programmes.columns]:
        raise FrameError(
            f"programmes lacks the column(s) {', '.join(missing)}; it needs {', '.join(NEEDED)} and effect (points of employment), "
            "or programme_type and effects=…"
        )
    if programmes.empty:
        raise FrameError("programmes has no row: list at least one, with field, occupation and cost.")
    out = programmes.reset_index(drop=True).copy()
    for column, default in _DEFAULTS.items():
        if column not in out:
            out[column] = default
    problems = [p for column in _BOUNDS for p in _numbers(out, column)]
    out["capacity"] = out["capacity"].fillna(np.inf)
    out["lock_in_months"] = out["lock_in_months"].fillna(0.0)
    out["geo"] = [
        normalise(g) if isinstance(g, str) and g.strip() else "" for g in out.get("geo", [""] * len(out))
    ]
    out["occupations"], wrong = _prefixes(out["occupation"])
    problems += wrong
    for name in ("certainty", "programme_type"):
        given = out[name] if name in out else pd.Series("", index=out.index)
        out[name] = given.fillna("").astype(str)
    out = _with_evidence(out, effects)
    problems += _orders(out)
    repeated = out.duplicated(["programme", "geo"], keep=False)
    problems += [
        f"row {i + 2}: {out['programme'][i]!r} stands twice for one place" for i in np.flatnonzero(repeated)
    ]
    if problems:
        more = f"\n  … and {len(problems) - 20} more" if len(problems) > 20 else ""
        raise FrameError(f"programmes: {len(problems)} problem(s):\n  " + "\n  ".join(problems[:20]) + more)
    return out


def _numbers(out: pd.DataFrame, column: str) -> list[str]:
    low, high = _BOUNDS[column]
    given = out[column]
    values = pd.to_numeric(given, errors="coerce").astype(float)
    bad = (given.notna() & values.isna()) | (values.notna() & ~values.between(low, high))
    if column == "cost":
        bad |= values.isna()
    out[column] = values
    return [
        f"row {i + 2}, column {column!r}: {str(given[i])!r} is no number from {low:g} to {high:g}"
        for i in np.flatnonzero(bad)
    ]


def _prefixes(cells: pd.Series) -> tuple[list[tuple[str, ...]], list[str]]:
    out, problems = [], []
    for i, cell in enumerate(cells):
        text = "" if cell is None or cell != cell else str(cell)
        parts = [p for p in re.split(r"[|,; ]+", text.removesuffix(".0")) if p]
        codes = []
        for part in parts:
            try:
                codes.append(isco_code(part))
            except ParameterError as error:
                problems.append(f"row {i + 2}, column 'occupation': {error}")
        if not parts:
            problems.append(
                f"row {i + 2}, column 'occupation': empty; name the ISCO group(s) that it leads to"
            )
        out.append(tuple(dict.fromkeys(codes)))
    return out, problems


def _with_evidence(out: pd.DataFrame, effects: pd.DataFrame | None) -> pd.DataFrame:
    """Effects of the evidence for programmes that bring none of their own."""
    out["from_evidence"] = False
    out["n_studies"] = pd.to_numeric(out["n_studies"], errors="coerce") if "n_studies" in out else np.nan
    if effects is None:
        return out
    if not {"programme_type", "effect"} <= set(effects.columns):
        raise FrameError(
            "effects needs the columns programme_type and effect (and low, high, certainty, n_studies)."
        )
    if effects["programme_type"].duplicated().any():
        raise FrameError(
            "effects has several rows for one programme_type; keep one, e.g. the horizon that you plan for."
        )
    found = effects.set_index("programme_type")
    lacking = out["effect"].isna() & out["programme_type"].isin(found.index)
    out["from_evidence"] = lacking
    if not lacking.any():
        return out
    kinds = out.loc[lacking, "programme_type"]
    for theirs, ours in _FROM_EVIDENCE.items():
        if theirs in found:
            out.loc[lacking, ours] = kinds.map(found[theirs]).astype(float)
    if "n_studies" in found:
        out.loc[lacking, "n_studies"] = kinds.map(found["n_studies"]).astype(float)
    if "certainty" in found:
        out.loc[lacking, "certainty"] = kinds.map(found["certainty"]).astype(str)
    return out


def _orders(out: pd.DataFrame) -> list[str]:
    wrong = (out["effect_low"] > out["effect"]) | (out["effect_high"] < out["effect"])
    return [f"row {i + 2}: effect_low, effect, effect_high are not in order" for i in np.flatnonzero(wrong)]
