"""How good a result is, and how close it comes to the question: the weights behind the strength of evidence.

Each weight lies between 0 and 1; 1 is a result at low risk of bias on exactly the question, and counts as
one high-quality study.

=============  ================================================================================
quality        overall risk of bias. RoB 2: low 1, some concerns 0.5, high 0.25. ROBINS-I, whose
               "low" is comparable to a good trial: low 1, moderate 0.5, serious 0.25, critical 0
               (its authors advise against using such results). No information, or not appraised:
               0.25, as the lowest grade that still counts
programme      the programme asked about 1; a mix that may contain it 0.5; others do not count
group          the group asked about, or any when none is asked 1; a wider or narrower one (all
               jobseekers for a group, a group for all jobseekers) 0.5; others do not count
place          the country asked about, or the EU-27 when none is asked 1; elsewhere in the EU
               0.75; outside it 0.5
horizon        the band asked about, or any when none is asked 1; another, or not stated 0.5
=============  ================================================================================

The three grades of quality and the factor of one half for each combined or partial match are
Jobeffekter.dk's. Its researchers' grade and its method factor (trial 1, econometric study 0.8) are one
here, because risk of bias already weighs the design; its factor for the journal is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import bands_of
from almpo_kit.vocabulary.appraisal import NO_INFORMATION
from almpo_kit.vocabulary.horizons import NOT_COMPARABLE
from almpo_kit.vocabulary.places import EU27, normalise

QUALITY: dict[str, float] = {
    "low": 1.0,
    "some_concerns": 0.5,
    "high": 0.25,
    "moderate": 0.5,
    "serious": 0.25,
    "critical": 0.0,
    NO_INFORMATION: 0.25,
}
NOT_APPRAISED = "not_appraised"
UNKNOWN_QUALITY = 0.25
PARTIAL = 0.5
ELSEWHERE_IN_EU = 0.75
OUTSIDE_EU = 0.5
#: The weights, in the order in which they are multiplied.
WEIGHTS = ("quality", "programme", "group", "place", "horizon")


@dataclass(frozen=True)
class Question:
    """What is asked; None leaves a part open."""

    programme_type: str
    target_group: str | None
    outcome: str
    unit: str
    band: str | None
    country: str | None


def weights(effects: pd.DataFrame, judged: pd.Series, asked: Question) -> pd.DataFrame:
    """The weights of each result.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        Results on the outcome asked about.
    judged : Series of str, shape (k,)
        Overall risk of bias of the study of each, :data:`NOT_APPRAISED` where there is none.
    asked : Question

    Returns
    -------
    DataFrame, shape (k, 5)
        :data:`WEIGHTS`; 0 where a result does not count.
    """
    parts = {
        "quality": judged.map(QUALITY).fillna(UNKNOWN_QUALITY),
        "programme": _programme(effects["programme_type"], asked.programme_type),
        "group": _group(effects, asked.target_group),
        "place": _place(effects["country"], asked.country),
        "horizon": _horizon(effects, asked.band),
    }
    return pd.DataFrame({w: np.asarray(parts[w], dtype=float) for w in WEIGHTS}, index=effects.index)


def _programme(kind: pd.Series, asked: str) -> np.ndarray:
    mixed = PARTIAL if asked != "mixed" else 1.0
    return np.select([kind.eq(asked), kind.eq("mixed")], [1.0, mixed], 0.0)


def _group(effects: pd.DataFrame, asked: str | None) -> np.ndarray:
    if asked is None or "target_group" not in effects:
        return np.ones(len(effects))
    group = effects["target_group"]
    if asked == "all":
        return np.where(group.eq("all"), 1.0, PARTIAL)
    return np.select([group.eq(asked), group.eq("all")], [1.0, PARTIAL], 0.0)


def _place(country: pd.Series, asked: str | None) -> np.ndarray:
    # GR and GB are other spellings of the same places, in the table as in the question.
    country = country.map(lambda c: normalise(c) if isinstance(c, str) else c)
    inside = country.isin([*EU27, "EU"])
    if asked is None:
        return np.where(inside, 1.0, OUTSIDE_EU)
    return np.select([country.eq(asked), inside], [1.0, ELSEWHERE_IN_EU], OUTSIDE_EU)


def _horizon(effects: pd.DataFrame, asked: str | None) -> np.ndarray:
    bands = bands_of(effects)
    if asked is None:
        return np.ones(len(effects))
    if bands is None:
        return np.full(len(effects), 1.0 if asked == NOT_COMPARABLE else PARTIAL)
    return np.where(bands.eq(asked), 1.0, PARTIAL)
