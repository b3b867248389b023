"""Who is offered what by a rule, and who gains: before and after simulated deployment, group by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.fairness.flags import Flag, flags_of
from almpo_kit.recommendation.fairness.folding import folds_of
from almpo_kit.recommendation.fairness.groupings import groupings
from almpo_kit.recommendation.fairness.measuring import measure
from almpo_kit.recommendation.fairness.offers import as_received, simulated
from almpo_kit.recommendation.fairness.preparing import (
    deployed_under,
    expectation,
    expected_anyway,
    one_number_each,
    predicted_gain,
    predicted_score,
)
from almpo_kit.recommendation.fairness.tables import audit_tables
from almpo_kit.recommendation.fairness.telling import checks_of, sentence_of
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance

Array = np.ndarray[Any, np.dtype[Any]]
#: Measures that do not rest on scores: what is left where effects are not identified.
_BY_OFFERS = ("offered", "gap", "undecided_more")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FairnessAudit(Finding):
    """Groups under a rule. ``table``: one row a group, the whole caseload first.

    Its columns are ``by, group, people, share`` (% of all), and with ``_low`` and ``_high`` beside each: ``offered`` (% offered
    any programme), ``gap`` (points against everybody else), ``unexplained`` (points against others with the same
    expected gain), ``steered`` (of those with an offer, points by which the programme of most expected gain is offered
    more often than to others like them), ``gain`` (against no programme), ``against_today`` (against what was), ``left`` (what the same
    places by expected gain would add), ``gain_bias, score_bias`` (predicted less doubly robust), ``gain_slope,
    score_slope`` (1 is right); then ``offered_today, undecided, compared, best_offers`` (%), ``gain_predicted,
    gain_actual, gain_error, score_predicted, score_actual, score_error``, ``flagged`` and ``says``.

    Parameters
    ----------
    flags : DataFrame
        ``stage, kind, by, group, found, size, low, high, unit, what_to_do``; empty where nothing was found.
    offers : DataFrame
        ``by, group, programme, share, share_today`` in % of the group; missing where fewer than ten people would be told.
    policy_name, unit, target_words : str
    legal_basis : str
        "" where none was given.
    level, tolerance, smallest_gap : float
        Level of the intervals together; smallest differences that are warned of (share; in ``unit``).
    """

    flags: pd.DataFrame
    offers: pd.DataFrame
    policy_name: str
    unit: str
    target_words: str
    legal_basis: str
    level: float
    tolerance: float
    smallest_gap: float
    options: Mapping[str, Any] = field(default_factory=dict)

    def metrics(self) -> Mapping[str, float]:
        """Numbers of warnings and of groups, and the largest gap that gains do not explain."""
        named = self.table[self.table["by"] != "everybody"]
        worst = named["unexplained"].min() if len(named) else np.nan
        found = {
            "flags": float(len(self.flags)),
            "flags_prediction": float((self.flags["stage"] == "prediction").sum()),
            "flags_deployment": float((self.flags["stage"] == "deployment").sum()),
            "groups": float((named["says"] == "").sum()),
            "groups_too_small": float((named["says"] != "").sum()),
            "has_legal_basis": float(bool(self.legal_basis)),
        }
        return found | ({"largest_unexplained_gap": float(worst)} if np.isfinite(worst) else {})


def fairness_audit(
    people: Caseload,
    policy: Any,
    *,
    by: Sequence[Any] | None = None,
    gains: Gains | Array | None = None,
    score: Array | None = None,
    score_in_unit: bool = True,
    made_elsewhere: bool = False,
    legal_basis: str = "",
    tolerance: float = 0.05,
    smallest_gap: float | None = None,
    folds: int = 5,
    level: float = 0.95,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> FairnessAudit:
    """Audit a rule by sex, age, region and whatever else is known, and by intersections of these.

    The auditor holds the rule against her own out-of-fold expectation of gains, which reads the groups and never the
    rule's own predictions: a rule that ranks by gain passes, one that cuts support for people who would gain as much
    does not. The lowest third of what is expected without a programme is always looked at.

    Parameters
    ----------
    people : Caseload
    policy : Policy, learner with ``.learn()``, Allocation, or Array
        A learner is learned out of fold. Finished offers: positions, shape (n,), -1 for no word, or chances, shape (n, k).
    by : sequence of str or pairs, optional
        ``["sex", "age", "region", ("sex", "children")]``; see :func:`groupings`.
    gains : Gains or Array, shape (n, k), optional
        Predicted gains that the rule or the screen uses, in the unit of scores; audited at prediction.
    score : Array, shape (n,), optional
        A score of what becomes of people without a programme, such as a predicted chance; more is better. By default the
        outcome model of the evaluation.
    score_in_unit : bool
        False for a score on a scale of its own: it is then brought to the unit by one line for all.
    made_elsewhere : bool
        You vouch that the rule was made without these people.
    legal_basis : str
        Legal basis for processing these characteristics; never assumed.
    tolerance : float
        Smallest difference in shares that is warned of.
    smallest_gap : float, optional
        Smallest difference in the unit of scores; by default a fiftieth of the standard deviation of outcomes.
    folds, seed : int
    level : float
        Of all intervals together.
    progress : callable, optional
        Called with (done, total) folds.

    Returns
    -------
    FairnessAudit

    Raises
    ------
    DesignError, ParameterError

    References
    ----------
    Allhutter, Cech, Fischer, Grill and Mager (2020) Frontiers in Big Data 3, 5 (the Austrian AMS algorithm).
    Körtner and Bach (2023) arXiv:2306.01591 (prediction and allocation by profiling).
    """
    _options_fine(tolerance, smallest_gap, folds, level)
    fold = folds_of(people, folds, seed)
    offers = simulated(people, policy, fold, made_elsewhere=made_elsewhere, seed=seed, progress=progress)
    given = None if score is None else one_number_each(score, len(people), "score")
    expected = given if given is not None else expected_anyway(people, fold)
    groups = groupings(people, by, expected)
    by_groups = expectation(people, groups, fold)
    predictions = [predicted_score(people, expected, score_in_unit or given is None)]
    if gains is not None:
        predictions.append(predicted_gain(people, gains))
    by_features = expectation(people, (), fold)
    deployed = deployed_under(people, offers, by_groups, by_features)
    measured = measure(groups, people.cluster, people.weight, deployed, predictions)
    found: dict[Any, Any] = measured.estimates.intervals(level, seed)
    judged = people.credible != "not identified"
    plain = measured.plain
    if not judged:
        found = {k: v for k, v in found.items() if k[2] in _BY_OFFERS}
        plain = {
            k: {c: x for c, x in v.items() if c in ("offered_today", "undecided")} for k, v in plain.items()
        }
    gap = _smallest(people) if smallest_gap is None else float(smallest_gap)
    flags = flags_of(groups, found, tolerance=tolerance, smallest_gap=gap, unit=people.unit, level=level)
    table, by_programme = audit_tables(
        groups, found, plain, flags, offers.chance, as_received(people), offers.undecided, people.arms
    )
    options = {"policy": offers.name, "by": [g.by for g in groups], "folds": folds, "level": level}
    return FairnessAudit(
        question=f"Who is served by {offers.name}, and who is not?",
        sentence=sentence_of(offers.name, flags, table, judged, _cannot(offers.name)),
        table=table,
        checks=checks_of(
            flags,
            groups,
            found,
            table,
            reuse=offers.reuse,
            legal_basis=legal_basis,
            judged=judged,
            tolerance=tolerance,
            names=people.names,
            credible=people.credible,
        ),
        provenance=Provenance(
            data=people.provenance.data,
            method="recommendation.fairness_audit",
            options=options | {"tolerance": tolerance, "smallest_gap": gap},
            seed=seed,
            synthetic=people.synthetic,
        ),
        figure="fairness",
        certainty=None if judged else "too little to say",
        rests_on=_rests_on(people),
        flags=pd.DataFrame([asdict(f) for f in flags], columns=list(Flag.__dataclass_fields__)),
        offers=by_programme,
        policy_name=offers.name,
        unit=people.unit,
        target_words=people.target_words,
        legal_basis=legal_basis.strip(),
        level=level,
        tolerance=tolerance,
        smallest_gap=gap,
        options=options,
    )


def _options_fine(tolerance: float, smallest_gap: float | None, folds: int, level: float) -> None:
    if not 0 < tolerance < 1:
        raise ParameterError(
            f"tolerance={tolerance!r} is a share between 0 and 1, e.g. 0.05 for five points."
        )
    if smallest_gap is not None and not (np.isfinite(smallest_gap) and smallest_gap >= 0):
        raise ParameterError(
            f"smallest_gap={smallest_gap!r} must be 0 or more, in the unit of scores, e.g. 0.5."
        )
    if not 0.5 < level < 1:
        raise ParameterError(f"level={level!r} must lie between 0.5 and 1, e.g. 0.95.")
    if not isinstance(folds, int) or isinstance(folds, bool) or folds < 2:
        raise ParameterError(f"folds={folds!r} must be a whole number from 2 on, e.g. 5.")


def _smallest(people: Caseload) -> float:
    return 0.02 * float(np.nanstd(people.outcome)) if np.isfinite(people.outcome).any() else 0.0


def _cannot(name: str) -> str:
    return (
        f"Whether {name} treats groups alike cannot be judged: the effects of the programmes are not identified in these data. "
        "Who is offered what is shown; who gains is not."
    )


def _rests_on(people: Caseload) -> str:
    n = len(people)
    count = "fewer than 10 people" if n < 10 else f"{n:,} people".replace(",", "\u202f")
    return f"{count}, out-of-fold doubly robust scores of {people.target_words}"
