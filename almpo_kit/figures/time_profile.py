"""How an effect unfolds: every estimate at its months since entry, one line per group of people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.forest_rows import estimates, unit_digits, window, written
from almpo_kit.figures.forest_words import reasons
from almpo_kit.figures.lettering import spread, text_width, wrap
from almpo_kit.figures.scales import digits, ticks
from almpo_kit.figures.theme import INK, MUTED, PHONE, PROGRAMME_COLOURS
from almpo_kit.figures.time_tracks import Point, Track, apart_words, bands_of, timed, tracks
from almpo_kit.figures.whom import estimand_label, whom_notes
from almpo_kit.figures.wording import plural, text
from almpo_kit.vocabulary.horizons import BAND_LABELS, HORIZON_BANDS
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.rendering import interval, number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Up to so many tracks are named beside their end; more are numbered, with the names below.
_NAMED = 8
_MONTHS = (0, 3, 6, 12, 18, 24, 36, 48, 60, 72, 96, 120, 180, 240)


def time_profile(finding: Finding, width: int) -> Any:
    """Draw a TimeProfile: filled squares are in an average, open ones are not, circles have no standard
    error; lines join estimates of the same people, thin whiskers are 95% intervals."""
    known = timed(finding.table)
    if not len(estimates(known)):
        held = len(finding.table)
        return empty(
            finding,
            width,
            title=text(finding.question),
            why=f"{plural(held, 'estimate')} of this, and none is counted from entry into the programme."
            if held
            else "There is no estimate of this in the evidence base.",
            way_out="Ask about another programme, outcome or unit.",
        )
    return _TimeProfile(finding, tracks(known, 30.0 if width >= PHONE else 16.0), width).draw()


class _TimeProfile:
    """The plot, then the names of what is numbered in it."""

    def __init__(self, finding: Finding, made: list[Track], width: int):
        self.finding, self.tracks, self.width, self.phone = finding, made, width, width < PHONE
        self.rows = [p.estimate for t in made for p in t.points]
        self.unit = text(getattr(finding, "unit", ""))
        self.digits = unit_digits(self.unit, self.rows)
        self.bands = bands_of(finding)
        self.last = max(24.0, *(p.month for t in made for p in t.points))
        self.end = self.last * 1.03 if self.last > 24 else 24.0
        late = min(t.points[-1].month for t in made) >= 0.6 * self.last
        self.named = not self.phone and len(made) <= _NAMED and late
        # Most studies stop early and a few go on for years: then a square root gives the first year room.
        self.bent = self.last > 36
        self.at = ticks(*self._window(), 6)
        margin = 236.0 if self.named else 26.0
        deep = max((text_width(number(t, digits(self.at)), 11) for t in self.at), default=20.0)
        self.box = (deep + 10, 34.0, width - margin, 340.0 if self.phone else 380.0)
        left, top, right, bottom = self.box
        span = (self._x(-0.3 if not self.bent else 0.0), self._x(self.end))
        self.sheet = Canvas(width, x=(span, (left, right)), y=(self._window(), (bottom, top)))
        self.aside = (span[1] - span[0]) / (right - left)

    def _x(self, months: float) -> float:
        return math.sqrt(max(months, 0.0)) if self.bent else months

    def _window(self) -> tuple[float, float]:
        known = [v for b in self.bands for v in (b["mean"], b["low"], b["high"]) if v == v]
        return window(self.rows, *known)

    def draw(self) -> Any:
        self._ground()
        for track in self.tracks:
            self._track(track)
        self._averages()
        y = self.box[3] + 38
        y = self._names(y) if not self.named else y + 2
        self._ends() if self.named else self._numbers()
        return self.sheet.finish(
            self.finding,
            title=self._title(),
            subtitle=self._subtitle(),
            height=y,
            notes=self._notes(),
            plot=self.box,
        )

    def _ground(self) -> None:
        """Bands, grid, zero line and both axes."""
        left, top, right, bottom = self.box
        sheet = self.sheet
        for k, (label, after, until) in enumerate(HORIZON_BANDS.values()):
            x = max(sheet.pixel("x", self._x(max(after, 0.0))), left)
            x2 = min(sheet.pixel("x", self._x(min(until, self.end))), right)
            if x2 <= x + 1:
                continue
            if k % 2 == 0:
                sheet.box(x=x, x2=x2, y=top, y2=bottom, color="#EEF1F4")
            said = label.removesuffix(" after entry")
            room = (x2 if x2 < right - 1 else self.width) - x
            for j, line in enumerate(wrap(said[:1].upper() + said[1:], 11, room, lines=2)):
                sheet.text(line, x=x + 3, y=top - 24 + 13 * j, size=11, color=MUTED)
        rows = [{"y": t, "label": number(t, digits(self.at))} for t in self.at]
        sheet.line(rows, x=left, x2=right, y="y")
        sheet.line([{"y": 0.0}], x=left, x2=right, y="y", color=INK, width=1.3)
        sheet.text(rows, x=left - 6, y="y", size=11, color=MUTED, align="right")
        self._months()

    def _months(self) -> None:
        left, _, right, bottom = self.box
        taken = -math.inf
        for month in (m for m in _MONTHS if m <= self.end):
            x, wide = self.sheet.pixel("x", self._x(month)), text_width(str(month), 11)
            if x - wide / 2 < taken + 5 or not left - 1 <= x <= right + 1:
                continue
            self.sheet.line(x=x, y=bottom, y2=bottom + 4, color=MUTED)
            self.sheet.text(str(month), x=x, y=bottom + 13, size=11, color=MUTED, align="center")
            taken = x + wide / 2
        self.sheet.text("months since entry", x=right, y=bottom + 28, size=11, color=MUTED, align="right")

    def _place(self, p: Point) -> dict[str, Any]:
        e, (low, high) = p.estimate, self.sheet.domain("y")
        why = f" Not in the average: {e.why_not}." if not e.used and e.why_not else ""
        return {
            "x": self._x(p.month) + p.aside * self.aside,
            "y": min(max(e.effect, low), high),
            "low": max(e.low, low) if e.has_se else None,
            "high": min(e.high, high) if e.has_se else None,
            "cut": not low <= e.effect <= high,
            "up": e.effect > high,
            "hover": f"{e.study}, {e.detail}: {written(e, self.digits)}.{why}",
            "used": e.used,
            "se": e.has_se,
        }

    def _track(self, track: Track) -> None:
        color = PROGRAMME_COLOURS.get(track.programme_type, MUTED)
        points = [self._place(p) for p in track.points]
        if len(points) > 1:
            self.sheet.path(
                [{"x": p["x"], "y": p["y"]} for p in points], color=color, width=1.4, opacity=0.75
            )
        whiskers = [p for p in points if p["low"] is not None and p["low"] < p["high"]]
        self.sheet.line(whiskers, x="x", x2="x", y="low", y2="high", color=color, width=0.8, opacity=0.55)
        on = [p for p in points if not p["cut"]]
        for up in (True, False):
            off = [p for p in points if p["cut"] and p["up"] == up]
            self.sheet.dot(off, shape=f"triangle-{'up' if up else 'down'}", size=44, color=color)
        self.sheet.dot([p for p in on if p["used"]], shape="square", size=52, color=color)
        bare = [p for p in on if not p["used"] and p["se"]]
        self.sheet.dot(bare, shape="square", hollow=True, size=38, color=color)
        self.sheet.dot([p for p in on if not p["se"]], shape="circle", hollow=True, size=42, color=color)

    def _averages(self) -> None:
        """A diamond in the middle of each band that has an average, and its interval across the band."""
        left, _, right, _ = self.box
        for b in self.bands:
            if b["mean"] != b["mean"] or b["band"] not in HORIZON_BANDS:
                continue
            _, after, until = HORIZON_BANDS[b["band"]]
            x = max(self.sheet.pixel("x", self._x(max(after, 0.0))), left)
            x2 = min(self.sheet.pixel("x", self._x(min(until, self.end))), right)
            ends = [{"low": b["low"], "high": b["high"], "y": b["mean"]}]
            self.sheet.box(ends, x=x + 2, x2=x2 - 2, y="low", y2="high", color=INK, opacity=0.12)
            self.sheet.line(ends, x=x + 2, x2=x2 - 2, y="y", color=INK, width=1.8)
            self.sheet.dot(ends, x=(x + x2) / 2, y="y", shape="diamond", size=120, color=INK)

    def _numbers(self) -> None:
        """Each track's number beside its last point; those of points close together in a column."""
        ends = [(t, self._place(t.points[-1])) for t in self.tracks]
        at = [(self.sheet.pixel("x", e["x"]), self.sheet.pixel("y", e["y"]), t) for t, e in ends]
        at.sort(key=lambda each: each[:2])
        clusters: list[list[tuple[float, float, Track]]] = []
        for each in at:
            if clusters and each[0] - clusters[-1][-1][0] < 13:
                clusters[-1].append(each)
            else:
                clusters.append([each])
        for cluster in clusters:
            x = max(each[0] for each in cluster) + 6
            wanted = [y - (7 if len(cluster) == 1 else 0) for _, y, _ in cluster]
            placed = spread(wanted, 12, self.box[1] + 8, self.box[3] - 4)
            for (_, _, t), y in zip(cluster, placed, strict=True):
                color = PROGRAMME_COLOURS.get(t.programme_type, MUTED)
                self.sheet.text(str(t.number), x=x, y=y, size=11, bold=True, color=color, halo=True)

    def _ends(self) -> None:
        """Names beside the last point of each track, tied to it."""
        right, top, bottom = self.box[2], self.box[1], self.box[3]
        ends = [self._place(t.points[-1]) for t in self.tracks]
        room = self.width - right - 18
        lines = [wrap(t.label, 11, room, lines=2) for t in self.tracks]
        wanted = [self.sheet.pixel("y", e["y"]) for e in ends]
        placed = spread(wanted, 30, top + 6, bottom)
        for t, e, said, y in zip(self.tracks, ends, lines, placed, strict=True):
            color = PROGRAMME_COLOURS.get(t.programme_type, MUTED)
            self.sheet.line([e], x="x", x2=right + 12, y="y", y2=y, color=color, width=0.6, opacity=0.6)
            for j, line in enumerate(said):
                at = y + 13 * (j - (len(said) - 1) / 2)
                self.sheet.text(line, x=right + 15, y=at, size=11, color=color)

    def _names(self, y: float) -> float:
        """What the numbers stand for, by programme type."""
        last = None
        for t in self.tracks:
            color = PROGRAMME_COLOURS.get(t.programme_type, MUTED)
            if t.programme_type != last and t.programme_type:
                label = PROGRAMME_TYPES[t.programme_type].label if t.programme_type in PROGRAMME_TYPES else ""
                y += 6 if last is not None else 0
                self.sheet.box(x=0, x2=10, y=y + 3, y2=y + 13, color=color)
                self.sheet.text(label or t.programme_type, x=16, y=y + 8, size=12, bold=True)
                y += 19
            last = t.programme_type
            months = sorted({round(p.month) for p in t.points})
            when = plural(months[0], "month") if len(months) == 1 else f"{months[0]}–{months[-1]} months"
            room = self.width - 24 - text_width(when, 11) - 8
            self.sheet.text(str(t.number), x=17, y=y + 8, size=11, bold=True, color=color, align="right")
            lines = wrap(t.label, 11.5, room, lines=3)
            for j, line in enumerate(lines):
                self.sheet.text(line, x=24, y=y + 8 + 14 * j, size=11.5)
            self.sheet.text(when, x=self.width, y=y + 8, size=11, color=MUTED, align="right")
            y += 2 + 14 * len(lines)
        return y + 4

    def _title(self) -> str:
        sign = UNITS[self.unit][0] if self.unit in UNITS else self.unit
        told = [
            f"{interval(b['mean'], b['low'], b['high'], sign, 0.95, self.digits)} {BAND_LABELS[b['band']]}"
            + (f" ({estimand_label(b['estimand'])})" if estimand_label(b["estimand"]) else "")
            for b in self.bands
            if b["mean"] == b["mean"] and b["band"] in BAND_LABELS
        ]
        if told:
            return f"On average {', '.join(told)}"
        return "Effects by months since entry; no horizon has enough samples for an average"

    def _subtitle(self) -> str:
        key, programme = (text(getattr(self.finding, name, "")) for name in ("outcome", "programme_type"))
        outcome = OUTCOMES[key].label if key in OUTCOMES else key
        unit = UNITS[self.unit][1] if self.unit in UNITS else self.unit
        whose = PROGRAMME_TYPES[programme].label if programme in PROGRAMME_TYPES else "All programmes"
        samples = {e.sample for e in self.rows if e.sample}
        held = plural(len(self.rows), "estimate")
        held += f", {plural(len(samples), 'independent sample')}" if samples else ""
        return " · ".join(filter(None, (whose, f"Effect on {outcome or 'the outcome'}, {unit}", held)))

    def _notes(self) -> list[str]:
        out = [
            "Line: the same people over time; whisker: 95% interval. "
            "Filled: in an average; open: not; circle: no standard error."
        ]
        if any(p.aside for t in self.tracks for p in t.points):
            out.append(
                "Estimates of one month stand side by side around it, or just before it at the end of a horizon."
            )
        if any(b["mean"] == b["mean"] for b in self.bands):
            out.append("Diamond and grey strip: the average of a horizon and its 95% interval.")
        out += whom_notes(b["estimand"] for b in self.bands if b["mean"] == b["mean"])
        if self.bent:
            out.append("Months are spaced as their square root, so that the first year can be read.")
        low, high = self.sheet.domain("y")
        if any(not low <= e.effect <= high for e in self.rows):
            out.append("Arrows at the edge: the estimate lies off the scale.")
        short = [
            f"{BAND_LABELS.get(b['band'], b['band']).removesuffix(' after entry')} {b['usable']} of "
            f"{plural(b['samples'], 'sample')}"
            for b in self.bands
            if b["mean"] != b["mean"] and b["samples"]
        ]
        if short:
            least = max((b["minimum"] for b in self.bands), default=0)
            out.append(f"No average below {least} usable samples; usable are: {'; '.join(short)}.")
        why = reasons(self.rows)
        out += [f"What keeps estimates out of an average: {why}."] if why else []
        apart = apart_words(self.finding.table, self.digits)
        return [*out, f"Not counted from entry, so not on the axis: {apart}."] if apart else out
