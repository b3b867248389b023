"""Whether durations can carry a model of the timing of events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.durations import Durations
from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.disclosure.suppress import suppress
from almpo_kit.evaluation.dynamic.event_cells import ELAPSED, stretch
from almpo_kit.evaluation.dynamic.hazard_fit import FEWEST
from almpo_kit.evaluation.dynamic.hazard_tables import stretch_names
from almpo_kit.evaluation.dynamic.timing_of_events import durations_of, standardised
from almpo_kit.evaluation.protocol.results import Design
from almpo_kit.evaluation.support.comparison import Comparison
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: Share of an arm's entries in one and the same month from which the moment was no surprise, and from which to be wary.
SAME_MOMENT, MANY_AT_ONCE = 0.6, 0.3
#: Fewest jobs in all.
FEWEST_JOBS = 50


def timing_support(
    design: Design, *, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Comparison:
    """See whether entries come at different times, and jobs before and after them.

    Returns
    -------
    Comparison
        ``table``: ``stretch, arm, person_months, jobs, job_hazard`` (per cent a month), in months without a programme
        (the comparison) and in or after each arm; small counts are missing. ``details["entries"]``: ``stretch, arm,
        waiting_months, entries, entry_hazard``. All rows are kept.
    """
    sample = design.sample
    spells = durations_of(sample)
    checks = (
        *_events(sample, spells),
        *_moments(sample, spells),
        _covariates(sample),
        _censored(spells),
        Check(
            "anticipation",
            "informational",
            "Durations do not say when people were told; if they knew the month beforehand and acted on it, the effect is wrong.",
        ),
    )
    stops = tuple(
        dict.fromkeys(
            c.name for c in checks if c.status == "failed" and c.name in ("few_events", "same_moment")
        )
    )
    table, entries = _jobs(sample, spells), _entries(sample, spells)
    return Comparison(
        table=table,
        sentence=_sentence(sample, spells, stops),
        kept=np.ones(len(sample), dtype=bool),
        checks=checks,
        stops=stops,
        details={"entries": entries},
    )


def _events(sample: Sample, spells: Durations) -> tuple[Check, ...]:
    after = spells.job & (spells.entered >= 0)
    lacking = [] if spells.job.sum() >= FEWEST_JOBS else [f"{_few(spells.job.sum())} jobs in all"]
    for k, arm in enumerate(sample.arms[1:], start=1):
        here = sample.arm == k
        for n, what in ((here.sum(), "entries into"), ((here & after).sum(), "jobs after entry into")):
            if n < FEWEST:
                lacking.append(f"{_few(n)} {what} {arm}")
    if not (spells.job & (spells.entered < 0)).any():
        lacking.append("no job of anybody who had not entered")
    if not lacking:
        return (
            Check(
                "few_events",
                "passed",
                "There are jobs with and without a programme, and entries, enough to model.",
            ),
        )
    return (
        Check(
            "few_events",
            "failed",
            f"Too few events to model hazards: {'; '.join(lacking)} (at least {FEWEST_JOBS} jobs, and {FEWEST} entries and jobs "
            "after entry of each arm). Follow people for longer, or join programmes.",
        ),
    )


def _few(n: int) -> str:
    return "fewer than 10" if 0 < n < 10 else number(n, 0)


def _moments(sample: Sample, spells: Durations) -> tuple[Check, ...]:
    made = []
    for k, arm in enumerate(sample.arms[1:], start=1):
        months = spells.entered[(sample.arm == k) & (spells.entered >= 0)]
        if len(months) < FEWEST:
            continue
        most = int(np.bincount(months).argmax())
        share = float((months == most).mean())
        if share <= MANY_AT_ONCE:
            continue
        known = share > SAME_MOMENT
        made.append(
            Check(
                "same_moment" if known else "many_at_once",
                "failed",
                f"{number(100 * share, 0)}% of those who entered {arm} did so after {most} months: "
                + (
                    "there is no timing to learn from, and everybody knew. Compare people on either side of that month instead."
                    if known
                    else "people can have known that month beforehand and waited for it."
                ),
            )
        )
    return tuple(made) or (
        Check("same_moment", "passed", "Entries are spread over many months of unemployment."),
    )


def _covariates(sample: Sample) -> Check:
    if standardised(sample.covariates).shape[1]:
        return Check(
            "covariates", "passed", "Covariates move the hazards, which is what proportionality needs."
        )
    return Check(
        "covariates",
        "failed",
        "No covariate is held constant: only the shape of durations tells effect and unobserved differences apart. Name some, e.g. "
        'covariates={"age": "confounder"}.',
    )


def _censored(spells: Durations) -> Check:
    share = float(1 - spells.job.mean())
    return Check(
        "censored",
        "informational",
        f"{number(100 * share, 0)}% were last seen without a job. They count as followed until then; if they left for another "
        "reason that goes with their chances, hazards are wrong.",
    )


def _jobs(sample: Sample, spells: Durations) -> pd.DataFrame:
    months, jobs = (np.zeros((len(ELAPSED) + 1, len(sample.arms)), dtype=int) for _ in range(2))
    for j in range(1, int(spells.left.max()) + 1):
        here = spells.left >= j
        arm = np.where((spells.entered >= 0) & (j > spells.entered), sample.arm, 0)
        at = int(stretch(np.array(j), ELAPSED))
        months[at] += np.bincount(arm[here], minlength=len(sample.arms))
        now = here & (spells.left == j) & spells.job
        jobs[at] += np.bincount(arm[now], minlength=len(sample.arms))
    return _table(sample, months, jobs, ("person_months", "jobs", "job_hazard"), range(len(sample.arms)))


def _entries(sample: Sample, spells: Durations) -> pd.DataFrame:
    months, entries = (np.zeros((len(ELAPSED) + 1, len(sample.arms)), dtype=int) for _ in range(2))
    for j in range(1, int(spells.left.max()) + 1):
        at = int(stretch(np.array(j), ELAPSED))
        waiting = (spells.left >= j) & ((spells.entered < 0) | (spells.entered >= j - 1))
        months[at] += int(waiting.sum())
        entries[at] += np.bincount(
            sample.arm[waiting & (spells.entered == j - 1)], minlength=len(sample.arms)
        )
    names = ("waiting_months", "entries", "entry_hazard")
    return _table(sample, months, entries, names, range(1, len(sample.arms)))


def _table(
    sample: Sample, months: Array, events: Array, names: tuple[str, str, str], arms: range
) -> pd.DataFrame:
    rows = [
        (name, sample.arms[k], months[s, k], events[s, k], 100 * events[s, k] / max(months[s, k], 1))
        for s, name in enumerate(stretch_names())
        for k in arms
        if months[s].any()
    ]
    table = pd.DataFrame(rows, columns=["stretch", "arm", *names])
    within = {names[1]: names[0]}
    return suppress(table, list(names[:2]), ["stretch", "arm"], within=within, values=[names[2]])


def _sentence(sample: Sample, spells: Durations, stops: tuple[str, ...]) -> str:
    entered = (spells.entered >= 0).mean()
    months = spells.entered[spells.entered >= 0]
    half = f"half of them within {number(float(np.median(months)), 0)} months" if len(months) else "nobody"
    head = (
        f"{number(100 * entered, 0)}% entered a programme while waiting, {half}; "
        f"{number(100 * spells.job.mean(), 0)}% were seen to find a job."
    )
    if stops:
        return f"The timing of entries cannot tell what they did. {head}"
    return f"{head} Entries come at different times, with jobs before and after them."
