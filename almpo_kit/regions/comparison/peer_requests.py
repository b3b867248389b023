"""What may be asked of peers: a region that exists, figures that it has, options that mean something."""

from __future__ import annotations

import math
import numbers

from almpo_kit.regions.comparison.measures import Measures
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.errors import DesignError

#: Fewer complete regions than this make neither a covariance nor a cut-off.
MINIMUM = 30


def usable_measures(measures: Measures, code: str, missing: str) -> tuple[Measures, tuple[str, ...]]:
    """The measures that the region has, and the labels of those it lacks.

    Raises
    ------
    DesignError
        The region lacks one and `missing` is ``"refuse"``; fewer than two are left; too few regions have all.
    """
    if missing not in ("refuse", "drop"):
        raise DesignError(f"missing={missing!r}: choose 'refuse' or 'drop'.")
    have = measures.scaled.loc[code].notna()
    lacking = [a for a in measures.aspects if not have[a.key]]
    labels = tuple(f"{a.label} ({a.years})" for a in lacking)
    if lacking and missing == "refuse":
        raise DesignError(
            f"{measures.regions.at[code, 'name']!s} ({code}) has no value of {listed(labels)}; national values do "
            "not stand in. Choose another period, leave it out of `on`, or give missing='drop' to compare "
            "on the rest."
        )
    measures = measures.without([a.key for a in lacking])
    if len(measures.aspects) < 2:
        raise DesignError(
            "regions alike in one indicator are not comparable: give at least two in `on`"
            + (f"; {code} has no value of {listed(labels)}." if labels else ".")
        )
    n, least = int(measures.complete.sum()), max(MINIMUM, 5 * len(measures.aspects))
    if n < least:
        counts = "; ".join(f"{a.label} {int(measures.scaled[a.key].notna().sum())}" for a in measures.aspects)
        raise DesignError(
            f"only {n} regions have all of these figures ({counts}); at least {least} are needed to say what is "
            "close. Compare on fewer indicators, or in another year."
        )
    return measures, labels


def fraction(value: object, name: str) -> float:
    """The value as a float strictly between 0 and 1."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not 0 < float(value) < 1:
        raise DesignError(f"{name}={value!r}: give a share between 0 and 1, e.g. 0.9.")
    return float(value)


def points(value: object, name: str) -> float:
    """The value as a float of at least 0 and at most 20 points."""
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not real or not math.isfinite(value) or not 0 <= float(value) <= 20:  # type: ignore[arg-type]
        raise DesignError(f"{name}={value!r}: give points from 0 to 20, e.g. 0.6.")
    return float(value)  # type: ignore[arg-type]
