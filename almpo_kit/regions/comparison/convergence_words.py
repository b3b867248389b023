"""What is said of convergence, and every reason to doubt it."""

from __future__ import annotations

import math

import pandas as pd

from almpo_kit.regions.breaks import LFS_BREAK_SENTENCE, crosses
from almpo_kit.regions.comparison.catching_up import ALL, WITHIN
from almpo_kit.regions.comparison.stretches import Followed
from almpo_kit.regions.panel import COVERAGE
from almpo_kit.regions.wording import listed, with_code
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Spans shorter than this, in years, say more about chance and the cycle than about convergence.
LONG = 10
#: Half-lives shorter than this, in years, are not given as a number: zero years would be no time at all.
_SHORTEST = 0.5


def convergence_sentence(followed: Followed, spans: pd.DataFrame, found: pd.DataFrame) -> str:
    """The answer in plain language, stretch by stretch."""
    return " ".join(
        f"{_sigma(followed, span)} {_beta(followed, _one(found, span['stretch'], ALL))}"
        for _, span in spans.iterrows()
    )


def _one(found: pd.DataFrame, stretch: object, kind: str) -> pd.Series | None:
    rows = found[(found["stretch"] == stretch) & (found["kind"] == kind)]
    return None if rows.empty else rows.iloc[0]


def _sigma(followed: Followed, span: pd.Series) -> str:
    n, total = len(followed.scaled), len(followed.panel.regions)
    who = f"the EU's {n} regions" if n == total else f"{n} of the EU's {total} regions"
    if n < COVERAGE * total:
        # So few are seldom a fair part of the whole: figures come country by country.
        held = followed.panel.regions.loc[followed.scaled.index, "country"].nunique()
        who += f", in {held} of its {followed.panel.regions['country'].nunique()} countries,"
    did = {"no clear change": "neither drew together nor apart beyond chance"}
    digits, unit = (3, " in logarithms") if followed.logged else (2, f" {followed.panel.indicator.points}")
    before, after = (number(float(span[k]), digits) for k in ("before", "after"))
    change, low, high = (100 * (float(span[k]) - 1) for k in ("ratio", "low", "high"))
    return (
        f"Between {span['first']} and {span['last']} {who} {did.get(span['verdict'], span['verdict'])} on "
        f"{followed.panel.indicator.subject}: the standard deviation went from {before} to {after}{unit} "
        f"({_signed(change)}%; 95%: {_signed(low)} to {_signed(high)}%)."
    )


def _signed(value: float) -> str:
    return f"{'+' if round(value) > 0 else ''}{number(value, 0)}"


def _beta(followed: Followed, row: pd.Series | None) -> str:
    if row is None:
        return ""
    slope = float(row["slope"])
    # For amounts: what a start 10% lower goes with, in points of growth a year.
    scale = 100 * math.log(0.9) if followed.logged else 1.0
    moved = scale * slope
    size, turn = abs(moved), 1 if moved > 0 else -1
    amount = f"{number(size, 2)} points a year"
    if followed.logged:
        text = f"Where it began 10% lower it then grew {amount} {'faster' if moved > 0 else 'more slowly'}"
    else:
        # Where rates rose nearly everywhere, "fell more" would be read as a fall.
        rose = float((followed.natural[row["last"]] - followed.natural[row["first"]]).mean()) > 0
        side = "more" if rose == (moved > 0) else "less"
        text = f"Where the rate began 1 point higher it then {'rose' if rose else 'fell'} {amount} {side}"
    ends = sorted(turn * scale * float(row[k]) for k in ("low", "high"))
    if any(math.isnan(e) for e in ends):
        return f"{text} than elsewhere; too few countries carry this to say how surely."
    return f"{text} than elsewhere (95%: {number(ends[0], 2)} to {number(ends[1], 2)}), {_pace(row)}."


def _pace(row: pd.Series) -> str:
    half, early, late = (float(row[k]) for k in ("half_life", "half_life_low", "half_life_high"))
    if float(row["low"]) < 0 < float(row["high"]):
        return "which is within chance"
    if math.isnan(half):
        return "so gaps widened rather than closed"
    to = _count(late) if math.isfinite(late) else "never"
    span = (
        "less than a year" if half < _SHORTEST else f"{_count(half)} year{'' if _count(half) == '1' else 's'}"
    )
    return f"at which half of a gap closes in {span} (95%: {_count(early)} to {to})"


def _count(years: float) -> str:
    return "less than 1" if years < _SHORTEST else number(years, 0)


def convergence_checks(
    followed: Followed,
    table: pd.DataFrame,
    spans: pd.DataFrame,
    found: pd.DataFrame,
    error: float,
    *,
    across_break: bool,
) -> tuple[Check, ...]:
    """Every check on the convergence."""
    return (
        *_break_check(followed, across_break=across_break),
        _set_check(followed),
        *(c for _, span in spans.iterrows() for c in _galton(span, _one(found, span["stretch"], ALL))),
        *_short(spans),
        *_error_checks(found, error),
        *_within(found),
        _country_share(table),
        *(
            [Check("definition", "informational", followed.panel.indicator.note)]
            if followed.panel.indicator.note
            else []
        ),
    )


