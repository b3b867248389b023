"""Where people of a panel stand to each other, and what parts their groups."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, spread, text_width
from almpo_kit.figures.theme import ACCENT, BAD, MUTED, PROGRAMME_COLOURS, RULE
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: A colour and a shape each; the letter beside its middle carries the message.
_INKS = (
    ACCENT,
    BAD,
    PROGRAMME_COLOURS["training"],
    PROGRAMME_COLOURS["supported_employment"],
    PROGRAMME_COLOURS["direct_job_creation"],
    PROGRAMME_COLOURS["start_up_incentives"],
)
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_MOST = 6
_PLOT = 260.0


def opinion_groups(finding: Finding, width: int) -> Any:
    """Draw OpinionGroups."""
    people = getattr(finding, "map", None)
    shown = _people(people) if people is not None and len(people) else []
    if not shown or not len(finding.table) or not column(finding.table, "mean").notna().any():
        return empty(
            finding,
            width,
            title="Does the panel fall into groups of opinion?",
            why="There are too few answers to place people.",
            way_out="Wait until more people have rated the statements.",
        )
    sheet = Canvas(width)
    letters = sorted({g for _, _, g in shown})
    _map(sheet, shown, letters)
    end = _statements(sheet, finding, letters, _PLOT + 46)
    n = int(getattr(finding, "n_groups", 0) or 0)
    title = "No groups of opinion beyond chance" if n == 1 else f"{n} groups of opinion"
    return sheet.finish(
        finding,
        title="Too little to say about groups of opinion" if n == 0 else title,
        subtitle=f"{len(shown)} people; the closer two stand, the more alike they rate the statements",
        height=end,
        notes=[
            "Groups were made from these answers, so gaps between them are larger than chance alone would leave. The panel "
            "does not speak for the people of the region."
        ],
        plot=(0, 0, width, _PLOT),
    )


def _people(people: pd.DataFrame) -> list[tuple[float, float, str]]:
    rows = zip(column(people, "x"), column(people, "y"), words(people, "group"), strict=True)
    return [(x, y, g) for x, y, g in rows if math.isfinite(x) and math.isfinite(y)]


def _look(letters: list[str], group: str) -> tuple[str, str]:
    k = letters.index(group) % len(_INKS) if group in letters else 0
    return _INKS[k], _SHAPES[k]


def _map(sheet: Canvas, shown: list[tuple[float, float, str]], letters: list[str]) -> None:
    """Both axes in the same scale, so that distances are what they seem."""
    xs, ys = [p[0] for p in shown], [p[1] for p in shown]
    wide, tall = max(max(xs) - min(xs), 1e-6), max(max(ys) - min(ys), 1e-6)
    scale = min((sheet.width - 48) / wide, (_PLOT - 40) / tall)
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    sheet.box(x=0, x2=sheet.width, y=0, y2=_PLOT, color="#FFFFFF", stroke=RULE)

    def at(x: float, y: float) -> tuple[float, float]:
        return sheet.width / 2 + scale * (x - middle[0]), _PLOT / 2 - scale * (y - middle[1])

    for group in letters:
        ink, shape = _look(letters, group)
        own = [at(x, y) for x, y, g in shown if g == group]
        rows = [{"x": x, "y": y} for x, y in own]
        sheet.dot(rows, x="x", y="y", color=ink, size=34, shape=shape, opacity=0.6)
    if len(letters) > 1:
        for group in letters:
            own = [at(x, y) for x, y, g in shown if g == group]
            label = f"{group}: {len(own)}"
            x, y = (sum(v) / len(own) for v in zip(*own, strict=True))
            half = text_width(label, 14, bold=True) / 2 + 4
            x, y = min(max(x, half), sheet.width - half), min(max(y, 12.0), _PLOT - 12)
            sheet.text(
                label, x=x, y=y, size=14, bold=True, color=_look(letters, group)[0], align="center", halo=True
            )


def _statements(sheet: Canvas, finding: Finding, letters: list[str], top: float) -> float:
    """Means of the groups on each statement, those that part most first."""
    table, held = finding.table, getattr(finding, "profile", None)
    means = {} if held is None else _means(held)
    rows = list(
        zip(
            words(table, "item"),
            words(table, "statement"),
            column(table, "mean"),
            words(table, "said"),
            strict=True,
        )
    )[:_MOST]
    x0 = 10.0 if sheet.phone else 0.5 * sheet.width
    x1, pitch = sheet.width - 10.0, 54.0 if sheet.phone else 28.0
    sheet.text("Mean answer of each group", x=0, y=top - 22, size=12, bold=True)
    sheet.text("disagree", x=x0, y=top - 4, size=11, color=MUTED)
    sheet.text("agree", x=x1, y=top - 4, size=11, color=MUTED, align="right")
    for k, (item, statement, mean, said) in enumerate(rows):
        y = top + pitch * (k + (0.75 if sheet.phone else 0.5))
        space = sheet.width - 4 if sheet.phone else x0 - 14
        mark = _mark(said)
        name = fit(statement or item, 12, space - text_width(mark, 11) - 6)
        word_y = y - 27 if sheet.phone else y
        sheet.text(name, x=0, y=word_y)
        if mark:
            sheet.text(mark, x=space, y=word_y, size=11, color=MUTED, align="right")
        sheet.line(x=x0, x2=x1, y=y, y2=y)
        dots = [(g, means[g, item]) for g in letters if (g, item) in means] or [("", mean)]
        _dots(sheet, [d for d in dots if math.isfinite(d[1])], letters, x0, x1, y)
    return top + pitch * len(rows) + 12


def _dots(
    sheet: Canvas, dots: list[tuple[str, float]], letters: list[str], x0: float, x1: float, y: float
) -> None:
    # Letters stand side by side where means are close; the dots stay where they are.
    where = [x0 + min(max(v, 0.0), 1.0) * (x1 - x0) for _, v in dots]
    beside = spread(where, 13.0, x0, x1)
    for (group, value), x, letter in zip(dots, where, beside, strict=True):
        ink, shape = _look(letters, group)
        hover = [{"hover": f"{f'group {group}: ' if group else ''}{number(100 * value, 0)}% of the scale"}]
        sheet.dot(hover, x=x, y=y, color=ink, size=54, shape=shape)
        if len(letters) > 1:
            sheet.text(group, x=letter, y=y - 10, size=11, bold=True, color=ink, align="center", halo=True)


def _means(held: pd.DataFrame) -> dict[tuple[str, str], float]:
    rows = zip(words(held, "group"), words(held, "item"), column(held, "mean"), strict=True)
    return {(g, i): m for g, i, m in rows if math.isfinite(m)}


def _mark(said: str) -> str:
    kind = text(said).partition(":")[0]
    return kind if kind in ("parts", "unites") else ""
