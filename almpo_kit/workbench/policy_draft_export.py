"""A draft strategy as a document, as data, as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from almpo_kit.codesign.strategies.parameters import role_words, to_content
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import SYNTHETIC
from almpo_kit.vocabulary.rendering import number
from almpo_kit.workbench.safe_csv import safe_csv

if TYPE_CHECKING:
    from almpo_kit.workbench.policy_drafts import PolicyDraft

_KINDS = ("md", "json", "csv")
#: What Markdown would take for a sign of its own.
_SIGNS = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|!"})


def exported(draft: PolicyDraft, kind: str) -> str:
    """A draft as text.

    Raises
    ------
    ParameterError
        No such kind.
    """
    if kind not in _KINDS:
        raise ParameterError(f"a draft cannot be exported as {kind!r}; choose {', '.join(_KINDS)}.")
    return {"md": _markdown, "json": _json, "csv": _csv}[kind](draft)


def _json(draft: PolicyDraft) -> str:
    whole = {"draft": draft.name, "version": draft.version, "synthetic": draft.synthetic}
    whole |= to_content(draft.parameters)
    history = draft.history().astype({"at": str}) if draft.version else draft.history()
    rows = json.loads(history.to_json(orient="records", default_handler=str))
    return json.dumps(whole | {"history": rows}, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _csv(draft: PolicyDraft) -> str:
    history = draft.history()
    for column in ("before", "after"):
        history[column] = [_plain_words(v) for v in history[column]]
    history.insert(0, "draft", f"{SYNTHETIC} {draft.name}" if draft.synthetic else draft.name)
    return safe_csv(history)


def _markdown(draft: PolicyDraft) -> str:
    sign = f"**{SYNTHETIC}: part of this comes from invented data.**\n\n" if draft.synthetic else ""
    parts = [f"# {_safe(draft.name)}\n\n{sign}Version {draft.version}.\n"]
    for name, given in sorted(draft.parameters.items()):
        lines = [f"## {_safe(name)}\n", f"{_safe(_plain_words(given.value))}\n"]
        if given.argument:
            who = f" ({_safe(role_words(given.role))})" if given.role else ""
            lines.append(f"Why{who}: {_safe(given.argument)}\n")
        if given.evidence:
            lines.append(f"Rests on: {_safe(', '.join(given.evidence))}\n")
        if given.budget_effect is not None:
            lines.append(f"Adds to the cost: €{number(given.budget_effect, 0)}\n")
        parts.append("\n".join(lines))
    parts.append(_versions(draft))
    return "\n".join(parts)


def _versions(draft: PolicyDraft) -> str:
    rows: list[Any] = list(draft.history().itertuples())
    lines = ["## Versions\n", "| version | when (UTC) | role | parameter | change |", "|---|---|---|---|---|"]
    for row in rows:
        cells = (
            str(row.version),
            f"{row.at:%Y-%m-%d %H:%M}",
            role_words(row.author_role),
            row.parameter,
            row.change,
        )
        lines.append(f"| {' | '.join(_safe(c) for c in cells)} |")
    return "\n".join(lines) + "\n"


def _plain_words(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _safe(text: str) -> str:
    """On one line, and read as text."""
    return " ".join(text.split()).translate(_SIGNS)
