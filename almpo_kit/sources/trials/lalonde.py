"""The National Supported Work (NSW) demonstration, with its own controls or with those of two surveys.

From March 1975 to July 1977 people who were hard to employ were offered, by lot, supported work for nine to eighteen
months. LaLonde (1986) put comparison groups of two surveys in place of the controls of the lot and showed how far the
estimates of his time were from the experiment's; the data have been the test of such methods since.

References
----------
LaLonde (1986) Am. Econ. Rev. 76, 604-620; Dehejia and Wahba (1999) J. Am. Stat. Assoc. 94, 1053-1062.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from almpo_kit.sources.trials.packaged import packaged
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import stamp

if TYPE_CHECKING:
    import pandas as pd

Controls = Literal["experiment", "psid", "psid2", "psid3", "cps", "cps2", "cps3"]
Subsample = Literal["dehejia_wahba", "full"]

TREATED, COMPARISON = "training", "no programme"
#: Subsample -> dataset of the catalogue, and what it is called in `source`.
_TRIAL: dict[str, tuple[str, str]] = {
    "dehejia_wahba": ("nsw_dehejia_wahba", "NSW, subsample of Dehejia and Wahba (1999)"),
    "full": ("nsw_lalonde", "NSW, full sample of LaLonde (1986), men"),
}
_SURVEYS = {
    "psid": ("lalonde_psid1", "PSID-1 comparison group (LaLonde 1986)"),
    "psid2": ("lalonde_psid2", "PSID-2 comparison group (LaLonde 1986)"),
    "psid3": ("lalonde_psid3", "PSID-3 comparison group (LaLonde 1986)"),
    "cps": ("lalonde_cps1", "CPS-1 comparison group (LaLonde 1986)"),
    "cps2": ("lalonde_cps2", "CPS-2 comparison group (LaLonde 1986)"),
    "cps3": ("lalonde_cps3", "CPS-3 comparison group (LaLonde 1986)"),
}
#: Column of the package -> ours.
_NAMES = {
    "age": "age",
    "educ": "education",
    "black": "black",
    "hisp": "hispanic",
    "marr": "married",
    "nodeg": "no_degree",
    "re74": "re74",
    "re75": "re75",
    "re78": "re78",
}


def lalonde(controls: Controls = "experiment", *, subsample: Subsample = "dehejia_wahba") -> pd.DataFrame:
    """Men of the NSW demonstration and a comparison group.

    Parameters
    ----------
    controls : {"experiment", "psid", "psid2", "psid3", "cps", "cps2", "cps3"}
        The controls of the lot (260; full sample 425), or, in their place, a comparison group of the Panel Study of
        Income Dynamics (2,490; 253; 128) or of the Current Population Survey (15,992; 2,369; 429). ``psid1`` and
        ``cps1`` are other names of ``psid`` and ``cps``.
    subsample : {"dehejia_wahba", "full"}
        185 treated men whose earnings of 1974 are known, or all 297.

    Returns
    -------
    DataFrame
        A ``persons`` frame: ``id, treatment`` ("training", "no programme")``, age, education`` (years)``, black,
        hispanic, married, no_degree`` (0/1)``, re74, re75, re78`` (earnings of the year in US dollars of 1982)``,
        source``. The full sample has no ``re74``: for 277 of its men it is not known. Difference of means of ``re78``
        in the experiment: 1,794.34 dollars, in the full sample 886.30.

    Raises
    ------
    ParameterError
        Another comparison group or subsample.
    DataError
        The package is missing or not the catalogued one.

    Notes
    -----
    "training" is short for supported work: jobs in sheltered teams with rising demands. The surveys' people are a
    sample of all households, most of whom would never have been offered the programme.
    """
    import pandas as pd

    wanted = {"psid1": "psid", "cps1": "cps"}.get(str(controls), str(controls))
    if wanted not in get_args(Controls) or str(subsample) not in _TRIAL:
        raise ParameterError(
            f"lalonde() has the controls {', '.join(map(repr, get_args(Controls)))} and the subsamples "
            f"'dehejia_wahba' and 'full'; not controls={controls!r}, subsample={subsample!r}. "
            "E.g. lalonde('psid')."
        )
    dataset, said = _TRIAL[subsample]
    raw, version = packaged(dataset)
    frame, versions = _persons(raw, "nsw", said), [version]
    if wanted != "experiment":
        survey, called = _SURVEYS[wanted]
        others, version = packaged(survey)
        frame = pd.concat(
            [frame[frame["treatment"] == TREATED], _persons(others, survey.split("_")[1], called)],
            ignore_index=True,
        )
        versions.append(version)
    if subsample == "full":
        frame = frame.drop(columns="re74")
    return stamp(check(frame, "persons"), *versions)


def _persons(raw: pd.DataFrame, prefix: str, source: str) -> pd.DataFrame:
    frame = raw[list(_NAMES)].rename(columns=_NAMES)
    names = [f"{prefix} {i:05d}" for i in range(1, len(frame) + 1)]
    treatment = raw["trt"].map({1: TREATED, 0: COMPARISON})
    frame.insert(0, "id", names)
    frame.insert(1, "treatment", treatment)
    return frame.assign(source=source)
