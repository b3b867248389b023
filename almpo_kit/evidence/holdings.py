"""What the evidence base holds from one country."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from almpo_kit.evidence.comparability import samples_of
from almpo_kit.evidence.tally import favour, tally, tally_sentence
from almpo_kit.evidence.words import count, foundation, listed, place_words
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import provenance


@dataclass(frozen=True, kw_only=True, eq=False)
class Coverage(Finding):
    """What the base holds from ``country``: one row per programme type, also where that is nothing."""

    country: str
    n_estimates: int
    n_samples: int

    def metrics(self) -> dict[str, float]:
        """How much there is."""
        return {"estimates": float(self.n_estimates), "samples": float(self.n_samples)}


def coverage(effects: pd.DataFrame, *, country: str) -> Coverage:
    """Say which estimates come from a country, whatever their outcome.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.
    country : str
        Eurostat code (``GR`` and ``GB`` are understood).

    Returns
    -------
    Coverage
        ``table``: ``programme_type, label, n_estimates, n_samples, outcomes, favourable,
        not_significant, unfavourable, not_stated``.

    Raises
    ------
    ParameterError
        A country that the vocabulary does not know.
    """
    place = normalise(country)
    if place not in PLACE_NAMES:
        raise ParameterError(f"unknown country {country!r}; give a two-letter code, e.g. 'EL' for Greece")
    local = effects[effects["country"] == place]
    local.attrs = dict(effects.attrs)
    n = int(samples_of(local).nunique())
    return Coverage(
        question=f"What does the evidence base hold from {place_words(place)}?",
        sentence=_sentence(effects, local, n, place),
        table=pd.DataFrame([_row(local, kind) for kind in PROGRAMME_TYPES]),
        checks=_checks(local, place),
        provenance=provenance(effects, method="evidence.coverage: counts", options={"country": place}),
        rests_on=foundation(local, n),
        country=place,
        n_estimates=len(local),
        n_samples=n,
    )


def _row(local: pd.DataFrame, kind: str) -> dict[str, object]:
    rows = local[local["programme_type"] == kind]
    n = favour(rows)["favour"].value_counts()
    outcomes = [OUTCOMES[o].label if o in OUTCOMES else str(o) for o in rows["outcome"].unique()]
    return {
        "programme_type": kind,
        "label": PROGRAMME_TYPES[kind].label,
        "n_estimates": len(rows),
        "n_samples": int(samples_of(rows).nunique()),
        "outcomes": ", ".join(sorted(outcomes)),
        "favourable": int(n.get("favourable", 0)),
        "not_significant": int(n.get("not significant", 0)),
        "unfavourable": int(n.get("unfavourable", 0)),
        "not_stated": int(n.get("not stated", 0)),
    }


def _sentence(effects: pd.DataFrame, local: pd.DataFrame, n: int, place: str) -> str:
    where = place_words(place)
    if local.empty:
        return f"No estimate from {where} is in the evidence base; everything here comes from elsewhere."
    kinds = [k for k in PROGRAMME_TYPES if local["programme_type"].eq(k).any()]
    types = listed(PROGRAMME_TYPES[k].label[:1].lower() + PROGRAMME_TYPES[k].label[1:] for k in kinds)
    held = f"{count(len(local), 'estimate')} from {count(n, 'independent sample')}"
    said = f"{where} contributes {held} of {len(effects)} in the base, on {types}."
    return f"{said} {tally_sentence(tally(local, favour(local)['favour']))}"


def _checks(local: pd.DataFrame, place: str) -> tuple[Check, ...]:
    if local.empty:
        words = f"Nothing in the base was measured in {place_words(place)}; whether it carries over is a judgement."
        return (Check("local evidence", "failed", words),)
    words = "Counts mix outcomes and horizons; they show what was studied, not what works."
    return (Check("counts", "informational", words),)
