"""From estimates and codes to rows of an ``effects`` frame; what is missing is stated, never filled in."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.learning.numbers.read_estimates import VERSION
from almpo_kit.vocabulary.documents import ESTIMATE, NOT_STATED, PROPOSED, answers
from almpo_kit.vocabulary.errors import DataError, FrameError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.provenance import SYNTHETIC, data_versions, provenance, stamp

if TYPE_CHECKING:
    import pandas as pd

#: Without these no row: nobody may guess them.
NEEDED: Final = ("programme_type", "target_group", "country", "design", "outcome", "unit", "effect")
_CODED: Final = ("programme_type", "target_group", "country", "design")
_LONGEST_NOTE: Final = 300
_LONGEST_VALUE: Final = 20_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EffectRows(Finding):
    """Estimates as rows of an ``effects`` frame.

    Parameters
    ----------
    table : DataFrame
        An ``effects`` frame (checked), ready for ``evidence``; empty where no estimate is complete.
    missing : DataFrame
        ``document_id, item, missing``: the estimates that are not in it, with the columns that nobody coded.
    """

    missing: pd.DataFrame


def to_effects(
    estimates: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    documents: pd.DataFrame | None = None,
    groups: pd.Series | None = None,
) -> EffectRows:
    """Put estimates and the codes of their documents together into an ``effects`` frame.

    Parameters
    ----------
    estimates : DataFrame
        ``ReadEstimates.table``, or settled or proposed rows of field ``estimate`` whose ``value`` is JSON. Where there
        is a column ``says``, only what is proposed is taken: pass settled rows for what an expert accepted.
    codes : DataFrame
        ``document_id, field, value``: settled codes, or proposals (then only the proposed ones).
    documents : DataFrame, optional
        For the source of each row.
    groups : Series, optional
        ``document_id`` -> study; without it each document is a study of its own.

    Returns
    -------
    EffectRows

    Raises
    ------
    FrameError
        A column is missing, or a row breaks the schema of ``effects``.
    DataError
        A ``value`` is no JSON of an estimate.
    """
    import pandas as pd

    _checked(estimates, codes)
    given = _given(estimates)
    known = _codes(codes)
    sources = _sources(documents)
    rows, missing = list[dict[str, Any]](), list[tuple[str, str, str]]()
    for row in given:
        name = str(row["document_id"])
        full = _row(row, known.get(name, {}), _study(name, groups), sources.get(name, ""))
        gaps = _gaps(full, known.get(name, {}))
        if gaps:
            missing.append((name, str(row.get("item", "")), gaps))
        else:
            rows.append(full)
    versions = data_versions(estimates, codes, documents)
    table = check(pd.DataFrame(rows), "effects") if rows else pd.DataFrame(columns=list(_empty()))
    absent = pd.DataFrame(missing, columns=["document_id", "item", "missing"])
    return EffectRows(
        question="Which estimates can join the evidence base?",
        sentence=f"{len(rows):,} estimates are complete; {len(missing):,} lack a code that nobody may guess.",
        table=stamp(table, *versions),
        checks=_checks(table, absent),
        provenance=provenance(
            estimates, codes, documents, table, method="learning.to_effects", options={"rules": VERSION}
        ),
        rests_on=f"{table['study_id'].nunique() if rows else 0:,} studies",
        missing=absent,
    )


def _checked(estimates: pd.DataFrame, codes: pd.DataFrame) -> None:
    for frame, called, needed in (
        (estimates, "estimates", {"document_id", "item"}),
        (codes, "codes", {"document_id", "field", "value"}),
    ):
        if absent := needed - set(frame.columns):
            raise FrameError(f"{called} has no column {', '.join(sorted(absent))}; see vocabulary.documents.")


def _given(estimates: pd.DataFrame) -> list[dict[str, Any]]:
    """One mapping an estimate; JSON values are opened."""
    rows = estimates
    if "says" in rows:
        rows = rows[rows["says"] == PROPOSED]
    if "value" not in rows:
        return [{str(k): v for k, v in r.items()} for r in rows.to_dict("records")]
    rows = rows[rows["field"] == ESTIMATE] if "field" in rows else rows
    return [
        {str(k): v for k, v in r.items() if k != "value"} | _opened(r["value"], str(r["document_id"]))
        for r in rows.to_dict("records")
    ]


def _opened(value: Any, name: str) -> dict[str, Any]:
    said = f"The estimate of document {name[:12]} is no JSON of an estimate; label it anew. Nothing else is touched."
    if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
        raise DataError(said)
    try:
        read = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise DataError(said) from error
    if not isinstance(read, dict) or not all(isinstance(v, str | int | float | None) for v in read.values()):
        raise DataError(said)
    return read


def _codes(codes: pd.DataFrame) -> dict[str, dict[str, str]]:
    rows = codes[codes["says"] == PROPOSED] if "says" in codes else codes
    rows = rows[rows["field"] != ESTIMATE]
    known: dict[str, dict[str, str]] = {}
    for name, field, value in zip(rows["document_id"], rows["field"], rows["value"], strict=True):
        known.setdefault(str(name), {})[str(field)] = str(value)
    return known


def _sources(documents: pd.DataFrame | None) -> dict[str, str]:
    if documents is None:
        return {}
    made = {}
    for row in documents.to_dict("records"):
        source = str(row.get("source") or "")
        named = str(row.get("doi") or row.get("url") or row.get("title") or "")
        made[str(row["document_id"])] = source if source.startswith(SYNTHETIC) else (named or source)
    return made


def _study(name: str, groups: pd.Series | None) -> str:
    return str(groups.get(name, name)) if groups is not None else name


def _one(codes: Mapping[str, str], field: str) -> str:
    """The code of a field where there is one; several are none, since nobody said which belongs to the estimate."""
    values = answers(codes.get(field, ""))
    return values[0] if len(values) == 1 and values[0] != NOT_STATED else ""


def _real(value: Any) -> float:
    try:
        read = float(value)
    except (TypeError, ValueError):
        return math.nan
    return read if math.isfinite(read) else math.nan


def _row(row: Mapping[str, Any], codes: Mapping[str, str], study: str, source: str) -> dict[str, Any]:
    name, item = str(row["document_id"]), str(row.get("item", ""))
    se, months = _real(row.get("se")), _real(row.get("horizon_months"))
    own = str(row.get("source") or "")
    source = own if own.startswith(SYNTHETIC) else source or own or f"document {name[:12]}"
    # From when the months of the document count, nobody said of this estimate.
    origin = None if math.isnan(months) else row.get("horizon_from") or None
    months = months if not math.isnan(months) else _real(_one(codes, "horizon_months"))
    return {
        "estimate_id": f"{name[:12]}-{item}",
        "study_id": study,
        "sample_id": study,
        **{field: row.get(field) or _one(codes, field) for field in (*_CODED, "outcome")},
        "programme_name": "",
        "comparator": row.get("comparator") or "not_stated",
        "nuts": None,
        "unit": row.get("unit") or "",
        "horizon_months": months,
        "horizon_from": origin,
        "effect": _real(row.get("effect")),
        "se": se if se > 0 else math.nan,
        "se_source": (row.get("se_source") or "reported") if se > 0 else "none",
        "significance": row.get("significance") or None,
        "includes_subsidised_job": "not_stated",
        "start_year": _real(row.get("start_year")),
        "end_year": _real(row.get("end_year")),
        "n": _real(row.get("n")),
        "unemployment_rate": math.nan,
        "quality": None,
        "source": source,
        "note": f"read from: {row.get('sentence', '')}"[:_LONGEST_NOTE],
    }


def _empty() -> dict[str, Any]:
    return _row({"document_id": "", "item": ""}, {}, "", "")


def _gaps(row: Mapping[str, Any], codes: Mapping[str, str]) -> str:
    gaps = []
    for name in NEEDED:
        value = row[name]
        if (isinstance(value, float) and math.isnan(value)) or value == "":
            several = answers(codes.get(name, ""))
            gaps.append(f"{name} (several: {', '.join(several)})" if len(several) > 1 else name)
    if row["outcome"] and row["outcome"] not in OUTCOMES:
        gaps.append("outcome (not in the vocabulary)")
    if row["unit"] and row["unit"] not in UNITS:
        gaps.append("unit (not in the vocabulary)")
    if _contradicts(row):
        gaps.append("significance (it says favourable or not, and the sign of the effect says otherwise)")
    return "; ".join(gaps)


def _contradicts(row: Mapping[str, Any]) -> bool:
    """Positive means favourable for the person: fewer days unemployed are."""
    outcome, says = (
        OUTCOMES.get(row["outcome"]),
        {"positive": 1, "negative": -1}.get(row["significance"] or "", 0),
    )
    return outcome is not None and says * outcome.favourable * row["effect"] < 0


def _checks(table: pd.DataFrame, missing: pd.DataFrame) -> tuple[Check, ...]:
    checks = [
        Check(
            "complete",
            "failed" if len(missing) else "passed",
            f"{len(missing):,} estimates wait for a code (see missing); none was filled in."
            if len(missing)
            else "Every estimate has the codes that a row needs.",
        )
    ]
    if len(table) and (unsized := int(table["se"].isna().sum())):
        said = f"{unsized:,} rows have no standard error: they are listed, and carry no weight in a pool."
        checks.append(Check("standard errors", "informational", said))
    return tuple(checks)
