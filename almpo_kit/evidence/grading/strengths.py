"""How strong the evidence is that a programme helps: a published rule, beside the average effect.

A result contributes quality x relevance (see :mod:`almpo_kit.evidence.grading.relevance`), and results of one
sample share what their sample contributes. The sum is the stock of knowledge, in high-quality studies on
exactly this question. Each result points one way: favourable, unfavourable, or no significant effect.

============  =====================================================================================
too few       fewer than five independent samples say which way, or a stock below 1 (Jobeffekter.dk)
conflicting   the largest direction holds less than 55% of the stock (Jobeffekter.dk)
indication    otherwise; and never more where the average is refused, disagrees with the count, or is
              inconclusive, nor where no counted study was appraised by a person
moderate      at least 2 of the stock point one way, and the average agrees
strong        at least 3 of the stock point one way, and the average agrees
============  =====================================================================================

That there is no effect takes more than results that are not significant: the whole interval of the average
must be smaller than what ``matters``. Results at critical risk of bias enter neither the count nor the
average, as ROBINS-I advises.

Two and three are the high-quality studies that the Danish Agency for Labour Market and Recruitment's
hierarchy of evidence asks for. Counting results ignores how large effects are, and takes a study too
small to see anything for one that saw nothing; so the average effect stands beside it, with its interval
(CR2 or modified HKSJ), and where the two disagree that is a failed check.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from almpo_kit.evidence.answers import Answer, answer
from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import samples_of
from almpo_kit.evidence.eligibility import COUNTED_JOB, NO_SAMPLE, OTHER_COMPARATOR, reasons
from almpo_kit.evidence.grading.appraisals import Appraisal, risk_of_bias
from almpo_kit.evidence.grading.average_readings import Direction, Reading, reading
from almpo_kit.evidence.grading.relevance import NOT_APPRAISED, QUALITY, WEIGHTS, Question, weights
from almpo_kit.evidence.grading.strength_words import CRITICAL, checks, sentence
from almpo_kit.evidence.kernels.knowledge import Stock, contributions, stock
from almpo_kit.evidence.selection import select
from almpo_kit.evidence.tally import favour
from almpo_kit.evidence.telling import FEWEST_SAMPLES
from almpo_kit.evidence.words import band_words, foundation, outcome_words, programme_words
from almpo_kit.vocabulary.appraisal import NO_INFORMATION
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise
from almpo_kit.vocabulary.provenance import Provenance, provenance

Level = Literal["strong", "moderate", "indication", "conflicting", "too few"]
#: A stock below this is too little to say anything.
LEAST_STOCK = 1.0
#: Below this share of the stock no direction prevails.
LEAST_SHARE = 0.55
MODERATE, STRONG = 2.0, 3.0
#: Sums of tenths and quarters: a share or stock that reaches its limit up to rounding reaches it.
_SLACK = 1e-9
DIRECTIONS: tuple[Direction, ...] = ("unfavourable", "no significant effect", "favourable")
_POINTS = {"unfavourable": -1, "not significant": 0, "favourable": 1}
_NEEDED = ("programme_type", "outcome", "unit", "country", "effect", "se")
#: Reasons for which a result does not count here; a missing standard error or horizon is none.
_OUT = (COUNTED_JOB, OTHER_COMPARATOR, NO_SAMPLE)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Strength(Finding):
    """Strength of the evidence on one question.

    ``level`` and ``direction`` (None where too few or conflicting); ``stock`` of knowledge, ``share`` of
    the largest direction in it; ``directions``: stock and samples by ``direction``; ``n_samples`` that
    say which way. ``estimate``: the :class:`Answer` on exactly this cell that stands beside it, and
    ``estimate_direction`` what it says (None where it is refused). ``table``: every result considered,
    with its weights ``quality, programme, group, place, horizon``, its ``contribution``, ``favour``,
    ``risk_of_bias``, ``used`` and ``why_not``.
    """

    level: Level
    direction: Direction | None
    stock: float
    share: float
    directions: pd.DataFrame
    n_samples: int
    estimate: Answer
    estimate_direction: Direction | None

    def metrics(self) -> dict[str, float]:
        """The stock of knowledge, its largest share and the samples."""
        return {"stock": self.stock, "share": self.share, "samples": float(self.n_samples)}


def strength(
    effects: pd.DataFrame,
    appraisals: pd.DataFrame | Appraisal,
    *,
    programme_type: str,
    target_group: str | None = None,
    outcome: str = "employment_probability",
    unit: str = "percentage_points",
    band: str | None = None,
    country: str | None = None,
    matters: float = 0.0,
    level: float = 0.95,
) -> Strength:
    """Say how strong the evidence is on one question, and whether the average effect agrees.

    Results compared with another programme, that count the subsidised job itself, or of no known sample
    do not count. Directions of different units and estimands count together, because the sign of an
    effect is the same; the average never mixes them.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame.
    appraisals : DataFrame, shape (n, ...), or Appraisal
        An ``appraisals`` frame, or what :func:`risk_of_bias` made of it (to ask many questions of one base).
    programme_type, target_group, outcome, unit, band : str
        As for :func:`select`; ``unit`` is that of the average beside.
    country : str, optional
        Where the answer is to be used; the EU-27 when left out.
    matters : float
        Smallest average effect worth having, in ``unit``; a smaller one counts as none, and is told as
        such. Without it nothing can be more than an indication of no effect.
    level : float
        Coverage of the average's interval.

    Returns
    -------
    Strength

    Raises
    ------
    ParameterError
        A word that the vocabulary does not know, an outcome of which nobody can say which direction
        helps, or a negative ``matters``.
    DesignError
        Missing columns, or appraisals that :func:`risk_of_bias` refuses.

    References
    ----------
    Danish Agency for Labour Market and Recruitment, Jobeffekter.dk ("About the algorithm", "Calculations
    behind the job effect and the evidence level") and its hierarchy of evidence.
    """
    effects = require(effects, _NEEDED, "strength")
    place = None if country is None else normalise(country)
    exact = _exact(effects, programme_type, target_group, outcome, unit, band)
    _known(outcome, place, country, matters)
    asked = Question(programme_type, target_group, outcome, unit, band, place)
    appraised = appraisals if isinstance(appraisals, Appraisal) else risk_of_bias(appraisals)
    table = _results(effects[effects["outcome"].eq(outcome)], appraised, asked)
    exact = exact[_judged(exact, appraised).map(QUALITY).ne(0).to_numpy()]
    beside = answer(exact, question=_question(asked), level=level)
    return _finding(effects, table, appraised, beside, asked, matters)


def _exact(
    effects: pd.DataFrame, kind: str, group: str | None, outcome: str, unit: str, band: str | None
) -> pd.DataFrame:
    """The estimates of exactly this cell; also refuses words that the vocabulary does not know."""
    return select(
        effects,
        programme_type=kind,
        target_group=group,
        outcome=outcome,
        unit=unit,
        band=band,
        comparator=None,
    )


def _known(outcome: str, place: str | None, country: str | None, matters: float) -> None:
    if OUTCOMES[outcome].favourable == 0:
        raise ParameterError(
            f"nobody can say which direction of {outcome!r} helps; ask about another outcome"
        )
    if place is not None and place not in PLACE_NAMES:
        raise ParameterError(f"unknown country {country!r}; give a two-letter code, e.g. 'EL' for Greece")
    if not 0 <= matters < np.inf:
        raise ParameterError(f"matters is {matters!r}; give the smallest effect worth having, 0 or more")


def _question(asked: Question) -> str:
    what = f"{outcome_words(asked.outcome)}{band_words(asked.band)}"
    return f"How strong is the evidence on {programme_words(asked.programme_type)} and {what}?"


def _results(effects: pd.DataFrame, appraised: Appraisal, asked: Question) -> pd.DataFrame:
    """Every result that comes near the question, with its weights and its contribution."""
    bare = effects.reset_index(drop=True)
    bare.attrs = {}
    studies, judged = _studies(bare), _judged(bare, appraised)
    parts = weights(bare, judged, asked)
    points = favour(bare)["favour"]
    near = (parts[["programme", "group"]] > 0).all(axis=1)
    why = _why_not(bare, points, parts)
    used = near & why.eq("")
    table = pd.DataFrame(
        {
            "estimate_id": bare.get("estimate_id", pd.Series(bare.index.map(str))),
            "study_id": studies,
            "sample_id": samples_of(bare),
            **{c: bare[c] for c in ("citation", "country", "design", "estimand") if c in bare},
            **{c: bare[c] for c in ("unit", "effect", "se")},
            "favour": points,
            "risk_of_bias": judged,
            **{w: parts[w] for w in WEIGHTS},
            "contribution": _contribution(bare, parts, used),
            "used": used,
            "why_not": why,
        }
    )
    return table[near].reset_index(drop=True)


def _studies(effects: pd.DataFrame) -> pd.Series:
    return effects["study_id"] if "study_id" in effects else samples_of(effects)


def _judged(effects: pd.DataFrame, appraised: Appraisal) -> pd.Series:
    """Overall risk of bias of the study of each result."""
    by_study = appraised.table.set_index("study_id")["overall"]
    return _studies(effects).map(by_study).astype(object).fillna(NOT_APPRAISED)


def _by_people(counted: pd.DataFrame, appraised: Appraisal) -> bool:
    """Whether a person judged the risk of bias of at least one counted study, and found what to judge by."""
    known = appraised.table["n_people"].gt(0) & appraised.table["overall"].ne(NO_INFORMATION)
    return bool(counted["study_id"].isin(appraised.table.loc[known, "study_id"]).any())


def _why_not(effects: pd.DataFrame, points: pd.Series, parts: pd.DataFrame) -> pd.Series:
    kept_out = reasons(effects).str.split("; ")
    why = kept_out.map(lambda all_: next((r for r in all_ if r in _OUT), ""))
    why = why.mask((why == "") & points.eq("not stated"), "direction not stated")
    return why.mask((why == "") & parts["quality"].eq(0), CRITICAL)


def _contribution(effects: pd.DataFrame, parts: pd.DataFrame, used: pd.Series) -> np.ndarray:
    found = np.zeros(len(effects))
    samples = pd.factorize(samples_of(effects)[used])[0]
    found[used.to_numpy()] = contributions(parts[used].to_numpy(), samples)
    return found


def _grade(s: Stock, n_samples: int, direction: Direction, beside: Reading, by_people: bool) -> Level:
    if n_samples < FEWEST_SAMPLES or s.total < LEAST_STOCK - _SLACK:
        return "too few"
    if s.share < LEAST_SHARE - _SLACK:
        return "conflicting"
    one_way = float(s.directions.max()) + _SLACK
    # Never louder than the average, which the minimum of evidence may refuse, nor than the appraisal.
    if beside.direction != direction or not beside.conclusive or not by_people or one_way < MODERATE:
        return "indication"
    return "strong" if one_way >= STRONG else "moderate"


def _finding(
    effects: pd.DataFrame,
    table: pd.DataFrame,
    appraised: Appraisal,
    beside: Answer,
    asked: Question,
    matters: float,
) -> Strength:
    counted = table[table["used"]]
    s = stock(counted["contribution"].to_numpy(), np.asarray(counted["favour"].map(_POINTS), dtype=np.int64))
    largest, said = DIRECTIONS[int(s.directions.argmax())], reading(beside, matters)
    n, by_people = int(counted["sample_id"].nunique()), _by_people(counted, appraised)
    level = _grade(s, n, largest, said, by_people)
    told: Direction | None = largest if level in ("strong", "moderate", "indication") else None
    return Strength(
        question=beside.question,
        sentence=sentence(level, told, s, n, beside, said, matters, by_people),
        table=table,
        checks=checks(level, largest, said, matters, by_people, table, appraised, beside),
        provenance=_provenance(effects, appraised, vars(asked) | {"matters": matters}, beside),
        certainty="too little to say" if told is None else beside.certainty,
        headline=None if told is None else beside.headline,
        rests_on=foundation(counted, n),
        level=level,
        direction=told,
        stock=s.total,
        share=s.share,
        directions=_directions(counted, s),
        n_samples=n,
        estimate=beside,
        estimate_direction=said.direction,
    )


def _provenance(
    effects: pd.DataFrame, appraised: Appraisal, options: dict[str, object], beside: Answer
) -> Provenance:
    own = provenance(
        effects,
        method="evidence.strength: quality x relevance x independence, beside evidence.answer",
        options=options | {"level": beside.provenance.options["level"]},
    )
    data = tuple(sorted({*own.data, *appraised.provenance.data}))
    return replace(own, data=data, synthetic=own.synthetic or appraised.provenance.synthetic)


def _directions(counted: pd.DataFrame, s: Stock) -> pd.DataFrame:
    held = counted["sample_id"].groupby(counted["favour"].map(_POINTS)).nunique()
    rows = [(d, float(s.directions[i]), int(held.get(i - 1, 0))) for i, d in enumerate(DIRECTIONS)]
    return pd.DataFrame(rows[::-1], columns=["direction", "stock", "samples"])
