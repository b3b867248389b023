"""Programmes in order by what a panel says counts, how sure that order is, and which weight would turn it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from almpo_kit import codesign, sources
from almpo_kit.vocabulary.consultation_items import WEIGHING
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.consultation_options import programme_options

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.workbench.consultations import ConsultationCase

EVIDENCE: Final = {
    "published": "Published evaluations",
    "example": "SYNTHETIC studies (to see how it works)",
}
METHODS: Final = {
    "topsis": "Nearest to the best, farthest from the worst (TOPSIS)",
    "promethee": "Pair by pair (PROMETHEE II)",
    "weighted_sum": "Weighted sum",
}
#: Programmes that are ranked: what can be offered to a person, and has a type of its own.
RANKED: Final = (
    "services",
    "training",
    "employment_incentives",
    "direct_job_creation",
    "start_up_incentives",
)
#: SYNTHETIC: which share of places reaches those furthest from work.
_REACH: Final = {
    "services": 0.25,
    "training": 0.3,
    "employment_incentives": 0.2,
    "direct_job_creation": 0.7,
    "start_up_incentives": 0.1,
}

#: Correlation of the errors of two goals of one programme. The goals are read off the same pooled effect, so their errors
#: are one: taken as independent they would cancel, and the first place would look surer than it is. Months add effects of
#: further spans, whose studies are only partly the same; to take those as one errs to the side of less sure.
_WITHIN: Final = 1.0


def effects_of(evidence: str) -> pd.DataFrame:
    """The evidence of a name.

    Raises
    ------
    ParameterError
        There is none of that name.
    """
    if evidence not in EVIDENCE:
        raise ParameterError(f"evidence={evidence!r}: choose among {', '.join(EVIDENCE)}.")
    return sources.effects() if evidence == "published" else sources.synthetic_studies().effects


class RankedOptions:
    """Programme types by a panel's weights.

    Parameters
    ----------
    case : ConsultationCase
    evidence : {"published", "example"}
    method : {"topsis", "promethee", "weighted_sum"}
    """

    def __init__(self, case: ConsultationCase, evidence: str = "published", method: str = "topsis") -> None:
        self.case, self.evidence, self.method = case, evidence, method

    @cached_property
    def goals(self) -> Finding:
        """What counts.

        Raises
        ------
        DesignError
            The consultation did not ask.
        """
        asked = self.case.of_kind(*WEIGHING)
        if not asked:
            raise DesignError(
                "this consultation did not ask what counts; set one up with a question on goals."
            )
        return self.case.weights(asked[0].id)

    @cached_property
    def table(self) -> codesign.DecisionTable:
        """Programmes beside goals; empty where the evidence is too thin."""
        example = self.evidence == "example"
        rows = programme_options(
            effects_of(self.evidence),
            programme_types=RANKED,
            # No study says whom places reach; in the example it is invented, elsewhere it is missing and said so.
            reach=_REACH if example else {},
            reach_source="SYNTHETIC shares" if example else "nobody",
        )
        return codesign.decision_table(rows)

    @cached_property
    def ranking(self) -> Finding:
        """Programmes in order."""
        return self._asked(codesign.rank, within=_WITHIN, seed=self.case.seed)

    @cached_property
    def sureness(self) -> Finding:
        """How likely each is the first."""
        return self._asked(codesign.rank_probabilities, within=_WITHIN, seed=self.case.seed)

    @cached_property
    def sensitivity(self) -> Finding:
        """The smallest change of a weight that would turn the order."""
        return self._asked(codesign.weight_sensitivity)

    @property
    def known(self) -> bool:
        """Whether enough is known of two programmes to put them in order."""
        asked = self.table.table[self.table.table["criterion"].isin(self._weighed)]
        short = asked.groupby("option")["abstains"].any()
        return int((~short).sum()) >= 2

    @property
    def _weighed(self) -> set[str]:
        return set(self.goals.weights) if isinstance(self.goals, codesign.CriteriaWeights) else set()

    def _too_little(self) -> Finding:
        """No order, told once and shortly; the table says of each programme and goal why."""
        rows = self.table.table[self.table.table["abstains"]]
        short = rows["option"].nunique()
        told = (
            f"Too little is known to put programmes in order by these goals: of {short} of {len(RANKED)} something is missing that "
            "counts. The table says of each why; a trial or more coded studies would tell."
        )
        return Finding(
            question="Which programme comes first?",
            sentence=told,
            table=rows[["option", "criterion", "reason"]].reset_index(drop=True),
            checks=(Check("too little known", "failed", told),),
            provenance=self.table.provenance,
            certainty="too little to say",
        )

    def _asked(self, verb: Callable[..., Finding], **options: Any) -> Finding:
        if not isinstance(self.goals, codesign.CriteriaWeights):
            return self.goals
        if not self.known:
            return self._too_little()
        return attempt(verb, self.table, self.goals, method=self.method, **options)
