"""Advice for one person: programmes ranked by gain, or why nothing can be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.gains.advice_words import (
    PERSON,
    advice_certainty,
    advice_checks,
    advice_headline,
    advice_sentence,
)
from almpo_kit.recommendation.gains.gain_model import GainModel
from almpo_kit.recommendation.gains.gain_tables import graded
from almpo_kit.recommendation.gains.gain_words import rests
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.recommendation.gains.predicting import joint, markets
from almpo_kit.recommendation.gains.similar_people import similar_people
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
FIRST, ALIKE, SMALLER, NONE, SILENT = (
    "offer first",
    "about as good",
    "smaller gain",
    "no gain shown",
    "too little to say",
)
WORSE = "expected to give less than no programme"
STRICT = "carried by few studies and few participants: a 99% interval above zero is asked for"
#: Independent samples, or participants here, from which on 95% is enough to call a gain shown; and how much wider the
#: interval is that is asked for below (2.576 / 1.960).
_MANY_SAMPLES, _MANY_HERE, _STRICTER = 10, 200, 1.314
_CONTEXT = ("geo", "unemployment_class", "skill_class")
_DRAWS = 4096


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Advice(Finding):
    """Programmes for one person, ranked by gain over no programme. The caseworker decides.

    It holds no characteristics of the person, and has no numbers to track: advice about one person is not logged.

    ``table``, one row a programme, those with numbers first: ``programme, programme_type, gain, low, high, rank,
    chance_best, lock_in, lock_in_months, weight_evidence, weight_local, weight_prior, distance, certainty, says, reason``.
    ``says`` is "offer first" (a gain is shown, see :func:`shown`, and a larger one than of any other programme with a gain shown), "about as
    good" (a gain is shown that cannot be told from the largest), "smaller gain", "no gain shown" or "too little to say". ``reason``: why
    nothing is said, or that less than no programme is expected.
    ``chance_best``: posterior probability that it gives this person most, among those that are not refused and no programme.

    Parameters
    ----------
    similar : DataFrame
        ``programme, people, mean_outcome, low, high, says``; empty where no people were given.
    abstains : bool
        True where nothing can be said of any programme.
    none_best : float
        Posterior probability that no programme is best; NaN where all are refused.
    same_for_all : bool or None
        True where gains are not shown to differ between people.
    unit, target_words : str
    level : float
    market : tuple of str
        Unemployment and skill class.
    """

    similar: pd.DataFrame
    abstains: bool
    none_best: float
    same_for_all: bool | None
    unit: str
    target_words: str
    level: float
    market: tuple[str, str]
    months: float = np.nan
    smallest_told: int = 10

    def metrics(self) -> Mapping[str, float]:
        """Nothing: advice about one person is not logged."""
        return {}


def advise(
    model: GainModel,
    person: pd.DataFrame,
    *,
    context: pd.DataFrame | Mapping[str, str] | None = None,
    similar: Caseload | None = None,
    menu: Menu | None = None,
    about: str = PERSON,
    seed: int = 0,
) -> Advice:
    """Rank programmes for one person by expected gain, with what each rests on, or say why nothing can be said.

    Parameters
    ----------
    model : GainModel
    person : DataFrame, one row
        The characteristics that the model was learned with (``model.features``); may also have ``geo``,
        ``unemployment_class`` and ``skill_class``.
    context : DataFrame of one row or mapping, optional
        ``geo, unemployment_class, skill_class``, where the person's row does not have them.
    similar : Caseload, optional
        People among whom similar ones are looked for.
    menu : Menu, optional
        What can be offered; by default all programmes of the model.
    about : str
        Who is advised, in words: ``"people there"`` where average people of a place stand for a group.
    seed : int
        Draws ``chance_best``.

    Returns
    -------
    Advice

    Raises
    ------
    FrameError
        Not one row; missing characteristics; programmes that the model does not know.
    """
    if not isinstance(model, GainModel):
        raise ParameterError(
            f"advise() takes a gain model, not {type(model).__name__}; write advise(gain_model(people), person)."
        )
    where = _context(person, context)
    offered = _offered(model, menu)
    features = person if model.known.local is not None else None
    gains = model.for_people(features, where)
    market = markets(model.known, where)[0]
    z = None if model.known.local is None else model.known.local.standardised(person)[0]
    mean, covariance = joint(model.known, z, market)
    table, none_best = _table(model, menu or model.menu, offered, gains, mean, covariance, seed)
    arms = (model.menu.names[0], *table["programme"])
    near = similar_people(similar, person, arms, model.level) if similar is not None else _nobody()
    given = model.provenance
    fields: dict[str, Any] = {
        "table": table,
        "similar": near,
        "abstains": bool((table["says"] == SILENT).all()),
        "none_best": none_best,
        "same_for_all": model.same_for_all,
        "unit": model.unit,
        "target_words": model.target_words,
        "level": model.level,
        "market": market.classes,
        "months": model.months,
    }
    return Advice(
        question=f"Which programme would add most to the {model.target_words.removeprefix('the ')} of {about}?",
        sentence=advice_sentence(table, model, none_best, about),
        checks=advice_checks(table, model, market, near, about),
        provenance=Provenance(
            data=given.data,
            method="recommendation.advise",
            options={"level": model.level},
            seed=seed,
            synthetic=given.synthetic or (similar is not None and similar.synthetic),
        ),
        figure="gains",
        certainty=advice_certainty(table, model),
        headline=advice_headline(table, model),
        rests_on=rests(model),
        **fields,
    )


def _nobody() -> pd.DataFrame:
    return pd.DataFrame(columns=["programme", "people", "mean_outcome", "low", "high", "says"])


def _context(person: pd.DataFrame, context: pd.DataFrame | Mapping[str, str] | None) -> pd.DataFrame:
    if not isinstance(person, pd.DataFrame) or len(person) != 1:
        raise FrameError(
            "advise() is about one person: give a table of one row, e.g. people.features.iloc[[0]]."
        )
    given = pd.DataFrame([dict(context)]) if isinstance(context, Mapping) else context
    if given is not None and len(given) != 1:
        raise FrameError(f"context has {len(given)} rows; give one, that of the person.")
    row = {}
    for column in _CONTEXT:
        told = given if given is not None and column in given else person
        row[column] = told[column].iloc[0] if column in told else "unknown"
    return pd.DataFrame([row])


def _offered(model: GainModel, menu: Menu | None) -> Array:
    """Positions in the model's menu of what can be offered."""
    if menu is None:
        return np.arange(1, len(model.menu))
    return np.array([model.menu.position(name) for name in menu.names[1:]], dtype=int)


