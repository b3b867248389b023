"""An assignment in words: question, sentence and what was checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from almpo_kit.matching.assignment.problem import PARTS, Problem
from almpo_kit.matching.assignment.solving import Settings, Solution
from almpo_kit.vocabulary.finding import Check, Status
from almpo_kit.vocabulary.rendering import number

#: Above this share of vacancies far over capacity the control has not done its work.
_MANY_OVER = 0.05


def question(f: Mapping[str, Any]) -> str:
    """As a caseworker or planner would ask."""
    if f["n_persons"] == 1:
        return f"Which vacancies suit this person? · {number(f['n_vacancies'], 0)} vacancies"
    return (
        "Who should be shown which vacancies, so that not everybody is sent to the same ones? · "
        f"{number(f['n_persons'], 0)} persons, {number(f['n_vacancies'], 0)} vacancies"
    )


def sentence(f: Mapping[str, Any]) -> str:
    """The lists, how crowded they are beside plain ones, and what that costs."""
    served = f["n_persons"] - f["n_unserved"]
    if not served:
        reasons = f["unserved"]["reason"].value_counts()
        why = f" Most often: {reasons.index[0]}." if len(reasons) else ""
        return f"None of the {number(f['n_persons'], 0)} persons can be shown a vacancy.{why}"
    if f["n_persons"] == 1:
        best = f"{number(100 * f['mean_score'], 0)} of 100"
        n = len_of(f)
        return f"{_many(n, 'vacancy')} {'suits' if n == 1 else 'suit'} best, with a mean score of {best}" + (
            "." if not f["priced"] else "; vacancies that many others are shown stand lower."
        )
    at = f["comparison"].set_index("measure")
    first = (
        f"{_many(served, 'person')} {'gets' if served == 1 else 'get'} a list of up to "
        f"{_many(f['top'], 'vacancy')}"
        + (f"; {number(f['n_unserved'], 0)} cannot be shown any." if f["n_unserved"] else ".")
    )
    if f["congestion"] == "none":
        share = number(100 * at.at["top_share", "ours"], 0)
        return f"{first} The 1% of vacancies most often shown take {share}% of all places on lists."
    ours, plain = (number(100 * at.at["top_share", c], 1) for c in ("ours", "plain"))
    unseen, before = (number(100 * at.at["never_shown", c], 0) for c in ("ours", "plain"))
    cost = f["plain_score"] - f["mean_score"]
    price = (
        f"costs {number(100 * cost, 1)} points of {number(100 * f['plain_score'], 1)} in the mean score"
        if cost >= 0.0005
        else "costs nothing that shows in the mean score"
    )
    return (
        f"{first} The 1% of vacancies most often shown take {ours}% of the places on lists, {plain}% if everybody "
        f"were shown the best by score; {unseen}% of vacancies are shown to nobody, {before}% otherwise. "
        f"{_left_empty(f) or f'This {price} (of 100).'}"
    )


def _left_empty(f: Mapping[str, Any]) -> str:
    """Where lists are short, the mean score of what is left on them hides the cost."""
    places, plain = len_of(f), float(f["posts"]["plain_load"].sum())
    empty = 1 - places / max(plain, 1.0)
    if empty < 0.005:
        return ""
    return (
        f"This leaves {number(100 * empty, 0)}% of the places on lists empty; what is on them scores "
        f"{number(100 * f['mean_score'], 1)} of 100 in the mean, {number(100 * f['plain_score'], 1)} otherwise."
    )


def len_of(f: Mapping[str, Any]) -> int:
    """Places on all lists."""
    return int(f["posts"]["load"].sum())


def _many(n: float, what: str) -> str:
    plural = {"vacancy": "vacancies", "person": "persons"}[what]
    return f"{number(n, 0)} {what if n == 1 else plural}"


def rests_on(p: Problem, f: Mapping[str, Any]) -> str:
    """How much went in, and how pairs are scored."""
    parts = ", ".join(
        f"{name} {number(100 * w, 0)}%" for name, w in zip(PARTS, p.rules.weights, strict=True) if w > 0
    )
    return (
        f"{_many(f['n_persons'], 'person')} and {_many(f['n_vacancies'], 'vacancy')} "
        f"({number(p.posts.sum(), 0)} posts); score: {parts}"
    )


def checks(
    p: Problem, s: Solution, how: Settings, room: np.ndarray, f: Mapping[str, Any]
) -> tuple[Check, ...]:
    """What was checked, in sentences."""
    made = [
        _solved(s, how, f),
        *(_capacity(p, how, room, f) if how.congestion != "none" and f["n_persons"] > 1 else []),
        *_without(f),
        *_places(p),
        Check(
            "score",
            "informational",
            "The score says how well occupation, place, wage and skills fit as far as they are noted. It is no chance of "
            "being hired, and nobody has checked it against hires.",
        ),
    ]
    return tuple(made)


def _solved(s: Solution, how: Settings, f: Mapping[str, Any]) -> Check:
    if how.congestion == "none" or s.bids == 0:
        return Check(
            "optimum",
            "informational",
            "Each list holds the best by score less price; nothing was balanced here.",
        )
    if not s.converged:
        return Check(
            "optimum",
            "failed",
            f"Stopped after {number(s.bids, 0)} {'bids' if how.congestion == 'prices' else 'sweeps'}, before the "
            "balance was found. The lists can be used, the prices are rough. Choose a larger tolerance, e.g. 0.01.",
        )
    if how.congestion == "entropic":
        return Check(
            "optimum",
            "passed",
            f"Shares were balanced until no price moved by more than {s.step:g} of score ({number(s.bids, 0)} sweeps); "
            "lists are drawn with these shares.",
        )
    lost, mean = f["gap"], max(f["mean_score"], 1e-9)
    words = (
        "The lists are within "
        f"{_small(lost)} of score a place of the best possible ones ({_small(100 * lost / mean)}% of the mean); the "
        f"bound counts every admissible pair. The auction took {number(s.bids, 0)} bids in {s.rounds} "
        f"round{'s' if s.rounds > 1 else ''}."
    )
    return Check("optimum", "passed" if lost <= max(0.02 * mean, s.step) else "failed", words)


def _small(value: float) -> str:
    value = max(0.0, value)
    return "0.0001" if value < 1e-4 else f"{value:.2g}"


def _capacity(p: Problem, how: Settings, room: np.ndarray, f: Mapping[str, Any]) -> list[Check]:
    posts = f["posts"]
    use = posts[posts["reachable"] & (posts["capacity"] > 0)]
    if use.empty:
        return []
    places, wanted = float(use["load"].sum()), float(use["capacity"].sum())
    over = float((use["ratio"] > 1.1).mean())
    even = "even share" in f["capacity_from"] and "column" not in f["capacity_from"]
    room_for = "an even share of persons" if even else "the persons they have room for"
    words = (
        f"{number(100 * over, 1)}% of vacancies are shown to more than 110% of {room_for}; the most crowded to "
        f"{number(float(use['ratio'].max()), 1)} times {'that' if even else 'its capacity'}."
    )
    if even:
        words += (
            f" An even share is {number(places / max(float(use['posts'].sum()), 1e-9), 1)} persons a post; it is exceeded "
            "where persons outnumber posts, as evenly as their occupations and places allow."
        )
    elif over > _MANY_OVER:
        words += (
            f" All vacancies together have room for {number(wanted, 0)} places on lists and take {number(places, 0)}"
            + ("; " if wanted < places else ", but not where the persons are; ")
            + "shorter lists (top=) or a wider limit (max_km=) would ease it."
        )
    status: Status = "informational" if even else "failed" if over > _MANY_OVER else "passed"
    out = [Check("capacity", status, words)]
    short = 1 - f["comparison"].set_index("measure").at["full_lists", "ours"]
    if how.overload == math.inf and short > 0.005:
        out.append(
            Check(
                "full lists",
                "failed" if short > 0.2 else "informational",
                f"{number(100 * short, 0)}% of persons have fewer than {f['top']} vacancies on their list, because "
                "capacity is never exceeded (overload=None) or too few fit.",
            )
        )
    return out


def _without(f: Mapping[str, Any]) -> list[Check]:
    if not f["n_unserved"] and f["unserved"].empty:
        return [Check("nobody left out", "passed", "Everybody has a list.")]
    reasons = f["unserved"]["reason"].value_counts().head(3)
    why = "; ".join(f"{r} ({number(n, 0)})" for r, n in reasons.items())
    share = f["n_unserved"] / max(1, f["n_persons"])
    return [
        Check(
            "nobody left out",
            "failed" if share > 0.02 else "informational",
            f"{number(100 * share, 1)}% of persons have no list (reasons by rows of the file: {why}). They are in the "
            "table with rank 0.",
        )
    ]


def _places(p: Problem) -> list[Check]:
    out = []
    labels = [float(at.by_label.mean()) if at.by_label.size else 0.0 for at in p.places]
    if p.rules.sphere and max(labels) > 0:
        out.append(
            Check(
                "distance",
                "informational",
                f"{number(100 * labels[0], 0)}% of persons and {number(100 * labels[1], 0)}% of vacancies stand at the "
                "label point of their region: within a region their distance is taken as 0 km, and neighbours "
                "across its border may be missed.",
            )
        )
    if not (p.rules.sphere or p.rules.travel):
        out.append(
            Check(
                "distance",
                "failed",
                "No points are known, so distance plays no part: lists may be out of reach.",
            )
        )
    missing = int((~p.located[1]).sum())
    if missing:
        out.append(
            Check(
                "vacancies without a place",
                "failed" if missing > 0.02 * p.posts.size else "informational",
                f"{number(missing, 0)} vacancies have no point (or are not in the travel matrix) and are shown to nobody.",
            )
        )
    return out
