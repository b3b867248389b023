"""What is known of gains: evidence and local people put into one hierarchical model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.gains.latent import COMPONENTS, PLACE, Layout
from almpo_kit.recommendation.gains.local_people import Local, effective_participants, local
from almpo_kit.recommendation.gains.posterior import Posterior, posterior
from almpo_kit.recommendation.gains.published import Published
from almpo_kit.recommendation.gains.variance_integration import Integrated, Model, integrate

Array = np.ndarray[Any, np.dtype[Any]]
#: Scale of the prior of each standard deviation, as a share of an average effect that would not surprise.
RELATIVE = dict.fromkeys(("mean", "type", "place", "slopes"), 1.0) | dict.fromkeys(
    ("unemployment", "skill", "interaction"), 0.75
)
#: How well prediction intervals tell the spread between studies: a factor of e^0.5 either way, about.
_TOLD = 0.5
#: An average effect of a quarter of the outcome's standard deviation would not surprise.
SURPRISE = 0.25


@dataclass(frozen=True)
class Settings:
    """What could have been otherwise.

    Parameters
    ----------
    scale : float
        An average effect that would not surprise, in the unit of gains.
    level, furthest, widest : float
        Coverage of intervals; largest transport distance; widest interval, in the unit of gains.
    fewest_samples : int
    points, seed : int
    """

    scale: float
    level: float
    furthest: float
    widest: float
    fewest_samples: int
    points: int
    seed: int


@dataclass(frozen=True, eq=False)
class Known:
    """The learned model.

    Parameters
    ----------
    menu, layout, settings, evidence
    local : Local or None
        None without people, or where nothing can be learned from them.
    why_no_local : str
        Why local people are not used; "" where they are or none were given.
    taken : Array of int, shape (k,), or None
        How many took each arm, also where they are not used.
    effective : Array, shape (k,), or None
    integrated : Integrated
    posterior : Posterior
    from_evidence, from_local : Array, shape (d,)
        Response of each latent effect to one more gain in all evidence, and in all local people.
    """

    menu: Menu
    layout: Layout
    settings: Settings
    evidence: Published
    local: Local | None
    why_no_local: str
    taken: Array | None
    effective: Array | None
    integrated: Integrated
    posterior: Posterior
    from_evidence: Array
    from_local: Array


def usual_scale(people: Caseload | None, evidence: Published) -> float:
    """An average effect that would not surprise: a quarter of the outcome's standard deviation, or the root mean
    square of published effects where there are no people."""
    if people is not None:
        seen = np.isfinite(people.outcome)
        if seen.sum() > 1:
            centre = np.average(people.outcome[seen], weights=people.weight[seen])
            spread = np.average((people.outcome[seen] - centre) ** 2, weights=people.weight[seen])
            if spread > 0:
                return SURPRISE * float(np.sqrt(spread))
    if len(evidence):
        effect, se = evidence.table["effect"].to_numpy(float), evidence.table["se"].to_numpy(float)
        return float(max(np.sqrt(np.mean(effect**2)), np.median(se)))
    return 1.0


def learn(
    people: Caseload | None,
    evidence: Published,
    menu: Menu,
    settings: Settings,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Known:
    """Fit the hierarchical model."""
    why = ""
    found = None
    if people is not None:
        if people.credible == "not identified":
            why = "the evaluation that they come from does not identify the effect"
        else:
            found = local(people)
            why = "" if found is not None else "too few of them took a programme, or none"
    types = tuple(
        dict.fromkeys(
            [*menu.programme_types[1:], *sorted(evidence.table["programme_type"].unique().tolist())]
        )
    )
    p = len(found.names) if found is not None else 0
    layout = Layout(types, tuple(types.index(t) for t in menu.programme_types[1:]), p)
    model, rows, lifts = _assembled(layout, evidence, found, settings)
    integrated = integrate(model, points=settings.points, seed=settings.seed)
    known = posterior(model, integrated, rows, layout.component(), layout.share(), progress=progress)
    from_evidence, from_local = (known.pull @ lift for lift in lifts)
    if people is None:
        taken = effective = None
    else:
        taken = np.bincount(people.received, minlength=len(menu))
        effective = effective_participants(people)
    return Known(
        menu=menu,
        layout=layout,
        settings=settings,
        evidence=evidence,
        local=found,
        why_no_local=why,
        taken=taken,
        effective=effective,
        integrated=integrated,
        posterior=known,
        from_evidence=from_evidence,
        from_local=from_local,
    )


def _assembled(
    layout: Layout, evidence: Published, found: Local | None, settings: Settings
) -> tuple[Model, Array, tuple[Array, Array]]:
    """The observations of both sources as one normal model, and what one more gain in each source does to them."""
    y_e, rows_e, error, own = evidence.observations(layout)
    m = len(y_e)
    if found is None:
        y_l, rows_l, spread, lift = np.zeros(0), np.zeros((0, layout.size)), np.zeros((0, 0)), np.zeros(0)
    else:
        y_l, rows_l, spread, lift = found.observations(layout)
    y, rows = np.r_[y_e, y_l], np.concatenate([rows_e, rows_l])
    fixed = np.zeros((len(y), len(y)))
    fixed[:m, :m], fixed[m:, m:] = error, spread
    parts = np.zeros((len(COMPONENTS), len(y), len(y)))
    component, share = layout.component(), layout.share()
    for c in range(len(COMPONENTS)):
        of = component == c
        parts[c] = (rows[:, of] * share[of]) @ rows[:, of].T
        parts[c][:m, :m] += own[c]
    scale = settings.scale * np.array([RELATIVE[name] for name in COMPONENTS])
    centre, told = np.log(scale), np.full(len(scale), np.inf)
    if np.isfinite(evidence.between) and evidence.between > 0:
        centre[PLACE], told[PLACE] = np.log(evidence.between), _TOLD
    model = Model(y, fixed, parts, scale, centre, told)
    of_evidence, of_local = np.zeros(len(y)), np.zeros(len(y))
    of_evidence[:m], of_local[m:] = 1.0, lift
    return model, rows, (of_evidence, of_local)
