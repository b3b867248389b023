"""Prices and paybacks against R: ``tests/reference/returns_pins.R``."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from almpo_kit.recommendation.returns.cost_per_job import cost_per_job
from almpo_kit.recommendation.returns.fiscal import fiscal_return

PINS = json.loads((Path(__file__).parents[2] / "reference/returns_pins.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("pin", PINS["prices"], ids=lambda p: f"{p['effect']} at {p['cost']}")
def test_prices(pin: dict[str, float]) -> None:
    found = cost_per_job(
        pin["effect"], pin["se"], pin["cost"], cost_se=pin["cost_se"], covariance=pin["covariance"]
    )
    assert float(found.value) == pytest.approx(pin["value"], rel=1e-9)
    assert float(found.low) == pytest.approx(pin["low"], rel=1e-6)
    high = pin.get("high")
    assert float(found.high) == (pytest.approx(high, rel=1e-6) if isinstance(high, float | int) else math.inf)


@pytest.mark.parametrize("pin", PINS["paybacks"], ids=lambda p: f"{p['cost']}")
def test_paybacks(pin: dict) -> None:  # type: ignore[type-arg]
    found = fiscal_return(
        pin["months"],
        pin["cost"],
        public_gain=pin["public"],
        income_gain=pin["income"],
        discount=pin["discount"],
        displacement=pin["displacement"],
        substitution=pin["substitution"],
    )
    assert found.net_cost[0] == pytest.approx(pin["net_cost"], rel=1e-9)
    assert found.willingness[0] == pytest.approx(pin["willingness"], rel=1e-9)
    worth = math.inf if pin["mvpf"] == "infinite" else pin["mvpf"]
    assert found.mvpf[0] == pytest.approx(worth, rel=1e-9)
