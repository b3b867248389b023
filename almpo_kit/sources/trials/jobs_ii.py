"""JOBS II: a randomised trial of workshops in job search, with people who were offered one and did not come.

References
----------
Vinokur, Price and Schul (1995) Am. J. Community Psychol. 23, 39-74; Vinokur and Schul (1997) J. Consult. Clin.
Psychol. 65, 867-877; Little and Yau (1998) Psychol. Methods 3, 147-159.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.sources.trials.packaged import packaged
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import stamp

if TYPE_CHECKING:
    import pandas as pd

OFFERED, COMPARISON = "JOBS workshop", "booklet"
_SOURCE = "JOBS II (R package mediation, `jobs`)"
_EDUCATION = {
    "lt-hs": "less than high school",
    "highsc": "high school",
    "somcol": "some college",
    "bach": "bachelor",
    "gradwk": "graduate work",
}
_INCOME = {
    "lt15k": "below 15,000 dollars",
    "15t24k": "15,000 to 24,999 dollars",
    "25t39k": "25,000 to 39,999 dollars",
    "40t49k": "40,000 to 49,999 dollars",
    "50k+": "50,000 dollars or more",
}
_MARITAL = {
    "married": "married",
    "nevmarr": "never married",
    "divrcd": "divorced",
    "separtd": "separated",
    "widowed": "widowed",
}
_OCCUPATION = {
    "clerical/kindred": "clerical",
    "professionals": "professional",
    "manegerial": "managerial",
    "craftsmen/foremen/kindred": "crafts",
    "operatives/kindred wrks": "operatives",
    "laborers/service wrks": "labour and services",
    "sales workers": "sales",
}


def jobs_ii() -> pd.DataFrame:
    """The 899 people of JOBS II that the R package `mediation` carries.

    Returns
    -------
    DataFrame, shape (899, 18)
        A ``persons`` frame: ``id, treatment`` (as assigned: "JOBS workshop" 600, "booklet" 299)``, took_part`` (0/1;
        372 of the 600 came, nobody else could)``, econ_hard`` (economic hardship before, 1 to 5)``, depress1``
        (depressive symptoms before, 1 to 5)``, female, age, occupation, marital, non_white, education, income``, and,
        after the workshop, ``job_seek`` (confidence in one's job search, 1 to 5)``, depress2`` (depressive symptoms,
        1 to 5, fewer is better)``, work1`` (in work, 0/1)``, job_dich, job_disc`` (``job_seek`` in two and four
        classes)``, source``.

    Raises
    ------
    DataError
        The package is missing or not the catalogued one.

    Notes
    -----
    A selection of 1,801 people who were randomised: those without gaps, and by the package's own words "for
    illustrative purposes and not for inference about program efficacy". Its column ``control`` says again who was
    not assigned, and is left out.
    """
    import pandas as pd

    raw, version = packaged("jobs_ii")
    frame = pd.DataFrame(
        {
            "id": [f"jobs {i:04d}" for i in raw["rownames"]],
            "treatment": raw["treat"].map({1: OFFERED, 0: COMPARISON}),
            "took_part": raw["comply"],
            "econ_hard": raw["econ_hard"],
            "depress1": raw["depress1"],
            "female": raw["sex"],
            "age": raw["age"],
            "occupation": raw["occp"].map(_OCCUPATION),
            "marital": raw["marital"].map(_MARITAL),
            "non_white": raw["nonwhite"].map({"white0": 0, "non.white1": 1}),
            "education": raw["educ"].map(_EDUCATION),
            "income": raw["income"].map(_INCOME),
            "job_seek": raw["job_seek"],
            "depress2": raw["depress2"],
            "work1": raw["work1"].map({"psyemp": 1, "psyump": 0}),
            "job_dich": raw["job_dich"],
            "job_disc": raw["job_disc"],
            "source": _SOURCE,
        }
    )
    return stamp(check(frame, "persons"), version)
