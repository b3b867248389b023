"""What is said about those who left."""

from __future__ import annotations

import pandas as pd

from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Sumsion (1998): 70% should answer each round, else the rest may not stand for the panel.
_MOST_LEAVE = 0.3


def sentence(rounds: pd.DataFrame, leavers: pd.DataFrame, started: int, finished: int) -> str:
    """How many left, and whether they had answered otherwise."""
    text = f"{started} people took part, {finished} of them in round {int(rounds['round'].max())}."
    known = leavers[leavers["p"].notna()]
    if not rounds["left"].sum():
        return f"{text} Nobody left between rounds."
    if known.empty:
        return f"{text} Too few left, or stayed, to say whether they had answered otherwise."
    items = known.loc[known["otherwise"].fillna(False).astype(bool), "item"].unique()
    if not len(items):
        return f"{text} Nothing shows that those who left had answered otherwise, which in a small panel says little."
    return f"{text} Those who left had answered otherwise on {', '.join(items)}."


def checks(
    rounds: pd.DataFrame, leavers: pd.DataFrame, bounds: pd.DataFrame, plan: Plan
) -> tuple[Check, ...]:
    """What speaks against reading growing agreement as agreement."""
    out = []
    for row in leavers[leavers["otherwise"].fillna(False).astype(bool)].to_dict("records"):
        told = (
            f"On {row['item']}, those who left after round {row['round']} had answered {number(abs(row['difference']), 1)} steps "
            f"{'lower' if row['difference'] < 0 else 'higher'} (95%: {number(row['low'], 1)} to {number(row['high'], 1)}) than those who "
            "stayed: agreement may have grown because they left."
        )
        out.append(Check("answered otherwise", "failed", told))
    many = rounds[rounds["left_share"] > _MOST_LEAVE]
    for row in many.to_dict("records"):
        told = f"{100 * row['left_share']:.0f}% of those who answered the round before did not answer round {int(row['round'])}; at most 30% should be missing."
        out.append(Check("many left", "failed", told))
    wide = bounds[(bounds["lowest"] < plan.rules.agreement) & (bounds["agree"] >= plan.rules.agreement)]
    if len(wide):
        told = f"Had all who are missing disagreed, fewer than {100 * plan.rules.agreement:.0f}% would agree on: {', '.join(wide['item'])}."
        out.append(Check("at worst", "informational", told))
    hidden = leavers[leavers["p"].isna() & (leavers["n_left"] > 0)]
    if len(hidden):
        told = f"Groups of fewer than {plan.least_group} are not compared, so that nobody’s answer is shown ({len(hidden)} of {len(leavers)} comparisons)."
        out.append(Check("small groups", "informational", told))
    if not any(c.status == "failed" for c in out):
        out.append(_few_left(leavers))
    return tuple(out)


def _few_left(leavers: pd.DataFrame) -> Check:
    left = leavers["n_left"].fillna(0) > 0
    if left.any() and not (left & leavers["p"].notna()).any():
        # Nobody was compared: that is no finding about those who left.
        told = "At most 30% left between rounds; whether they had answered otherwise could not be looked at."
        return Check("who left", "informational", told)
    told = "At most 30% left between rounds, and nothing shows that they had answered otherwise."
    return Check("who left", "passed", told)
