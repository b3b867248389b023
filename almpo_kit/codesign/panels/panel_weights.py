"""Weights of people, so that every part of the panel has the share it should have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.panels.raking import Raked, rake
from almpo_kit.codesign.panels.structure import ELSEWHERE, UNKNOWN, named, part_of, wanted_structure
from almpo_kit.codesign.panels.weight_words import checks, sentence
from almpo_kit.codesign.rounds.answers_given import given_answers, made_by
from almpo_kit.codesign.rounds.kernels.rating_moments import effective_number
from almpo_kit.vocabulary.consultation_items import said
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.finding import Finding

_COLUMNS: Final = ("dimension", "value", "name", "people", "wanted", "share", "weighted_share")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PanelWeights(Finding):
    """How much each participant counts.

    ``table``, one row a part of the panel: ``dimension, value, name, people, wanted, share, weighted_share``; "not known"
    are people whose part is not shown, who keep their share.

    Parameters
    ----------
    weights : Series
        Participant -> weight; their mean is 1.
    effective_n : float
        How many people of equal weight the panel is worth (Kish).
    design_effect : float
        People divided by ``effective_n``.
    trim : float
    gap : float
        Largest difference between a weighted share and the one that was aimed at.
    absent : tuple of str
        Parts that were wanted and have nobody, by name: their share went to the others.
    """

    weights: pd.Series
    effective_n: float
    design_effect: float
    trim: float
    gap: float
    absent: tuple[str, ...]

    def metrics(self) -> dict[str, float]:
        """What weighting costs."""
        return {
            "effective_n": self.effective_n,
            "design_effect": self.design_effect,
            "gap": self.gap,
            "largest_weight": float(self.weights.max()),
        }


def panel_weights(
    judged: pd.DataFrame, structure: pd.DataFrame, plan: Plan, *, trim: float = 3.0, round: int | None = None
) -> PanelWeights:
    """Weigh participants so that every part of the panel has the share it should have (raking).

    Weights make up for unequal numbers, not for people who are not there, nor for who chose to answer: they make no
    sample out of a panel. People whose part is not shown keep their share.

    Parameters
    ----------
    judged : DataFrame
        A ``judgements`` frame.
    structure : DataFrame
        ``dimension, value, share``.
    plan : Plan
    trim : float
        Largest weight, and one over the smallest, in means; 1 < trim <= 100.
    round : int, optional
        Of those who answered this round; of everybody who answered any when left out.

    Returns
    -------
    PanelWeights

    Raises
    ------
    DesignError
        Fewer than ``plan.rules.least_answers`` people, or of none is anything known that the structure names.
    FrameError, ParameterError

    References
    ----------
    Deming & Stephan (1940) Ann. Math. Stat. 11, 427-444. Kish (1965) Survey Sampling.
    """
    if isinstance(trim, bool) or not isinstance(trim, int | float) or not 1 < trim <= 100:
        raise ParameterError(f"panel_weights() got trim={trim!r}; give a number above 1, e.g. 3.")
    table = given_answers(judged, plan, "panel_weights")
    wanted = wanted_structure(structure, "panel_weights")
    people = _people(table if round is None else table[table["round"] == round])
    if len(people) < plan.rules.least_answers:
        raise DesignError(
            f"panel_weights() got {len(people)} people; at least {plan.rules.least_answers} are needed, else one person’s weight decides."
        )
    parts = {str(d): _aimed(people, str(d), p) for d, p in wanted.groupby("dimension", sort=False)}
    used = {d: p for d, p in parts.items() if p["aim"].sum() > 0 and not _all_unknown(p)}
    if not used:
        raise DesignError(
            f"panel_weights(): of no participant is known to which {' or '.join(parts)} she belongs; in an anonymous consultation small groups are not told apart. Use weights=None."
        )
    raked, codes = _raked(people, used, float(trim))
    weights = pd.Series(
        raked.weights, index=pd.Index(people["participant"], name="participant"), name="weight"
    )
    rows = [r for d, p in parts.items() for r in _rows(d, p, codes.get(d), raked)]
    absent = tuple(
        named(d, v) for d, p in parts.items() for v in p.index[(p["wanted"] > 0) & (p["people"] == 0)]
    )
    worth = effective_number(raked.weights)
    found = pd.DataFrame(rows, columns=list(_COLUMNS))
    return PanelWeights(
        question=f"{said(plan.title, plan.languages[0])} · how much does each participant count?",
        sentence=sentence(len(people), worth, raked.weights),
        table=found,
        checks=checks(
            found, raked, absent, len(people), worth, plan, unused=[d for d in parts if d not in used]
        ),
        provenance=made_by(
            judged,
            structure,
            plan=plan,
            method="codesign.panel_weights",
            options={"trim": trim, "round": round},
        ),
        rests_on=f"{len(people)} participants, worth {worth:.0f} of equal weight",
        weights=weights,
        effective_n=worth,
        design_effect=len(people) / worth,
        trim=float(trim),
        gap=raked.gap,
        absent=absent,
    )


def _people(table: pd.DataFrame) -> pd.DataFrame:
    """One row a participant."""
    people = table[["participant", "role", "geo", "sector"]].drop_duplicates()
    if (twice := people["participant"].duplicated()).any():
        name = people.loc[twice, "participant"].iloc[0]
        raise FrameError(
            f"panel_weights(): participant {name!r} has more than one role, place or sector; give each participant one."
        )
    return people.sort_values("participant", kind="stable").reset_index(drop=True)


def _aimed(people: pd.DataFrame, dimension: str, parts: pd.DataFrame) -> pd.DataFrame:
    """Part -> people, wanted share, and the share that can be aimed at with the people who are there."""
    wanted = dict(zip(parts["value"], parts["share"], strict=True))
    part = part_of(dimension, people[dimension], wanted)
    counted = pd.Series(part).value_counts()
    values = [*wanted, *(x for x in (ELSEWHERE, UNKNOWN) if x in counted)]
    held = pd.DataFrame(
        {"people": [int(counted.get(v, 0)) for v in values]}, index=pd.Index(values, name="value")
    )
    held["wanted"] = [wanted.get(v, np.nan) for v in values]
    share = held["people"] / len(people)
    there = held["wanted"].where(held["people"] > 0, 0.0).fillna(0.0)
    # Nothing is aimed at for people of an unknown part, or of one that nobody wanted: they keep the share they have.
    kept = held["wanted"].isna() | ((held["wanted"] == 0) & (held["people"] > 0))
    rest = 1 - share[kept].sum()
    held["aim"] = np.where(kept, share, rest * there / there.sum() if there.sum() > 0 else 0.0)
    held["share"] = share
    held.attrs["part"] = part
    return held


def _all_unknown(parts: pd.DataFrame) -> bool:
    known = parts[(parts["people"] > 0) & parts["wanted"].notna()]
    return known.empty


def _raked(people: pd.DataFrame, used: dict[str, pd.DataFrame], trim: float) -> tuple[Raked, dict[str, Any]]:
    codes: dict[str, Any] = {}
    targets = []
    for dimension, parts in used.items():
        there = parts.index[parts["people"] > 0]
        number = {v: k for k, v in enumerate(there)}
        codes[dimension] = np.array([number[v] for v in parts.attrs["part"]])
        targets.append(parts.loc[there, "aim"].to_numpy())
    return rake(list(codes.values()), targets, most=trim), codes


def _rows(dimension: str, parts: pd.DataFrame, codes: Any, raked: Raked) -> list[dict[str, Any]]:
    there = parts.index[parts["people"] > 0]
    weighted = dict.fromkeys(parts.index, 0.0)
    if codes is None:
        # Dimensions that could not be used are told as they stand after weighting by the others.
        number = {v: k for k, v in enumerate(there)}
        codes = np.array([number[v] for v in parts.attrs["part"]])
    held = np.bincount(codes, raked.weights, minlength=len(there)) / raked.weights.sum()
    weighted |= dict(zip(there, held.tolist(), strict=True))
    return [
        {
            "dimension": dimension,
            "value": value,
            "name": named(dimension, str(value)),
            "people": int(row["people"]),
            "wanted": float(row["wanted"]),
            "share": float(row["share"]),
            "weighted_share": weighted[value],
        }
        for value, row in parts.iterrows()
    ]
