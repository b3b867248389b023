"""From an evaluation to the people that advice is learned from: one outcome, or the months of work it adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.workbench.jobseeker_forms import called

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evaluation import Estimate
    from almpo_kit.recommendation import Caseload, Menu

Array = np.ndarray[Any, np.dtype[Any]]
#: What the months of a path add up to.
SUM = "months in work"
#: A characteristic with more values than this is cut into bands before anybody is counted by it.
_MANY = 6
#: Regions up to which people are audited by region; by country beyond.
MANY_REGIONS = 60
_AGES = ((0, 25, "under 25"), (25, 55, "25 to 54"), (55, 200, "55 and over"))


def caseload(
    estimate: Estimate,
    persons: pd.DataFrame,
    programmes: Menu,
    *,
    features: Sequence[str] = (),
    groups: Sequence[str] = (),
    contexts: pd.DataFrame | None = None,
    target: str = SUM,
    verdict: str = "",
) -> Caseload:
    """The people of an evaluation, with what each programme would have given them.

    Parameters
    ----------
    estimate : Estimate
        Doubly robust, of the whole group (``estimand="ate"``): scores of other estimates answer for those who took part.
    persons : DataFrame
        The ``persons`` frame that the design was made from, same rows.
    programmes : Menu
        Its names are the arms of the evaluation.
    features : sequence of str
        Columns of ``persons`` that a rule may look at (categories become 0/1 columns); by default the modifiers of the
        plan.
    groups : sequence of str
        Columns of ``persons`` to audit by; they need not be features.
    contexts : DataFrame, optional
        ``geo, unemployment_class, skill_class``: the labour market of each region.
    target : str
        ``"months in work"`` (the months of an employment path, added up from entry to the last by the trapezoid rule), or
        a column of outcomes.
    verdict : str
        Of the evaluation.

    Raises
    ------
    DesignError
        Scores that are none, arms that are not on the menu, persons that are others.
    ParameterError
        No such column or target.
    """
    from almpo_kit import recommendation

    sample, kept = estimate.sample, np.flatnonzero(estimate.overlap.kept)
    if estimate.fit.scores is None or estimate.fit.propensity is None:
        raise DesignError(
            f"the method {estimate.method!r} gives no scores; advice is learned from method='doubly_robust'."
        )
    if estimate.fit.estimand != "ate":
        raise DesignError(
            "advice is about everybody who could be offered a programme, and this evaluation is about "
            f"{estimate.fit.estimand.upper()} only; make the design with estimand='ate'."
        )
    if len(persons) != len(estimate.overlap.kept):
        raise DesignError(
            f"{len(persons)} persons were given, and the evaluation is of {len(estimate.overlap.kept)}."
        )
    order = _order(sample.arms, programmes)
    weights, unit, words, months = _target(sample.measures, target)
    people = persons.iloc[kept].reset_index(drop=True)
    chosen = list(features) or list(estimate.design.plan.modifiers)
    return recommendation.caseload(
        programmes,
        estimate.fit.scores[:, order, :] @ weights,
        _numbers(people, chosen),
        received=np.argsort(order)[sample.arm],
        outcome=sample.outcome @ weights,
        propensity=estimate.fit.propensity[:, order],
        unit=unit,
        target_words=words,
        programme_months=months,
        provenance=estimate.provenance,
        cluster=sample.cluster,
        weight=sample.weight,
        groups=_with_country(grouped(people, groups), people),
        context=_contexts(people, contexts),
        credible=verdict,
    )


def _order(arms: tuple[str, ...], programmes: Menu) -> Array:
    if set(arms) != set(programmes.names) or programmes.names[0] != arms[0]:
        raise DesignError(
            f"the evaluation compares {', '.join(arms)} (the first is the comparison), and the menu lists "
            f"{', '.join(programmes.names)}; give the menu the same names, with comparison={arms[0]!r}."
        )
    return np.array([arms.index(name) for name in programmes.names])


def _target(measures: pd.DataFrame, target: str) -> tuple[Array, str, str, float]:
    """Weights of the outcomes, unit, words, and months from entry to the last of them."""
    from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS

    if target == SUM:
        return _summed(measures)
    at = np.flatnonzero(measures["column"].to_numpy() == target)
    if not len(at):
        raise ParameterError(
            f"there is no outcome {target!r}; there are {', '.join(measures['column'])}, and {SUM!r}."
        )
    row = measures.iloc[int(at[0])]
    outcome = OUTCOMES[str(row["outcome"])]
    # Rules seek more of a score; fewer days of unemployment are more of what helps.
    sign = outcome.favourable or 1
    weights = np.zeros(len(measures))
    weights[at[0]] = sign
    words = f"{row['label']}{' (less is better, signs turned)' if sign < 0 else ''} {row['months']:g} months after entry"
    return weights, UNITS[str(row["unit"])][0], words, float(row["months"])


def _summed(measures: pd.DataFrame) -> tuple[Array, str, str, float]:
    path = measures[
        (measures["outcome"] == "employment_probability") & (measures["unit"] == "percentage_points")
    ].sort_values("months")
    if len(path) < 2:
        raise ParameterError(
            f"{SUM!r} needs the chance of being in work at two months or more; choose one outcome as the target: "
            f"{', '.join(measures['column'])}."
        )
    months = np.concatenate([[0.0], path["months"].to_numpy(dtype=float)])
    gaps = np.diff(months)
    # Trapezoid rule from entry, when nobody is in work, to the last month.
    each = (gaps + np.append(gaps[1:], 0.0)) / 2 / 100
    weights = np.zeros(len(measures))
    weights[measures.index.get_indexer(path.index)] = each
    return weights, SUM, f"months in work over {months[-1]:g} months after entry", float(months[-1])


def _numbers(people: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Features as numbers: categories as 0/1 columns (all but the commonest), gaps at the median."""
    import pandas as pd

    if missing := [c for c in columns if c not in people]:
        raise ParameterError(f"persons has no column {', '.join(missing)}; features are columns of persons.")
    if not columns:
        raise ParameterError(
            "no feature was named; give features=[…], columns of persons that a rule may look at."
        )
    parts = []
    for column in columns:
        values = people[column]
        if pd.api.types.is_numeric_dtype(values):
            parts.append(values.astype(float).fillna(values.median()).rename(column))
            continue
        commonest = values.mode().iloc[0]
        parts += [
            (values == level).astype(float).rename(f"{column}: {level}")
            for level in sorted(values.dropna().unique())
            if level != commonest
        ]
    return pd.concat(parts, axis=1)


