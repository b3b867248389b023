"""What a gain model says: sentence, certainty, checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from almpo_kit.recommendation.gains.abstention import people_words
from almpo_kit.recommendation.gains.gain_tables import main_market
from almpo_kit.vocabulary.finding import Certainty, Check, Headline
from almpo_kit.vocabulary.rendering import interval, number

if TYPE_CHECKING:
    from almpo_kit.recommendation.gains.gain_model import GainModel

_CLASSES = ("unemployment_class", "skill_class")


def digits_of(low: float, high: float) -> int:
    """Decimals that an interval warrants."""
    width = high - low
    return 0 if width >= 20 else 1 if width >= 0.5 else 2 if width >= 0.05 else 3


def gain_words(gain: float, low: float, high: float, unit: str, level: float) -> str:
    """A gain with its interval."""
    return interval(gain, low, high, unit, level, digits_of(low, high))


def market_words(unemployment: str, skill: str) -> str:
    """``high unemployment, low-skilled jobs``."""
    parts = [] if unemployment == "unknown" else [f"{unemployment} unemployment"]
    parts += [] if skill == "unknown" else [f"{skill}-skilled jobs"]
    return ", ".join(parts) or "class not known"


def listed(names: list[str], at_most: int = 5) -> str:
    """``a, b and c``."""
    if len(names) > at_most:
        return f"{', '.join(names[: at_most - 1])} and {len(names) - at_most + 1} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def main_rows(model: GainModel) -> pd.DataFrame:
    """Rows of the table where most local people live."""
    market = main_market(model.known)
    t = model.table
    return t[(t["unemployment_class"] == market.unemployment) & (t["skill_class"] == market.skill)]


def shown(model: GainModel) -> pd.DataFrame:
    """Rows there that are not refused, the largest gain first."""
    rows = main_rows(model)
    return rows[~rows["abstains"]].sort_values("gain", ascending=False, kind="stable")


def model_sentence(model: GainModel) -> str:
    """The answer in plain words."""
    rows, every = shown(model), main_rows(model)
    market = main_market(model.known)
    where = f"Where labour markets are as most here ({market_words(market.unemployment, market.skill)})"
    where = where if market.here else "For a labour market of unknown class"
    refused = [str(x) for x in every["programme"][every["abstains"]]]
    if not len(rows):
        return f"{where}, too little is known to say what any of these programmes adds: {every['reason'].iloc[0]}."
    top = rows.iloc[0]
    words = gain_words(top["gain"], top["low"], top["high"], model.unit, model.level)
    if top["low"] > 0:
        said = f"{where}, {top['programme']} against no programme is expected to add most to the {model.target_words}: {words}"
        said += _peers(rows)
    else:
        said = f"{where}, no programme is shown to add to the {model.target_words}: the largest expected gain, of {top['programme']} against no programme, is {words}"
    if not market.here:
        said += _by_class(model)
    if model.same_for_all:
        said += ". Gains are not shown to differ between people: take them as the same for all"
    if refused:
        said += f". Too little is known of {listed(refused)}"
    return said + "."


def _by_class(model: GainModel) -> str:
    """Where classes are known: in which labour markets a gain is shown, and of what."""
    t = model.table
    rows = t[~t["abstains"] & (t["low"] > 0) & (t["unemployment_class"] != "unknown")]
    names = [str(x) for x in dict.fromkeys(rows["programme"])]
    told = []
    for name in names:
        own = rows[rows["programme"] == name]
        places = [market_words(u, s) for u, s in zip(*(own[c] for c in _CLASSES), strict=True)]
        told.append(f"{name} ({'all classes' if len(places) == 4 else '; '.join(places)})")
    return f". Where the classes are known, a gain is shown of {listed(told)}" if told else ""


def _peers(rows: pd.DataFrame) -> str:
    others = rows.iloc[1:]
    near = [str(x) for x in others["programme"][others["high"] >= rows["low"].iloc[0]]]
    return f"; its interval overlaps with that of {listed(near)}, so the order is not certain" if near else ""


def certainty_of(model: GainModel) -> Certainty:
    """That of the largest gain shown."""
    rows = shown(model)
    if not len(rows):
        return "too little to say"
    found: Certainty = rows["certainty"].iloc[0]
    return "low" if model.credible == "fragile" and found in ("high", "moderate") else found


def headline_of(model: GainModel) -> Headline | None:
    """The largest gain shown; the bar reaches as far as an interval that is refused would."""
    rows = shown(model)
    if not len(rows):
        return None
    top, wide = rows.iloc[0], model.known.settings.widest
    return Headline(
        float(top["gain"]),
        float(top["low"]),
        float(top["high"]),
        model.unit,
        (-wide, wide),
        model.level,
    )


def rests(model: GainModel) -> str:
    """What it rests on."""
    known, parts = model.known, []
    if len(known.evidence):
        n = sum(known.evidence.samples(t) for t in known.evidence.table["programme_type"].unique())
        if not known.evidence.predicted:
            n = known.evidence.table["sample"].nunique()
        # Studies, not published ones: they may be a person's own, or invented.
        parts.append(f"{n} independent sample{'' if n == 1 else 's'} of studies")
    if known.local is not None and known.taken is not None:
        took = sum(int(known.taken[a]) for a in known.local.arms)
        parts.append(f"local people of whom {people_words(took)} took a programme")
    return " and ".join(parts) or "nothing that can be used"


def model_checks(model: GainModel) -> tuple[Check, ...]:
    """What was checked."""
    return tuple(
        c
        for c in (
            _verdict(model),
            _refusals(model),
            *_sources(model),
            _sameness(model),
            _straight(model),
            _unlearned(model),
            _elsewhere(model),
            _integration(model),
            _assumptions(model),
        )
        if c is not None
    )


def _verdict(model: GainModel) -> Check | None:
    if model.known.taken is None:
        return None
    name = "local evaluation"
    if model.credible == "credible":
        return Check(name, "passed", "The evaluation of local people was judged credible.")
    if model.credible == "not identified":
        return Check(
            name,
            "failed",
            "Local people are not used: their evaluation does not identify the effect. Only published evidence is left.",
        )
    if model.credible == "fragile":
        return Check(
            name,
            "failed",
            "The evaluation of local people was judged fragile: gains learned from them may be biased.",
        )
    return Check(
        name, "informational", "Nobody has judged whether the evaluation of local people is credible."
    )


def _refusals(model: GainModel) -> Check | None:
    t = model.table
    if not t["abstains"].any():
        return None
    none = [str(p) for p in dict.fromkeys(t["programme"]) if t[t["programme"] == p]["abstains"].all()]
    some = [str(p) for p in dict.fromkeys(t["programme"][t["abstains"]]) if str(p) not in none]
    parts = [f"nothing is said of {listed(none)}"] if none else []
    parts += [f"nothing is said in some labour markets of {listed(some)}"] if some else []
    said = " and ".join(parts)
    return Check("refusals", "failed", f"{said[:1].upper()}{said[1:]}: {t['reason'][t['abstains']].iloc[0]}.")


def _sources(model: GainModel) -> list[Check]:
    known, found = model.known, []
    if known.why_no_local and model.credible != "not identified":
        found.append(Check("local people", "failed", f"Local people are not used: {known.why_no_local}."))
    found += [Check("evidence left out", "informational", f"Not used: {w}.") for w in known.evidence.left_out]
    own = model.sources["programme_type"].unique()
    thin = not any(known.evidence.samples(t) >= known.settings.fewest_samples for t in own)
    if known.local is not None and thin:
        found.append(
            Check(
                "published evidence",
                "informational",
                f"No type of programme here has {known.settings.fewest_samples} independent samples of usable evidence: gains rest on local people.",
            )
        )
    if known.local is None and len(known.evidence):
        found.append(
            Check(
                "local people",
                "informational",
                "No local people were learned from: gains are those of average participants elsewhere.",
            )
        )
    return found


def _sameness(model: GainModel) -> Check | None:
    if model.same_for_all is None:
        return None
    f, q, df, p = model.known.local.differ if model.known.local is not None else (np.nan,) * 4
    test = f"F({number(q, 0)}, {number(df, 0)}) = {number(f, 2)}, p {'< 0.001' if p < 0.001 else '= ' + number(p, 3)}"
    if model.same_for_all:
        return Check(
            "same for all",
            "informational",
            f"Gains are not shown to differ by characteristics or labour market ({test}): predicted differences between people are mostly chance.",
        )
    return Check("same for all", "passed", f"Gains differ by characteristics or labour market ({test}).")


def _straight(model: GainModel) -> Check | None:
    local = model.known.local
    if local is None or not len(local.missed):
        return None
    worst = int(np.argmax(local.missed))
    missed = float(np.sqrt(local.missed[worst]))
    if missed <= 0.1 * model.known.settings.scale:
        return None
    name = model.menu.names[int(local.arms[worst])]
    return Check(
        "straight lines",
        "informational",
        f"Gains of {name} differ in ways that straight lines in the characteristics miss (standard deviation about {number(missed, 1 if missed >= 0.5 else 2)} {model.unit}); intervals for people are wider by that. A policy tree may find them.",
    )


def _unlearned(model: GainModel) -> Check | None:
    t = model.variances
    names = t["words"][(t["learned"] < 0.1) & t["component"].isin(["unemployment", "skill", "interaction"])]
    if not len(names):
        return None
    return Check(
        "context",
        "informational",
        f"These data hardly tell how gains differ {listed([str(n) for n in names])}; what is not known widens the intervals.",
    )


def _elsewhere(model: GainModel) -> Check | None:
    t = model.table
    if model.known.local is None or t["seen_locally"].all():
        return None
    cells = t[~t["seen_locally"]]
    markets = dict.fromkeys(market_words(u, s) for u, s in zip(*(cells[c] for c in _CLASSES), strict=True))
    return Check(
        "labour markets not seen",
        "informational",
        f"For some programmes no local people were seen in: {'; '.join(markets)}. Gains there are shrunk, and wide.",
    )


def _integration(model: GainModel) -> Check:
    worth = model.known.integrated.effective
    good = worth >= 0.1 * model.known.settings.points
    said = f"The unknown variances were averaged over {number(model.known.settings.points, 0)} points, worth {number(worth, 0)} equal ones"
    return Check(
        "integration",
        "passed" if good else "failed",
        said + ("." if good else "; that is few: give more points, e.g. points=1024."),
    )


def _assumptions(model: GainModel) -> Check:
    s = model.known.settings
    d = 1 if s.scale >= 1 else 3
    return Check(
        "assumptions",
        "informational",
        f"An average effect of {number(s.scale, d)} {model.unit} would not surprise (the scale of all priors); half of every deviation by class or place is common to all programme types; estimates of one study have errors correlated by 0.5; published effects are taken to be in the unit and of the outcome of the local ones.",
    )
