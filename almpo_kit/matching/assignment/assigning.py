"""`assign`: a short list of vacancies for everybody that does not send all to the same ten."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.assignment.answering import answer
from almpo_kit.matching.assignment.people import amounts, checked
from almpo_kit.matching.assignment.problem import Problem, problem
from almpo_kit.matching.assignment.result import Assignment
from almpo_kit.matching.assignment.solving import Congestion, Settings, solve
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import provenance


def assign(
    seekers: pd.DataFrame,
    vacancies: pd.DataFrame,
    *,
    similarity: pd.DataFrame | None = None,
    occupations: pd.DataFrame | None = None,
    locations: pd.DataFrame | None = None,
    travel: pd.DataFrame | None = None,
    top: int = 10,
    max_km: float | None = 50.0,
    capacity: float | None = None,
    congestion: Congestion = "prices",
    eligibility: Any = None,
    prices: pd.Series | Mapping[str, float] | None = None,
    weights: Mapping[str, float] | None = None,
    vectors: tuple[Any, Any] | None = None,
    min_similarity: float = 0.2,
    overload: float | None = 0.5,
    tolerance: float | None = None,
    width: int = 40,
    rounds: int = 3,
    temperature: float = 0.02,
    progress: Callable[[int, int], None] | None = None,
    seed: int = 0,
) -> Assignment:
    """List vacancies for each person so that the persons shown each vacancy stay near its capacity.

    A pair is scored by how alike the occupations are, ``exp(−km / (max_km / 2))``, the wage offered against the
    reservation wage (1 from there on, 0 a fifth below), the share of the skills asked for that the person has,
    and the cosine of vectors, weighted; parts without data on either side are left out and the weights made to sum
    to one. A pair is shown only within the limit, eligible, and with a similarity of ``min_similarity`` or more.

    Lists maximise the sum of scores less the cost of overload, ``∑ s x − ∑ overload·(load − capacity)²₊ / 2
    capacity`` (with ``overload=None``: under load ≤ capacity, and lists may be short), a transport problem with
    up to ``top`` places a person. ``"prices"`` solves it by an auction, whose prices are its dual: everybody's list
    is made of the best by score less price, up to the tolerance. ``"entropic"`` adds ``temperature`` × entropy,
    solves by balancing rows and columns in turn, and draws lists with the resulting shares: capacity holds on average,
    not list by list, with ``overload=None`` too. ``"none"`` lists the
    best by score. Large problems take the ``width`` best candidates of each kind of person through an index,
    search again at the prices found, and bound what may be lost by weak duality over all admissible pairs.

    Parameters
    ----------
    seekers, vacancies : DataFrame
        Frames ``seekers`` and ``vacancies``; ``id`` is needed, the rest where known. A row with ``count`` n is n
        persons, who may be shown different vacancies.
    similarity : DataFrame, optional
        Of occupations, 0 to 1: a square table, or long ``origin, target, similarity``. By default from shared
        digits of ISCO-08: 0.2, 0.45, 0.7 and 0.9 for one to four, and 1 for the same code.
    occupations : DataFrame, optional
        Taxonomy (``sources.occupations()``), where ``occupation`` holds addresses of ESCO.
    locations : DataFrame, optional
        ``geo, lon, lat``: label points of regions for rows without their own ``lon, lat``.
    travel : DataFrame, optional
        Long ``origin, destination, minutes`` (or ``km``) between codes of ``geo``; ``max_km`` is then in its unit.
    top : int
    max_km : float or None
        Commuting limit; a person's own ``max_km`` comes first. None: no limit.
    capacity : float, optional
        Persons to be shown each post. By default the column ``capacity`` of vacancies, and without one (or where
        it is missing) an even share: places on all lists divided by posts that lie somewhere, rounded up to
        whole persons with ``overload=None``.
    congestion : {"prices", "entropic", "none"}
    eligibility : (str, str), callable, or a list of them, optional
        Columns of seekers and of vacancies, both of truth values (a licence) or of numbers (the person's must
        reach the vacancy's); or a function of the codes sought and offered that returns a boolean array.
        ``eligible_for`` of vacancies (groups joined by ``|``) is always obeyed.
    prices : Series or mapping, optional
        By vacancy id, from an earlier run (``Assignment.prices``): nothing is solved, lists are the best by score less
        price.
    weights : mapping, optional
        Of ``occupation, distance, wage, skills, vectors``; by default 0.5, 0.3, 0.2, 0.3, 0.3.
    vectors : (array, array), optional
        Dense vectors of seekers and of vacancies, (n, d) each.
    min_similarity : float
    overload : float or None
        Score given up before a vacancy is shown to twice its capacity.
    tolerance : float, optional
        Least rise of a bid, in score; by default 1e-5 for small problems, else 0.005. With ``"entropic"`` the
        largest move of a price at which to stop, by default 1e-4.
    width, rounds : int
        Candidates of each kind of person, and how often they are searched anew; large problems only.
    temperature : float
        Of ``"entropic"``, in score.
    progress : callable, optional
        Told ``(done, total)``.
    seed : int
        Orders first bids and ties, and draws lists of ``"entropic"``.

    Returns
    -------
    Assignment
        ``table``: ``seeker, vacancy, rank, score, price, km (or minutes), similarity, persons, reason``; whoever
        has no list has a row with rank 0, no vacancy, and the reason (of a row with a ``count``, one for all of them).

    Raises
    ------
    ParameterError, DesignError, FrameError
        Options, frames or columns that cannot be used; each names the way out.

    References
    ----------
    Bertsekas & Castañon (1989) Ann. Oper. Res. 20, 67-96 (auction for transport problems). Cuturi (2013) NeurIPS 26
    (entropic transport). Galichon & Salanié (2022) Rev. Econ. Stud. 89, 2600-2629 (prices of matching). Bied et al.
    (2021) RecSys in HR; Naya et al. (2021) FEAST; Mashayekhi et al. (2023) ReCon, RecSys: congestion of job lists.
    Manning & Petrongolo (2017) Am. Econ. Rev. 107, 2877-2907: applications fall steeply with distance.
    """
    how = _settings(top, congestion, overload, tolerance, width, rounds, temperature, seed)
    _check_options(max_km, capacity, min_similarity)
    left, right = checked(seekers, "seekers"), checked(vacancies, "vacancies")
    if not len(left):
        raise DesignError("seekers is empty: nobody to make a list for. Give at least one row.")
    p = problem(
        left,
        right,
        similarity=similarity,
        occupations=occupations,
        locations=locations,
        travel=travel,
        max_km=max_km,
        eligibility=eligibility,
        weights=weights,
        vectors=vectors,
        min_similarity=min_similarity,
        seed=seed,
    )
    room, said = _capacity(p, capacity)
    s = solve(p, room, _given(prices, right), how, progress)
    options = {
        "top": top,
        "max_km": max_km,
        "capacity": said,
        "congestion": "prices given" if prices is not None else congestion,
        "overload": overload,
        "weights": dict(
            zip(
                ("occupation", "distance", "wage", "skills", "vectors"),
                map(float, p.rules.weights),
                strict=True,
            )
        ),
        "min_similarity": min_similarity,
        "tolerance": s.step,
    }
    return answer(
        p,
        s,
        how,
        max_km,
        said,
        by_table=similarity is not None,
        source=provenance(
            seekers,
            vacancies,
            locations,
            similarity,
            occupations,
            travel,
            method="matching.assign",
            options=options,
            seed=seed,
        ),
    )


def _settings(
    top: int,
    congestion: Congestion,
    overload: float | None,
    tolerance: float | None,
    width: int,
    rounds: int,
    temperature: float,
    seed: int,
) -> Settings:
    if congestion not in ("prices", "entropic", "none"):
        raise ParameterError(f"congestion={congestion!r}: choose 'prices', 'entropic' or 'none'.")
    if not (isinstance(top, int | np.integer) and 1 <= top <= 100):
        raise ParameterError(f"top={top!r}: a list has 1 to 100 places, e.g. top=10.")
    if overload is not None and not 0 < overload < math.inf:
        raise ParameterError(
            f"overload={overload!r}: a cost above 0, e.g. 0.5, or None: never above capacity."
        )
    if not (tolerance is None or 0 < tolerance < 1) or not 0 < temperature < 1:
        raise ParameterError("tolerance and temperature are in score: between 0 and 1, e.g. 0.005 and 0.02.")
    if not (isinstance(seed, int | np.integer) and seed >= 0):
        raise ParameterError(f"seed={seed!r}: a whole number from 0, e.g. seed=0.")
    if width < 1 or rounds < 1:
        raise ParameterError("width and rounds must be at least 1, e.g. width=40, rounds=3.")
    limit = math.inf if overload is None else overload
    return Settings(congestion, int(top), limit, tolerance, width, rounds, temperature, seed)


def _check_options(max_km: float | None, capacity: float | None, min_similarity: float) -> None:
    if max_km is not None and not 0 < max_km < math.inf:
        raise ParameterError(f"max_km={max_km!r}: a distance above 0, e.g. 50, or None: no limit.")
    if capacity is not None and not 0 <= capacity < math.inf:
        raise ParameterError(f"capacity={capacity!r}: persons to be shown each post, from 0, e.g. 20.")
    if not 0 <= min_similarity <= 1:
        raise ParameterError(f"min_similarity={min_similarity!r} must lie between 0 and 1.")


def _given(prices: pd.Series | Mapping[str, float] | None, vacancies: pd.DataFrame) -> np.ndarray | None:
    """Prices by row; a vacancy the earlier run did not know costs nothing."""
    if prices is None:
        return None
    series = prices if isinstance(prices, pd.Series) else pd.Series(dict(prices), dtype=float)
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if series.index.has_duplicates or np.isnan(values).any() or (values < 0).any():
        raise ParameterError("prices: one number from 0 for each vacancy id, e.g. prices=earlier.prices")
    where = pd.Index(series.index.astype("object")).get_indexer(vacancies["id"].astype("object"))
    if len(values) and len(vacancies) and (where < 0).all():
        raise ParameterError(
            "prices: none of its ids is among the vacancies; it must be indexed by vacancy id."
        )
    return np.append(values, 0.0)[where]


def _capacity(p: Problem, capacity: float | None) -> tuple[np.ndarray, str]:
    """Persons each vacancy should be shown (NaN: an even share), and how that was decided."""
    even = "an even share of the places on all lists"
    if capacity is not None:
        return p.posts * capacity, f"{capacity:g} persons a post"
    if "capacity" in p.vacancies:
        wanted = amounts(p.vacancies, "capacity")
        return wanted, "the column capacity" + (f"; where missing, {even}" if np.isnan(wanted).any() else "")
    return np.full(p.posts.size, np.nan), even
