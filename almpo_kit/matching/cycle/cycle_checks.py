"""What to doubt in a cycle: forecasts no better than naive, fans that miss, calm backtests, gaps, seasons, definitions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.matching.cycle import timeline
from almpo_kit.matching.cycle.backtest import ENOUGH
from almpo_kit.matching.cycle.cycle_words import moved, pandemic_periods, sources_of
from almpo_kit.matching.cycle.market import TIGHTNESS, Market
from almpo_kit.matching.cycle.outlook import Outlook
from almpo_kit.matching.cycle.phases import SHORTEST
from almpo_kit.matching.cycle.rates import LEAST, UNEMPLOYMENT, VACANCIES
from almpo_kit.matching.cycle.selecting import PROOF
from almpo_kit.matching.cycle.standing import Standing
from almpo_kit.matching.cycle.words import MODEL, SERIES, capital, horizons, time_word
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def checks(
    of: Market,
    stands: Standing,
    table: pd.DataFrame,
    tested: pd.DataFrame,
    covered: pd.DataFrame,
    own: dict[str, Outlook],
) -> tuple[Check, ...]:
    """Every check of a cycle."""
    return (
        *(
            Check(f"{s}_refused", "failed", f"{capital(SERIES[s])} is not forecast: {why}.")
            for s, why in of.refused.items()
        ),
        *(_better(s, of, table, tested) for s in own),
        *(_coverage(s, covered) for s in own),
        _pandemic(of, own[UNEMPLOYMENT]),
        *(c for i in of.rates for c in _data(of, i)),
        *_definition(of),
        *_coherent(table),
        *_phase(of, stands),
    )


def _better(series: str, of: Market, table: pd.DataFrame, tested: pd.DataFrame) -> Check:
    """Is the combination better than naive, and where is it not."""
    name, subject, f = f"{series}_naive", capital(SERIES[series]), of.frequency
    rows = tested[(tested["series"] == series) & (tested["model"] == "combination")]
    given = table[table["series"] == series].set_index("horizon")["model"]
    unproven = [int(h) for h, n in zip(rows["horizon"], rows["n"], strict=True) if n < PROOF]
    worse = [
        int(h) for h, r in zip(rows["horizon"], rows["relative"], strict=True) if r >= 1 and h not in unproven
    ]
    ratios = rows["relative"].dropna()
    span = f"{number(ratios.min(), 2)} to {number(ratios.max(), 2)}" if len(ratios) else "unknown"
    if not worse and not unproven:
        open_ = [int(h) for h, r in zip(rows["horizon"], rows["relative_high"], strict=True) if r >= 1]
        text = (
            f"{subject}: the combination's mean absolute error is {span} times that of the best naive forecast "
            f"({int(rows['n'].min())} outcomes or more)."
        )
        text += f" Chance alone could give this {horizons(open_, f)}." if open_ else ""
        return Check(name, "passed", text)
    parts = [
        f"{subject}: the combination's mean absolute error is {span} times that of the best naive forecast."
    ]
    if worse:
        parts.append(f"It is no better than naive {horizons(worse, f)}.")
    if unproven:
        parts.append(f"It is unproven, with fewer than {PROOF} outcomes, {horizons(unproven, f)}.")
    used = sorted({MODEL[m] for m in given[[*worse, *unproven]] if m != "combination"})
    parts.append(f"There the naive forecast is given ({', '.join(used)}).")
    return Check(name, "failed", " ".join(parts))


def _coverage(series: str, covered: pd.DataFrame) -> Check:
    name, subject = f"{series}_fan", capital(SERIES[series])
    rows = covered[(covered["series"] == series) & (covered["level"] > 0.5)]
    n = int(rows["n_origins"].iloc[0])
    if n < ENOUGH:
        text = (
            f"{subject}: {n} forecasts after the first {PROOF} are too few to test the fan (at least {ENOUGH}). It leans on "
            "the size of all changes in the series, so it is wide where the series has seen much."
        )
        return Check(name, "informational", text)
    missed = [r for r in rows.to_dict("records") if not r["low"] <= r["level"] <= r["high"]]
    told = [
        f"{r['level']:.0%} fan {_share(r['covered'])} (95%: {_share(r['low'])} to {_share(r['high'])})"
        for r in rows.to_dict("records")
    ]
    text = f"{subject}: of the outcomes, pooled over horizons and {n} forecasts, lay inside the {' and the '.join(told)}."
    text += _side(rows.iloc[-1])
    if missed:
        off = [f"{r['level']:.0%} by {number(100 * (r['covered'] - r['level']))} points" for r in missed]
        return Check(name, "failed", f"{text} The fan misses its level: {', '.join(off)}.")
    return Check(name, "passed", text)


def _side(row: pd.Series) -> str:
    """Say when misses lie on one side: rises come faster than falls."""
    above, below = float(row["above"]), float(row["below"])
    if max(above, below) < 3 * min(above, below) or max(above, below) < 0.01:
        return ""
    where = "above" if above > below else "below"
    return f" Misses of the widest fan lie mostly {where} it ({_share(above)} above, {_share(below)} below)."


def _share(x: float) -> str:
    return f"{number(100 * x)}%"


def _pandemic(of: Market, own: Outlook) -> Check:
    """Whether the errors behind the fans have seen the pandemic."""
    name, periods = "pandemic", pandemic_periods(of)
    if not periods:
        return Check(name, "informational", "No period of the pandemic is in the series.")
    first = of.rates[UNEMPLOYMENT].first
    scored = [p for p in periods if p - first > int(own.origins[0])]
    span = timeline.spans(periods, of.frequency)
    if scored:
        text = (
            f"The pandemic ({span}) is kept in models, scores and fans as it was: {len(scored)} of the outcomes scored one step "
            "ahead lie in it."
        )
        return Check(name, "informational", text)
    text = (
        f"All forecasts scored are of outcomes after the pandemic ({span}), so the backtest has seen calm times only. Fans "
        "lean on it only through the size of changes; a shock of its kind would leave them."
    )
    return Check(name, "failed", text)


def _data(of: Market, indicator: str) -> list[Check]:
    """Gaps, zeros, future values, editions, averages and seasons of one rate."""
    own, f = of.rates[indicator], of.frequency
    subject, out = capital(SERIES[indicator]), []
    reasons = {
        "earlier": "lie before a gap and are not used",
        "later": "lie after a gap, in a stretch too short to forecast from, and are not used",
        "zero": "are published as 0.0, below the last decimal, and count as missing",
        "future": "are of periods that have not begun and are not used",
        "forecast": "are marked as forecasts by their source and are not used",
    }
    for why, places in own.dropped.items():
        status = "informational" if why == "earlier" else "failed"
        text = f"{subject}: the values of {timeline.spans(list(places), f)} {reasons[why]}."
        out.append(
            Check(f"{indicator}_{why}", "informational" if status == "informational" else "failed", text)
        )
    names = sources_of(of, indicator)
    if len(names) > 1:
        text = f"{subject} joins values of {len(names)} sources ({'; '.join(names)}): a step where they meet may be no change."
        out.append(Check(f"{indicator}_editions", "failed", text))
    if own.averaged:
        finer = {4: "months", 1: "quarters"}[f]
        out.append(Check(f"{indicator}_means", "informational", f"{subject}: means of {finer}."))
    if f > 1:
        out.append(_seasons(of, indicator))
    return out


def _seasons(of: Market, indicator: str) -> Check:
    own, subject = of.rates[indicator], capital(SERIES[indicator])
    name = f"{indicator}_seasons"
    if own.seasonal:
        said = "is not seasonally adjusted" if own.stated else "is not said to be seasonally adjusted"
        text = (
            f"{subject} {said}: it is forecast as published, with seasons estimated from what was known at each origin and "
            "shrunk where years are few; phases are dated without them."
        )
        return Check(name, "informational", text)
    if own.stated:
        return Check(name, "passed", f"{subject} is seasonally adjusted by its publisher.")
    text = f"Whether {SERIES[indicator]} is seasonally adjusted is not stated; it is used as it is."
    return Check(name, "informational", text)


def _definition(of: Market) -> list[Check]:
    if TIGHTNESS in of.refused or VACANCIES not in of.rates:
        return []
    if of.exact:
        text = "Both rates are shares of the labour force, so their ratio is vacancies per unemployed person."
        return [Check("tightness_definition", "passed", text)]
    text = (
        "The vacancy rate is a share of posts, unemployment of the labour force: tightness is reckoned as if there were as "
        "many posts as employed people. Its level is usually too high; its movements are what counts."
    )
    return [Check("tightness_definition", "failed", text)]


def _coherent(table: pd.DataFrame) -> list[Check]:
    """Tightness is forecast for itself; say how far it lies from the ratio of the two forecasts."""
    wide = table.pivot_table(index="period", columns="series", values="forecast")
    if not {UNEMPLOYMENT, VACANCIES, TIGHTNESS} <= set(wide):
        return []
    both, last = wide.dropna(), table.drop_duplicates("series").set_index("series")["last"]
    if both.empty:
        return []
    moves = {s: np.log(both[s] / last[s]) for s in (UNEMPLOYMENT, VACANCIES, TIGHTNESS)}
    apart = (moves[TIGHTNESS] - moves[VACANCIES] + moves[UNEMPLOYMENT]).abs().max()
    text = (
        "Each series is forecast for itself, so that each is scored for itself: the forecast of tightness differs from the "
        f"ratio of the other two by up to {number(100 * float(apart), 0)}%."
    )
    return [Check("coherence", "informational", text)]


def _phase(of: Market, stands: Standing) -> list[Check]:
    f = of.frequency
    size = (
        f"{number(stands.smallest)} points"
        if stands.basis == UNEMPLOYMENT
        else f"{100 * stands.smallest:.0f}%"
    )
    span = f"{stands.dated['period'].iloc[0]} to {stands.dated['period'].iloc[-1]}"
    text = (
        f"Phases by {SERIES[stands.basis]}: swings of at least {size} lasting at least {SHORTEST[f]} "
        f"{time_word(f, SHORTEST[f])}; tight or slack against the middle (median) of {span}, which is not full employment. "
        "A swing that has gone no further for a year is over. A turn is known only in hindsight. Sizes are conventions."
    )
    right, tried = stands.called
    known = tried >= LEAST[1]
    real = (
        f"In real time the direction was called as hindsight sees it in {right} of {tried} {time_word(f)}."
        if known
        else f"The series is too short to say how often the direction is called right in real time ({tried} {time_word(f, tried)})."
    )
    out = [
        Check("phase_rule", "informational", text),
        Check("phase_real_time", "failed" if known and 3 * right < 2 * tried else "informational", real),
    ]
    turn = moved(of, stands)
    return [*out, Check("beveridge_move", "informational", turn)] if turn else out
