"""What a balance says, and why to doubt it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

_NAMED = 3


def balance_sentence(full: pd.DataFrame, fields: Mapping[str, Any], rate: float) -> str:
    """Where demand exceeds supply, and where labour is scarcer than elsewhere."""
    counts, cells = fields["counts"], fields["n_cells"]
    more = full[full["exceeds"] == "more vacancies than people"]
    fewer = int((full["exceeds"] == "fewer vacancies than people").sum())
    first = (
        f"Vacancies exceed unemployed people in {len(more)} of {cells} combinations of region and occupation"
        f"{_which(more)}, and fall short of them in {fewer}; for the other {cells - len(more) - fewer} the numbers are too small to say."
        if cells > 1
        else f"The one combination of region and occupation has {more['exceeds'].iloc[0] if len(more) else 'no sure excess of vacancies'}."
    )
    overall = fields["overall"]
    if not math.isfinite(overall):
        return (
            f"{first} Nobody unemployed is counted at all, so that no cell can be compared with the others."
        )
    per = number(overall, 2)
    return (
        f"{first} Compared with the overall {per} vacancies per unemployed person, labour is scarcer in "
        f"{counts['scarcer']} ({_short(full, 'scarcer')}), more plentiful in {counts['more plentiful']}, about as scarce in "
        f"{counts['balanced']}; {counts['too little to say']} cannot be told apart. At most about {rate:.0%} of these findings "
        "should be wrong by chance."
    ).replace(" ()", "")


def _which(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    return f" (among them {_list(rows)})" if len(rows) > _NAMED else f" ({_list(rows)})"


def _short(full: pd.DataFrame, verdict: str) -> str:
    rows = full[full["verdict"] == verdict]
    return ("most surely " if len(rows) > 1 else "") + _list(rows) if len(rows) else ""


def _list(rows: pd.DataFrame) -> str:
    # Cells that are kept back are named last: their order would tell of their numbers.
    ordered = rows.sort_values("suppressed", kind="stable").head(_NAMED)
    named = [f"{r['label']} in {r['name']}" for r in ordered.to_dict("records")]
    return "; ".join(named)


def balance_checks(
    full: pd.DataFrame,
    half: pd.DataFrame,
    fields: Mapping[str, Any],
    left_out: Mapping[str, float],
    n_unknown: int,
    options: Mapping[str, Any],
) -> tuple[Check, ...]:
    """Under-coverage first: it is what most often makes such a table wrong."""
    checks = [_coverage(fields, options["coverage"])]
    checks += _not_counted(left_out, fields)
    if n_unknown:
        said = f"{n_unknown} cells came with numbers kept back by their source; they are in no total and no verdict."
        checks.append(Check("kept back by the source", "failed", said))
    checks.append(_deciding(fields))
    checks.append(_many(fields, options))
    checks.append(_clustered(full, half))
    if fields["n_hidden"]:
        said = (
            f"{fields['n_hidden']} of {fields['n_cells']} cells are not shown in numbers: fewer than {options['minimum']} people, or "
            "needed to keep those from being subtracted. They count in every total and have a verdict; an empty cell "
            "(nobody unemployed) is shown."
        )
        checks.append(Check("small cells", "informational", said))
    said = (
        "The intervals say how much such counts vary by chance if each person and post comes independently. They know "
        "nothing of who is registered, of people who look for work in a neighbouring region or occupation, or of posts "
        "advertised twice."
    )
    checks.append(Check("what the intervals leave out", "informational", said))
    return tuple(sorted(checks, key=lambda c: c.status != "failed"))


def _coverage(fields: Mapping[str, Any], coverage: float) -> Check:
    share = fields["overall"] * coverage
    if not math.isfinite(share):
        return Check(
            "coverage of vacancies", "failed", "No unemployed person is counted at all; check the files."
        )
    turn = (
        f" Demand would equal supply overall if the counted ones were {share:.0%} of all."
        if share < 1
        else ""
    )
    assumed = (
        "It is assumed that the files hold all vacancies."
        if coverage == 1
        else f"It is assumed that the files hold {coverage:.0%} of all vacancies, in every region and occupation alike."
    )
    said = (
        f"{assumed} Public services usually hear of a part only, and of fewer among managers and professionals, so that "
        f"shortages of these are understated and surpluses overstated.{turn} coverage=0.5, for example, shows what "
        "half-counted vacancies would change."
    )
    return Check("coverage of vacancies", "failed", said)


def _not_counted(left_out: Mapping[str, float], fields: Mapping[str, Any]) -> list[Check]:
    if not left_out:
        return []
    total = sum(left_out.values())
    share = total / (total + fields["unemployed"] + fields["vacancies"])
    parts = "; ".join(f"{number(n, 0)} {reason}" for reason, n in left_out.items())
    said = f"{number(total, 0)} persons and posts ({share:.0%}) are in no cell: {parts}."
    return [Check("not counted", "failed" if share > 0.05 else "informational", said)]


def _deciding(fields: Mapping[str, Any]) -> Check:
    unsure = fields["counts"]["too little to say"] / fields["n_cells"]
    if unsure <= 0.5:
        return Check(
            "enough in the cells",
            "passed",
            f"{1 - unsure:.0%} of cells can be told from the rest or are alike.",
        )
    said = (
        f"{unsure:.0%} of cells hold too few to say anything; coarser regions or occupations would tell more."
    )
    return Check("enough in the cells", "failed", said)


def _many(fields: Mapping[str, Any], options: Mapping[str, Any]) -> Check:
    said = (
        f"{fields['n_cells']} cells are compared at once. Single tests at {1 - options['level']:.0%} would flag {fields['uncontrolled']}, "
        f"and chance alone about {number(fields['by_chance'], 0)} if nothing differed; here the share of wrong findings is held at "
        f"{options['false_discoveries']:.0%} on average."
    )
    return Check("many comparisons", "informational", said)


def _clustered(full: pd.DataFrame, half: pd.DataFrame) -> Check:
    decided = {"scarcer", "more plentiful"}
    before, after = (
        {c for c in zip(t["geo"], t["occupation"], t["verdict"], strict=True) if c[2] in decided}
        for t in (full, half)
    )
    kept = len(before & after)
    said = (
        f"People and posts come in groups (a firm that closes, an advertiser with ten posts). If these halve what the counts "
        f"are worth, {kept} of {len(before)} verdicts remain."
    )
    return Check("not independent", "informational", said)
