"""What a simulation of rules says, and what it does not."""

from __future__ import annotations

import math

import pandas as pd

from almpo_kit.experiments.adapting.adaptive_setting import AdaptiveSetting
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def sentence_of(table: pd.DataFrame, setting: AdaptiveSetting, rule: AdaptiveRule) -> str:
    """The asked rule beside equal shares."""
    own, even = table.iloc[0], table[table["rule"] == "uniform"].iloc[0]
    found = f"finds the best arm in {_per_cent(own['best_chosen'])} of trials"
    if rule.kind == "uniform":
        return (
            f"With equal shares, {rule.batches} batches of {rule.batch_size} people {found.replace('finds', 'find')}; a person "
            f"in the trial loses {_amount(own['in_trial_regret'], setting)} beside the best arm."
        )
    return (
        f"{rule.kind.replace('_', ' ').capitalize()} {found} (equal shares: {_per_cent(even['best_chosen'])}) and draws "
        f"{_per_cent(own['to_best'])} of people into it ({_per_cent(even['to_best'])}); a person loses "
        f"{_amount(own['in_trial_regret'], setting)} in the trial ({_amount(even['in_trial_regret'], setting)}) and "
        f"{_amount(own['policy_regret'], setting)} after it ({_amount(even['policy_regret'], setting)})."
    )


def _per_cent(share: float) -> str:
    return f"{number(100 * share, 0)}%"


def _amount(value: float, setting: AdaptiveSetting) -> str:
    if setting.kind == "binary":
        return f"{number(100 * value, 2 if abs(value) < 0.02 else 1)} points"
    return number(value, 1 if abs(value) < 100 else 0)


def checks_of(
    table: pd.DataFrame, rule: AdaptiveRule, setting: AdaptiveSetting, replications: int
) -> tuple[Check, ...]:
    """Plain intervals, whether the rule is worth it, floor, drift, how exact."""
    own = table.iloc[0]
    return (
        *_worth(own, rule, setting),
        _plain(own, setting),
        _floor(rule),
        *_drift(own, rule, setting),
        _exact(own, setting, replications),
    )


def _worth(own: pd.Series, rule: AdaptiveRule, setting: AdaptiveSetting) -> tuple[Check, ...]:
    if rule.kind == "uniform":
        return ()
    gain, se = float(own["policy_gain"]), float(own["policy_gain_se"])
    inside = float(own["in_trial_gain"])
    said = f"{_amount(gain, setting)} (±{_amount(2 * se, setting)})"
    if gain < -2 * se:
        told = f"After the trial a person loses more than with equal shares, by {_amount(-gain, setting)}: in this world the rule misleads."
        return (Check("choice", "failed", told),)
    held = "People in the trial gain" if inside > 0 else "People in the trial gain nothing"
    more = f"{held} {_amount(inside, setting)}" if inside > 0 else held
    if gain > 2 * se:
        return (
            Check(
                "choice",
                "passed",
                f"The choice after the trial is better than with equal shares by {said}. {more}.",
            ),
        )
    told = (
        f"The choice after the trial is as good as with equal shares, as far as can be seen: {said}. {more}."
    )
    return (Check("choice", "informational", told),)


def _plain(own: pd.Series, setting: AdaptiveSetting) -> Check:
    cover, bias = float(own["naive_coverage"]), float(own["naive_bias"])
    if not math.isfinite(cover):
        return Check(
            "plain intervals", "failed", "Plain intervals cannot be formed: arms are left without people."
        )
    said = (
        f"Plain 95% intervals hold the truth in {number(100 * cover, 1)}% of trials for the arm where they do worst, and the plain "
        f"average that is furthest off is off by {_amount(bias, setting)}"
    )
    if cover < 0.935:
        return Check("plain intervals", "failed", f"{said}. Use experiments.adaptive_effects.")
    return Check(
        "plain intervals",
        "informational",
        f"{said}. Other worlds do worse: use experiments.adaptive_effects.",
    )


def _floor(rule: AdaptiveRule) -> Check:
    if rule.kind == "uniform":
        return Check("floor", "passed", "Shares are equal throughout.")
    if rule.floor == 0:
        return Check(
            "floor", "failed", "There is no floor: arms can run dry, and no interval is valid afterwards."
        )
    return Check(
        "floor", "passed", f"Every open arm has at least {number(100 * rule.floor, 1)}% of each batch."
    )


def _drift(own: pd.Series, rule: AdaptiveRule, setting: AdaptiveSetting) -> tuple[Check, ...]:
    if not rule.guard_drift:
        return ()
    share = _per_cent(float(own["drift_found"]))
    if setting.trend or setting.later_means:
        told = f"This world changes, and the guard sees it in {share} of trials."
    else:
        told = f"This world does not change; the guard raises a false alarm in {share} of trials."
    return (Check("drift guard", "informational", told),)


def _exact(own: pd.Series, setting: AdaptiveSetting, replications: int) -> Check:
    told = (
        f"Of {replications} simulated trials: shares of trials are exact to about {number(200 * own['best_chosen_se'], 1)} points, "
        f"the loss after the trial to about {_amount(2 * own['policy_regret_se'], setting)}. What is true of this world need not "
        "be of yours: try others."
    )
    return Check("simulation", "informational", told)
