"""What studies found about displacement: facts in our words, each with where it was read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import nan

import pandas as pd


@dataclass(frozen=True)
class PublishedDisplacement:
    """One finding on displacement.

    Parameters
    ----------
    study, citation, country : str
    programme_types : tuple of str
    low, high : float
        Share of the gain that others lose, where the text read states one; NaN otherwise.
    says : str
        In our words.
    url : str
    at_scale : bool
        True where the share holds only once nearly everybody is offered the programme.
    """

    study: str
    citation: str
    country: str
    programme_types: tuple[str, ...]
    low: float
    high: float
    says: str
    url: str
    at_scale: bool = False


#: Checked against abstracts, 2026-11.
PUBLISHED: tuple[PublishedDisplacement, ...] = (
    PublishedDisplacement(
        "Crépon et al. 2013",
        "Crépon, Duflo, Gurgand, Rathelot and Zamora (2013) Quarterly Journal of Economics 128, 531-580",
        "FR",
        ("services",),
        nan,
        nan,
        "235 labour markets drawn by lot: placement help brought young graduates stable jobs, for a time and partly at the "
        "expense of those without help, most in weak markets; next to nothing was left on the whole",
        "https://www.nber.org/papers/w18597",
    ),
    PublishedDisplacement(
        "Altmann et al. 2022",
        "Altmann, Glenny, Mahlstedt and Sebald (2022) IZA Discussion Paper 15830",
        "DK",
        ("services",),
        nan,
        1.0,
        "online advice on where to search helped where fewer than half of the jobseekers got it; near full roll-out the "
        "losses by competition offset the gains completely",
        "https://www.iza.org/publications/dp/15830",
        at_scale=True,
    ),
    PublishedDisplacement(
        "Gautier et al. 2018",
        "Gautier, Muller, van der Klaauw, Rosholm and Svarer (2018) Journal of Labor Economics 36, 1073-1125",
        "DK",
        ("services",),
        nan,
        nan,
        "those who were left out of early activation found jobs more slowly; rolled out to all, it would do more harm than good",
        "https://doi.org/10.1086/697513",
    ),
    PublishedDisplacement(
        "Dahlberg and Forslund 1999",
        "Dahlberg and Forslund (1999) IFAU working paper, direct displacement effects of labour market programmes",
        "SE",
        ("employment_incentives", "direct_job_creation"),
        0.65,
        0.65,
        "programmes that make subsidised jobs displaced about 65% of them, in 260 municipalities, 1987 to 1996",
        "https://ideas.repec.org/p/hhs/uunewp/1999_022.html",
    ),
    PublishedDisplacement(
        "Dahlberg and Forslund 1999",
        "Dahlberg and Forslund (1999) IFAU working paper, direct displacement effects of labour market programmes",
        "SE",
        ("training",),
        0.0,
        0.0,
        "no displacement by training that could be told from chance, in the same municipalities and years",
        "https://ideas.repec.org/p/hhs/uunewp/1999_022.html",
    ),
)


def published_displacement() -> pd.DataFrame:
    """What studies found about displacement.

    Returns
    -------
    DataFrame
        ``study, citation, country, programme_types`` (joined by "; ")``, low, high`` (share of the gain that others lose;
        missing where no share is stated)``, says, url, at_scale``.
    """
    rows = [asdict(p) | {"programme_types": "; ".join(p.programme_types)} for p in PUBLISHED]
    return pd.DataFrame(rows)


def highest_published(programme_type: str) -> PublishedDisplacement | None:
    """The largest share that a study states for a type of programme."""
    stated = [p for p in PUBLISHED if programme_type in p.programme_types and p.high == p.high]
    return max(stated, key=lambda p: p.high, default=None)
