"""The results of the six steps. Each holds the one before it, so that nothing is estimated off the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.protocol.steps import Step

Array = np.ndarray[Any, np.dtype[Any]]
VerdictWord = Literal["credible", "fragile", "not identified"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Design(Step):
    """What is compared with what. ``table``: one row an arm (persons, clusters, share with outcomes).

    Parameters
    ----------
    plan : Plan
    sample : Sample
        The persons as arrays; never shown.
    covariates : DataFrame
        ``covariate, role, used, missing_share, why``: one row a column named in the plan or the graph.
    """

    plan: Plan
    sample: Sample
    covariates: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Overlap(Step):
    """Whether the groups can be compared. ``table``: balance, one row a covariate column and contrast.

    Parameters
    ----------
    design : Design
    kept : Array of bool, shape (n,)
        Persons inside common support; all others are out of every later step.
    propensity : Array, shape (n, k) or None
        Out-of-fold chance of each arm given the covariates, for all n persons.
    trimmed : DataFrame
        ``arm, n, kept, share_kept`` and how the kept differ from all, aggregated.
    details : mapping of str to object
        Further tables of the comparison (histograms, effective sizes, what trimming changed, …); aggregated.
    """

    design: Design
    kept: Array
    propensity: Array | None = None
    trimmed: pd.DataFrame = field(default_factory=pd.DataFrame)
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sample(self) -> Sample:
        """The kept persons."""
        return self.design.sample.rows(self.kept)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Estimate(Step):
    """Effects with intervals. ``table``: one row a contrast, outcome and month.

    The columns are ``contrast, arm, comparison, outcome, unit, months, effect, se, df, low, high, band_low, band_high,
    comparison_mean, n_arm, n_comparison, estimand, method``; ``band_*`` hold for all months of an outcome at once.

    Parameters
    ----------
    overlap : Overlap
    method : str
    fit : Fit
    cumulative : DataFrame
        Effects summed over the months up to each: ``contrast, arm, comparison, outcome, unit, months, effect, se,
        low, high``; ``unit`` is that of the sum ("months" for employment in percentage points). Empty where a path is
        not known month by month.
    sample : Sample
        The kept persons, in the order of ``fit.scores``; never shown.
    options : mapping
        What ``estimate`` was asked for, so that a refutation can ask again.
    """

    overlap: Overlap
    method: str
    fit: Fit
    sample: Sample
    cumulative: pd.DataFrame = field(default_factory=pd.DataFrame)
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def design(self) -> Design:
        """The design that was estimated."""
        return self.overlap.design

    def metrics(self) -> Mapping[str, float]:
        """Effect and standard error of every contrast, outcome and month."""
        named: dict[str, float] = {}
        for row in self.table.to_dict("records"):
            when = "" if row["months"] != row["months"] else f".{row['months']:g}"
            key = f"{row['arm']}_vs_{row['comparison']}.{row['outcome']}{when}".replace(" ", "_")
            named |= {f"{key}.effect": float(row["effect"]), f"{key}.se": float(row["se"])}
        return named


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Heterogeneity(Step):
    """For whom effects differ, if they do. ``table``: group effects with simultaneous intervals.

    Parameters
    ----------
    estimate : Estimate
    claimed : bool
        True only when an out-of-sample test supports that effects differ.
    tests : DataFrame
        ``contrast, test, estimate, low, high, statistic, df, p_value, p_adjusted, verdict``; of each contrast the row
        "out of sample" decides, the others describe.
    learners : DataFrame
        Candidate learners on the same folds: R-loss, DR-loss, calibration, Qini, RATE, seconds.
    claims : mapping of str to bool
        Contrast -> whether its effects are claimed to differ.
    toc : DataFrame
        ``contrast, share, gain, se, low, high, unit``: how much more the first share of people gain than all, served by
        predicted effect.
    projection : DataFrame
        ``contrast, covariate, slope, se, df, low, high, p_value``.
    predicted : Array, shape (n, c) or None
        Out-of-fold predicted effect of each kept person and contrast, for later steps; never shown, never logged.
    target_words : str
        Outcome and months that were looked at.
    """

    estimate: Estimate
    claimed: bool
    tests: pd.DataFrame = field(default_factory=pd.DataFrame)
    learners: pd.DataFrame = field(default_factory=pd.DataFrame)
    claims: Mapping[str, bool] = field(default_factory=dict)
    toc: pd.DataFrame = field(default_factory=pd.DataFrame)
    projection: pd.DataFrame = field(default_factory=pd.DataFrame)
    predicted: Array | None = None
    target_words: str = ""

    def metrics(self) -> Mapping[str, float]:
        """Statistics of the tests, and whether differences are claimed."""
        named = {"claimed": float(self.claimed)}
        for row in self.tests.to_dict("records"):
            key = f"{row['contrast']}.{row['test']}".replace(" ", "_")
            named[f"{key}.statistic"] = float(row["statistic"])
        return named


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Refutation(Step):
    """What was tried to break the result. ``table``: one row an attempt (``attempt, contrast, …, held, sentence``).

    Parameters
    ----------
    estimate : Estimate
    details : mapping of str to DataFrame
        ``robustness``, ``benchmarks`` and ``curves`` (how strong a hidden cause would have to be, beside recorded covariates) and
        ``left_out`` (the estimate without each covariate); aggregated.
    """

    estimate: Estimate
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Verdict(Step):
    """How far to believe it. ``table``: one row a reason (``step, reason, weighs, sentence``).

    Parameters
    ----------
    verdict : {"credible", "fragile", "not identified"}
    design : Design
    estimate : Estimate or None
        None where the protocol stopped before.
    """

    verdict: VerdictWord
    design: Design
    estimate: Estimate | None = None
    heterogeneity: Heterogeneity | None = None
    refutation: Refutation | None = None
