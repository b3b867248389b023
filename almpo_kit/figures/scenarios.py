"""People and posts under named shocks, beside today's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import empty
from almpo_kit.figures.rows import RowSheet, Rule
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import ACCENT, BAD, MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding


def scenarios(finding: Finding, width: int) -> Any:
    """Draw Scenarios: unemployed and vacancies of each, tightness and mismatch beside them."""
    summary = getattr(finding, "summary", None)
    title = "People and posts, if there were a shock"
    people = [] if summary is None else column(summary, "unemployed").tolist()
    if summary is None or not finite(people):
        return empty(
            finding, width, title=title, why="No scenario could be reckoned.", way_out="Choose other shocks."
        )
    posts = column(summary, "vacancies").tolist()
    tight, lost = column(summary, "tightness").tolist(), column(summary, "mismatch").tolist()
    names = [_name(v) for v in words(summary, "label")]
    first = finite(people[:1])
    decimals = 3 if any(0 < t < 0.095 for t in tight) else 2
    rows = RowSheet(
        width,
        names,
        (0.0, max(finite([*people, *posts]))),
        [
            ("vacancies per\nunemployed", [number(t, decimals) for t in tight]),
            ("hires lost to\nmismatch (%)", [number(100 * m) for m in lost]),
        ],
        [Rule(v, f"unemployed today: {number(v, 0)}", MUTED, (4, 3)) for v in first],
        top=20,
    )
    rows.frame("people and posts")
    _marks(rows, people, posts)
    sheet = rows.sheet
    sheet.dot([{"x": 5, "y": 6}], x=5, y=6, color=ACCENT, shape="square", size=50)
    sheet.text("vacancies", x=14, y=6, size=11, color=ACCENT, bold=True)
    sheet.dot([{"x": 88, "y": 6}], x=88, y=6, color=BAD, size=60)
    sheet.text("unemployed", x=97, y=6, size=11, color=BAD, bold=True)
    period = text(getattr(finding, "period", ""))
    return sheet.finish(
        finding,
        title=title,
        subtitle="People and posts" + (f" · {period}" if period else "") + " · conditions, not forecasts",
        height=rows.end(),
        notes=[
            *(["At the right: vacancies for each unemployed person."] if rows.phone else []),
            "A shock that scales all cells alike leaves mismatch as it is.",
        ],
        plot=(rows.left, rows.first, rows.right, rows.bottom),
    )


def _name(label: str) -> str:
    return label[:1].upper() + label[1:]


def _marks(rows: RowSheet, people: list[float], posts: list[float]) -> None:
    marks = [
        {
            "u": u,
            "v": v,
            "y": rows.y(k),
            "hover": f"{rows.names[k]}: {number(u, 0)} unemployed, {number(v, 0)} vacancies",
        }
        for k, (u, v) in enumerate(zip(people, posts, strict=True))
        if u == u and v == v
    ]
    sheet = rows.sheet
    sheet.line(marks, x="v", x2="u", y="y", width=3, color="#DDE3EA")
    sheet.dot(marks, x="v", y="y", color=ACCENT, shape="square", size=50)
    sheet.dot(marks, x="u", y="y", color=BAD, size=60)