def grouped(people: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Characteristics as the groups that people are counted by.

    Parameters
    ----------
    people : DataFrame
    columns : sequence of str
        0/1 becomes no/yes; ages become three bands, other numbers with many values thirds.

    Returns
    -------
    DataFrame
        Named as on screen (see ``jobseeker_forms.called``).

    Raises
    ------
    ParameterError
        No such column.
    """
    import pandas as pd

    if missing := [c for c in columns if c not in people]:
        raise ParameterError(f"persons has no column {', '.join(missing)}; groups are columns of persons.")
    return pd.DataFrame({called(column): _banded(people[column]) for column in columns}, index=people.index)


def _banded(values: pd.Series) -> pd.Series:
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(values):
        return values.astype("string").fillna("not known")
    known = values.dropna().unique()
    if set(known) <= {0, 1}:
        return values.map({0: "no", 1: "yes"}).astype("string").fillna("not known")
    if values.name == "age":
        cut = pd.cut(
            values, [_AGES[0][0], *(high for _, high, _ in _AGES)], right=False, labels=[a[2] for a in _AGES]
        )
    elif len(known) > _MANY:
        cut = pd.qcut(
            values.rank(method="first"), 3, labels=["lowest third", "middle third", "highest third"]
        )
    else:
        cut = values.map("{:g}".format)
    return cut.astype("string").fillna("not known")


def _with_country(groups: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Countries as groups where there are too many regions to audit by."""
    if "geo" not in people or people["geo"].nunique() <= MANY_REGIONS:
        return groups
    return groups.assign(country=people["geo"].astype("string").str[:2].fillna("not known"))


def _contexts(people: pd.DataFrame, contexts: pd.DataFrame | None) -> pd.DataFrame:
    import pandas as pd

    if "geo" not in people:
        return pd.DataFrame(index=people.index)
    geo = people[["geo"]]
    return geo if contexts is None else geo.merge(contexts, on="geo", how="left", validate="many_to_one")
