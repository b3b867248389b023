"""Risk of bias: the published instruments, their domains, their judgements and their overall rules.

RoB 2 is for randomised trials, ROBINS-I for other studies of interventions. A domain that a record does
not allow to judge is "no information". ROBINS-I has that judgement, and its overall rule places it above
moderate and below serious. RoB 2 has no such judgement: its algorithms turn a question without an answer
into some concerns at best, so here it counts as some concerns when domains are joined.

Sterne et al. (2019) BMJ 366, l4898 (RoB 2). Sterne et al. (2016) BMJ 355, i4919 (ROBINS-I).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NO_INFORMATION = "no_information"

#: judgement key -> label.
JUDGEMENTS: dict[str, str] = {
    "low": "low",
    "some_concerns": "some concerns",
    "moderate": "moderate",
    NO_INFORMATION: "no information",
    "serious": "serious",
    "high": "high",
    "critical": "critical",
}


@dataclass(frozen=True)
class Instrument:
    """One instrument: its ``domains`` (key -> label) and its ``judgements``, least severe first.

    ``judgements`` includes "no information" where it stands when two coders differ: the more severe
    judgement holds until an expert decides.
    """

    key: str
    label: str
    domains: Mapping[str, str]
    judgements: tuple[str, ...]

    @property
    def scale(self) -> tuple[str, ...]:
        """The judgements that say how large the risk is, least severe first."""
        return tuple(j for j in self.judgements if j != NO_INFORMATION)

    def severity(self, judgement: str) -> int:
        """Place of a judgement, 0 for the least severe."""
        return self.judgements.index(judgement)

    def most_severe(self, judgements: Iterable[str]) -> str:
        """The most severe of several judgements of one domain."""
        return max(judgements, key=self.severity)


INSTRUMENTS: dict[str, Instrument] = {
    i.key: i
    for i in (
        Instrument(
            "rob2",
            "RoB 2",
            {
                "randomisation_process": "randomisation process",
                "deviations_from_intended_interventions": "deviations from intended interventions",
                "missing_outcome_data": "missing outcome data",
                "measurement_of_the_outcome": "measurement of the outcome",
                "selection_of_the_reported_result": "selection of the reported result",
            },
            ("low", NO_INFORMATION, "some_concerns", "high"),
        ),
        Instrument(
            "robins_i",
            "ROBINS-I",
            {
                "confounding": "confounding",
                "selection_of_participants": "selection of participants",
                "classification_of_interventions": "classification of interventions",
                "deviations_from_intended_interventions": "deviations from intended interventions",
                "missing_data": "missing data",
                "measurement_of_outcomes": "measurement of outcomes",
                "selection_of_the_reported_result": "selection of the reported result",
            },
            ("low", "moderate", NO_INFORMATION, "serious", "critical"),
        ),
    )
}


def overall(instrument: str, judgements: Iterable[str]) -> str:
    """Overall risk of bias of a study from the judgements of all its domains, by the published rule.

    RoB 2: low when every domain is low; high when one is; otherwise some concerns. Its further clause,
    several domains with some concerns that together make a high risk, is a person's to decide and is not
    applied. ROBINS-I: the most severe domain; "no information" when a domain lacks it and none is serious
    or critical.

    Parameters
    ----------
    instrument : {"rob2", "robins_i"}
    judgements : iterable of str
        One for each domain.
    """
    given = set(judgements)
    if given == {NO_INFORMATION}:
        return NO_INFORMATION
    worst = INSTRUMENTS[instrument].most_severe(given)
    return "some_concerns" if instrument == "rob2" and worst == NO_INFORMATION else worst
