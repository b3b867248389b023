"""What the evidence base holds, in all or from one country, by programme type."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress

import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import n_samples, samples_of
from almpo_kit.evidence.plain_frames import plain
from almpo_kit.evidence.tally import favour, tally, tally_sentence
from almpo_kit.evidence.words import count, foundation, listed, place_words
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.places import EU27, PLACE_NAMES, normalise
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import provenance

_EU = frozenset({*EU27, "EU"})


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Coverage(Finding):
    """What the base holds: one row per programme type, also where that is nothing.

    ``country`` is None where the whole base is meant.
    """

    country: str | None
    n_estimates: int
    n_samples: int

    def metrics(self) -> dict[str, float]:
        """How much there is."""
        return {"estimates": float(self.n_estimates), "samples": float(self.n_samples)}


def coverage(effects: pd.DataFrame, *, country: str | None = None) -> Coverage:
    """Say which estimates there are, whatever their outcome: in the whole base, or from one country.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.
    country : str, optional
        Eurostat code (``GR`` and ``GB`` are understood); the whole base when left out.

    Returns
    -------
    Coverage
        ``table``: ``programme_type, label, n_estimates, n_samples, n_samples_eu, n_samples_randomised,
        outcomes``; the estimates counted as ``favourable, not_significant, unfavourable, not_stated``; and
        the samples as ``samples_favourable, samples_mixed, samples_not_significant, samples_unfavourable,
        samples_not_stated``.

    Raises
    ------
    ParameterError
        A country that the vocabulary does not know.
    DesignError
        Missing or repeated columns, or text where numbers belong.
    """
    effects = require(effects, ("programme_type", "outcome", "country", "design", "effect"), "coverage")
    place = None if country is None else normalise(country)
    if place is not None and place not in PLACE_NAMES:
        raise ParameterError(f"unknown country {country!r}; give a two-letter code, e.g. 'EL' for Greece")
    held = effects if place is None else effects[effects["country"] == place]
    held.attrs = dict(effects.attrs)
    read = plain(held)
    n = n_samples(read)
    where = "" if place is None else f" from {place_words(place)}"
    return Coverage(
        question=f"What does the evidence base hold{where}?",
        sentence=_sentence(effects, held, n, place),
        table=pd.DataFrame([_row(read, kind) for kind in PROGRAMME_TYPES]),
        checks=_checks(held, place),
        provenance=provenance(
            effects, method="evidence.coverage: counts", options={"country": place or "all"}
        ),
        rests_on=foundation(held, n),
        country=place,
        n_estimates=len(held),
        n_samples=n,
    )


def _row(held: pd.DataFrame, kind: str) -> dict[str, object]:
    rows = held[(held["programme_type"] == kind).to_numpy(dtype=bool)]
    counts = tally(rows, favour(rows)["favour"])
    estimates, by_direction = (
        dict(zip(counts["direction"], counts[c].tolist(), strict=True)) for c in ("estimates", "samples")
    )
    outcomes = [OUTCOMES[o].label if o in OUTCOMES else str(o) for o in rows["outcome"].unique()]
    samples, where, design = (s.tolist() for s in (samples_of(rows), rows["country"], rows["design"]))
    known = [s == s for s in samples]
    directions = [(d, d.replace(" ", "_")) for d in estimates]
    return {
        "programme_type": kind,
        "label": PROGRAMME_TYPES[kind].label,
        "n_estimates": len(rows),
        "n_samples": len(set(compress(samples, known))),
        "n_samples_eu": len({s for s, k, c in zip(samples, known, where, strict=True) if k and c in _EU}),
        "n_samples_randomised": len(
            {s for s, k, d in zip(samples, known, design, strict=True) if k and d == "rct"}
        ),
        "outcomes": ", ".join(sorted(outcomes)),
        **{key: estimates[d] for d, key in directions if d != "mixed"},
        **{f"samples_{key}": by_direction[d] for d, key in directions},
    }


def _sentence(effects: pd.DataFrame, held: pd.DataFrame, n: int, place: str | None) -> str:
    if held.empty:
        return (
            f"No estimate from {place_words(place)} is in the evidence base; everything here comes from elsewhere."
            if place
            else "The evidence base is empty."
        )
    kinds = [k for k in PROGRAMME_TYPES if held["programme_type"].eq(k).any()]
    types = listed(PROGRAMME_TYPES[k].label[:1].lower() + PROGRAMME_TYPES[k].label[1:] for k in kinds)
    amount = f"{count(len(held), 'estimate')} from {count(n, 'independent sample')}"
    counts = tally_sentence(tally(held, favour(held)["favour"]))
    if place:
        return (
            f"{place_words(place)} contributes {amount} of {len(effects)} in the base, on {types}. {counts}"
        )
    local = int(samples_of(held)[held["country"].isin([*EU27, "EU"])].nunique())
    return f"The base holds {amount}, {local} of these samples from the EU-27, on {types}. {counts}"


def _checks(held: pd.DataFrame, place: str | None) -> tuple[Check, ...]:
    if held.empty and place:
        words = f"Nothing in the base was measured in {place_words(place)}; whether it carries over is a judgement."
        return (Check("local evidence", "failed", words),)
    words = "Counts mix outcomes and horizons; they show what was studied, not what works."
    return (Check("counts", "informational", words),)
