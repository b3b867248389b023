"""What an allocation says in words: question, sentence, checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.allocation.rules import FIRST_COME, GREEDY
from almpo_kit.recommendation.fairness.suppression import SMALLEST
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Largest gap that passes.
FINE_GAP = 0.01


def people(n: int | None) -> str:
    """A count in words, never of 1 to 9."""
    return f"fewer than {SMALLEST} people" if n is None else f"{number(n, 0)} people"


def amount(value: float, unit: str) -> str:
    """A total or a mean with its unit, without digits that nobody needs."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{number(value, digits)}{'' if unit.startswith('%') else ' '}{unit}".strip()


def question(f: Mapping[str, Any]) -> str:
    """As a manager would ask it."""
    placed = f["places"]["places"]
    count = f"{number(float(placed.sum()), 0)} places" if placed.notna().all() else "the places there are"
    money = "" if f["budget"] is None else f" and €{number(f['budget'], 0)}"
    return f"Who is offered which programme, with {count}{money}?"


def sentence(f: Mapping[str, Any]) -> str:
    """The answer in plain words."""
    if f["nobody"]:
        top = f["left_out"].sort_values("people", ascending=False)
        why = f" Most common reason: {top['reason'].iloc[0]}." if len(top) else ""
        return f"The plan has no offer for anybody.{why}"
    if f["few"]:
        return f"The plan has an offer for fewer than {SMALLEST} people; sums over so few are not told."
    unit, ends = f["unit"], ""
    if np.isfinite(f["low"]):
        digits = 0 if abs(f["total_gain"]) >= 100 else 1
        ends = f" ({f['level']:.0%}: {number(f['low'], digits)} to {number(f['high'], digits)})"
    said = (
        f"The plan has an offer for {_how_many(f)} and would gain {amount(f['total_gain'], unit)}{ends} in all, against no "
        "programme for anybody"
    )
    if unit.startswith(("point", "percentage point")):
        said += (
            f": about {number(f['total_gain'] / 100, 0)} more people with the outcome ({f['target_words']})"
        )
    elif f["target_words"]:
        said += f" ({f['target_words']})"
    money = (
        f"; it costs {'about ' if f['rounded'] else ''}€{number(f['cost'], 0)}"
        if np.isfinite(f["cost"])
        else ""
    )
    return f"{said}{money}. {_proof(f)} It plans places; whether a person takes one is decided with her."


def _how_many(f: Mapping[str, Any]) -> str:
    whole = number(f["told_people"], 0)
    if f["n_offered"] is None:
        return f"all but fewer than {SMALLEST} of {whole} people"
    return f"{number(f['n_offered'], 0)} of {whole} people"


def _proof(f: Mapping[str, Any]) -> str:
    share = "a hundredth of a percent" if f["gap"] < 5e-5 else f"{number(100 * f['gap'], 2)}%"
    return f"No plan under these limits can gain over {share} more."


def checks(f: Mapping[str, Any]) -> tuple[Check, ...]:
    """Everything that was looked at."""
    return (
        *_basis(f),
        _gap(f),
        *_money(f),
        *_silent(f),
        *_bounds(f),
        *_groups(f["groups"]),
        *_beside(f),
        Check(
            "displacement",
            "informational",
            "Nothing is taken off for displacement: people outside the programmes may lose the jobs that others find. Look "
            "at `displacement` before totals are quoted.",
        ),
    )


def _basis(f: Mapping[str, Any]) -> list[Check]:
    out = []
    if not f["sourced"]:
        words = "It is not said what the gains come from, so neither their data nor whether they are SYNTHETIC is known. Pass source=."
        out.append(Check("source", "failed", words))
    if f["credible"] in ("fragile", "not identified"):
        words = f"The evaluation behind these gains was judged {f['credible']}: what the plan would gain may be biased."
        out.append(Check("evaluation", "failed", words))
    if not f["intervals"]:
        words = (
            "The gains came as numbers without intervals. People are chosen by the same numbers that are added up, so the total "
            "is too high by an unknown amount; judge the rule with `policy_value`."
        )
        out.append(Check("intervals", "failed", words))
    elif not f["nobody"] and not f["few"]:
        sure = f["share_sure"]
        words = (
            f"For {number(100 * sure, 0)}% of offers the {f['level']:.0%} interval of the gain lies above zero. The interval of "
            "the total holds if all errors go in one direction; it is narrower if they do not."
        )
        out.append(Check("intervals", "failed" if sure < 0.5 else "passed", words))
    return out


