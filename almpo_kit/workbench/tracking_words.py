"""What is said of a run in its tags and its description, so that the table of runs answers at a glance.

Of a report: which one, for which place, on which data, what it answers and what moved. Nothing about a person goes into a tag.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.places import EU27
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.workbench.redaction import redacted
from almpo_kit.workbench.sweeps.differences import counted

_LONGEST, _LINE, _NOTE = 4_000, 240, 7_500
_VISIBLE = 60
_PLACES = ("country", "place", "region", "nuts", "nuts_code")
#: A run of ours that has no tag ``kind``, by who made it.
_KINDS = {
    "learner_runs": "learner",
    "policy_runs": "policy",
    "learning_round": "model",
    "interactive": "notebook",
}
#: Numbers named of those that moved.
_NAMED = 3


def run_tags(
    record: Mapping[str, Any],
    tags: Mapping[str, str],
    files: tuple[Path, ...] = (),
    parameters: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Tags of a run: those given, and what its record, its parameters and its manifest say.

    Parameters
    ----------
    record, tags : mapping
        As :func:`almpo_kit.workbench.tracking.log_run` takes them; a tag given is never replaced.
    files : tuple of Path
        The run's; a ``manifest.json`` among them is read.
    parameters : mapping, optional
    """
    manifest = _manifest(files)
    found = {
        "kind": "report" if "report" in tags else _KINDS.get(str(tags.get("made_by", "")), ""),
        "synthetic": str(bool(record.get("synthetic"))).lower(),
        "data": "; ".join(f"{d['dataset']} {d['version']}" for d in record.get("data", []))[:_LONGEST],
        "failed_checks": str(sum(map(len, record.get("failed_checks", {}).values()))),
        "answer": _line(_answer(record, place(parameters or {}))),
        "place": place(parameters or {}),
        "programme_types": _programmes(parameters or {}),
        "mlflow.note.content": note(record, manifest),
    } | _of_manifest(manifest)
    kept = {name: redacted(text) for name, text in found.items() if text}
    # Who logs a run is asked of no one: MLflow would name the account.
    return kept | {str(k): redacted(str(v)) for k, v in tags.items()} | {"mlflow.user": "almpo"}


def _answer(record: Mapping[str, Any], where: str) -> str:
    """The first answer that begins with the place, so that a column of them differs; else the first of all."""
    sentences = [str(sentence) for sentence in record.get("sentences", {}).values()]
    # Of a member state the name, of a region its code; beyond some words a column shows nothing.
    called = re.compile(rf"\b{re.escape(where.split(' ', 1)[-1])}\b")
    named = (s for s in sentences if where and called.search(s[:_VISIBLE]))
    return next(named, next(iter(sentences), ""))


def place(parameters: Mapping[str, Any]) -> str:
    """The place a run is about: "EL Greece", "EL30"; "" where it is about none.

    >>> place({"country": "EL"})
    'EL Greece'
    """
    code = next((str(parameters[n]) for n in _PLACES if parameters.get(n) not in (None, "")), "")
    return f"{code} {EU27[code]}" if code in EU27 else code[:_LINE]


def note(record: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """The description of a run in Markdown: why to doubt it first, then its answers, what moved, what it rests on."""
    parts = ["**SYNTHETIC data: no result about the world.**"] if record.get("synthetic") else []
    doubts = [text for texts in record.get("failed_checks", {}).values() for text in texts]
    if doubts:
        parts.append(
            "**Why to doubt it**\n" + "\n".join(f"- {_plain(text)}" for text in dict.fromkeys(doubts))
        )
    answers = [_plain(text) for text in record.get("sentences", {}).values() if text]
    if answers:
        parts.append("**What it says**\n" + "\n".join(f"- {text}" for text in answers))
    if moved := _moved(manifest):
        parts.append(f"**What moved since the edition before:** {_plain(moved)}")
    if data := [f"{d['dataset']} {d['version']}" for d in record.get("data", [])]:
        parts.append(f"**Data:** {_plain('; '.join(data))}")
    if command := manifest.get("command"):
        parts.append(f"**Again:** `{str(command).replace('`', '')}`")
    text = "\n\n".join(parts)
    return text if len(text) <= _NOTE else f"{text[:_NOTE].rsplit(chr(10), 1)[0]}\n\n…"


def _plain(text: str) -> str:
    """A line of somebody's words inside Markdown: it makes no link, picture or markup."""
    return re.sub(r"([\\`*_\[\]<>#|!])", r"\\\1", " ".join(str(text).split()))


def _line(text: str) -> str:
    words = " ".join(str(text).split())
    return words if len(words) <= _LINE else f"{words[: _LINE - 1].rsplit(' ', 1)[0]}…"


def _programmes(parameters: Mapping[str, Any]) -> str:
    given = [part.strip() for value in parameters.values() for part in str(value).split(",")]
    return ", ".join(key for key in PROGRAMME_TYPES if key in given)


def _manifest(files: tuple[Path, ...]) -> Mapping[str, Any]:
    for path in files:
        if path.name == "manifest.json":
            try:
                found = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                return {}
            return found if isinstance(found, dict) else {}
    return {}


def _of_manifest(manifest: Mapping[str, Any]) -> dict[str, str]:
    git, made_with = manifest.get("git"), manifest.get("environment")
    found = {}
    if isinstance(git, dict) and git.get("commit"):
        found["commit"] = f"{git['commit'][:12]}{' and changes' if git.get('modified') else ''}"
    if isinstance(made_with, dict) and made_with.get("lock_sha256"):
        found["lock"] = str(made_with["lock_sha256"])[:12]
    if "seconds" in manifest:
        found["seconds"] = str(manifest["seconds"])
    if "differences" in manifest:
        found["moved"] = _moved(manifest) or "first edition"
    return found


def _moved(manifest: Mapping[str, Any]) -> str:
    """What moved since the edition before, in a line; "" where there was none."""
    held = manifest.get("differences")
    if not isinstance(held, dict):
        return ""
    numbers, worded = held.get("numbers") or {}, held.get("sentences") or {}
    said = []
    if numbers:
        named = "; ".join(
            f"{k} {_shown(new)} (new)" if old is None else f"{k} {_shown(old)} → {_shown(new)}"
            for k, (old, new) in list(numbers.items())[:_NAMED]
        )
        said.append(f"{named}{'; …' if len(numbers) > _NAMED else ''} ({counted(numbers)})")
    if worded:
        said.append(f"{len(worded)} {'sentence' if len(worded) == 1 else 'sentences'} reworded")
    return _line("; ".join(said) or "nothing")


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
