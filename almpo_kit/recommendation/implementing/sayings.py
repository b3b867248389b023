"""What the evidence base says on each question of implementation, as rows of one table."""

from __future__ import annotations

from typing import Any

import pandas as pd

from almpo_kit.recommendation.implementing.within_studies import (
    Tally,
    between_groups,
    favourable,
    over_time,
)
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.rendering import number

COLUMNS = [
    "topic",
    "programme_type",
    "says",
    "evidence",
    "rows",
    "samples",
    "certainty",
    "citations",
    "known",
]
TOPICS = ("targeting", "timing", "duration", "sequence", "delivery", "scale", "context", "choice")
#: Samples below which nothing is averaged or concluded.
ENOUGH = 5
_OPPOSITE = {"women": "men", "men": "women", "youth": "older", "older": "youth"}
_REVIEW_TOPICS = {"groups": "targeting", "horizon": "timing", "cycle": "context", "programme_types": "choice"}
_NOT_CODED = {
    "duration": "Not in the evidence: how long programmes last is not coded for its studies.",
    "sequence": "Not in the evidence: what came before or after a programme is not coded for its studies.",
}


def sayings(
    effects: pd.DataFrame, reviews: pd.DataFrame, types: tuple[str, ...], group: str, outcome: str, unit: str
) -> pd.DataFrame:
    """One row a topic and programme type (or review)."""
    rows: list[dict[str, Any]] = []
    for kind in types:
        own = effects[effects["programme_type"].eq(kind)]
        rows += [_coverage(own, kind, group, outcome, unit), *_groups(own, kind, group), _timing(own, kind)]
        rows += [_row(t, kind, says, known=False) for t, says in _NOT_CODED.items()]
        rows += [_delivery(own, kind), _scale(own, kind)]
    rows += _reviews(reviews)
    table = pd.DataFrame(rows, columns=COLUMNS)
    rank = table["topic"].map({t: k for k, t in enumerate(TOPICS)})
    return table.iloc[rank.argsort(kind="stable")].reset_index(drop=True)


def _row(
    topic: str, kind: str, says: str, *, known: bool = True, certainty: str = "too little to say", **more: Any
) -> dict[str, Any]:
    out = {"topic": topic, "programme_type": kind, "says": says, "evidence": "", "rows": 0, "samples": 0}
    return out | {"certainty": certainty, "citations": "", "known": known} | more


def _behind(effects: pd.DataFrame, samples: tuple[str, ...], rows: int) -> dict[str, Any]:
    """Counts and citations of some samples."""
    cited = effects.loc[effects["sample_id"].isin(samples), "citation"].dropna().drop_duplicates()
    words = f"{rows} estimate{'s' * (rows != 1)} of {len(samples)} sample{'s' * (len(samples) != 1)}"
    return {"evidence": words, "rows": rows, "samples": len(samples), "citations": "; ".join(cited)}


def grade(t: Tally) -> str:
    """Moderate from five samples of which four in five agree, low from three that all agree, else too little to say."""
    n, most = len(t.samples), max(t.more, t.less)
    if n >= ENOUGH and most >= 0.8 * n:
        return "moderate"
    return "low" if n >= 3 and most == n else "too little to say"


def _coverage(own: pd.DataFrame, kind: str, group: str, outcome: str, unit: str) -> dict[str, Any]:
    rows = favourable(own)
    rows = rows[rows["comparator"].eq("no_programme") & rows["outcome"].eq(outcome) & rows["unit"].eq(unit)]
    if group != "all":
        rows = rows[rows["target_group"].eq(group)]
    label = PROGRAMME_TYPES[kind].label
    who = "any group of jobseekers" if group == "all" else TARGET_GROUPS[group]
    what, sign = OUTCOMES[outcome].label, UNITS[unit][0]
    samples = tuple(map(str, rows["sample_id"].unique()))
    if not samples:
        return _row(
            "targeting",
            kind,
            f"Not in the evidence: no study of {label.lower()} for {who} measured the {what} in {UNITS[unit][1]}.",
            known=False,
        )
    low, high = number(rows["effect"].min()), number(rows["effect"].max())
    span = f"one effect of {low} {sign}" if len(rows) == 1 else f"effects from {low} to {high} {sign}"
    end = (
        "too few samples to go by"
        if len(samples) < ENOUGH
        else "see the answer of the evidence wing for whether they may be averaged"
    )
    says = f"{label} for {who} against no programme: {len(samples)} sample{'s' * (len(samples) != 1)} measured the {what}, {span}; {end}."
    return _row("targeting", kind, says, **_behind(own, samples, len(rows)))


