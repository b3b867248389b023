"""Whether a panel falls into groups of opinion, what parts them and what unites them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.diversity.kernels.groups_test import Tried, divide, placed
from almpo_kit.codesign.diversity.kernels.opinion_map import principal_axes, stays
from almpo_kit.codesign.diversity.opinion_groups_result import MAP_COLUMNS, TRIED_COLUMNS, OpinionGroups
from almpo_kit.codesign.diversity.opinion_words import FEWEST, certainty, checks, sentence
from almpo_kit.codesign.diversity.profiles import composition, profile, statements
from almpo_kit.codesign.diversity.rated_statements import Rated, rated_statements
from almpo_kit.codesign.rounds.answers_given import made_by
from almpo_kit.vocabulary.consultation_items import said
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError

_MOST_GROUPS: Final = 6
_REPEATS: Final = 100


def opinion_groups(
    judged: pd.DataFrame,
    plan: Plan,
    *,
    items: list[str] | None = None,
    round: int | None = None,
    false_alarm: float = 0.05,
    draws: int = 199,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> OpinionGroups:
    """Find groups of people who rate statements alike: as many as the answers warrant, also one.

    The panel is divided in two (2-means of ratings as shares of their scales) and compared with panels of one mind that
    answer as it does: each statement with the likeliest distribution of one peak, statements hanging together as much as
    observed, through a normal and through an evenly spread common leaning. Only a division further apart than in 95 of 100
    of both kinds holds; then its parts are tried in the same way. Each group has at least ``plan.least_group`` members.

    Parameters
    ----------
    judged : DataFrame
        ``judgements``.
    plan : Plan
    items : list of str, optional
        Statements; all of the plan when left out.
    round : int, optional
        The last that was answered when left out.
    false_alarm : float
        Most panels of one mind that may be divided, all divisions together; 0.01 to 0.2.
    draws : int
        Panels of one mind to compare with, 99 to 1999.
    seed : int
    progress : callable, optional
        Called with divisions done and known so far.

    Returns
    -------
    OpinionGroups
        ``certainty`` "too little to say" below 15 people or twice ``plan.least_group``.

    Raises
    ------
    FrameError
        The answers do not fit the plan.
    DesignError
        Nobody rated a statement.
    ParameterError

    Notes
    -----
    Measured on five statements with steps 1 to 9 (one kind with 1 to 3), 99 draws. Panels of one mind of eight kinds
    (independent, leaning, spread evenly, at the end of the scale, skewed, heavy tails, three steps, answers missing) were
    divided in 0 to 4% of 300 panels of 15 people, 0 to 2% of 300 panels of 40 and 0 to 5% of 150 panels of 200. Two camps
    (40% and 60%) with opinions that scatter by 0.15 of the scale, which differ by 0.45 of it on 4 statements, were found in
    about half of panels of 15 and in all of 40; on 2 statements in 5%, 45%, 85% and all of panels of 15, 40, 100 and 200. On
    one statement alone camps are rarely found: 0.6 of the scale apart in 10% of panels of 40, 45% of 100, 80% of 200; the
    camps of ``delphi`` look at single statements. Three camps in a triangle were all found in 70% of panels of 60.

    References
    ----------
    Liu, Hayes, Nobel & Marron (2008) JASA 103, 1281-1293 (cluster index). Kimes, Liu, Hayes & Marron (2017) Biometrics 73,
    811-821 (levels of parts). Hennig & Lin (2015) Statistics and Computing 25, 821-833 (homogeneous panels fitted to the
    data). Small, Bjorkegren, Erkkilä, Shaw & Megill (2021) Recerca 26(2) (pol.is: maps of opinion, what unites groups).
    """
    _check(false_alarm, draws, seed)
    rated = rated_statements(judged, plan, items, round, "opinion_groups")
    too_few = _too_few(rated, plan)
    rng, again = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    labels, tried = np.zeros(len(rated.people), dtype=int), list[Tried]()
    if not too_few:
        labels, tried = divide(
            rated.ratings,
            rated.steps,
            least=plan.least_group,
            false_alarm=false_alarm,
            draws=draws,
            most=_MOST_GROUPS,
            rng=rng,
            progress=progress,
        )
    n_groups = 0 if too_few else int(labels.max()) + 1
    points = placed(rated.ratings, rated.steps)
    stability = stays(points, labels, _REPEATS, again) if n_groups > 1 else float("nan")
    groups = pd.Series([chr(65 + k) for k in labels], dtype="str")
    by_group = profile(rated, groups, plan.rules)
    table = statements(rated, by_group, plan) if len(rated.people) else _no_statements()
    sizes = groups.value_counts().sort_index().rename_axis("group").rename("n")
    shown, axes = _map(points, groups, rated, plan, again)
    attempts = _tried(tried)
    return OpinionGroups(
        question=f"Does the panel fall into groups of opinion? · {said(plan.title, plan.languages[0])} · round {rated.round}",
        sentence=sentence(table, sizes, rated, too_few),
        table=table,
        checks=checks(rated, attempts, n_groups, stability, false_alarm, too_few),
        provenance=made_by(
            judged,
            plan=plan,
            method="codesign.opinion_groups",
            options={
                "items": [i.id for i in rated.items],
                "round": rated.round,
                "false_alarm": false_alarm,
                "draws": draws,
            },
            seed=seed,
        ),
        figure="opinion_groups",
        certainty=certainty(len(rated.people), n_groups, stability, attempts),
        rests_on=f"ratings of {len(rated.items)} statements by {len(rated.people)} people in round {rated.round}",
        n_groups=n_groups,
        members=pd.Series(groups.to_numpy(), index=rated.people["participant"], name="group"),
        sizes=sizes,
        profile=by_group,
        composition=composition(rated.people, groups, plan.least_group),
        map=shown,
        axes=axes,
        tried=attempts,
        stability=stability,
        false_alarm=false_alarm,
        round=rated.round,
    )


def _check(false_alarm: Any, draws: Any, seed: Any) -> None:
    if (
        isinstance(false_alarm, bool)
        or not isinstance(false_alarm, int | float)
        or not 0.01 <= false_alarm <= 0.2
    ):
        raise ParameterError(
            f"opinion_groups() got false_alarm={false_alarm!r}; give a share from 0.01 to 0.2, e.g. 0.05."
        )
    if isinstance(draws, bool) or not isinstance(draws, int) or not 99 <= draws <= 1999:
        raise ParameterError(f"opinion_groups() got draws={draws!r}; give 99 to 1999, e.g. 199.")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ParameterError(f"opinion_groups() got seed={seed!r}; give a whole number, e.g. 0.")


def _too_few(rated: Rated, plan: Plan) -> str:
    least = max(FEWEST, 2 * plan.least_group)
    n = len(rated.people)
    if n < least:
        return f"{n} people rated enough statements, and at least {least} are needed"
    return ""


def _no_statements() -> pd.DataFrame:
    from almpo_kit.codesign.diversity.opinion_groups_result import STATEMENT_COLUMNS

    return pd.DataFrame(columns=list(STATEMENT_COLUMNS))


def _map(
    points: Any, groups: pd.Series, rated: Rated, plan: Plan, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People on two axes, in an order drawn by lot: rows of other tables tell nothing of them."""
    columns = ["axis", "share", "item", "loading"]
    if len(points) < max(FEWEST, 2 * plan.least_group):
        # A handful of points on a map are known to each other.
        return pd.DataFrame(columns=list(MAP_COLUMNS)), pd.DataFrame(columns=columns)
    scores, loadings, share = principal_axes(points)
    table = pd.DataFrame({"x": scores[:, 0], "y": scores[:, 1], "group": groups.to_numpy()})
    rows = [
        (axis, float(share[k]), item.id, float(loadings[k, j]))
        for k, axis in enumerate(("x", "y"))
        for j, item in enumerate(rated.items)
    ]
    order = rng.permutation(len(table))
    return table.iloc[order].reset_index(drop=True), pd.DataFrame(rows, columns=columns)


def _tried(tried: list[Tried]) -> pd.DataFrame:
    rows = [
        (
            len(t.people),
            int(min(t.labels.sum(), (~t.labels).sum())),
            t.index,
            t.expected,
            t.p_value,
            t.level,
            t.accepted,
        )
        for t in tried
    ]
    return pd.DataFrame(rows, columns=list(TRIED_COLUMNS))
