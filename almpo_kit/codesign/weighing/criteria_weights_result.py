"""How much each criterion counts for a panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import stamp


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CriteriaWeights(Finding):
    """How much each criterion counts for a panel, for its groups and for each of its people.

    ``table``, one row a criterion: ``criterion, name, weight, low, high, median, q25, q75, sd, first, leads``. ``first`` is the
    share of people who put it first (ties are split); ``leads`` the share of draws of people in which it is first.

    Parameters
    ----------
    item, kind : str
    round : int
    names : mapping
        Criterion -> how it is called.
    weights : mapping
        Criterion -> share; they sum to 1.
    individual : DataFrame, shape (n_people, n_criteria)
        Index ``participant``; rows sum to 1. Of those alone whose answer gives weights.
    people_weights : Series
        Participant -> how much she counts.
    by_group : DataFrame
        ``dimension, group, people, criterion, weight, low, high, others, difference, difference_low, difference_high``: a group
        beside everybody else. Small groups are shown together.
    disagreement : DataFrame
        ``dimension, criterion, groups, share_between, p``: whether groups differ more than groups drawn by lot; criterion "all"
        is all together.
    consistency : DataFrame
        ``participant, ratio, limit, acceptable, missing, look_at``; empty for points and swings, which cannot contradict
        themselves.
    left_out : DataFrame
        ``participant, reason``.
    draws : DataFrame, shape (n_draws, n_criteria)
        Weights of the panel as other draws of its people give them.
    effective_people : float
        Kish's effective number.
    aggregate, method : str
    confidence : float
    earlier : int
        People who answered in an earlier round and not in this one; they do not count here.
    """

    item: str
    kind: str
    round: int
    names: Mapping[str, str]
    weights: Mapping[str, float]
    individual: pd.DataFrame
    people_weights: pd.Series
    by_group: pd.DataFrame
    disagreement: pd.DataFrame
    consistency: pd.DataFrame
    left_out: pd.DataFrame
    draws: pd.DataFrame
    effective_people: float
    aggregate: str
    method: str
    confidence: float
    earlier: int = 0

    def metrics(self) -> dict[str, float]:
        """Each weight with its interval, and the number of people."""
        out = {"people": float(len(self.individual)), "effective_people": self.effective_people}
        for c, value, low, high in zip(
            self.table["criterion"], self.table["weight"], self.table["low"], self.table["high"], strict=True
        ):
            out |= {
                f"weight_{c}": float(value),
                f"weight_{c}_low": float(low),
                f"weight_{c}_high": float(high),
            }
        return out

    def as_preferences(self) -> pd.DataFrame:
        """``criterion, weight, source``: as a portfolio takes preferences, with where they come from.

        Raises
        ------
        DesignError
            Too few people answered; ``weights`` can be handed on by hand, as somebody's choice.
        """
        if self.certainty == "too little to say":
            raise DesignError(
                f"{len(self.individual)} people are too few to hand on their weights as a panel’s; ask more, or choose weights yourself, "
                "e.g. preferences={'jobs': 60, 'equity': 40}."
            )
        source = f"{self.provenance.options.get('consultation', '')}, item {self.item}, round {self.round}"
        frame = pd.DataFrame({"criterion": list(self.weights), "weight": list(self.weights.values())})
        frame["source"] = f"SYNTHETIC {source}" if self.provenance.synthetic else source
        return stamp(frame, *self.provenance.data)
