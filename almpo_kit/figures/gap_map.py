"""What has been studied and what has not: a grid of two headings; on a phone, a list by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.gap_shades import SHADES, GapCell, cells_of, heads_of, shade
from almpo_kit.figures.lettering import fit, text_width, wrap
from almpo_kit.figures.theme import MISSING, MUTED, PHONE, PROGRAMME_COLOURS, RULE, letter_on
from almpo_kit.figures.whom import estimand_label, whom_notes
from almpo_kit.figures.wording import plural, text
from almpo_kit.vocabulary.horizons import BAND_LABELS
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_HEAD = 132.0
_TALL = 44.0
_NOUNS = {
    "programme_type": "programme",
    "target_group": "group",
    "band": "horizon",
}


def gap_map(finding: Finding, width: int) -> Any:
    """Draw a GapMap: the number of independent samples in each cell, shaded; empty cells hatched.

    Where the column heads do not fit, rows and columns change places; where they still do not, and on a
    phone, each row becomes a block that lists its studied cells and names the others.
    """
    rows, columns = (text(getattr(finding, side, "")) for side in ("rows", "columns"))
    cells = cells_of(finding.table, rows, columns)
    if not any(c.n_samples or c.n_estimates for c in cells.values()):
        return empty(
            finding,
            width,
            title=_title(finding, cells, rows, columns),
            why="There is no estimate of this in the evidence base.",
            way_out="Ask about another outcome or horizon, or about all of them.",
        )
    down, across = heads_of(finding.table, rows, "row"), heads_of(finding.table, columns, "column")
    drawing = _Map(finding, cells, down, across, width)
    if width >= PHONE and not drawing.fits():
        turned = {(b, a): c for (a, b), c in cells.items()}
        drawing = _Map(finding, turned, across, down, width)
    return drawing.draw(_title(finding, cells, rows, columns))


class _Map:
    """Lays the cells out on one canvas."""

    def __init__(
        self,
        finding: Finding,
        cells: dict[tuple[str, str], GapCell],
        down: dict[str, str],
        across: dict[str, str],
        width: int,
    ):
        self.finding, self.cells, self.width = finding, cells, width
        self.down, self.across = down, across
        self.phone = width < PHONE
        self.sheet = Canvas(width)
        self.cell_width = (width - _HEAD) / max(len(across), 1)

    def fits(self) -> bool:
        """Whether every word of the column heads fits its column."""
        words = [w for label in self.across.values() for w in label.split()]
        return self.cell_width >= 54 and all(text_width(w, 11) <= self.cell_width - 4 for w in words)

    def draw(self, title: str) -> Any:
        top = self._key(4.0)
        y = self._list(top) if self.phone or not self.fits() else self._grid(top)
        return self.sheet.finish(
            self.finding,
            title=title,
            subtitle=_subtitle(self.finding, self.cells),
            height=y,
            notes=_notes(self.cells),
            plot=(0 if self.phone else _HEAD, top, self.width, y),
        )

    def _key(self, top: float) -> float:
        """The shades with their counts, and the hatching."""
        lead = "Independent samples:"
        self.sheet.text(lead, x=0, y=top + 7, size=11, color=MUTED)
        x, y = (0.0, top + 26) if self.phone else (text_width(lead, 11) + 8, top + 7)
        counts = {c.shade for c in self.cells.values()}
        for k, (label, color) in enumerate([("nothing", MISSING), *SHADES]):
            if k - 1 not in counts:
                continue
            wide = 20 + text_width(label, 11) + 14
            if x + wide - 14 > self.width:
                x, y = 0.0, y + 18
            self.sheet.box(x=x, x2=x + 14, y=y - 7, y2=y + 7, color=color, stroke=RULE)
            self.sheet.text(label, x=x + 19, y=y, size=11, color=MUTED)
            x += wide
        return y + 20

    def _grid(self, y: float) -> float:
        lines = {k: wrap(label, 11, self.cell_width - 4, lines=4) for k, label in self.across.items()}
        tall = max(map(len, lines.values()))
        for i, key in enumerate(self.across):
            middle = _HEAD + (i + 0.5) * self.cell_width
            for j, line in enumerate(lines[key]):
                at = y + 8 + 13 * (tall - len(lines[key]) + j)
                self.sheet.text(line, x=middle, y=at, size=11, align="center")
        y += 13 * tall + 8
        for key, label in self.down.items():
            self._row_head(key, label, y)
            for i, other in enumerate(self.across):
                self._cell(self.cells.get((key, other)), _HEAD + i * self.cell_width, y)
            y += _TALL
        return y + 2

    def _row_head(self, key: str, label: str, y: float) -> None:
        left = 16.0 if key in PROGRAMME_COLOURS else 0.0
        if left:
            self._swatch(key, y + _TALL / 2)
        lines = wrap(label[:1].upper() + label[1:], 11.5, _HEAD - left - 8, lines=3)
        for j, line in enumerate(lines):
            self.sheet.text(line, x=left, y=y + _TALL / 2 + 13 * (j - (len(lines) - 1) / 2), size=11.5)

    def _swatch(self, key: str, y: float) -> None:
        self.sheet.box(x=0, x2=10, y=y - 5, y2=y + 5, color=PROGRAMME_COLOURS[key])

    def _cell(self, c: GapCell | None, x: float, y: float) -> None:
        """A shaded box: samples, how many of them from the EU-27, and certainty where there is an average."""
        x2, y2 = x + self.cell_width - 2, y + _TALL - 2
        if c is None or not (c.n_samples or c.n_estimates):
            hover = c.hover if c else ""
            self.sheet.box([{"hover": hover}], x=x, x2=x2, y=y, y2=y2, color=MISSING)
            self.sheet.text(
                "nothing", x=(x + x2) / 2, y=(y + y2) / 2, size=11, color=MUTED, align="center", halo=True
            )
            return
        ground = shade(c)
        ink, middle = letter_on(ground), (x + x2) / 2
        self._ground(c, x, x2, y, y2)
        up = 13 if c.pooled else 15
        self.sheet.text(str(c.n_samples), x=middle, y=y + up, size=15, bold=True, color=ink, align="center")
        said = fit(c.certainty, 11, x2 - x) if c.pooled else f"{c.n_eu} EU"
        self.sheet.text(said, x=middle, y=y + 31, size=11, color=ink, align="center")

    def _ground(self, c: GapCell, x: float, x2: float, y: float, y2: float) -> None:
        """The shade, and a frame inside it where there is an average."""
        ground = shade(c)
        self.sheet.box([{"hover": c.hover}], x=x, x2=x2, y=y, y2=y2, color=ground)
        if c.pooled:
            edge: dict[str, Any] = {"stroke": letter_on(ground), "strokeWidth": 1.6}
            self.sheet.box(x=x + 2.5, x2=x2 - 2.5, y=y + 2.5, y2=y2 - 2.5, color=ground, **edge)

    def _list(self, y: float) -> float:
        """One block a row: its studied cells, then the names of those that nobody studied."""
        for key, label in self.down.items():
            y = self._block(key, label, y) + 12
        return y

    def _block(self, key: str, label: str, y: float) -> float:
        left = 16.0 if key in PROGRAMME_COLOURS else 0.0
        if left:
            self._swatch(key, y + 8)
        head = label[:1].upper() + label[1:]
        self.sheet.text(fit(head, 13, self.width - left, bold=True), x=left, y=y + 8, size=13, bold=True)
        y += 24
        here = {other: self.cells.get((key, other)) for other in self.across}
        studied = {o: c for o, c in here.items() if c is not None and (c.n_samples or c.n_estimates)}
        for other, c in studied.items():
            y = self._entry(c, self.across[other], y)
        names = [self.across[o] for o in here if o not in studied]
        return self._nothing(names, y, every=not studied) if names else y

    def _entry(self, c: GapCell, label: str, y: float) -> float:
        self._ground(c, 1, 31, y + 1, y + 21)
        ink = letter_on(shade(c))
        self.sheet.text(str(c.n_samples), x=16, y=y + 11, size=12.5, bold=True, color=ink, align="center")
        whose = estimand_label(c.estimand)
        tail = f"{c.certainty} certainty{whose and f' · {whose}'}" if c.pooled else f"{c.n_eu} from the EU"
        lines = wrap(label, 12, self.width - 40 - text_width(tail, 11) - 8, lines=3)
        for j, line in enumerate(lines):
            self.sheet.text(line, x=40, y=y + 11 + 15 * j, size=12)
        self.sheet.text(tail, x=self.width, y=y + 11, size=11, color=MUTED, align="right")
        return y + 24 + 15 * (len(lines) - 1)

    def _nothing(self, names: list[str], y: float, *, every: bool) -> float:
        said = f"Nothing on {', '.join(names)}" if not every else "Nothing at all"
        lines = wrap(f"{said}.", 11, self.width - 40)
        self.sheet.box(x=1, x2=31, y=y + 1, y2=y + 21, color=MISSING)
        for j, line in enumerate(lines):
            self.sheet.text(line, x=40, y=y + 11 + 14 * j, size=11, color=MUTED)
        return y + max(24, 14 * len(lines) + 8)


def _title(finding: Finding, cells: dict[tuple[str, str], GapCell], rows: str, columns: str) -> str:
    if not cells:
        return text(finding.question) or "What has been studied"
    nothing = sum(not (c.n_samples or c.n_estimates) for c in cells.values())
    pair = f"combinations of {_noun(rows)} and {_noun(columns)}"
    if not nothing:
        return f"All {len(cells)} {pair} have been studied at least once"
    return f"{nothing} of {len(cells)} {pair} {'has' if nothing == 1 else 'have'} no study in the base"


def _noun(key: str) -> str:
    return _NOUNS.get(key, key.replace("_", " "))


def _subtitle(finding: Finding, cells: dict[tuple[str, str], GapCell]) -> str:
    outcome, unit, band = (text(getattr(finding, name, "")) for name in ("outcome", "unit", "band"))
    parts = [
        f"Effects on {OUTCOMES[outcome].label if outcome in OUTCOMES else outcome}"
        if outcome
        else "All outcomes",
        UNITS[unit][1] if unit in UNITS else unit,
        BAND_LABELS.get(band, band) or "all horizons",
        "all countries in the base",
        plural(sum(c.n_estimates for c in cells.values()), "estimate"),
    ]
    return " · ".join(p for p in parts if p)


def _notes(cells: dict[tuple[str, str], GapCell]) -> list[str]:
    least = max((c.minimum for c in cells.values()), default=0)
    pooled = sum(c.pooled for c in cells.values())
    held = sum(bool(c.n_samples or c.n_estimates) for c in cells.values())
    notes = [
        "Number: independent samples. EU: how many of them from the EU-27. A study of several counts in each."
    ]
    few = f"{least} comparable samples" if least else "comparable samples"
    if pooled:
        framed = f"Framed: an average of at least {few} is allowed, and the word below says how certain it is"
        notes.append(f"{framed} ({pooled} of {held} studied cells). All others: too little to say.")
        notes += whom_notes(c.estimand for c in cells.values() if c.pooled)
    else:
        notes.append(f"No cell has the {few} that an average takes: in all of them, too little to say.")
    return notes
