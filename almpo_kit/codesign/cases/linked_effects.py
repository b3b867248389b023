"""Published effects of the programmes in a library of cases, told apart by everything that must not be mixed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.case_studies import parts
from almpo_kit.vocabulary.horizons import BAND_LABELS, NOT_COMPARABLE, horizon_band
from almpo_kit.vocabulary.outcomes import OUTCOMES

#: What two estimates must share to stand in one line. Even then they are listed, never averaged.
APART: Final = (
    *("mechanism", "programme_type", "outcome", "unit", "comparator"),
    *("horizon", "estimand", "includes_subsidised_job"),
)
CELL_COLUMNS: Final = (
    *APART,
    *("target_groups", "n_cases", "n_samples", "n_estimates", "lowest", "highest"),
    *("favourable", "unfavourable", "no_difference", "not_stated", "studies"),
)


def linked(cases: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Estimates of the studies that cases name, one row for each case, mechanism and estimate.

    Returns
    -------
    DataFrame
        The columns of ``effects`` with ``case_id, mechanism, basis, horizon``.
    """
    pairs: list[dict[str, Any]] = []
    for case in cases.to_dict("records"):
        only = set(parts(case["estimate_ids"]))
        bases = zip(parts(case["mechanism"]), parts(case["mechanism_basis"]), strict=True)
        pairs += [
            {"case_id": case["case_id"], "study_id": s, "mechanism": m, "basis": b, "only": only}
            for m, b in bases
            for s in parts(case["study_ids"])
        ]
    named = pd.DataFrame(pairs, columns=["case_id", "study_id", "mechanism", "basis", "only"])
    held = effects.assign(horizon=_horizons(effects))
    for column in ("estimand", "includes_subsidised_job"):
        held[column] = held[column].fillna("not_stated") if column in held else "not_stated"
    if "sample_id" not in held:
        held["sample_id"] = held["study_id"]
    out = named.merge(held, on="study_id", how="inner")
    kept = [not only or e in only for only, e in zip(out["only"], out["estimate_id"], strict=True)]
    return out[np.array(kept, dtype=bool)].drop(columns="only").reset_index(drop=True)


def _horizons(effects: pd.DataFrame) -> list[str]:
    """The band where months count from entry; otherwise the months themselves, which no other row may share."""
    origins = effects["horizon_from"].fillna("").astype(str)
    months = pd.to_numeric(effects["horizon_months"]).astype(float)
    return [
        BAND_LABELS[band]
        if band != NOT_COMPARABLE
        else "not stated"
        if m != m
        else f"{m:g} months, {f'from {origin}' if origin else 'from when not stated'}"
        for band, m, origin in zip(horizon_band(effects), months, origins, strict=True)
    ]


def effect_cells(found: pd.DataFrame) -> pd.DataFrame:
    """One line for every kind of number: how many, from where to where, and what the studies say of chance.

    ``lowest`` and ``highest`` are single estimates in the line's own unit, signed as measured. ``favourable`` counts
    estimates that are significant and good for the person; outcomes of which neither direction is are ``not_stated``.
    """
    rows: list[dict[str, Any]] = []
    for key, part in found.groupby(list(APART), sort=True, observed=True):
        # A study that two cases name is one study.
        once = part.drop_duplicates("estimate_id")
        says = _says(once)
        rows.append(
            dict(zip(APART, key, strict=True))
            | {
                "target_groups": ", ".join(sorted(set(once["target_group"]))),
                "n_cases": part["case_id"].nunique(),
                "n_samples": once["sample_id"].nunique(),
                "n_estimates": len(once),
                "lowest": float(once["effect"].min()),
                "highest": float(once["effect"].max()),
                "favourable": int((says == "positive").sum()),
                "unfavourable": int((says == "negative").sum()),
                "no_difference": int((says == "none").sum()),
                "not_stated": int((says == "").sum()),
                "studies": ", ".join(sorted(set(once["study_id"]))),
            }
        )
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS))


def _says(once: pd.DataFrame) -> pd.Series:
    readable = once["outcome"].map(lambda o: o in OUTCOMES and OUTCOMES[o].favourable != 0)
    return once["significance"].where(readable.astype(bool), "").fillna("").astype(str)