def _gap(f: Mapping[str, Any]) -> Check:
    words = f"{_proof(f)} Solved by {f['method_words']}."
    if f["risk"] == "low":
        words += " What was maximised is the lower end of each gain, not the expected gain."
    return Check("best plan", "passed" if f["gap"] <= FINE_GAP else "failed", words)


def _money(f: Mapping[str, Any]) -> list[Check]:
    out = []
    if f["unpriced"]:
        words = f"Nobody knows the price of {', '.join(f['unpriced'])}; the cost of the plan is left empty."
        out.append(Check("prices", "failed", words))
    if f["homeless"]:
        words = f"No office has {', '.join(f['homeless'])}; nobody is offered it."
        out.append(Check("programmes without an office", "informational", words))
    if f["rounded"]:
        words = "The cost is rounded, because exact euros would tell how many of a few people are in which programme."
        out.append(Check("rounded cost", "informational", words))
    return out


def _silent(f: Mapping[str, Any]) -> list[Check]:
    n, share = f["n_abstained"], f["share_abstained"]
    if n == 0:
        return []
    how = f" ({number(100 * share, 0)}%)" if n is not None else ""
    words = (
        f"Of {'some people' if n is None else people(n)}{how} nothing can be said about any programme. The plan has no offer for them and keeps no place for "
        "them: that is left to the caseworker."
    )
    return [Check("too little to say", "failed" if share > 0.2 else "informational", words)]


def _bounds(f: Mapping[str, Any]) -> list[Check]:
    if not len(f["bound_words"]):
        return []
    rows = f["duals"][f["duals"]["limit"] == "fairness"]
    priced = rows[rows["value"] > 1e-6]
    words = f"All fairness bounds hold: {'; '.join(f['bound_words'][:6])}{' …' if len(f['bound_words']) > 6 else ''}."
    whole = f["total_without_bounds"]
    if np.isfinite(whole) and whole > 0:
        words += f" Without them the plan would gain {number(max(0.0, 100 * (whole / f['maximised'] - 1)), 2)}% more."
    words += "".join(
        f" {r.words} would gain {amount(r.value, f['unit'])} more." for r in priced.head(3).itertuples()
    )
    return [Check("fairness bounds", "passed", words)]


def _groups(table: pd.DataFrame) -> list[Check]:
    out = []
    for by, rows in table.groupby("by", sort=False):
        known = rows.dropna(subset=["offered_share"])
        if len(known) < 2:
            continue
        known = known.sort_values("offered_share")
        low, high = known.iloc[0], known.iloc[-1]
        words = (
            f"{by}: {number(100 * low['offered_share'], 0)}% of {low['group']} have an offer and "
            f"{number(100 * high['offered_share'], 0)}% of {high['group']}. Whether that is warranted is asked by `fairness_audit`."
        )
        out.append(Check(f"offers by {by}", "informational", words))
    return out


def _beside(f: Mapping[str, Any]) -> list[Check]:
    at = f["comparison"].set_index("rule")
    if f["nobody"] or at["total_gain"].isna().any():
        return []
    parts = [f"{r} gains {number(100 * at.at[r, 'share_of_plan'], 1)}% of it" for r in (FIRST_COME, GREEDY)]
    words = f"Beside the plan, with the same limits of places, money and travel: {'; '.join(parts)}"
    broken = [r for r in (FIRST_COME, GREEDY) if not at.at[r, "keeps_bounds"]]
    words += f" (breaking fairness bounds: {', '.join(broken)})." if broken else "."
    return [Check("simple rules", "informational", words)]
