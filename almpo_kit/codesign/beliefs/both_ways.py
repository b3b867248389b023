"""Why the panel may be right and the evidence wrong, and the other way round; and what would tell."""

from __future__ import annotations

from typing import Any

import pandas as pd

from almpo_kit.codesign.beliefs.evidence_given import FEWEST_STUDIES, EvidenceGiven
from almpo_kit.codesign.beliefs.horizons_beside import apart
from almpo_kit.codesign.beliefs.quantities import favourable
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise

#: Roles that run or are paid by the programmes they were asked about.
_INTERESTED = {"training_providers", "employment_service"}
PANEL, EVIDENCE = "the panel may be right", "the evidence may be right"


def both_ways(belief: Any, evidence: EvidenceGiven, above: bool) -> pd.DataFrame:
    """Reasons on either side: ``side, reason, seen, what_would_tell``.

    ``seen`` is True where the numbers given show that the reason applies, False where it is only possible.
    """
    rows = [*_for_the_panel(belief, evidence, above), *_for_the_evidence(belief, above)]
    columns = ["side", "reason", "seen", "what_would_tell"]
    return pd.DataFrame(rows, columns=columns).sort_values(
        ["side", "seen"], ascending=False, ignore_index=True
    )


def _for_the_panel(belief: Any, evidence: EvidenceGiven, above: bool) -> list[tuple[str, str, bool, str]]:
    rows = []
    if evidence.n_studies < FEWEST_STUDIES:
        why = (
            f"only {evidence.n_studies} independent studies measured this"
            if evidence.n_studies
            else "no study that can be averaged measured this"
        )
        rows.append((PANEL, why, True, "a trial or a register study of this programme"))
    country = normalise(str(belief.quantity.get("country", "") or ""))
    if country and evidence.countries and country not in evidence.countries:
        name = PLACE_NAMES.get(country, country)
        rows.append((PANEL, f"none of the studies is from {name} ({country})", True, f"a study from {name}"))
    if evidence.place is None:
        why = "how far places differ is not known: this one may be unlike the average"
        rows.append((PANEL, why, True, "a prediction interval, from more studies"))
    asked = float(belief.quantity["horizon_months"])
    if apart(asked, evidence.horizons):
        why = "most of the studies measured another time than the panel was asked about"
        rows.append((PANEL, why, True, f"studies of about {asked:g} months on"))
    rows.append(
        (PANEL, "the panel knows the place and the season, studies do not", False, "a trial in this place")
    )
    rows.append(
        (
            PANEL,
            "the studies are of older programmes or other target groups",
            False,
            "the studies’ years and groups, looked up",
        )
    )
    # Reports favour what helps: averages of published studies rather err upwards.
    if favourable(belief.quantity) and above == (favourable(belief.quantity) < 0):
        why = "studies that found little or nothing are published less often"
        rows.append((PANEL, why, False, "a check of small-study bias, and unpublished reports"))
    return rows


def _for_the_evidence(belief: Any, above: bool) -> list[tuple[str, str, bool, str]]:
    rows = []
    good = favourable(belief.quantity)
    hopeful = bool(good) and above == (good > 0)
    if hopeful:
        why = "people see who finds work after a programme, not who would have found it without"
        rows.append((EVIDENCE, why, False, "the same question asked about people who did not take part"))
    roles = belief.by_role
    own = roles[roles["role"].isin(_INTERESTED)] if len(roles) else roles
    if hopeful and len(own):
        share = own["n"].sum() / belief.n
        why = f"{share:.0%} of the panel run such programmes or place people in them"
        rows.append((EVIDENCE, why, True, "the belief of the other roles on their own"))
    why = "people are usually surer than they should be, so that a conflict looks larger than it is"
    rows.append((EVIDENCE, why, False, "questions with known answers, asked of the same panel"))
    if belief.disagreement > 0.5:
        why = f"the panel does not agree with itself: {100 * belief.disagreement:.0f}% of its spread is between persons"
        rows.append((EVIDENCE, why, True, "reasons of both sides, and another round"))
    return rows
