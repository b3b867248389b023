"""What a trial is before anybody is drawn: who or what is drawn, how, and in which numbers.

A **trial design** says who is drawn and in which numbers; a **trial outcome** (:mod:`almpo_kit.vocabulary.trial_outcomes`)
what is measured and how much it varies without any programme; **losses** who does not take part and who is not found again.
All three are plain values, checked when they are made, so that sizing, drawing, planning and analysis speak of the same trial.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.plain_values import (
    adding_to_one,
    as_mapping,
    is_number,
    one_line,
    real_number,
    settle,
    whole_number,
)

#: Kind of design -> what is drawn, in words.
DESIGN_KINDS: Final = {
    "individual": "people, each for himself or herself",
    "blocked": "people within blocks of similar people",
    "cluster": "whole groups, e.g. employment offices",
    "matched_pair": "one of each pair of groups that are most alike",
    "stepped_wedge": "the order in which groups begin; in the end all have it",
    "saturation": "first which share of each place is offered it, then who",
}
#: Designs in which groups are drawn.
OF_CLUSTERS: Final = ("cluster", "matched_pair", "stepped_wedge", "saturation")
#: How several arms against one comparison are kept from finding something by luck.
FAMILYWISE: Final = ("holm", "bonferroni", "dunnett", "none")
_MOST_ARMS, _MOST_STEPS, _LONGEST_NAME = 20, 60, 80


@dataclass(frozen=True)
class TrialDesign:
    """Who is drawn and in which numbers.

    Parameters
    ----------
    kind : str
        A key of ``DESIGN_KINDS``.
    arms : mapping of str to float
        Arm -> share of those drawn; shares add up to 1. The **first** is the comparison. A stepped wedge, pairs and a
        saturation design have two arms; pairs have equal ones.
    people : int
        In all, in designs that draw people; 0 where not decided.
    clusters : int
        Groups in all, in designs that draw groups; 0 where not decided. Pairs are ``clusters / 2``.
    cluster_size : float
        Mean number of people in a group (in a stepped wedge: in a group and period).
    size_variation : float
        Coefficient of variation of group sizes, 0 where all are equal.
    steps : int
        Stepped wedge: moments at which groups begin; periods are ``steps + 1``.
    saturations : mapping of float to float
        Saturation design: share of a place's people that is offered it -> share of places with it; shares of places add up to
        1. Saturation 0 is a pure comparison place.
    familywise : {"holm", "bonferroni", "dunnett", "none"}
        With more than two arms.
    """

    kind: str
    arms: Mapping[str, float] = field(default_factory=lambda: {"no programme": 0.5, "programme": 0.5})
    people: int = 0
    clusters: int = 0
    cluster_size: float = 0.0
    size_variation: float = 0.0
    steps: int = 0
    saturations: Mapping[float, float] = field(default_factory=dict)
    familywise: str = "holm"

    def __post_init__(self) -> None:
        if self.kind not in DESIGN_KINDS:
            raise ParameterError(f"design: kind {self.kind!r} is none of {', '.join(DESIGN_KINDS)}.")
        object.__setattr__(self, "arms", _arms(self.arms))
        object.__setattr__(self, "saturations", _saturations(self.kind, self.saturations))
        whole_number("design: people", self.people, 0, 1_000_000_000)
        whole_number("design: clusters", self.clusters, 0, 10_000_000)
        whole_number("design: steps", self.steps, 0, _MOST_STEPS)
        real_number("design: cluster_size", self.cluster_size, 0, 1e8)
        real_number("design: size_variation", self.size_variation, 0, 5)
        settle(self, whole=("people", "clusters", "steps"), real=("cluster_size", "size_variation"))
        if self.familywise not in FAMILYWISE:
            raise ParameterError(
                f"design: familywise {self.familywise!r} is none of {', '.join(FAMILYWISE)}."
            )
        two = self.kind in ("matched_pair", "stepped_wedge", "saturation")
        if two and len(self.arms) != 2:
            raise ParameterError(
                f"design: {self.kind} has two arms, not {len(self.arms)}; name a comparison and a programme."
            )
        if self.kind == "matched_pair" and len(set(self.arms.values())) > 1:
            raise ParameterError(
                "design: one of each pair is drawn, so both arms have half; leave the shares out."
            )
        if self.kind == "matched_pair" and self.clusters % 2:
            raise ParameterError(
                f"design: {self.clusters} groups do not make pairs; take {self.clusters - 1} or {self.clusters + 1}."
            )
        if self.kind == "stepped_wedge" and self.steps < 2:
            raise ParameterError("design: a stepped wedge needs at least two steps, e.g. steps=4.")
        if self.kind != "stepped_wedge" and self.steps:
            raise ParameterError(f"design: steps belong to a stepped wedge, not to {self.kind}.")
        if self.kind not in OF_CLUSTERS and (self.clusters or self.cluster_size):
            raise ParameterError(
                f"design: {self.kind} draws people; clusters and cluster_size belong to kind='cluster'."
            )
        if self.kind in OF_CLUSTERS and self.people:
            raise ParameterError(
                f"design: {self.kind} draws groups; give clusters and cluster_size instead of people."
            )

    @property
    def comparison(self) -> str:
        """The arm that the others are compared with."""
        return next(iter(self.arms))

    @property
    def programmes(self) -> tuple[str, ...]:
        """The other arms."""
        return tuple(self.arms)[1:]

    @property
    def of_clusters(self) -> bool:
        """Whether groups are drawn."""
        return self.kind in OF_CLUSTERS

    @property
    def total(self) -> int:
        """People in all; in a stepped wedge, people measured in one period."""
        return round(self.clusters * self.cluster_size) if self.of_clusters else self.people

    def to_plain(self) -> dict[str, Any]:
        """Plain JSON values; :meth:`from_plain` reads them."""
        plain = asdict(self)
        # Order matters (the first is the comparison), and JSON has no numbers as keys.
        plain["arms"] = [[a, s] for a, s in self.arms.items()]
        plain["saturations"] = [[s, p] for s, p in self.saturations.items()]
        made: dict[str, Any] = json.loads(json.dumps(plain))
        return made

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> TrialDesign:
        """The design of which :meth:`to_plain` told.

        Raises
        ------
        ParameterError
            It is none.
        """
        given = as_mapping(cls, plain, "design of a trial")
        try:
            given["arms"] = dict(given.get("arms", [["no programme", 0.5], ["programme", 0.5]]))
            given["saturations"] = dict(given.get("saturations", []))
        except (TypeError, ValueError):
            raise ParameterError(
                "design: arms and saturations are lists of pairs, e.g. [['no programme', 0.5], ['course', 0.5]]."
            ) from None
        try:
            return cls(**given)
        except TypeError as error:
            raise ParameterError(f"this is no design of a trial ({error}).") from None


def _arms(given: Any) -> dict[str, float]:
    if not isinstance(given, Mapping):
        names = list(given) if isinstance(given, list | tuple) else []
        if not names:
            raise ParameterError(
                "design: arms say what is compared, e.g. {'no programme': 0.5, 'course': 0.5}."
            )
        if len(set(map(str, names))) < len(names):
            raise ParameterError(f"design: an arm is named twice in {names}; name each once.")
        given = dict.fromkeys(names, 1 / len(names))
    arms = dict(given)
    if not 2 <= len(arms) <= _MOST_ARMS:
        raise ParameterError(
            f"design: name 2 to {_MOST_ARMS} arms, the comparison first; there are {list(arms)}."
        )
    if not all(is_number(s) and 0 < s < 1 for s in arms.values()) or abs(sum(arms.values()) - 1) > 1e-6:
        raise ParameterError(
            f"design: shares of arms must lie between 0 and 1 and add up to 1; they are {arms}."
        )
    named = {one_line("design: the name of an arm", a, _LONGEST_NAME): s for a, s in arms.items()}
    if len(named) < len(arms):
        raise ParameterError(f"design: two arms have one name but for spaces: {list(arms)}.")
    return adding_to_one(named)


def _saturations(kind: str, given: Any) -> dict[float, float]:
    try:
        found = dict(given)
    except (TypeError, ValueError):
        raise ParameterError(
            f"design: saturations map a share of people to a share of places, e.g. {{0.0: 0.5, 0.5: 0.5}}; they are {given!r}."
        ) from None
    if kind != "saturation":
        if found:
            raise ParameterError(f"design: saturations belong to kind='saturation', not to {kind}.")
        return {}
    right = all(is_number(s) and 0 <= s <= 1 and is_number(p) and 0 < p < 1 for s, p in found.items())
    if len(found) < 2 or not right or abs(sum(found.values()) - 1) > 1e-6:
        raise ParameterError(
            "design: saturations are at least two shares of people offered -> share of places, adding up to 1, e.g. "
            f"{{0.0: 0.25, 0.5: 0.5, 1.0: 0.25}}; they are {found}."
        )
    if not any(0 < s < 1 for s in found):
        raise ParameterError(
            "design: one saturation must lie between 0 and 1, or nobody is compared within a place."
        )
    return adding_to_one({float(s): found[s] for s in sorted(found)})
