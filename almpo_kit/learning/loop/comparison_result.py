"""What a comparison of two models says, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.rendering import number

Verdict = Literal["better", "not shown to be better", "worse"]
BETTER: Verdict = "better"
NOT_SHOWN: Verdict = "not shown to be better"
WORSE: Verdict = "worse"
ALL = "all fields"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ModelComparison(Finding):
    """Champion and challenger on the same settled codes that neither was trained on.

    ``table`` has a row for ``"all fields"`` and one a field: ``field, cases, studies``; ``champion_right, champion_wrong,
    champion_abstained, champion_precision, champion_precision_low, champion_precision_high`` (Clopper–Pearson, 95%; cases as
    if independent) and the same of the challenger; ``difference, low, high`` (points a 100 codes: right +1, wrong −``cost``,
    silent 0; 95%, by study); ``p_better, p_worse`` (exact, one-sided, by study); ``only_champion_right,
    only_challenger_right, mcnemar_p``; ``verdict``.

    Parameters
    ----------
    verdict : {"better", "not shown to be better", "worse"}
        Of all fields together, at ``spent``.
    promote : bool
        Better, and no field is shown to be worse.
    difference, low, high : float
        Points a 100 codes, with its 95% interval.
    lower_bound : float
        One-sided, at ``spent``; what promotion rests on.
    p_value : float
        Exact, one-sided.
    spent : float
        What this round may spend of ``alpha``.
    round_number : int
        Rounds since the champion took over, this one counted.
    alpha, cost : float
    fields_worse : tuple of str
    n_cases, n_studies, n_differing : int
        Settled codes, studies, and studies on which the two differ.
    cases : DataFrame
        One settled code a row: ``document_id, field, item, study, truth, champion, challenger, champion_outcome,
        challenger_outcome``.
    """

    verdict: Verdict
    promote: bool
    difference: float
    low: float
    high: float
    lower_bound: float
    p_value: float
    spent: float
    round_number: int
    alpha: float
    cost: float
    fields_worse: tuple[str, ...]
    n_cases: int
    n_studies: int
    n_differing: int
    cases: pd.DataFrame

    def metrics(self) -> Mapping[str, float]:
        """The numbers of the decision."""
        row = self.table.iloc[0]
        held = {
            f"{who}_{what}": float(row[f"{who}_{what}"])
            for who in ("champion", "challenger")
            for what in ("right", "wrong", "abstained", "precision")
        }
        return held | {
            "difference": self.difference,
            "low": self.low,
            "high": self.high,
            "lower_bound": self.lower_bound,
            "p_value": self.p_value,
            "spent": self.spent,
            "promote": float(self.promote),
            "cases": float(self.n_cases),
            "studies": float(self.n_studies),
        }


def sentence(verdict: Verdict, row: pd.Series, worse: tuple[str, ...], cost: float) -> str:
    """The answer, with the number it rests on."""
    said = {
        BETTER: "The challenger is better than the champion",
        NOT_SHOWN: "The challenger is not shown to be better than the champion",
        WORSE: "The challenger is worse than the champion",
    }[verdict]
    on = f"{number(row['cases'], 0)} settled codes of {number(row['studies'], 0)} studies it was not trained on"
    gain = (
        f"{number(row['difference'])} points a 100 codes (95%: {number(row['low'])} to {number(row['high'])}), where a right "
        f"proposal counts 1, a wrong one −{number(cost, 0 if cost == int(cost) else 1)} and silence 0"
    )
    kept = f" It stays the challenger: {_listed(worse)} got worse." if verdict == BETTER and worse else ""
    return f"{said} on {on}: {gain}.{kept}"


def _listed(fields: tuple[str, ...]) -> str:
    return ", ".join(f.replace("_", " ") for f in fields)


def checks(
    *,
    verdict: Verdict,
    bound: float,
    p_value: float,
    spent: float,
    round_number: int,
    alpha: float,
    worse: tuple[str, ...],
    n_differing: int,
    n_studies: int,
    not_answered: Mapping[str, int],
) -> tuple[Check, ...]:
    """What stands for and against promotion."""
    return (
        _lead(verdict, bound, p_value, spent),
        _fields(worse),
        Check(
            "looked at again and again",
            "informational",
            f"Round {round_number} since this champion took over may be wrong with a chance of {number(100 * spent, 2 if spent < 0.01 else 1)}%; over "
            f"all rounds to come, the chance that the champion is ever replaced by a model that is only as good, study by study, "
            f"stays below {number(100 * alpha, 0)}%.",
        ),
        _rare(n_studies),
        *_few(n_differing, spent),
        *(
            Check(
                f"answers of the {who}",
                "failed",
                f"The {who} has no row at all for {number(n, 0)} settled codes; they count as silence. Let it answer for every "
                "frozen document, e.g. learning.propose(model, documents, passages).",
            )
            for who, n in not_answered.items()
            if n
        ),
    )


def _lead(verdict: Verdict, bound: float, p_value: float, spent: float) -> Check:
    passed = verdict == BETTER
    words = (
        f"The lower bound of the difference at this round's level is {number(bound)} points a 100 codes, "
        f"{'above' if bound > 0 else 'not above'} zero; the exact test by study has p {_p(p_value)}, "
        f"{'within' if p_value <= spent else 'more than'} the {number(spent, 4)} of this round."
    )
    return Check("better overall", "passed" if passed else "failed", words)


def _p(value: float) -> str:
    return "below 0.0001" if value < 0.0001 else f"= {number(value, 4)}"


def _fields(worse: tuple[str, ...]) -> Check:
    if not worse:
        return Check(
            "no field worse",
            "passed",
            "No field is shown to be worse (each asked at 5%, so that none is missed).",
        )
    return Check("no field worse", "failed", f"Shown to be worse: {_listed(worse)}. It is not promoted.")


def _rare(n_studies: int) -> Check:
    """What no comparison on so many studies can see: the largest share of studies of which none may be among them."""
    share = 1 - 0.05 ** (1 / n_studies)
    words = (
        f"Studies on which the challenger does far worse may be up to {number(100 * share, 0)}% of all and yet not be among these "
        f"{number(n_studies, 0)} (95%). Gains on the rest would hide them: look at what it gets wrong before relying on it."
    )
    return Check("rare heavy losses", "informational", words)


def _few(n_differing: int, spent: float) -> tuple[Check, ...]:
    if 0.5**n_differing <= spent:
        return ()
    words = (
        f"The two models differ on {n_differing} {'study' if n_differing == 1 else 'studies'} only; however right the "
        "challenger is on them, that cannot be told from luck at this round's level. More settled studies decide it."
    )
    return (Check("too few differences", "failed", words),)
