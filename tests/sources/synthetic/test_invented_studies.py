"""Invented evaluations: labelled, reproducible, and true to the truth that they state."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import is_synthetic


def test_labelled_everywhere_and_the_same_twice() -> None:
    first, second = sources.synthetic_studies(2, seed=3), sources.synthetic_studies(2, seed=3)
    assert first.effects["source"].str.startswith("SYNTHETIC").all() and is_synthetic(first.effects)
    assert is_synthetic(first.truth)
    pd.testing.assert_frame_equal(first.effects, second.effects)
    assert not first.effects["effect"].equals(sources.synthetic_studies(2, seed=4).effects["effect"])


def test_means_of_many_studies_are_the_truth() -> None:
    made = sources.synthetic_studies(120, seed=1)
    cell = ["programme_type", "unemployment_class", "skill_class", "horizon_months"]
    found = made.effects.groupby(cell)["effect"].agg(["mean", "std", "size"])
    both = found.join(made.truth.set_index(cell)["effect"])
    z = (both["mean"] - both["effect"]) / (both["std"] / np.sqrt(both["size"]))
    assert len(both) == 72 and z.abs().max() < 4
    assert z.std() < 1.4


def test_without_interaction_all_labour_markets_are_alike() -> None:
    truth = sources.synthetic_studies(1, interaction=0).truth
    assert (truth.groupby(["programme_type", "horizon_months"])["effect"].nunique() == 1).all()


@pytest.mark.parametrize(
    "wrong", [{"studies": 0}, {"studies": 1.5}, {"interaction": -1}, {"interaction": np.nan}]
)
def test_numbers_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match="give a"):
        sources.synthetic_studies(**wrong)  # type: ignore[arg-type]
