"""Differences in effects in words, with what cannot be said said first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from almpo_kit.evaluation.effect_differences.deciding import LEVEL, Decided, one_sided
from almpo_kit.evaluation.effect_differences.pooled import Pooled
from almpo_kit.evaluation.effect_differences.scored import Scored
from almpo_kit.evaluation.protocol.p_values import p_words
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import interval, number

DECIDES, DESCRIBES = "out of sample", "describes, does not decide"
DIFFER, NO_EVIDENCE, TOO_FEW = "effects differ", "no evidence of different effects", "too few people to say"


def digits_of(*values: float) -> int:
    """Decimals that an interval warrants."""
    spread = max((abs(v) for v in values if math.isfinite(v)), default=0.0)
    return 0 if spread >= 10 or spread == 0 else 1 if spread >= 1 else 2


#: Said where an earlier step said stop and was overridden.
AGAINST_THE_CHECKS = (
    "No difference of effects is claimed: the groups cannot be compared, so what looks like effects that differ may be people "
    "who differ."
)


def tests_table(
    decided: Mapping[str, Decided], adjusted: Sequence[float], claimed: Sequence[bool]
) -> pd.DataFrame:
    """``contrast, test, estimate, low, high, statistic, df, p_value, p_adjusted, verdict``; the first row of a contrast decides."""
    rows = []
    for (contrast, d), p, yes in zip(decided.items(), adjusted, claimed, strict=True):
        verdict = TOO_FEW if d.thin else DIFFER if yes else NO_EVIDENCE
        rows.append(
            {"contrast": contrast, "test": DECIDES, "statistic": d.test.statistic, "df": d.test.df}
            | {"p_value": one_sided(d.test), "p_adjusted": p, "verdict": verdict}
        )
        named = {"calibration slope": d.slope, "AUTOC": d.autoc, "Qini": d.qini}
        rows += [_described(contrast, name, found) for name, found in named.items()]
    columns = [
        "contrast",
        "test",
        "estimate",
        "low",
        "high",
        "statistic",
        "df",
        "p_value",
        "p_adjusted",
        "verdict",
    ]
    return pd.DataFrame(rows).reindex(columns=columns)


def _described(contrast: str, name: str, found: Pooled) -> dict[str, object]:
    low, high = found.interval()
    return {
        "contrast": contrast,
        "test": name,
        "estimate": found.value,
        "low": low,
        "high": high,
        "statistic": found.statistic,
        "df": found.df,
        "p_value": found.p_value(one_sided=True),
        "verdict": DESCRIBES,
    }


def sentence(
    data: Scored,
    decided: Mapping[str, Decided],
    adjusted: Sequence[float],
    claimed: Sequence[bool],
    apart: Mapping[str, tuple[float, float, float] | None],
    table: pd.DataFrame,
) -> str:
    """For whom effects of each contrast differ, or that there is no evidence that they do."""
    parts = []
    for (contrast, d), p, yes in zip(decided.items(), adjusted, claimed, strict=True):
        name = contrast[:1].upper() + contrast[1:]
        about = f"{data.target.label}{' ' + data.target.when if data.target.when else ''}"
        if d.thin:
            parts.append(f"{name}, {about}: too little to say whether effects differ ({d.thin}).")
        elif yes:
            parts.append(
                f"{name}, {about}: effects differ between people (out-of-sample test, {p_words(p)}). {_who(table, contrast, data)}"
            )
        else:
            parts.append(
                f"{name}, {about}: no evidence of different effects (out-of-sample test, {p_words(p)})."
                f"{_unseen(apart[contrast], data)}"
            )
    return " ".join(parts)


def _who(table: pd.DataFrame, contrast: str, data: Scored) -> str:
    rows = table[(table["contrast"] == contrast) & (table["kind"] == "predicted")]
    if not len(rows):
        return "The groups are too small to show for whom."
    said = []
    for row, whom in ((rows.iloc[-1], "most"), (rows.iloc[0], "least")):
        digits = digits_of((row["high"] - row["low"]) / 2)
        told = interval(row["effect"], row["low"], row["high"], data.target.unit_words, digits=digits)
        said.append(f"of whom {whom} was predicted {told}")
    return f"The effect is, in the fifth {said[0]} and in the fifth {said[1]}."


def _unseen(apart: tuple[float, float, float] | None, data: Scored) -> str:
    """What could have been missed: no evidence is not evidence of none."""
    if apart is None or not all(map(math.isfinite, apart)):
        return ""
    value, low, high = apart
    digits = digits_of((high - low) / 2)
    told = interval(value, low, high, data.target.unit_words, digits=digits)
    return (
        f" The effect in the fifth of whom most was predicted, less that in the fifth of whom least was: {told}; "
        "differences within that interval may have been missed."
    )


def checks(
    data: Scored,
    decided: Mapping[str, Decided],
    claimed: Sequence[bool],
    sensitive: Sequence[str],
    estimand: str,
    late: bool,
    level: float = LEVEL,
) -> tuple[Check, ...]:
    """What was tested and how far it carries."""
    found = [_tested(contrast, d, yes) for (contrast, d), yes in zip(decided.items(), claimed, strict=True)]
    what = ", ".join(data.x_names[:8]) + (
        f" and {len(data.x_names) - 8} more" if len(data.x_names) > 8 else ""
    )
    how = (
        f"Effects may differ by what was named for it: {what}."
        if data.named
        else f"No modifiers were named beforehand: differences were searched for in all that is adjusted for ({what}). "
        "The test allows for the search; single groups in the table are not evidence by themselves."
    )
    found.append(Check("modifiers", "informational", how))
    if len(decided) > 1:
        found.append(
            Check(
                "several_contrasts",
                "informational",
                f"{len(decided)} contrasts were tested; the chance of any false claim is held at {level:.1%} over all of "
                "them (Holm).",
            )
        )
    whom = "those who took part" if estimand == "att" else "everybody"
    found.append(
        Check(
            "group_estimand",
            "informational",
            f"Effects of groups are for {whom} in them; the intervals of all groups hold at once (95%), not one by one.",
        )
    )
    if sensitive:
        found.append(
            Check(
                "sensitive",
                "informational",
                f"{', '.join(sensitive)}: shown for fairness, not used to predict who gains unless also named a modifier.",
            )
        )
    if late:
        found.append(
            Check(
                "one_outcome",
                "informational",
                f"Only {data.target.label} {data.target.when} was tested here. Each further outcome or month that is tried "
                "is a further chance of a false claim.",
            )
        )
    if data.drawn:
        found.append(
            Check(
                "drawn",
                "informational",
                f"Learning, test and groups rest on {number(len(data.sample), 0)} people drawn at random (whole clusters).",
            )
        )
    return tuple(found)


def _tested(contrast: str, d: Decided, yes: bool) -> Check:
    name = contrast[:1].upper() + contrast[1:]
    if d.thin:
        return Check("too_thin", "failed", f"{name}: {d.thin}; whether effects differ cannot be tested.")
    if yes:
        low, high = d.slope.interval()
        told = interval(d.slope.value, low, high, "", digits=1)
        caution = (
            " Predicted differences are larger than actual ones: take the ranking, not the sizes."
            if high < 1
            else ""
        )
        return Check(
            "effects_differ",
            "passed",
            f"{name}: people of whom more was predicted gained more, among people whom the prediction had not seen. A "
            f"predicted gain of one more went with {told}.{caution}",
        )
    return Check(
        "no_evidence",
        "informational",
        f"{name}: no evidence of different effects. Do not choose participants by predicted effects, and do not read the "
        "order of groups as a finding.",
    )