def _break_check(followed: Followed, *, across_break: bool) -> tuple[Check, ...]:
    years = followed.years
    if not followed.panel.indicator.survey:
        return ()
    if not crosses(years[0], years[-1]):
        return (Check("break_2021", "passed", "The span does not cross the 2021 break in the survey."),)
    if across_break:
        text = f"{LFS_BREAK_SENTENCE} It was followed across all the same, as asked."
        return (Check("break_2021", "failed", text),)
    parts = listed([s[0] if len(s) == 1 else f"{s[0]}–{s[-1]}" for s in followed.stretches])
    text = f"{LFS_BREAK_SENTENCE} So the years were split and nothing is compared across: {parts}."
    return (Check("break_2021", "informational", text),)


def _set_check(followed: Followed) -> Check:
    n, total = len(followed.scaled), len(followed.panel.regions)
    gone = followed.left_out
    if not gone:
        return Check("same_regions", "passed", f"All {total} regions are followed in every year.")
    names = with_code(followed.panel.names, gone[:8])
    more = f", and {len(gone) - 8} more" if len(gone) > 8 else ""
    text = (
        f"{n} of {total} regions are followed in every year, on the same territory; left out for a gap: "
        f"{names}{more}."
    )
    return Check("same_regions", "passed" if n >= COVERAGE * total else "failed", text)


def _galton(span: pd.Series, row: pd.Series | None) -> tuple[Check, ...]:
    if row is None:
        return ()
    when, shrank = f"{span['first']}–{span['last']}", span["verdict"] == "drew together"
    if math.isnan(float(row["low"])):
        text = (
            f"{when}: too few countries carry the slope for an interval; the dispersion alone is to be read."
        )
        return (Check("regression_to_the_mean", "failed", text),)
    back = float(row["high"]) < 0
    if back and not shrank:
        text = (
            f"{when}: regions far from the mean moved towards it, yet the dispersion did not clearly fall: others "
            "moved away. That is regression to the mean (Galton's fallacy), not convergence."
        )
        return (Check("regression_to_the_mean", "failed", text),)
    if shrank and not back:
        text = f"{when}: the dispersion fell, but the slope is within chance; read them together."
        return (Check("regression_to_the_mean", "failed", text),)
    text = f"{when}: the slope and the dispersion tell the same; a slope alone would not show convergence."
    return (Check("regression_to_the_mean", "passed", text),)


def _short(spans: pd.DataFrame) -> tuple[Check, ...]:
    lengths = spans["last"].astype(int) - spans["first"].astype(int)
    short = spans[lengths < LONG]
    if short.empty:
        return ()
    text = (
        f"Short spans ({listed(short['stretch'])}) reflect the cycle, single events and chance more than "
        f"convergence, which is a matter of decades; speed and half-life continue {'their' if len(short) > 1 else 'its'} "
        "pace without end."
    )
    return (Check("short_span", "failed", text),)


def _error_checks(found: pd.DataFrame, error: float) -> tuple[Check, ...]:
    if not error:
        return ()
    checks = []
    for _, row in found[found["kind"] == ALL].iterrows():
        part = float(row["from_error"]) / float(row["slope"]) if float(row["slope"]) < 0 else math.nan
        share = f", {number(100 * part, 0)}% of what is seen" if math.isfinite(part) else ""
        text = (
            f"{row['stretch']}: sampling error of {number(error, 1)} points makes high rates high by chance, which then "
            f"fall. It alone gives a slope of {number(row['from_error'], 3)} a year{share}; without it the slope "
            f"is {number(row['without_error'], 3)} instead of {number(row['slope'], 3)}."
        )
        grave = not math.isfinite(part) or part >= 0.5
        checks.append(Check("sampling_error", "failed" if grave else "informational", text))
    return tuple(checks)


def _within(found: pd.DataFrame) -> tuple[Check, ...]:
    checks = []
    for _, row in found[found["kind"] == WITHIN].iterrows():
        sure = f"95%: {number(row['low'], 3)} to {number(row['high'], 3)}"
        if math.isnan(row["low"]):
            sure = f"no interval: {number(row['df'], 1)} degrees of freedom"
        text = (
            f"{row['stretch']}, among regions of the same country: slope {number(row['slope'], 3)} a year ({sure}; "
            f"{row['n']} regions, {row['countries']} countries)."
        )
        checks.append(Check("within_countries", "informational", text))
    return tuple(checks)


def _country_share(table: pd.DataFrame) -> Check:
    ends = table.iloc[[0, -1]]
    parts = listed(
        f"{number(100 * share, 0)}% in {year}"
        for share, year in zip(ends["between_share"], ends["period"], strict=True)
    )
    text = f"Differences between countries make up {parts} of the variance between regions."
    return Check("between_countries", "informational", text)
