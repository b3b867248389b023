"""What a saturation design says about those who were not offered it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from almpo_kit.experiments.inferring.spillovers import spillovers
from almpo_kit.experiments.planning.joined_rows import column_of
from almpo_kit.experiments.planning.plan_check import PlanCheck
from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import SYNTHETIC
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome


def spill_checks(held: PlanCheck, rows: pd.DataFrame, outcome: TrialOutcome) -> Iterator[Check]:
    """The sentence and the failed checks of :func:`almpo_kit.experiments.spillovers`; nothing for other designs."""
    if held.plan.design.kind != "saturation":
        return
    people = pd.DataFrame(
        {
            "id": rows["id"],
            "place": rows["cluster"],
            "saturation": rows["saturation"],
            "offered": (rows["arm"] != held.plan.design.comparison).astype(int),
            outcome.name: column_of(rows, outcome.name),
        }
    )
    try:
        found = spillovers(people, outcome=outcome, alpha=held.asked.alpha)
    except AlmpoError as error:
        yield Check("spill-over", "informational", f"Spill-over is not told: {error}")
        return
    said = found.sentence.removeprefix(f"{SYNTHETIC} data. ")
    yield Check("spill-over", "informational", f"With those not offered in view: {said}")
    yield from found.failed
