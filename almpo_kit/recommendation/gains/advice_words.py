"""What advice to one person says, never more surely than its intervals allow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.recommendation.gains.abstention import reasons_listed
from almpo_kit.recommendation.gains.gain_model import GainModel
from almpo_kit.recommendation.gains.gain_words import gain_words, listed, market_words
from almpo_kit.recommendation.gains.predicting import Market
from almpo_kit.vocabulary.finding import Certainty, Check, Headline

#: Whom advice is about, unless average people stand for a group.
PERSON = "this person"
_SHOWN = ("offer first", "about as good", "smaller gain")


def _told(row: pd.Series, model: GainModel) -> str:
    words = gain_words(row["gain"], row["low"], row["high"], model.unit, model.level)
    return f"{row['programme']} against no programme: {words}"


def advice_sentence(table: pd.DataFrame, model: GainModel, none_best: float, about: str = PERSON) -> str:
    """The answer in plain words; ``about`` whom, as in the middle of a sentence."""
    known = table[table["says"] != "too little to say"]
    refused = [str(x) for x in table["programme"][table["says"] == "too little to say"]]
    tail = f" Too little is known to say anything of {listed(refused)}." if refused else ""
    if not len(known):
        decided = " The caseworker decides without it." if about == PERSON else ""
        reasons = reasons_listed(list(table["programme"]), list(table["reason"]))
        return f"Too little is known to rank programmes for {about}. {reasons[:1].upper()}{reasons[1:]}.{decided}"
    top = known.iloc[0]
    alike = [str(x) for x in known["programme"][known["says"] == "about as good"]]
    if top["says"] == "offer first":
        said = _first(known, _told(top, model))
    elif alike:
        two = "these two" if len(alike) == 2 else "these"
        said = f"A gain is shown of {listed(alike)}, but the data cannot tell {two} apart. Largest expected: {_told(top, model)}."
    else:
        said = f"No programme is shown to help {about} more than none. Largest expected: {_told(top, model)}."
    return said + tail


def _first(known: pd.DataFrame, told: str) -> str:
    """One programme is ahead; the words take back what overlapping intervals do not carry."""
    top, others = known.iloc[0], known.iloc[1:]
    near = others[others["high"] >= top["low"]]
    unshown = [str(x) for x in near["programme"][near["says"] == "no gain shown"]]
    smaller = [str(x) for x in near["programme"][near["says"] == "smaller gain"]]
    if unshown:
        said = f"Of {top['programme']} a gain is shown, and it may be offered first. Expected gain of {told}."
        return f"{said} The data cannot tell it apart from {listed(unshown)}, of which no gain is shown."
    said = f"Consider offering {top['programme']} first. Expected gain of {told}."
    if smaller:
        said += f" The interval of {listed(smaller)} overlaps with it, though the difference is shown."
    return said


def advice_certainty(table: pd.DataFrame, model: GainModel) -> Certainty:
    """That of the first row; low where the evaluation is fragile."""
    found: Certainty = table["certainty"].iloc[0]
    return "low" if model.credible == "fragile" and found in ("high", "moderate") else found


def advice_headline(table: pd.DataFrame, model: GainModel) -> Headline | None:
    """The largest expected gain."""
    top = table.iloc[0]
    if top["says"] == "too little to say":
        return None
    wide = model.known.settings.widest
    return Headline(
        float(top["gain"]), float(top["low"]), float(top["high"]), model.unit, (-wide, wide), model.level
    )


def advice_checks(
    table: pd.DataFrame, model: GainModel, market: Market, near: pd.DataFrame, about: str = PERSON
) -> tuple[Check, ...]:
    """Failed checks of the model, and what is particular to this person."""
    checks = [c for c in model.checks if c.status == "failed" and c.name != "refusals"]
    refused = table[table["says"] == "too little to say"]
    # Where nothing is said of any, the answer itself says why.
    if 0 < len(refused) < len(table):
        told = reasons_listed(list(refused["programme"]), list(refused["reason"]))
        checks.append(Check("refusal", "failed", f"Nothing is said of {told}."))
    if market.classes.count("unknown") == 2 and not market.here:
        checks.append(
            Check(
                "labour market",
                "failed",
                "Neither unemployment nor skill class of the labour market is known; intervals allow for either.",
            )
        )
    else:
        place = "where local people live" if market.here else "another place than that of the local people"
        checks.append(
            Check(
                "labour market",
                "informational",
                f"Labour market: {market_words(*market.classes)}, {place if model.known.local is not None else 'judged by published evidence alone'}.",
            )
        )
    checks.append(_order(table, about))
    if model.same_for_all:
        checks.append(
            Check(
                "same for all",
                "informational",
                "Gains are not shown to differ between people: the ranking is mostly that for everybody.",
            )
        )
    if len(near):
        checks.append(
            Check(
                "similar people",
                "informational",
                "Outcomes of similar people are what they experienced; those who took a programme differ from others in more than that.",
            )
        )
    checks.append(
        Check(
            "who decides",
            "informational",
            "This is advice from averages of people with such characteristics; the caseworker knows more, decides, and may override it with a reason."
            if about == PERSON
            else "This is advice from averages elsewhere; people decide, and may decide otherwise with a reason.",
        )
    )
    return tuple(checks)


def _order(table: pd.DataFrame, about: str) -> Check:
    shown = table[table["says"].isin(_SHOWN)]
    best = table["chance_best"].max()
    if not len(shown):
        return Check("order", "informational", "No gain is shown, so the order says little.")
    sure = bool(np.isfinite(best) and best >= 0.9) and shown["says"].iloc[0] == "offer first"
    share = f"{best:.0%}" if best < 0.995 else "more than 99%"
    top = table["programme"].iloc[int(np.nanargmax(table["chance_best"]))]
    said = f"The chance that {top} gives {about} most, among what is not refused, is {share}"
    return Check(
        "order",
        "passed" if sure else "informational",
        said + ("." if sure else ": the order is not certain."),
    )
