"""The index as a page: what was not made, a map of results, and a row for every report; nothing on it varies from run to run."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from almpo_kit.workbench.assets import FOLDER, stylesheet
from almpo_kit.workbench.sweeps.differences import counted, has_moved
from almpo_kit.workbench.sweeps.index_maps import Map, maps
from almpo_kit.workbench.sweeps.place_names import name_of
from almpo_kit.workbench.sweeps.series import Series

Row = Mapping[str, Any]
_LONGEST_LIST = 40


def render(series: Series, rows: Mapping[str, Row], failed: Mapping[str, Mapping[str, Any]]) -> str:
    """The page.

    Parameters
    ----------
    series : Series
    rows : mapping of str to mapping
        By edition: what of its manifest is shown, and ``page``.
    failed : mapping of str to mapping
        By edition: ``parameters`` and ``reason`` of reports whose last attempt failed.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    script = (FOLDER / "sweep.js").read_text(encoding="utf-8")
    shown = _shown(series, [*rows.values(), *failed.values()])
    place = _place(series, rows)
    chosen = _telling_sentence(series, rows)
    called = _of_notebook(series).get("numbers")
    called = called if isinstance(called, dict) else {}
    listed = [_entry(name, row, shown, chosen, called) for name, row in rows.items()]
    template = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("sweep.html.j2")
    return template.render(
        title=_title(series),
        report=series.report,
        style=f"{stylesheet()}\n{(FOLDER / 'sweep.css').read_text(encoding='utf-8')}",
        script=script,
        allowed=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        rows=sorted(listed, key=lambda entry: str(entry["name"]).casefold()),
        failed=[_failure(name, told, rows.get(name), shown) for name, told in sorted(failed.items())],
        maps=_drawn(rows, place, called),
        synthetic=sum(bool(r["synthetic"]) for r in listed),
        moved=sum(r["has_moved"] for r in listed),
        compared=sum(not r["first"] for r in listed),
        doubted=sum(bool(r["checks"]) for r in listed),
    )


def _of_notebook(series: Series) -> dict[str, Any]:
    """What the notebook says of itself: its ``title``, and what its ``numbers`` are called."""
    try:
        return dict(json.loads(series.notebook.read_bytes())["metadata"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _title(series: Series) -> str:
    return str(_of_notebook(series).get("title") or series.report.replace("_", " "))


def _shown(series: Series, rows: list[Row]) -> tuple[str, ...]:
    """Parameters by which the reports are told apart."""
    names = list(dict.fromkeys([*series.varied, *(n for row in rows for n in row["parameters"])]))
    different = [n for n in names if len({repr(row["parameters"].get(n)) for row in rows}) > 1]
    return tuple(different or series.varied)


def _name(parameters: Mapping[str, Any], shown: tuple[str, ...]) -> str:
    """How a report is called: places by their names, the rest as it is."""
    words = []
    for name in shown:
        value = parameters.get(name)
        text = "latest" if value is None else str(value)
        called = name_of(text)
        words.append(
            f"{called} ({text})" if called != text else (text if len(shown) == 1 else f"{name} {text}")
        )
    return ", ".join(words)


def _place(series: Series, rows: Mapping[str, Row]) -> dict[str, str]:
    """Place → edition, where the reports are one a place."""
    for name in series.varied:
        found = {str(row["parameters"].get(name)): edition for edition, row in rows.items()}
        if len(found) == len(rows):
            return found
    return {}


def _telling_sentence(series: Series, rows: Mapping[str, Row]) -> str:
    """The answer to show of every report: the first on the page of those that say much that is different."""
    words: dict[str, set[str]] = {}
    for row in rows.values():
        for kind, sentence in (row["sentences"] or {}).items():
            words.setdefault(kind, set()).update(sentence.split())
    if not words:
        return ""
    # Sentences that differ by the name of the place alone have few words between them.
    most = max(map(len, words.values()))
    telling = [kind for kind, found in words.items() if len(found) >= most / 2]
    first = next(iter(rows.values()))
    try:
        text = (series.folder / first["page"]).read_text(encoding="utf-8")
    except OSError:
        text = ""
    at = {kind: text.find(escape((first["sentences"] or {}).get(kind, "\0"))) for kind in telling}
    return min(telling, key=lambda kind: (at[kind] < 0, at[kind]))


def _entry(
    edition: str, row: Row, shown: tuple[str, ...], chosen: str, called: Mapping[str, str]
) -> dict[str, Any]:
    sentences = row["sentences"] or {}
    checks = [c for told in (row["failed_checks"] or {}).values() for c in told]
    different = row["differences"] or {}
    return {
        "name": _name(row["parameters"], shown) or edition,
        "href": quote(row["page"]),
        "sentence": sentences.get(chosen) or next(iter(sentences.values()), ""),
        "synthetic": bool(row["synthetic"]),
        "checks": list(dict.fromkeys(checks)),
        "first": row["differences"] is None,
        "moved": [
            (_words(n, called), _number(a), _number(b)) for n, (a, b) in different.get("numbers", {}).items()
        ][:_LONGEST_LIST],
        "has_moved": has_moved(different),
        "counted": _capital(counted(different.get("numbers", {}))),
        "changed": [(_words(n), a or "", b or "") for n, (a, b) in different.get("sentences", {}).items()][
            :_LONGEST_LIST
        ],
    }


def _failure(
    edition: str, told: Mapping[str, Any], row: Row | None, shown: tuple[str, ...]
) -> dict[str, str]:
    return {
        "name": _name(told["parameters"], shown) or edition,
        "reason": _capital(str(told["reason"])),
        "href": quote(row["page"]) if row else "",
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _words(name: str, called: Mapping[str, str] | None = None) -> str:
    said = (called or {}).get(name)
    return said if isinstance(said, str) else name.replace("_", " ").replace(".", ": ", 1)


def _number(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:,.6g}".replace("-", "−")
    return str(value)


def _drawn(rows: Mapping[str, Row], place: Mapping[str, str], called: Mapping[str, str]) -> list[Map]:
    """Maps of the numbers that all reports have and that differ between them."""
    if not place:
        return []
    numbers: dict[str, dict[str, float]] = {}
    for code, edition in place.items():
        metrics = rows[edition]["metrics"] or {}
        for name, value in metrics.items():
            if not name.endswith(".failed_checks"):
                numbers.setdefault(_words(name, called), {})[code] = float(value)
        failed = sum(map(len, (rows[edition]["failed_checks"] or {}).values()))
        numbers.setdefault("failed checks", {})[code] = float(failed)
    # What the notebook has a name for is what its readers ask for first.
    named = [_words(name, called) for name in called if _words(name, called) in numbers]
    numbers = {name: numbers[name] for name in dict.fromkeys([*named, *numbers])}
    return maps(numbers, {code: quote(rows[e]["page"]) for code, e in place.items()})
