"""Mechanisms of the cases in a library, beside what became of them and the effects that were published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from almpo_kit.codesign.cases.linked_effects import CELL_COLUMNS, effect_cells, linked
from almpo_kit.codesign.cases.mechanism_words import checks, rests, sentence
from almpo_kit.codesign.cases.search_words import COMPARED
from almpo_kit.vocabulary.case_checks import check_cases
from almpo_kit.vocabulary.case_studies import MECHANISM_BASES, MECHANISMS, RESULTS, parts
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import provenance

_NEEDED = (
    *(
        "estimate_id",
        "study_id",
        "programme_type",
        "outcome",
        "unit",
        "comparator",
        "horizon_months",
        "horizon_from",
    ),
    *("effect", "significance", "target_group"),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CaseMechanisms(Finding):
    """Which mechanisms the cases name, and what stands beside them.

    ``table``, one row a mechanism that any case names: ``mechanism, label, works`` ("for" or "against")``, n_cases,
    better, mixed, no_difference, worse, unclear, not_evaluated, n_compared, shown, argued, inferred, programme_types,
    n_studies, n_samples, n_estimates``. A case with three mechanisms stands in three rows.

    Parameters
    ----------
    effects : DataFrame
        Published effects of the cases' programmes, one line for every kind of number: ``mechanism, programme_type,
        outcome, unit, comparator, horizon, estimand, includes_subsidised_job, target_groups, n_cases, n_samples, n_estimates, lowest,
        highest, favourable, unfavourable, no_difference, not_stated, studies``. Nothing is averaged.
    pairs : DataFrame
        ``mechanism, programme_type, n_cases``: the cross-tabulation.
    n_cases : int
    """

    effects: pd.DataFrame
    pairs: pd.DataFrame
    n_cases: int

    def metrics(self) -> dict[str, float]:
        """Counts only: there is no number of a mechanism's effect."""
        return {
            "cases": float(self.n_cases),
            "mechanisms": float(len(self.table)),
            "effect_lines": float(len(self.effects)),
        }


def mechanisms(cases: pd.DataFrame, effects: pd.DataFrame | None = None) -> CaseMechanisms:
    """Cross-tabulate mechanisms with results and, where cases name studies, with their published effects.

    This is bookkeeping, not inference. Whole programmes were evaluated, most cases carry several mechanisms, and most
    mechanisms are somebody's reading: no line is the effect of a mechanism, and lines must not be compared as if they
    were. Effects that differ in outcome, unit, comparator, horizon, estimand, programme type or in counting the
    subsidised job stand in lines of their own; even within a line they are listed from the lowest to the highest and
    not averaged (``evidence.answer`` says where an average is warranted).

    Parameters
    ----------
    cases : DataFrame
        Case studies, e.g. ``find_cases(…).cases``.
    effects : DataFrame, optional
        An ``effects`` frame; without it the table has counts of cases only.

    Returns
    -------
    CaseMechanisms

    Raises
    ------
    FrameError
        These are no case studies, or no effects.
    DesignError
        No case at all.

    References
    ----------
    Pawson & Tilley (1997) Realistic Evaluation, on context, mechanism and outcome.
    """
    library = check_cases(cases).reset_index(drop=True)
    if not len(library):
        raise DesignError("mechanisms() got no case; search more widely, or pass sources.case_studies().")
    if effects is not None and (absent := [c for c in _NEEDED if c not in effects]):
        raise FrameError(
            f"mechanisms() wants an effects frame; {absent[0]!r} is missing. Use sources.effects()."
        )
    long = _long(library)
    found = pd.DataFrame(columns=["mechanism", "case_id"]) if effects is None else linked(library, effects)
    cells = pd.DataFrame(columns=list(CELL_COLUMNS)) if effects is None else effect_cells(found)
    table = _table(long, found)
    return CaseMechanisms(
        question="Which mechanisms do the cases name, and what stands beside them?",
        sentence=sentence(table, cells, found, len(library)),
        table=table,
        checks=checks(library, long, cells, found, effects),
        provenance=provenance(
            library, effects, method="codesign.mechanisms", options={"effects": effects is not None}
        ),
        figure="case_mechanisms",
        rests_on=rests(library, found),
        effects=cells,
        pairs=long.groupby(["mechanism", "programme_type"], as_index=False, sort=True).agg(
            n_cases=("case_id", "nunique")
        ),
        n_cases=len(library),
    )


def _long(library: pd.DataFrame) -> pd.DataFrame:
    """One row for each case and mechanism."""
    keep = ("case_id", "programme_type", "result", "grounds")
    rows = [
        {c: case[c] for c in keep} | {"mechanism": m, "basis": b}
        for case in library.to_dict("records")
        for m, b in zip(parts(case["mechanism"]), parts(case["mechanism_basis"]), strict=True)
    ]
    return pd.DataFrame(rows, columns=[*keep, "mechanism", "basis"])


def _table(long: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for key, mechanism in MECHANISMS.items():
        part = long[long["mechanism"] == key]
        if not len(part):
            continue
        effects = found[found["mechanism"] == key]
        kinds = part["programme_type"].value_counts()
        rows.append(
            {"mechanism": key, "label": mechanism.label, "works": mechanism.works, "n_cases": len(part)}
            | {r: int((part["result"] == r).sum()) for r in RESULTS}
            | {"n_compared": int(part["grounds"].isin(COMPARED).sum())}
            | {b: int((part["basis"] == b).sum()) for b in MECHANISM_BASES}
            | {
                "programme_types": ", ".join(
                    f"{PROGRAMME_TYPES[t].label} {kinds[t]}" for t in PROGRAMME_TYPES if t in kinds
                ),
                "n_studies": effects["study_id"].nunique() if len(effects) else 0,
                "n_samples": effects["sample_id"].nunique() if len(effects) else 0,
                "n_estimates": effects["estimate_id"].nunique() if len(effects) else 0,
            }
        )
    order = sorted(rows, key=lambda r: (-r["n_cases"], list(MECHANISMS).index(r["mechanism"])))
    return pd.DataFrame(order)
