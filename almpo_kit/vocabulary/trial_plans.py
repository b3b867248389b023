"""A pre-analysis plan: what a trial will be asked, and how it will be analysed, before anybody knows an outcome.

The plan is plain values with a digest. It is kept in versions (:mod:`almpo_kit.records`); the one that stood when units were
drawn is what the analysis is held to. What is done otherwise is a **deviation**, and is listed beside the result, always.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.places import normalise, nuts_level
from almpo_kit.vocabulary.plain_values import (
    as_mapping,
    can_be_kept,
    names_of_columns,
    one_line,
    real_number,
    settle,
    whole_number,
)
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

#: How an effect is estimated; which design allows which is said in :mod:`almpo_kit.experiments`.
ESTIMATORS: Final = {
    "difference": "difference of means",
    "adjusted": "difference of means, adjusted for covariates within each arm (Lin)",
    "blocked": "difference of means within blocks, blocks weighed by their people",
    "cluster": "difference between groups, with standard errors of groups (CR2)",
    "pairs": "mean difference within pairs",
    "stepped_wedge": "groups and periods held constant, groups' errors correlated over time",
    "saturation": "by the share offered in a place: direct, spill-over, total and overall effects",
    "adaptive": "adaptively weighted doubly robust scores (AW-AIPW)",
}
#: Which design allows which, the usual one first.
ESTIMATORS_OF_DESIGNS: Final = {
    "individual": ("difference", "adjusted", "adaptive"),
    "blocked": ("blocked", "adjusted", "difference", "adaptive"),
    "cluster": ("cluster",),
    "matched_pair": ("pairs", "cluster"),
    "stepped_wedge": ("stepped_wedge",),
    "saturation": ("saturation",),
}
#: What is done about outcomes that are not known.
MISSING_RULES: Final = {
    "complete": "people whose outcome is known, with bounds for the others beside it",
    "worst": "the comparison's missing outcomes taken as good, the programme's as bad",
}
#: The states of a trial in the registry, and which may follow.
STATES: Final = {
    "planned": ("registered", "abandoned"),
    "registered": ("drawn", "abandoned"),
    "drawn": ("running", "abandoned"),
    "running": ("closed", "abandoned"),
    "closed": ("analysed", "abandoned"),
    "analysed": ("published",),
    "published": (),
    "abandoned": (),
}
#: One unit a row: whom the lot put where. ``chance`` is the probability of the arm that was drawn.
ASSIGNMENT_COLUMNS: Final = (
    *("id", "arm", "chance", "block", "cluster", "pair", "step", "saturation", "entered", "source"),
)


@dataclass(frozen=True)
class TrialPlan:
    """What a trial asks and how it will be analysed; plain values only.

    Parameters
    ----------
    name : str
        Of the trial in the registry.
    question : str
        As a person would ask it.
    population : str
        Who can be in it, in words.
    design : TrialDesign
    outcomes : tuple of TrialOutcome
        The first is the primary one: the verdict is about it.
    smallest_effect : float
        Smallest effect on the primary outcome that would matter, in its own scale (0.05 is five points); what it was sized for.
    estimator : str
        A key of ``ESTIMATORS``.
    programme_types : mapping of str to str
        Arm (but the comparison) -> programme type of the evidence base.
    country : str
        Eurostat code.
    start_year : int
        First year of entry.
    end_year : int
        Last year of entry.
    nuts : str
        Region, "" where it is about more.
    target_group : str
    covariates : tuple of str
        Columns that the estimate is adjusted for, known before the draw.
    blocks : tuple of str
        Columns within which is drawn.
    cluster : str
        Column with the group, "" where people are drawn.
    losses : Losses
        That were expected.
    alpha : float
        Two-sided; for the primary outcome, all arms together.
    missing : str
        A key of ``MISSING_RULES``.
    looks : int
        Looks at the outcome on the way, beside the last; with any, the verdict rests on a confidence sequence.
    rule : AdaptiveRule or None
        Of an adaptive trial.
    harm : str
        What would end the trial early, in words.
    subgroups : tuple of str
        Columns by which effects are shown apart, named beforehand.
    seed_source : str
        Where the seed of the draw will come from, e.g. "the lottery of 9 January 2027".
    unemployment_rate : float or None
        National, of the first year, in per cent.
    synthetic : bool
        Its people are invented.
    """

    name: str
    question: str
    population: str
    design: TrialDesign
    outcomes: tuple[TrialOutcome, ...]
    smallest_effect: float
    estimator: str
    programme_types: Mapping[str, str]
    country: str
    start_year: int
    end_year: int
    nuts: str = ""
    target_group: str = "all"
    covariates: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    cluster: str = ""
    losses: Losses = field(default_factory=Losses)
    alpha: float = 0.05
    missing: str = "complete"
    looks: int = 0
    rule: AdaptiveRule | None = None
    harm: str = ""
    subgroups: tuple[str, ...] = ()
    seed_source: str = ""
    unemployment_rate: float | None = None
    synthetic: bool = False

    def __post_init__(self) -> None:
        self._texts_and_columns()
        self._parts()
        object.__setattr__(self, "country", normalise(self.country))
        object.__setattr__(self, "nuts", normalise(self.nuts) if self.nuts else "")
        _lies_in(self.country, self.nuts)
        self._outcomes_and_estimator()
        self._arms_and_places()
        whole_number("plan: looks", self.looks, 0, 1000)
        real_number("plan: alpha", self.alpha, 0, 0.5, open_low=True, open_high=True)
        for name in ("start_year", "end_year"):
            whole_number(f"plan: {name}", getattr(self, name), 1990, 2100)
        if self.end_year < self.start_year:
            raise ParameterError(
                f"plan: the last year of entry, {self.end_year}, is before the first, {self.start_year}."
            )
        if self.unemployment_rate is not None:
            real_number("plan: unemployment_rate (in per cent)", self.unemployment_rate, 0, 60)
            settle(self, real=("unemployment_rate",))
        settle(self, whole=("looks", "start_year", "end_year"), real=("smallest_effect", "alpha"))

    def _texts_and_columns(self) -> None:
        for name, most in (("name", 120), ("question", 300), ("population", 2000), ("harm", 2000)):
            text, least = getattr(self, name), 0 if name == "harm" else 1
            if not isinstance(text, str) or not least <= len(text.strip()) <= most or not can_be_kept(text):
                raise ParameterError(f"plan: {name} must be {least} to {most} characters of text.")
        object.__setattr__(self, "name", one_line("plan: name", self.name, 120))
        for name, most in (("cluster", 120), ("seed_source", 300)):
            object.__setattr__(self, name, one_line(f"plan: {name}", getattr(self, name), most, empty=True))
        for name in ("covariates", "blocks", "subgroups"):
            object.__setattr__(self, name, names_of_columns(f"plan: {name}", getattr(self, name)))
        if not isinstance(self.synthetic, bool):
            raise ParameterError(f"plan: synthetic={self.synthetic!r} must be True or False.")

    def _parts(self) -> None:
        if not isinstance(self.design, TrialDesign):
            raise ParameterError(
                "plan: design must be a TrialDesign, e.g. TrialDesign('individual', people=400)."
            )
        if not isinstance(self.outcomes, list | tuple) or not all(
            isinstance(o, TrialOutcome) for o in self.outcomes
        ):
            raise ParameterError(
                "plan: outcomes must be a list of TrialOutcome, the primary one first, e.g. [TrialOutcome('work', 'binary', 0.3)]."
            )
        object.__setattr__(self, "outcomes", tuple(self.outcomes))
        if not isinstance(self.losses, Losses):
            raise ParameterError("plan: losses must be Losses, e.g. Losses(attrition=0.1).")
        if self.rule is not None and not isinstance(self.rule, AdaptiveRule):
            raise ParameterError("plan: rule must be an AdaptiveRule, or None.")
        if not isinstance(self.programme_types, Mapping):
            raise ParameterError("plan: programme_types maps arms to types, e.g. {'course': 'training'}.")

    def _outcomes_and_estimator(self) -> None:
        names = [o.name for o in self.outcomes]
        if not names or len(set(names)) < len(names):
            raise ParameterError("plan: name at least one outcome, the primary one first, each once.")
        real_number("plan: smallest_effect", self.smallest_effect, -1e12, 1e12)
        nothing = 1 if self.primary.kind == "duration" else 0
        if self.smallest_effect == nothing:
            raise ParameterError(
                "plan: smallest_effect is no effect at all; say which effect would matter, e.g. 0.05 for five points."
            )
        self.primary.can_change_by("plan: smallest_effect", self.smallest_effect)
        if self.estimator not in ESTIMATORS:
            raise ParameterError(f"plan: estimator {self.estimator!r} is none of {', '.join(ESTIMATORS)}.")
        fitting = ESTIMATORS_OF_DESIGNS[self.design.kind]
        if self.estimator not in fitting:
            raise ParameterError(
                f"plan: estimator {self.estimator!r} does not fit the design {self.design.kind!r}; take {' or '.join(fitting)}."
            )
        if both := [c for c in (*self.covariates, *self.blocks, *self.subgroups) if c in names]:
            raise ParameterError(
                f"plan: {both[0]!r} is an outcome; adjust, block and show apart only by what is known before the draw."
            )
        if self.missing not in MISSING_RULES:
            raise ParameterError(f"plan: missing {self.missing!r} is none of {', '.join(MISSING_RULES)}.")
        if (self.rule is not None) != (self.estimator == "adaptive"):
            raise ParameterError(
                "plan: an adaptive trial has a rule and is analysed by estimator='adaptive'; others have neither."
            )
        if self.rule is not None:
            self.rule.fits(len(self.design.arms))
            if self.rule.floor <= 0:
                raise ParameterError(
                    "plan: an adaptive trial that is analysed needs a floor above 0, e.g. floor=0.05."
                )

    def _arms_and_places(self) -> None:
        types = dict(self.programme_types)
        object.__setattr__(self, "programme_types", types)
        if set(types) != set(self.design.programmes):
            raise ParameterError(
                f"plan: programme_types names {sorted(types)}; name each arm but the comparison: {list(self.design.programmes)}."
            )
        if wrong := [t for t in types.values() if t not in PROGRAMME_TYPES]:
            raise ParameterError(
                f"plan: programme type {wrong[0]!r} is none of {', '.join(PROGRAMME_TYPES)}."
            )
        if self.target_group not in TARGET_GROUPS:
            raise ParameterError(
                f"plan: target_group {self.target_group!r} is none of {', '.join(TARGET_GROUPS)}."
            )
        if self.design.of_clusters and not self.cluster:
            raise ParameterError(
                f"plan: {self.design.kind} draws groups; name the column with the group, e.g. cluster='office'."
            )
        if self.design.kind == "blocked" and not self.blocks:
            raise ParameterError(
                "plan: a blocked design names the columns of its blocks, e.g. blocks=['office']."
            )

    @property
    def primary(self) -> TrialOutcome:
        """The outcome that the verdict is about."""
        return self.outcomes[0]

    @property
    def digest(self) -> str:
        """SHA-256 of the plan as canonical JSON: what was fixed."""
        text = json.dumps(self.to_plain(), sort_keys=True, ensure_ascii=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_plain(self) -> dict[str, Any]:
        """Plain JSON values; :meth:`from_plain` reads them."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        plain["design"] = self.design.to_plain()
        plain["outcomes"] = [o.to_plain() for o in self.outcomes]
        plain["losses"] = {f.name: getattr(self.losses, f.name) for f in fields(self.losses)}
        plain["rule"] = None if self.rule is None else self.rule.to_plain()
        made: dict[str, Any] = json.loads(json.dumps(plain, allow_nan=False))
        return made

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> TrialPlan:
        """The plan of which :meth:`to_plain` told.

        Raises
        ------
        ParameterError
            It is none.
        """
        given = as_mapping(cls, plain, "plan of a trial")
        try:
            given["design"] = TrialDesign.from_plain(given["design"])
            given["outcomes"] = tuple(TrialOutcome.from_plain(o) for o in given["outcomes"])
            given["losses"] = Losses(**as_mapping(Losses, given.get("losses", {}), "losses of a trial"))
            given["rule"] = None if given.get("rule") is None else AdaptiveRule.from_plain(given["rule"])
            return cls(**given)
        except (TypeError, KeyError) as error:
            raise ParameterError(f"this is no plan of a trial ({error}).") from None


def _lies_in(country: str, nuts: str) -> None:
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise ParameterError(
            f"plan: country={country!r} must be two letters, e.g. 'EL'; a region goes into nuts."
        )
    if nuts:
        nuts_level(nuts)
    if nuts and not nuts.startswith(country):
        raise ParameterError(f"plan: the region {nuts} does not lie in {country}; correct one of them.")
