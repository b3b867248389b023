"""What is said about how likely options are to be best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking.decision_table import DecisionTable
from almpo_kit.codesign.ranking.kernels.acceptability import TIE
from almpo_kit.codesign.ranking.problem import Problem
from almpo_kit.codesign.ranking.rank_words import LIKELY, SECURE, common_checks, listed, percent
from almpo_kit.codesign.ranking.weights_given import WeightsGiven
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Participants below which one of them more or less moves shares of participants by more than a tenth.
_FEW = 10
_VARIES: Final = {
    "each": "evidence and participants as uncertain and as different as they are",
    "panel": "evidence and the panel’s weights as uncertain as they are",
    "draws": "evidence and weights as uncertain as they are",
    "any": "nothing known of weights and the evidence as uncertain as it is",
    "fixed": "the evidence as uncertain as it is and weights as given",
}


def sentence(rows: pd.DataFrame, fields: Mapping[str, Any]) -> str:
    """Which option is best how often, and what leaves it open."""
    lead, second = rows.iloc[0], rows.iloc[1]
    also = f"{second['option']} in {percent(second['p_best'])}"
    varies = _VARIES[fields["kind"]]
    if fields["best"]:
        head = f"With {varies}, {lead['option']} is best in {percent(lead['p_best'])} of draws, {also}."
    else:
        head = (
            f"No option is best in more than half of the draws. With {varies}, {lead['option']} is best in "
            f"{percent(lead['p_best'])} of draws, {also}."
        )
    names = list(fields["left_out"]["option"])
    left = f" {listed(names)} could not be compared, which is not to say that {'it is' if len(names) == 1 else 'they are'} worse."
    return f"{head}{_why(lead, fields)}{left if names else ''}"


def _why(lead: pd.Series, fields: Mapping[str, Any]) -> str:
    """What leaves it open: thin evidence, or people who want different things."""
    if lead["p_best"] >= SECURE or fields["kind"] == "fixed":
        return ""
    who = {
        "each": "participants",
        "panel": "panels of this kind",
        "draws": "draws of weights",
        "any": "all weights",
    }
    held = " At equal weights the evidence" if fields["kind"] == "any" else " The evidence"
    return (
        f"{held} alone would leave it at {percent(lead['p_best_evidence'])}; with values known exactly it would be best for "
        f"{percent(lead['p_best_weights'])} of {who[fields['kind']]}."
    )


def checks(
    rows: pd.DataFrame,
    fields: Mapping[str, Any],
    p: Problem,
    given: WeightsGiven,
    table: DecisionTable,
) -> tuple[Check, ...]:
    """What speaks against relying on these chances."""
    out = [c for c in table.checks if c.name in ("sources", "ends of scales")]
    out += common_checks(p, given)
    lead = rows.iloc[0]
    if lead["p_best"] < LIKELY:
        level = [str(o) for o, x in zip(rows["option"], rows["p_best"], strict=True) if x >= 0.1]
        said = (
            f"Which option is best is open: {listed(level)} each are in at least a tenth of draws."
            if len(level) > 1
            else "Which option is best is open."
        )
        out.append(Check("which is best", "failed", said))
    else:
        said = f"{lead['option']} is best in {percent(lead['p_best'])} of draws."
        out.append(Check("which is best", "passed", said))
    out += _people(fields)
    error = 100 * 1.96 * np.sqrt(0.25 / fields["n_draws"])
    said = (
        f"{number(fields['n_draws'], 0)} draws; shares are within {number(max(error, 0.1), 1)} points of what endless draws would "
        "give (95%). Errors of values are taken as normal."
    )
    out.append(Check("how it is drawn", "informational", said))
    never = [str(o) for o, x in zip(rows["option"], rows["p_best"], strict=True) if x <= TIE]
    if never:
        out.append(
            Check(
                "never best",
                "informational",
                f"{listed(never)} {'is' if len(never) == 1 else 'are'} never best.",
            )
        )
    return tuple(out)


def _people(fields: Mapping[str, Any]) -> list[Check]:
    n = fields["n_people"]
    if fields["kind"] == "any":
        said = "Nobody’s weights are in this: all weights count alike. Ask people before anything is decided by it."
        return [Check("whose weights", "failed", said)]
    if not n:
        return []
    if n < _FEW:
        said = f"Only {n} participants gave weights; one more or less moves these chances by up to {number(100 / n, 0)} points."
        return [Check("whose weights", "failed", said)]
    said = f"Weights are of {n} participants of a consultation. It is no survey: they do not stand for people outside it."
    return [Check("whose weights", "informational", said)]
