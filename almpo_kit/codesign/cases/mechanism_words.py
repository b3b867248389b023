"""What the mechanisms of cases do and do not say, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.codesign.cases.search_words import COMPARED, counted
from almpo_kit.vocabulary.case_studies import MECHANISMS, parts
from almpo_kit.vocabulary.finding import Check

if TYPE_CHECKING:
    import pandas as pd

#: Fewer independent samples than these in a line are hardly more than anecdotes. As in the evidence wing's rule.
FEW_SAMPLES = 5


def sentence(table: pd.DataFrame, cells: pd.DataFrame, found: pd.DataFrame, n_cases: int) -> str:
    """What is named most often, and that nothing here is an effect of a mechanism."""
    first = table.iloc[0]
    head = (
        f"{counted(n_cases, 'case')} {'names' if n_cases == 1 else 'name'} {counted(len(table), 'mechanism')}, most often "
        f"{first['label']!r} ({counted(int(first['n_cases']), 'case')}: {results(first)})."
    )
    if not len(cells):
        return f"{head} No published effect is linked to them."
    n = found["estimate_id"].nunique()
    return (
        f"{head} {counted(n, 'published effect')} of {counted(found['study_id'].nunique(), 'study', 'studies')} "
        f"{'stands' if n == 1 else 'stand'} beside them; they are effects of whole programmes, not of a mechanism, and are not averaged."
    )


def results(row: pd.Series) -> str:
    """``9 better, 4 mixed, 2 not evaluated``."""
    names = ("better", "mixed", "no_difference", "worse", "unclear", "not_evaluated")
    return ", ".join(f"{int(row[r])} {r.replace('_', ' ')}" for r in names if row[r])


def checks(
    library: pd.DataFrame,
    long: pd.DataFrame,
    cells: pd.DataFrame,
    found: pd.DataFrame,
    effects: pd.DataFrame | None,
) -> tuple[Check, ...]:
    """Why nobody may read an effect of a mechanism off the table."""
    out = [_several(library), _basis(long), *_bound_to_a_type(long), _compared(library)]
    if effects is not None:
        out += _effects(library, cells, found)
    out.append(
        Check(
            "library",
            "informational",
            "A library of cases is not a sample: counts say what was written about and coded, not how common anything is.",
        )
    )
    return tuple(out)


def _several(library: pd.DataFrame) -> Check:
    n = sum(len(parts(m)) > 1 for m in library["mechanism"])
    if not n:
        return Check("several mechanisms", "passed", "Every case names one mechanism.")
    return Check(
        "several mechanisms",
        "failed",
        f"{n} of {counted(len(library), 'case')} name several mechanisms at once: what became of a case cannot be laid to one of them.",
    )


def _basis(long: pd.DataFrame) -> Check:
    shown, argued = int((long["basis"] == "shown").sum()), int((long["basis"] == "argued").sum())
    told = (
        f"Of {counted(len(long), 'reading')} of a mechanism, {shown} {'is' if shown == 1 else 'are'} shown by a study's design, {argued} "
        f"argued by the source and {len(long) - shown - argued} inferred by the coder."
    )
    return Check("whose reading", "passed" if shown == len(long) else "failed", told)


def _bound_to_a_type(long: pd.DataFrame) -> list[Check]:
    types = {m: set(part["programme_type"]) for m, part in long.groupby("mechanism") if len(part) > 1}
    bound = [m.label for key, m in MECHANISMS.items() if len(types.get(key, ())) == 1]
    if not bound:
        return []
    told = f"Found in one type of programme only, so not to be told apart from it: {'; '.join(bound)}."
    return [Check("one programme type", "failed", told)]


def _compared(library: pd.DataFrame) -> Check:
    n = int(library["grounds"].isin(COMPARED).sum())
    told = f"{n} of {counted(len(library), 'case')} {'rests' if n == 1 else 'rest'} on a comparison with what would have been without."
    return Check("compared", "passed" if n == len(library) else "informational", told)


def _effects(library: pd.DataFrame, cells: pd.DataFrame, found: pd.DataFrame) -> list[Check]:
    named = {s for cell in library["study_ids"] for s in parts(cell)}
    out = []
    if lost := sorted(named - set(found["study_id"])):
        told = f"Studies named by cases that this evidence does not hold: {', '.join(lost[:10])}."
        out.append(Check("missing studies", "failed", told))
    if not len(cells):
        return [*out, Check("effects", "informational", "No case here names a study of this evidence.")]
    thin = int((cells["n_samples"] < FEW_SAMPLES).sum())
    out.append(
        Check(
            "thin lines",
            "failed" if thin else "passed",
            f"{thin} of {counted(len(cells), 'line')} of effects rest on fewer than {FEW_SAMPLES} independent samples.",
        )
    )
    repeated = found.drop_duplicates(["mechanism", "estimate_id"])["estimate_id"].duplicated().sum()
    if repeated:
        told = "An estimate stands under every mechanism of its case: lines of different mechanisms share studies and must not be added up."
        out.append(Check("shared studies", "informational", told))
    return out


def rests(library: pd.DataFrame, found: pd.DataFrame) -> str:
    """``"59 cases, 24 countries, 36 studies with effects"``."""
    told = [counted(len(library), "case"), counted(library["country"].nunique(), "country", "countries")]
    if len(found):
        told.append(f"{counted(found['study_id'].nunique(), 'study', 'studies')} with effects")
    return ", ".join(told)
