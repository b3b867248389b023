"""Small stand-in Findings: the fields that figures read, nothing computed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

NAN = math.nan


@dataclass(frozen=True, kw_only=True, eq=False)
class StandIn(Finding):
    """A Finding with whatever further fields a figure reads."""

    fields: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return object.__getattribute__(self, "fields")[name]
        except KeyError:
            raise AttributeError(name) from None


def stand_in(table: pd.DataFrame, figure: str, *, synthetic: bool = False, **fields: Any) -> StandIn:
    """A Finding of the given table and fields."""
    data = (DataVersion("made_up", "1", kind="synthetic" if synthetic else "reference"),)
    return StandIn(
        question="How do the regions stand?",
        sentence="They stand.",
        table=table,
        provenance=Provenance(data=data, method="by hand", synthetic=synthetic),
        figure=figure,
        fields=fields,
    )


def grid(n: int, country: str = "EL") -> pd.DataFrame:
    """``n`` made-up regions in a lattice around Greece."""
    codes = [f"{country}{i:02d}" for i in range(n)]
    return pd.DataFrame(
        {
            "geo": codes,
            "name": [f"Region number {i}" for i in range(n)],
            "country": country,
            "period": "2024",
            "value": [2.0 + 0.9 * i for i in range(n)],
            "lon": [20.0 + 1.3 * (i % 6) for i in range(n)],
            "lat": [36.0 + 1.1 * (i // 6) for i in range(n)],
        }
    )


def standing(table: pd.DataFrame, **more: Any) -> StandIn:
    """A Standing of the given regions beside ten others."""
    europe = pd.concat([table, grid(10, "BG").assign(lat=lambda d: d["lat"] + 6)], ignore_index=True)
    fields = {
        "country": "EL",
        "indicator": "unemployment_rate",
        "period": "2024",
        "eu_value": 5.9,
        "national_value": 10.1,
        "n_eu": 20,
        "europe": europe,
        "boundaries": None,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "region_map", synthetic=synthetic, **(fields | more))


def estimates(n: int, **columns: Any) -> pd.DataFrame:
    """``n`` estimates of an effect on the chance of being in work."""
    every = range(n)
    effect = pd.Series([(-1) ** i * 0.7 * (i % 9) for i in every], dtype=float)
    kinds = ("services", "training", "employment_incentives")
    return pd.DataFrame(
        {
            "estimate_id": [f"e{i}" for i in every],
            "study_id": [f"s{i}" for i in every],
            "sample_id": [f"s{i}" for i in every],
            "citation": [f"Ann A. & Bob B. ({2000 + i % 20}) A study" for i in every],
            "programme_type": [kinds[i % 3] for i in every],
            "country": "DE",
            "band": "short",
            "effect": effect,
            "low": effect - 2,
            "high": effect + 2,
            "weight": 1 / max(n, 1),
            "used": True,
            "why_not": "",
        }
    ).assign(**columns)


def answer(table: pd.DataFrame, **more: Any) -> StandIn:
    """An Answer without an average."""
    fields = {
        "pooled": None,
        "refusal": "3 independent samples measured this; at least 5 are needed",
        "unit": "percentage_points",
        "outcome": "employment_probability",
        "band": "short",
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "forest", synthetic=synthetic, **(fields | more))


def profile(table: pd.DataFrame | None = None, **more: Any) -> StandIn:
    """A Profile of two types and three bands."""
    if table is None:
        rows = [
            {
                "programme_type": kind,
                "label": kind,
                "band": band,
                "n_estimates": 6,
                "n_samples": 3,
                "n_usable": 2,
                "minimum": 5,
                "n_countries": 2,
                "n_local": 0,
                "favourable": 3,
                "not_significant": 1,
                "unfavourable": 1,
                "not_stated": 1,
                **dict.fromkeys(("mean", "low", "high", "prediction_low", "prediction_high", "df"), NAN),
                "certainty": "too little to say",
                "reason": "3 independent samples measured this; at least 5 are needed",
            }
            for kind in ("services", "training")
            for band in ("short", "medium", "long")
        ]
        table = pd.DataFrame(rows)
    synthetic = more.pop("synthetic", False)
    fields = {"outcome": "employment_probability", "unit": "percentage_points", "country": None}
    return stand_in(table, "evidence_profile", synthetic=synthetic, **(fields | more))


def gap_map(n: int = 2, **more: Any) -> StandIn:
    """A GapMap of ``n`` programmes by four groups: one average, some counts, the rest empty."""
    groups = {
        "all": "all jobseekers",
        "youth": "young people",
        "women": "women",
        "disabled": "people with a disability or health condition",
    }
    rows = [
        {
            "programme_type": f"kind{i}" if i else "training",
            "target_group": key,
            "row_label": f"Programme number {i}",
            "column_label": label,
            "n_estimates": 2 * k,
            "n_samples": k,
            "n_samples_eu": k // 2,
            "n_samples_randomised": 0,
            "n_usable": k,
            "minimum": 5,
            "countries": "DE" if k else "",
            **dict.fromkeys(("mean", "low", "high"), 2.5 if k >= 5 else NAN),
            "unit": "percentage_points" if k else "",
            "certainty": "moderate" if k >= 5 else "too little to say" if k else "",
            "reason": "" if k >= 5 else "too few",
        }
        for i in range(n)
        for k, (key, label) in zip((0, 2, 6, 11), groups.items(), strict=True)
    ]
    table = pd.DataFrame(rows) if rows else gap_map(1).table.head(0)
    fields = {
        "rows": "programme_type",
        "columns": "target_group",
        "outcome": None,
        "unit": None,
        "band": None,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "gap_map", synthetic=synthetic, **(fields | more))


def time_profile(table: pd.DataFrame, **more: Any) -> StandIn:
    """A TimeProfile: three estimates a series, every fourth not counted from entry; one band averaged."""
    every = range(len(table))
    frame = table.assign(
        horizon_months=[6.0 + 9 * (i % 3) for i in every],
        from_entry=[i % 4 != 3 for i in every],
        series=[f"line {i // 3}" if i % 4 != 3 else "" for i in every],
        target_group="youth",
        part=[f"arm {i}" for i in every],
    )
    bands = pd.DataFrame(
        {
            "band": ["short", "medium", "long"],
            "n_samples": [6, 2, 0],
            "n_usable": [5, 1, 0],
            "minimum": 5,
            "mean": [1.5, NAN, NAN],
            "low": [0.5, NAN, NAN],
            "high": [2.5, NAN, NAN],
        }
    )
    fields = {
        "outcome": "employment_probability",
        "unit": "percentage_points",
        "programme_type": None,
        "bands": bands,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(frame, "time_profile", synthetic=synthetic, **(fields | more))


def trajectory(table: pd.DataFrame, **more: Any) -> StandIn:
    """A Trajectory over 2018–2024, with the break of 2021."""
    years = [str(y) for y in range(2018, 2025)]
    long = pd.concat([table.assign(period=y, value=table["value"] + i) for i, y in enumerate(years)])
    known = 1.0 if len(table) else NAN
    line = pd.DataFrame({"period": years, "value": [9.0, 8.5, NAN, 8.0, 7.5, 7.0, 6.5]})
    line["value"] *= known
    fields = {
        "country": "EL",
        "indicator": "unemployment_rate",
        "national": line,
        "eu": line.assign(value=6.0 * known),
        "breaks": (("2021", "The survey was redesigned."),),
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(long.reset_index(drop=True), "trajectory", synthetic=synthetic, **(fields | more))


def context(table: pd.DataFrame, **more: Any) -> StandIn:
    """A Context around a threshold of 5.9%."""
    distance = table["value"] - 5.9
    kinds = [
        "unknown" if d != d else "high" if d > 1 else "low" if d < -1 else "near the threshold"
        for d in distance
    ]
    frame = table.assign(unemployment_rate=table["value"], distance=distance, unemployment_class=kinds)
    fields = {
        "country": "EL",
        "period": "2024",
        "threshold": 5.9,
        "threshold_label": "the EU value",
        "margin": 1.0,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(frame, "context", synthetic=synthetic, **(fields | more))


def target(table: pd.DataFrame, **more: Any) -> StandIn:
    """A TargetGap around 78%."""
    frame = table.assign(value=table["value"] + 65, change_since_first=1.5, first_period="2019", goal=78.0)
    fields = {"country": "EL", "period": "2024", "goal": 78.0, "goal_year": 2030, "national_value": 70.0}
    synthetic = more.pop("synthetic", False)
    return stand_in(frame, "target", synthetic=synthetic, **(fields | more))


def funnel(n: int, **more: Any) -> StandIn:
    """A Funnel of ``n`` estimates; every fifth of them filled in."""
    table = estimates(n).assign(
        se=[0.5 + 0.1 * (i % 7) for i in range(n)], filled=[i % 5 == 4 for i in range(n)]
    )
    fields = {
        "mean": 1.2,
        "limit": 0.4,
        "slope": 1.1,
        "predictor": "se",
        "unit": "percentage_points",
        "outcome": "employment_probability",
        "n_samples": n,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "funnel", synthetic=synthetic, **(fields | more))


def bias(n: int, **more: Any) -> StandIn:
    """A Bias of ``n`` methods; the second is a test, the third has no number."""
    kinds = ["as published", "test", "worst case", *["adjusted"] * n][:n]
    rows = [
        {
            "key": f"m{i}",
            "method": f"Method {i}",
            "citation": f"Method {i}",
            "kind": kind,
            "assumes": "Nothing else is going on, and true effects do not vary very much between the studies.",
            "estimate": NAN if i in (1, 2) else 2.0 - 0.1 * i,
            "low": NAN if i in (1, 2) else 0.5 - 0.1 * i,
            "high": NAN if i in (1, 2) else 3.5,
            "p": 0.03 if i == 1 else NAN,
            "statistic": 3.0 if i == 2 else NAN,
            "why": "3.21 degrees of freedom; at least 4 are needed" if i == 2 else "",
        }
        for i, kind in enumerate(kinds)
    ]
    columns = ("method", "kind", "assumes", "estimate", "low", "high", "p", "statistic", "why")
    fields = {
        "unit": "percentage_points",
        "outcome": "employment_probability",
        "level": 0.95,
        "n_estimates": 12,
        "n_samples": 11,
        "refusal": None,
    }
    synthetic = more.pop("synthetic", False)
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=list(columns))
    return stand_in(table, "bias", synthetic=synthetic, **(fields | more))


def sign_model(n: int, **more: Any) -> StandIn:
    """A SignModel of ``n`` levels; the first is the reference, every fourth too thin."""
    thin = [i % 4 == 3 for i in range(n)]
    table = pd.DataFrame(
        {
            "variable": ["programme_type" if i < 6 else "band" for i in range(n)],
            "level": [f"level {i}" for i in range(n)],
            "label": [f"level number {i}" for i in range(n)],
            "against": ["" if i in (0, 6) else "level 0" for i in range(n)],
            "n_estimates": 20,
            "n_samples": 8,
            "observed": [30.0 + i for i in range(n)],
            "difference": [NAN if t or i in (0, 6) else 5.0 - 3 * i for i, t in enumerate(thin)],
            "low": [NAN if t or i in (0, 6) else -4.0 - 3 * i for i, t in enumerate(thin)],
            "high": [NAN if t or i in (0, 6) else 14.0 - 3 * i for i, t in enumerate(thin)],
            "judged": ["too little to say: 2 independent samples on one side" if t else "" for t in thin],
        }
    )
    fields = {"refusal": None if n else "4 independent samples", "n_estimates": 90, "n_samples": 30}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "sign_model", synthetic=synthetic, **(fields | more))


def prediction(n: int, **more: Any) -> StandIn:
    """A Prediction from ``n`` estimates."""
    table = estimates(n).assign(
        target_group="youth", distance=[0.05 * i for i in range(n)], used=[i % 3 < 2 for i in range(n)]
    )
    table["why_not"] = ["" if u else "no standard error" for u in table["used"]]
    fields = {"refusal": None, "unit": "percentage_points", "outcome": "employment_probability"}
    fields |= {"mean": 2.0, "low": 0.5, "high": 3.5, "prediction_low": -4.0, "prediction_high": 8.0}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "prediction", synthetic=synthetic, **(fields | more))


def influence(n: int, **more: Any) -> StandIn:
    """An Influence of ``n`` samples; every fourth turns the conclusion."""
    at = [2.0 + 0.1 * (i % 7) for i in range(n)]
    table = pd.DataFrame(
        {
            "sample_id": [f"study number {i}" for i in range(n)],
            "name": "carried to be made nasty",
            "estimate": at,
            "low": [x - 2.1 for x in at],
            "high": [x + 1.9 for x in at],
            "change": [x - 2.3 for x in at],
            "turns": [i % 4 == 3 for i in range(n)],
        }
    )
    fields = {"full": 2.3, "full_low": 0.2, "full_high": 4.4, "turns": n // 4, "label": "average"}
    fields |= {"unit": "percentage_points", "outcome": "employment_probability", "level": 0.95}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "influence", synthetic=synthetic, **(fields | more))


def sensitivity(n: int, **more: Any) -> StandIn:
    """A Sensitivity of ``n`` coefficients at three correlations; every third too thin."""
    rows = [
        {
            "rho": rho,
            "coefficient": f"x{i}",
            "label": f"moderator number {i}",
            "estimate": i - 2.0 + rho,
            "low": i - 3.0,
            "high": i - 0.5,
            "verdict": "too little to say" if i % 3 == 2 else "open",
        }
        for i in range(n)
        for rho in (0.0, 0.4, 0.8)
    ]
    columns = ("rho", "coefficient", "label", "estimate", "low", "high", "verdict")
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=list(columns))
    fields = {"moves": ("x1",) if n > 1 else (), "unit": "percentage_points", "level": 0.95}
    fields |= {"outcome": "employment_probability"}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "sensitivity", synthetic=synthetic, **(fields | more))


def quarters(n: int, **columns: Any) -> pd.DataFrame:
    """``n`` quarters from 2019 on, going once round a curve."""
    every = range(n)
    frame = pd.DataFrame(
        {
            "geo": "EL",
            "period": pd.Series([f"{2019 + i // 4}-Q{i % 4 + 1}" for i in every], dtype="str"),
            "unemployment_used": pd.Series([9 + 4 * math.sin(i / 5) for i in every], dtype=float),
            "vacancies_adjusted": pd.Series([1.5 - 0.8 * math.sin(i / 5 - 0.3) for i in every], dtype=float),
            "regime": 0,
            "in_sample": pd.Series([True] * n, dtype=bool),
            "pandemic": pd.Series([4 <= i < 10 for i in every], dtype=bool),
        }
    )
    return frame.assign(**columns)


@dataclass(frozen=True)
class Curve:
    """What the figure reads of a fitted curve."""

    slope: float = 0.9
    low: float = 0.5
    high: float = 1.3
    levels: tuple[float, ...] = (2.3,)
    assumed: bool = False


def beveridge(n: int, synthetic: bool = False, **more: Any) -> StandIn:
    """A BeveridgeCurve of ``n`` quarters."""
    fields = {"country": "EL", "line": Curve(), "parts": None, "start": "2019", "end": "2025"}
    return stand_in(quarters(n), "beveridge", synthetic=synthetic, **(fields | more))


def turning_points(n: int, synthetic: bool = False, **more: Any) -> StandIn:
    """TurningPoints of ``n`` quarters, the ninth a peak."""
    table = quarters(n).rename(columns={"unemployment_used": "value"})
    kinds = pd.Series(["peak" if i == 8 else "" for i in range(n)], dtype="str")
    phase = pd.Series(["rising" if i <= 8 else "falling" for i in range(n)], dtype="str")
    table = table.assign(published=table["value"], turn=kinds, phase=phase)
    fields = {"country": "EL", "indicator": "unemployment_rate", "frequency": 4}
    return stand_in(table, "turning_points", synthetic=synthetic, **(fields | more))


def tightness(n: int, synthetic: bool = False, **more: Any) -> StandIn:
    """A Tightness of ``n`` quarters."""
    table = quarters(n).assign(
        vacancies_per_unemployed=lambda d: d["vacancies_adjusted"] / d["unemployment_used"]
    )
    return stand_in(table, "tightness", synthetic=synthetic, **({"country": "EL", "exact": False} | more))


def atlas(n: int, **more: Any) -> StandIn:
    """An Atlas of ``n`` regions in three classes; every tenth region has no value."""
    table = grid(n)
    table["value"] = [NAN if k % 10 == 9 else 2.0 + 0.9 * k for k in range(n)]
    classes = ("under 5", "5–15", "15 +")
    held = pd.cut(table["value"], [-math.inf, 5, 15, math.inf], right=False, labels=list(classes))
    table["class"] = held.astype("object").where(held.notna(), "no data")
    counts = table["class"].value_counts().reindex([*classes, "no data"], fill_value=0)
    fields = {
        "column": "value",
        "label": "Unemployment rate",
        "unit": "%",
        "sign": "%",
        "digits": 1,
        "scale": "sequential",
        "periods": ("2024",),
        "limits": (5.0, 15.0),
        "classes": classes,
        "letters": (),
        "counts": counts.to_frame("2024"),
        "how": "chosen by hand",
        "favourable": -1,
        "highlight": tuple(table["geo"][:1]),
        "highlight_label": "Region number 0",
        "zoom": "",
        "nuts_version": "2024",
        "locations": table[["geo", "lon", "lat"]],
        "boundaries": None,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "atlas", synthetic=synthetic, **(fields | more))


#: Every figure with a maker that takes a number of regions (or estimates) and further fields.
MAKERS: dict[str, Callable[..., StandIn]] = {
    "atlas": atlas,
    "linked": atlas,
    "forest": lambda n, **k: answer(estimates(n), **k),
    "evidence_profile": lambda n, **k: profile(None if n else profile().table.head(0), **k),
    "gap_map": lambda n, **k: gap_map(n, **k),
    "time_profile": lambda n, **k: time_profile(estimates(n), **k),
    "region_map": lambda n, **k: standing(grid(n), **k),
    "region_ranking": lambda n, **k: standing(grid(n), **k),
    "trajectory": lambda n, **k: trajectory(grid(n), **k),
    "context": lambda n, **k: context(grid(n), **k),
    "target": lambda n, **k: target(grid(n), **k),
    "sign_model": sign_model,
    "sensitivity": sensitivity,
    "influence": influence,
    "prediction": prediction,
    "funnel": lambda n, **k: funnel(n, **k),
    "bias": lambda n, **k: bias(n, **k),
    "beveridge": beveridge,
    "turning_points": turning_points,
    "tightness": tightness,
}

# At the end, because it builds on what stands above.
from .allocation_stand_ins import ALLOCATION_MAKERS  # noqa: E402
from .assignment_stand_ins import ASSIGNMENT_MAKERS  # noqa: E402
from .balance_stand_ins import BALANCE_MAKERS  # noqa: E402
from .belief_stand_ins import BELIEF_MAKERS  # noqa: E402
from .case_stand_ins import CASE_MAKERS  # noqa: E402
from .coding_stand_ins import CODING_MAKERS  # noqa: E402
from .comparing_stand_ins import COMPARING_MAKERS  # noqa: E402
from .comparison_stand_ins import COMPARISON_MAKERS  # noqa: E402
from .consultation_stand_ins import CONSULTATION_MAKERS  # noqa: E402
from .context_stand_ins import CONTEXT_MAKERS  # noqa: E402
from .cycle_stand_ins import CYCLE_MAKERS  # noqa: E402
from .diversity_stand_ins import DIVERSITY_MAKERS  # noqa: E402
from .effect_differences_stand_ins import EFFECT_DIFFERENCES_MAKERS  # noqa: E402
from .effect_stand_ins import EFFECT_MAKERS  # noqa: E402
from .fairness_stand_ins import FAIRNESS_MAKERS  # noqa: E402
from .gain_stand_ins import GAIN_MAKERS  # noqa: E402
from .mismatch_stand_ins import MISMATCH_MAKERS  # noqa: E402
from .moves_stand_ins import MOVES_MAKERS  # noqa: E402
from .overlap_stand_ins import OVERLAP_MAKERS  # noqa: E402
from .policy_stand_ins import POLICY_MAKERS  # noqa: E402
from .policy_tree_stand_ins import POLICY_TREE_MAKERS  # noqa: E402
from .portfolio_stand_ins import PORTFOLIO_MAKERS  # noqa: E402
from .quasi_stand_ins import QUASI_MAKERS  # noqa: E402
from .ranking_stand_ins import RANKING_MAKERS  # noqa: E402
from .refutation_stand_ins import REFUTATION_MAKERS  # noqa: E402
from .returns_stand_ins import RETURNS_MAKERS  # noqa: E402
from .screening_stand_ins import SCREENING_MAKERS  # noqa: E402
from .sequence_stand_ins import SEQUENCE_MAKERS  # noqa: E402
from .space_stand_ins import SPACE_MAKERS  # noqa: E402
from .stopping_stand_ins import STOPPING_MAKERS  # noqa: E402
from .trial_stand_ins import TRIAL_MAKERS  # noqa: E402
from .waiting_stand_ins import WAITING_MAKERS  # noqa: E402
from .weighing_stand_ins import WEIGHING_MAKERS  # noqa: E402

MAKERS |= CYCLE_MAKERS
MAKERS |= COMPARISON_MAKERS | CONTEXT_MAKERS | SPACE_MAKERS
MAKERS |= MOVES_MAKERS
MAKERS |= ASSIGNMENT_MAKERS
MAKERS |= MISMATCH_MAKERS
MAKERS |= BALANCE_MAKERS
MAKERS |= COMPARING_MAKERS
MAKERS |= REFUTATION_MAKERS
MAKERS |= EFFECT_MAKERS
MAKERS |= OVERLAP_MAKERS
MAKERS |= WAITING_MAKERS
MAKERS |= EFFECT_DIFFERENCES_MAKERS
MAKERS |= QUASI_MAKERS
MAKERS |= POLICY_TREE_MAKERS
MAKERS |= RETURNS_MAKERS
MAKERS |= SEQUENCE_MAKERS
MAKERS |= POLICY_MAKERS
MAKERS |= ALLOCATION_MAKERS
MAKERS |= GAIN_MAKERS
MAKERS |= PORTFOLIO_MAKERS
MAKERS |= FAIRNESS_MAKERS
MAKERS |= STOPPING_MAKERS
MAKERS |= SCREENING_MAKERS
MAKERS |= CODING_MAKERS
MAKERS |= CASE_MAKERS
MAKERS |= WEIGHING_MAKERS
MAKERS |= CONSULTATION_MAKERS
MAKERS |= DIVERSITY_MAKERS
MAKERS |= RANKING_MAKERS
MAKERS |= BELIEF_MAKERS
MAKERS |= TRIAL_MAKERS
