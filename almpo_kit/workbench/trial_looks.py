"""A look at a running trial: the primary outcome of those who were measured so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit import experiments
from almpo_kit.vocabulary.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.experiments import Monitoring
    from almpo_kit.vocabulary.trial_plans import TrialPlan


def look(plan: TrialPlan, drawn: pd.DataFrame, data: pd.DataFrame, *, planned: int) -> Monitoring:
    """Placeholder until experiments.monitor is there."""
    raise DesignError(f"not yet there ({plan.name}, {len(drawn)}, {len(data)}, {planned}, {experiments})")
