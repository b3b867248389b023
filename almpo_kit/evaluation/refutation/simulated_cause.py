"""A hidden cause made up in the computer, as strong as the strongest one recorded: what the estimate would be."""

from __future__ import annotations

import math

import numpy as np

from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.dowhy_bridge import Attacked, refuter
from almpo_kit.evaluation.refutation.judging import FEWEST_DRAWS
from almpo_kit.evaluation.refutation.placebo_treatment import too_few
from almpo_kit.evaluation.refutation.target import Target
from almpo_kit.evaluation.refutation.words import times
from almpo_kit.vocabulary.rendering import number

KEY = "simulated_cause"
#: Share of persons whose taking part the made-up cause turns round.
SWITCHED = 0.05
_DRAWS = 5


def simulated_cause(attacked: Attacked, target: Target, seed: int, strength: float) -> Attempt:
    """DoWhy's unobserved common cause (direct simulation) against the method that made the estimate.

    Parameters
    ----------
    strength : float
        Partial R² of the strongest recorded covariate with the outcome.

    Notes
    -----
    DoWhy's made-up cause turns taking part round for some persons, whichever way they were. That thins every effect as
    well as biasing it, so the attempt informs and is not judged; the judgement is that of ``hidden_cause``.
    """
    shift = math.sqrt(max(strength, 0.0)) * float(attacked.frame["outcome"].std())
    drawn: list[float] = []
    for k in range(_DRAWS):
        drawn += attacked.run(
            refuter("add_unobserved_common_cause", "sensitivity_simulation"),
            seed + k,
            treatment_name=["taking_part"],
            outcome_name=["outcome"],
            kappa_t=SWITCHED,
            kappa_y=shift,
        ).tolist()
    kept = np.array([d for d in drawn if math.isfinite(d)])
    if len(kept) < FEWEST_DRAWS:
        return too_few(KEY, target, np.array(drawn), "make up a hidden cause")
    mean = float(kept.mean())
    sentence = (
        f"in an experiment in the computer ({times(len(kept))}) a made-up hidden cause turned taking part round for "
        f"{number(100 * SWITCHED, 0)}% of the persons and moved outcomes by {target.amount(shift)} for each of its standard deviations, as "
        f"much as the strongest recorded covariate does. The estimate would then have been {target.amount(mean)} instead of "
        f"{target.amount(attacked.value)}. Whether such a cause exists, no computation can say."
    )
    return target.attempt(
        KEY,
        "informs",
        "informs",
        sentence,
        value=mean,
        low=float(kept.min()),
        high=float(kept.max()),
        draws=len(kept),
    )
