from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, kstest

from almpo_kit.experiments.assigning.assign import assign
from almpo_kit.experiments.assigning.covariate_balance import covariate_balance
from almpo_kit.experiments.assigning.kernels.covariate_distance import distance, whitened
from almpo_kit.experiments.assigning.late import late
from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

from .lists import DESIGNS, people


def test_differences_are_those_of_means_in_standard_deviations() -> None:
    units = people()
    made = assign(units, DESIGNS["individual"][0], seed=1)
    found = covariate_balance(made, units.sample(frac=1, random_state=1), ["age", "sex"], draws=499)
    arm = (made.assignments["arm"] == "programme").to_numpy()
    women = (units["sex"] == "women").astype(float)
    told = [(x[arm].mean() - x[~arm].mean()) / x.std(ddof=0) for x in (units["age"], women)]
    assert np.allclose(found.table["difference"], told) and np.isclose(found.largest, max(np.abs(told)))
    # 95 of 100 draws: 1.96 standard errors of a difference of 120 beside 120.
    assert np.allclose(found.table["usual"], 1.96 * np.sqrt(240 / 239 / 60), rtol=0.12)
    x = np.column_stack([units["age"], women])
    apart = distance(whitened(x, np.zeros(240, dtype=int)), arm.astype(int), np.array([0.5, 0.5]))
    assert abs(found.p_value - chi2(2).sf(apart)) < 0.07
    assert found.figure == "assignment_balance" and found.sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize("kind", DESIGNS)
def test_each_kind_of_design(kind: str) -> None:
    design, columns = DESIGNS[kind]
    made = assign(people(), design, seed=1, **columns)
    found = covariate_balance(made, people(), ["age", "sex"], draws=99)
    arms = {"stepped_wedge": 3, "saturation": 2, "three arms": 2}.get(kind, 1)
    assert len(found.table) == 2 * arms and 0 < found.p_value <= 1
    table = covariate_balance(made.assignments, people(), ["age", "sex"], design=design, draws=99).table
    assert table.equals(found.table)


def test_people_put_by_hand_are_noticed() -> None:
    units = people()
    made = assign(units, DESIGNS["individual"][0], seed=1)
    table = made.assignments.copy()
    table["arm"] = np.where(units["age"].rank() > 120, "programme", "no programme")
    found = covariate_balance(table, units, ["age"], design=made.design, draws=199)
    assert found.p_value == 1 / 200
    assert {c.name for c in found.failed} == {"as the lot leaves them", "no large difference"}


def test_under_a_criterion_usual_is_what_it_lets_through() -> None:
    units, rule = people(), Rerandomisation(["age"], share_accepted=0.1)
    made = assign(units, DESIGNS["individual"][0], seed=1, criterion=rule)
    found = covariate_balance(made, units, ["age"], draws=199)
    assert found.table["usual"].item() <= np.sqrt(made.limit * 240 / 239 / 60) + 1e-9
    assert abs(found.table["difference"].item()) <= np.sqrt(made.limit * 240 / 239 / 60) + 1e-9


def test_small_arms_show_no_number() -> None:
    made = assign(people(12), DESIGNS["individual"][0], seed=1)
    found = covariate_balance(made, people(12), ["age"])
    assert found.table["difference"].isna().all() and np.isnan(found.largest)
    assert "standard deviations" not in found.sentence


@pytest.mark.slow
def test_p_values_are_uniform_over_draws() -> None:
    """Kolmogorov–Smirnov of 300 draws by assign(), at 0.001."""
    units = people(40)
    design = DESIGNS["individual"][0]
    found = [
        covariate_balance(assign(units, design, seed=s), units, ["age", "sex"], draws=99, seed=s).p_value
        for s in range(300)
    ]
    assert kstest(found, "uniform").pvalue > 0.001


def test_what_is_refused() -> None:
    units = people()
    made = assign(units, DESIGNS["individual"][0], seed=1)
    with pytest.raises(FrameError, match="no covariate 'height'"):
        covariate_balance(made, units, ["height"])
    with pytest.raises(FrameError, match="4 units of the draw are not in the list"):
        covariate_balance(made, units.iloc[4:], ["age"])
    with pytest.raises(FrameError, match="not known of 240 rows"):
        covariate_balance(made, units.assign(age=np.nan), ["age"])
    with pytest.raises(DesignError, match="no covariate varies"):
        covariate_balance(made, units.assign(age=1), ["age"])
    with pytest.raises(ParameterError, match="needs covariates"):
        covariate_balance(made, units, [])
    with pytest.raises(DesignError, match="late entrants alone"):
        covariate_balance(late(made, people(3, first=700), seed=2), people(3, first=700), ["age"])


def test_rows_that_are_no_units_of_the_draw_play_no_part() -> None:
    units = people()
    made = assign(units, DESIGNS["individual"][0], seed=1)
    more = pd.concat([units, people(5, first=800).assign(age=1e6)], ignore_index=True)
    assert (
        covariate_balance(made, more, ["age"], draws=99).largest
        == covariate_balance(made, units, ["age"], draws=99).largest
    )
