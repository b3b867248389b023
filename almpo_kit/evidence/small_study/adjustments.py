"""Each method's answer to selective publication as a row: the adjusted average, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.small_study.egger import egger
from almpo_kit.evidence.small_study.estimates import FEWEST_FOR_TESTS, Estimates
from almpo_kit.evidence.small_study.findings import Span
from almpo_kit.evidence.small_study.pet_peese import pet_peese
from almpo_kit.evidence.small_study.selection_models import selection_model
from almpo_kit.evidence.small_study.trim_and_fill import trim_and_fill
from almpo_kit.evidence.small_study.worst_case import worst_case
from almpo_kit.evidence.telling import FEWEST_SAMPLES, df_words, enough
from almpo_kit.evidence.words import count
from almpo_kit.vocabulary.errors import DesignError

#: Correlation of sampling errors with which several estimates of a sample become one (trim and fill only).
CORRELATION = 0.6
NOT_A_TEST = f"fewer than {FEWEST_FOR_TESTS} independent samples, so the test is not interpreted"


@dataclass(frozen=True)
class Adjustment:
    """One method.

    ``key``, ``method``: its name; ``kind``: "as published", "test", "adjusted" or "worst case".
    ``estimate``, ``low``, ``high``, ``df``: the average it leaves, NaN where it gives none that may be shown.
    ``statistic`` is what ``statistic_is`` says; ``p`` of its test. ``assumes``: in words. ``why``: why a
    number is missing.
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
    """The rows as a frame, one a method."""
    return pd.DataFrame([asdict(r) for r in rows])


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
    found = pet_peese(e.frame, **options)
    numbers = _shown(found.estimate, found.low, found.high, found.df)
    return {"method": f"PET-PEESE ({found.chosen})", **numbers, **_tested(e, np.nan, "", np.nan)}


def _trim_and_fill(e: Estimates, options: dict[str, Any]) -> dict[str, Any]:
    found = trim_and_fill(
        e.frame, combine=None if e.alone else CORRELATION, interval="hksj_modified", **options
    )
    numbers = _shown(found.mean, found.low, found.high, found.df)
    return numbers | {"statistic": float(found.k0), "statistic_is": "estimates filled in"}


def _selection(e: Estimates, options: dict[str, Any]) -> dict[str, Any]:
    found = selection_model(e.frame, **options)
    if not found.converged:
        return {"why": "the search found no solution"}
    # With several estimates of a sample the likelihood ratio takes them for independent, so it is no test.
    p = found.lrt_p if not found.robust else np.nan
    return _shown(found.mean, found.low, found.high, found.df) | _tested(e, found.lrt, "likelihood ratio", p)


def _worst(e: Estimates, options: dict[str, Any]) -> dict[str, Any]:
    found = worst_case(e.frame, **options)
    more = {"statistic": found.s_value, "statistic_is": "selection ratio that brings the average to zero"}
    if found.n_other_samples < FEWEST_SAMPLES:
        held = count(found.n_other_samples, "independent sample")
        return more | {
            "why": f"{held} with results that are not affirmative; at least {FEWEST_SAMPLES} are needed"
        }
    return _shown(found.worst, found.worst_low, found.worst_high, found.worst_df) | more


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
