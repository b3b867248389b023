"""One invented labour market: people, posts, stocks and, on request, months of stocks with hires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.sources.synthetic.invented_flows import monthly_flows
from almpo_kit.sources.synthetic.invented_people import drawn_people
from almpo_kit.sources.synthetic.invented_places import invented_places
from almpo_kit.sources.synthetic.invented_shares import groups
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import DataVersion, stamp

if TYPE_CHECKING:
    import pandas as pd

#: Spread of the true log tightness between regions for one occupation.
_SPREAD = 0.6
_MOST = 2_000_000


@dataclass(frozen=True, eq=False, repr=False)
class SyntheticLabourMarket:
    """An invented labour market whose truth is known.

    Parameters
    ----------
    seekers, vacancies : DataFrame
        Checked frames, one person or post a row; ``true_occupation`` is the unit group each was drawn from.
    stocks : DataFrame
        The same, counted by region and ISCO-08 sub-major group (two digits).
    panel : DataFrame or None
        ``stocks`` by month with ``hires``; None without flows.
    truth : dict
        ``expected`` (DataFrame: ``geo, occupation, unemployed, vacancies, tightness``, the means that were drawn
        from), ``seed``; with flows ``unemployment_elasticity``, ``efficiency`` (by occupation) and ``noise``.
    """

    seekers: pd.DataFrame
    vacancies: pd.DataFrame
    stocks: pd.DataFrame
    panel: pd.DataFrame | None
    truth: dict[str, Any]

    def __repr__(self) -> str:
        return f"SYNTHETIC labour market: {len(self.seekers):,} seekers, {len(self.vacancies):,} vacancies"


def synthetic_labour_market(
    *,
    country: str | None = "EL",
    seed: int = 0,
    seekers: int = 5000,
    vacancies: int = 800,
    flows: bool = False,
    months: int = 48,
    indicators: pd.DataFrame | None = None,
    titles: pd.DataFrame | None = None,
) -> SyntheticLabourMarket:
    """Invent jobseekers and vacancies of a country or of the EU, labelled SYNTHETIC in every row.

    Parameters
    ----------
    country : str or None
        A member state; None: all NUTS-2 regions of the EU.
    seed : int
        Same seed, same market.
    seekers, vacancies : int
        How many people and posts are drawn.
    flows : bool
        Also `months` months of stocks with hires, from a Cobb–Douglas matching function of known elasticity.
    indicators : DataFrame, optional
        An ``indicators`` frame: regions have unemployed people in proportion to their real unemployment rates
        (latest year; times an invented size).
    titles : DataFrame, optional
        ``occupation, language, title`` (``sources.job_titles()``): people and posts then have a text, mostly in the
        country's language, and some have a text and no code.

    Returns
    -------
    SyntheticLabourMarket

    Raises
    ------
    ParameterError
        No such country, or numbers that are none.
    """
    for name, value in (("seekers", seekers), ("vacancies", vacancies), ("months", months)):
        if not isinstance(value, int | np.integer) or not 1 <= value <= _MOST:
            raise ParameterError(
                f"{name}={value!r}: give a whole number from 1 to {_MOST:,}, e.g. {name}=1000."
            )
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(5)]
    places = invented_places(country, indicators, streams[0])
    source = f"SYNTHETIC labour market (seed {seed})"
    means = _means(len(places), streams[1])
    version = DataVersion("synthetic_labour_market", f"1, seed {seed}", kind="synthetic")
    people = [
        drawn_people(kind, size, means[i], places, titles, source, streams[2 + i])
        for i, (kind, size) in enumerate((("seekers", seekers), ("vacancies", vacancies)))
    ]
    drawn = stamp(check(people[0], "seekers"), version), stamp(check(people[1], "vacancies"), version)
    truth: dict[str, Any] = {"seed": seed, "expected": _expected(places, means, seekers, vacancies)}
    panel = None
    if flows:
        panel, flow_truth = monthly_flows(truth["expected"], months, source, streams[4])
        truth |= flow_truth
        panel = stamp(check(panel, "stocks"), version)
    stocks = stamp(check(_counted(*drawn, source), "stocks"), version)
    return SyntheticLabourMarket(*drawn, stocks, panel, truth)


def _means(n_places: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Relative numbers of unemployed and vacancies by region (rows, equal here) and unit group (columns)."""
    shares = groups()
    base_u, base_v = (np.array([getattr(g, side) for g in shares]) for side in ("unemployed", "vacancies"))
    # Half of the local departure from the country's tightness sits on each side.
    lean = rng.normal(0, _SPREAD, (n_places, len(shares)))
    return base_u * np.exp(-lean / 2), base_v * np.exp(lean / 2)


def _expected(
    places: pd.DataFrame, means: tuple[np.ndarray, np.ndarray], seekers: int, vacancies: int
) -> pd.DataFrame:
    import pandas as pd

    codes = [g.code[:2] for g in groups()]
    sides = {}
    for name, weights, size, share in (
        ("unemployed", means[0], seekers, "share_unemployed"),
        ("vacancies", means[1], vacancies, "share_vacancies"),
    ):
        cells = weights * places[share].to_numpy()[:, None]
        table = pd.DataFrame(size * cells / cells.sum(), index=places["geo"], columns=codes)
        sides[name] = table.T.groupby(level=0).sum().T.stack()
    frame = pd.DataFrame(sides).rename_axis(["geo", "occupation"]).reset_index()
    return frame.assign(tightness=frame["vacancies"] / frame["unemployed"])


def _counted(seekers: pd.DataFrame, vacancies: pd.DataFrame, source: str) -> pd.DataFrame:
    import pandas as pd

    def cells(frame: pd.DataFrame) -> pd.Series:
        held = frame.dropna(subset=["geo"])
        return held.groupby([held["geo"], held["true_occupation"].str[:2]])["count"].sum()

    both = pd.DataFrame({"unemployed": cells(seekers), "vacancies": cells(vacancies)}).fillna(0.0)
    return both.rename_axis(["geo", "occupation"]).reset_index().assign(source=source)
