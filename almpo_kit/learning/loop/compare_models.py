"""Is the new model better than the one in use? Judged on settled codes of studies that neither has seen."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.learning.loop import clustered_differences as kernel
from almpo_kit.learning.loop.comparison_result import (
    ALL,
    BETTER,
    NOT_SHOWN,
    WORSE,
    ModelComparison,
    Verdict,
    checks,
    sentence,
)
from almpo_kit.learning.loop.round_spending import spent_in
from almpo_kit.learning.loop.scored_proposals import KEY, RIGHT, SILENT, WRONG, score
from almpo_kit.vocabulary.documents import FIELDS, PROPOSAL_COLUMNS
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import provenance

#: A right proposal saves the reading of a sentence; a wrong one costs its correction, and may be waved through. At 3 a
#: proposal pays from a precision of 75% on.
COST = 3.0
LEAST_STUDIES = 20
#: Level of the guard against a worse field; not shared out, so that none is missed.
_GUARD = 0.05
_DRAWS = 2_000
_PERCENT = 100.0


def no_model() -> pd.DataFrame:
    """The proposals of nobody: what a first model is compared with."""
    return pd.DataFrame(columns=list(PROPOSAL_COLUMNS))


def compare_models(
    champion: pd.DataFrame,
    challenger: pd.DataFrame,
    settled: pd.DataFrame,
    *,
    groups: pd.Series | None = None,
    fields: Collection[str] | None = None,
    trained_on: Collection[str] = (),
    cost: float = COST,
    round_number: int = 1,
    alpha: float = 0.05,
    least_studies: int = LEAST_STUDIES,
    documents: pd.DataFrame | None = None,
    seed: int = 0,
) -> ModelComparison:
    """Compare two models on the same frozen, settled codes, and say whether the challenger may take over.

    A right proposal counts +1, a wrong one −``cost``, silence 0. The paired difference is judged by study, since codes of one
    study stand and fall together. The challenger is better where the lower bound of the difference (the lower of a cluster
    bootstrap and a jackknife by study) is above zero and an exact sign-flip test by study agrees, both at what this round may
    spend of ``alpha`` (:func:`spent_in`). It is promoted where, in addition, no field is shown to be worse.

    Parameters
    ----------
    champion, challenger : DataFrame
        Proposals (``PROPOSAL_COLUMNS``, or the Finding) on the frozen documents; :func:`no_model` where there is no champion.
    settled : DataFrame
        ``SETTLED_COLUMNS`` of frozen studies.
    groups : Series, optional
        ``document_id`` → study.
    fields : collection of str, optional
        By default those of which either model says anything (of fields that are coded once a document).
    trained_on : collection of str
        Studies that either model has seen; none may be in ``settled``.
    cost : float
        Of a wrong proposal, 0.25 to 20; worth proposing from a precision of ``cost / (1 + cost)`` on.
    round_number : int
        Comparisons since the champion took over, this one counted.
    alpha : float
        Chance, over all rounds, that a model that is only as good, study by study, replaces this champion. Losses that are
        heavy and rare can hide among few studies; a check says how rare.
    least_studies : int
    documents : DataFrame, optional
        Asked only whether they are SYNTHETIC, and for their versions.
    seed : int

    Returns
    -------
    ModelComparison

    Raises
    ------
    DesignError
        Too few frozen studies, or a model was trained on one of them.
    FrameError, ParameterError
        Tables without their columns; options out of range.

    References
    ----------
    Cameron, Gelbach & Miller (2008) Rev. Econ. Stat. 90, 414-427; McNemar (1947) Psychometrika 12, 153-157; Pesarin (2001)
    Multivariate Permutation Tests; Dwork et al. (2015) Science 349, 636-638, on why a frozen set wears out.
    """
    cost = _checked_cost(cost)
    spent = spent_in(round_number, alpha)
    cases = _paired(champion, challenger, settled, groups, fields)
    _enough(cases, trained_on, least_studies)
    table = _table(cases, cost, spent, seed)
    row = table.iloc[0]
    worse = tuple(table.loc[(table["verdict"] == WORSE) & (table["field"] != ALL), "field"])
    verdict: Verdict = row["verdict"]
    differing = int(row["n_differing"])
    bound, p_value = float(row["lower_bound"]), float(row["p_better"])
    return ModelComparison(
        question="Is the challenger better than the champion?",
        sentence=sentence(verdict, row, worse, cost),
        table=table.drop(columns=["lower_bound", "n_differing"]),
        checks=checks(
            verdict=verdict,
            bound=bound,
            p_value=p_value,
            spent=spent,
            round_number=round_number,
            alpha=alpha,
            worse=worse,
            n_differing=differing,
            n_studies=int(row["studies"]),
            not_answered=_not_answered(cases, champion, challenger),
        ),
        provenance=provenance(
            settled,
            getattr(champion, "table", champion),
            getattr(challenger, "table", challenger),
            documents,
            method="learning.compare_models: paired utility, cluster bootstrap and jackknife, exact sign flips, McNemar",
            options={"cost": cost, "alpha": alpha, "round_number": round_number, "spent": spent},
            seed=seed,
        ),
        rests_on=f"{int(row['cases'])} settled codes of {int(row['studies'])} studies",
        verdict=verdict,
        promote=verdict == BETTER and not worse,
        difference=float(row["difference"]),
        low=float(row["low"]),
        high=float(row["high"]),
        lower_bound=bound,
        p_value=p_value,
        spent=spent,
        round_number=round_number,
        alpha=alpha,
        cost=cost,
        fields_worse=worse,
        n_cases=int(row["cases"]),
        n_studies=int(row["studies"]),
        n_differing=differing,
        cases=cases,
    )


def _checked_cost(cost: float) -> float:
    if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0.25 <= cost <= 20:
        raise ParameterError(f"cost={cost!r} must lie between 0.25 and 20; 3 asks for a precision of 75%.")
    return round(float(cost), 2)


def _paired(
    champion: pd.DataFrame,
    challenger: pd.DataFrame,
    settled: pd.DataFrame,
    groups: pd.Series | None,
    fields: Collection[str] | None,
) -> pd.DataFrame:
    wanted = fields
    if wanted is None:
        said = {f for p in (champion, challenger) for f in getattr(p, "table", p).get("field", ())}
        wanted = said & set(FIELDS) or FIELDS
    both = [score(p, settled, groups=groups, fields=wanted) for p in (champion, challenger)]
    kept = both[0][[*KEY, "study", "truth"]]
    return kept.assign(
        champion=both[0]["answer"],
        challenger=both[1]["answer"],
        champion_outcome=both[0]["outcome"],
        challenger_outcome=both[1]["outcome"],
    )


def _enough(cases: pd.DataFrame, trained_on: Collection[str], least_studies: int) -> None:
    studies = set(cases["study"])
    seen = sorted(studies & set(map(str, trained_on)))
    if seen:
        raise DesignError(
            f"{len(seen)} of the {len(studies)} frozen studies were trained on, e.g. {seen[0]!r}; a model cannot be judged on what "
            "it has seen. Train on documents with not is_frozen(study)."
        )
    if len(studies) < max(2, least_studies):
        raise DesignError(
            f"{len(studies)} frozen {'study has' if len(studies) == 1 else 'studies have'} settled codes, and {least_studies} are "
            "needed to tell a better model from luck. Frozen are the studies that no model learns from, about one in "
            "four. The model in use stays; settle codes of more documents first."
        )


def _not_answered(cases: pd.DataFrame, champion: Any, challenger: Any) -> dict[str, int]:
    """Codes for whose document a model has no row at all; no model at all is not one that forgot some."""
    found = {}
    for who, given in (("champion", champion), ("challenger", challenger)):
        table = getattr(given, "table", given)
        if len(table):
            found[who] = int((~cases["document_id"].isin(set(table["document_id"].astype(str)))).sum())
    return found


def _table(cases: pd.DataFrame, cost: float, spent: float, seed: int) -> pd.DataFrame:
    rows = [_row(ALL, cases, cost, spent, np.random.default_rng(np.random.SeedSequence(seed)))]
    for at, (name, part) in enumerate(cases.groupby("field", sort=True)):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(at,)))
        rows.append(_row(str(name), part, cost, spent, rng))
    return pd.DataFrame(_with_field_verdicts(rows))


def _worth(outcomes: pd.Series, cost: float) -> np.ndarray:
    return outcomes.map({RIGHT: 1.0, WRONG: -cost, SILENT: 0.0}).to_numpy(float)


def _row(
    name: str, cases: pd.DataFrame, cost: float, spent: float, rng: np.random.Generator
) -> dict[str, Any]:
    gained = _worth(cases["challenger_outcome"], cost) - _worth(cases["champion_outcome"], cost)
    code, studies = pd.factorize(cases["study"])
    sums, sizes = kernel.sums_by_study(gained, code, len(studies))
    step = kernel.lattice(cost)
    found: dict[str, Any] = {"field": name, "cases": len(cases), "studies": len(studies)}
    for who in ("champion", "challenger"):
        found |= _counts(who, cases[f"{who}_outcome"])
    found |= _difference(sums, sizes, spent, rng)
    found |= {
        "p_better": kernel.sign_flip_p(sums, step=step),
        "p_worse": kernel.sign_flip_p(-sums, step=step),
    }
    first, second = (cases[f"{who}_outcome"] == RIGHT for who in ("champion", "challenger"))
    only = int((first & ~second).sum()), int((second & ~first).sum())
    found |= {"only_champion_right": only[0], "only_challenger_right": only[1]}
    found |= {"mcnemar_p": kernel.mcnemar_p(*only), "n_differing": int((sums != 0).sum())}
    found["verdict"] = _verdict(found, spent) if name == ALL else NOT_SHOWN
    return found


def _counts(who: str, outcomes: pd.Series) -> dict[str, Any]:
    right, wrong, silent = (int((outcomes == o).sum()) for o in (RIGHT, WRONG, SILENT))
    said = right + wrong
    low, high = kernel.clopper_pearson(right, said) if said else (float("nan"),) * 2
    counts = {"right": right, "wrong": wrong, "abstained": silent}
    shares = {
        "precision": right / said if said else float("nan"),
        "precision_low": low,
        "precision_high": high,
    }
    return {f"{who}_{k}": v for k, v in (counts | shares).items()}


def _difference(
    sums: np.ndarray, sizes: np.ndarray, spent: float, rng: np.random.Generator
) -> dict[str, float]:
    if len(sums) < 2:
        return {"difference": _PERCENT * float(sums.sum() / sizes.sum())} | dict.fromkeys(
            ("low", "high", "lower_bound", "upper_guard"), float("nan")
        )
    means = kernel.bootstrap_means(sums, sizes, draws=_DRAWS, rng=rng)
    ends = {"low": (0.025, -1), "high": (0.025, 1), "lower_bound": (spent, -1), "upper_guard": (_GUARD, 1)}
    return {"difference": _PERCENT * float(sums.sum() / sizes.sum())} | {
        name: _PERCENT * kernel.bound(sums, sizes, means, alpha, side=side)
        for name, (alpha, side) in ends.items()
    }


def _verdict(row: dict[str, Any], level: float) -> Verdict:
    if row["lower_bound"] > 0 and row["p_better"] <= level:
        return BETTER
    if row["upper_guard"] < 0 and row["p_worse"] <= _GUARD:
        return WORSE
    return NOT_SHOWN


def _with_field_verdicts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fields: better by Holm's rule (1979) at 5% over the fields, worse at 5% each."""
    fields = [r for r in rows if r["field"] != ALL]
    standing = True
    for at, row in enumerate(sorted(fields, key=lambda r: r["p_better"])):
        standing = standing and row["p_better"] <= _GUARD / (len(fields) - at)
        if standing and row["low"] > 0:
            row["verdict"] = BETTER
    for row in fields:
        if row["upper_guard"] < 0 and row["p_worse"] <= _GUARD:
            row["verdict"] = WORSE
    return [{k: v for k, v in r.items() if k != "upper_guard"} for r in rows]
