"""The funnel and the figure of adjusted averages, drawn from what the evidence wing finds."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from almpo_kit.evidence import small_study
from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg

from .stand_ins import bias as bias_of
from .stand_ins import funnel as funnel_of

WIDTHS = (720, 328)


def words(picture: str) -> str:
    return " ".join(t.strip() for t in ElementTree.fromstring(picture).itertext() if t.strip())


@pytest.fixture(scope="module")
def skewed() -> pd.DataFrame:
    """Thirty studies of which imprecise ones find more."""
    rng = np.random.default_rng(5)
    se = np.linspace(0.5, 4.0, 30)
    return pd.DataFrame(
        {
            "effect": 1.0 + 0.9 * se + rng.normal(0, 0.6 * se),
            "se": se,
            "study_id": [f"s{i}" for i in range(30)],
            "outcome": "employment_probability",
            "unit": "percentage_points",
        }
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "verb",
    [
        small_study.funnel,
        small_study.egger,
        small_study.trim_and_fill,
        small_study.bias,
        small_study.pet_peese,
        small_study.worst_case,
    ],
)
def test_every_finding_draws_itself(skewed, verb, width):
    picture = svg(verb(skewed).plot(width=width))
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)
    assert box is not None
    assert width - 1 <= float(box[1]) <= width + 4
    lettering = words(picture)
    assert "percentage points" in lettering
    assert "30 independent samples" in lettering
    assert "nan" not in lettering.lower().split()


def test_a_funnel_has_every_estimate_its_contours_and_the_average():
    picture = svg(draw(funnel_of(20), width=720))
    assert len(re.findall(r"\(standard error \d", picture)) >= 20
    lettering = words(picture)
    for label in ("p = 0.05", "0.01", "average 1.2 points", "better for the person →"):
        assert label in lettering
    assert "16 estimates" in lettering and "4 filled in" in lettering
    assert "nobody measured them" in lettering
    assert "Egger's regression" in lettering


def test_precise_estimates_stand_above_imprecise_ones(skewed):
    chart = small_study.funnel(skewed).plot().to_dict()
    scales = [layer["encoding"]["y"]["scale"] for layer in chart["layer"] if "y" in layer.get("encoding", {})]
    assert {min(s["domain"]) for s in scales} == {0.0}
    assert all(s["range"][0] < s["range"][1] for s in scales), (
        "pixels grow downwards, so must standard errors"
    )


def test_no_average_no_line():
    lettering = words(svg(draw(funnel_of(8, mean=float("nan"), slope=float("nan")), width=720)))
    assert "average" not in lettering
    assert "Egger" not in lettering


def test_on_a_phone_the_usual_limit_stays(skewed):
    lettering = words(svg(small_study.funnel(skewed).plot(width=328)))
    assert "0.05" in lettering and "0.01" in lettering


def test_money_needs_room_for_its_scale():
    finding = funnel_of(12)
    finding.table[["effect", "se"]] *= 10_000
    lettering = words(svg(draw(finding, width=328)))
    assert "\u202f000" in lettering


def test_each_method_has_its_row_its_number_or_its_reason():
    lettering = words(svg(draw(bias_of(5), width=720)))
    assert "Method 0" in lettering and "2.00 (0.50 to 3.50)" in lettering.replace(
        "2.0 (0.5 to 3.5)", "2.00 (0.50 to 3.50)"
    )
    assert "No number: 3.21 degrees of freedom" in lettering
    assert "Method 1: p = 0.03" in lettering, "a test stands in the notes, not among the averages"
    assert "3.0 times as likely" in lettering
    assert "true effects do not vary" in lettering


def test_an_average_of_too_few_degrees_of_freedom_is_not_drawn():
    finding = bias_of(5)
    finding.table["df"] = [9.0, np.nan, np.nan, 3.999, 4.0]
    lettering = words(svg(draw(finding, width=720)))
    assert "No number: 4.00 degrees" not in lettering
    assert "1.7 (" not in lettering and "1.6 (" in lettering


def test_a_refusal_is_drawn_as_one(skewed):
    finding = small_study.bias(skewed.head(3))
    lettering = words(svg(finding.plot()))
    assert "Nothing to draw" in lettering
    assert "3 independent samples" in lettering
