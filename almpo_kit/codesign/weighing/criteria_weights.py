"""How much each criterion counts for a panel, and for the groups in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from almpo_kit.codesign.weighing.answers import Answers, answers
from almpo_kit.codesign.weighing.averaging import Averaging
from almpo_kit.codesign.weighing.criteria_weights_result import CriteriaWeights
from almpo_kit.codesign.weighing.criteria_words import certainty, checks, sentence
from almpo_kit.codesign.weighing.from_pairs import matrices_of
from almpo_kit.codesign.weighing.individual_weights import Individual, individual_weights
from almpo_kit.codesign.weighing.kernels.resampling import drawn_loads, effective_number, interval
from almpo_kit.codesign.weighing.people import checked_people_weights
from almpo_kit.codesign.weighing.weights_by_group import weights_by_group
from almpo_kit.vocabulary.consultation_items import said
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import Provenance, provenance

Array = np.ndarray[Any, np.dtype[Any]]
Aggregate = Literal["mean", "geometric_mean", "judgements"]
#: Kind of item -> methods from answers to weights, the default first.
METHODS: Final = {
    "pairwise": ("eigenvector", "geometric_mean"),
    "best_worst": ("linear", "nonlinear"),
    "points": ("shares",),
    "swing": ("shares",),
}
#: Kind of item -> ways from people to the panel; a criterion that somebody gave nothing has no geometric mean.
AGGREGATES: Final = {
    "pairwise": ("mean", "geometric_mean", "judgements"),
    "best_worst": ("mean", "geometric_mean"),
}


def criteria_weights(
    judged: pd.DataFrame,
    plan: Plan,
    item: str,
    *,
    weights: pd.Series | None = None,
    round: int | None = None,
    aggregate: Aggregate = "mean",
    method: str | None = None,
    acceptable: float | None = None,
    confidence: float = 0.95,
    repeats: int = 1000,
    seed: int = 0,
) -> CriteriaWeights:
    """Say how much each criterion counts for a panel: points, swings, comparisons in pairs or with best and worst.

    Everybody whose answer gives weights counts, however inconsistent it is; what the weights would be without inconsistent
    answers is said beside them. Nobody's answer is repaired. The intervals say how much the weights hang on who happened
    to answer; they do not speak of people outside the panel unless the panel was drawn from them by lot.

    Parameters
    ----------
    judged : DataFrame
        A ``judgements`` frame.
    plan : Plan
    item : str
        Of kind points, swing, pairwise or best_worst.
    weights : Series, optional
        Participant -> how much she counts, e.g. of ``panel_weights``; everybody the same when left out.
    round : int, optional
        The last in which anybody answered the item when left out.
    aggregate : {"mean", "geometric_mean", "judgements"}
        Means of people's weights; their geometric means; or weights from the geometric means of their comparisons, as of a
        group that speaks as one (comparisons in pairs only).
    method : str, optional
        Of comparisons in pairs "eigenvector" (default) or "geometric_mean"; of best-worst "linear" (default) or "nonlinear".
    acceptable : float, optional
        Largest consistency ratio taken as fine; 0.1 of pairs, the published thresholds of best-worst when left out.
    confidence : float
        Of intervals, 0.5 to 0.999.
    repeats : int
        Draws of people, 200 to 20000.
    seed : int

    Returns
    -------
    CriteriaWeights

    Raises
    ------
    ParameterError
        There is no such item, or options make no sense.
    DesignError
        Fewer people gave weights than ``plan.least_group``.
    FrameError
        ``judged`` breaks its schema or its scale.

    References
    ----------
    Saaty (1980) The Analytic Hierarchy Process. Rezaei (2015) Omega 53, 49-57; (2016) Omega 64, 126-130. Forman & Peniwati
    (1998) Eur. J. Oper. Res. 108, 165-169. Hesterberg (2015) Am. Stat. 69, 371-386.
    """
    held = answers(judged, plan, item, round)
    chosen = _options(held, aggregate, method, acceptable, confidence, repeats)
    found = individual_weights(held, chosen, acceptable)
    good = np.array([not r for r in found.reasons], dtype=bool)
    loads = checked_people_weights(weights, held.people.index[good], "criteria_weights")
    _enough(held, int((loads > 0).sum()), plan)
    averaging = Averaging(
        shares=found.shares[good],
        matrices=matrices_of(held)[good] if aggregate == "judgements" else None,
        how=aggregate,
        method=chosen,
    )
    value = averaging.weights(loads[None, :])[0]
    rng = np.random.default_rng(np.random.SeedSequence([seed, *item.encode()]))
    drawn = averaging.weights(drawn_loads(loads, repeats, rng))
    effective = effective_number(loads)
    by_group, disagreement = weights_by_group(
        averaging,
        held.people[good],
        loads,
        held.criteria,
        least=plan.least_group,
        repeats=repeats,
        confidence=confidence,
        seed=seed,
    )
    table = _table(held, averaging.shares, loads, value, drawn, interval(drawn, value, effective, confidence))
    outcome = CriteriaWeights(
        question=f"How much does each criterion count? {said(held.item.text, 'en')}",
        sentence="",
        table=table,
        provenance=_provenance(
            judged,
            plan,
            seed,
            {
                "item": item,
                "kind": held.item.kind,
                "round": held.round,
                "aggregate": aggregate,
                "method": chosen,
                "acceptable": acceptable,
                "people_weights": "none" if weights is None else "given",
                "confidence": confidence,
                "repeats": repeats,
            },
        ),
        figure="criteria_weights",
        rests_on=f"{int(good.sum())} people in round {held.round}",
        item=item,
        kind=held.item.kind,
        round=held.round,
        names={c: said(t, "en") for c, t in held.item.options.items()},
        weights=dict(zip(held.criteria, map(float, value), strict=True)),
        individual=pd.DataFrame(averaging.shares, index=held.people.index[good], columns=list(held.criteria)),
        people_weights=pd.Series(loads, index=held.people.index[good], name="weight"),
        by_group=by_group,
        disagreement=disagreement,
        consistency=found.consistency,
        left_out=_left_out(held, found),
        draws=pd.DataFrame(drawn, columns=list(held.criteria)),
        effective_people=effective,
        aggregate=aggregate,
        method=chosen,
        confidence=confidence,
        earlier=held.earlier,
    )
    return replace(
        outcome,
        sentence=sentence(outcome, plan),
        checks=checks(outcome, plan, averaging),
        certainty=certainty(outcome, plan),
    )


def _options(
    held: Answers,
    aggregate: str,
    method: str | None,
    acceptable: float | None,
    confidence: float,
    repeats: int,
) -> str:
    known = METHODS[held.item.kind]
    chosen = known[0] if method is None else method
    if chosen not in known:
        raise ParameterError(
            f"criteria_weights() got method={method!r}; of {held.item.kind} it can be {', '.join(known)}."
        )
    ways = AGGREGATES.get(held.item.kind, ("mean",))
    if aggregate not in ways:
        raise ParameterError(
            f"criteria_weights() got aggregate={aggregate!r}; of {held.item.kind} it can be {', '.join(ways)}."
        )
    if acceptable is not None and not 0 < acceptable < 1:
        raise ParameterError(f"criteria_weights() got acceptable={acceptable!r}; give e.g. 0.1.")
    if not isinstance(confidence, int | float) or not 0.5 <= confidence <= 0.999:
        raise ParameterError(f"criteria_weights() got confidence={confidence!r}; give a share, e.g. 0.95.")
    if isinstance(repeats, bool) or not isinstance(repeats, int) or not 200 <= repeats <= 20_000:
        raise ParameterError(f"criteria_weights() got repeats={repeats!r}; give 200 to 20000, e.g. 1000.")
    return chosen


def _enough(held: Answers, people: int, plan: Plan) -> None:
    if people < plan.least_group:
        raise DesignError(
            f"{people} of {len(held.people)} answers to {held.item.id!r} in round {held.round} give weights; at least "
            f"{plan.least_group} are needed, so that nobody's can be told from the others'. Invite more people."
        )


def _table(
    held: Answers, shares: Array, loads: Array, value: Array, drawn: Array, ends: tuple[Array, Array]
) -> pd.DataFrame:
    top = np.isclose(shares, shares.max(axis=1, keepdims=True), rtol=1e-9)
    first = loads @ (top / top.sum(axis=1, keepdims=True)) / loads.sum()
    ahead = np.isclose(drawn, drawn.max(axis=1, keepdims=True), rtol=1e-12)
    mean = loads @ shares / loads.sum()
    q25, median, q75 = np.quantile(shares, [0.25, 0.5, 0.75], axis=0, weights=loads, method="inverted_cdf")
    return pd.DataFrame(
        {
            "criterion": list(held.criteria),
            "name": [said(t, "en") for t in held.item.options.values()],
            "weight": value,
            "low": ends[0],
            "high": ends[1],
            "median": median,
            "q25": q25,
            "q75": q75,
            "sd": np.sqrt(loads @ (shares - mean) ** 2 / loads.sum()),
            "first": first,
            "leads": (ahead / ahead.sum(axis=1, keepdims=True)).mean(axis=0),
        }
    )


def _left_out(held: Answers, found: Individual) -> pd.DataFrame:
    rows = [(p, r) for p, r in zip(held.people.index, found.reasons, strict=True) if r]
    return pd.DataFrame(rows, columns=["participant", "reason"])


def _provenance(judged: pd.DataFrame, plan: Plan, seed: int, options: dict[str, Any]) -> Provenance:
    made = provenance(
        judged,
        method="codesign.criteria_weights",
        options={"consultation": said(plan.title, "en"), "plan": plan.digest} | options,
        seed=seed,
    )
    return replace(made, synthetic=made.synthetic or plan.synthetic)
