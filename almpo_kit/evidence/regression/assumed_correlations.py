"""How much an average or a regression owes to the assumed correlation of sampling errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from almpo_kit.evidence.regression.clustering import multilevel
from almpo_kit.evidence.regression.fitted_models import Errors, FittedModel, Working, model_of
from almpo_kit.evidence.regression.meta_regression import coefficients
from almpo_kit.evidence.regression.verdicts import narrow_at, thin_words, verdict, verdict_words
from almpo_kit.evidence.words import digits, foundation, listed, only, sign_of
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number

_THIN = "too little to say"
RHOS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Sensitivity(Finding):
    """Coefficients over assumed correlations, in ``unit``.

    ``table``: one row per correlation and coefficient, ``rho, coefficient, label, estimate, se, df, low, high,
    p, verdict, sigma2_between, sigma2_within, loglik, converged``. ``moves``: coefficients (the constant of a
    regression aside) whose verdict is not the same for every correlation. ``silent``: those of which too few
    samples say anything at any.
    """

    formula: str
    moves: tuple[str, ...]
    silent: tuple[str, ...]
    level: float
    unit: str
    outcome: str

    def metrics(self) -> Mapping[str, float]:
        """Lowest and highest estimate of each coefficient."""
        each = self.table.groupby("coefficient", sort=False)["estimate"]
        ends = {"low": each.min(), "high": each.max()}
        found = {f"{name} {end}": float(x) for end, s in ends.items() for name, x in s.items()}
        return found | {"moves": float(len(self.moves))}


def sensitivity(
    effects: pd.DataFrame,
    formula: str = "~ 1",
    *,
    rhos: Sequence[float] = RHOS,
    cluster: str = "sample_id",
    working: Working = "CHE",
    robust: Errors = "CR2",
    level: float = 0.95,
) -> Sensitivity:
    """Fit the same model with several assumed correlations of sampling errors within a sample.

    Studies rarely report how the errors of their estimates are correlated, so ``rho`` is an assumption. Robust
    standard errors hold whatever it is, but the weights and the two variances depend on it.

    Parameters
    ----------
    effects, formula, cluster, working, robust, level
        See :func:`multilevel`.
    rhos : sequence of float, in [0, 1)
        Correlations to assume.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ParameterError
        No correlation, or one out of range.
    DesignError
        As :func:`multilevel`.

    References
    ----------
    Hedges, Tipton and Johnson (2010) Res. Synth. Methods 1, 39-65. Pustejovsky and Tipton (2022) Prev. Sci.
    23, 425-438.
    """
    asked = _asked(rhos)
    fits = [
        model_of(
            multilevel(
                effects, str(formula), cluster=cluster, working=working, rho=rho, robust=robust, level=level
            ),
            "sensitivity",
        )
        for rho in asked
    ]
    return _finding(fits, asked)


def _asked(rhos: Sequence[float]) -> list[float]:
    try:
        asked = sorted({float(rho) for rho in rhos})
    except (TypeError, ValueError):
        asked = []
    if not asked or not all(0 <= rho < 1 for rho in asked):
        raise ParameterError(
            f"sensitivity() got rhos={rhos!r}; give correlations from 0 to below 1, e.g. rhos=(0, 0.4, 0.8)"
        )
    return asked


def _finding(fits: list[FittedModel], rhos: list[float]) -> Sensitivity:
    m = fits[0]
    table = pd.concat([_rows(f, rho) for f, rho in zip(fits, rhos, strict=True)], ignore_index=True)
    verdicts = table.groupby("coefficient", sort=False)["verdict"].unique()
    asked = [m.moderators.names[i] for i in m.moderators.tested] or ["Intercept"]
    moves = tuple(name for name in asked if len(verdicts[name]) > 1)
    silent = tuple(name for name in asked if set(verdicts[name]) == {_THIN})
    thin = _thin(fits) if len(silent) == len(asked) else ""
    over = "" if m.assumed.working == "HIER" else " over assumed correlations"
    return Sensitivity(
        question="Does the conclusion depend on how sampling errors within a sample are correlated?",
        sentence=thin or _sentence(m, table, moves, silent, rhos),
        table=table,
        checks=(*_checks(fits, moves, verdicts[asked]), *_narrow(m, table)),
        provenance=provenance(
            m.effects,
            method=f"{m.moderators.formula}{over}, {m.assumed.working}, {m.assumed.errors}",
            options={"level": m.assumed.level} | ({} if m.assumed.working == "HIER" else {"rhos": rhos}),
        ),
        figure="sensitivity",
        certainty="too little to say" if thin else None,
        rests_on=foundation(m.effects, len(m.samples)),
        formula=m.moderators.formula,
        moves=moves,
        silent=silent,
        level=m.assumed.level,
        unit=only(m.effects, "unit"),
        outcome=only(m.effects, "outcome"),
    )


def _thin(fits: list[FittedModel]) -> str:
    """Why no coefficient that is asked about is ground for a conclusion at any correlation."""
    words = next(w for f in fits for i in f.moderators.tested or (0,) if (w := thin_words(f, i)))
    return f"Too little to say: {words}. The computed numbers over the correlations are in the table."


def _rows(m: FittedModel, rho: float) -> pd.DataFrame:
    found = coefficients(m).drop(columns=["term", "t", "flag"])
    found.insert(0, "rho", rho)
    ends = zip(found["low"], found["high"], m.judged, strict=True)
    found["verdict"] = [
        verdict(low, high, float(df), len(m.samples), narrow=narrow_at(m, i))
        for i, (low, high, df) in enumerate(ends)
    ]
    return found.assign(
        sigma2_between=m.fit.between,
        sigma2_within=m.fit.within,
        loglik=m.fit.loglik,
        converged=m.fit.converged,
    )


def _sentence(
    m: FittedModel, table: pd.DataFrame, moves: tuple[str, ...], silent: tuple[str, ...], rhos: list[float]
) -> str:
    unit = only(m.effects, "unit")
    assumed = f"from {rhos[0]:g} to {rhos[-1]:g}" if len(rhos) > 1 else f"of {rhos[0]:g}"
    head = f"With correlations of sampling errors {assumed}"
    if len(m.beta) == 1:
        low, high = (number(x, digits(unit)) for x in (table["estimate"].min(), table["estimate"].max()))
        span = f"the average is {low}" if low == high else f"the average runs from {low} to {high}"
        span = f"{head}, {span} {sign_of(unit)}".rstrip()
        if m.assumed.working == "HIER":
            return (
                f"HIER knows no correlation of sampling errors, so it plays no part: {span[len(head) + 2 :]}."
            )
        if table["verdict"].eq("too narrow").all():
            return f"{span}, and {verdict_words('too narrow')} throughout, so no direction is read from it."
        if not moves:
            return f"{span}, and {verdict_words(table['verdict'].iloc[0])} throughout: the conclusion does not move."
        return f"{span}, and the conclusion moves: {_turns(table)}."
    labels = dict(zip(m.moderators.names, m.moderators.labels, strict=True))
    others = f" Too little to say, whatever is assumed, of {_some(labels, silent)}." if silent else ""
    if m.assumed.working == "HIER":
        return f"HIER knows no correlation of sampling errors, so it plays no part.{others}"
    if not moves:
        which = "no other coefficient" if silent else "no coefficient"
        return f"{head}, {which} changes its verdict: the conclusions do not move.{others}"
    return f"{head}, conclusions move for {_some(labels, moves)}.{others}"


def _some(labels: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first six, and how many more."""
    return listed([labels[n] for n in names[:6]] + ([f"{len(names) - 6} more"] if len(names) > 6 else []))


