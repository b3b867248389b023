"""What a declared trial does over many runs, as a Finding."""

from __future__ import annotations

from dataclasses import dataclass

from almpo_kit.vocabulary.finding import Finding


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Diagnosis(Finding):
    """What a declared trial does over many runs.

    ``table``, one row an arm and figure: ``arm``, ``figure`` (a key of ``DIAGNOSANDS``), ``value``, ``mc_se`` (its Monte-Carlo
    error), ``words``. Effects and errors are in the outcome's own scale; of a duration logarithms of ratios of hazards.

    Parameters
    ----------
    power, bias, rmse, coverage, se_ratio, wrong_sign, exaggeration : float
        Of the arm whose effect is found least often.
    mc_se : float
        Monte-Carlo error of ``power``.
    coverage_mc_se, bias_mc_se : float
    truth : float
        What that arm's estimate is to find.
    cost : float
    replications : int
    failed_share : float
        Of runs that could not be analysed.
    """

    power: float
    mc_se: float
    bias: float
    bias_mc_se: float
    rmse: float
    coverage: float
    coverage_mc_se: float
    se_ratio: float
    wrong_sign: float
    exaggeration: float
    truth: float
    cost: float
    replications: int
    failed_share: float

    def metrics(self) -> dict[str, float]:
        """Power, bias, error, coverage and cost."""
        return {
            "power": self.power,
            "bias": self.bias,
            "rmse": self.rmse,
            "coverage": self.coverage,
            "se_ratio": self.se_ratio,
            "exaggeration": self.exaggeration,
            "cost": self.cost,
        }
