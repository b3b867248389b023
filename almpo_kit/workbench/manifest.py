"""What stands beside a report: everything that was used, and everything that varies from run to run."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from almpo_kit import __version__
from almpo_kit.sources import root


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def git_commit() -> dict[str, Any]:
    """Commit and whether the tree differed from it; nulls where there is no git."""

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(["git", *arguments], cwd=root(), capture_output=True, text=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    changes = git("status", "--porcelain", "--untracked-files=no")
    return {"commit": git("rev-parse", "HEAD"), "modified": None if changes is None else bool(changes)}


def environment() -> dict[str, Any]:
    """Package version, lock hash, Python and platform."""
    lock = root() / "requirements.lock"
    return {
        "almpo_kit": __version__,
        "lock_sha256": sha256(lock) if lock.exists() else None,
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Write JSON to a temporary name in the same folder, then rename."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(content, indent=1, sort_keys=True, default=str) + "\n", encoding="utf-8")
    temporary.replace(path)
