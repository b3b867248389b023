"""What the sizing of a trial is asked, refused in words that name the way out."""

from __future__ import annotations

import math

from almpo_kit.experiments.sizing.spread import diluted
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.plain_values import is_number, real_number, whole_number
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

METHODS = ("auto", "closed", "simulation")


def check_kinds(design: object, outcome: object, losses: object, called: object) -> None:
    """Right kinds of things."""
    for name, given, kind in (
        ("design", design, TrialDesign),
        ("outcome", outcome, TrialOutcome),
        ("losses", losses, Losses),
    ):
        if not isinstance(given, kind):
            raise ParameterError(f"power(): {name} is a {kind.__name__}, not {type(given).__name__}.")
    if not isinstance(called, str) or not called.strip():
        raise ParameterError("power(): called names the groups in the plural, e.g. called='offices'.")


def check_options(target: object, alpha: object, method: object, replications: object, seed: object) -> None:
    """Right numbers."""
    real_number("power(): alpha", alpha, 0, 0.5, open_low=True, open_high=True)
    real_number("power(): target", target, 0, 1, open_low=True, open_high=True)
    if isinstance(target, float) and isinstance(alpha, float) and target <= alpha:
        raise ParameterError(
            f"power(): target={target:g} is not above alpha={alpha:g}; a trial without people has that power."
        )
    if method not in METHODS:
        raise ParameterError(f"power(): method={method!r} is none of {', '.join(METHODS)}.")
    whole_number("power(): replications", replications, 100, 1_000_000)
    whole_number("power(): seed", seed, 0, 2**63 - 1)


def effect_of_offer(outcome: TrialOutcome, effect: float | None, moved: float) -> float | None:
    """The effect of the offer that is asked about; None where none is.

    Parameters
    ----------
    effect : float or None
        As given.
    moved : float
        Share of the offered whom it reaches.

    Raises
    ------
    ParameterError
        It cannot be, or is none.
    """
    if effect is None:
        return None
    if not is_number(effect):
        raise ParameterError(
            f"power(): effect={effect!r} must be a number in the outcome's own scale, e.g. 0.05."
        )
    if outcome.kind == "duration":
        if effect <= 0 or effect == 1:
            raise ParameterError(
                f"power(): effect={effect:g} on a duration must be a ratio of hazards above 0 and not 1, e.g. 1.2 for leaving "
                "20% faster."
            )
    elif effect == 0:
        raise ParameterError(
            "power(): effect=0 is no effect, and no trial finds it; give the smallest that would matter."
        )
    if outcome.kind == "binary" and not 0 < outcome.baseline + effect < 1:
        raise ParameterError(
            f"power(): with {outcome.baseline:g} without the programme, an effect of {effect:g} makes a share of "
            f"{outcome.baseline + effect:g}; shares lie between 0 and 1. Give an effect above {-outcome.baseline:g} and below "
            f"{1 - outcome.baseline:g}, e.g. 0.05 for five points."
        )
    return diluted(outcome, effect, moved)


def check_numbers(design: TrialDesign, outcome: TrialOutcome, effect: float | None) -> None:
    """Numbers that belong together."""
    if design.of_clusters and design.cluster_size < 1:
        raise ParameterError(
            f"power(): {design.kind} needs the people in each group; give cluster_size, e.g. cluster_size=40."
        )
    if effect is None and not (design.clusters or design.people):
        much = "clusters" if design.of_clusters else "people"
        raise ParameterError(
            f"power(): give the design's {much} to learn what it can see, or effect= to learn how many it needs."
        )
    if design.kind == "stepped_wedge" and outcome.kind == "duration":
        raise DesignError(
            "power(): a stepped wedge compares periods, and a duration runs through several; size it for a share in each "
            "period, e.g. employed in the period, or draw groups (kind='cluster')."
        )


def check_units(design: TrialDesign, least: int, kept: float) -> None:
    """As many units as tell a programme from luck."""
    if not design.of_clusters:
        for arm, share in design.arms.items():
            if 0 < design.people * share * kept < 2:
                raise DesignError(
                    f"power(): {design.people} people with a share of {share:g} give arm {arm!r} fewer than two whose outcome "
                    f"is known; take at least {math.ceil(2 / (share * kept))} people, or a larger share."
                )
        return
    if not design.clusters or design.clusters >= least:
        return
    raise DesignError(f"power(): {_too_few(design, least)}")


def _too_few(design: TrialDesign, least: int) -> str:
    way = "draw people within groups (kind='blocked')"
    if design.kind == "matched_pair":
        return (
            f"{design.clusters} groups make one pair, and one difference says nothing of chance; take at least {least} "
            f"groups, or {way}."
        )
    if design.kind == "stepped_wedge":
        return (
            f"{design.clusters} groups are too few for {design.steps} steps, of which each needs a group of its own, and "
            f"three in all; take {least} groups, or fewer steps."
        )
    if design.kind == "saturation":
        return (
            f"with {design.clusters} places, fewer than two have one of the saturations that are compared; take at least "
            f"{least} places, or {way}."
        )
    smallest = min(design.arms.items(), key=lambda a: a[1])
    return (
        f"{design.clusters} groups with a share of {smallest[1]:g} give arm {smallest[0]!r} "
        f"{design.clusters * smallest[1]:.3g} groups, and with fewer than two in an arm nothing tells the programme from the "
        f"group; take at least {least} groups, more equal shares, or {way}."
    )
