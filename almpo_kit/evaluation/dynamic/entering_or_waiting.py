"""From a register to people who entered a programme and people who were waiting at the same point."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.evaluation.dynamic import waiting_checks as told
from almpo_kit.evaluation.dynamic.anticipation import anticipation
from almpo_kit.evaluation.dynamic.before_and_after import history_columns, outcome_columns
from almpo_kit.evaluation.dynamic.follow_up import followed_short, nearly_all_followed
from almpo_kit.evaluation.dynamic.month_numbers import month_texts, quarter_texts
from almpo_kit.evaluation.dynamic.paths import Paths, paths
from almpo_kit.evaluation.dynamic.pre_programme_dip import before_table, dip
from almpo_kit.evaluation.dynamic.risk_sets import Moments, at_risk, moments
from almpo_kit.evaluation.dynamic.waiting_groups import WaitingGroups
from almpo_kit.evaluation.dynamic.waiting_tables import moments_table, month_table, stratum_names
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import SYNTHETIC, data_versions, is_synthetic, provenance, stamp

Array = np.ndarray[Any, np.dtype[Any]]
#: Columns that are made here and must not come with the persons frame.
_MADE = ("treatment", "stratum", "elapsed_months", "aligned", "quarter")


def entering_or_waiting(
    persons: pd.DataFrame,
    entries: pd.DataFrame,
    months: pd.DataFrame,
    *,
    arms: Sequence[str] | Mapping[str, str] | None = None,
    comparison: str = "waiting",
    strata_months: int = 3,
    longest: int = 24,
    horizon: int = 36,
    history: int = 24,
    moment: Literal["start", "announced"] = "start",
    entries_come: Literal["start of month", "end of month"] = "start of month",
    every_month: bool = False,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> WaitingGroups:
    """Cut a register into moments at which people entered a programme or went on waiting.

    Everybody who is unemployed may enter next month; asking who *ever* entered compares people who stayed unemployed long
    enough to do so with people who found a job first. Here people who enter after some months are compared with people
    who had waited as long and had not entered by then, whatever they did later. The effect is that of entering now against
    waiting (and perhaps entering later).

    Parameters
    ----------
    persons : DataFrame, shape (n, ...)
        A ``persons`` frame, one row a person: ``id, entry_date`` (month in which unemployment began), covariates.
    entries : DataFrame
        A ``programme_entries`` frame: ``id, programme, start``, optionally ``announced``. The first programme since
        unemployment began counts; those before are history.
    months : DataFrame
        A ``person_months`` frame: ``id, period, employed``, optionally ``earnings, registered``: best from two years
        before the first unemployment to ``horizon`` months after the last entry.
    arms : sequence of str or mapping, optional
        Programmes that are compared, or programme -> arm. Whoever enters another one is neither waiting nor treated from
        then on.
    comparison : str
        What the comparison is called.
    strata_months : int
        Width of the strata of elapsed unemployment.
    longest : int
        Entries after this many months of unemployment are not compared.
    horizon : int
        Months of outcomes; moments whose horizon is not wholly in the calendar months of the data are not compared. A
        person whose own months end before it stays, her later outcomes missing: leaving her out would choose people by
        what came later. How many those are is told arm by arm.
    history : int
        Months before unemployment that history columns are made of.
    moment : {"start", "announced"}
        From where to count. "announced" is right where people act on the announcement.
    entries_come : {"start of month", "end of month"}
        Whether an entry comes before or after the jobs found in its month; the data do not say.
    every_month : bool
        Compare waiting people in every month of a stratum. By default each is looked at in one month a stratum, drawn
        beforehand with equal chances, which keeps the months in proportion and the table small.
    seed : int
    progress : callable, optional

    Returns
    -------
    WaitingGroups
        ``.persons`` goes into :func:`design`, e.g. ``design(groups.persons, assignment="matching", comparison="waiting",
        outcomes=measured("employed_{month}", outcome="employment_probability", unit="percentage_points", months=range(1, 37)),
        covariates={**groups.covariates, "age": "confounder"}, cluster="cluster", block="stratum")``.

    Raises
    ------
    FrameError, ParameterError, DesignError
        The message names the way out.

    References
    ----------
    Sianesi (2004) Rev. Econ. Stat. 86, 133-155; Fredriksson and Johansson (2008) J. Bus. Econ. Stat. 26, 435-445;
    Biewen, Fitzenberger, Osikominu and Paul (2014) J. Labor Econ. 32, 837-897; Hernán et al. (2016) J. Clin. Epidemiol.
    79, 70-75.
    """
    _ask(persons, strata_months, longest, horizon, history, moment, entries_come)
    steps = _Steps(progress)
    held = paths(persons, entries, months, arms=arms, moment=moment)
    if comparison in held.arms:
        raise ParameterError(f"comparison={comparison!r} is also the name of a programme; call it otherwise.")
    names = (comparison, *held.arms)
    at_end = entries_come == "end of month"
    steps.done()
    risk = at_risk(held, longest, at_end=at_end)
    rows, followed = moments(
        held, risk, strata_months=strata_months, horizon=horizon, every_month=every_month, seed=seed
    )
    sizes = np.bincount(rows.arm, minlength=len(names))
    _enough(held, risk, sizes, horizon)
    steps.done()
    stratum = rows.elapsed // strata_months
    past = history_columns(held, rows, history)
    table = moments_table(held, rows, names, longest=longest, strata_months=strata_months, horizon=horizon)
    labels = stratum_names(longest, strata_months)
    synthetic = is_synthetic(persons, entries, months)
    frame = _frame(persons, held, rows, names, past, labels, strata_months, horizon, synthetic)
    stamp(frame, *data_versions(persons, entries, months))
    steps.done()
    return WaitingGroups(
        question="Who entered a programme, and who was waiting at the same point of unemployment?",
        sentence=_sentence(held, rows, names, horizon),
        table=table,
        checks=(
            *told.thin_arms(names, sizes),
            anticipation(held, risk, moment),
            dip(held, rows, stratum, comparison),
            told.known_history(held, rows),
            *told.unused_entries(held, risk, followed),
            *told.off_the_register(held, rows, horizon),
            *followed_short(held, rows, names, horizon),
            *told.unknown_outcomes(held, rows, names, horizon),
            told.not_yet_treated(held, rows, horizon),
            *told.same_month(held, rows, at_end),
        ),
        provenance=provenance(
            persons,
            entries,
            months,
            method="evaluation.entering_or_waiting",
            options={
                "arms": list(held.arms),
                "comparison": comparison,
                "strata_months": strata_months,
                "longest": longest,
                "horizon": horizon,
                "history": history,
                "moment": moment,
                "entries_come": entries_come,
                "every_month": every_month,
            },
            seed=None if every_month else seed,
        ),
        figure="waiting",
        persons=frame,
        arms=names,
        horizon=horizon,
        followed=nearly_all_followed(held, rows, horizon),
        covariates={
            "elapsed_months": "confounder",
            "quarter": "confounder",
            **{
                str(c): "history" for c in past if past[c].notna().any() and past[c].nunique(dropna=False) > 1
            },
        },
        by_month=month_table(held, risk, names),
        before=before_table(held, rows, stratum, names, min(history, 24)),
    )


class _Steps:
    """Tells a callback how many of three steps are done."""

    def __init__(self, progress: Callable[[int, int], None] | None) -> None:
        self._tell, self._count = progress, 0

    def done(self) -> None:
        self._count += 1
        if self._tell is not None:
            self._tell(self._count, 3)


def _ask(
    persons: pd.DataFrame, strata: int, longest: int, horizon: int, history: int, moment: str, come: str
) -> None:
    limits = {
        "strata_months": (strata, 12),
        "longest": (longest, 120),
        "horizon": (horizon, 240),
        "history": (history, 240),
    }
    for name, (value, most) in limits.items():
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise ParameterError(f"{name}={value!r} must be a whole number of months from 1 to {most}.")
    if history < 12:
        raise ParameterError(f"history={history} is too short; a year of it is the least, e.g. history=24.")
    if moment not in ("start", "announced"):
        raise ParameterError(f'moment={moment!r} must be "start" or "announced".')
    if come not in ("start of month", "end of month"):
        raise ParameterError(f'entries_come={come!r} must be "start of month" or "end of month".')
    taken = [c for c in persons if c in _MADE or re.fullmatch(r"(employed|earnings)_\d+", str(c))]
    if taken:
        raise ParameterError(
            f"the persons frame already has {', '.join(map(repr, taken[:6]))}, which are made here from the other two frames; "
            f"leave them out, e.g. persons.drop(columns={taken[:1]!r})."
        )


def _enough(held: Paths, risk: Array, sizes: Array, horizon: int) -> None:
    if not risk[:, 0].any():
        raise DesignError(
            "nobody is seen to become unemployed: no entry_date lies within the months of the person_months frame."
        )
    if not sizes[1:].any():
        raise DesignError(
            f"nobody entered a programme while waiting, with {horizon} months of outcomes after it; shorten horizon, e.g. "
            "horizon=12, or look at how entry_date and start are dated."
        )
    if not sizes[0]:
        raise DesignError("nobody was waiting when others entered; there is nobody to compare with.")


def _frame(
    persons: pd.DataFrame,
    held: Paths,
    rows: Moments,
    names: tuple[str, ...],
    past: pd.DataFrame,
    strata: list[str],
    strata_months: int,
    horizon: int,
    synthetic: bool,
) -> pd.DataFrame:
    own = persons.iloc[held.order[rows.person]].reset_index(drop=True)
    month = held.began[rows.person] + rows.elapsed
    ids = own["id"].astype(str)
    aligned = month_texts(month)
    labels = np.array(strata, dtype=object)[rows.elapsed // strata_months]
    made = pd.DataFrame(
        {
            "id": ids + "@" + pd.Series(aligned, dtype="str"),
            "treatment": pd.Series(np.array(names, dtype=object)[rows.arm], dtype="str"),
            "cluster": own["cluster"].astype(str) if "cluster" in own else ids,
            "stratum": pd.Series(labels, dtype="str"),
            "elapsed_months": rows.elapsed,
            "aligned": pd.Series(aligned, dtype="str"),
            "quarter": pd.Series(quarter_texts(month), dtype="str"),
        }
    )
    rest = own.drop(columns=[c for c in ("id", "cluster", "source") if c in own])
    clash = [c for c in past if c in rest]
    source = own["source"].astype(str) if "source" in own else pd.Series("register", index=own.index)
    if synthetic:
        # The label must not be lost where only entries or months were invented.
        source = source.where(source.str.startswith(SYNTHETIC), f"{SYNTHETIC} " + source)
    frame = pd.concat(
        [made, rest.drop(columns=clash), past, outcome_columns(held, rows, horizon), source.rename("source")],
        axis=1,
    )
    # Each person's moments stand together and arms are not sorted: the order tells nothing.
    frame = frame.iloc[np.lexsort([rows.elapsed, rows.person])].reset_index(drop=True)
    return frame


def _sentence(held: Paths, rows: Moments, names: tuple[str, ...], horizon: int) -> str:
    entering = rows.arm > 0
    waiting = ~entering
    soon = min(12, horizon)
    share = 100 * told.later_entry(held, rows, soon)[waiting].mean()
    programmes = f"one of {len(names) - 1} programmes" if len(names) > 2 else names[1]
    return (
        f"{told.count(int(entering.sum()))} people entered {programmes}; they can be compared with {told.count(int(waiting.sum()))} "
        f"moments of {told.count(len(np.unique(rows.person[waiting])))} people who had waited as long and had not entered by "
        f"then. {share:.0f}% of these moments were followed by an entry within {soon} months, so the effect is that of entering now "
        "against waiting."
    )
