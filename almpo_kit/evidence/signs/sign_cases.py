"""The estimates that enter a sign model: their category, their moderators, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import bands_of, labels_of
from almpo_kit.evidence.eligibility import NO_HORIZON, NO_SE, reasons
from almpo_kit.evidence.kernels.blocks import Floats, Ints
from almpo_kit.evidence.kernels.ordered_probit import separation
from almpo_kit.evidence.regression.formulas import Formula
from almpo_kit.evidence.regression.moderator_words import level_words, variable_words
from almpo_kit.evidence.regression.moderators import Moderators, formula_of, known, moderators
from almpo_kit.evidence.tally import favour
from almpo_kit.evidence.telling import FEWEST_SAMPLES
from almpo_kit.evidence.words import count, listed
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.horizons import NOT_COMPARABLE

VERB = "sign_model"
#: Share of the largest part of a direction that is more than rounding.
_MOVES = 1e-6
#: Lowest to highest.
CATEGORIES = ("unfavourable", "not significant", "favourable")
NO_FAVOUR = "neither significance nor an effect with its standard error is stated"
NO_MODERATOR = "a moderator is not stated"


@dataclass(frozen=True)
class Case:
    """Estimates ready to be modelled, or ``refusal``.

    ``rows``: those that enter; ``category`` (k,) indexes :data:`CATEGORIES`; ``samples`` (k,) their labels;
    ``design`` their moderators (None in a refusal before there are any). ``derived``: how many categories
    were computed from effect and standard error. ``left_out``: reason -> number of estimates. ``perfect``:
    what was set aside because it predicts perfectly, in words; ``aside``: the same in a few, for a sentence.
    """

    formula: Formula
    cluster: str
    rows: pd.DataFrame
    category: Ints
    samples: pd.Series
    design: Moderators | None
    derived: int
    left_out: dict[str, int]
    perfect: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    refusal: str | None = None

    @property
    def x(self) -> Floats:
        """The moderators without their constant, which the cutpoints carry, shape (k, p)."""
        return self.at(self.rows)

    def at(self, rows: pd.DataFrame) -> Floats:
        """The same columns at other values, shape (k, p)."""
        if self.design is None:
            return np.empty((len(rows), 0))
        return self.design.rows(rows)[:, list(self.design.tested)]

    @property
    def n_samples(self) -> int:
        """Independent samples that enter."""
        return int(self.samples.nunique())


def case_of(effects: pd.DataFrame, formula: str, cluster: str) -> Case:
    """Leave out what cannot enter, and bring the rest into categories and moderators.

    Raises
    ------
    ParameterError
        A formula without moderators, or without the constant that the cutpoints stand for.
    """
    read = formula_of(formula, VERB)
    if read.empty:
        raise ParameterError(
            f"{VERB}() got {formula!r}, which names nothing that could make a result more likely; "
            'name a moderator, e.g. "~ programme_type"'
        )
    frame = _ready(effects)
    favours = favour(frame)
    why = _reasons(frame, favours["favour"], known(frame, read, VERB))
    entering = (why == "").to_numpy()
    rows, kept = frame[entering].reset_index(drop=True), favours[entering]
    rows = rows.assign(**{v: rows[v].map(_plain) for v in read.variables if v in rows})
    case = Case(
        formula=read,
        cluster=cluster,
        rows=rows,
        category=kept["favour"].map(CATEGORIES.index).to_numpy(dtype=np.intp),
        samples=labels_of(rows, cluster, VERB),
        design=None,
        derived=int(kept["derived"].sum()),
        left_out={str(r): int(n) for r, n in why[why != ""].value_counts().items()},
    )
    thin = _too_few(case)
    return replace(case, refusal=thin) if thin else _designed(case)


def _plain(value: Any) -> Any:
    """A level as moderators compare it: stripped, yes and no as words."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return value.strip() if isinstance(value, str) else value


def _ready(effects: pd.DataFrame) -> pd.DataFrame:
    """The columns that the rules read, also where studies state a sign only; ``band`` and ``log_n``."""
    frame = effects.reset_index(drop=True)
    frame.attrs = {}
    for column in ("effect", "se"):
        if column not in frame:
            frame[column] = np.nan
    band = bands_of(frame)
    if "band" not in frame and band is not None:
        frame["band"] = band.where(band != NOT_COMPARABLE, None)
    if "log_n" not in frame and "n" in frame:
        n = pd.to_numeric(frame["n"], errors="coerce").astype(float)
        frame["log_n"] = np.log(n.where(n > 0))
    return frame


