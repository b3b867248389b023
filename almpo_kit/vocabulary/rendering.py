"""How a Finding reads in HTML: failed checks, the answer card, the picture, the table, the rest.

Semantic HTML with class names only; the one stylesheet of reports and apps gives it its look.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Check, Finding, Headline

#: Widths, in CSS pixels, in which a picture is drawn for a desk or paper and for a phone.
WIDE, NARROW = 720, 328


def number(value: float, digits: int = 1) -> str:
    """A number for people: a true minus, a thin space between thousands, an en dash when missing.

    >>> number(-12345.6)
    '−12\\u202f345.6'
    """
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{abs(value):,.{digits}f}".replace(",", "\u202f")
    negative = value < 0 and float(f"{value:.{digits}f}") != 0
    return f"−{text}" if negative else text


def interval(value: float, low: float, high: float, unit: str, level: float = 0.95, digits: int = 1) -> str:
    """``2.4 points (95%: 0.6 to 4.2)``."""
    head = f"{number(value, digits)}{'' if unit.startswith('%') else ' '}{unit}".strip()
    return f"{head} ({level:.0%}: {number(low, digits)} to {number(high, digits)})"


def checks_html(checks: tuple[Check, ...]) -> str:
    """A list of checks; each begins with its status as a word."""
    words = {"failed": "Caution", "passed": "Holds", "informational": "Note"}
    items = "".join(
        f'<li class="check check-{c.status}"><strong>{words[c.status]}.</strong> {escape(c.sentence)}</li>'
        for c in checks
    )
    return f'<ul class="checks">{items}</ul>' if items else ""


def headline_words(h: Headline) -> str:
    """The number with its interval, without digits that nobody needs: whole ones from a hundred on."""
    digits = 0 if max(abs(h.value), abs(h.low), abs(h.high)) >= 100 else 1
    return interval(h.value, h.low, h.high, h.unit, h.level, digits)


def _bar(h: Headline) -> str:
    low, high = h.scale

    def at(x: float) -> float:
        return round(100 * (min(max(x, low), high) - low) / (high - low), 2)

    scale = f"on a scale from {number(low, 0)} to {number(high, 0)}"
    label = f"{headline_words(h)}, {scale}"
    spans = (
        ("bar-zero", f"left:{at(0)}%"),
        ("bar-interval", f"left:{at(h.low)}%;width:{round(at(h.high) - at(h.low), 2)}%"),
        ("bar-value", f"left:{at(h.value)}%"),
    )
    marks = "".join(f'<span class="{name}" style="{style}"></span>' for name, style in spans)
    ends = f"<span>{number(low, 0)}</span><span>{number(high, 0)}</span>"
    return (
        f'<div class="bar" role="img" aria-label="{escape(label)}">{marks}</div>'
        f'<div class="bar-scale" aria-hidden="true">{ends}</div>'
    )


def card_html(finding: Finding) -> str:
    """The answer card: sentence, number as a bar, certainty badge, what it rests on."""
    parts = []
    if finding.provenance.synthetic:
        parts.append('<p class="synthetic">SYNTHETIC</p>')
    if finding.certainty:
        slug = finding.certainty.replace(" ", "-")
        words = (
            finding.certainty
            if finding.certainty == "too little to say"
            else f"{finding.certainty} certainty"
        )
        parts.append(f'<p class="badge badge-{slug}">{escape(words.capitalize())}</p>')
    parts.append(f'<p class="answer">{escape(finding.sentence)}</p>')
    if finding.headline:
        h = finding.headline
        parts.append(f'<p class="headline">{escape(headline_words(h))}</p>{_bar(h)}')
    if finding.rests_on:
        parts.append(f'<p class="rests-on">Rests on: {escape(finding.rests_on)}.</p>')
    return f'<div class="card">{"".join(parts)}</div>'


def chart_html(chart: Any) -> str:
    """The HTML or SVG that a chart renders itself to."""
    bundle = chart._repr_mimebundle_(None, None)
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    return str(bundle.get("text/html") or bundle.get("image/svg+xml") or "")


def picture_html(finding: Finding, name: str | None = None) -> str:
    """The drawing twice, for a desk and for a phone; the stylesheet shows the one that fits."""
    wide = chart_html(finding.plot(name, width=WIDE))
    narrow = chart_html(finding.plot(name, width=NARROW))
    return (
        f'<figure class="picture"><div class="wide">{wide}</div><div class="narrow">{narrow}</div></figure>'
    )


def _decimals(values: pd.Series) -> int | None:
    """Decimals of a column of numbers: none of large ones, nor where all are whole; None for counts and codes."""
    import numpy as np
    import pandas as pd

    if pd.api.types.is_integer_dtype(values):
        return None
    known = values.dropna().to_numpy(dtype=float)
    known = known[np.isfinite(known)]
    return 0 if len(known) and (np.abs(known).max() >= 1000 or (known == np.round(known)).all()) else 1


def _in_table(column: str, value: Any, decimals: int | None) -> str:
    if isinstance(value, float) and math.isinf(value):
        return "no upper limit" if value > 0 else "no lower limit"
    if column.endswith("year"):
        return str(int(value))
    return str(int(value)) if decimals is None else number(float(value), decimals)


def table_html(table: pd.DataFrame, *, caption: str = "", label: str = "") -> str:
    """A plain, escaped table without an index; numbers are right-aligned by class.

    ``label`` names the table for screen readers where it has no caption.
    """
    import pandas as pd

    truths = {c for c in table.columns if pd.api.types.is_bool_dtype(table[c])}
    numeric = {c for c in table.columns if pd.api.types.is_numeric_dtype(table[c])} - truths
    decimals = {c: _decimals(table[c]) for c in numeric}

    def cell(column: str, value: Any) -> str:
        if pd.isna(value):
            text = "–"
        elif column in truths:
            text = "yes" if value else "no"
        elif column in numeric:
            text = _in_table(column, value, decimals[column])
        else:
            text = escape(str(value))
        return f'<td class="number">{text}</td>' if column in numeric else f"<td>{text}</td>"

    head = "".join(
        f'<th scope="col"{" class=number" if c in numeric else ""}>{escape(str(c).replace("_", " "))}</th>'
        for c in table.columns
    )
    rows = "".join(
        f"<tr>{''.join(cell(str(c), v) for c, v in zip(table.columns, row, strict=True))}</tr>"
        for row in table.itertuples(index=False)
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="Table: {escape(caption or label or "numbers")}">'
        f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def provenance_html(finding: Finding) -> str:
    """One line: method and data versions."""
    p = finding.provenance
    data = "; ".join(str(d) for d in p.data) or "no catalogued data"
    return f'<p class="provenance">Method: {escape(p.method or "–")}. Data: {escape(data)}.</p>'


def finding_html(finding: Finding) -> str:
    """Failed checks first, then the sentence, the figure, the table and the other checks."""
    rest = tuple(c for c in finding.checks if c.status != "failed")
    return "".join(
        (
            f'<section class="finding"><h3 class="question">{escape(finding.question)}</h3>',
            checks_html(finding.failed),
            card_html(finding),
            picture_html(finding) if finding.figure else "",
            f"<details><summary>The numbers</summary>{table_html(finding.table, label=finding.question)}</details>",
            f"<details><summary>What was checked</summary>{checks_html(rest)}</details>" if rest else "",
            provenance_html(finding),
            "</section>",
        )
    )
