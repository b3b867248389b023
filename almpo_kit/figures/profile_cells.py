"""The cells of an evidence profile: one programme type at one horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.figures.theme import BAD, GOOD, NEUTRAL
from almpo_kit.figures.wording import column, plural, words

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Column of the table -> (word, colour, shape, hollow): shape alone tells them apart in grey print.
TALLY = {
    "favourable": ("favourable", GOOD, "circle", False),
    "not_significant": ("not significant", NEUTRAL, "circle", True),
    "unfavourable": ("unfavourable", BAD, "triangle-down", False),
    "not_stated": ("not stated", NEUTRAL, "cross", False),
}
_COUNTED = ("n_estimates", "n_samples", "n_usable", "minimum", "n_local")


@dataclass(frozen=True)
class Cell:
    """One programme type at one horizon."""

    n_estimates: int
    n_samples: int
    n_usable: int
    minimum: int
    n_local: int
    tally: tuple[int, ...]
    numbers: tuple[float, ...]
    certainty: str
    estimand: str
    reason: str

    @property
    def pooled(self) -> bool:
        """Whether there is an average to draw."""
        return self.numbers[0] == self.numbers[0]


def cells_of(finding: Finding) -> dict[tuple[str, str], Cell]:
    """Cells by (programme type, band)."""
    table = finding.table
    keys = list(zip(words(table, "programme_type"), words(table, "band"), strict=True))
    counts = {c: _counts(finding, c) for c in (*_COUNTED, *TALLY)}
    reals = [column(table, c).tolist() for c in ("mean", "low", "high", "prediction_low", "prediction_high")]
    certainty, whose, reason = (words(table, c) for c in ("certainty", "estimand", "reason"))
    return {
        key: Cell(
            counts["n_estimates"][i],
            counts["n_samples"][i],
            counts["n_usable"][i],
            counts["minimum"][i],
            counts["n_local"][i],
            tuple(counts[c][i] for c in TALLY),
            tuple(r[i] for r in reals),
            certainty[i],
            whose[i],
            reason[i],
        )
        for i, key in enumerate(keys)
    }


def _counts(finding: Finding, name: str) -> list[int]:
    return [int(v) if v == v else 0 for v in column(finding.table, name)]


def shortage(c: Cell) -> str:
    """``3 samples – too few``, or how many of them are usable."""
    samples = plural(c.n_samples, "sample")
    if c.n_usable == 0:
        return f"{samples}, none usable"
    if c.n_usable < min(c.minimum, c.n_samples):
        return f"{samples}, {c.n_usable} usable – too few"
    if c.n_usable < c.minimum or not c.reason:
        return f"{samples} – too few"
    return c.reason[:1].upper() + c.reason[1:]
