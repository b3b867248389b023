"""The index of a series: a page over all editions in its folder, and ``index.json`` with what varies from run to run."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from almpo_kit.sources import root
from almpo_kit.sources.cache import write_atomically
from almpo_kit.vocabulary.errors import ReportError
from almpo_kit.workbench.sweeps import inputs, standing
from almpo_kit.workbench.sweeps.series import Series

PAGE, DATA = "index.html", "index.json"
#: What of a manifest the page shows; nothing of it varies from run to run of the same inputs.
_SHOWN = ("parameters", "metrics", "sentences", "failed_checks", "synthetic", "differences")
Row = dict[str, Any]


def failures(folder: Path) -> dict[str, dict[str, Any]]:
    """Reports whose last attempt failed: name of the edition → ``parameters`` and ``reason``."""
    held = _read(folder).get("failed", {})
    return {str(name): dict(told) for name, told in held.items()} if isinstance(held, dict) else {}


def refresh(series: Series, answers: Mapping[Path, Mapping[str, Any]]) -> Path:
    """Bring the index up to date with the editions that stand in the folder.

    Parameters
    ----------
    series : Series
    answers : mapping of Path to mapping
        What came of the reports that were tried, by folder.

    Raises
    ------
    ReportError
        It cannot be written; the reports are whole.
    """
    try:
        series.folder.mkdir(parents=True, exist_ok=True)
        with _alone(series.folder):
            return _refreshed(series, answers)
    except OSError as error:
        raise ReportError(
            f"the index in {series.folder} cannot be written ({error.strerror or error}). The reports are whole; "
            "the same command writes it once it can."
        ) from None


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two sweeps of one series write the index one after the other, each with what the other has done."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems cannot lock a folder
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _refreshed(series: Series, answers: Mapping[Path, Mapping[str, Any]]) -> Path:
    before = _read(series.folder)
    failed = _failed(series, failures(series.folder), answers)
    manifests = _manifests(series)
    rows = {name: _row(series.folder / name, manifest) for name, manifest in manifests.items()}
    shown = {"report": series.report, "varied": series.varied, "rows": rows, "failed": failed}
    drawn_from = _sha(
        json.dumps([shown, inputs.code(), inputs.digest(series.notebook)], sort_keys=True).encode()
    )
    page = series.folder / PAGE
    if before.get("drawn_from") != drawn_from or before.get("page_sha256") != _digest(page):
        # Only here are templates and classes of colours loaded: a sweep that found nothing to do does without.
        from almpo_kit.workbench.sweeps import index_page

        write_atomically(page, index_page.render(series, rows, failed).encode())
    after = {
        "report": series.report,
        "drawn_from": drawn_from,
        "page_sha256": _digest(page),
        "failed": failed,
        "editions": {name: _varying(rows[name], manifest) for name, manifest in manifests.items()},
    }
    if after != before:
        text = json.dumps(after, indent=1, sort_keys=True, ensure_ascii=False, default=str)
        write_atomically(series.folder / DATA, f"{text}\n".encode())
    return page


def _failed(
    series: Series, before: Mapping[str, dict[str, Any]], answers: Mapping[Path, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    failed = dict(before)
    for item in series.items:
        answer = answers.get(item.folder)
        if answer is None:
            continue
        failed.pop(item.folder.name, None)
        if answer["status"] == "failed":
            reason = answer["reason"].replace(f"{series.folder}{os.sep}", "").replace(f"{root()}{os.sep}", "")
            values = json.loads(json.dumps(dict(item.values), default=str))
            failed[item.folder.name] = {"parameters": values, "reason": reason}
    return failed


def _manifests(series: Series) -> dict[str, dict[str, Any]]:
    """Editions of this report that stand in the folder, by their names."""
    found = {}
    for folder in sorted(p for p in series.folder.iterdir() if p.is_dir() and not p.name.startswith(".")):
        manifest = standing.held(folder)
        if manifest and manifest.get("report") == series.report and standing.page_of(folder, manifest):
            found[folder.name] = manifest
    return found


def _row(folder: Path, manifest: Mapping[str, Any]) -> Row:
    page = standing.page_of(folder, manifest)
    row = {key: manifest.get(key) for key in _SHOWN}
    if isinstance(row["differences"], dict):
        row["differences"] = {k: v for k, v in row["differences"].items() if k != "before"}
    return row | {"page": f"{folder.name}/{page.name if page else ''}"}


def _varying(row: Row, manifest: Mapping[str, Any]) -> dict[str, Any]:
    before = (manifest.get("differences") or {}).get("before")
    times = {key: manifest.get(key) for key in ("made_at", "seconds")}
    return {"page": row["page"], "parameters": row["parameters"], "edition_before_made_at": before, **times}


def _read(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / DATA).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _digest(path: Path) -> str:
    try:
        return _sha(path.read_bytes())
    except OSError:
        return ""


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
