"""What is said of types: whether there are any, and every reason to doubt them."""

from __future__ import annotations

import pandas as pd

from almpo_kit.regions.comparison.measures import Measures
from almpo_kit.regions.comparison.peer_words import (
    among,
    break_checks,
    compared_on,
    coverage_check,
    note_checks,
)
from almpo_kit.regions.comparison.type_search import ALPHA, DOUBTFUL, SHARP, STABLE, TypeSearch
from almpo_kit.regions.panel import COVERAGE
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

NO_TYPES = "no clear types"
#: Agreement of the two methods below which the classes depend on the method.
AGREE = 0.6


def stability_word(jaccard: float) -> str:
    """``stable``, ``doubtful`` or ``not to be trusted``."""
    return "stable" if jaccard >= STABLE else "doubtful" if jaccard >= DOUBTFUL else "not to be trusted"


def type_sentence(
    measures: Measures, search: TypeSearch, profiles: pd.DataFrame, n: int, *, asked: bool
) -> str:
    """The answer in plain language."""
    on, who = compared_on(measures.aspects), _who(measures, n)
    if profiles.empty:
        return (
            f"{who[:1].upper()}{who[1:]} form no clear types by {on}: {_why_not(search)}. They shade "
            "into each other; ask for a number of classes to divide them for convenience."
        )
    parts = listed(f"{name} ({count})" for name, count in zip(profiles["type"], profiles["n"], strict=True))
    if search.clear:
        return f"By {on}, {who} fall into {len(profiles)} types: {parts}."
    return (
        f"Divided into {len(profiles)} classes for convenience by {on}, {who} "
        f"are: {parts}. These are not types found in the data: {_why_not(search)}."
    )


def _who(measures: Measures, n: int) -> str:
    """``the EU's 241 regions with every figure``; where many have none, out of how many."""
    total = len(measures.regions)
    return f"the EU's {n} regions with every figure" if n >= COVERAGE * total else among(n, total)


def _why_not(search: TypeSearch) -> str:
    best = search.choice[search.choice["classes"] == search.number].iloc[0]
    reasons = []
    if search.p > ALPHA:
        reasons.append(
            f"a division into {search.number} is no sharper than chance gives where there are no types "
            f"(p = {search.p:.2f})"
        )
    if best["silhouette"] < SHARP:
        reasons.append(f"its average silhouette of {number(best['silhouette'], 2)} is below {SHARP}")
    if best["least_stable"] < DOUBTFUL:
        reasons.append(
            f"one of the {search.number} classes dissolves when half the regions are divided again (Jaccard "
            f"{number(best['least_stable'], 2)})"
        )
    return listed(reasons) if reasons else "the tests are passed"


def type_checks(
    measures: Measures,
    search: TypeSearch,
    profiles: pd.DataFrame,
    table: pd.DataFrame,
    agreement: float,
    *,
    asked: bool,
) -> tuple[Check, ...]:
    """Every check on the types."""
    divided = () if profiles.empty else _division_checks(profiles, table, agreement)
    return (
        _structure_check(search, asked=asked),
        *divided,
        coverage_check(measures),
        *break_checks(measures.aspects),
        *note_checks(measures.aspects),
    )


def _structure_check(search: TypeSearch, *, asked: bool) -> Check:
    best = search.choice[search.choice["classes"] == search.number].iloc[0]
    chosen = "asked for" if asked else "the best of 2 to 8"
    text = (
        f"With {search.number} classes ({chosen}) the average silhouette is {number(best['silhouette'], 2)}; one "
        f"cloud without types but with the same spread, skewness and correlations gives "
        f"{number(best['without_types'], 2)} (p = {search.p:.2f})."
    )
    if search.clear:
        return Check("types_found", "passed", f"{text} The division is sharper than chance, and it holds.")
    return Check("types_found", "failed", f"{text} There are no clear types: {_why_not(search)}.")


def _division_checks(profiles: pd.DataFrame, table: pd.DataFrame, agreement: float) -> tuple[Check, ...]:
    weak = profiles[profiles["jaccard"] < DOUBTFUL]
    words = "; ".join(
        f"{name} {number(j, 2)} ({word})"
        for name, j, word in zip(profiles["type"], profiles["jaccard"], profiles["stability"], strict=True)
    )
    text = (
        f"When random halves of the regions are divided again, classes keep this share of their regions "
        f"(Jaccard): {words}."
    )
    checks = [Check("stability", "failed" if len(weak) else "passed", text)]
    text = (
        f"Ward's classes and those of k-means agree at {number(agreement, 2)} (adjusted Rand; 1 is the same)."
    )
    checks.append(Check("methods_agree", "passed" if agreement >= AGREE else "failed", text))
    edge = table[table["edge"]]
    if len(edge):
        who = ", ".join(edge.sort_values("silhouette")["geo"].head(12))
        more = f" and {len(edge) - 12} more" if len(edge) > 12 else ""
        text = (
            f"{len(edge)} of {len(table)} regions lie nearer to another class than to their own: {who}{more}."
        )
        checks.append(Check("edge", "informational", text))
    small = profiles[profiles["n"] < 5]
    if len(small):
        text = f"Classes of fewer than five regions: {listed(small['type'])}. They are exceptions, not types."
        checks.append(Check("small_classes", "failed", text))
    return tuple(checks)
