"""Types of regions: whether there are any, how many, and what they are like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from almpo_kit.regions.comparison.kernels.partitions import (
    Labels,
    adjusted_rand,
    distances,
    k_means,
    matched,
    silhouettes,
    ward,
)
from almpo_kit.regions.comparison.measures import ON, Aspect, Measures, assemble, whole_number
from almpo_kit.regions.comparison.peer_words import rests_on
from almpo_kit.regions.comparison.type_names import type_names
from almpo_kit.regions.comparison.type_search import halving, search_types
from almpo_kit.regions.comparison.type_words import NO_TYPES, stability_word, type_checks, type_sentence
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance

Method = Literal["ward", "kmeans"]
#: Fewer complete regions than this are not sorted into types.
MINIMUM = 50


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Typology(Finding):
    """Types of regions.

    Parameters
    ----------
    period, method : str
    aspects : tuple of Aspect
    n_classes : int
        0 where no clear types were found and no number was asked for.
    clear : bool
        Sharper than one cloud without types would give, sharp in itself, every class stable enough.
    asked : bool
        The number of classes was asked for.
    silhouette : float
        Average over regions; NaN without classes.
    p : float
        Chance of so sharp a division where there are no types.
    agreement : float
        Adjusted Rand index of Ward's classes and those of k-means; NaN without classes.
    n_compared, n_listed, n_edge : int
        Regions with every figure; of the EU; nearer to another class than to their own.
    choice : DataFrame
        One row for each number tried; see :class:`almpo_kit.regions.comparison.type_search.TypeSearch`.
    profiles : DataFrame
        One row a class: ``class, type, n, share, jaccard, stability``, the mean of each aspect in natural
        units, and in standard deviations from the mean region (``…_sd``).
    """

    period: str
    method: str
    aspects: tuple[Aspect, ...]
    n_classes: int
    clear: bool
    asked: bool
    silhouette: float
    p: float
    agreement: float
    n_compared: int
    n_listed: int
    n_edge: int
    choice: pd.DataFrame
    profiles: pd.DataFrame

    def metrics(self) -> Mapping[str, float]:
        """Sharpness, its chance, and agreement of the methods, where there are classes."""
        found = {"n_classes": float(self.n_classes), "p": self.p, "clear": float(self.clear)}
        there = {"silhouette": self.silhouette, "agreement": self.agreement} if self.n_classes else {}
        return found | there


def typology(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    *,
    on: Sequence[str] = ON,
    period: str | int | None = None,
    years: int = 1,
    change: int | None = None,
    classes: int | None = None,
    method: Method = "ward",
    draws: int = 50,
    clouds: int = 99,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Typology:
    """Sort the regions of the EU into types, where there are types.

    Indicators are standardised (amounts in logarithms first). For two to eight classes, Ward's division is
    compared with that of one cloud without types but with the same spread, skewness and correlations, and is
    repeated on random halves. Unless the best one beats the clouds and holds on the halves, the answer is
    that there are no clear types; `classes` divides the regions nevertheless, and says what that is worth.

    Parameters
    ----------
    indicators, places : DataFrame
        As in :func:`almpo_kit.regions.comparison.peers.peers`, and so are `on`, `period`, `years`, `change`.
    classes : int, optional
        Ask for so many classes, from 2 to 12.
    method : {"ward", "kmeans"}
        Whose classes are shown; the number is always argued by Ward's. The other is compared with it.
    draws : int
        Random halves for the stability.
    clouds : int
        Worlds without types; at least 19, so that one in twenty can be told.
    seed : int

    Returns
    -------
    Typology
        ``table``, one row for each region with every figure: ``geo, name, country, class`` (1 has the lowest
        mean of the first indicator, unemployment by default), ``type, silhouette, edge`` (nearer to another
        class), ``other_class`` (by the other method), ``agrees``, and each aspect in natural units.

    Raises
    ------
    DesignError
        Fewer than two indicators, too few regions, or an option that makes no sense.

    References
    ----------
    Rousseeuw (1987) J. Comput. Appl. Math. 20, 53-65; Hennig (2007) Comput. Stat. Data Anal. 52, 258-271;
    Hennig and Lin (2015) Stat. Comput. 25, 821-833.
    """
    _valid(classes, method)
    draws, clouds = whole_number(draws, "draws"), whole_number(clouds, "clouds", 19)
    years = whole_number(years, "years")
    measures = assemble(indicators, places, on=on, period=period, years=years, change=change)
    _enough(measures)
    z = measures.standardised()
    x = z.to_numpy(dtype=float)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    search = search_types(x, classes, draws, clouds, rng, progress)
    shown = classes is not None or search.clear
    if shown:
        division = _divide(x, search.number, method, seed, draws, rng)
        table, profiles = _described(measures, z, division)
    else:
        division, (table, profiles) = None, _undivided(measures, z)
    fields = {
        "n_classes": 0 if division is None else len(profiles),
        "silhouette": float("nan") if division is None else float(division.silhouette.mean()),
        "agreement": float("nan") if division is None else division.agreement,
        "n_edge": int(table["edge"].sum()),
    }
    options = {"on": [a.key for a in measures.aspects], "period": measures.period, "years": years}
    options |= {"change": change if change is None else int(change)}
    options |= {
        "classes": classes if classes is None else int(classes),
        "method": method,
        "draws": draws,
        "clouds": clouds,
    }
    return Typology(
        question=f"Which types of regions are there in the EU? · {measures.period}",
        sentence=type_sentence(measures, search, profiles, len(z), asked=classes is not None),
        table=table,
        checks=type_checks(measures, search, profiles, table, fields["agreement"], asked=classes is not None),
        provenance=provenance(
            *(p.rows for p in measures.panels.values()),
            places,
            method=f"regions.typology ({method})",
            options=options,
            seed=seed,
        ),
        figure="typology",
        rests_on=rests_on(measures, len(z)),
        period=measures.period,
        method=method,
        aspects=measures.aspects,
        clear=search.clear,
        asked=classes is not None,
        p=search.p,
        n_compared=len(z),
        n_listed=len(measures.regions),
        choice=search.choice,
        profiles=profiles,
        n_classes=int(fields["n_classes"]),
        silhouette=fields["silhouette"],
        agreement=fields["agreement"],
        n_edge=int(fields["n_edge"]),
    )


@dataclass(frozen=True, eq=False)
class _Division:
    """Classes 0 … k − 1, ordered by the mean of the first aspect."""

    labels: Labels
    other: Labels
    silhouette: np.ndarray
    jaccard: np.ndarray
    agreement: float


def _divide(
    x: np.ndarray, k: int, method: Method, seed: int, draws: int, rng: np.random.Generator
) -> _Division:
    both = {"ward": ward(x, [k])[k], "kmeans": k_means(x, k, seed)}
    labels = _ordered(both[method], x[:, 0])
    other = matched(labels, both["kmeans" if method == "ward" else "ward"])
    means_seed = seed if method == "kmeans" else None
    jaccard = halving(x, {k: labels}, draws, rng, means_seed=means_seed)[k]
    return _Division(labels, other, silhouettes(distances(x), labels), jaccard, adjusted_rand(labels, other))


def _ordered(labels: Labels, by: np.ndarray) -> Labels:
    names = np.unique(labels)
    order = np.argsort([by[labels == c].mean() for c in names], kind="stable")
    place = {names[c]: i for i, c in enumerate(order)}
    return np.array([place[c] for c in labels], dtype=int)


def _described(measures: Measures, z: pd.DataFrame, division: _Division) -> tuple[pd.DataFrame, pd.DataFrame]:
    scores = z.groupby(division.labels).mean()
    names = type_names(scores.to_numpy(dtype=float), measures.aspects)
    natural = measures.natural.loc[z.index]
    means = natural.groupby(division.labels).mean()
    n = np.bincount(division.labels)
    profiles = pd.DataFrame(
        {
            "class": range(1, len(names) + 1),
            "type": names,
            "n": n,
            "share": n / n.sum(),
            "jaccard": division.jaccard,
            "stability": [stability_word(j) for j in division.jaccard],
        }
    )
    profiles = pd.concat([profiles, means.reset_index(drop=True), scores.add_suffix("_sd")], axis=1)
    head = measures.regions.loc[z.index].reset_index()
    head = head.assign(
        **{"class": pd.array(division.labels + 1, dtype="Int64")},
        type=[names[c] for c in division.labels],
        silhouette=division.silhouette,
        edge=division.silhouette < 0,
        other_class=pd.array(division.other + 1, dtype="Int64"),
        agrees=division.labels == division.other,
    )
    return pd.concat([head, natural.reset_index(drop=True)], axis=1), profiles


def _undivided(measures: Measures, z: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    natural = measures.natural.loc[z.index]
    head = measures.regions.loc[z.index].reset_index()
    none = pd.array([pd.NA] * len(z), dtype="Int64")
    head = head.assign(
        **{"class": none}, type=NO_TYPES, silhouette=float("nan"), edge=False, other_class=none, agrees=False
    )
    columns = ["class", "type", "n", "share", "jaccard", "stability"]
    columns += [*measures.natural.columns, *(f"{c}_sd" for c in measures.natural.columns)]
    return pd.concat([head, natural.reset_index(drop=True)], axis=1), pd.DataFrame(columns=columns)


def _valid(classes: object, method: object) -> None:
    if method not in ("ward", "kmeans"):
        raise DesignError(f"method={method!r}: choose 'ward' or 'kmeans'.")
    if classes is not None and whole_number(classes, "classes", 2) > 12:
        raise DesignError(f"classes={classes!r}: nobody can keep so many types apart; ask for 2 to 12.")


def _enough(measures: Measures) -> None:
    if len(measures.aspects) < 2:
        raise DesignError(
            "types by one indicator are only its classes: give at least two in `on`, or use regions.context."
        )
    n, least = int(measures.complete.sum()), max(MINIMUM, 10 * len(measures.aspects))
    if n < least:
        counts = "; ".join(f"{a.label} {int(measures.scaled[a.key].notna().sum())}" for a in measures.aspects)
        raise DesignError(
            f"only {n} regions have all of these figures ({counts}); types need at least {least}. Sort on fewer "
            "indicators, or in another year."
        )
