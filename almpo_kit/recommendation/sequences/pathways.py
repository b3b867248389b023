"""Sequences of programmes, with what they may be expected to add to months in work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.recommendation.sequences.candidates import SequenceLimits, candidates
from almpo_kit.recommendation.sequences.combining import Combining
from almpo_kit.recommendation.sequences.effect_paths import EffectPaths, effect_paths
from almpo_kit.recommendation.sequences.followed import people_who_followed
from almpo_kit.recommendation.sequences.following import Course, Rule
from almpo_kit.recommendation.sequences.own_gain import with_own_gains
from almpo_kit.recommendation.sequences.pathways_result import Pathways
from almpo_kit.recommendation.sequences.ranking import optimism, ranked_table, without_dominated
from almpo_kit.recommendation.sequences.sequence_checks import checks, source_check, training_check
from almpo_kit.recommendation.sequences.sequence_tables import path_table, stage_table
from almpo_kit.recommendation.sequences.sequence_words import (
    certainty,
    headline,
    question,
    rests_on,
    sentence,
    simplest,
)
from almpo_kit.recommendation.sequences.skills_path import training_step, with_training
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import Provenance, provenance

Array = np.ndarray[Any, np.dtype[Any]]


def pathways(
    effects: pd.DataFrame,
    menu: Menu,
    *,
    without: pd.DataFrame | None = None,
    covariance: Mapping[str, Array] | None = None,
    cumulative: pd.DataFrame | None = None,
    sequences: Sequence[Sequence[str]] | None = None,
    limits: SequenceLimits | None = None,
    horizon: int | None = None,
    rule: Rule = "rates",
    interaction: tuple[float, float] = (0.0, 1.25),
    losing: float = 0.015,
    start: Gains | None = None,
    start_months: float | None = None,
    skills_path: pd.DataFrame | None = None,
    skills_programme: str | None = None,
    skills_route: str | None = None,
    entries: pd.DataFrame | None = None,
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
    of: Provenance | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Pathways:
    """Rank sequences of programmes by the months in work they add against no programme, lock-in counted.

    Hardly any sequence has been evaluated as one. A single step is what was estimated; what a later step adds is an
    assumption, told as such: those still out of work when it starts take it, and it adds to their monthly rate of finding
    a job (``rule="rates"``, a Markov chain of two states) or to their chance of being in work (``rule="points"``) what it adds
    when taken alone. By "rates" a share of what earlier steps gave is left once a later one is taken, by "points" that
    share is of what the later step gains; it is drawn from ``interaction`` (densest at both ends, so that intervals reach over
    the whole range). Shares are of gains only, never of losses.

    Parameters
    ----------
    effects : DataFrame
        One row a programme and month: ``programme`` (or ``arm``)``, months`` since entry``, effect, se`` in percentage points
        of the chance of being in work; optional ``comparison, outcome, unit, df, comparison_mean`` (as ``Estimate.table``
        has them)``, kind`` ("estimated" or else, which is told as assumed)``, abstains, reason``. Months that lack are filled
        by straight lines, which is told.
    menu : Menu
        Lengths and costs; its first arm is what effects are against.
    without : DataFrame, optional
        ``months, chance``: per cent in work without a programme; the mean of ``comparison_mean`` when left out.
    covariance : mapping of str to Array, optional
        Programme -> covariance of its months after entry, percentage points squared.
    cumulative : DataFrame, optional
        ``Estimate.cumulative``: from its standard errors follows how errors of neighbouring months correlate. With
        neither, errors are taken to move together fully, which makes intervals as wide as they can be.
    sequences : sequence of sequences of str, optional
        Only these; all orders of programmes within the limits when left out, without those that another one surely beats
        at no more cost and in no more time.
    limits : SequenceLimits, optional
        Most steps, months between steps, months and euro in all, programmes barred, and what must come before.
    horizon : int, optional
        Months to follow; as far as effects of all usable programmes are known when left out. Nothing is carried beyond what
        is known.
    rule : {"rates", "points"}
    interaction : (float, float)
        Lowest and highest of that share: 0 where a step undoes what came before it, 1 where all adds up.
    losing : float
        For "rates": share of those in work who lose their job in a month. What single steps give does not depend on it.
    start : Gains, optional
        One row: the gains of one person. Programmes for which they abstain are refused.
    start_months : float, optional
        Month at which (or up to which) these gains are told.
    skills_path : DataFrame, optional
        The table of ``matching.pathway``: its first training becomes the length and the name of the training step.
    skills_programme, skills_route : str, optional
        Which programme that is; "direct" or "with stops".
    entries : DataFrame, optional
        A ``programme_entries`` frame: how many people followed each sequence is told, never about fewer than ten.
    draws : int
    level : float
    seed : int
    of : Provenance, optional
        What effects come from, e.g. ``estimate.provenance``; a bare table such as ``Estimate.table`` does not carry it.
    progress : callable, optional
        Called with sequences done and in all.

    Returns
    -------
    Pathways
        ``table``, one row a sequence, the highest expected gain first: ``rank, pathway, n_steps, gain, low, high`` (months in
        work)``, at_end, at_end_low, at_end_high`` (points in the last month)``, lock_in_months, deepest`` (points)``,
        break_even_month, break_even_low, break_even_high`` (NaN: not within the horizon)``, chance_broken_even,
        months_in_steps, share_last_step`` (per cent)``, cost_eur`` (expected)``, cost_all_steps_eur, rests_on, chance_best,
        behind_best, behind_low, behind_high`` (for all sequences at once)``, like_best, gain_other_rule, gain_if_undone`` (each
        step undoes what the ones before it gave) and ``people`` where entries are given.

    Raises
    ------
    FrameError, ParameterError, DesignError
        The message names the way out.

    References
    ----------
    Combining steps by monthly rates: Kalbfleisch and Lawless (1985) J. Am. Stat. Assoc. 80, 863-871, on Markov chains of
    panel data. Comparisons with the best: Hsu (1984) Ann. Stat. 12, 1136-1144, here by Bonferroni.
    """
    combining = Combining(rule, interaction, losing, level, seed)
    _asked(draws, horizon)
    limits = limits or SequenceLimits()
    limits.check(menu)
    known = effect_paths(
        effects,
        menu,
        without=without,
        covariance=covariance,
        cumulative=cumulative,
        horizon=horizon,
        draws=draws,
        seed=seed,
    )
    if start is not None:
        known = with_own_gains(known, menu, start, at=start_months, seed=seed)
    usual, usual_menu, step = known, menu, None
    if skills_path is not None:
        step = training_step(skills_path, menu, programme=skills_programme, route=skills_route)
        known, menu = with_training(known, menu, step, step.months)
    reach = min([known.last(p) for p in known.drawn] or [1])
    months = min(horizon or reach, len(known.without) - 1)
    known = known.cut(months)
    found, out = candidates(menu, known, sequences, limits, months)
    courses, other = combining.courses(found, known, menu, progress)
    dominated: list[tuple[str, str]] = []
    if sequences is None:
        courses, dominated = without_dominated(courses, menu, level)
    people = (
        None if entries is None else people_who_followed(entries, [c.sequence.programmes for c in courses])
    )
    table = ranked_table(courses, [other[c.sequence.name] for c in courses], menu, level, people)
    more: tuple[Check, ...] = ()
    if step is not None:
        name, gains = combining.by_length(courses, usual, usual_menu, step, limits, months)
        more = (training_check(name, step.label, gains),) if name else ()
    more += source_check(effects, of)
    made = provenance(
        *(effects, without, cumulative, skills_path, entries, None if start is None else start.table),
        method=f"recommendation.pathways: steps combined by {rule}",
        options={
            "rule": rule,
            "interaction": list(interaction),
            "losing": losing,
            "horizon": months,
            "limits": limits.as_options(),
            "sequences": None if sequences is None else [list(s) for s in sequences],
            "draws": draws,
            "level": level,
            "person": start is not None,
        },
        seed=seed,
    )
    return _finding(
        (courses, table, pd.DataFrame([*out, *dominated], columns=["pathway", "reason"])),
        known,
        menu,
        combining,
        labels={} if step is None else {step.programme: step.label},
        more=more,
        made=_with_source(made, of, start),
        person=start is not None,
    )


def _finding(
    told: tuple[list[Course], pd.DataFrame, pd.DataFrame],
    known: EffectPaths,
    menu: Menu,
    combining: Combining,
    *,
    labels: dict[str, str],
    more: tuple[Check, ...],
    made: Provenance,
    person: bool,
) -> Pathways:
    courses, table, left_out = told
    by_name = {c.sequence.name: c for c in courses}
    courses = [by_name[name] for name in table["pathway"]]
    comparison, months, level = menu.names[0], len(known.without) - 1, combining.level
    whom = "for this person " if person else ""
    return Pathways(
        question=question(comparison, months, person),
        sentence=sentence(table, left_out, comparison=comparison, horizon=months, level=level, whom=whom),
        table=table,
        checks=(
            *checks(
                table,
                combining,
                assumed=known.assumed,
                how=known.how,
                left_out=len(left_out),
                selected_by=optimism(courses),
            ),
            *more,
        ),
        provenance=made,
        figure="timeline",
        certainty=certainty(table, known.assumed),
        headline=headline(table, level),
        rests_on=rests_on(known, months),
        paths=path_table(courses),
        stages=stage_table(courses, menu, labels, known.assumed),
        left_out=left_out,
        best=str(table["pathway"].iloc[0]) if len(table) else "",
        like_best=tuple(table["pathway"].iloc[1:][table["like_best"].iloc[1:].astype(bool)]),
        simplest=simplest(table),
        horizon=months,
        comparison=comparison,
        rule=combining.rule,
        interaction=combining.interaction,
        level=level,
        person=person,
    )


def _with_source(made: Provenance, of: Provenance | None, start: Gains | None) -> Provenance:
    """With the data that effects come from; what is invented in any part stays so."""
    data = tuple(dict.fromkeys((*made.data, *(of.data if of else ()))))
    invented = made.synthetic or bool(of and of.synthetic) or _invented(start)
    return replace(made, data=data, synthetic=invented)


def _invented(start: Gains | None) -> bool:
    """Whether gains say of themselves that they are synthetic, in whichever way they carry it."""
    told = getattr(start, "provenance", start)
    return bool(getattr(told, "synthetic", False))


def _asked(draws: int, horizon: int | None) -> None:
    if isinstance(draws, bool) or draws != int(draws) or not 100 <= draws <= 100_000:
        raise ParameterError(f"draws={draws!r}: give a whole number from 100 to 100 000, e.g. draws=1000.")
    if horizon is not None and (
        isinstance(horizon, bool) or horizon != int(horizon) or not 2 <= horizon <= 240
    ):
        raise ParameterError(f"horizon={horizon!r}: give whole months from 2 to 240, e.g. horizon=36.")
