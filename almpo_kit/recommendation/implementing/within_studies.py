"""Comparisons inside studies: two groups in one sample, or two horizons of one sample."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from almpo_kit.vocabulary.outcomes import OUTCOMES

#: What must be the same for two rows to be compared.
_SAME = ["sample_id", "programme_type", "programme_name", "comparator", "outcome", "unit", "design"]


@dataclass(frozen=True)
class Tally:
    """How many samples lean which way.

    Parameters
    ----------
    more, less : int
        Samples in which most of the comparisons are in favour, or against; a sample that is split counts for neither.
    rows : int
        Estimates that were used.
    samples : tuple of str
    """

    more: int
    less: int
    rows: int
    samples: tuple[str, ...]

    @property
    def split(self) -> int:
        """Samples that lean neither way."""
        return len(self.samples) - self.more - self.less


def favourable(effects: pd.DataFrame) -> pd.DataFrame:
    """Rows whose direction is known, with ``good``: the effect, positive where it helps the person."""
    sign = effects["outcome"].map({k: o.favourable for k, o in OUTCOMES.items()})
    kept = effects.assign(good=sign * effects["effect"])
    # With no programme on one side and another programme on the other nothing could be compared.
    return kept[sign.fillna(0).ne(0) & effects["effect"].notna()]


def between_groups(effects: pd.DataFrame, group: str, other: str) -> Tally:
    """Whether ``group`` gained more than ``other`` in the same samples, at the same horizon.

    Where a study splits a group further, the first row of it counts, which is the group as a whole.
    """
    rows = favourable(effects)
    rows = rows[rows["target_group"].isin([group, other])]
    keys = [*_SAME, "horizon_months", "horizon_from"]
    first = rows.drop_duplicates([*keys, "target_group"])
    wide = first.pivot_table(index=keys, columns="target_group", values="good", aggfunc="first", dropna=False)
    if not {group, other} <= set(wide.columns):
        return Tally(0, 0, 0, ())
    gap = (wide[group] - wide[other]).dropna()
    return _tally(gap, 2)


def over_time(effects: pd.DataFrame) -> Tally:
    """Whether the gain was larger at the last horizon than at the first, in the same samples and groups."""
    paths = _paths(effects)
    return _tally(
        paths.groupby([*_SAME, "target_group"], dropna=False)["good"].agg(lambda s: s.iloc[-1] - s.iloc[0]), 2
    )


def early_losses(effects: pd.DataFrame, months: float = 12.0) -> Tally:
    """Whether participants were worse off within ``months`` than without the programme."""
    rows = favourable(effects)
    early = rows[rows["horizon_months"].le(months) & rows["comparator"].eq("no_programme")]
    loss = early.assign(loss=-early["good"]).set_index(_SAME)["loss"]
    return _tally(loss, 1)


def _paths(effects: pd.DataFrame) -> pd.DataFrame:
    rows = favourable(effects)
    # What accumulates is larger later by construction.
    rows = rows[rows["horizon_months"].notna() & ~rows["unit"].str.contains("cumulative|unspecified")]
    rows = rows[rows["comparator"].eq("no_programme")]
    keys = [*_SAME, "target_group"]
    rows = rows.drop_duplicates([*keys, "horizon_from", "horizon_months"]).sort_values(
        "horizon_months", kind="stable"
    )
    several = rows.groupby([*keys, "horizon_from"], dropna=False)["horizon_months"].transform("size") > 1
    return rows[several]


def _tally(gap: pd.Series, each: int) -> Tally:
    if gap.empty:
        return Tally(0, 0, 0, ())
    lean = gap.groupby(level="sample_id").agg(lambda s: int((s > 0).sum()) - int((s < 0).sum()))
    return Tally(int((lean > 0).sum()), int((lean < 0).sum()), each * len(gap), tuple(map(str, lean.index)))