def _table(
    model: GainModel, menu: Menu, offered: Array, gains: Gains, mean: Array, covariance: Array, seed: int
) -> tuple[pd.DataFrame, float]:
    usable = np.array([a for a in offered if not gains.abstains[0, a]], dtype=int)
    chance, none_best = _chances(mean[usable - 1], covariance[np.ix_(usable - 1, usable - 1)], seed)
    order = [*usable[np.argsort(-mean[usable - 1], kind="stable")], *(a for a in offered if a not in usable)]
    says = _says(model, gains, mean, covariance, [a for a in order if a in usable])
    rows = []
    for place, arm in enumerate(order):
        known = arm in usable
        months = float(menu.duration[menu.position(model.menu.names[arm])])
        prior = float(1 - gains.weight_evidence[0, arm] - gains.weight_local[0, arm])
        kind = model.menu.programme_types[arm]
        own = 0.0 if model.known.effective is None else float(model.known.effective[arm])
        numbers = [float(a[0, arm]) if known else np.nan for a in (gains.mean, gains.low, gains.high)]
        far = float(gains.distance[0, arm])
        samples = model.known.evidence.samples(kind)
        rows.append(
            {
                "programme": model.menu.names[arm],
                "programme_type": kind,
                "gain": numbers[0],
                "low": numbers[1],
                "high": numbers[2],
                "rank": place + 1 if known else np.nan,
                "chance_best": chance[list(usable).index(arm)] if known else np.nan,
                "lock_in": lock_in_words(months),
                "lock_in_months": months,
                "weight_evidence": float(gains.weight_evidence[0, arm]),
                "weight_local": float(gains.weight_local[0, arm]),
                "weight_prior": max(prior, 0.0),
                "distance": far,
                "certainty": graded(numbers[1], numbers[2], prior, far, samples, own, model.credible)
                if known
                else SILENT,
                "says": says.get(arm, SILENT),
                "reason": _why(numbers, says.get(arm, SILENT), str(gains.reasons[0, arm])),
            }
        )
    return pd.DataFrame(rows), none_best


def _why(numbers: list[float], says: str, refusal: str) -> str:
    """Why a programme is not offered first, where its numbers do not say so themselves."""
    if says == NONE and numbers[2] < 0:
        return WORSE
    return STRICT if says == NONE and numbers[1] > 0 else refusal


def lock_in_words(months: float) -> str:
    """How long a participant is in the programme, when few leave for a job."""
    if not np.isfinite(months):
        return "length not known"
    if months < 1:
        return "less than a month"
    return f"about {number(months, 0)} month{'' if round(months) == 1 else 's'}"


def _chances(mean: Array, covariance: Array, seed: int) -> tuple[Array, float]:
    """Posterior probability of each programme, and of none, to give most."""
    if not len(mean):
        return np.zeros(0), np.nan
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    draws = (
        mean
        + np.random.default_rng(np.random.SeedSequence(seed)).standard_normal((_DRAWS, len(mean))) @ root.T
    )
    best = np.argmax(np.column_stack([np.zeros(_DRAWS), draws]), axis=1)
    share = np.bincount(best, minlength=len(mean) + 1) / _DRAWS
    return share[1:], float(share[0])


def shown(model: GainModel, gains: Gains, arm: int) -> bool:
    """Whether a gain counts as shown: its interval lies above zero, and where few studies and few participants carry it, also
    one about a third wider (99% instead of 95%), for what is said of thin data is said of the luckiest of many.
    """
    own = 0.0 if model.known.effective is None else float(model.known.effective[arm])
    thin = own < _MANY_HERE and model.known.evidence.samples(model.menu.programme_types[arm]) < _MANY_SAMPLES
    reach = float(gains.mean[0, arm] - gains.low[0, arm])
    return bool(gains.mean[0, arm] > reach * (_STRICTER if thin else 1.0))


def _says(model: GainModel, gains: Gains, mean: Array, covariance: Array, order: list[int]) -> dict[int, str]:
    """Word for each programme that is not refused, in order of gain."""
    proven = [arm for arm in order if shown(model, gains, arm)]
    words = {arm: NONE for arm in order if arm not in proven}
    if not proven:
        return words
    top, alike = proven[0], []
    reach = (gains.high[0, top] - gains.mean[0, top]) / max(gains.se[0, top], 1e-300)
    for arm in proven[1:]:
        a, b = top - 1, arm - 1
        gap = mean[a] - mean[b]
        spread = np.sqrt(max(covariance[a, a] + covariance[b, b] - 2 * covariance[a, b], 0.0))
        words[arm] = SMALLER if gap > reach * spread else ALIKE
        alike += [arm] if words[arm] == ALIKE else []
    words[top] = ALIKE if alike else FIRST
    return words
