"""Candidate learners of effects on the same folds: which predicts best for people it has not seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.effect_differences.asked import (
    arms_of,
    checked_estimate,
    counter,
    learners_asked,
    positive_seconds,
)
from almpo_kit.evaluation.effect_differences.candidates import CANDIDATES
from almpo_kit.evaluation.effect_differences.quiet_imports import load_causalml, load_econml
from almpo_kit.evaluation.effect_differences.scored import Scored, scored
from almpo_kit.evaluation.effect_differences.target import Target, target
from almpo_kit.evaluation.effect_differences.telling_learners import learner_checks, learner_sentence
from almpo_kit.evaluation.effect_differences.trying import (
    constant_predictions,
    learned,
    measured_numbers,
    training,
    try_candidate,
)
from almpo_kit.evaluation.protocol.continuing import continued, overridden_first
from almpo_kit.evaluation.protocol.results import Estimate
from almpo_kit.evaluation.protocol.steps import Step, go_on

Array = np.ndarray[Any, np.dtype[Any]]
CONSTANT = "constant"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LearnerComparison(Step):
    """Candidate learners beside each other. ``table``: one row a contrast and learner.

    The columns are ``contrast, learner, label, library, chosen, status, dr_loss, dr_gain, dr_gain_low, dr_gain_high,
    r_loss, r_gain, calibration, calibration_low, calibration_high, calibration_error, qini, qini_low, qini_high, autoc,
    autoc_low, autoc_high, agreement, seconds``.

    Parameters
    ----------
    estimate : Estimate
    chosen : mapping of str to str
        Contrast -> learner with the least DR-loss; ``"constant"`` where none beats one effect for all.
    portable : mapping of str to mapping
        Contrast -> the chosen model, fitted on everybody, in plain values that hold no rows (only where it has such).
    features : tuple of str
    unit : str
    target_words : str
        Outcome and months in words.
    seed : int
    """

    estimate: Estimate
    chosen: Mapping[str, str]
    portable: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    unit: str = ""
    target_words: str = ""
    seed: int = 0

    def metrics(self) -> Mapping[str, float]:
        """Losses, calibration, Qini and AUTOC of every learner that ran."""
        named: dict[str, float] = {}
        for row in self.table[self.table["status"] == "ran"].to_dict("records"):
            key = f"{row['contrast']}.{row['learner']}".replace(" ", "_")
            named |= {
                f"{key}.{c}": float(row[c]) for c in ("dr_loss", "r_loss", "calibration", "qini", "autoc")
            }
        return named


def compare_learners(
    estimate: Estimate,
    *,
    learners: str | Sequence[str] = "all",
    outcome: str | None = None,
    months: float | Sequence[float] | None = None,
    modifiers: Sequence[str] | None = None,
    folds: int = 5,
    seed: int = 0,
    whole_seconds: float | None = None,
    rows: int = 20_000,
    workers: int = 1,
    override: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> LearnerComparison:
    """Put candidate learners beside each other, on the same folds, clusters whole.

    Parameters
    ----------
    estimate : Estimate
        Of a trial or of selection on observed characteristics.
    learners : "all" or sequence of str
        Keys of ``CANDIDATES``: stacked, dr, r, x, t, s, causal_forest (CausalML), econml_forest, econml_dr (EconML).
    outcome, months : optional
        What is looked at; by default the first outcome, on average over all months after entry.
    modifiers : sequence of str, optional
        Covariates by which effects may differ; by default those of the design, or all covariates.
    folds, seed, workers : int
    whole_seconds : float, optional
        After so long no further learner is begun; those left out are named.
    rows : int
        Beyond so many people whole clusters are drawn at random: forests take minutes on more.
    override : str
        Why to go on although the estimate said stop.
    progress : callable, optional
        Called with (done, total).

    Returns
    -------
    LearnerComparison

    Raises
    ------
    DesignError, ParameterError
    """
    checked_estimate(estimate, "compare_learners")
    overrides = go_on(estimate, "estimate", override)
    keys = learners_asked(learners)
    positive_seconds(whole_seconds)
    chosen_target = target(estimate.sample, outcome, months)
    data = scored(
        estimate, chosen_target, modifiers=modifiers, folds=folds, seed=seed, workers=workers, most=rows
    )
    tick = counter(len(keys) * len(estimate.fit.contrasts) * folds, progress)
    table, chosen = learner_table(
        data, arms_of(estimate), keys, seed=seed, whole_seconds=whole_seconds, workers=workers, tick=tick
    )
    return LearnerComparison(
        question="Which learner predicts best who gains most?",
        sentence=learner_sentence(table, chosen),
        table=table,
        checks=overridden_first(overrides, learner_checks(table, chosen, data)),
        overrides=overrides,
        provenance=continued(
            estimate,
            method="evaluation.compare_learners",
            options={"learners": list(keys), "folds": folds, "modifiers": list(data.x_names)}
            | {"outcome": chosen_target.outcome, "months": [m for m in chosen_target.months if m == m]},
            seed=seed,
            overrides=overrides,
        ),
        figure="learners",
        estimate=estimate,
        chosen=chosen,
        portable=_portable(data, arms_of(estimate), chosen, seed),
        features=data.x_names,
        unit=chosen_target.unit,
        target_words=_words(chosen_target),
        seed=seed,
    )


def _words(chosen: Target) -> str:
    return f"{chosen.label} {chosen.when}".strip()


def learner_table(
    data: Scored,
    arms: Mapping[str, tuple[int, int]],
    keys: Sequence[str],
    *,
    seed: int,
    whole_seconds: float | None = None,
    workers: int = 1,
    tick: Callable[[], None] | None = None,
) -> tuple[pd.DataFrame, dict[str, str]]:
    """One row a contrast and learner, and the learner chosen for each contrast."""
    used = {CANDIDATES[k].library for k in keys}
    if "CausalML" in used:
        load_causalml()
    if "EconML" in used:
        load_econml()
    began = time.monotonic()
    records: list[dict[str, Any]] = []
    first: dict[str, Array] = {}
    for contrast, pair in arms.items():
        flat = measured_numbers(constant_predictions(data, pair), data, pair)
        named = {"learner": CONSTANT, "label": "one effect for all", "library": "–", "status": "ran"}
        records.append({"contrast": contrast, **named, **flat, "seconds": 0.0})
    for key in keys:
        for contrast, pair in arms.items():
            candidate = CANDIDATES[key]
            row = {
                "contrast": contrast,
                "learner": key,
                "label": candidate.label,
                "library": candidate.library,
            }
            if whole_seconds is not None and time.monotonic() - began > whole_seconds:
                records.append(row | {"status": "no time left"})
                continue
            tried = try_candidate(candidate, data, pair, seed=seed, workers=workers, tick=tick)
            first.setdefault(contrast, tried.predicted)
            told = {"agreement": _agreement(tried.predicted, first[contrast]), "seconds": tried.seconds}
            records.append(row | {"status": "ran"} | measured_numbers(tried.predicted, data, pair) | told)
    table = pd.DataFrame(records)
    table = table.assign(agreement=table.get("agreement", np.nan), seconds=table.get("seconds", np.nan))
    chosen = {c: _best(table[table["contrast"] == c]) for c in arms}
    picked = [chosen[c] == k for c, k in zip(table["contrast"], table["learner"], strict=True)]
    table.insert(4, "chosen", picked)
    order = {c: i for i, c in enumerate(arms)}
    at = table["contrast"].map(order)
    return table.assign(_at=at).sort_values("_at", kind="stable").drop(columns="_at").reset_index(
        drop=True
    ), chosen


def _best(rows: pd.DataFrame) -> str:
    ran = rows[rows["status"] == "ran"]
    return str(ran["learner"].iloc[int(np.argmin(ran["dr_loss"].to_numpy()))])


def _agreement(one: Array, other: Array) -> float:
    """Spearman's rank correlation; NaN where one says the same of everybody."""
    a, b = (pd.Series(v).rank().to_numpy() for v in (one, other))
    if a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def _portable(
    data: Scored, arms: Mapping[str, tuple[int, int]], chosen: Mapping[str, str], seed: int
) -> dict[str, Mapping[str, Any]]:
    """The chosen model of each contrast fitted on everybody, where it can be told without rows."""
    found: dict[str, Mapping[str, Any]] = {}
    everybody = np.ones(len(data.sample), dtype=bool)
    for contrast, key in chosen.items():
        if key in CANDIDATES and key not in ("causal_forest", "econml_forest", "econml_dr"):
            model = learned(CANDIDATES[key], training(data, arms[contrast], everybody, seed))
            if model.portable is not None:
                found[contrast] = {"learner": key, "features": list(data.x_names), **model.portable}
    return found
