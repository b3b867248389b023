"""Tables of a gain model: gains by programme and labour market, sources, spreads."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.gains.abstention import people_words, thin_reason
from almpo_kit.recommendation.gains.known import RELATIVE, Known
from almpo_kit.recommendation.gains.latent import COMPONENTS
from almpo_kit.recommendation.gains.predicting import Market, predict
from almpo_kit.vocabulary.finding import Certainty

Array = np.ndarray[Any, np.dtype[Any]]
#: Variance of the logarithm of a half-t with 4 degrees of freedom: (trigamma(1/2) + trigamma(2)) / 4.
_PRIOR_VARIANCE = 1.395
_WORDS = {
    "mean": "average effect of all programmes",
    "type": "between programme types",
    "unemployment": "by unemployment class",
    "skill": "by skill class",
    "interaction": "by the two classes together",
    "place": "between places and studies",
    "slopes": "by each characteristic of people",
}


def main_market(known: Known) -> Market:
    """The labour market in which most local people live; one of unknown classes without people."""
    if known.local is None:
        return Market("unknown", "unknown", False)
    return Market(*known.local.main, True)


def graded(
    low: float, high: float, weight_prior: float, distance: float, samples: int, own: float, credible: str
) -> Certainty:
    """Certainty of a gain that is not refused.

    High: the interval leaves no doubt of the sign, at most a tenth comes from the prior, the labour market was studied, and
    ten samples or 200 participants of a credible evaluation carry it. Moderate: no doubt of the sign, at most a third from
    the prior, and no failed verdict. Low otherwise.
    """
    signed = low > 0 or high < 0
    trusted = credible in ("credible", "") or samples >= 5
    if not signed or weight_prior > 1 / 3 or not trusted:
        return "low"
    carried = samples >= 10 or (own >= 200 and credible == "credible")
    return "high" if carried and weight_prior <= 0.1 and not distance > 0.05 else "moderate"


def cells_of(known: Known, unit: str, target_words: str, credible: str) -> pd.DataFrame:
    """Gains of average people by programme, unemployment and skill class; local cells of unknown class come last."""
    pairs = list(product(("high", "low"), repeat=2))
    local = () if known.local is None else known.local.cells
    pairs += [c for c in (local or (("unknown", "unknown"),)) if c not in pairs]
    here = known.local is not None
    gains = predict(known, None, [Market(u, s, here) for u, s in pairs], unit, target_words)
    rows: list[dict[str, object]] = []
    for arm, (u, s) in product(range(1, len(known.menu)), pairs):
        i = pairs.index((u, s))
        samples = known.evidence.samples(known.menu.programme_types[arm])
        own = 0.0 if known.effective is None else float(known.effective[arm])
        prior = float(1 - gains.weight_evidence[i, arm] - gains.weight_local[i, arm])
        low, high, far = (float(a[i, arm]) for a in (gains.low, gains.high, gains.distance))
        refused = bool(gains.abstains[i, arm])
        rows.append(
            {
                "programme": known.menu.names[arm],
                "programme_type": known.menu.programme_types[arm],
                "unemployment_class": u,
                "skill_class": s,
                "gain": float(gains.mean[i, arm]),
                "low": low,
                "high": high,
                "se": float(gains.se[i, arm]),
                "weight_evidence": float(gains.weight_evidence[i, arm]),
                "weight_local": float(gains.weight_local[i, arm]),
                "weight_prior": max(prior, 0.0),
                "distance": far,
                "n_samples": samples,
                "seen_locally": (u, s) in local and known.local is not None and arm in known.local.arms,
                "abstains": refused,
                "certainty": "too little to say"
                if refused
                else graded(low, high, prior, far, samples, own, credible),
                "reason": str(gains.reasons[i, arm]),
            }
        )
    return pd.DataFrame(rows)


def sources_of(known: Known) -> pd.DataFrame:
    """What each programme's gain rests on."""
    gains = predict(known, None, [main_market(known)], "", "")
    rows = []
    for arm in range(1, len(known.menu)):
        evidence, own = float(gains.weight_evidence[0, arm]), float(gains.weight_local[0, arm])
        rows.append(
            {
                "programme": known.menu.names[arm],
                "programme_type": known.menu.programme_types[arm],
                "n_samples": known.evidence.samples(known.menu.programme_types[arm]),
                "took_it_here": "" if known.taken is None else people_words(known.taken[arm]),
                "used_here": known.local is not None and arm in known.local.arms,
                "weight_evidence": evidence,
                "weight_local": own,
                "weight_prior": max(1 - evidence - own, 0.0),
                "refusal": thin_reason(known, arm - 1),
            }
        )
    return pd.DataFrame(rows)


def variances_of(known: Known) -> pd.DataFrame:
    """Standard deviations of the components, with intervals."""
    draws, weight = known.integrated.log_sd, known.integrated.weight
    tail = (1 - known.settings.level) / 2
    rows = []
    for c, name in enumerate(COMPONENTS):
        order = np.argsort(draws[:, c])
        steps = np.cumsum(weight[order]) - weight[order] / 2
        low, middle, high = np.exp(np.interp((tail, 0.5, 1 - tail), steps, draws[order, c]))
        centre = weight @ draws[:, c]
        left = float(weight @ (draws[:, c] - centre) ** 2) / _PRIOR_VARIANCE
        rows.append(
            {
                "component": name,
                "words": _WORDS[name],
                "sd": float(middle),
                "low": float(low),
                "high": float(high),
                "prior_scale": RELATIVE[name] * known.settings.scale,
                "learned": float(np.clip(1 - left, 0, 1)),
            }
        )
    return pd.DataFrame(rows)


def people_spread(known: Known, people: Caseload | None) -> pd.DataFrame:
    """How predicted gains of local people differ, by programme: never of fewer than a hundred people."""
    columns = ["programme", "sd", "p05", "p95"]
    if people is None or known.local is None or len(people) < 100:
        return pd.DataFrame(columns=columns)
    z = known.local.standardised(people.features)
    rows, centres = [], predict(known, None, [main_market(known)], "", "").mean[0]
    for arm in known.local.arms:
        mean = z @ known.posterior.mean[known.layout.slopes_at(int(arm) - 1)]
        centre = centres[arm]
        low, high = np.quantile(mean + centre, (0.05, 0.95))
        rows.append((known.menu.names[arm], float(mean.std()), float(low), float(high)))
    return pd.DataFrame(rows, columns=columns)
