"""What the rules of a plan let through: how often a panel is called of one mind, or of two, when it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.rounds.answers_given import made_by, steps, the_plan
from almpo_kit.codesign.rounds.judging import judge
from almpo_kit.codesign.rounds.kernels.consensus_rule import band_of
from almpo_kit.codesign.rounds.kernels.share_intervals import exact_interval
from almpo_kit.vocabulary.consensus_rules import ConsensusRules
from almpo_kit.vocabulary.consultation_items import said
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
_COLUMNS: Final = (
    "circle",
    "agrees",
    "size",
    "consensus",
    "low",
    "high",
    "two_camps",
    "camps_low",
    "camps_high",
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ConsensusErrors(Finding):
    """How often panels drawn by lot from a known circle are called of one mind, or of two.

    ``table``, one row a circle and size of panel: ``circle`` in words, ``agrees`` (share of the circle in the upper third),
    ``size``, ``consensus`` and ``two_camps`` (shares of panels called so), with 95% intervals of the simulation.

    Parameters
    ----------
    draws : int
        Panels for each row.
    """

    draws: int


def consensus_errors(
    plan: Plan,
    *,
    item: str | None = None,
    sizes: Sequence[int] = (15, 40, 200),
    draws: int = 500,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> ConsensusErrors:
    """Say what the rules let through, before anybody is asked: for panels of some sizes, drawn from circles of opinion.

    Parameters
    ----------
    plan : Plan
    item : str, optional
        A statement, for its scale; the first one when left out.
    sizes : sequence of int
        Numbers of answers.
    draws : int
        Panels for each circle and size, 100 to 20000.
    seed : int
    progress : callable, optional

    Returns
    -------
    ConsensusErrors

    Raises
    ------
    DesignError
        The plan asks no statement.
    ParameterError
    """
    the_plan(plan, "consensus_errors")
    asked = [plan.item(item)] if item is not None else [i for i in plan.items if i.kind == "statement"][:1]
    if not asked or asked[0].kind != "statement":
        raise DesignError(
            "consensus_errors() is about statements; name one of the plan’s, e.g. item='more_courses'."
        )
    _whole("draws", draws, 100, 20_000)
    for size in sizes:
        _whole("sizes", size, 3, 5_000)
    scale = steps(asked[0])
    held = circles(scale, plan.rules)
    rows: list[dict[str, Any]] = []
    streams = np.random.SeedSequence(seed).spawn(len(held) * len(sizes))
    for (name, chances), size in ((c, s) for c in held.items() for s in sizes):
        rng = np.random.default_rng(streams[len(rows)])
        rows.append(_row(name, chances, int(size), scale, plan.rules, draws, rng))
        if progress is not None:
            progress(len(rows), len(streams))
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return ConsensusErrors(
        question=f"{said(plan.title, plan.languages[0])} · what do the rules of consensus let through?",
        sentence=_sentence(table, plan.rules),
        table=table,
        checks=_checks(table, plan.rules),
        provenance=made_by(
            plan=plan,
            method="codesign.consensus_errors",
            options={"item": asked[0].id, "sizes": [int(s) for s in sizes], "draws": draws},
            seed=seed,
        ),
        rests_on=f"{draws} simulated panels of each kind and size",
        draws=draws,
    )


def circles(scale: Array, rules: ConsensusRules) -> dict[str, Array]:
    """Circles of opinion: name -> chance of each step; the two that fall short of the rules are the ones to watch.

    Parameters
    ----------
    scale : array, shape (n_steps,)
    rules : ConsensusRules
    """
    side = band_of(scale, rules)
    up, down, rest = (side == 1) * 1.0, (side == -1) * 1.0, (side != 1) * 1.0

    def leaning(share: float) -> Array:
        return share * up / up.sum() + (1 - share) * rest / rest.sum()

    short = max(rules.agreement - 0.1, 0.0)
    found = {
        "spread evenly": np.full(len(scale), 1 / len(scale)),
        "two camps, half and half": 0.5 * up / up.sum() + 0.5 * down / down.sum(),
        "two camps, 60 to 40": 0.6 * up / up.sum() + 0.4 * down / down.sum(),
        f"{100 * short:.0f}% agree, others spread": leaning(short),
        f"{100 * rules.agreement:.0f}% agree, others spread": leaning(rules.agreement),
    }
    strong = min(rules.agreement + 0.15, 1.0)
    return found | {f"{100 * strong:.0f}% agree, others spread": leaning(strong)}


def _row(
    name: str,
    chances: Array,
    size: int,
    scale: Array,
    rules: ConsensusRules,
    draws: int,
    rng: np.random.Generator,
) -> dict[str, Any]:
    # Small panels repeat themselves: each bar chart is judged once.
    charts, times = np.unique(rng.multinomial(size, chances, size=draws), axis=0, return_counts=True)
    verdicts = [judge(np.repeat(scale, c), np.ones(size), scale, rules)["verdict"] for c in charts]
    one = int(sum(t for v, t in zip(verdicts, times, strict=True) if v.startswith("consensus")))
    two = int(sum(t for v, t in zip(verdicts, times, strict=True) if v == "two camps"))
    (low, high), (camps_low, camps_high) = exact_interval(one, draws, 0.95), exact_interval(two, draws, 0.95)
    return {
        "circle": name,
        "agrees": float(chances[band_of(scale, rules) == 1].sum()),
        "size": size,
        "consensus": one / draws,
        "low": low,
        "high": high,
        "two_camps": two / draws,
        "camps_low": camps_low,
        "camps_high": camps_high,
    }


def _short(table: pd.DataFrame, rules: ConsensusRules) -> pd.DataFrame:
    return table[table["agrees"] < rules.agreement - 1e-9]


def _sentence(table: pd.DataFrame, rules: ConsensusRules) -> str:
    short = _short(table, rules)
    if short.empty:
        return "The rules ask for so little agreement that no panel can fall short of it."
    worst = short.nlargest(1, "consensus").iloc[0]
    strong = table[table["agrees"] > rules.agreement + 1e-9]
    text = (
        f"Of 100 panels of {int(worst['size'])} drawn from people of whom {100 * worst['agrees']:.0f}% agree, the rules call "
        f"{number(100 * worst['consensus'], 0)} a consensus"
    )
    if strong.empty:
        return f"{text}."
    weak = strong.nsmallest(1, "consensus").iloc[0]
    return (
        f"{text}; of 100 panels of {int(weak['size'])} drawn from people of whom {100 * weak['agrees']:.0f}% agree, they find "
        f"{number(100 * weak['consensus'], 0)}."
    )


def _checks(table: pd.DataFrame, rules: ConsensusRules) -> tuple[Check, ...]:
    out = []
    short = _short(table, rules)
    passing = short[short["low"] > 0.05]
    if len(passing):
        pairs = zip(passing["size"], passing["consensus"], strict=True)
        panels = ", ".join(f"{int(s)} ({number(100 * c, 0)} of 100)" for s, c in pairs)
        told = (
            "More than 5 of 100 panels are called a consensus although too few agree among the people they are drawn from: "
            f"panels of {panels}. Ask more people, or ask for more agreement."
        )
        out.append(Check("rules let through", "failed", told))
    else:
        out.append(
            Check("rules let through", "passed", "At most 5 of 100 panels are called a consensus wrongly.")
        )
    single = table[~table["circle"].str.startswith("two camps")]
    worst = single.nlargest(1, "two_camps").iloc[0]
    told = f"Where people have no two camps, at most {number(100 * worst['two_camps'], 1)} of 100 panels are called split."
    out.append(Check("camps let through", "failed" if worst["camps_low"] > 0.05 else "passed", told))
    told = "Panels are drawn by lot here. People who are chosen, and who choose to answer, may be more alike."
    return (*out, Check("by lot", "informational", told))


def _whole(name: str, value: Any, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not least <= value <= most:
        raise ParameterError(
            f"consensus_errors() got {name}={value!r}; give whole numbers from {least} to {most}."
        )
