"""What each programme gives in each context: published evidence and local people in one hierarchical model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.gains.gain_options import checked, offered, only
from almpo_kit.recommendation.gains.gain_tables import cells_of, people_spread, sources_of, variances_of
from almpo_kit.recommendation.gains.gain_words import (
    certainty_of,
    headline_of,
    model_checks,
    model_sentence,
    rests,
)
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.recommendation.gains.known import Known, Settings, learn, usual_scale
from almpo_kit.recommendation.gains.out_of_fold import fold_of, joined, widened
from almpo_kit.recommendation.gains.predicting import markets, predict
from almpo_kit.recommendation.gains.published import published
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance, data_versions, is_synthetic

Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GainModel(Finding):
    """Gains over no programme, by programme and labour market, of people with average characteristics.

    ``table``: ``programme, programme_type, unemployment_class, skill_class, gain, low, high, se, weight_evidence,
    weight_local, weight_prior, distance, n_samples, seen_locally, abstains, certainty, reason``.

    Parameters
    ----------
    known : Known
        The learned model.
    menu : Menu
    sources : DataFrame
        ``programme, programme_type, n_samples, took_it_here, used_here, weight_evidence, weight_local, weight_prior,
        refusal``: what each programme's gain rests on, where most local people live.
    variances : DataFrame
        ``component, words, sd, low, high, learned``: spread of gains by component, in ``unit``; ``learned`` is 0 where
        nothing was learned beyond the prior, towards 1 where much was.
    spread : DataFrame
        ``programme, sd, p05, p95``: how predicted gains of local people differ; empty without them.
    same_for_all : bool or None
        True where local people show no difference in gains by characteristics or labour market; None without them.
    differ_p : float
        P-value of that test.
    unit, target_words : str
    level : float
    credible : str
        Verdict of the evaluation of local people.
    synthetic : bool
    """

    known: Known
    menu: Menu
    sources: pd.DataFrame
    variances: pd.DataFrame
    spread: pd.DataFrame
    same_for_all: bool | None = None
    differ_p: float = np.nan
    unit: str = ""
    target_words: str = ""
    level: float = 0.95
    credible: str = ""
    months: float = np.nan
    features: tuple[str, ...] = field(default=())

    @property
    def synthetic(self) -> bool:
        """True where any part is invented."""
        return self.provenance.synthetic

    def metrics(self) -> Mapping[str, float]:
        """Gains and weights of programmes where most local people live, and how many cells abstain."""
        named = {"cells_abstained": float(self.table["abstains"].mean())}
        for row in self.sources.to_dict("records"):
            key = str(row["programme"]).replace(" ", "_")
            named |= {
                f"{key}.{c}": float(row[c]) for c in ("weight_evidence", "weight_local", "weight_prior")
            }
        return named

    def for_people(self, features: pd.DataFrame | None, context: pd.DataFrame) -> Gains:
        """Gains of further people.

        Parameters
        ----------
        features : DataFrame, shape (m, ...) or None
            The characteristics that the model was learned with; None for people with average ones.
        context : DataFrame, shape (m, ...)
            ``geo``, ``unemployment_class``, ``skill_class``; what lacks is unknown.

        Returns
        -------
        Gains

        Raises
        ------
        FrameError
            Missing characteristics, gaps, words that are no classes.
        """
        return predict(self.known, features, markets(self.known, context), self.unit, self.target_words)

    def gains_of(
        self,
        people: Caseload,
        folds: int | Array = 5,
        *,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> Gains:
        """Gains of people, each predicted by a model that has not seen them nor anybody of their cluster.

        Parameters
        ----------
        people : Caseload
        folds : int, or Array of int, shape (n,)
            Number of folds (clusters stay whole), or the fold of each person.
        seed : int
            Draws the folds.
        progress : callable, optional

        Returns
        -------
        Gains
        """
        fold = fold_of(people, folds, seed)
        people = widened(people, self.menu)
        context, parts = people.context, []
        labels = np.unique(fold)
        for done, label in enumerate(labels):
            out = fold == label
            known = learn(people.rows(~out), self.known.evidence, self.menu, self.known.settings)
            rows = context[out].reset_index(drop=True)
            features = people.features[out].reset_index(drop=True)
            parts.append((out, predict(known, features, markets(known, rows), self.unit, self.target_words)))
            if progress is not None:
                progress(done + 1, len(labels))
        return joined(parts)


def gain_model(
    people: Caseload | None = None,
    *,
    evidence: pd.DataFrame | None = None,
    menu: Menu | None = None,
    unit: str = "",
    target_words: str = "",
    level: float = 0.95,
    scale: float | None = None,
    furthest: float = 0.5,
    widest: float | None = None,
    fewest_samples: int = 5,
    points: int = 256,
    seed: int = 0,
    progress: Progress | None = None,
) -> GainModel:
    """Learn what programmes give in a context from published evidence, from local people, or from both.

    One hierarchical normal model: a mean by programme type; deviations by unemployment class, skill class and the two
    together, all estimated with shrinkage; differences between places (the local people are one more place); slopes on
    characteristics. Standard deviations of all these are integrated over half-t priors, not fixed.

    Parameters
    ----------
    people : Caseload, optional
    evidence : DataFrame, optional
        Comparable effects (``programme_type, effect, se``; optional ``sample_id, unemployment_class, skill_class``) or
        finished predictions (``programme_type, mean, se``; optional ``unemployment_class, skill_class, prediction_low,
        prediction_high, n_samples, refusal``), in the unit and of the outcome of the people's scores.
    menu : Menu, optional
        By default that of the people; may have programmes that no local person could take. Without people and menu, one
        programme for each type in the evidence.
    unit, target_words : str
        Of gains, where there are no people.
    level : float
        Coverage of intervals.
    scale : float, optional
        An average effect that would not surprise, in the unit of gains: a quarter of the outcome's standard deviation, or
        the root mean square of published effects, where left out. Standard deviations of the model have half-t priors
        (4 degrees of freedom) with this scale, those of deviations by class with three quarters of it.
    furthest : float
        Largest transport distance, 0 to 1.
    widest : float, optional
        Intervals that include 0 and are wider than this (in the unit of gains) abstain; six times ``scale`` where left out.
    fewest_samples : int
        Independent samples of a type below which evidence alone says nothing.
    points : int
        Points over which the variances are integrated, a power of 2.
    seed : int
    progress : callable, optional

    Returns
    -------
    GainModel

    Raises
    ------
    DesignError
        Neither people nor evidence nor a menu; arms that do not fit.
    ParameterError, FrameError

    References
    ----------
    Higgins, Thompson and Spiegelhalter (2009) J. R. Stat. Soc. A 172, 137-159; Gelman (2006) Bayesian Anal. 1, 515-534.
    """
    checked(level, scale, furthest, widest, points)
    rows = published(evidence)
    menu = offered(people, menu, rows.table["programme_type"])
    people = None if people is None else widened(people, menu)
    size = usual_scale(people, rows) if scale is None else float(scale)
    limit = 6 * size if widest is None else float(widest)
    settings = Settings(size, level, furthest, limit, fewest_samples, points, seed)
    known = learn(people, rows, menu, settings, progress=progress)
    unit = people.unit if people is not None else unit or only(evidence, "unit", "points")
    target_words = (
        people.target_words
        if people is not None
        else target_words or only(evidence, "outcome", "the outcome")
    )
    return _finding(known, people, evidence, unit, target_words.replace("_", " "))


def _finding(
    known: Known, people: Caseload | None, evidence: pd.DataFrame | None, unit: str, target_words: str
) -> GainModel:
    own = people.provenance.data if people is not None else ()
    given = () if evidence is None else data_versions(evidence)
    settings = known.settings
    made = Provenance(
        data=tuple(sorted({*own, *given})),
        method="recommendation.gain_model",
        options={
            "scale": settings.scale,
            "level": settings.level,
            "furthest": settings.furthest,
            "widest": settings.widest,
            "fewest_samples": settings.fewest_samples,
            "points": settings.points,
        },
        seed=settings.seed,
        synthetic=(people is not None and people.synthetic) or is_synthetic(evidence),
    )
    credible = people.credible if people is not None else ""
    table, sources = cells_of(known, unit, target_words, credible), sources_of(known)
    p = known.local.differ[3] if known.local is not None else np.nan
    model = GainModel(
        question=f"What would each programme add to the {target_words.removeprefix('the ')}, against no programme?",
        sentence="",
        table=table,
        provenance=made,
        figure="context_gains",
        known=known,
        menu=known.menu,
        sources=sources,
        variances=variances_of(known),
        spread=people_spread(known, people),
        same_for_all=None if not np.isfinite(p) else bool(p >= 1 - settings.level),
        differ_p=p,
        unit=unit,
        target_words=target_words,
        level=settings.level,
        credible=credible,
        months=people.programme_months if people is not None else np.nan,
        features=() if known.local is None else known.local.names,
    )
    return replace(
        model,
        sentence=model_sentence(model),
        checks=model_checks(model),
        certainty=certainty_of(model),
        headline=headline_of(model),
        rests_on=rests(model),
    )
