"""What is said of a run in its tags."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_LONGEST = 4_000


def run_tags(
    record: Mapping[str, Any], tags: Mapping[str, str], files: tuple[Path, ...] = ()
) -> dict[str, str]:
    """Tags of a run: those given, and what its record says."""
    found = {
        "synthetic": str(bool(record.get("synthetic"))).lower(),
        "data": "; ".join(f"{d['dataset']} {d['version']}" for d in record.get("data", []))[:_LONGEST],
        "failed_checks": str(sum(map(len, record.get("failed_checks", {}).values()))),
    }
    return {str(k): str(v) for k, v in tags.items()} | found
