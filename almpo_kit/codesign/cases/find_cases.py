"""Finding cases in a library: by words, and by place, sector, programme and people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from almpo_kit.codesign.cases.case_filters import fits, told, wanted_codes
from almpo_kit.codesign.cases.case_words import FIELDS, case_fields, stem, tokens
from almpo_kit.codesign.cases.kernels.weighted_bm25 import weighted_bm25
from almpo_kit.codesign.cases.search_words import checks, rests, sentence
from almpo_kit.vocabulary.case_checks import check_cases
from almpo_kit.vocabulary.case_studies import GROUNDS, MECHANISMS, RESULTS, parts
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.vocabulary.provenance import provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST_QUERY = 500


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CaseSearch(Finding):
    """Cases that fit a question, the best first.

    ``table``: ``rank, case_id, title, place, sector, programme, mechanism, result, grounds, why, source``. ``why`` says
    which words stand in which part of the record, and which filters it passed.

    Parameters
    ----------
    query : str
    cases : DataFrame
        The whole records of the table, in its order.
    unknown : tuple of str
        Words of the query that no case holds.
    left_out : mapping of str to int
        How many cases each filter, alone, leaves out.
    n_fitting : int
        How many cases fit; the table shows the first of them.
    """

    query: str
    cases: pd.DataFrame
    unknown: tuple[str, ...]
    left_out: Mapping[str, int]
    n_fitting: int

    def metrics(self) -> dict[str, float]:
        """How many cases fit, and how many of those shown were compared with what would have been without."""
        compared = self.cases["grounds"].isin(["randomised", "counterfactual"]).sum()
        return {
            "fitting": float(self.n_fitting),
            "shown": float(len(self.cases)),
            "compared": float(compared),
        }


def find_cases(
    cases: pd.DataFrame,
    query: str = "",
    *,
    places: str | Sequence[str] = (),
    sectors: str | Sequence[str] = (),
    programmes: str | Sequence[str] = (),
    target_groups: str | Sequence[str] = (),
    mechanisms: str | Sequence[str] = (),
    results: str | Sequence[str] = (),
    grounds: str | Sequence[str] = (),
    most: int = 10,
) -> CaseSearch:
    """Find cases by words, and keep those that pass every filter.

    Words are looked for in English in all parts of a record (title, place, sector, programme, people, mechanism,
    context, …), whatever their ending; a rare word counts more than a common one, a word in the title more than one in
    the text (BM25 over weighted fields). The order says how well the words fit, not how well anything worked.

    Parameters
    ----------
    cases : DataFrame
        ``sources.case_studies()``, a person's own, or both.
    query : str
        E.g. ``"rural tourism off season"``; empty to list what passes the filters.
    places : str or sequence of str
        Countries or NUTS regions. A case fits where it lies in the place or holds it.
    sectors : str or sequence of str
        NACE Rev. 2, e.g. ``"I"``. Cases of no particular sector do not fit.
    programmes, target_groups, mechanisms, results, grounds : str or sequence of str
        Keys of their vocabularies.
    most : int
        How many cases to show, 1 to 100.

    Returns
    -------
    CaseSearch

    Raises
    ------
    FrameError
        This is no table of case studies.
    ParameterError
        A filter names what does not exist; neither words nor filters; or a query of more than 500 characters.

    References
    ----------
    Robertson, Zaragoza & Taylor (2004) CIKM, 42-49.
    """
    library = check_cases(cases).reset_index(drop=True)
    given = {"places": places, "sectors": sectors, "programmes": programmes, "target_groups": target_groups}
    given |= {"mechanisms": mechanisms, "results": results, "grounds": grounds}
    wanted = {name: codes for name, values in given.items() if (codes := wanted_codes(name, values))}
    _check_asked(query, wanted, most)
    passing = {name: np.array(fits(library, name, codes), dtype=bool) for name, codes in wanted.items()}
    keep = np.logical_and.reduce([*passing.values(), np.ones(len(library), dtype=bool)])
    words = list(dict.fromkeys(tokens(query)))
    scores, held = _scored(library, words)
    if words:
        keep &= scores.sum(axis=1) > 0
    order = [i for i in np.lexsort((library["case_id"], -scores.sum(axis=1))) if keep[i]]
    shown = library.iloc[order[:most]].reset_index(drop=True)
    filters = [told(name, codes) for name, codes in wanted.items()]
    why = [_why(held[i], words, filters) for i in order[:most]]
    unknown = tuple(w for k, w in enumerate(words) if not any(k in f for h in held for f in h.values()))
    left_out = {told(n, wanted[n]): int((~p).sum()) for n, p in passing.items()}
    return CaseSearch(
        question=f"Which cases speak to {query.strip()!r}?"
        if words
        else f"Which cases are there of {'; '.join(filters)}?",
        sentence=sentence(shown, len(order), len(library), query.strip(), filters),
        table=_table(shown, why),
        checks=checks(shown, unknown, left_out, len(library)),
        provenance=provenance(
            library,
            method="codesign.find_cases",
            options={"query": query, "most": most} | {n: list(c) for n, c in wanted.items()},
        ),
        rests_on=rests(shown),
        query=query,
        cases=shown,
        unknown=unknown,
        left_out=left_out,
        n_fitting=len(order),
    )


def _check_asked(query: str, wanted: Mapping[str, object], most: int) -> None:
    if not isinstance(query, str) or len(query) > _LONGEST_QUERY:
        raise ParameterError(
            f"find_cases() wants a few words, at most {_LONGEST_QUERY} characters, e.g. 'rural tourism off season'."
        )
    if not tokens(query) and not wanted:
        raise ParameterError(
            "find_cases() got neither a word to look for nor a filter; give e.g. 'seasonal tourism', or sectors='I'."
        )
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= 100:
        raise ParameterError(f"find_cases() got most={most!r}; give 1 to 100, e.g. 10.")


def _scored(
    library: pd.DataFrame, words: Sequence[str]
) -> tuple[NDArray[np.float64], list[dict[str, set[int]]]]:
    """Scores (n_cases, n_words), and for each case which words stand in which field."""
    stems = [stem(w) for w in words]
    counts = np.zeros((len(FIELDS), len(library), len(words) + 1))
    held: list[dict[str, set[int]]] = []
    for d, case in enumerate(library.to_dict("records")):
        found: dict[str, set[int]] = {}
        texts = case_fields({str(k): v for k, v in case.items()})
        for f, field in enumerate(FIELDS):
            said = [stem(t) for t in tokens(texts[field])]
            counts[f, d] = [*(said.count(s) for s in stems), len(said)]
            if there := {k for k, s in enumerate(stems) if s in said}:
                found[field] = there
        held.append(found)
    return weighted_bm25(counts, np.array(list(FIELDS.values()))), held


def _why(held: Mapping[str, set[int]], words: Sequence[str], filters: Sequence[str]) -> str:
    told_words = [f"{field}: {', '.join(words[k] for k in sorted(which))}" for field, which in held.items()]
    return "; ".join([*told_words, *filters])


def _table(shown: pd.DataFrame, why: Sequence[str]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for rank, (case, reason) in enumerate(zip(shown.to_dict("records"), why, strict=True), start=1):
        place = PLACE_NAMES[case["country"]] + (
            f" ({case['nuts'].replace('|', ', ')})" if case["nuts"] else ""
        )
        rows.append(
            {
                "rank": rank,
                "case_id": case["case_id"],
                "title": case["title"],
                "place": place,
                "sector": ", ".join(parts(case["sector"])),
                "programme": case["programme_name"],
                "mechanism": ", ".join(MECHANISMS[m].label for m in parts(case["mechanism"])),
                "result": RESULTS[case["result"]],
                "grounds": GROUNDS[case["grounds"]],
                "why": reason,
                "source": case["source"],
            }
        )
    columns = [
        "rank",
        "case_id",
        "title",
        "place",
        "sector",
        "programme",
        "mechanism",
        "result",
        "grounds",
        "why",
        "source",
    ]
    return pd.DataFrame(rows, columns=columns)
