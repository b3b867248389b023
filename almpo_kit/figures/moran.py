"""The Moran scatter plot: each region against the mean of its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, BAD, CONTEXT, HIGHLIGHT, INK, MUTED, PHONE
from almpo_kit.figures.wording import column, measure, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_KINDS = {"HH": "high among high", "LL": "low among low", "HL": "high among low", "LH": "low among high"}
#: Own value high: orange; low: blue. Clusters are filled, outliers hollow diamonds: shape tells them apart without colour.
_INK = {"HH": BAD, "HL": BAD, "LL": ACCENT, "LH": ACCENT}
_SIZE = 11


def moran(finding: Finding, width: int) -> Any:
    """Draw an Autocorrelation or Clusters: own value across, neighbours up, both in standard deviations."""
    table = finding.table
    points = [
        {"geo": g, "name": n or g, "x": x, "y": y, "kind": k if k in _KINDS else ""}
        for g, n, x, y, k in zip(
            words(table, "geo"),
            words(table, "name"),
            column(table, "z"),
            column(table, "lag"),
            words(table, "cluster") if "cluster" in table else [""] * len(table),
            strict=True,
        )
        if len(finite([x, y])) == 2
    ]
    if not points:
        return empty(
            finding,
            width,
            title=text(finding.question),
            why="No region has both a value and a neighbour with one.",
            way_out="Choose another period or other neighbours.",
        )
    return _Scatter(finding, points, width).draw()


class _Scatter:
    """Points, quadrants and the line whose slope is Moran's I."""

    def __init__(self, finding: Finding, points: list[dict[str, Any]], width: int):
        self.finding, self.points, self.phone = finding, points, width < PHONE
        self.named = set(getattr(finding, "highlight", ()) or ())
        self.by_cluster = "cluster" in finding.table
        # One scale for both axes, so that the line's slope reads as what it is; the sheet is wider than the plot is tall.
        self.box = (34.0, 26.0, width - 12.0, 26.0 + (330.0 if self.phone else 440.0))
        xs, ys = ([p[a] for p in points] for a in ("x", "y"))
        self.x = _room(min(xs), max(xs))
        self.y = _room(min(ys), max(ys))
        left, top, right, bottom = self.box
        self.sheet = Canvas(width, x=(self.x, (left, right)), y=(self.y, (bottom, top)))
        self.taken: list[tuple[float, float, float, float]] = []

    def draw(self) -> Any:
        self._ground()
        self._dots()
        self._labels()
        return self.sheet.finish(
            self.finding,
            title=self._title(),
            subtitle=self._subtitle(),
            height=self.box[3] + 40,
            notes=self._notes(),
            plot=self.box,
        )

    def _ground(self) -> None:
        left, top, right, bottom = self.box
        for axis, domain in (("x", self.x), ("y", self.y)):
            at = ticks(*domain, 4 if self.phone else 7)
            rows = [{axis: t, "label": number(t, digits(at))} for t in at]
            if axis == "x":
                self.sheet.line(rows, x="x", y=top, y2=bottom)
                self.sheet.text(rows, x="x", y=bottom + 13, size=11, color=MUTED, align="center")
            else:
                self.sheet.line(rows, x=left, x2=right, y="y")
                self.sheet.text(rows, x=left - 6, y="y", size=11, color=MUTED, align="right")
        zero_x, zero_y = self.sheet.pixel("x", 0), self.sheet.pixel("y", 0)
        self.sheet.line(x=zero_x, y=top, y2=bottom, color=MUTED, width=1.2)
        self.sheet.line(x=left, x2=right, y=zero_y, color=MUTED, width=1.2)
        self.sheet.text("neighbours, standard deviations from the mean", x=0, y=12, size=11, color=MUTED)
        own = "own value, standard deviations from the mean"
        self.sheet.text(own, x=right, y=bottom + 29, size=11, color=MUTED, align="right")
        self._line()
        self._corners()

    def _line(self) -> None:
        slope = float(getattr(self.finding, "slope", float("nan")))
        if not finite([slope]):
            return
        # Cut to the box on both axes.
        reach = list(self.x) if abs(slope) < 1e-9 else sorted(y / slope for y in self.y)
        low, high = max(self.x[0], reach[0]), min(self.x[1], reach[1])
        self.sheet.path(
            [{"x": x, "y": slope * x, "part": 0} for x in (low, high)],
            color=INK,
            width=1.6,
            strokeDash=[6, 4],
        )
        x, y = self.sheet.pixel("x", high), self.sheet.pixel("y", slope * high)
        label = f"slope {number(slope, 2)}"
        room = text_width(label, _SIZE)
        at = (min(x, self.box[2]) - room - 4, y + 14 if slope >= 0 else y - 14)
        self.sheet.text(label, x=at[0], y=at[1], size=_SIZE, halo=True)
        self.taken.append((at[0], at[1] - 8, at[0] + room, at[1] + 8))

    def _corners(self) -> None:
        left, top, right, bottom = self.box
        for kind, x, y, align in (
            ("HH", right - 4, top + 9, "right"),
            ("LL", left + 4, bottom - 9, "left"),
            ("HL", right - 4, bottom - 9, "right"),
            ("LH", left + 4, top + 9, "left"),
        ):
            label = _KINDS[kind]
            if self.by_cluster:
                label = f"{label}: {sum(p['kind'] == kind for p in self.points)}"
            room = text_width(label, 12, bold=True)
            self.sheet.text(label, x=x, y=y, size=12, bold=True, color=_INK[kind], align=align, halo=True)
            self.taken.append(
                (x - room, y - 9, x, y + 9) if align == "right" else (x, y - 9, x + room, y + 9)
            )

    def _dots(self) -> None:
        rest = [p for p in self.points if not p["kind"] and p["geo"] not in self.named]
        self.sheet.dot(
            [self._hover(p) for p in rest],
            color=CONTEXT if self.by_cluster else MUTED,
            size=26,
            fillOpacity=0.75,
        )
        for kind in _KINDS:
            rows = [self._hover(p) for p in self.points if p["kind"] == kind and p["geo"] not in self.named]
            outlier = kind in ("HL", "LH")
            self.sheet.dot(
                rows,
                color=_INK[kind],
                size=60 if outlier else 42,
                shape="diamond" if outlier else "circle",
                hollow=outlier,
            )
        told = [self._hover(p) for p in self.points if p["geo"] in self.named]
        self.sheet.dot(told, color=HIGHLIGHT, size=90, stroke="white", strokeWidth=1.2)

    def _hover(self, p: dict[str, Any]) -> dict[str, Any]:
        said = f"{p['name']} ({p['geo']}): own {number(p['x'], 1)}, neighbours {number(p['y'], 1)}"
        return {"x": p["x"], "y": p["y"], "hover": f"{said}; {_KINDS[p['kind']]}" if p["kind"] else said}

    def _labels(self) -> None:
        """Names of the highlighted and the most extreme regions, where they cover nothing that is lettered."""
        order = sorted(
            self.points,
            key=lambda p: (p["geo"] not in self.named, not p["kind"], -abs(p["x"]) - abs(p["y"]), p["geo"]),
        )
        most = len(self.named) + (5 if self.phone else 10)
        for p in order[:most]:
            told = p["geo"] in self.named
            room = 110.0 if self.phone else 170.0
            label = fit(f"{p['name']} ({p['geo']})", _SIZE, room, bold=told)
            if "…" in label:
                label = f"{fit(p['name'], _SIZE, room - 44, bold=told)} ({p['geo']})"
            at = self._free(p, text_width(label, _SIZE, bold=told), force=told)
            if at is None:
                continue
            self.sheet.text(
                label, x=at[0], y=at[1], size=_SIZE, bold=told, color=HIGHLIGHT if told else INK, halo=True
            )

    def _free(self, p: dict[str, Any], room: float, *, force: bool) -> tuple[float, float] | None:
        """A place for a label beside its dot; a highlighted region gets one farther off before it goes without."""
        x, y = self.sheet.pixel("x", p["x"]), self.sheet.pixel("y", p["y"])
        places = [(x + 7, y), (x - 7 - room, y), (x - room / 2, y - 13), (x - room / 2, y + 13)]
        if force:
            places += [
                (side, y + dy) for dy in (-20, 20, -34, 34, -48, 48) for side in (x + 12, x - 12 - room)
            ]
        left, top, right, bottom = self.box
        for a in places:
            spot = (a[0], a[1] - 7, a[0] + room, a[1] + 7)
            inside = left <= a[0] and a[0] + room <= right and top < a[1] < bottom
            if inside and not any(_cross(spot, t) for t in self.taken):
                self.taken.append(spot)
                if abs(a[1] - y) > 14:
                    end = a[0] - 2 if a[0] > x else a[0] + room + 2
                    self.sheet.line([{}], x=x, x2=end, y=y, y2=a[1], color=HIGHLIGHT, width=0.8)
                return a
        return None

    def _title(self) -> str:
        m = measure(self.finding)
        i = number(float(getattr(self.finding, "slope", float("nan"))), 2)
        if self.by_cluster:
            total = sum(bool(p["kind"]) for p in self.points)
            verb = "stands" if total == 1 else "stand"
            return f"{m.label}: {plural(total, 'region')} {verb} out together with {'its' if total == 1 else 'their'} neighbours"
        return f"{m.label}: Moran's I is {i}"

    def _subtitle(self) -> str:
        m = measure(self.finding)
        when = text(getattr(self.finding, "period", ""))
        parts = [m.unit, when, plural(len(self.points), "region")]
        if self.by_cluster:
            fdr = float(getattr(self.finding, "fdr", 0.05))
            control = text(getattr(self.finding, "control", ""))
            parts.append(
                f"{'false discoveries held to' if control != 'none' else 'each region read alone at'} {100 * fdr:g}%"
            )
        return " · ".join(p for p in parts if p)

    def _notes(self) -> list[str]:
        out = [
            "Each dot is a region; up is the mean of its neighbours. The dashed line's slope is Moran's I."
        ]
        if self.by_cluster:
            out.append(
                "Coloured: more alike (discs) or more unlike (hollow diamonds) its neighbours than chance explains. Grey: not "
                "significant."
            )
        absent = [g for g in sorted(self.named) if g not in {p["geo"] for p in self.points}]
        if absent:
            out.append(f"Without a value or a neighbour, so not drawn: {', '.join(absent)}.")
        return out


def _room(low: float, high: float) -> tuple[float, float]:
    """The range with some air, zero always inside."""
    low, high = min(low, -0.5), max(high, 0.5)
    air = 0.08 * (high - low)
    return low - air, high + air


def _cross(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
