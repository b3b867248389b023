"""What is under attack: one estimated effect of one contrast on one outcome at its last month."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.evaluation.refutation.attempt import Attempt, Result, Weight
from almpo_kit.evaluation.refutation.words import amount, when

Conclusion = Literal["raises", "lowers", "open"]


@dataclass(frozen=True)
class Target:
    """One effect under attack.

    Parameters
    ----------
    c, h : int
        Positions of contrast and measure in the Fit.
    arm, comparison : str
    outcome, unit, label : str
    months : float
    estimate, se, low, high : float
        ``low`` and ``high`` are the 95% interval.
    spread : float
        Standard deviation of the outcome among those in the comparison arm: by it, effects on outcomes in different
        units are compared.
    base : float
        Mean outcome in the comparison arm.
    """

    c: int
    h: int
    arm: str
    comparison: str
    outcome: str
    unit: str
    label: str
    months: float
    estimate: float
    se: float
    low: float
    high: float
    spread: float
    base: float

    @property
    def contrast(self) -> str:
        """Who is compared with whom."""
        return f"{self.arm} against {self.comparison}"

    @property
    def name(self) -> str:
        """Contrast, outcome and month, to begin a sentence with."""
        return f"{self.contrast}, {self.label}{when(self.months)}"

    @property
    def said(self) -> str:
        """The estimate with its interval, in words."""
        return self.interval(self.estimate, self.low, self.high)

    @property
    def conclusion(self) -> Conclusion:
        """What the interval says about the direction."""
        return concluded(self.low, self.high)

    def interval(self, value: float, low: float, high: float) -> str:
        """A value with its 95% interval, in words."""
        return f"{self.amount(value)} (95%: {amount(low, '', self.se)} to {amount(high, '', self.se)})"

    def amount(self, value: float) -> str:
        """A value in the unit of the outcome, no finer than the standard error warrants."""
        return amount(value, self.unit, self.se)

    def attempt(
        self,
        key: str,
        result: Result,
        weighs: Weight,
        sentence: str,
        *,
        about: str = "",
        value: float = math.nan,
        low: float = math.nan,
        high: float = math.nan,
        draws: int = 0,
    ) -> Attempt:
        """An attempt on this effect; its sentence begins with who is compared with whom."""
        return Attempt(
            attempt=key,
            about=about,
            contrast=self.contrast,
            arm=self.arm,
            comparison=self.comparison,
            outcome=self.outcome,
            unit=self.unit,
            months=self.months,
            estimate=self.estimate,
            value=value,
            low=low,
            high=high,
            draws=draws,
            result=result,
            weighs=weighs,
            sentence=f"{self.name[:1].upper()}{self.name[1:]}: {sentence}",
        )


def concluded(low: float, high: float) -> Conclusion:
    """The direction that an interval leaves no doubt about."""
    return "raises" if low > 0 else "lowers" if high < 0 else "open"


def ends(fit: Fit) -> tuple[Any, Any]:
    """The 95% interval of every effect of a Fit, shape (c, h) each."""
    from scipy.stats import t

    if fit.intervals is not None:
        return np.asarray(fit.intervals[0]), np.asarray(fit.intervals[1])
    half = t.ppf(0.975, np.where(np.isfinite(fit.df), fit.df, 1e9)) * fit.se
    return fit.estimate - half, fit.estimate + half


def targets(fit: Fit, sample: Sample) -> tuple[Target, ...]:
    """Every contrast and outcome at its last month; what could not be estimated is left out."""
    low, high = ends(fit)
    measures = (sample.measures if fit.measures is None else fit.measures).reset_index(drop=True)
    chosen = []
    for c, (arm, comparison) in enumerate(fit.contrasts):
        for h in last_measures(measures, np.isfinite(fit.estimate[c])):
            m = measures.iloc[h]
            spread = _spread(fit, sample, comparison, h)
            found = Target(
                c=c,
                h=h,
                arm=arm,
                comparison=comparison,
                outcome=str(m["outcome"]),
                unit=str(m["unit"]),
                label=str(m["label"]),
                months=float(m["months"]),
                estimate=float(fit.estimate[c, h]),
                se=float(fit.se[c, h]),
                low=float(low[c, h]),
                high=float(high[c, h]),
                spread=spread,
                base=float(fit.comparison_mean[c, h]),
            )
            if math.isfinite(found.estimate):
                chosen.append(found)
    return tuple(chosen)


def last_measures(measures: pd.DataFrame, known: Any) -> list[int]:
    """Position of each outcome's last month after entry (of its only one where months are not known).

    Parameters
    ----------
    known : Array of bool, shape (h,)
        Where the effect of the contrast was estimated: one path may be shorter than another.
    """
    after = measures[~(measures["months"] < 0) & known]
    return sorted(_last(rows) for _, rows in after.groupby(["outcome", "unit"], sort=False))


def _last(rows: pd.DataFrame) -> int:
    order = rows["months"].fillna(-np.inf)
    return int(order.index[int(order.to_numpy().argmax())])


def _spread(fit: Fit, sample: Sample, comparison: str, h: int) -> float:
    """Standard deviation of an outcome in the comparison arm; of all untreated units where a panel is followed."""
    if fit.measures is None:
        there = sample.outcome[sample.arm == sample.arms.index(comparison), h]
    elif sample.panel is not None:
        there = sample.panel.outcome[sample.panel.treated_from < 0].ravel()
    else:
        return math.nan
    there = there[np.isfinite(there)]
    return float(there.std(ddof=1)) if len(there) > 1 else math.nan
