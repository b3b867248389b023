"""What is exchanged in a randomisation test: units of two arms, the strata in which they were drawn, their outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.assigning.published_draw import PublishedDraw
from almpo_kit.experiments.assigning.unit_list import as_text
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.trial_designs import TrialDesign

Real = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, eq=False, repr=False)
class ExchangedUnits:
    """People or groups that are dealt out again.

    Parameters
    ----------
    names : list of str, length m
    treated : array of int, shape (m,)
        1 in the arm asked about, 0 in the comparison.
    stratum : array of int, shape (m,)
    share : array, shape (strata,)
        Weight of each stratum.
    weight : array, shape (m,)
        People whose outcome is known; 0 where none is.
    y : array, shape (m,)
        Mean outcome; 0 where it is not known.
    missing : int
        People whose outcome is not known.
    """

    names: list[str]
    treated: Whole
    stratum: Whole
    share: Real
    weight: Real
    y: Real
    missing: int


def arm_asked(design: TrialDesign, arm: str) -> str:
    """The arm compared with the comparison; it must be named where there are several."""
    if not arm and len(design.programmes) > 1:
        raise ParameterError(
            f"there are {len(design.programmes)} programmes; say which, e.g. arm={design.programmes[0]!r}."
        )
    arm = arm or design.programmes[0]
    if arm not in design.programmes:
        raise ParameterError(f"arm {arm!r} is none of {', '.join(design.programmes)}.")
    return arm


def outcomes_of(frame: pd.DataFrame, outcomes: pd.DataFrame, id: str, outcome: str) -> Real:
    """Outcome of each row of the draw, NaN where it is not known.

    Raises
    ------
    FrameError
        Columns lack, a person stands twice, somebody was not drawn, or the outcome is no number.
    """
    for name in (id, outcome):
        if name not in outcomes:
            raise FrameError(
                f"the outcomes have no column {name!r}; their columns are {', '.join(map(str, outcomes.columns[:20]))}."
            )
    values = numbers(outcomes[outcome], outcome)
    ids = as_text(outcomes[id], id)
    if twice := int(pd.Series(ids).duplicated().sum()):
        raise FrameError(
            f"{number(twice, 0)} rows of the outcomes are of units that stand there before; keep one row each."
        )
    place = {n: i for i, n in enumerate(frame["id"].tolist())}
    if strange := sum(n not in place for n in ids):
        raise FrameError(
            f"{number(strange, 0)} units of the outcomes were not drawn; leave them out, or give the draw with late entrants."
        )
    found = np.full(len(frame), np.nan)
    found[[place[n] for n in ids]] = values
    return found


def numbers(column: pd.Series, name: str) -> Real:
    """An outcome as numbers; NaN where it is missing."""
    if not (pd.api.types.is_numeric_dtype(column.dtype) or column.dropna().isin([True, False]).all()):
        raise FrameError(f"outcome {name!r} is no number; code it, e.g. 1 for employed and 0 for not.")
    values: Real = column.astype("Float64").to_numpy(dtype=float, na_value=np.nan).astype(np.float64)
    if np.isinf(values).any():
        raise FrameError(f"outcome {name!r} has infinite numbers; mend them or leave them empty.")
    return values


def exchanged_units(given: PublishedDraw, y: Real, arm: str) -> ExchangedUnits:
    """Units of two arms with their strata; in places of a saturation design, the people within.

    Raises
    ------
    DesignError
        No outcome is known in an arm.
    """
    design, frame = given.design, given.frame
    used = frame["arm"].isin([design.comparison, arm]).to_numpy()
    if design.kind == "saturation":
        share = frame["saturation"].to_numpy(dtype=float)
        used = used & (share > 0) & (share < 1)
    frame, y = frame[used], y[used]
    groups = design.of_clusters and design.kind != "saturation"
    unit, names = pd.factorize(frame["cluster" if groups else "id"].to_numpy(dtype=object))
    first = np.unique(unit, return_index=True)[1]
    known = np.isfinite(y)
    weight = np.bincount(unit, known, minlength=len(names)).astype(float)
    total = np.bincount(unit, np.where(known, y, 0.0), minlength=len(names))
    treated = (frame["arm"].to_numpy(dtype=object)[first] == arm).astype(np.intp)
    for side, name in ((0, design.comparison), (1, arm)):
        if not weight[treated == side].sum():
            raise DesignError(f"no outcome is known of anybody in {name!r}; nothing can be compared.")
    stratum = _stratum(frame.iloc[first], design, groups)
    each = np.bincount(stratum, weight)
    if design.kind == "matched_pair":
        each = (each > 0).astype(float)
    mean = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
    return ExchangedUnits(names.tolist(), treated, stratum, each, weight, mean, int((~known).sum()))


def _stratum(frame: pd.DataFrame, design: TrialDesign, groups: bool) -> Whole:
    within = {"matched_pair": "pair", "saturation": "cluster"}.get(design.kind, "block")
    keys = [frame[within].to_numpy(dtype=object)]
    if not groups:
        # Late entrants had lots of their own.
        keys.append(frame["entered"].to_numpy(dtype=object))
    codes: Whole = pd.MultiIndex.from_arrays(keys).factorize()[0]
    return codes
