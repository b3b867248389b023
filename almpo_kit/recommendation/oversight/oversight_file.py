"""The file for the AI Act and the GDPR: what the record says, and what people have to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from almpo_kit.recommendation.fairness.fairness_audit import FairnessAudit
from almpo_kit.recommendation.oversight.classification import Point, classification
from almpo_kit.recommendation.oversight.entries import PARTS
from almpo_kit.recommendation.oversight.facts import audit_recorded, facts_of
from almpo_kit.recommendation.oversight.markdown import markdown_of
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

RECORDED, GIVEN, OPEN = "from the record", "given", "to be filled in"
DESIGN = "by design of the workbench"
#: What the workbench itself does, whatever the run.
_BUILT_IN = {
    "oversight": "The workbench advises and never decides: it shows gains with intervals, evidence and limits, refuses where "
    "evidence is thin, and lets the caseworker choose otherwise with a reason.",
    "bias_guard": "Overlapping gains are said to be indistinguishable; refusals and failed checks stand first; no single score "
    "is shown.",
    "limits": "Gains are averages of people like this one, not of this one; outside the support of the data the workbench "
    "abstains; failed checks below.",
    "safeguards": "No row about a person is kept or logged; counts of fewer than ten are suppressed; overrides carry no "
    "characteristics of persons.",
}
_ASKED = ("instructions", "affected", "overseers", "decision", "basis_processing")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class OversightFile(Finding):
    """The file. ``table``: one row an entry: ``part, provision, item, status, text, by_whom``.

    ``status`` is "from the record", "given", "by design of the workbench" or "to be filled in"; the first and the third with
    ", in part" where the record cannot say all that is asked: ``rest`` is what is left. ``by_whom`` says to whom it is left.

    Parameters
    ----------
    system_name, deployer, provider, legal_basis : str
        "" where not given.
    presumption : str
        "high-risk", or "not high-risk by the answers given".
    points : tuple of Point
    audit : FairnessAudit or None
    """

    system_name: str
    deployer: str
    provider: str
    legal_basis: str
    presumption: str
    points: tuple[Point, ...] = ()
    audit: FairnessAudit | None = field(default=None)

    @property
    def missing(self) -> pd.DataFrame:
        """Entries that people have to fill in, in whole or in part."""
        return self.table[self.table["by_whom"] != ""].reset_index(drop=True)

    def markdown(self) -> str:
        """The whole file as Markdown; what came from people or records is escaped."""
        return markdown_of(self)

    def metrics(self) -> Mapping[str, float]:
        """Entries, and those left to people."""
        return {"entries": float(len(self.table)), "to_be_filled_in": float(len(self.missing))}


def oversight_file(
    record: Mapping[str, Any],
    audit: FairnessAudit | None = None,
    *,
    system_name: str,
    legal_basis: str = "",
    deployer: str = "",
    provider: str = "",
    purpose: str = "",
    uses: Mapping[str, bool | None] | None = None,
    given: Mapping[str, str] | None = None,
) -> OversightFile:
    """Write down what is known, and name who has to supply the rest.

    Parameters
    ----------
    record : mapping
        Of the run: see :data:`facts.RECORD`; every key is optional.
    audit : FairnessAudit, optional
    system_name : str
    legal_basis : str
        For processing sensitive attributes; never assumed. Blank: that of the audit; else it stands as missing.
    deployer, provider, purpose : str
    uses : mapping of str to bool or None, optional
        Answers to the questions behind Annex III; see :data:`classification.QUESTIONS`.
    given : mapping of str to str, optional
        Further answers: ``instructions, affected, overseers, decision, basis_processing``.

    Returns
    -------
    OversightFile

    Raises
    ------
    ParameterError
        No name, or an unknown key.

    References
    ----------
    Regulation (EU) 2024/1689, Articles 6, 11, 12, 14, 26, 27, 113, Annexes III and IV; Regulation (EU) 2016/679, Articles 9,
    22 and 35.
    """
    if not isinstance(system_name, str) or not system_name.strip():
        raise ParameterError(
            "system_name is blank; say what the system is called, e.g. 'advice on training, Attica'."
        )
    answers = dict(given or {})
    if unknown := sorted(set(answers) - set(_ASKED)):
        raise ParameterError(f"given: unknown key(s) {', '.join(unknown)}; choose from {', '.join(_ASKED)}.")
    basis = legal_basis.strip() or (audit.legal_basis if audit is not None else "")
    said = {
        k: v.strip() for k, v in ({"purpose": purpose, "legal_basis": basis} | answers).items() if v.strip()
    }
    table = _table(facts_of(record), said, audit)
    presumption, points = classification(uses)
    missing = int((table["status"] == OPEN).sum())
    partly = int((table["rest"] != "").sum())
    versions = tuple(_version(d) for d in record.get("data") or () if isinstance(d, Mapping))
    return OversightFile(
        question=f"What has to be written down before {system_name.strip()} is used?",
        sentence=(
            f"Treat {system_name.strip()} as {presumption} under the AI Act until a person decides otherwise. "
            if presumption == "high-risk"
            else f"{system_name.strip()} is {presumption}; a person has to confirm that. "
        )
        + f"Of {len(table)} entries {len(table) - missing - partly} are filled from the record or from what was given, {partly} "
        f"in part; {missing} are left to people, each named.",
        table=table,
        checks=_checks(basis, audit, record, missing + partly),
        provenance=Provenance(
            data=versions,
            method="recommendation.oversight_file",
            options={"system_name": system_name.strip(), "run_id": str(record.get("run_id", ""))},
            synthetic=bool(record.get("synthetic")) or (audit is not None and audit.provenance.synthetic),
        ),
        rests_on=f"the record of run {record['run_id']}" if record.get("run_id") else "what was given",
        system_name=system_name.strip(),
        deployer=deployer.strip(),
        provider=provider.strip(),
        legal_basis=basis,
        presumption=presumption,
        points=points,
        audit=audit,
    )


def _version(d: Mapping[str, Any]) -> DataVersion:
    keys = ("dataset", "version", "kind", "provider", "licence", "sha256")
    return DataVersion(**{"dataset": "?", "version": "?"} | {k: str(d[k]) for k in keys if d.get(k)})


def _table(facts: Mapping[str, str], said: Mapping[str, str], audit: FairnessAudit | None) -> pd.DataFrame:
    known = dict(facts)
    if audit is not None:
        known["audit"] = _audit_words(audit)
    rows = []
    for part, entries in PARTS.items():
        for e in entries:
            if e.fact == "synthetic" and "synthetic" not in known:
                continue
            text, status = "", OPEN
            if e.fact in said:
                text, status = said[e.fact], GIVEN
            elif e.fact in known:
                text, status = known[e.fact], RECORDED
            elif e.fact in _BUILT_IN:
                text, status = _BUILT_IN[e.fact], DESIGN
            rest = e.rest if status in (RECORDED, DESIGN) else ""
            rows.append(
                {
                    "part": part,
                    "provision": e.provision,
                    "item": e.item,
                    "status": f"{status}, in part" if rest else status,
                    "text": text,
                    "rest": rest,
                    "by_whom": e.by_whom if status == OPEN or rest else "",
                }
            )
    return pd.DataFrame(rows)


def _audit_words(audit: FairnessAudit) -> str:
    basis = "" if audit.legal_basis else " No legal basis was given for this audit."
    return f"{audit.sentence}{basis}"


def _checks(
    basis: str, audit: FairnessAudit | None, record: Mapping[str, Any], missing: int
) -> tuple[Check, ...]:
    checks = []
    if not basis:
        checks.append(
            Check(
                "legal_basis",
                "failed",
                "No legal basis is given for processing sensitive attributes; it is asked for and not assumed. Ask the data "
                'protection officer and give legal_basis="…".',
            )
        )
    if audit is None:
        recorded = bool(audit_recorded(record))
        checks.append(
            Check(
                "audit",
                "failed",
                "Of the fairness audit in the run only its sentence and its failed checks stand here; the tables are in its report."
                if recorded
                else "There is no fairness audit; run fairness_audit() and give it as audit=.",
            )
        )
    elif len(audit.flags):
        checks.append(
            Check(
                "flags",
                "failed",
                f"The fairness audit has {len(audit.flags)} warnings; they stand in the file.",
            )
        )
    if not record.get("run_id"):
        checks.append(
            Check("record", "failed", "The record names no run; without one nothing here can be traced.")
        )
    if missing:
        checks.append(
            Check(
                "missing",
                "informational",
                f"{missing} entries are to be filled in, in whole or in part, by the people named there.",
            )
        )
    checks.append(
        Check(
            "dates",
            "informational",
            "Dates of application may have been changed by later amendments: check them. This file is no legal advice.",
        )
    )
    return tuple(checks)
