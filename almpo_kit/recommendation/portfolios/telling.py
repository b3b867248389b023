"""What is said of a mix: sentence, checks, certainty."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from almpo_kit.recommendation.gains.abstention import reasons_listed
from almpo_kit.recommendation.portfolios.criteria import CRITERIA
from almpo_kit.recommendation.portfolios.outcomes import Span
from almpo_kit.vocabulary.finding import Certainty, Check, Headline, Status
from almpo_kit.vocabulary.rendering import number

#: Additional jobs for a million euro that the bar of every mix shows.
_SCALE = (-50.0, 150.0)
_WITH = {
    "mean": "that is best on average",
    "regret": "with the least largest regret",
    "low_end": "with the best low end",
    "worst": "that does best in the worst case",
}
_SHRINK = (
    "Gains are taken as the best guesses they are said to be. Where they are raw estimates, the programmes that chance "
    "flatters are the ones chosen, and the mix brings less than shown; gains from gain_model() allow for that."
)


def euro(value: float) -> str:
    """``€1.2 million``, ``€24 500``: three digits are as many as any interval here warrants."""
    if not math.isfinite(value):
        return "no limit" if value == math.inf else "–"
    if abs(value) >= 1e6:
        return f"€{number(value / 1e6, 2)} million"
    digits = 0 if abs(value) < 1000 else -(int(math.log10(abs(value))) - 2)
    return f"€{number(round(value, digits), 0)}"


def hundred(chance: float) -> str:
    """``72 of 100 draws``; never all or none of them, which no number of draws can say."""
    if chance >= 0.995:
        return "more than 99 of 100 draws"
    return "fewer than 1 of 100 draws" if chance < 0.005 else f"{number(100 * chance, 0)} of 100 draws"


def spanned(s: Span, unit: str, level: float) -> str:
    """``120 additional jobs (95%: 40 to 210)``."""
    digits = 0 if max(abs(s.value), abs(s.low), abs(s.high)) >= 20 else 1
    return (
        f"{number(s.value, digits)} {unit} ({level:.0%}: {number(s.low, digits)} to {number(s.high, digits)})"
    )


def price_words(s: Span, level: float) -> str:
    """``€104 000 (95%: €49 700 to €615 000)``; says where there is no upper bound, empty where there is no price."""
    if not math.isfinite(s.value):
        return ""
    if math.isinf(s.high):
        return f"{euro(s.value)} (at least {euro(s.low)}, with no upper bound, because it may bring nothing)"
    return f"{euro(s.value)} ({level:.0%}: {euro(s.low)} to {euro(s.high)})"


def sentence(f: Mapping[str, Any], choose: str) -> str:
    """The mix, what it brings against no programme, its price and the assumption on displacement."""
    table = f["table"]
    excluded = table[table["status"] == "excluded"]
    if f["problem"] is None:
        why = reasons_listed(list(excluded["programme"]), list(excluded["reason"]))
        return f"There is too little to say which programmes to fund: every one is left out. {why}."
    funded = table[table["status"] == "funded"]
    if funded.empty:
        return (
            f"With {euro(f['budget'])} for {number(f['people'], 0)} eligible people no programme is funded: "
            f"{_nothing(f)}.{_left_out(excluded)}"
        )
    parts = [f"{number(r.places, 0)} places in {r.programme} ({euro(r.euro)})" for r in funded.itertuples()]
    return (
        f"The mix {_chosen(f, choose)} buys {_listed(parts)}. Against no programme it is expected to add "
        f"{_brings(f)}, net of displacement {_displaced(f)}. {_priced(f)}{_doubt(f)}{_left_out(excluded)}"
    )


def _nothing(f: Mapping[str, Any]) -> str:
    if f["budget"] <= 0 or f["people"] <= 0:
        return "there is no money" if f["budget"] <= 0 else "nobody is eligible"
    if (f["problem"].mean_worth() <= 0).all():
        return "none is expected to bring anything by these preferences against no programme"
    return "not one place can be paid"


def _chosen(f: Mapping[str, Any], choose: str) -> str:
    only = [n for n in f["weights"] if n != "saving"]
    by = f" in {CRITERIA[only[0]]}" if len(f["weights"]) == 1 else " by the stated preferences"
    return f"{_WITH[choose]}{by}"


def _brings(f: Mapping[str, Any]) -> str:
    parts = []
    if math.isfinite(f["jobs"].value):
        parts.append(
            f"{spanned(f['jobs'], 'jobs', f['level'])} {number(f['horizon_months'], 0)} months after entry"
        )
    if math.isfinite(f["months"].value):
        parts.append(f"{spanned(f['months'], 'months in work', f['level'])} up to then")
    return " and ".join(parts) or "an amount that is not known"


def _displaced(f: Mapping[str, Any]) -> str:
    rows = f["displacement"]
    low, high = rows["least"].min(), rows["largest"].max()
    if low == high:
        return f"of {number(100 * low, 0)}% (your assumption)"
    return f"between {number(100 * low, 0)}% and {number(100 * high, 0)}% (your assumption)"


def _priced(f: Mapping[str, Any]) -> str:
    name, s = "job", f["cost_per_job"]
    if not math.isfinite(s.value):
        name, s = "month in work", f["cost_per_month"]
    if not math.isfinite(s.value):
        return "Nothing is gained on average, so an additional job has no price."
    return f"An additional {name} costs {price_words(s, f['level'])}."


def _doubt(f: Mapping[str, Any]) -> str:
    if f["chance_of_gain"] >= (1 + f["level"]) / 2:
        return ""
    what = "jobs" if f["base"] == "job" else "months in work"
    return f" Whether it adds {what} at all is not certain: it does in {hundred(f['chance_of_gain'])}."


def _left_out(excluded: Any) -> str:
    if excluded.empty:
        return ""
    return f" Left out, for the reasons in the table: {_listed(list(excluded['programme']))}."


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


# ---- checks ------------------------------------------------------------------------------------------


def checks(
    f: Mapping[str, Any], *, asked: Any, congestion: float, cost_spread: float, between: float
) -> tuple[Check, ...]:
    """Failed ones first: what was forced, thin or may bring nothing; then every assumption."""
    rows = f["candidates"]
    found = [
        Check(
            "forced", "failed", f"{r.programme} is considered although too little is known of it: {r.forced}."
        )
        for r in rows[(rows["forced"] != "") & (rows["excluded"] == "")].itertuples()
    ]
    # Where every programme is left out, the answer itself says why.
    if f["problem"] is None:
        return tuple(found)
    if len(out := rows[rows["excluded"] != ""]):
        told = reasons_listed(list(out["programme"]), list(out["excluded"]))
        found.append(Check("left out", "failed", f"Left out of the mix: {told}."))
    found += _gain_checks(f)
    found.append(Check("displacement", "informational", _displacement_words(f)))
    found.append(_preference_check(f, asked))
    found += [
        Check("criterion left out", "informational", f"{CRITERIA[n].capitalize()} did not count: {why}.")
        for n, why in f["dropped"].items()
    ]
    found.append(Check("errors", "informational", _error_words(between)))
    if not rows[["weight_evidence", "weight_local"]].notna().any(axis=None):
        found.append(Check("shrinkage", "informational", _SHRINK))
    found.append(Check("costs", "informational", _cost_words(f, cost_spread)))
    words = (
        f"The gain of a place falls by up to {congestion:.0%} as a programme reaches all eligible people."
        if congestion > 0
        else "The hundredth place is taken to bring as much as the first; with congestion=0.3, e.g., it would bring less."
    )
    return (*found, Check("scale", "informational", words))


def _gain_checks(f: Mapping[str, Any]) -> list[Check]:
    what = "jobs" if f["base"] == "job" else "months in work"
    chance, out = f["chance_of_gain"], []
    if math.isfinite(chance):
        sure = chance >= (1 + f["level"]) / 2
        words = f"The mix adds {what} against no programme in {hundred(chance)}."
        out.append(Check("gain", "passed" if sure else "failed", words))
    options = f["options"]
    top = options.sort_values("chance_best", ascending=False, kind="stable").iloc[0]
    words = (
        f"Among {len(options)} mixes held side by side, {top['option']!r} is most often the best one, in "
        f"{hundred(top['chance_best'])}."
    )
    if len(options) > 1:
        clear = float(top["chance_best"])
        end = "" if clear >= 0.8 else " No mix is clearly the best: look at the robust ones before choosing."
        status: Status = "passed" if clear >= 0.8 else "informational" if clear >= 0.5 else "failed"
        out.append(Check("choice", status, words + end))
    return out


def _displacement_words(f: Mapping[str, Any]) -> str:
    return (
        f"Every figure is net of displacement {_displaced(f)}; studies found from hardly any to all of the gain. What "
        "others lose counts one for one, and the share is the same whatever the size of the programme."
    )


def _preference_check(f: Mapping[str, Any], asked: Any) -> Check:
    told = ", ".join(f"{n} {number(100 * w, 0)}%" for n, w in f["weights"].items())
    if asked is None:
        words = f"Nobody gave preferences, so what counts has equal weights: {told}."
        return Check("preferences", "failed" if len(f["weights"]) > 1 else "informational", words)
    sources = (
        list(dict.fromkeys(asked["source"].astype(str)))
        if isinstance(asked, pd.DataFrame) and "source" in asked
        else []
    )
    return Check(
        "preferences",
        "informational",
        f"Weights as given{' by ' if sources else ''}{'; '.join(sources)}: {told}.",
    )


def _error_words(between: float) -> str:
    if between > 0:
        return f"Errors of different programmes are taken to be correlated by {number(between, 2)}."
    return (
        "Errors of different programmes are taken to be independent; where they rest on the same studies or people, the "
        "interval of the whole mix is wider than shown (between=0.3, e.g., shows by how much)."
    )


def _cost_words(f: Mapping[str, Any], cost_spread: float) -> str:
    rows = f["candidates"]
    unsaid = rows.loc[(rows["excluded"] == "") & (rows["cost_source"] == ""), "programme"]
    words = (
        f"Unit costs may be off by about {cost_spread:.0%}; the money is fixed, so dearer places are fewer places."
        if cost_spread > 0
        else "Unit costs are taken as known; cost_spread=0.1, e.g., lets them be off by about 10%."
    )
    return words + (f" Nobody said where the cost comes from: {', '.join(unsaid)}." if len(unsaid) else "")


def certainty(f: Mapping[str, Any]) -> Certainty:
    """Never high: displacement is an assumption."""
    if f["problem"] is None:
        return "too little to say"
    funded = f["table"].loc[f["table"]["status"] == "funded"]
    forced = funded["reason"].str.startswith("too little").any()
    weak = funded["certainty"].isin(["low", "too little to say"]).any()
    sure = math.isfinite(f["chance_of_gain"]) and f["chance_of_gain"] >= (1 + f["level"]) / 2
    return "moderate" if sure and not forced and not weak else "low"


def headline(f: Mapping[str, Any]) -> Headline | None:
    """Additional jobs for a million euro, a scale on which budgets of any size can be compared."""
    s, spent = f["jobs"], f["spent"] / 1e6
    if spent <= 0 or not math.isfinite(s.value):
        return None
    unit = "additional jobs for €1 million"
    return Headline(s.value / spent, s.low / spent, s.high / spent, unit, _SCALE, f["level"])


def rests_on(f: Mapping[str, Any]) -> str:
    """How many programmes were compared, and on what."""
    rows = f["candidates"]
    kept = int((rows["excluded"] == "").sum())
    return f"gains and costs of {kept} of {len(rows)} programmes, {number(f['draws'], 0)} draws of what is not known"
