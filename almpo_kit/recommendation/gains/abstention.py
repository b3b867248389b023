"""Why a gain is not shown."""

from __future__ import annotations

from collections.abc import Sequence

from almpo_kit.recommendation.gains.known import Known
from almpo_kit.recommendation.gains.local_people import FEWEST
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.rendering import number

#: Counts of people below this are never told.
SMALLEST = 10


def people_words(count: float) -> str:
    """A number of people that may be told: "nobody", "fewer than 10 people", "1 234 people"."""
    if count <= 0:
        return "nobody"
    return f"fewer than {SMALLEST} people" if count < SMALLEST else f"{number(int(count), 0)} people"


def samples_words(count: int) -> str:
    """``no independent sample``, ``1 independent sample``, ``4 independent samples``."""
    return f"{count or 'no'} independent sample{'' if count <= 1 else 's'}"


def reasons_listed(programmes: Sequence[str], reasons: Sequence[str]) -> str:
    """``training and services: …; wage subsidy: …``: every reason once, with the programmes that it is of."""
    held: dict[str, list[str]] = {}
    for programme, why in zip(programmes, reasons, strict=True):
        held.setdefault(str(why), []).append(str(programme))
    joined = {
        why: " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        for why, names in held.items()
    }
    return "; ".join(f"{names}: {why}" for why, names in joined.items())


def thin_reason(known: Known, arm: int) -> str:
    """Why neither source carries a programme; "" where one does. ``arm`` counts from 0, the offer of none left out."""
    kind = known.menu.programme_types[arm + 1]
    samples, fewest = known.evidence.samples(kind), known.settings.fewest_samples
    if samples >= fewest or (known.local is not None and arm + 1 in known.local.arms):
        return ""
    told = f"{samples_words(samples)} studied such programmes (at least {fewest} are needed)"
    if why := known.evidence.refused.get(kind):
        told = f"the evidence on {PROGRAMME_TYPES[kind].label.lower()} was refused: {why.rstrip('.')}"
    return f"{told}, and {_local_words(known, arm)}"


def _local_words(known: Known, arm: int) -> str:
    if known.taken is None or known.effective is None:
        return "there are no local people to learn from"
    if known.why_no_local and known.effective[arm + 1] >= FEWEST:
        return f"local people are not used: {known.why_no_local}"
    if known.taken[arm + 1] < FEWEST:
        return f"{people_words(known.taken[arm + 1])} took it here (at least {FEWEST} are needed)"
    return f"those who took it here count for too few (effectively fewer than {FEWEST}), being so unlike the others"


def support_reason() -> str:
    """Nobody like this took part."""
    return "hardly anyone with such characteristics took it, so nothing was learned about such people"


def distance_reason(furthest: float) -> str:
    """The labour market is unlike those studied."""
    return f"this labour market and person are unlike those studied (distance above {number(furthest, 2)} on a scale from 0 to 1)"


def width_reason(widest: float) -> str:
    """The interval says too little."""
    digits = 0 if widest >= 10 else 2 if widest < 1 else 1
    return f"what is known leaves an interval wider than {number(widest, digits)} around no effect, which says too little"
