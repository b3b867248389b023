"""Any answer about regions as a map, or as one small map a year on one scale.

True polygons where the Finding carries boundaries, tiles where it does not; the drawing is the same.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.map_colours import class_colours, signs
from almpo_kit.figures.theme import MISSING
from almpo_kit.figures.wording import country_name, listed, plural
from almpo_kit.vocabulary.provenance import SYNTHETIC
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

NO_DATA = "no data"
#: The end of a sentence, and not of "e.g.".
_END = re.compile(r"(?<!e\.g)(?<!i\.e)\.\s+(?=[^\W\d_a-z])")
#: Letters of a title that is read at a glance.
_TITLE = 160
#: From here on, in pixels, one map stands beside its legend.
WIDE = 900


@dataclass(frozen=True)
class MapSheet:
    """What every part of the figure draws from."""

    finding: Any
    classes: tuple[str, ...]
    colours: tuple[str, ...]
    letters: tuple[str, ...]
    names: dict[str, str]
    values: dict[str, dict[str, Any]]
    called: dict[str, dict[str, str]]

    @property
    def periods(self) -> tuple[str, ...]:
        """One map each."""
        return tuple(self.values)

    @property
    def codes(self) -> list[str]:
        """Every region of the map."""
        return sorted(self.names)

    def colour(self, period: str, geo: str) -> str:
        """Fill of a region; missing regions get the colour that the renderer hatches."""
        return self.ink(self.called[period].get(geo, NO_DATA))

    def ink(self, called: str) -> str:
        """Fill of a class."""
        return self.colours[self.classes.index(called)] if called in self.classes else MISSING

    def letter(self, called: str) -> str:
        """Letters (signs) that stand on a class; empty where its colour is enough."""
        return self.letters[self.classes.index(called)] if called in self.classes and self.letters else ""

    def written(self, period: str, geo: str) -> str:
        """A value in words: ``16.1``, ``HH``, ``no data``."""
        value = self.values[period].get(geo)
        if isinstance(value, str):
            return value
        if value is None or not math.isfinite(value):
            return NO_DATA
        return number(float(value), self.finding.digits)

    def hover(self, period: str, geo: str) -> str:
        """``ITF3 Campania: 16.1%``."""
        said = self.written(period, geo)
        sign = "" if said == NO_DATA or self.finding.scale == "categories" else self.finding.sign
        name = self.names[geo]
        return f"{geo} {name}: {said}{sign}" if name != geo else f"{geo}: {said}{sign}"

    def counts(self, period: str) -> list[int]:
        """Regions in each class, those without a value last."""
        return [int(n) for n in self.finding.counts[period]]


def atlas(finding: Finding, width: int) -> Any:
    """Draw an Atlas."""
    data = read_sheet(finding)
    if data is None:
        why = "No region has a value to map."
        return empty(
            finding, width, title=title(finding), why=why, way_out="Choose another column or period."
        )
    from almpo_kit.figures.atlas_maps import one_map, small_maps

    sheet = Canvas(width)
    top, bottom, more = (one_map if len(data.periods) == 1 else small_maps)(sheet, data)
    return sheet.finish(
        finding,
        title=title(finding),
        subtitle=subtitle(data),
        height=bottom,
        notes=[*more, *notes(data)],
        plot=(0, top, width, bottom),
    )


def read_sheet(finding: Any) -> MapSheet | None:
    """What an Atlas shows; None where no region has a value."""
    table = finding.table
    if not len(table) or not table["value"].notna().any():
        return None
    classes = tuple(finding.classes)
    letters = finding.letters if finding.scale == "categories" else ()
    by_period = {str(p): table[table["period"].astype(str) == str(p)] for p in finding.periods}
    return MapSheet(
        finding=finding,
        classes=classes,
        colours=class_colours(finding.scale, classes, finding.favourable),
        letters=signs(len(classes)) if finding.scale == "diverging" else tuple(letters),
        names={str(g): " ".join(str(n).split()) for g, n in zip(table["geo"], table["name"], strict=True)},
        values={
            p: dict(zip(rows["geo"].astype(str), rows["value"], strict=True)) for p, rows in by_period.items()
        },
        called={
            p: dict(zip(rows["geo"].astype(str), rows["class"], strict=True)) for p, rows in by_period.items()
        },
    )


def title(finding: Any) -> str:
    """The first sentence of the answer, which is the finding; as much of it as two lines hold."""
    said = finding.sentence.removeprefix(f"{SYNTHETIC} data. ")
    said = _END.split(said)[0].rstrip(".")
    for cut in ("; ", ": ", " ("):
        if len(said) > _TITLE:
            said = said.split(cut)[0]
    if said.count("(") > said.count(")"):  # cut within brackets
        said = said[: said.rindex("(")].rstrip()
    return said if len(said) <= 1.4 * _TITLE else finding.question


def subtitle(data: MapSheet) -> str:
    """Unit, place, period, and how many regions have a value."""
    f = data.finding
    last = data.periods[-1]
    have = sum(data.counts(last)[:-1])
    dated = [p for p in data.periods if p]
    place = f"{country_name(f.zoom)} ({f.zoom})" if f.zoom else "EU-27"
    when = f"{dated[0]}–{dated[-1]}" if _run(dated) else listed(dated, 9)
    unit = f"{f.label}, {f.unit}" if f.unit else f.label
    held = f"{have} of {plural(len(data.codes), 'region')} with a value"
    parts = [unit, place, when, held + (f" in {last}" if len(dated) > 1 else "")]
    return " · ".join(p for p in parts if p) + "."


def _run(periods: list[str]) -> bool:
    """Years without a gap, three or more."""
    return (
        len(periods) > 2
        and all(p.isdigit() for p in periods)
        and [int(p) for p in periods] == list(range(int(periods[0]), int(periods[-1]) + 1))
    )


def notes(data: MapSheet) -> list[str]:
    """What is outlined, how the classes came about, and whose geometry it is."""
    f = data.finding
    out = []
    if f.highlight:
        who = f.highlight_label
        who = f"{country_name(who)} ({who})" if len(who) == 2 else who
        if len(f.highlight) == 1:
            who = f"{f.highlight[0]} {who}"
            said = [f"{data.written(p, f.highlight[0])}{f' in {p}' if p else ''}" for p in data.periods]
            who += f" ({listed(said, 9)})"
        out.append(f"Outlined: {who}.")
    if f.how and f.limits:
        out.append(f"Class limits are {f.how}; a value on a limit belongs to the class above it.")
    if f.boundaries is None:
        out.append("Tile map: each square is one region, placed near its true position; size means nothing.")
    ground = "Label points" if f.boundaries is None else "Boundaries"
    return [*out, f"{ground}: © EuroGeographics (GISCO), NUTS {f.nuts_version}."]
