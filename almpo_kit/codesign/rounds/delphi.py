"""On what the panel agrees after each round, and whether it still moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.rounds.answers_given import given_answers, made_by, steps
from almpo_kit.codesign.rounds.delphi_result import GROUP_COLUMNS, ROUND_COLUMNS, VERDICT_COLUMNS, Delphi
from almpo_kit.codesign.rounds.delphi_words import checks, sentence
from almpo_kit.codesign.rounds.judging import by_role, judge, stability
from almpo_kit.codesign.rounds.kernels.share_intervals import exact_interval, passing_chance
from almpo_kit.codesign.rounds.peoples_weights import weights_of
from almpo_kit.vocabulary.consultation_items import Item, said
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError


def delphi(
    judged: pd.DataFrame, plan: Plan, weights: Mapping[str, float] | pd.Series | None = None
) -> Delphi:
    """Say on which statements the panel agrees, by the rules of its plan, and whether it still moves.

    A verdict describes this panel; whether another panel of such people would agree too is said beside it (``firm``,
    ``passing_by_chance``, :func:`consensus_errors`). Consensus comes before "two camps", which needs more than
    ``rules.against`` at both ends and a middle emptier than chance allows: of 100 statements on which there are no two
    camps, at most 5 are called so. Weights never change who counts as having answered, and a panel counts for no more
    answers than its weights leave it worth.

    Parameters
    ----------
    judged : DataFrame
        A ``judgements`` frame; statements are used, other items are left alone.
    plan : Plan
        Its rules: at least 75% in the upper (or lower) third and at most 15% in the other, as in core outcome sets
        (Williamson et al. 2017: 70% and 15%; Diamond et al. 2014: a median of 75% over Delphi studies); interquartile
        range of at most 2 of 9 steps; coefficient of variation of at most 0.5 (English and Kernan 1976), not needed by
        default; stable where at most 15% moved (Scheibe, Skutsch and Schofer 1975).
    weights : mapping or Series, optional
        Participant -> weight, e.g. of :func:`panel_weights`; everybody counts once when left out.

    Returns
    -------
    Delphi

    Raises
    ------
    DesignError
        The plan asks no statement, or none was answered.
    FrameError
        The answers do not fit the plan.
    ParameterError
        Weights lack a participant or are not positive.

    References
    ----------
    Diamond et al. (2014) J. Clin. Epidemiol. 67, 401-409. Williamson et al. (2017) Trials 18 (suppl. 3), 280. Scheibe,
    Skutsch & Schofer (1975) in Linstone & Turoff, The Delphi Method. English & Kernan (1976) Transp. Res. 10.
    von der Gracht (2012) Technol. Forecast. Soc. Change 79, 1525-1536. van der Eijk (2001) Qual. Quant. 35, 325-341.
    """
    table = given_answers(judged, plan, "delphi")
    asked = [i for i in plan.items if i.kind == "statement"]
    if not asked:
        raise DesignError(
            "delphi() is about statements, and the plan asks none; for weights see criteria_weights()."
        )
    table = table[table["item"].isin([i.id for i in asked])]
    if table.empty:
        raise DesignError("delphi() found no answer to a statement; wait until round 1 is closed.")
    weighing = weights_of(table["participant"], weights, "delphi")
    rows, verdicts, groups = _worked(table, asked, plan, weighing)
    rounds = int(table["round"].max())
    found = pd.DataFrame(verdicts, columns=list(VERDICT_COLUMNS)).astype(
        {"stable": "boolean", "firm": "boolean"}
    )
    told = pd.DataFrame(rows, columns=list(ROUND_COLUMNS)).astype({"stable": "boolean"})
    weighted = weights is not None
    return Delphi(
        question=f"{said(plan.title, 'en')} · on what does the panel agree after round {rounds}?",
        sentence=sentence(found, rounds),
        table=told,
        checks=checks(found, told, plan, weighted=weighted),
        provenance=made_by(
            judged,
            plan=plan,
            method="codesign.delphi",
            options={"rules": asdict(plan.rules), "round": rounds, "weighted": weighted},
        ),
        figure="delphi",
        rests_on=f"{table['participant'].nunique()} participants, {len(asked)} statements, {rounds} round{'s' if rounds > 1 else ''}",
        verdict=dict(zip(found["item"], found["verdict"], strict=True)),
        verdicts=found,
        by_role=pd.DataFrame(groups, columns=list(GROUP_COLUMNS)),
        rules=asdict(plan.rules),
        rounds=rounds,
        weighted=weighted,
    )


def _worked(
    table: pd.DataFrame, asked: list[Item], plan: Plan, weights: Mapping[str, float]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    verdicts: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = []
    for item in asked:
        mine = table[table["item"] == item.id]
        if mine.empty:
            verdicts.append(_unanswered(item, plan))
            continue
        of_item = _rounds(mine, item, plan, weights)
        rows += of_item
        verdicts.append(_last(mine, item, of_item[-1], plan, weights))
        last = mine[mine["round"] == of_item[-1]["round"]]
        told = by_role(last, weights, steps(item), plan.rules, plan.least_group)
        groups += [{"item": item.id, **g} for g in told]
    return rows, verdicts, groups


def _rounds(mine: pd.DataFrame, item: Item, plan: Plan, weights: Mapping[str, float]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    before: pd.Series | None = None
    for number, group in mine.groupby("round"):
        said_by = group.set_index("participant")["value"]
        row = {"item": item.id, "round": int(str(number)), **_judged(said_by, item, plan, weights)}
        if before is not None:
            row |= stability(before, said_by, steps(item), plan.rules)
        rows.append(row)
        before = said_by
    return rows


def _judged(said_by: pd.Series, item: Item, plan: Plan, weights: Mapping[str, float]) -> dict[str, Any]:
    weight = np.array([weights[p] for p in said_by.index])
    return judge(said_by.to_numpy(), weight, steps(item), plan.rules)


def _last(
    mine: pd.DataFrame, item: Item, row: dict[str, Any], plan: Plan, weights: Mapping[str, float]
) -> dict[str, Any]:
    rules = plan.rules
    latest = mine.sort_values("round", kind="stable").drop_duplicates("participant", keep="last")
    everybody = latest.set_index("participant")["value"]
    now = mine[mine["round"] == row["round"]].set_index("participant")["value"]
    worth = row["n_effective"]
    # One-sided 95% is the lower end of a two-sided 90% interval.
    low, _ = exact_interval(max(row["agree"], row["disagree"]) * worth, worth, 0.90)
    reached = row["verdict"] in ("consensus to agree", "consensus to disagree")
    return {
        "item": item.id,
        "statement": said(item.text, plan.languages[0]),
        "round": row["round"],
        "n": row["n"],
        "verdict": row["verdict"],
        "stable": row.get("stable"),
        "firm": bool(low >= rules.agreement) if reached else None,
        "with_leavers": _judged(everybody, item, plan, weights)["verdict"],
        "unweighted": _judged(now, item, plan, dict.fromkeys(now.index, 1.0))["verdict"],
        "passing_by_chance": passing_chance(
            int(worth + 1e-9), max(rules.agreement - 0.1, 0.0), rules.agreement
        ),
    }


def _unanswered(item: Item, plan: Plan) -> dict[str, Any]:
    few = "too few answers"
    return {
        "item": item.id,
        "statement": said(item.text, plan.languages[0]),
        "round": 0,
        "n": 0,
        "verdict": few,
        "with_leavers": few,
        "unweighted": few,
        "passing_by_chance": float("nan"),
    }
