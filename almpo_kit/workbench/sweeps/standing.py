"""Whether the edition that stands is what would be made now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from almpo_kit.workbench.sweeps import inputs

MANIFEST, FAILURE = "manifest.json", "last_failure.txt"


def held(folder: Path) -> dict[str, Any] | None:
    """The manifest of the edition in a folder; None where there is none that can be read."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        whole = isinstance(content["files"], dict) and isinstance(content["parameters"], dict)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return content if whole else None


def page_of(folder: Path, manifest: Mapping[str, Any]) -> Path | None:
    """The page that a manifest lists, where it is there."""
    names = [n for n in manifest["files"] if n.endswith(".html") and Path(n).name == n]
    return folder / names[0] if names and (folder / names[0]).is_file() else None


def why_made(
    folder: Path, values: Mapping[str, Any], made_from: Mapping[str, str], *, with_pdf: bool = False
) -> str:
    """Why a report has to be made; empty where its edition stands, is whole, and is what would be made.

    Parameters
    ----------
    folder : Path
    values : mapping
        Parameters, all of them.
    made_from : mapping of str to str
        :func:`almpo_kit.workbench.sweeps.inputs.fingerprint` of now.
    with_pdf : bool
    """
    manifest = held(folder)
    if manifest is None:
        return "it was not there"
    if (folder / FAILURE).exists():
        return "it failed last time"
    if manifest["parameters"] != json.loads(json.dumps(dict(values), default=str)):
        return "the folder held another report"
    files = manifest["files"]
    if with_pdf and not any(name.endswith(".pdf") for name in files):
        return "a PDF is wanted"
    if not any(n.endswith(".html") for n in files) or not all(_intact(folder, *f) for f in files.items()):
        return "a file of it was damaged or is gone"
    kinds = inputs.changed(manifest.get("inputs"), made_from)
    if not kinds:
        return ""
    if not manifest.get("inputs"):
        return "it is not known from what it was made"
    unknown = [k for k in kinds if made_from[k] == inputs.UNKNOWN]
    return f"it reads {unknown[0]}" if kinds == tuple(unknown) else f"{_and(kinds)} changed"


def _intact(folder: Path, name: str, digest: object) -> bool:
    try:
        return Path(name).name == name and hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    except OSError:
        return False


def _and(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
