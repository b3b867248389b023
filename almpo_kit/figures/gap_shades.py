"""The cells of a gap map: what is written in each, and how dark it is."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.figures.theme import MISSING
from almpo_kit.figures.whom import estimand_label
from almpo_kit.figures.wording import column, plural, words
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import interval

if TYPE_CHECKING:
    import pandas as pd

#: Independent samples, from light to dark in one hue, so that the order holds in grey print; the step at
#: five is the minimum for an average.
SHADES = (
    ("1", "#E4EDF8"),
    ("2", "#BFD5EE"),
    ("3–4", "#8DB3DF"),
    ("5–9", "#3F77BC"),
    ("10 or more", "#0B356F"),
)
_LIMITS = (2, 3, 5, 10)


@dataclass(frozen=True)
class GapCell:
    """One combination."""

    n_estimates: int
    n_samples: int
    n_eu: int
    minimum: int
    pooled: bool
    certainty: str
    estimand: str
    hover: str

    @property
    def shade(self) -> int:
        """Number of the shade; -1 where nothing was studied."""
        return -1 if not (self.n_samples or self.n_estimates) else bisect_right(_LIMITS, self.n_samples)


def shade(c: GapCell) -> str:
    """The cell's colour."""
    return MISSING if c.shade < 0 else SHADES[c.shade][1]


def heads_of(table: pd.DataFrame, key: str, side: str) -> dict[str, str]:
    """Key -> label of a heading, in the table's order."""
    keys, labels = words(table, key), words(table, f"{side}_label")
    return {k: label or k for k, label in zip(keys, labels, strict=True)}


def cells_of(table: pd.DataFrame, rows: str, columns: str) -> dict[tuple[str, str], GapCell]:
    """Cells by (row, column)."""
    whole = {
        name: [int(v) if v == v else 0 for v in column(table, name)]
        for name in ("n_estimates", "n_samples", "n_samples_eu", "minimum", "n_samples_randomised")
    }
    mean, low, high = (column(table, name).tolist() for name in ("mean", "low", "high"))
    certainty, unit, reason, whose = (
        words(table, name) for name in ("certainty", "unit", "reason", "estimand")
    )
    places, across = words(table, "countries"), words(table, "column_label")
    found = {}
    for i, key in enumerate(zip(words(table, rows), words(table, columns), strict=True)):
        pooled = mean[i] == mean[i]
        number = interval(mean[i], low[i], high[i], UNITS.get(unit[i], (unit[i],))[0]) if pooled else ""
        number += f" {estimand_label(whose[i])}" if pooled and estimand_label(whose[i]) else ""
        held = f"{plural(whole['n_samples'][i], 'independent sample')}, {plural(whole['n_estimates'][i], 'estimate')}"
        said = [held, f"{whole['n_samples_randomised'][i]} randomised", places[i], number or reason[i]]
        head = f"{words(table, 'row_label')[i]}, {across[i]}"
        empty = not (whole["n_samples"][i] or whole["n_estimates"][i])
        found[key] = GapCell(
            whole["n_estimates"][i],
            whole["n_samples"][i],
            whole["n_samples_eu"][i],
            whole["minimum"][i],
            pooled,
            certainty[i],
            whose[i],
            f"{head}: nothing studied" if empty else f"{head}: {'; '.join(filter(None, said))}",
        )
    return found
