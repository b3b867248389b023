"""Each method's answer to selective publication as a row: the adjusted average, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.regression.fitted_models import Assumptions
from almpo_kit.evidence.regression.multilevel_averages import multilevel_average
from almpo_kit.evidence.small_study.egger import egger
from almpo_kit.evidence.small_study.estimates import FEWEST_FOR_TESTS, Estimates
from almpo_kit.evidence.small_study.findings import Span, span
from almpo_kit.evidence.small_study.pet_peese import pet_peese
from almpo_kit.evidence.small_study.selection_models import selection_model
from almpo_kit.evidence.small_study.trim_and_fill import trim_and_fill
from almpo_kit.evidence.small_study.worst_case import unassessed, worst_case
from almpo_kit.evidence.telling import FEWEST_SAMPLES, df_words, enough
from almpo_kit.evidence.words import count
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check

#: Correlation of sampling errors with which several estimates of a sample become one (trim and fill only).
CORRELATION = 0.6
NOT_A_TEST = f"fewer than {FEWEST_FOR_TESTS} independent samples, so the test is not interpreted"


@dataclass(frozen=True)
class Adjustment:
    """One method.

    ``key``, ``method``: its name; ``kind``: "as published", "test", "adjusted" or "worst case".
    ``estimate``, ``low``, ``high``, ``df``: the average it leaves, NaN where it gives none that may be shown.
    ``own``: what the same estimator and kind of interval give without the adjustment, against which it is
    judged, so that another kind of interval never reads as bias. ``statistic`` is what ``statistic_is``
    says; ``p`` of its test. ``assumes``: in words. ``why``: why a number is missing. ``failed``: the checks
    that failed in it. ``clause``: what the sentence says of it beyond its number.
    """

    key: str
    method: str
    kind: str
    assumes: str
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    df: float = np.nan
    statistic: float = np.nan
    statistic_is: str = ""
    p: float = np.nan
    why: str = ""
    own: Span | None = None
    failed: tuple[Check, ...] = ()
    clause: str = ""

    @property
    def shown(self) -> bool:
        """Whether there is an average to show."""
        return bool(np.isfinite([self.estimate, self.low, self.high]).all())


def adjustments(e: Estimates, centre: Span, options: dict[str, Any]) -> tuple[Adjustment, ...]:
    """All methods in the order in which they are told; one that fails says why and stops no other."""
    published = Adjustment(
        "unadjusted",
        "As published",
        "as published",
        "Every result was as likely to be seen as any other.",
        **_shown(centre.estimate, centre.low, centre.high, centre.df),
    )
    return (published, *(_attempt(m, e, options) for m in _METHODS))


def as_table(rows: tuple[Adjustment, ...]) -> pd.DataFrame:
    """The rows as a frame, one a method; ``own_estimate, own_low, own_high`` without the adjustment."""
    blank = Span(*[np.nan] * 5)
    return pd.DataFrame(
        [
            {n: v for n, v in vars(r).items() if n not in ("own", "failed", "clause")}
            | {f"own_{n}": getattr(r.own or blank, n) for n in ("estimate", "low", "high")}
            for r in rows
        ]
    )


def _shown(estimate: float, low: float, high: float, df: float) -> dict[str, Any]:
    """An average with its interval; below four degrees of freedom the reason why it is not shown."""
    if not np.isfinite([estimate, low, high]).all():
        return {"df": df, "why": "no interval can be given"}
    if not enough(df):
        return {"df": df, "why": f"{df_words(df)} degrees of freedom; at least 4 are needed"}
    return {"estimate": estimate, "low": low, "high": high, "df": df}


def _tested(e: Estimates, statistic: float, what: str, p: float) -> dict[str, Any]:
    """A test's result; its p-value only where samples are enough to read it."""
    if e.n_samples < FEWEST_FOR_TESTS:
        return {"statistic": statistic, "statistic_is": what, "p": np.nan}
    return {"statistic": statistic, "statistic_is": what, "p": p}


def _egger(e: Estimates, options: dict[str, Any]) -> dict[str, Any]:
    found = egger(e.frame, **options)
    few = e.n_samples < FEWEST_FOR_TESTS
    why = NOT_A_TEST if few else "" if enough(found.df) else f"{df_words(found.df)} degrees of freedom"
    p = found.p if found.interpreted else np.nan
    return {"df": found.df, "why": why, **_tested(e, found.slope, "slope on the standard error", p)}


