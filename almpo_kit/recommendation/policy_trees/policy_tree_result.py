"""What a search for a policy tree found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from almpo_kit.recommendation.policies.policy import Policy
from almpo_kit.recommendation.policy_trees.regulation import regulation, steps
from almpo_kit.vocabulary.finding import Finding

Advice = Literal["tree", "one for all", "nothing shown"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PolicyTree(Finding):
    """A rule of a few questions, with what it is worth to people from whom it was not learned.

    Parameters
    ----------
    table : DataFrame
        One row a leaf: ``rule, programme, programme_type, people, share, held_out, gain, low, high, price, says``;
        ``gain`` against no programme, of held-out people; people below 10 are missing.
    nodes : DataFrame
        One row a node, the top first: ``node, layer, feature, threshold, question, yes, no, programme, programme_type, people, share,
        gain, low, high`` (``feature`` "" in a leaf, ``programme`` "" elsewhere; ``yes`` and ``no`` are the nodes
        below, −1 in a leaf).
    advice : {"tree", "one for all", "nothing shown"}
        What the finding stands for: the tree; one programme for all, because its questions are not shown to add
        anything; or neither, because nothing is shown to be better than offering none.
    policy : Policy
        What is advised, as a rule: the tree, the one programme, or the offer of none.
    tree_policy : Policy
        The tree, whatever the advice; ``details["tree"]`` is the :class:`ExactTree`.
    one_for_all : str
        The programme that is best where all are offered the same.
    gain, gain_low, gain_high : float
        Of the tree against no programme, out of sample, prices taken off.
    advantage, advantage_low, advantage_high : float
        Of the tree against ``one_for_all``, out of sample, prices taken off.
    optimism : float
        Mean value in the sample it was learned from less that out of sample.
    agreement : float
        Share of people whom trees learned from either half offer the same.
    value, bound : float
        Mean score per person that the tree reaches in its sample, and what no tree could exceed there.
    proven : bool
    depth, min_leaf, n_people : int
    unit : str
    """

    nodes: pd.DataFrame
    advice: Advice
    policy: Policy
    tree_policy: Policy
    one_for_all: str
    gain: float
    gain_low: float
    gain_high: float
    advantage: float
    advantage_low: float
    advantage_high: float
    optimism: float
    agreement: float
    value: float
    bound: float
    proven: bool
    depth: int
    min_leaf: int
    n_people: int
    unit: str
    limits: pd.DataFrame

    def text(self) -> str:
        """The tree as the text of a regulation; whatever speaks against it stands in front."""
        warnings = [c.sentence for c in self.failed]
        if self.advice != "tree":
            warnings.insert(0, "these rules are not advised. " + self.sentence)
        return regulation(
            self.table, basis=self.rests_on + ".", warnings=warnings, synthetic=self.provenance.synthetic
        )

    def form(self) -> list[dict[str, Any]]:
        """The tree as the steps of a caseworker's form, safe to put into HTML: see :func:`regulation.steps`."""
        return steps(self.nodes)

    def metrics(self) -> Mapping[str, float]:
        """Numbers to track between runs."""
        names = (
            *("gain", "gain_low", "gain_high", "advantage", "advantage_low", "advantage_high"),
            *("optimism", "agreement", "value", "bound"),
        )
        return {n: float(getattr(self, n)) for n in names} | {"advised": float(self.advice == "tree")}
