"""What was studied near a context, and what to expect in it, or an empty slot that says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import empty
from almpo_kit.figures.lettering import wrap
from almpo_kit.figures.rows import RowSheet
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import HIGHLIGHT, INK, MUTED, PHONE, PROGRAMME_COLOURS
from almpo_kit.figures.whom import whom_notes
from almpo_kit.figures.wording import column, plural, text, words
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: How many of the nearest estimates are drawn.
_MOST = 16
_BANDS = {"short": "≤ 1 y", "medium": "1–2 y", "long": "> 2 y"}
#: Groups in few words; the others are short already.
_WHOM = {
    "youth": "youth",
    "older": "older",
    "long_term_unemployed": "long-term",
    "disabled": "disabled",
    "welfare_recipients": "on welfare",
    "migrants": "migrants",
    "disadvantaged": "disadvantaged",
}
#: Checks of what a prediction leaves out of what was asked; where it does, they stand below it.
_SHORT_OF = ("not carried", "usual unemployment", "local evidence", "extrapolation", "combination")
_NUMBERS = ("effect", "se", "low", "high", "distance", "unemployment_rate")


def prediction(finding: Finding, width: int) -> Any:
    """Draw a Prediction: the nearest estimates by distance, and the prediction below them."""
    table = _nearest(finding)
    if not len(table):
        why = text(getattr(finding, "refusal", "")) or "no estimate of this outcome is in the evidence base"
        title = text(finding.question) or "What effect to expect?"
        return empty(
            finding,
            width,
            title=title,
            why=why[:1].upper() + why[1:] + ".",
            way_out="Ask about another outcome.",
        )
    return _Sheet(finding, table, width).draw()


class _Sheet:
    """Rows of studied contexts above the slot of the prediction, on one axis."""

    def __init__(self, finding: Finding, table: pd.DataFrame, width: int):
        self.finding, self.table, self.width = finding, table, width
        self.unit = text(getattr(finding, "unit", ""))
        self.digits = (
            2 if self.unit.startswith("log_") else 0 if self.unit[:3] in ("eur", "usd", "dem") else 1
        )
        own = finite(
            getattr(finding, n, None) for n in ("mean", "prediction_low", "prediction_high", "low", "high")
        )
        self.predicted = len(own) == 5
        self.rows = RowSheet(
            width,
            [_name(r) for r in table.to_dict("records")],
            _domain(table, own),
            self._columns(table, width < PHONE),
        )

    def _columns(self, table: pd.DataFrame, phone: bool) -> list[tuple[str, list[str]]]:
        """Effect and distance; on a phone, which has room for one column, both in it."""
        effects = [number(v, self.digits) for v in table["effect"]]
        away = [number(v, 2) for v in table["distance"]]
        if phone:
            return [("", [f"{e} · {a}" for e, a in zip(effects, away, strict=True)])]
        return [("effect", effects), ("distance", away)]

    def draw(self) -> Any:
        self.rows.frame(self.unit)
        # Before the marks, so that it lies under them.
        self._zero(self.rows.first - 4, self.rows.bottom)
        self._studied()
        bottom = self._slot(self.rows.end() + 4)
        return self.rows.sheet.finish(
            self.finding,
            title=self._title(),
            subtitle=self._subtitle(),
            height=bottom + 6,
            notes=self._notes(),
            plot=(self.rows.left, self.rows.first, self.rows.right, self.rows.bottom),
        )

    def _studied(self) -> None:
        sheet, (low, high) = self.rows.sheet, self.rows.domain
        marks: list[dict[str, Any]] = []
        for k, r in enumerate(self.table.to_dict("records")):
            inside = low <= r["effect"] <= high
            interval = len(finite([r["low"], r["high"]])) == 2
            said = (
                f" ({number(r['low'], self.digits)} to {number(r['high'], self.digits)})" if interval else ""
            )
            why = f". Not used: {r['why_not']}" if r["why_not"] else ""
            marks.append(
                {
                    "y": self.rows.y(k),
                    "x": r["effect"] if inside else None,
                    "low": max(r["low"], low) if interval else None,
                    "high": min(r["high"], high) if interval else None,
                    "cut": "" if inside else ("left" if r["effect"] < low else "right"),
                    "used": bool(r["used"]),
                    "usable": r["why_not"] in ("", "not in the model"),
                    "ink": PROGRAMME_COLOURS.get(r["programme_type"], MUTED),
                    "hover": f"{r['citation'] or self.rows.names[k]}: {number(r['effect'], self.digits)}{said}{why}",
                }
            )
        ends = [m for m in marks if m["low"] is not None and m["high"] is not None and m["low"] < m["high"]]
        sheet.line([m for m in ends if m["usable"]], x="low", x2="high", y="y", width=1.6)
        sheet.line(
            [m for m in ends if not m["usable"]], x="low", x2="high", y="y", width=1, strokeDash=[2, 3]
        )
        on = [m for m in marks if m["x"] is not None]
        sheet.dot([m for m in on if m["used"]], shape="square", size=60)
        sheet.dot(
            [_plain(m) for m in on if not m["used"] and m["usable"]],
            shape="square",
            hollow=True,
            size=50,
            color=INK,
        )
        sheet.dot(
            [_plain(m) for m in on if not m["usable"]], shape="circle", hollow=True, size=42, color=MUTED
        )
        for side, x in (("left", self.rows.left + 3), ("right", self.rows.right - 3)):
            sheet.dot([m for m in marks if m["cut"] == side], x=x, shape=f"triangle-{side}", size=40)

    def _zero(self, top: float, bottom: float) -> None:
        if self.rows.domain[0] < 0 < self.rows.domain[1]:
            self.rows.sheet.line([{"x": 0.0}], x="x", y=top, y2=bottom, color=INK, width=1.3)

    def _slot(self, y: float) -> float:
        sheet = self.rows.sheet
        sheet.line(x=0, x2=self.width - 1, y=y, y2=y, color=MUTED)
        return self._mean(y) if self.predicted else self._refusal(y)

    def _mean(self, y: float) -> float:
        """Diamond: average effect here; dashed: where one programme's effect is expected."""
        f, sheet = self.finding, self.rows.sheet
        phone = self.rows.phone
        at = y + (46 if phone else 24)
        self._zero(y, at + 14)
        mean, low, high = (float(getattr(f, n)) for n in ("mean", "low", "high"))
        far = [{"x": float(getattr(f, "prediction_low")), "x2": float(getattr(f, "prediction_high"))}]  # noqa: B009
        sheet.line(far, x="x", x2="x2", y=at, color=HIGHLIGHT, width=1.8, strokeDash=[5, 3])
        corners = ((low, at), (mean, at - 8), (high, at), (mean, at + 8), (low, at))
        sheet.path([{"x": a, "y": b} for a, b in corners], fill=True, color=HIGHLIGHT)
        sheet.text("Expected here", x=0, y=y + (14 if phone else 24), size=12, bold=True, halo=True)
        sheet.text(
            number(mean, self.digits),
            x=self._effect_column(),
            y=y + (14 if phone else 24),
            size=12,
            bold=True,
            align="right",
        )
        return at + 16

    def _effect_column(self) -> float:
        """Right edge of the column of effects."""
        return float(self.width) if self.rows.phone else self.width - self.rows.widths[1]

    def _refusal(self, y: float) -> float:
        sheet = self.rows.sheet
        why = text(getattr(self.finding, "refusal", "")) or "nothing can be said of this context"
        lines = wrap(f"No prediction: {why}.", 12, self.width - 56)
        height = max(40.0, 17.0 * len(lines) + 18)
        sheet.box(
            x=0.5,
            x2=self.width - 1,
            y=y + 8,
            y2=y + 8 + height,
            color="#FFFFFF",
            stroke=MUTED,
            strokeDash=[4, 3],
        )
        middle = y + 8 + height / 2
        sheet.dot(x=22, y=middle, shape="diamond", hollow=True, size=190, color=MUTED, strokeDash=[3, 2])
        for k, line in enumerate(lines):
            sheet.text(line, x=44, y=middle + 17 * (k - (len(lines) - 1) / 2), size=12)
        return y + 8 + height

    def _title(self) -> str:
        if not self.predicted:
            return "Too little to say here; the nearest evidence"
        f = self.finding
        mean, low, high = (
            number(float(getattr(f, n)), self.digits) for n in ("mean", "prediction_low", "prediction_high")
        )
        return f"Expected here: {mean} {self._sign()} on average, {low} to {high} for one programme"

    def _sign(self) -> str:
        return UNITS[self.unit][0] if self.unit in UNITS else self.unit

    def _subtitle(self) -> str:
        key = text(getattr(self.finding, "outcome", ""))
        outcome = OUTCOMES[key].label if key in OUTCOMES else key.replace("_", " ")
        said = UNITS[self.unit][1] if self.unit in UNITS else self.unit
        asked = text(self.finding.question).removeprefix("What effect to expect from ").removesuffix("?")
        return " · ".join(
            p for p in (f"Effect on {outcome}, {said}" if outcome else said, f"asked: {asked}") if p
        )

    def _notes(self) -> list[str]:
        total, level = len(self.finding.table), (finite([getattr(self.finding, "level", 0.95)]) or [0.95])[0]
        shown = (
            f"The {len(self.table)} nearest of {plural(total, 'estimate')}"
            if total > len(self.table)
            else "All estimates"
        )
        notes = [
            f"{shown}, by distance: 0 is the context asked for, each of programme, group, horizon, country and "
            "unemployment that differs adds up to 0.2."
        ]
        marks = [
            ("filled square: in the model", self.table["used"].any()),
            (
                "hollow square: could be used",
                (~self.table["used"] & self.table["why_not"].isin(["", "not in the model"])).any(),
            ),
            ("circle: cannot be used", (~self.table["why_not"].isin(["", "not in the model"])).any()),
        ]
        if told := "; ".join(words_ for words_, there in marks if there):
            notes.append(told[:1].upper() + told[1:] + f". Lines: {level:.0%} intervals.")
        if self.rows.phone:
            notes.append("Numbers at the right: effect · distance.")
        if self.predicted:
            notes.append(
                f"Diamond: average effect in such contexts. Dashed: where the true effect of one programme is expected ({level:.0%})."
            )
            notes += whom_notes([text(getattr(self.finding, "estimand", ""))])
            notes += [c.sentence for c in self.finding.failed if c.name in _SHORT_OF]
        return notes


