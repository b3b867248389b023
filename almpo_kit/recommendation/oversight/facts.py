"""What the record of a run says, in words; a fact that is not there is not made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.rendering import number

#: Keys that a record may have; others are refused, so that a misspelt one is not lost without a word.
RECORD = (
    *(
        "run_id",
        "name",
        "started",
        "status",
        "parameters",
        "metrics",
        "tags",
        "data",
        "commit",
        "lock",
        "model_version",
    ),
    *("sentences", "failed_checks", "methods", "synthetic", "seed", "overrides", "artifacts"),
)
_SMALLEST = 10
_MOST = 40


def facts_of(record: Mapping[str, Any]) -> dict[str, str]:
    """Facts for the entries of the file.

    Parameters
    ----------
    record : mapping
        Keys of :data:`RECORD`, each optional; ``overrides`` is a mapping of counts: ``advised, overridden, by_programme``.

    Returns
    -------
    dict of str to str
        Only what is known.

    Raises
    ------
    ParameterError
        An unknown key.
    """
    if unknown := sorted(set(record) - set(RECORD)):
        raise ParameterError(f"record: unknown key(s) {', '.join(unknown)}; choose from {', '.join(RECORD)}.")
    found = {
        "run": _run(record),
        "version": _joined({"model version": record.get("model_version"), "commit": record.get("commit")}),
        "software": _joined({"commit": record.get("commit"), "lock file": record.get("lock")}),
        "parameters": _joined(record.get("parameters")),
        "metrics": _joined(record.get("metrics")),
        "data": _data(record.get("data")),
        "methods": _joined(record.get("methods")),
        "results": " ".join(str(s) for s in (record.get("sentences") or {}).values()),
        "failed_checks": _failed(record.get("failed_checks")),
        "logs": _logs(record),
        "audit": audit_recorded(record),
        "overrides": _overrides(record.get("overrides")),
    }
    if record.get("synthetic"):
        found["synthetic"] = (
            "Part of the data is SYNTHETIC: nothing here may be taken for a test on real people."
        )
    return {k: v for k, v in found.items() if v}


def audit_recorded(record: Mapping[str, Any]) -> str:
    """What the record holds of a fairness audit: its sentence and its failed checks, "" where it was none."""
    methods, sentences = record.get("methods") or {}, record.get("sentences") or {}
    failed = record.get("failed_checks") if isinstance(record.get("failed_checks"), Mapping) else {}
    told = []
    for name in sorted(k for k, method in methods.items() if method == "recommendation.fairness_audit"):
        told += [str(sentences.get(name, "")), *map(str, (failed or {}).get(name, ()))]
    return " ".join(t for t in told if t)


def _run(record: Mapping[str, Any]) -> str:
    keys = ("name", "run_id", "started", "status")
    return _joined({k.replace("_", " "): record.get(k) for k in keys})


def _joined(values: Mapping[str, Any] | None) -> str:
    kept = {k: v for k, v in (values or {}).items() if v is not None and str(v) != ""}
    shown = [f"{k}: {_value(v)}" for k, v in sorted(kept.items())[:_MOST]]
    more = f"; and {len(kept) - _MOST} more in the run" if len(kept) > _MOST else ""
    return "; ".join(shown) + more


def _value(value: Any) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else number(value, 3)
    return str(value)


def _data(data: Sequence[Mapping[str, Any]] | str | None) -> str:
    if not data:
        return ""
    if isinstance(data, str):
        return data
    return "; ".join(
        f"{d.get('dataset', '?')} {d.get('version', '')} ({d.get('kind', 'kind not stated')}"
        f"{', sha256 ' + str(d['sha256'])[:12] if d.get('sha256') else ''})"
        for d in data
    )


def _failed(checks: Any) -> str:
    if checks is None:
        return ""
    if not isinstance(checks, Mapping):
        return f"Failed checks in the run: {checks}."
    told = [str(s) for sentences in checks.values() for s in sentences]
    return " ".join(told) if told else "No check failed in this run."


def _logs(record: Mapping[str, Any]) -> str:
    if not record.get("run_id"):
        return ""
    return (
        f"Run {record['run_id']} in the run store keeps parameters, metrics, data versions and seed; overrides are kept "
        "append-only, without characteristics of persons."
    )


def _overrides(counts: Mapping[str, Any] | None) -> str:
    if counts is None:
        return ""
    told = [
        f"{k.replace('_', ' ')}: {count_told(v)}" for k, v in counts.items() if not isinstance(v, Mapping)
    ]
    for name, parts in counts.items():
        if isinstance(parts, Mapping):
            told.append(f"{name.replace('_', ' ')}: " + _parts(parts))
    return "; ".join(told)


def _parts(parts: Mapping[str, Any]) -> str:
    """Counts that add up to a total: one small one alone would be given away by it."""
    counts = {k: int(v) for k, v in parts.items()}
    small = [k for k, v in counts.items() if 0 < v < _SMALLEST]
    if small and (len(small) < 2 or sum(counts[k] for k in small) < _SMALLEST):
        rest = [k for k in sorted(counts, key=lambda k: counts[k]) if k not in small and counts[k] > 0]
        small += rest[:1]
    return ", ".join(f"{k} {'not told' if k in small else v}" for k, v in counts.items())


def count_told(value: Any) -> str:
    """A count of people or decisions about them, not told from 1 to 9."""
    count = int(value)
    return f"fewer than {_SMALLEST}" if 0 < count < _SMALLEST else str(count)
