"""Risk of bias of each study from the coders' judgements, and how far the coders agree."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.kernels.agreement import weighted_kappa
from almpo_kit.evidence.kernels.blocks import Ints
from almpo_kit.evidence.words import count, listed
from almpo_kit.vocabulary.appraisal import INSTRUMENTS, JUDGEMENTS, NO_INFORMATION, overall
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance

_NEEDED = ("study_id", "instrument", "coder", "domain", "judgement")
#: How a coder is named that is no person.
MACHINE = "machine"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Appraisal(Finding):
    """Risk of bias of each study.

    ``table``: one row a study, ``study_id, instrument, overall, worst_domains, n_domains,
    n_no_information, n_disagreed, n_coders, n_people`` (coders that are no machine). ``domains``: one row a study and domain, ``study_id,
    instrument, domain, judgement`` (the one that holds) and ``agreed``. ``agreement``: one row an
    instrument and pair of coders, ``instrument, coders, n, percent`` (of domains judged alike),
    ``kappa_informed`` (whether both found anything to judge by), ``n_informed, weighted_kappa`` (linear
    weights, where both did).
    """

    domains: pd.DataFrame
    agreement: pd.DataFrame

    def metrics(self) -> dict[str, float]:
        """Studies, those without an overall judgement, and the lowest agreement."""
        low = float(self.agreement["percent"].min()) if len(self.agreement) else float("nan")
        unknown = float(self.table["overall"].eq(NO_INFORMATION).sum())
        return {"studies": float(len(self.table)), "no_information": unknown, "agreement_percent": low}


def risk_of_bias(appraisals: pd.DataFrame) -> Appraisal:
    """Say how much risk of bias each study carries, as far as its coders could tell.

    Of the judgements of one domain the most severe stands until an expert decides. The domains are
    joined by the instrument's published rule, see :func:`almpo_kit.vocabulary.appraisal.overall`.

    Parameters
    ----------
    appraisals : DataFrame, shape (n, ...)
        An ``appraisals`` frame: ``study_id, instrument, coder, domain, judgement``.

    Returns
    -------
    Appraisal

    Raises
    ------
    DesignError
        Missing columns; a judgement of no known study; unknown words; a domain that is not its instrument's, is judged twice by one
        coder or by none; a study with two instruments.

    References
    ----------
    Sterne et al. (2019) BMJ 366, l4898. Sterne et al. (2016) BMJ 355, i4919. Cohen (1968) Psychol. Bull.
    70, 213-220.
    """
    given = require(appraisals, _NEEDED, "risk_of_bias")
    _whole(given)
    domains = _domains(given)
    table = _studies(given, domains)
    agreement = _agreement(given)
    return Appraisal(
        question="How far can each study's result be biased by how it was done?",
        sentence=_sentence(given, table),
        table=table,
        checks=_checks(given, table, agreement),
        provenance=provenance(
            appraisals, method="evidence.risk_of_bias: RoB 2 and ROBINS-I, the most severe coder stands"
        ),
        rests_on=f"{count(len(table), 'study')}, {count(given['coder'].nunique(), 'coder')}",
        domains=domains,
        agreement=agreement,
    )


def _whole(given: pd.DataFrame) -> None:
    """Refuse a table from which no overall judgement follows."""
    nameless = int((given["study_id"].isna() | given["study_id"].astype(str).str.strip().eq("")).sum())
    if nameless:
        raise DesignError(
            f"risk_of_bias() got {count(nameless, 'judgement')} of no known study; fill in study_id, or leave them out"
        )
    for who, rows in given.groupby(["study_id", "coder"], sort=False, dropna=False):
        study, coder = (str(w) for w in who)
        kinds = rows["instrument"].unique()
        if len(kinds) > 1 or kinds[0] not in INSTRUMENTS:
            raise DesignError(
                f"risk_of_bias() got the instrument(s) {', '.join(map(str, kinds))} for {study} by {coder}; "
                f"choose one of {', '.join(INSTRUMENTS)} for each study"
            )
        instrument = INSTRUMENTS[kinds[0]]
        if sorted(map(str, rows["domain"])) != sorted(instrument.domains):
            raise DesignError(
                f"risk_of_bias() needs each domain of {instrument.label} once for {study} by {coder} "
                f"({', '.join(instrument.domains)}); it got {', '.join(map(str, rows['domain'])) or 'none'}"
            )
        strange = sorted(set(map(str, rows["judgement"])) - set(instrument.judgements))
        if strange:
            raise DesignError(
                f"risk_of_bias() does not know the judgement {strange[0]!r} of {study} by {coder}; "
                f"{instrument.label} has {', '.join(instrument.judgements)}"
            )
    several = given.groupby("study_id")["instrument"].nunique().loc[lambda n: n > 1]
    if len(several):
        raise DesignError(
            f"risk_of_bias() got several instruments for {several.index[0]}; its coders must use one"
        )


def _domains(given: pd.DataFrame) -> pd.DataFrame:
    """The judgement of each domain that holds, and whether the coders agreed."""
    rows = [
        {
            "study_id": study,
            "instrument": instrument,
            "domain": domain,
            "judgement": INSTRUMENTS[str(instrument)].most_severe(judged),
            "agreed": len(set(judged)) == 1,
        }
        for (study, instrument, domain), judged in given.groupby(
            ["study_id", "instrument", "domain"], sort=False
        )["judgement"]
    ]
    return pd.DataFrame(rows, columns=["study_id", "instrument", "domain", "judgement", "agreed"])


def _studies(given: pd.DataFrame, domains: pd.DataFrame) -> pd.DataFrame:
    coders = given.groupby("study_id")["coder"].nunique().to_dict()
    people = given[~_machines(given)].groupby("study_id")["coder"].nunique().to_dict()
    rows = [
        _study(str(study), str(instrument), rows, (int(coders[study]), int(people.get(study, 0))))
        for (study, instrument), rows in domains.groupby(["study_id", "instrument"], sort=False)
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


_COLUMNS = (
    *("study_id", "instrument", "overall", "worst_domains", "n_domains"),
    *("n_no_information", "n_disagreed", "n_coders", "n_people"),
)


def _study(study: str, key: str, domains: pd.DataFrame, coders: tuple[int, int]) -> dict[str, object]:
    instrument, joined = INSTRUMENTS[key], overall(key, domains["judgement"])
    worst = domains.loc[domains["judgement"] == instrument.most_severe(domains["judgement"]), "domain"]
    return {
        "study_id": study,
        "instrument": key,
        "overall": joined,
        "worst_domains": "" if joined == "low" else ", ".join(instrument.domains[d] for d in worst),
        "n_domains": len(domains),
        "n_no_information": int(domains["judgement"].eq(NO_INFORMATION).sum()),
        "n_disagreed": int((~domains["agreed"]).sum()),
        "n_coders": coders[0],
        "n_people": coders[1],
    }


def _agreement(given: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for key, judged in given.groupby("instrument", sort=False):
        by_coder = judged.pivot(index=["study_id", "domain"], columns="coder", values="judgement")
        for pair in combinations(by_coder, 2):
            both = by_coder[list(pair)].dropna()
            if len(both):
                rows.append(_pair(str(key), tuple(map(str, pair)), both.iloc[:, 0], both.iloc[:, 1]))
    columns = ("instrument", "coders", "n", "percent", "kappa_informed", "n_informed", "weighted_kappa")
    return pd.DataFrame(rows, columns=list(columns))


def _pair(key: str, coders: tuple[str, ...], one: pd.Series, other: pd.Series) -> dict[str, object]:
    known, known_other = one.ne(NO_INFORMATION), other.ne(NO_INFORMATION)
    both = known & known_other
    place = {j: i for i, j in enumerate(INSTRUMENTS[key].scale)}
    return {
        "instrument": key,
        "coders": " and ".join(coders),
        "n": len(one),
        "percent": 100 * float(one.eq(other).mean()),
        "kappa_informed": weighted_kappa(_places(known), _places(known_other), 2),
        "n_informed": int(both.sum()),
        "weighted_kappa": weighted_kappa(
            _places(one[both].map(place)), _places(other[both].map(place)), len(place)
        ),
    }


def _places(column: pd.Series) -> Ints:
    return np.asarray(column, dtype=np.int64)


def _machines(given: pd.DataFrame) -> pd.Series:
    return given["coder"].astype(str).str.startswith(MACHINE)


def _by_machine(given: pd.DataFrame) -> bool:
    return bool(_machines(given).any())


def _sentence(given: pd.DataFrame, table: pd.DataFrame) -> str:
    if table.empty:
        return "No study is appraised."
    told = "; ".join(_told(str(key), rows) for key, rows in table.groupby("instrument", sort=False))
    said = f"Risk of bias of {count(len(table), 'study')}. {told}."
    if not _by_machine(given):
        return said
    return (
        f"{said} Coded by machine from records and not from the papers: a placeholder for expert appraisal."
    )


def _told(key: str, rows: pd.DataFrame) -> str:
    """``RoB 2, 40 studies: 37 some concerns and 3 high``."""
    counts = rows["overall"].value_counts()
    words = {j: JUDGEMENTS[j] for j in INSTRUMENTS[key].scale} | {
        NO_INFORMATION: "without the information to judge"
    }
    parts = [f"{counts[j]} {word}" for j, word in words.items() if j in counts]
    return f"{INSTRUMENTS[key].label}, {count(len(rows), 'study')}: {listed(parts)}"


def _checks(given: pd.DataFrame, table: pd.DataFrame, agreement: pd.DataFrame) -> tuple[Check, ...]:
    notes = [_who(given), _twice(table)]
    notes += [_agreed(row) for _, row in agreement.iterrows()]
    empty, n = int(table["n_no_information"].sum()), int(table["n_domains"].sum())
    words = f"In {empty} of {n} domains there is no information to judge by; that is not a low risk."
    notes.append(Check("no information", "failed" if empty else "passed", words))
    words = "Where coders differ, the more severe judgement stands until an expert decides."
    return (*notes, Check("adjudication", "informational", words))


def _who(given: pd.DataFrame) -> Check:
    if not _by_machine(given):
        return Check("coders", "passed", "The judgements are people's.")
    words = (
        "The judgements are machines', made from this repository's own records and abstracts, not from the "
        "papers; do not quote them as an appraisal, replace them by experts'."
    )
    return Check("coders", "failed", words)


def _twice(table: pd.DataFrame) -> Check:
    once = int(table["n_coders"].lt(2).sum())
    if once:
        words = f"{count(once, 'study')} of {len(table)} {'was' if once == 1 else 'were'} judged by one coder only."
        return Check("double coding", "failed", words)
    return Check("double coding", "passed", "Every study was judged by two coders or more.")


def _agreed(row: pd.Series) -> Check:
    label = INSTRUMENTS[row["instrument"]].label
    words = (
        f"{label}: {row['coders']} judged {row['percent']:.0f}% of {row['n']} domains alike (kappa on whether "
        f"there is anything to judge by: {row['kappa_informed']:.2f}; weighted kappa of the "
        f"{row['n_informed']} that both judged: {row['weighted_kappa']:.2f})."
    )
    return Check(f"agreement: {label}", "informational", words)
