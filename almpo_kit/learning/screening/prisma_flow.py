"""The result of counting a flow of records, as PRISMA 2020 asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from almpo_kit.vocabulary.finding import Finding

IDENTIFIED, DUPLICATE, UNREAD = "identified", "duplicate", "left unread"
WAITING, OPEN, EXCLUDED = "not screened yet", "experts disagree", "excluded"
SOUGHT, NOT_RETRIEVED, NOT_ASSESSED = "sought", "not retrieved", "not assessed yet"
REJECTED, INCLUDED = "excluded with reason", "included"

#: What each count is called in the flow diagram of Page et al. (2021).
LABELS: Final = {
    IDENTIFIED: "Records identified",
    DUPLICATE: "Duplicate records removed",
    UNREAD: "Records left unread under the stopping rule (marked as ineligible by automation tools)",
    WAITING: "Records not screened yet",
    "screened": "Records screened",
    OPEN: "Records on which experts disagree",
    EXCLUDED: "Records excluded",
    SOUGHT: "Reports sought for retrieval",
    NOT_RETRIEVED: "Reports not retrieved",
    "assessed": "Reports assessed for eligibility",
    NOT_ASSESSED: "Reports not assessed yet",
    REJECTED: "Reports excluded",
    INCLUDED: "Reports of included studies",
    "studies": "Studies included in the review",
}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PrismaFlow(Finding):
    """Where records went.

    Parameters
    ----------
    table : DataFrame
        ``step, label, of, n``: one row a count; ``of`` is the source of records identified, or the reason of reports
        excluded, blank for the whole step.
    records : DataFrame
        ``document_id, step, reason``: where each record ended.
    complete : bool
        Nothing is waiting or open.
    n_identified, n_screened, n_included, n_studies : int
    """

    records: pd.DataFrame
    complete: bool
    n_identified: int
    n_screened: int
    n_included: int
    n_studies: int

    def metrics(self) -> dict[str, float]:
        """Counts by step."""
        whole = self.table[self.table["of"] == ""]
        return {str(r["step"]): float(r["n"]) for r in whole.to_dict("records")}