def _plain(mark: dict[str, Any]) -> dict[str, Any]:
    """Without its own colour: a hollow mark is white inside."""
    return {k: v for k, v in mark.items() if k != "ink"}


def _nearest(finding: Finding) -> pd.DataFrame:
    table = finding.table
    texts = ("programme_type", "target_group", "country", "band", "why_not", "citation")
    frame = table.assign(
        **{c: column(table, c) for c in _NUMBERS},
        **{c: words(table, c) for c in texts},
        used=table["used"].astype(bool) if "used" in table else False,
    )
    return frame[frame["effect"].notna()].sort_values("distance", kind="stable").head(_MOST)


def _name(row: Any) -> str:
    """``Training, young people, DE, 1–2 y``."""
    kind = str(row["programme_type"])
    label = PROGRAMME_TYPES[kind].label if kind in PROGRAMME_TYPES else kind
    group = str(row["target_group"])
    whom = "" if group in ("", "all") else _WHOM.get(group, TARGET_GROUPS.get(group, group))
    return ", ".join(
        p for p in (label, row["country"], _BANDS.get(str(row["band"]), "horizon unclear"), whom) if p
    )


def _domain(table: pd.DataFrame, own: list[float]) -> tuple[float, float]:
    """All effects and the prediction; intervals only as far as they do not squeeze everything else."""
    inner = finite([0.0, *table["effect"], *own])
    reach = max(inner) - min(inner) or 1.0
    ends = [
        v for v in finite([*table["low"], *table["high"]]) if min(inner) - reach <= v <= max(inner) + reach
    ]
    span = [*inner, *ends]
    return min(span), max(span)
