"""One jump at a cut-off, estimated by rdrobust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.evaluation.protocol.quiet import quiet
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]

#: Within the bandwidth there must be so many people on each side; fewer say nothing and could be told apart.
SMALLEST_SIDE = 10


@dataclass(frozen=True)
class Jump:
    """A bias-corrected jump with its robust standard error, upper side minus lower side (over that in take-up if fuzzy).

    ``conventional`` is the estimate without bias correction; ``n_lower``, ``n_upper`` the people within the bandwidth h;
    ``first`` the jump in take-up (NaN if sharp); ``gamma`` the coefficients of covariates; ``said`` what the library
    remarked.
    """

    estimate: float
    se: float
    conventional: float
    h: float
    b: float
    n_lower: int
    n_upper: int
    n_clusters: int
    first: float
    first_se: float
    gamma: Array | None
    said: tuple[str, ...]


def jump(
    y: Array,
    x: Array,
    *,
    took: Array | None = None,
    covariates: Array | None = None,
    cluster: Array | None = None,
    weight: Array | None = None,
    bandwidths: tuple[float, float] | None = None,
) -> Jump:
    """Estimate the jump of ``y`` at zero.

    Local linear, triangular kernel, one MSE-optimal bandwidth, robust bias-corrected inference; standard errors by
    nearest neighbours, CR2 with clusters.

    Raises
    ------
    DesignError
        Fewer than ten people on a side within the bandwidth, or no polynomial can be fitted.

    References
    ----------
    Calonico, Cattaneo and Titiunik (2014) Econometrica 82, 2295-2326.
    """
    from rdrobust import rdrobust

    known = np.isfinite(y) & np.isfinite(x)
    if not known.any() or np.ptp(y[known]) == 0:
        raise DesignError(
            "outcomes near the cut-off do not vary, so a jump has no standard error; take another outcome or more people."
        )
    given: dict[str, Any] = {"vce": "nn" if cluster is None else "cr2"}
    for name, values in (("fuzzy", took), ("covs", covariates), ("cluster", cluster), ("weights", weight)):
        if values is not None:
            given[name] = values[known]
    if bandwidths is not None:
        given |= {"h": bandwidths[0], "b": bandwidths[1]}
    try:
        with quiet() as said, np.errstate(all="ignore"):
            made = rdrobust(y[known], x[known], **given)
    except Exception as error:  # rdrobust raises bare ones
        raise DesignError(
            f"no jump can be estimated at the cut-off ({str(error).rstrip('.')}); too few people or too few different "
            "values of the running variable are near it. Take another cut-off, or more people."
        ) from error
    n_lower, n_upper = (int(v) for v in made.N_h)
    if min(n_lower, n_upper) < SMALLEST_SIDE:
        raise DesignError(
            f"fewer than {SMALLEST_SIDE} people lie near the cut-off on one side; take more people, or a wider running "
            "variable, e.g. several cohorts together."
        )
    return _read(
        made, x[known], cluster[known] if cluster is not None else None, tuple(said), n_lower, n_upper
    )


def _read(
    made: Any, x: Array, cluster: Array | None, said: tuple[str, ...], n_lower: int, n_upper: int
) -> Jump:
    h, b = float(made.bws.loc["h"].iloc[0]), float(made.bws.loc["b"].iloc[0])
    near = np.abs(x) <= h
    clusters = n_lower + n_upper if cluster is None else len(np.unique(cluster[near]))
    coef, se = made.coef.iloc[:, 0], made.se.iloc[:, 0]
    first = made.tau_T is not None
    estimate, error = float(coef.iloc[1]), float(se.iloc[2])
    if not (np.isfinite(estimate) and np.isfinite(error) and error > 0):
        raise DesignError(
            "the jump at the cut-off has no standard error: outcomes near it hardly vary, or too few people are there. "
            "Take more people, or another outcome."
        )
    return Jump(
        estimate=estimate,
        se=error,
        conventional=float(coef.iloc[0]),
        h=h,
        b=b,
        n_lower=n_lower,
        n_upper=n_upper,
        n_clusters=clusters,
        first=float(np.ravel(made.tau_T)[1]) if first else float("nan"),
        first_se=float(np.ravel(made.se_T)[2]) if first else float("nan"),
        gamma=None if made.coef_covs is None else np.asarray(made.coef_covs, dtype=float),
        said=said,
    )
