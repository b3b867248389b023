"""Instruments and dates of application, as they were known when this file was written."""

from __future__ import annotations

from dataclasses import dataclass

#: When these dates were last looked at; a reader must check what has changed since.
AS_KNOWN = "November 2026"
CHECK = f"as known in {AS_KNOWN}; check the date in the consolidated text on EUR-Lex"
AI_ACT = "Regulation (EU) 2024/1689 of 13 June 2024 (AI Act)"
GDPR = "Regulation (EU) 2016/679 of 27 April 2016 (GDPR)"


@dataclass(frozen=True)
class Milestone:
    """From when something applies.

    Parameters
    ----------
    what : str
    enacted : str
        Date in the text of 2024.
    since : str
        What later amendments are reported to have made of it; "" for no change known.
    """

    what: str
    enacted: str
    since: str = ""


MILESTONES: tuple[Milestone, ...] = (
    Milestone("Entry into force (Article 113)", "1 August 2024"),
    Milestone(
        "Prohibited practices (Article 5) and AI literacy (Article 4)",
        "2 February 2025",
        "the wording of Article 4 is reported to have been softened by the amendment of 2026",
    ),
    Milestone(
        "High-risk systems of Annex III: requirements, providers, deployers (Articles 8 to 27, 49)",
        "2 August 2026",
        "the amendment known as the digital omnibus on AI, proposed on 19 November 2025 and reported as approved by "
        "Parliament and Council in June 2026, moves this to 2 December 2027",
    ),
    Milestone(
        "High-risk systems that are parts of products of Annex I (Article 6(1))",
        "2 August 2027",
        "reported as moved to 2 August 2028 by the same amendment",
    ),
)
