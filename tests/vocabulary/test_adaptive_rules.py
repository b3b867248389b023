from typing import Any

import numpy as np
import pytest

from almpo_kit.vocabulary.adaptive_rules import ADAPTIVE_KINDS, AdaptiveRule
from almpo_kit.vocabulary.errors import ParameterError


@pytest.mark.parametrize("kind", ADAPTIVE_KINDS)
def test_round_trip(kind: str) -> None:
    rule = AdaptiveRule(kind, floor=0.1, strata=("office", "sex"), stop_at=0.99, delay=2)
    again = AdaptiveRule.from_plain(rule.to_plain())
    assert again == rule and again.to_plain() == rule.to_plain()


def test_what_is_equal_is_written_alike() -> None:
    a, b = (
        AdaptiveRule("uniform", floor=0, stop_at=1),
        AdaptiveRule("uniform", floor=-0.0, batches=np.int64(10)),
    )  # type: ignore[arg-type]
    assert str(a.to_plain()) == str(b.to_plain())


@pytest.mark.parametrize(
    ("floor", "arms", "fits"), [(0.24, 4, True), (0.25, 4, False), (0.4, 3, False), (0.0, 20, True)]
)
def test_a_floor_that_all_arms_can_have(floor: float, arms: int, fits: bool) -> None:
    rule = AdaptiveRule("thompson", floor=floor)
    if fits:
        rule.fits(arms)
    else:
        with pytest.raises(ParameterError, match=f"take one below {1 / arms:.3g}"):
            rule.fits(arms)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "greedy"}, "none of uniform, thompson"),
    ({"floor": 0.5}, "from 0 below 0.5"),
    ({"floor": -0.1}, "from 0 below 0.5"),
    ({"tempering": 1.5}, "from 0 to 1"),
    ({"batch_size": 0}, "from 1 to"),
    ({"batches": 1}, "from 2 to"),
    ({"delay": 0}, "from 1 to 10"),
    ({"delay": 11}, "from 1 to 10"),
    ({"stop_at": 0.4}, "from 0.5 to 1"),
    ({"stop_for_harm": 1.1}, "from 0.5 to 1"),
    ({"strata": "office"}, r"e.g. \['office'\]"),
    ({"strata": ["office", "office"]}, "name each once"),
    ({"guard_drift": "yes"}, "True or False"),
]


@pytest.mark.parametrize(("given", "told"), REFUSED, ids=[t for _, t in REFUSED])
def test_refusals_name_the_way_out(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        AdaptiveRule(**({"kind": "thompson"} | given))


def test_plain_values_that_are_no_rule() -> None:
    for bad in ({}, {"kind": "thompson", "speed": 1}, None):
        with pytest.raises(ParameterError, match="no rule of an adaptive trial"):
            AdaptiveRule.from_plain(bad)  # type: ignore[arg-type]
