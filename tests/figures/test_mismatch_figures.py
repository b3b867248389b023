"""Mismatch as it is drawn."""

from __future__ import annotations

from xml.etree import ElementTree

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.figures.svg import svg
from almpo_kit.matching import mismatch
from almpo_kit.vocabulary.finding import Finding


def words(finding: Finding, width: int) -> str:
    root = ElementTree.fromstring(svg(finding.plot(width=width)))
    return " ".join(" ".join(t.split()) for t in root.itertext() if t.strip())


@pytest.mark.parametrize("width", [720, 328])
def test_the_share_of_unemployment_says_when_it_is_a_limit(width: int) -> None:
    d = sources.synthetic_labour_market(seekers=20_000, vacancies=4_000).stocks
    level = {"geo": 2, "occupation": 1}
    drawn = words(mismatch(d, level=level, interval="delta"), width)
    assert "lower at most, once flows balance" in drawn and "SYNTHETIC" in drawn
    rate = pd.DataFrame({"unemployment_rate": [0.1]})
    drawn = words(mismatch(d, level=level, interval="delta", flows=rate), width)
    assert "lower, once flows balance" in drawn and "at most" not in drawn
