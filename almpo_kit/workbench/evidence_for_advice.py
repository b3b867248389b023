"""Published estimates as advice can use them: comparable, of one estimand, with the labour market where it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.workbench.caseloads import SUM

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.recommendation import Caseload, GainModel, Menu

#: Points of employment that an average effect may well have: the scale of what is assumed before any study is read. An
#: assumption, and told as such: a few small studies must not make it smaller.
SCALE = 5.0

#: Endings of files of coded estimates.
_ENDINGS = (".csv", ".xlsx")
#: Programmes that help; sanctions push, and mixed ones are no single offer.
OFFERED = tuple(key for key in PROGRAMME_TYPES if key not in ("sanctions_monitoring", "mixed"))


def comparable(effects: pd.DataFrame, band: str, target_group: str = "all") -> pd.DataFrame:
    """Estimates of the chance of being in work, in points, against no programme, at one horizon.

    Parameters
    ----------
    effects : DataFrame
        An ``effects`` frame; ``unemployment_class`` and ``skill_class`` where somebody coded the labour market.
    band : {"short", "medium", "long"}
    target_group : str
        Estimates about this group and about all jobseekers; any group for "all".

    Returns
    -------
    DataFrame
        The rows of an answer that shows an average (see ``evidence.answer``): with a standard error, a known
        sample, the subsidised job not counted, one estimand. Classes are "unknown" where nobody coded them.
    """
    from almpo_kit.evidence.eligibility import reasons, within_one_estimand

    rows = asked_rows(effects, band, target_group)
    _, why = within_one_estimand(rows, reasons(rows))
    kept = rows[why == ""].copy()
    for column in ("unemployment_class", "skill_class"):
        if column not in kept:
            kept[column] = "unknown"
        kept[column] = kept[column].astype("string").fillna("unknown")
    return kept


def beside(people: Caseload, effects: pd.DataFrame) -> pd.DataFrame | None:
    """Published effects in the unit of local people, to be weighed with theirs; None where there are none.

    Months in work: the effects of a sample on the chance of being in work up to one year, one to two years, and more than
    two years after entry, each held for the months of that span up to the last month of the people. Only samples that
    tell of every span count; their errors are taken to move together, which makes them as large as they can be. Points at
    one month: the estimates of the span in which it lies.

    Parameters
    ----------
    people : Caseload
    effects : DataFrame
        An ``effects`` frame.

    Returns
    -------
    DataFrame or None
        ``programme_type, sample_id, unemployment_class, skill_class, effect, se, source``.
    """
    last = people.programme_months
    spans = {b: (max(low, 0.0), min(high, last)) for b, (_, low, high) in HORIZON_BANDS.items() if low < last}
    if people.unit == SUM:
        rows = _in_months(
            [comparable(effects, b) for b in spans], [high - low for low, high in spans.values()]
        )
    elif people.unit == UNITS["percentage_points"][0]:
        rows = comparable(effects, next(b for b, (_, high) in spans.items() if last <= high))
    else:
        return None
    return rows if len(rows) else None


def _in_months(parts: list[pd.DataFrame], months: list[float]) -> pd.DataFrame:

    keys = ["programme_type", "sample_id", "unemployment_class", "skill_class"]
    added: pd.DataFrame | None = None
    for part, width in zip(parts, months, strict=True):
        # A chance that is higher by one point for a month is a hundredth of a month in work.
        one = part.groupby(keys)[["effect", "se"]].mean() * width / 100
        added = one if added is None else added.add(one).dropna()
    assert added is not None
    first = parts[0].drop_duplicates(keys).set_index(keys)["source"]
    rows = added.join(first, how="left").reset_index()
    rows.attrs = dict(parts[0].attrs)
    return rows


def asked_rows(effects: pd.DataFrame, band: str, target_group: str = "all") -> pd.DataFrame:
    """Estimates of what is asked, before any is set aside because it cannot be averaged; as of :func:`comparable`."""
    from almpo_kit import evidence

    rows = evidence.select(effects, band=band)
    rows = rows[rows["programme_type"].isin(OFFERED)]
    return rows if target_group == "all" else rows[rows["target_group"].isin((target_group, "all"))]


def gains_in(
    effects: pd.DataFrame, menu: Menu, band: str, target_group: str = "all", seed: int = 0
) -> GainModel:
    """What programmes add to the chance of being in work at one horizon, by labour market, from published effects alone.

    Parameters
    ----------
    effects : DataFrame
        An ``effects`` frame.
    menu : Menu
    band, target_group : str
        As of :func:`comparable`.
    seed : int
    """
    from almpo_kit import recommendation

    rows = comparable(effects, band, target_group)
    return recommendation.gain_model(
        evidence=rows if len(rows) else None,
        menu=menu,
        unit="points",
        target_words=f"chance of being in work {HORIZON_BANDS[band][0]}",
        scale=SCALE,
        seed=seed,
    )


def read_own(name: str, content: bytes) -> pd.DataFrame:
    """Coded estimates that were dropped into the browser.

    Published results are no secret: they may touch a disk, in a folder that is gone when they are read.

    Parameters
    ----------
    name : str
        Of the file; its ending says what it is.
    content : bytes

    Raises
    ------
    DataError, IntakeError
        A file that is none, or holds problems that must be mended first.
    """
    import tempfile
    from pathlib import Path

    from almpo_kit import sources

    ending = Path(name).suffix.lower()
    if ending not in _ENDINGS:
        raise DataError(
            f"a file of coded evaluations is CSV or Excel ({', '.join(_ENDINGS)}); this one ends in {ending!r}."
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"effects{ending}"
        path.write_bytes(content)
        return sources.read_effects(path).effects
