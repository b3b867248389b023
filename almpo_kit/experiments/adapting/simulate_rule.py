"""What a rule would do, tried in a known world before anybody is drawn, beside other rules with the same luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.adapting.adaptive_setting import AdaptiveSetting
from almpo_kit.experiments.adapting.kernels.run_scores import Scores, scores
from almpo_kit.experiments.adapting.simulate_rule_words import checks_of, sentence_of
from almpo_kit.experiments.adapting.simulated_trials import runs
from almpo_kit.vocabulary.adaptive_rules import ADAPTIVE_KINDS, AdaptiveRule
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.plain_values import whole_number
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RuleSimulation(Finding):
    """Rules beside each other in one known world.

    ``table``, one row a rule, the asked one first. ``in_trial_regret`` and ``policy_regret``: loss a person beside the best arm,
    in the trial and after it. ``best_chosen``: share of trials (of people, with strata) that end with the best arm.
    ``to_best``: share of people drawn into it. ``people``. ``naive_bias``: of the arm's plain average that is furthest off;
    ``naive_coverage``: of plain 95% intervals of arm less comparison, the worst one. ``drift_found``, ``stopped``: shares of
    trials. Columns ending in ``_se`` are standard errors of the simulation; ``policy_gain`` is what the rule saves over equal
    shares, trial by trial with the same luck.

    Parameters
    ----------
    arms : DataFrame
        One row a rule and arm: ``rule, arm, people, people_low, people_high`` (middle 90% of trials), ``bias, bias_se,
        coverage, coverage_se``.
    path : DataFrame
        ``rule, batch, arm, share``: averaged over trials.
    rule : str
    setting : AdaptiveSetting
    replications : int
    """

    arms: pd.DataFrame
    path: pd.DataFrame
    rule: str
    setting: AdaptiveSetting
    replications: int

    def metrics(self) -> Mapping[str, float]:
        """The asked rule's scores."""
        row = self.table.iloc[0]
        names = ("in_trial_regret", "policy_regret", "best_chosen", "to_best", "naive_bias", "naive_coverage")
        return {n: float(row[n]) for n in names}


def simulate_rule(
    rule: AdaptiveRule,
    setting: AdaptiveSetting,
    *,
    replications: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    beside: Sequence[str] = ("uniform", "thompson"),
) -> RuleSimulation:
    """Try a rule before it is used.

    Parameters
    ----------
    rule : AdaptiveRule
        Its batch size and number of batches are used, not the setting's. With ``strata`` it learns in each stratum.
    setting : AdaptiveSetting
    replications : int
        At least 100.
    seed : int
    progress : callable, optional
        Called with (trials done, total); may raise to end the work.
    beside : sequence of str
        Other kinds, with everything else the same. Equal shares are always among them.

    Returns
    -------
    RuleSimulation

    Raises
    ------
    ParameterError
    """
    whole_number("simulate_rule(): replications", replications, 100, 100_000)
    odd = [k for k in beside if k not in ADAPTIVE_KINDS]
    if isinstance(beside, str) or odd:
        raise ParameterError(f"simulate_rule(): beside names kinds of rules: {', '.join(ADAPTIVE_KINDS)}.")
    kinds = list(dict.fromkeys([rule.kind, *beside, "uniform"]))
    shares = np.array(setting.strata_shares)
    held: dict[str, Scores] = {}
    flags: dict[str, tuple[float, float]] = {}
    for i, kind in enumerate(kinds):
        told = None if progress is None else _counted(progress, i * replications, len(kinds) * replications)
        parts, ends, drift = [], [], []
        for part in runs(replace(rule, kind=kind), setting, replications, seed, told):
            parts.append(scores(part, shares, setting.kind == "binary"))
            ends.append(part.drawn < rule.batches)
            drift.append(part.drift_found)
        held[kind] = _joined(parts)
        flags[kind] = (float(np.concatenate(drift).mean()), float(np.concatenate(ends).mean()))
    table = pd.DataFrame([_row(k, held[k], held["uniform"], *flags[k]) for k in kinds])
    arms = pd.concat([_arms(k, held[k], setting.arms) for k in kinds], ignore_index=True)
    return RuleSimulation(
        question=f"What would {_said(rule.kind)} do in the setting “{setting.name}”?",
        sentence=sentence_of(table, setting, rule),
        table=table,
        checks=checks_of(table, rule, setting, replications),
        provenance=Provenance(
            method="experiments.simulate_rule",
            options={
                "rule": rule.to_plain(),
                "setting": setting.name,
                "source": setting.source,
                "replications": replications,
                "beside": kinds[1:],
            },
            seed=seed,
            # The people are simulated, whoever measured the means.
            synthetic=True,
        ),
        figure="rule_simulation",
        rests_on=f"{number(replications, 0)} simulated trials of each rule; {setting.source}",
        arms=arms,
        path=pd.concat([_path(k, held[k], setting.arms) for k in kinds], ignore_index=True),
        rule=rule.kind,
        setting=setting,
        replications=replications,
    )


