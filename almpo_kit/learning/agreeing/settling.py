"""Which codes hold, and about which experts have to talk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from almpo_kit.learning.agreeing.answers_given import QUESTION, given_answers, one_spelling
from almpo_kit.vocabulary.documents import ADJUDICATED, AGREED, SETTLED_COLUMNS
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import data_versions, provenance, stamp

DIFFER, CHALLENGED, SINGLE = "differ", "challenged", "one expert only"
_COLUMNS: Final = (
    *(
        "review",
        "document_id",
        "field",
        "item",
        "kind",
        "answers",
        "coders",
        "decided",
        "decided_by",
        "since",
    ),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Disagreements(Finding):
    """What experts have to talk about.

    ``table``, one row a question of one document: ``review, document_id, field, item, kind, answers, coders, decided,
    decided_by, since``. ``kind``: "differ" (nobody decided yet), "challenged" (decided, and a label that was given
    later says otherwise; the decision stands until it is opened again). ``answers`` reads ``"no: coder B; yes: coder
    A"``.

    Parameters
    ----------
    open_cases, challenged, waiting : int
        To be decided; decided and challenged; answered by fewer experts than are asked for.
    settled : int
        Questions that are settled.
    """

    open_cases: int
    challenged: int
    waiting: int
    settled: int

    def metrics(self) -> dict[str, float]:
        """How many of each."""
        return {
            "open_cases": float(self.open_cases),
            "challenged": float(self.challenged),
            "waiting": float(self.waiting),
            "settled": float(self.settled),
        }


def settled(labels: pd.DataFrame, decisions: pd.DataFrame | None = None, *, coders: int = 2) -> pd.DataFrame:
    """The codes that hold: what so many experts agreed on with nobody disagreeing, or what was adjudicated.

    One expert twice is one expert; what one expert alone said is not settled. A decision stands also where labels that
    were given later differ (:func:`disagreements` lists it as challenged), until it is opened again.

    Parameters
    ----------
    labels : DataFrame
        ``LABEL_COLUMNS``.
    decisions : DataFrame, optional
        ``review, document_id, field, item, value, decided_by, at``; a row without a value opens the case again.
    coders : int
        How many different experts have to agree.

    Returns
    -------
    DataFrame
        ``SETTLED_COLUMNS``, sorted by question.

    Raises
    ------
    FrameError
        Columns are missing.
    ParameterError
        ``coders`` is not a whole number of at least 2.
    """
    cases = _cases(labels, decisions, coders, "settled")
    rows = [
        {
            **dict(zip(QUESTION, question, strict=True)),
            "value": case["decided"] if case["decided"] is not None else case["values"][0],
            "how": ADJUDICATED if case["decided"] is not None else AGREED,
            "coders": case["coders"],
            "decided_by": case["decided_by"],
            "at": case["decided_at"] if case["decided"] is not None else case["at"],
        }
        for question, case in cases
        if _is_settled(case, coders)
    ]
    table = pd.DataFrame(rows, columns=list(SETTLED_COLUMNS)).astype({"coders": "int64"})
    table = table.astype({c: "str" for c in SETTLED_COLUMNS if c != "coders"})
    return stamp(table, *data_versions(labels, decisions))


def disagreements(
    labels: pd.DataFrame, decisions: pd.DataFrame | None = None, *, coders: int = 2
) -> Disagreements:
    """What is to be decided, and which decisions were challenged since.

    Parameters
    ----------
    labels, decisions, coders
        As in :func:`settled`.
    """
    cases = _cases(labels, decisions, coders, "disagreements")
    kinds = [_kind(case, coders) for _, case in cases]
    rows = [
        {
            **dict(zip(QUESTION, question, strict=True)),
            "kind": kind,
            "answers": case["told"],
            "coders": case["coders"],
            "decided": case["decided"] or "",
            "decided_by": case["decided_by"],
            "since": case["at"],
        }
        for kind, (question, case) in zip(kinds, cases, strict=True)
        if kind in (DIFFER, CHALLENGED)
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).sort_values(
        ["kind", "since", *QUESTION], ascending=[False, True, True, True, True, True], ignore_index=True
    )
    counts = {kind: kinds.count(kind) for kind in (DIFFER, CHALLENGED, SINGLE)}
    held = sum(_is_settled(case, coders) for _, case in cases)
    return Disagreements(
        question="What do the experts have to talk about?",
        sentence=_sentence(counts, held),
        table=table,
        checks=_checks(counts, coders),
        provenance=provenance(labels, decisions, method="learning.disagreements", options={"coders": coders}),
        rests_on=f"{len(cases)} questions with an answer",
        open_cases=counts[DIFFER],
        challenged=counts[CHALLENGED],
        waiting=counts[SINGLE],
        settled=held,
    )


def _cases(
    labels: pd.DataFrame, decisions: pd.DataFrame | None, coders: int, what: str
) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every question with an answer or a decision, sorted."""
    if isinstance(coders, bool) or not isinstance(coders, int) or coders < 2:
        raise ParameterError(
            f"{what}() got coders={coders!r}; at least two experts have to agree, e.g. coders=2."
        )
    held = given_answers(labels, what)
    times = (
        held["at"].astype("string").fillna("").astype("str") if "at" in held else pd.Series("", held.index)
    )
    cases: dict[tuple[str, ...], dict[str, Any]] = {}
    for question, value, coder, at in zip(
        held[list(QUESTION)].itertuples(index=False, name=None),
        held["value"],
        held["coder"],
        times,
        strict=True,
    ):
        case = cases.setdefault(question, _nothing())
        case["given"].append((value, coder, at))
    for question, value, by, at in _decided(decisions, what):
        case = cases.setdefault(question, _nothing())
        case |= {"decided": value, "decided_by": by, "decided_at": at}
    for case in cases.values():
        _sum_up(case)
    return sorted(cases.items())


