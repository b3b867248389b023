"""Invented evaluations of six types of programme in four kinds of labour market, whose truth is known."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import DataVersion, stamp

if TYPE_CHECKING:
    import pandas as pd

#: Programme type -> points of employment one to two years after entry in the average labour market, and what high
#: unemployment, many skilled jobs, and both together add. Invented.
_TRUTH: dict[str, tuple[float, float, float, float]] = {
    "services": (2.5, -2.5, 0.5, 0.0),
    "training": (4.5, 2.5, 2.0, 1.5),
    "employment_incentives": (6.0, 1.5, -1.0, 0.0),
    "supported_employment": (7.0, 0.0, 0.0, 0.0),
    "direct_job_creation": (-1.5, 1.5, -1.0, 0.0),
    "start_up_incentives": (5.0, -1.5, 1.0, 0.0),
}
_CLASSES = ("low", "high")
_COUNTRIES = ("AT", "BE", "DE", "DK", "EL", "ES", "FI", "FR", "IE", "IT", "NL", "PL", "PT", "SE")
_RATE = {"low": 5.5, "high": 13.0}
_HORIZONS = (6.0, 18.0, 36.0)
#: Effects half a year after entry are smaller, and for training negative: people are still in it.
_SHAPE = {6.0: (0.4, -4.0), 18.0: (1.0, 0.0), 36.0: (1.1, 1.0)}
#: Spread of true effects between studies of one type in one kind of labour market, points.
BETWEEN = 2.0


@dataclass(frozen=True, eq=False, repr=False)
class SyntheticStudies:
    """Invented evaluations and the truth behind them.

    Parameters
    ----------
    effects : DataFrame
        An ``effects`` frame with two more columns: ``unemployment_class`` and ``skill_class`` of the labour market.
    truth : DataFrame
        ``programme_type, unemployment_class, skill_class, horizon_months, effect``: the mean true effect, in points.
    """

    effects: pd.DataFrame
    truth: pd.DataFrame

    def __repr__(self) -> str:
        return f"SYNTHETIC studies: {len(self.effects)} estimates of {self.effects['study_id'].nunique()} studies"


def synthetic_studies(studies: int = 8, *, seed: int = 0, interaction: float = 1.0) -> SyntheticStudies:
    """Invent evaluations.

    Parameters
    ----------
    studies : int
        Studies of each programme type in each of the four kinds of labour market.
    seed : int
        Same seed, same bytes.
    interaction : float
        Times the difference that the labour market makes; 0: the same effects everywhere.

    Returns
    -------
    SyntheticStudies

    Raises
    ------
    ParameterError
        Numbers out of range.
    """
    import pandas as pd

    whole = isinstance(studies, int | np.integer) and not isinstance(studies, bool)
    if not whole or not 1 <= studies <= 1000:
        raise ParameterError(f"studies={studies!r}: give a whole number from 1 to 1,000, e.g. studies=8.")
    if not 0 <= interaction <= 10:
        raise ParameterError(
            f"interaction={interaction!r}: give a number from 0 to 10, e.g. interaction=1.0."
        )
    rng = np.random.default_rng(seed)
    truth = _truth(interaction)
    cells = truth[truth["horizon_months"] == _HORIZONS[0]].drop(columns=["horizon_months", "effect"])
    source = f"SYNTHETIC studies (seed {seed})"
    version = DataVersion("synthetic_studies", f"1, seed {seed}", kind="synthetic")
    rows = [
        _study(f"synthetic{at:03d}-{number}", cell, truth, rng) | {"source": source}
        for at, cell in enumerate(cells.to_dict("records"))
        for number in range(studies)
    ]
    wide = pd.DataFrame(rows)
    long = wide.explode(["horizon_months", "effect", "se", "significance"], ignore_index=True)
    long["estimate_id"] = long["study_id"] + "-" + long["horizon_months"].map("{:02.0f}".format)
    return SyntheticStudies(stamp(check(long, "effects"), version), stamp(truth, version))


def _truth(interaction: float) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for programme, (mean, high, skilled, both) in _TRUTH.items():
        for u in _CLASSES:
            for s in _CLASSES:
                # Half a step on either side, so that the average labour market is in the middle.
                a, b = (0.5 if u == "high" else -0.5), (0.5 if s == "high" else -0.5)
                there = mean + interaction * (high * a + skilled * b + 4 * both * a * b)
                for months in _HORIZONS:
                    times, plus = _SHAPE[months]
                    late = plus if programme == "training" else 0.0
                    rows.append((programme, u, s, months, round(times * there + late, 4)))
    names = ["programme_type", "unemployment_class", "skill_class", "horizon_months", "effect"]
    return pd.DataFrame(rows, columns=names)


def _study(
    name: str, cell: Mapping[Hashable, Any], truth: pd.DataFrame, rng: np.random.Generator
) -> dict[str, Any]:
    """One study: its estimates at three horizons share its people and its own deviation."""
    n = int(rng.integers(300, 3000))
    same = (truth[list(cell)] == list(cell.values())).all(axis=1)
    means = truth.loc[same, "effect"].to_numpy()
    se = 100 * np.sqrt(4 * 0.24 / n) * rng.uniform(0.9, 1.3, len(means))
    deviation = BETWEEN * rng.standard_normal()
    noise = 0.8 * rng.standard_normal() + 0.6 * rng.standard_normal(len(means))
    effect = means + deviation + se * noise
    year = int(rng.integers(2005, 2020))
    rate = _RATE[str(cell["unemployment_class"])] + rng.uniform(-2, 2)
    return {
        **{str(k): v for k, v in cell.items()},
        "study_id": name,
        "sample_id": name,
        "programme_name": "",
        "target_group": "all",
        "comparator": "no_programme",
        "country": str(rng.choice(_COUNTRIES)),
        "nuts": None,
        "outcome": "employment_probability",
        "unit": "percentage_points",
        "horizon_months": list(_HORIZONS),
        "horizon_from": "start",
        "effect": list(effect.round(3)),
        "se": list(se.round(3)),
        "se_source": "reported",
        "significance": [
            "positive" if z > 1.96 else "negative" if z < -1.96 else "none" for z in effect / se
        ],
        "includes_subsidised_job": "excluded",
        "design": str(rng.choice(["rct", "matching", "did"], p=[0.4, 0.4, 0.2])),
        "estimand": "att",
        "estimand_source": "stated",
        "take_up": np.nan,
        "start_year": float(year),
        "end_year": float(year + 1),
        "n": float(n),
        "unemployment_rate": round(rate, 1),
        "quality": None,
        "note": "SYNTHETIC: invented, stands for no study",
    }