def _groups(own: pd.DataFrame, kind: str, group: str) -> list[dict[str, Any]]:
    pairs = [("women", "men"), ("youth", "older")]
    if group != "all":
        pairs = [(group, _OPPOSITE[group])] if group in _OPPOSITE else [(group, "all")]
    found = []
    for one, other in pairs:
        t = between_groups(own, one, other)
        if not t.samples:
            says = f"Not in the evidence: no study of this type reports {TARGET_GROUPS[one]} and {TARGET_GROUPS[other]} side by side."
            found.append(_row("targeting", kind, says, known=False))
            continue
        says = (
            f"Inside studies that report both, {TARGET_GROUPS[one]} gained more than {TARGET_GROUPS[other]} in {t.more} of "
            f"{len(t.samples)} sample{'s' * (len(t.samples) != 1)} and less in {t.less}{_end(t)}"
        )
        found.append(_row("targeting", kind, says, certainty=grade(t), **_behind(own, t.samples, t.rows)))
    return found


def _end(t: Tally) -> str:
    return ": too few or too mixed to target by." if grade(t) == "too little to say" else "."


def _timing(own: pd.DataFrame, kind: str) -> dict[str, Any]:
    t = over_time(own)
    if not t.samples:
        says = "Not in the evidence: no study of this type followed people to two comparable dates."
        return _row("timing", kind, says, known=False)
    says = (
        f"Inside studies that followed people, the gain grew from the first to the last date in {t.more} of "
        f"{len(t.samples)} sample{'s' * (len(t.samples) != 1)} and fell in {t.less}"
    )
    end = (
        ": too few or too mixed to plan by."
        if grade(t) == "too little to say"
        else ": judge it by the later date."
    )
    return _row("timing", kind, says + end, certainty=grade(t), **_behind(own, t.samples, t.rows))


def _delivery(own: pd.DataFrame, kind: str) -> dict[str, Any]:
    rows = favourable(own)
    rows = rows[rows["comparator"].isin(["other_amount", "other_programme"])]
    samples = tuple(map(str, rows["sample_id"].unique()))
    if not samples:
        says = "Not in the evidence: no study compares ways or amounts of this programme with each other."
        return _row("delivery", kind, says, known=False)
    better = rows.groupby("sample_id")["good"].agg(lambda s: (s > 0).mean() > 0.5)
    names = "; ".join(rows["programme_name"].dropna().drop_duplicates())
    says = (
        f"{len(samples)} sample{'s' * (len(samples) != 1)} compare{'s' * (len(samples) == 1)} this with another amount or "
        f"programme; it did better in {int(better.sum())}. What was compared: {names}."
    )
    return _row("delivery", kind, says, **_behind(own, samples, len(rows)))


def _scale(own: pd.DataFrame, kind: str) -> dict[str, Any]:
    rows = own[own["outcome"].eq("local_unemployment_rate")]
    samples = tuple(map(str, rows["sample_id"].unique()))
    if not samples:
        says = (
            "Not in the evidence: its studies of this type compare people, which cannot show what happens to others when the "
            "programme grows."
        )
        return _row("scale", kind, says, known=False)
    says = f"{len(samples)} sample{'s' * (len(samples) != 1)} measured the local unemployment rate, which includes what others lose."
    return _row("scale", kind, says, **_behind(own, samples, len(rows)))


def _reviews(reviews: pd.DataFrame) -> list[dict[str, Any]]:
    found = []
    for topic, ours in _REVIEW_TOPICS.items():
        rows = reviews[reviews["topic"].eq(topic)]
        # A version of a review is no second opinion.
        later = rows[~rows["version_of"].isin(rows["review_id"])] if len(rows) else rows
        differ = later["finding"].nunique() > 1
        for r in rows.to_dict("records"):
            studies = "" if pd.isna(r["n_studies"]) else f" of {int(r['n_studies'])} studies"
            words = f"one review{studies}: {r['label']}" + ("; reviews differ on this" if differ else "")
            more = {"evidence": words, "citations": r["citation"]}
            found.append(_row(ours, "all types", f"{r['statement']}", certainty="low", **more))
    return found
