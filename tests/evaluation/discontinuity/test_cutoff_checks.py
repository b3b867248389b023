"""Whether people on the two sides of a cut-off can be compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from almpo_kit.evaluation.discontinuity.cutoff_checks import cutoff_checks
from almpo_kit.evaluation.protocol.quiet import quiet

from .worlds import sample, step, world


def status(found: Any, name: str) -> str:
    return next(c.status for c in found.checks if c.name == name)


def test_a_clean_cut_off_passes() -> None:
    found = cutoff_checks(step(world(2000)).design)
    assert found.stops == () and found.kept.all()
    assert status(found, "density") == status(found, "covariate_continuity") == "passed"
    assert list(found.table.columns) == ["covariate", "contrast", "jump", "se", "p_value", "smd"]
    assert "look alike" in found.sentence
    assert (found.details["running"]["n"] >= 10).all()
    assert found.details["running"]["n"].sum() == 2000


def test_people_who_choose_their_side_stop_it() -> None:
    made = world(3000)
    x = np.where((made.running < 0) & (made.running > -0.15), np.abs(made.running), made.running)
    found = cutoff_checks(step(sample(x, x >= 0, made.outcome, covariates=made.covariates)).design)
    assert "manipulated_side" in found.stops
    assert "just above" in next(c.sentence for c in found.checks if c.name == "manipulated_side")
    mirrored = cutoff_checks(step(sample(-x, x >= 0, made.outcome, covariates=made.covariates)).design)
    assert "just below" in next(c.sentence for c in mirrored.checks if c.name == "manipulated_side")


def test_a_covariate_that_jumps_stops_it() -> None:
    made = world(2000)
    jumping = made.covariates + 1.5 * (made.running >= 0)[:, None]
    found = cutoff_checks(step(replace(made, covariates=jumping)).design)
    assert found.stops == ("unlike_sides",)
    assert found.table["smd"].iloc[0] > 0.5


def test_take_up_that_does_not_jump_stops_it() -> None:
    made = world(2000)
    took = np.random.default_rng(2).random(2000) < 0.4
    found = cutoff_checks(step(sample(made.running, took, made.outcome)).design)
    assert "no_jump_in_take_up" in found.stops
    fuzzy = cutoff_checks(step(world(3000, fuzzy=True)).design)
    assert fuzzy.stops == () and status(fuzzy, "take_up_jump") == "passed"


def test_few_different_values_are_told_or_stop() -> None:
    made = world(2000)
    x = np.floor(made.running * 15) / 15
    found = cutoff_checks(step(sample(x, x >= 0, made.outcome)).design)
    assert status(found, "discrete_running") == "failed"
    x = np.floor(made.running * 5) / 5
    found = cutoff_checks(step(sample(x, x >= 0, made.outcome)).design)
    assert "too_few_values" in found.stops


def test_unknown_running_values_are_left_out_and_told_without_small_counts() -> None:
    made = world(1000)
    x = made.running.copy()
    x[:4] = np.nan
    found = cutoff_checks(step(replace(made, running=x)).design)
    assert (~found.kept).sum() == 4
    said = next(c.sentence for c in found.checks if c.name == "running_missing")
    assert "Fewer than 10" in said


def test_what_a_library_says_is_heard_not_shown(capsys: Any) -> None:
    import warnings

    with quiet() as said:
        print("Mass points detected")
        warnings.warn("and a warning", stacklevel=1)
    assert said == ["Mass points detected", "and a warning"]
    assert capsys.readouterr().out == ""
