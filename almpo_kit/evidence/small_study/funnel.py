"""The funnel: every estimate against its standard error, with contours of significance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.designs import Pooled, average
from almpo_kit.evidence.kernels.intervals import critical
from almpo_kit.evidence.kernels.step_selection import p_values
from almpo_kit.evidence.listing import listing
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.small_study.estimates import Estimates, Side, read, side_checks
from almpo_kit.evidence.small_study.findings import SmallStudyFinding, Span, scope, shared
from almpo_kit.evidence.telling import too_thin
from almpo_kit.evidence.words import count, listed
from almpo_kit.vocabulary.finding import Check

#: Limits of the contours, two-sided p-values (Peters et al. 2008).
CONTOURS = (0.01, 0.05, 0.10)
REGIONS = ("p < 0.01", "0.01 to 0.05", "0.05 to 0.10", "p > 0.10")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Funnel(SmallStudyFinding):
    """The estimates by precision.

    ``table`` adds ``p`` (two-sided) and ``region`` (of :data:`REGIONS`) to the list of estimates.
    ``mean``, ``low``, ``high``: the reference line, the average and interval of an :class:`Answer`; NaN where
    evidence is too thin for one. ``contours``: for each limit ``p`` the slope ``z`` of its line
    effect = ± z · se.
    """

    mean: float
    low: float
    high: float
    contours: pd.DataFrame

    def metrics(self) -> Mapping[str, float]:
        """Reference line and counts."""
        significant = self.table["region"].isin(REGIONS[:2])
        return {
            "mean": self.mean,
            "n_estimates": float(self.n_estimates),
            "n_significant": float(significant.sum()),
        }


def funnel(
    effects: pd.DataFrame,
    *,
    cluster: str = "sample_id",
    favourable: Side | None = None,
    level: float = 0.95,
) -> Funnel:
    """Set every estimate against its standard error.

    Estimates missing where they would not be significant speak for publication bias; missing where they
    would be, for other reasons (Peters et al. 2008).

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, or any frame with ``effect``, ``se`` and ``study_id``; all in one unit.
    cluster : str
        Column that tells independent samples apart.
    favourable : {"positive", "negative"}, optional
        The side that is good for the person; by default what the outcome says.
    level : float
        Coverage of the interval around the reference line and of each estimate's own.

    Returns
    -------
    Funnel

    Raises
    ------
    DesignError
        Estimates that cannot be averaged (see :func:`almpo_kit.evidence.pool`).

    References
    ----------
    Sterne and Egger (2001) J. Clin. Epidemiol. 54, 1046-1055. Peters, Sutton, Jones, Abrams and Rushton
    (2008) J. Clin. Epidemiol. 61, 991-996.
    """
    check_level(level)
    e = read(effects, "funnel", favourable=favourable, cluster=cluster, fewest=1)
    p = p_values(e.y, e.v, "two-sided")
    region = np.array(REGIONS)[np.searchsorted(CONTOURS, p, side="left")]
    centre = unadjusted(e, level)
    thin = too_thin(e.n_samples, centre.judged_df if centre else 0.0)
    shown = as_span(centre) if centre and not thin else Span(np.nan, np.nan, np.nan, np.nan, np.nan)
    return Funnel(
        question="Do small studies find other effects than large ones?",
        sentence=_sentence(e, p),
        table=listing(e.frame, level=level, weight=np.full(len(e.y), 1 / len(e.y))).assign(
            p=p, region=region
        ),
        checks=(*_line_check(thin), *side_checks(e), *scope(e)),
        figure="funnel",
        mean=shown.estimate,
        low=shown.low,
        high=shown.high,
        contours=pd.DataFrame({"p": CONTOURS, "z": [critical(1 - c) for c in CONTOURS]}),
        **shared(e, level, "estimates by standard error, contours of significance"),
    )


def unadjusted(e: Estimates, level: float) -> Pooled | None:
    """The average that is shown of these estimates everywhere; None where there is a single sample."""
    return None if e.n_samples < 2 else average(e.frame, level=level, cluster=e.cluster)


def as_span(p: Pooled) -> Span:
    """An average with its interval and the degrees of freedom by which it is judged."""
    return Span(p.mean, p.se, p.judged_df, p.low, p.high)


def thinness(e: Estimates, level: float) -> str:
    """Why the estimates are no ground for an average, by the plain average's samples and degrees of freedom."""
    centre = unadjusted(e, level)
    return too_thin(e.n_samples, centre.judged_df if centre else 0.0)


def _line_check(thin: str) -> tuple[Check, ...]:
    if not thin:
        return ()
    return (Check("reference line", "failed", f"No average is drawn: {thin}."),)


def _sentence(e: Estimates, p: np.ndarray) -> str:
    good, bad = (int(((p < 0.05) & (e.y * side > 0)).sum()) for side in (e.favourable, -e.favourable))
    sides = ("favourable", "unfavourable") if e.known else ("on the side of the average", "on the other side")
    rest = len(e.y) - good - bad
    parts = [f"{_be(n)} significant and {s}" for n, s in zip((good, bad), sides, strict=True)]
    parts.append(f"{_be(rest)} not significant")
    return (
        f"Of {count(len(e.y), 'estimate')} from {count(e.n_samples, 'independent sample')}, {listed(parts)} "
        "(two-sided, 5%)."
    )


def _be(n: int) -> str:
    return {0: "none is", 1: "1 is"}.get(n, f"{n} are")