def _said(kind: str) -> str:
    return kind.replace("_", " ")


def _counted(progress: Callable[[int, int], None], before: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _of: progress(before + done, total)


def _joined(parts: Sequence[Scores]) -> Scores:
    return Scores(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in vars(parts[0])})


def _mean(values: Array) -> tuple[float, float]:
    """Mean and its standard error over trials; NaN where fewer than two trials have a value."""
    held = values[np.isfinite(values)]
    if len(held) < 2:
        return np.nan, np.nan
    return float(held.mean()), float(held.std(ddof=1) / np.sqrt(len(held)))


def _share(values: Array) -> tuple[float, float]:
    """A share of yes and no, whose standard error is that of Agresti and Coull: none is 0 at the ends."""
    held = values[np.isfinite(values)]
    if not len(held):
        return np.nan, np.nan
    middle = (held.sum() + 2) / (len(held) + 4)
    return float(held.mean()), float(np.sqrt(middle * (1 - middle) / (len(held) + 4)))


def _row(kind: str, held: Scores, even: Scores, drift: float, stopped: float) -> dict[str, Any]:
    out: dict[str, Any] = {"rule": kind}
    for name, values in (
        ("in_trial_regret", held.in_trial),
        ("policy_regret", held.policy),
        ("policy_gain", even.policy - held.policy),
        ("in_trial_gain", even.in_trial - held.in_trial),
    ):
        out[name], out[f"{name}_se"] = _mean(values)
    out["best_chosen"], out["best_chosen_se"] = _share(held.chosen_best)
    out["to_best"], out["to_best_se"] = _mean(held.to_best)
    out["people"], out["people_se"] = _mean(held.people.sum(axis=1))
    bias = [_mean(column) for column in held.mean_error.T]
    out["naive_bias"], out["naive_bias_se"] = max(bias, key=lambda b: abs(b[0]) if np.isfinite(b[0]) else -1)
    cover = [_share(column) for column in held.covered.T[1:]]
    out["naive_coverage"], out["naive_coverage_se"] = min(
        cover, key=lambda c: c[0] if np.isfinite(c[0]) else 2
    )
    return out | {"drift_found": drift, "stopped": stopped}


def _arms(kind: str, held: Scores, arms: tuple[str, ...]) -> pd.DataFrame:
    bias = np.array([_mean(column) for column in held.mean_error.T])
    cover = np.array([_share(column) for column in held.covered.T])
    low, high = np.quantile(held.people, [0.05, 0.95], axis=0)
    return pd.DataFrame(
        {
            "rule": kind,
            "arm": arms,
            "people": held.people.mean(axis=0),
            "people_low": low,
            "people_high": high,
            "bias": bias[:, 0],
            "bias_se": bias[:, 1],
            "coverage": cover[:, 0],
            "coverage_se": cover[:, 1],
        }
    )


def _path(kind: str, held: Scores, arms: tuple[str, ...]) -> pd.DataFrame:
    drawn = np.isfinite(held.path)
    share = np.where(drawn, held.path, 0.0).sum(axis=0) / np.maximum(drawn.sum(axis=0), 1)
    share[drawn.sum(axis=0) == 0] = np.nan
    batches = len(share)
    return pd.DataFrame(
        {
            "rule": kind,
            "batch": np.repeat(np.arange(1, batches + 1), len(arms)),
            "arm": np.tile(arms, batches),
            "share": share.ravel(),
        }
    )
