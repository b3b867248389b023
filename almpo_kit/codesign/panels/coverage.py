"""Whether the panel looks as it should, and who is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from almpo_kit.codesign.panels.coverage_words import checks, sentence
from almpo_kit.codesign.panels.participating import given_participation
from almpo_kit.codesign.panels.structure import ELSEWHERE, UNKNOWN, named, part_of, wanted_structure
from almpo_kit.codesign.rounds.answers_given import made_by, the_plan
from almpo_kit.codesign.rounds.kernels.share_intervals import exact_interval
from almpo_kit.vocabulary.consultation_items import said
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding

_COLUMNS: Final = (
    *("dimension", "value", "name", "wanted", "invited", "invited_share", "answered", "answered_share"),
    *("low", "high", "response", "weight", "standing"),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Coverage(Finding):
    """What the panel should look like, and what it does.

    ``table``, one row a part of the panel: ``dimension`` ("role", "geo", "sector"), ``value``, ``name``; ``wanted``
    share; ``invited`` and ``answered`` (any round) people with their shares; ``low, high``: exact 95% interval of the
    answered share, for what chance alone could bring; ``response``: answered of invited; ``weight``: wanted over answered
    share, missing where nobody answered; ``standing``: "missing" (wanted, nobody answered), "too few" or "too many" (more
    than chance would bring), "as wanted" (within chance), "not wanted" (people of whom the structure knows nothing). In a
    small panel almost everything lies within chance: look at the shares too.

    Parameters
    ----------
    invited, answered : int
    distance : mapping
        Dimension -> share of the panel that would have to be others for it to look as it should.
    missing : tuple of str
        Parts that were wanted and from which nobody answered, by name.
    round : int
        Last round that somebody answered.
    """

    invited: int
    answered: int
    distance: dict[str, float]
    missing: tuple[str, ...]
    round: int

    def metrics(self) -> dict[str, float]:
        """Invited, answered, and the distance of each dimension."""
        return {
            "invited": float(self.invited),
            "answered": float(self.answered),
            **{f"distance_{k}": v for k, v in self.distance.items()},
        }


def coverage(participation: pd.DataFrame, structure: pd.DataFrame, plan: Plan) -> Coverage:
    """Say whether the panel looks as it should, part by part, and who is missing.

    Parameters
    ----------
    participation : DataFrame
        ``PARTICIPATION_COLUMNS``.
    structure : DataFrame
        ``dimension, value, share``: "role", "geo" or "sector", a role, a NUTS or NACE code, and the share of the panel it
        should have. Participants of a finer code belong to the longest that holds it.
    plan : Plan

    Returns
    -------
    Coverage

    Raises
    ------
    DesignError
        Nobody was invited.
    FrameError
    """
    the_plan(plan, "coverage")
    people = given_participation(participation, "coverage")
    wanted = wanted_structure(structure, "coverage")
    people = people[(people["state"] != "withdrawn") | people["answered"]]
    if people.empty:
        raise DesignError(
            "coverage() found nobody who is invited; invite people first, e.g. store.invite(name, …)."
        )
    rows = [
        r for d, parts in wanted.groupby("dimension", sort=False) for r in _dimension(people, str(d), parts)
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    answered = int(people["answered"].sum())
    off = (table["wanted"] - table["answered_share"]).abs().groupby(table["dimension"], sort=False).sum() / 2
    distance = {str(k): float(v) for k, v in off.items()} if answered else {}
    missing = tuple(table.loc[table["standing"] == "missing", "name"])
    last = max((max(r) for r in people["rounds"] if r), default=0)
    return Coverage(
        question=f"{said(plan.title, plan.languages[0])} · does the panel look as it should?",
        sentence=sentence(table, len(people), answered, missing),
        table=table,
        checks=checks(table, answered, plan),
        provenance=made_by(participation, structure, plan=plan, method="codesign.coverage"),
        figure="coverage",
        rests_on=f"{len(people)} invitations, {answered} of them answered",
        invited=len(people),
        answered=answered,
        distance=distance,
        missing=missing,
        round=last,
    )


def _dimension(people: pd.DataFrame, dimension: str, parts: pd.DataFrame) -> list[dict[str, Any]]:
    share_of = dict(zip(parts["value"], parts["share"], strict=True))
    part = pd.Series(part_of(dimension, people[dimension], share_of), index=people.index)
    answered = people["answered"]
    n = int(answered.sum())
    outside = [x for x in (ELSEWHERE, UNKNOWN) if (part == x).any()]
    return [
        _row(
            dimension,
            v,
            share_of.get(v),
            int((part == v).sum()),
            int((part[answered] == v).sum()),
            len(people),
            n,
        )
        for v in (*share_of, *outside)
    ]


def _row(
    dimension: str, value: str, wanted: float | None, invited: int, answered: int, people: int, n: int
) -> dict[str, Any]:
    low, high = exact_interval(answered, n, 0.95)
    share = answered / n if n else float("nan")
    standing = "as wanted"
    if wanted is None:
        standing = "not wanted"
    elif wanted > 0 and not answered:
        standing = "missing"
    elif wanted > high:
        standing = "too few"
    elif wanted < low:
        standing = "too many"
    return {
        "dimension": dimension,
        "value": value,
        "name": named(dimension, value),
        "wanted": wanted or 0.0,
        "invited": invited,
        "invited_share": invited / people,
        "answered": answered,
        "answered_share": share,
        "low": low,
        "high": high,
        "response": answered / invited if invited else float("nan"),
        "weight": wanted / share if wanted is not None and answered else float("nan"),
        "standing": standing,
    }