def _nothing() -> dict[str, Any]:
    return {"given": [], "decided": None, "decided_by": "", "decided_at": ""}


def _sum_up(case: dict[str, Any]) -> None:
    given = case["given"]
    case["values"] = sorted({value for value, _, _ in given})
    case["coders"] = len(given)
    case["at"] = max((at for _, _, at in given), default="")
    case["told"] = "; ".join(
        f"{value}: {', '.join(sorted(coder for v, coder, _ in given if v == value))}"
        for value in case["values"]
    )
    # Times are ISO 8601 in UTC: their order is that of their letters.
    case["later"] = any(v != case["decided"] and at > case["decided_at"] for v, _, at in given)


def _decided(decisions: pd.DataFrame | None, what: str) -> list[tuple[tuple[str, ...], str, str, str]]:
    """The last decision of every question, unless it opened the case again."""
    if decisions is None or not len(decisions):
        return []
    absent = [c for c in ("document_id", "field", "value", "decided_by") if c not in decisions]
    if absent:
        raise FrameError(
            f"{what}() needs the columns {', '.join(absent)} of decisions; give store.decisions(review)."
        )
    table = decisions.assign(**{c: "" for c in ("review", "item", "at") if c not in decisions})
    number = next((c for c in ("decision_id", "id") if c in table), "at")
    table = table.sort_values(number, kind="stable")
    for column in (*QUESTION, "value", "decided_by", "at"):
        table[column] = table[column].astype("string").fillna("").astype("str")
    table = table.drop_duplicates(list(QUESTION), keep="last")
    rows = table[[*QUESTION, "value", "decided_by", "at"]].itertuples(index=False, name=None)
    return [((a, b, c, d), one_spelling(c, v), by, at) for a, b, c, d, v, by, at in rows if v.strip()]


def _is_settled(case: dict[str, Any], coders: int) -> bool:
    return case["decided"] is not None or (len(case["values"]) == 1 and case["coders"] >= coders)


def _kind(case: dict[str, Any], coders: int) -> str:
    if case["decided"] is not None:
        return CHALLENGED if case["later"] else ""
    if len(case["values"]) > 1:
        return DIFFER
    return SINGLE if case["coders"] < coders else ""


def _sentence(counts: dict[str, int], held: int) -> str:
    if not sum(counts.values()):
        return f"There is nothing to decide; {held} codes are settled."
    one = counts[DIFFER] == 1
    return (
        f"{counts[DIFFER]} question{' is' if one else 's are'} to be decided, {counts[CHALLENGED]} decided earlier "
        f"{'was' if counts[CHALLENGED] == 1 else 'were'} challenged since, {counts[SINGLE]} wait for another expert, and "
        f"{held} codes are settled."
    )


def _checks(counts: dict[str, int], coders: int) -> tuple[Check, ...]:
    checks = [
        Check(
            "settled",
            "informational",
            f"A code is settled when {coders} different experts agree and nobody differs, or when somebody decided.",
        )
    ]
    if counts[CHALLENGED]:
        told = (
            f"{counts[CHALLENGED]} decisions differ from a label that was given later. They stand until the case is opened "
            "again."
        )
        checks.append(Check("challenged", "failed", told))
    return tuple(checks)