def _pet_peese(e: Estimates, options: dict[str, Any]) -> dict[str, Any]:
    found, level = pet_peese(e.frame, **options), options["level"]
    chosen = span(found.estimate, max(found.se, found.model_se), found.df, level)
    plain = multilevel_average(e.frame, cluster=e.cluster, assumed=Assumptions(level=level), floored=True)
    more = {
        "method": f"PET-PEESE ({found.chosen})",
        "own": Span(plain.mean, plain.se, plain.df, plain.low, plain.high),
        "failed": found.failed,
    }
    return _shown(chosen.estimate, chosen.low, chosen.high, found.df) | more


def _trim_and_fill(e: Estimates, options: dict[str, Any]) -> dict[str, Any]:
    found = trim_and_fill(
        e.frame, combine=None if e.alone else CORRELATION, interval="hksj_modified", **options
    )
    numbers = _shown(found.mean, found.low, found.high, found.df)
    more = {"statistic": float(found.k0), "statistic_is": "estimates filled in", "own": found.before}
    return numbers | more | {"failed": found.failed}


def _selection(e: Estimates, options: dict[str, Any]) -> dict[str, Any]:
    found = selection_model(e.frame, **options)
    if not found.converged:
        return {"why": "the search found no solution", "failed": found.failed}
    if found.at_bound:
        why = "the likelihood of being seen ran to its bound, so the average that goes with it is an artefact"
        return {"why": why, "failed": found.failed}
    # With several estimates of a sample the likelihood ratio takes them for independent, so it is no test.
    p = found.lrt_p if not found.robust else np.nan
    mean = span(found.mean, max(found.se, found.model_se), found.df, options["level"])
    numbers = _shown(mean.estimate, mean.low, mean.high, found.judged_df)
    return (
        numbers | _tested(e, found.lrt, "likelihood ratio", p) | {"own": found.before, "failed": found.failed}
    )


def _worst(e: Estimates, options: dict[str, Any]) -> dict[str, Any]:
    found = worst_case(e.frame, **options)
    clause = unassessed(found.one_sided, e.known) if found.one_sided else ""
    known = np.isfinite(found.s_value) or np.isinf(found.s_value)
    what = "selection ratio that brings the average to zero" if known else ""
    more: dict[str, Any] = {"statistic": found.s_value, "statistic_is": what, "clause": clause}
    if found.one_sided == "all":
        return more | {"why": clause}
    if found.n_other_samples < FEWEST_SAMPLES:
        held = count(found.n_other_samples, "independent sample")
        return more | {
            "why": f"{held} with results that are not affirmative; at least {FEWEST_SAMPLES} are needed"
        }
    first, last = (_sturdy(found.table.iloc[i], options["level"]) for i in (0, -1))
    return _shown(last.estimate, last.low, last.high, last.df) | more | {"own": first, "failed": found.failed}


def _sturdy(row: pd.Series, level: float) -> Span:
    """A corrected mean with an interval that is not narrower than the studies' own precision allows."""
    return span(row["estimate"], max(row["se"], row["model_se"]), row["df"], level)


@dataclass(frozen=True)
class _Method:
    key: str
    method: str
    kind: str
    assumes: str
    compute: Callable[[Estimates, dict[str, Any]], dict[str, Any]]


_METHODS = (
    _Method(
        "egger",
        "Egger's test",
        "test",
        "Without bias, precision and effect are unrelated; other reasons for a relation are ruled out.",
        _egger,
    ),
    _Method(
        "pet_peese",
        "PET-PEESE",
        "adjusted",
        "Bias grows with the standard error (or its square) and is nothing at zero; true effects do not vary much.",
        _pet_peese,
    ),
    _Method(
        "trim_and_fill",
        "Trim and fill",
        "adjusted",
        "The funnel would be symmetric, and the most extreme results on one side are missing.",
        _trim_and_fill,
    ),
    _Method(
        "selection_model",
        "Selection model",
        "adjusted",
        "True effects are normal, and being seen depends only on whether a result is favourable and significant.",
        _selection,
    ),
    _Method(
        "worst_case",
        "Worst case",
        "worst case",
        "Favourable significant results are infinitely likelier to be published, so only the others count.",
        _worst,
    ),
)


def _attempt(m: _Method, e: Estimates, options: dict[str, Any]) -> Adjustment:
    base: dict[str, Any] = {"key": m.key, "method": m.method, "kind": m.kind, "assumes": m.assumes}
    try:
        return Adjustment(**(base | m.compute(e, options)))
    except DesignError as error:
        return Adjustment(**base, why=_reason(str(error)))
    except np.linalg.LinAlgError:
        return Adjustment(**base, why="the estimates do not determine it")


def _reason(message: str) -> str:
    """What happened, without the verb's name and the way out, which the person did not ask of this method."""
    said = message.split("; ")[0]
    head, _, tail = said.partition("() ")
    return tail if tail and " " not in head else said
