"""How much each participant counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd

from almpo_kit.vocabulary.errors import ParameterError


def weights_of(
    participants: Iterable[str], weights: Mapping[str, float] | pd.Series | None, verb: str
) -> dict[str, float]:
    """Participant -> weight, everybody once where none are given.

    Raises
    ------
    ParameterError
        A participant has no weight, or one that is not positive.
    """
    people = sorted(set(participants))
    if weights is None:
        return dict.fromkeys(people, 1.0)
    if not isinstance(weights, Mapping | pd.Series):
        raise ParameterError(
            f"{verb}() needs weights as participant -> weight, e.g. codesign.panel_weights(judged, structure, plan).weights."
        )
    if isinstance(weights, pd.Series) and not weights.index.is_unique:
        raise ParameterError(f"{verb}(): a participant stands twice in the weights; give each one weight.")
    given = {str(k): float(v) for k, v in weights.items()}
    if lacking := [p for p in people if p not in given]:
        raise ParameterError(
            f"{verb}(): {len(lacking)} participants have no weight, e.g. {lacking[0]!r}; make weights from the same answers."
        )
    if bad := [p for p in people if not (math.isfinite(given[p]) and given[p] > 0)]:
        raise ParameterError(f"{verb}(): the weight of {bad[0]!r} is {given[bad[0]]!r}; weights are above 0.")
    return {p: given[p] for p in people}
