"""First views on disk, so that they are there at once when a server starts: each with what it was made from.

One that was made from anything else than what is there now, or is damaged, counts as absent.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from almpo_kit.sources import cache
from almpo_kit.workbench.sweeps import inputs

#: Beside the view, digests; more than this is none of ours.
_LARGEST = 5_000_000
#: No app's first screen shows logged runs, and of those it could not be known whether they changed.
_NOT_SHOWN = "runs"


def made_from(notebook: Path) -> dict[str, str]:
    """Digests of what the first screen of an app is made from: code, data, lock, records, today's date, its notebook."""
    found = inputs.shared(notebook)
    return {kind: digest for kind, digest in found.items() if kind != _NOT_SHOWN}


def read(notebook: Path) -> str:
    """The view that was kept of this app; empty if there is none that is true today."""
    path = _path(notebook)
    try:
        if path.stat().st_size > _LARGEST:
            return ""
        held = json.loads(path.read_bytes())
        view, digest = held["view"], held["sha256"]
        whole = isinstance(view, str) and hashlib.sha256(view.encode()).hexdigest() == digest
        return view if whole and not inputs.changed(held["inputs"], made_from(notebook)) else ""
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def keep(notebook: Path, view: str, made: dict[str, str]) -> bool:
    """Keep a view whole or not at all; False where that cannot be.

    Parameters
    ----------
    notebook : Path
    view : str
        HTML for a shadow root.
    made : dict of str to str
        From :func:`made_from`, before the view was made.
    """
    if not view or inputs.UNKNOWN in made.values():
        return False
    whole = {"inputs": made, "sha256": hashlib.sha256(view.encode()).hexdigest(), "view": view}
    try:
        cache.write_atomically(_path(notebook), json.dumps(whole).encode())
    except OSError:
        return False
    return True


def _path(notebook: Path) -> Path:
    return cache.folder() / "first_views" / f"{notebook.stem}.json"