def _turns(table: pd.DataFrame) -> str:
    """``the interval includes zero at 0 to 0.4, the interval lies above zero at 0.6 to 0.9``."""
    parts = []
    for found, rows in table.groupby("verdict", sort=False):
        at = [f"{r:g}" for r in rows["rho"]]
        parts.append(f"{verdict_words(str(found))} at {listed(at)}")
    return ", ".join(parts)


def _narrow(m: FittedModel, table: pd.DataFrame) -> tuple[Check, ...]:
    found = table[table["verdict"] == "too narrow"]
    if m.moderators.tested:
        found = found[found["coefficient"] != "Intercept"]
    if found.empty:
        return ()
    at = [f"{r:g}" for r in found["rho"].unique()]
    words = (
        f"At a correlation of {listed(at)} {verdict_words('too narrow')}, so no direction is read from it."
    )
    return (Check("precision", "failed", words),)


def _checks(fits: list[FittedModel], moves: tuple[str, ...], verdicts: pd.Series) -> tuple[Check, ...]:
    stuck = [f"{f.assumed.rho:g}" for f in fits if not f.fit.converged]
    if stuck:
        words = f"The search for the variances stopped before it found a solution at rho {listed(stuck)}."
        convergence = Check("convergence", "failed", words)
    else:
        convergence = Check("convergence", "passed", "Every search for the variances ended at a solution.")
    if fits[0].assumed.working == "HIER":
        words = "HIER knows no correlation of sampling errors, so every row is the same model."
        return (convergence, Check("assumed correlation", "informational", words))
    if fits[0].alone:
        words = "Each sample has one estimate, so that no correlation within samples plays any part."
        return (convergence, Check("assumed correlation", "informational", words))
    if moves:
        words = (
            "A conclusion depends on the assumed correlation; say which was assumed wherever it is quoted."
        )
        return (convergence, Check("assumed correlation", "failed", words))
    if not {v for found in verdicts for v in found} - {_THIN, "too narrow"}:
        words = "There is no conclusion that could depend on the assumed correlation."
        return (convergence, Check("assumed correlation", "informational", words))
    words = "No conclusion depends on the assumed correlation."
    return (convergence, Check("assumed correlation", "passed", words))
