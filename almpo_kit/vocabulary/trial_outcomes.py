"""What a trial measures, how it varies without any programme, and what may go wrong on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS, unit_fit, usual_units
from almpo_kit.vocabulary.plain_values import as_mapping, is_number, one_line, real_number, settle

OUTCOME_KINDS: Final = ("binary", "continuous", "duration")


@dataclass(frozen=True)
class TrialOutcome:
    """What is measured, and how it varies without any programme.

    Parameters
    ----------
    name : str
        Column of the data.
    kind : {"binary", "continuous", "duration"}
    baseline : float
        Binary: share without a programme, between 0 and 1. Continuous: mean. Duration: median time, in ``unit``.
    sd : float
        Continuous: standard deviation between people; not used otherwise.
    months : float
        After the draw, at which it is measured; a duration is followed as long.
    outcome : str
        What it is in the evidence base, a key of ``vocabulary.outcomes.OUTCOMES``; "" where it is none of them, and then
        it gives no row of evidence.
    unit : str
        Of the effect, a key of ``UNITS``: "percentage_points" for a binary outcome, "log_hazard_ratio" for a duration.
    icc : float
        Share of the variance that lies between groups (intra-cluster correlation), 0 to 1.
    autocorrelation : float
        Stepped wedge: correlation of a group's own level between periods (cluster autocorrelation), 0 to 1.
    explained : float
        Share of the variance within groups that covariates explain, 0 to below 1.
    explained_between : float
        Share of the variance between groups (blocks, pairs) that covariates or blocks explain, 0 to below 1.

    Notes
    -----
    Effects are said in the outcome's own scale: a difference of shares (0.05 is five points), a difference of means, a ratio
    of hazards (1.2: leaving 20% faster).
    """

    name: str
    kind: str
    baseline: float
    sd: float = math.nan
    months: float = 12.0
    outcome: str = ""
    unit: str = ""
    icc: float = 0.0
    autocorrelation: float = 1.0
    explained: float = 0.0
    explained_between: float = 0.0

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise ParameterError("outcome: give the name of a column, e.g. 'employed'.")
        object.__setattr__(self, "name", one_line("outcome: name", self.name, 120))
        if self.kind not in OUTCOME_KINDS:
            raise ParameterError(
                f"outcome {self.name!r}: kind {self.kind!r} is none of {', '.join(OUTCOME_KINDS)}."
            )
        said = f"outcome {self.name!r}:"
        if self.kind == "binary":
            real_number(f"{said} baseline (a share)", self.baseline, 0, 1, open_low=True, open_high=True)
        elif self.kind == "duration":
            real_number(f"{said} baseline (a median time)", self.baseline, 0, 1e6, open_low=True)
        else:
            real_number(f"{said} baseline", self.baseline, -1e12, 1e12)
            if not is_number(self.sd) or not 0 < self.sd < 1e12:
                raise ParameterError(
                    f"{said} sd={self.sd!r}: a continuous outcome needs its standard deviation, e.g. sd=600."
                )
        real_number(f"{said} months", self.months, 0, 600, open_low=True)
        real_number(f"{said} icc (share of variance between groups)", self.icc, 0, 1, open_high=True)
        real_number(f"{said} autocorrelation", self.autocorrelation, 0, 1)
        real_number(f"{said} explained", self.explained, 0, 1, open_high=True)
        real_number(f"{said} explained_between", self.explained_between, 0, 1, open_high=True)
        settle(self, real=("baseline", "months", "icc", "autocorrelation", "explained", "explained_between"))
        # One NaN where it is not used, so that outcomes that are the same are equal and have one digest.
        object.__setattr__(self, "sd", float(self.sd) if self.kind == "continuous" else math.nan)
        if self.outcome and self.outcome not in OUTCOMES:
            raise ParameterError(
                f"{said} {self.outcome!r} is no outcome of the evidence base; choose one of {', '.join(OUTCOMES)}, or ''."
            )
        natural = {"binary": "percentage_points", "duration": "log_hazard_ratio"}.get(self.kind, "")
        object.__setattr__(self, "unit", self.unit or natural)
        if self.unit and self.unit not in UNITS:
            raise ParameterError(f"{said} unit {self.unit!r} is none of {', '.join(UNITS)}.")
        if natural and self.unit != natural:
            raise ParameterError(
                f"{said} the effect on a {self.kind} outcome is said in {natural}, not {self.unit}."
            )
        if self.outcome and not self.unit:
            raise ParameterError(
                f"{said} say the unit in which the effect enters the evidence base, e.g. unit='eur_per_month'."
            )
        if self.outcome and self.kind == "duration" and OUTCOMES[self.outcome].measure != "rate":
            raise ParameterError(
                f"{said} a ratio of hazards says how fast people leave, and {self.outcome} does not; the evidence base knows it as "
                "'job_finding_rate' or 'return_to_work_rate'."
            )
        if self.outcome and unit_fit(self.outcome, self.unit) == "impossible":
            raise ParameterError(
                f"{said} {OUTCOMES[self.outcome].label} cannot be told in {UNITS[self.unit][1]}; units of {self.outcome} are "
                f"{', '.join(usual_units(self.outcome))}. Take another kind, unit or outcome."
            )

    @property
    def variance(self) -> float:
        """Variance between people without a programme; NaN for a duration."""
        if self.kind == "binary":
            return self.baseline * (1 - self.baseline)
        return self.sd**2 if self.kind == "continuous" else math.nan

    def can_change_by(self, name: str, effect: float) -> None:
        """Refuse an effect that this outcome cannot have.

        Raises
        ------
        ParameterError
        """
        if self.kind == "binary" and not 0 <= self.baseline + effect <= 1:
            raise ParameterError(
                f"{name}: a share of {self.baseline:g} cannot change by {effect:g}; say five points as 0.05."
            )
        if self.kind == "duration" and effect <= 0:
            raise ParameterError(
                f"{name}: the effect on a duration is a ratio of hazards above 0, e.g. 1.2 for 20% faster, not {effect:g}."
            )

    def to_plain(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {k: (None if isinstance(v, float) and math.isnan(v) else v) for k, v in asdict(self).items()}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> TrialOutcome:
        """The outcome of which :meth:`to_plain` told.

        Raises
        ------
        ParameterError
            It is none.
        """
        given = as_mapping(cls, plain, "outcome of a trial")
        if given.get("sd") is None:
            given["sd"] = math.nan
        try:
            return cls(**given)
        except TypeError as error:
            raise ParameterError(f"this is no outcome of a trial ({error}).") from None


@dataclass(frozen=True)
class Losses:
    """Who does not take part as offered, and who is not found again.

    Parameters
    ----------
    attrition : float
        Share whose outcome is not observed, the same in all arms, 0 to below 1.
    take_up : float
        Share of those offered who take part, above 0 to 1.
    taken_anyway : float
        Share of the comparison who take part all the same, 0 to below ``take_up``.
    """

    attrition: float = 0.0
    take_up: float = 1.0
    taken_anyway: float = 0.0

    def __post_init__(self) -> None:
        real_number("losses: attrition", self.attrition, 0, 1, open_high=True)
        real_number("losses: take_up", self.take_up, 0, 1, open_low=True)
        real_number("losses: taken_anyway", self.taken_anyway, 0, 1)
        if self.taken_anyway >= self.take_up:
            raise ParameterError(
                f"losses: taken_anyway={self.taken_anyway:g} is not below take_up={self.take_up:g}; then the offer moves nobody."
            )

        settle(self, real=("attrition", "take_up", "taken_anyway"))

    @property
    def moved(self) -> float:
        """Share whom the offer moves to take part: an effect of taking part reaches the offered by this share."""
        return self.take_up - self.taken_anyway