def _reasons(frame: pd.DataFrame, favours: pd.Series, stated: pd.Series) -> pd.Series:
    """The first reason why each estimate cannot enter; "" where it can."""
    # Neither a size nor a horizon is needed to have a sign; the horizon is where the formula names it.
    needless = ("", NO_SE, NO_HORIZON)
    why = reasons(frame).map(lambda w: next((r for r in w.split("; ") if r not in needless), ""))
    why = why.mask((why == "") & favours.eq("not stated"), NO_FAVOUR)
    return why.mask((why == "") & ~stated, NO_MODERATOR)


def _too_few(case: Case) -> str | None:
    if case.n_samples < FEWEST_SAMPLES:
        who = f"{count(case.n_samples, 'independent sample')} {'states' if case.n_samples == 1 else 'state'}"
        return f"{who} a favour and every moderator; at least {FEWEST_SAMPLES} are needed"
    if len(np.unique(case.category)) == 1:
        return f"all estimates are {CATEGORIES[case.category[0]]}, so there is nothing to tell apart"
    if not np.any(case.category == CATEGORIES.index("favourable")):
        # The model's highest category is then another one, and would be taken for this.
        which = "none of the estimates left " if case.perfect else "no estimate "
        return f"{which}is significantly favourable, so nothing says what makes such a result likelier"
    return None


def _designed(case: Case) -> Case:
    found = moderators(case.rows, case.formula, VERB, case.n_samples)
    if found.intercept is None:
        raise ParameterError(
            f"{VERB}() got {case.formula.text!r} without a constant, which the cutpoints stand for here; "
            "take out the - 1 or + 0"
        )
    return replace(case, design=found)


def set_aside(case: Case) -> Case:
    """Take out levels that predict perfectly; refuse where no level is to blame, or too little is left."""
    while case.refusal is None and case.design is not None:
        direction = separation(contiguous(case.category), case.x)
        if direction is None:
            return _enough_samples(case)
        level = _culprit(case)
        if level is None:
            labels = [case.design.labels[i] for i in case.design.tested]
            moving = np.abs(direction[: len(labels)]) > _MOVES * np.abs(direction).max()
            words = (
                "the category of some estimates is predicted perfectly, so that no finite coefficient is the most "
                f"likely ({listed(labels[i] for i in np.flatnonzero(moving))}); leave one of these out, or merge levels"
            )
            return replace(case, refusal=words)
        case = _without(case, *level)
    return case


def contiguous(category: Ints) -> Ints:
    """0 … J - 1 of the categories that occur."""
    return np.asarray(np.unique(category, return_inverse=True)[1], dtype=np.intp)


def _culprit(case: Case) -> tuple[str, Any] | None:
    """A (variable, level) whose estimates all fall into the lowest or all into the highest category."""
    lowest, highest = case.category.min(), case.category.max()
    for variable, levels in case.design.levels.items() if case.design else ():
        for level in levels:
            met = case.category[case.rows[variable].eq(level).to_numpy()]
            if len(met) < len(case.category) and (np.all(met == lowest) or np.all(met == highest)):
                return variable, level
    return None


def _without(case: Case, variable: str, level: Any) -> Case:
    out = case.rows[variable].eq(level).to_numpy()
    n, samples = int(out.sum()), int(case.samples[out].nunique())
    favoured = CATEGORIES[case.category[out][0]]
    who = "The only estimate" if n == 1 else f"All {n} estimates"
    words = (
        f"{who} with the {variable_words(variable)} {level_words(variable, level)!r} "
        f"({count(samples, 'independent sample')}) {'is' if n == 1 else 'are'} {favoured}, which the model would "
        "read as certainty; set aside. Merge this level with a similar one to use it."
    )
    short = (
        f"{variable_words(variable)} {level_words(variable, level)!r} ({'its only estimate' if n == 1 else f'all {n} estimates'}, "
        f"{count(samples, 'independent sample')}, {favoured})"
    )
    rows = case.rows[~out].reset_index(drop=True)
    smaller = replace(
        case,
        rows=rows,
        category=case.category[~out],
        samples=case.samples[~out].reset_index(drop=True),
        perfect=(*case.perfect, words),
        aside=(*case.aside, short),
    )
    thin = _too_few(smaller)
    if thin:
        return replace(smaller, refusal=thin, design=None)
    try:
        return _designed(smaller)
    except DesignError as error:
        return replace(smaller, refusal=f"what predicts perfectly leaves too little ({error})", design=None)


def _enough_samples(case: Case) -> Case:
    """A sandwich of G samples has rank G - 1 at most: more parameters than that have no standard errors."""
    parameters = case.x.shape[1] + len(np.unique(case.category)) - 1
    if case.n_samples > parameters:
        return case
    words = (
        f"{count(case.n_samples, 'independent sample')} cannot carry {parameters} coefficients and cutpoints"
    )
    return replace(case, refusal=f"{words}; name fewer moderators")
