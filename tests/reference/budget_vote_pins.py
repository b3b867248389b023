"""Pins of budget votes: the method of equal shares by pabutools (1.2.3), with exact fractions.

Run in an environment of its own with ``pabutools``; it is no dependency of the project:
``python budget_vote_pins.py > budget_vote_pins.json``.
"""

import json
import random

from pabutools.election import (
    Additive_Cardinal_Sat,
    ApprovalBallot,
    ApprovalProfile,
    CardinalBallot,
    Cardinality_Sat,
    CardinalProfile,
    Cost_Sat,
    Instance,
    Project,
)
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import lexico_tie_breaking


def one(k: int) -> dict:
    draw = random.Random(k)
    n, m = draw.randint(4, 40), draw.randint(2, 10)
    # Cheapest first: where prices are equal, ours takes the cheaper one and pabutools the first name.
    cost = sorted(draw.sample(range(1001, 9999), m))
    budget = draw.randint(max(cost), max(max(cost) + 1, sum(cost)))
    kind = ("number", "cost", "given")[k % 3]
    chance = [draw.uniform(0.1, 0.8) for _ in range(m)]
    votes = [
        [int(draw.random() < chance[c]) * (draw.randint(1, 97) if kind == "given" else 1) for c in range(m)]
        for _ in range(n)
    ]
    projects = [Project(f"p{c:02d}", cost[c]) for c in range(m)]
    instance = Instance(projects, budget_limit=budget)
    if kind == "given":
        ballots = [CardinalBallot({projects[c]: v for c, v in enumerate(row)}) for row in votes]
        profile, sat = CardinalProfile(ballots, instance=instance), Additive_Cardinal_Sat
    else:
        ballots = [ApprovalBallot([projects[c] for c, v in enumerate(row) if v]) for row in votes]
        profile, sat = (
            ApprovalProfile(ballots, instance=instance),
            {"number": Cardinality_Sat, "cost": Cost_Sat}[kind],
        )
    order = method_of_equal_shares(instance, profile, sat_class=sat, tie_breaking=lexico_tie_breaking)
    return {
        "utility": kind,
        "votes": votes,
        "cost": cost,
        "budget": budget,
        "order": [int(p.name[1:]) for p in order],
    }


print(json.dumps([one(k) for k in range(90)]))
