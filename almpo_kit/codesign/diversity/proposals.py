"""What people want of proposals: votes of a budget, and gains or losses as ratings tell them."""

from __future__ import annotations

import pandas as pd

from almpo_kit.codesign.rounds.answers_given import given_answers, made_by
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, data_versions, stamp


def budget_votes(judged: pd.DataFrame, plan: Plan, item: str, *, round: int | None = None) -> pd.DataFrame:
    """Who would fund which proposal of a budget.

    Parameters
    ----------
    judged : DataFrame
        ``judgements``.
    plan : Plan
    item : str
        Of kind "budget".
    round : int, optional
        The last that was answered when left out.

    Returns
    -------
    DataFrame, shape (n_people, n_proposals)
        1 or 0, by participant; everybody who answered the item. Give it to ``equal_shares`` with the item's ``cost`` and
        ``budget``.

    Raises
    ------
    FrameError
    ParameterError
        The item is no budget.
    DesignError
        Nobody answered it.
    """
    asked = plan.item(item)
    if asked.kind != "budget":
        raise ParameterError(
            f"budget_votes(): {item!r} is of kind {asked.kind!r}; name an item of kind 'budget'."
        )
    table = _of_round(given_answers(judged, plan, "budget_votes"), [item], round, "budget_votes")
    votes = table.pivot(index="participant", columns="part", values="value")
    return _labelled(votes.reindex(columns=list(asked.options)).fillna(0.0), judged, plan)


def rated_utilities(
    judged: pd.DataFrame, plan: Plan, items: list[str] | None = None, *, round: int | None = None
) -> pd.DataFrame:
    """Ratings of statements as gains and losses: 1 at the upper end of the scale, −1 at the lower, 0 in its middle.

    Each statement is taken as a proposal, and the middle of the scale as "all the same to me"; use it for statements that
    propose something.

    Parameters
    ----------
    judged : DataFrame
        ``judgements``.
    plan : Plan
    items : list of str, optional
        Statements; all of the plan when left out.
    round : int, optional
        The last that was answered when left out.

    Returns
    -------
    DataFrame, shape (n_people, n_proposals)
        NaN where there is no answer.

    Raises
    ------
    FrameError
    ParameterError
    DesignError
    """
    asked = {i.id: i for i in plan.items if i.kind == "statement"}
    wanted = list(asked) if items is None else list(dict.fromkeys(items))
    if odd := [i for i in wanted if i not in asked]:
        raise ParameterError(
            f"rated_utilities(): {odd[0]!r} is no statement of the plan; its statements are {', '.join(asked) or 'none'}."
        )
    table = _of_round(given_answers(judged, plan, "rated_utilities"), wanted, round, "rated_utilities")
    wide = table.pivot(index="participant", columns="item", values="value").reindex(columns=wanted)
    for name in wanted:
        low, high = asked[name].scale
        wide[name] = (2 * wide[name] - low - high) / (high - low)
    return _labelled(wide, judged, plan)


def roles_of(judged: pd.DataFrame) -> pd.Series:
    """Participant -> role, as far as the consultation shows it."""
    return judged.drop_duplicates("participant", keep="last").set_index("participant")["role"]


def _of_round(table: pd.DataFrame, items: list[str], round: int | None, verb: str) -> pd.DataFrame:
    table = table[table["item"].isin(items)]
    when = table["round"].max() if round is None else round
    table = table[table["round"] == when]
    if not len(table):
        told = "" if round is None else f" in round {round}"
        raise DesignError(f"{verb}() found no answers to {', '.join(items) or 'any item'}{told}.")
    return table


def _labelled(wide: pd.DataFrame, judged: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Where the answers come from, carried along; invented ones stay labelled."""
    wide.columns.name = None
    versions = list(data_versions(judged))
    if made_by(judged, plan=plan, method="").synthetic and not any(v.kind == "synthetic" for v in versions):
        versions.append(DataVersion("answers of a consultation", plan.digest[:12], kind="synthetic"))
    return stamp(wide, *versions)
