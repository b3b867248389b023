"""`stable`: a matching in which no person and vacancy would both rather have each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StableMatching(Finding):
    """Who is matched to which vacancy.

    Parameters
    ----------
    posts : DataFrame
        ``vacancy, capacity, matched``.
    n_seekers, n_matched : int
    first_choices : int
        How many have their first choice.
    blocking : int
        Pairs that would both rather have each other, counted over all listed pairs; 0 where stable.
    """

    posts: pd.DataFrame
    n_seekers: int
    n_matched: int
    first_choices: int
    blocking: int

    def metrics(self) -> dict[str, float]:
        """Persons, matched, first choices."""
        return {
            "seekers": float(self.n_seekers),
            "matched": float(self.n_matched),
            "first_choices": float(self.first_choices),
        }


def stable(
    preferences: pd.DataFrame,
    priorities: pd.DataFrame | None = None,
    *,
    capacity: int | Mapping[str, int] | pd.Series = 1,
    seed: int = 0,
) -> StableMatching:
    """Match persons to vacancies stably; persons propose.

    Deferred acceptance: everybody proposes down the own list, and each vacancy keeps the best it has been offered so
    far. With strict orders the result is stable and, of all stable matchings, the best for every person and
    the worst for vacancies; persons cannot gain by misstating their order, vacancies may.

    Parameters
    ----------
    preferences : DataFrame
        One row a pair that the person accepts: ``seeker, vacancy`` and ``rank`` (1 first) or, without it, ``score``
        (higher first). The table of :func:`assign` is one.
    priorities : DataFrame, optional
        The same from the vacancies' side: ``seeker, vacancy`` and ``rank`` or ``score``; a pair that is not listed is
        not accepted. By default the column ``score`` of ``preferences``.
    capacity : int, mapping or Series
        Places of each vacancy by id; one number for all.
    seed : int
        Orders persons whom a vacancy ranks alike, the same way at every vacancy.

    Returns
    -------
    StableMatching
        ``table``, one row a seeker: ``seeker, vacancy, rank`` (1 the first of the choices that accept the person;
        missing where unmatched),
        ``standing`` (rank the vacancy gives, 1 best), ``reason``.

    Raises
    ------
    FrameError
        Columns are missing, a pair is listed twice, a rank or score is no number.
    ParameterError
        A capacity that is negative or not whole.

    References
    ----------
    Gale & Shapley (1962) Am. Math. Monthly 69, 9-15. Roth & Sotomayor (1990) Two-Sided Matching, chapters 2 and 5.
    Abdulkadiroğlu, Pathak & Roth (2009) Am. Econ. Rev. 99, 1954-1978 (one lottery for ties).
    """
    from almpo_kit.matching.assignment.kernels.deferred_acceptance import blocking, propose

    wants, names, posts = _wants(preferences, priorities, seed)
    start = np.searchsorted(wants["i"], np.arange(len(names) + 1)).astype(np.int64)
    room = _room(capacity, posts)
    # A vacancy never holds more than want it: places beyond that need no memory.
    asked = np.bincount(wants["j"], minlength=len(posts))
    slot = np.concatenate([[0], np.cumsum(np.minimum(room, asked))]).astype(np.int64)
    choice, standing = (wants[c].to_numpy(np.int32) for c in ("j", "standing"))
    matched = np.empty(len(names), np.int64)
    propose(start, choice, standing, np.minimum(room, asked), slot, matched)
    bad = blocking(start, choice, standing, room, matched)
    table = _table(wants, names, posts, matched, start)
    done = matched >= 0
    first = int((table["rank"] == 1).sum())
    n = len(names)
    return StableMatching(
        question="Who takes which vacancy, so that nobody would rather swap?",
        sentence=f"{number(int(done.sum()), 0)} of {number(n, 0)} persons are matched, {number(first, 0)} to their first choice"
        f"{'' if priorities is None else ' among the vacancies that accept them'}; "
        f"{number(n - int(done.sum()), 0)} have none.",
        table=table,
        checks=(_check(bad, len(wants)), *_ties(wants)),
        provenance=provenance(
            preferences, priorities, method="matching.stable", options={"proposing": "seekers"}, seed=seed
        ),
        rests_on=f"{number(len(wants), 0)} pairs that both sides accept",
        posts=pd.DataFrame(
            {
                "vacancy": posts,
                "capacity": room,
                "matched": np.bincount(choice[matched[done]], minlength=len(posts)),
            }
        ),
        n_seekers=n,
        n_matched=int(done.sum()),
        first_choices=first,
        blocking=bad,
    )


def _wants(
    preferences: pd.DataFrame, priorities: pd.DataFrame | None, seed: int
) -> tuple[pd.DataFrame, pd.Index, pd.Index]:
    """Pairs both sides accept, by person and the person's order, with the vacancy's rank of the person."""
    own = _ordered(preferences, "preferences", by_score=False)
    if priorities is None and "score" not in preferences:
        raise FrameError(
            "stable() needs the vacancies' side: pass priorities=, or a column score in preferences that both use."
        )
    theirs = _ordered(
        preferences if priorities is None else priorities, "priorities", by_score=priorities is None
    )
    seekers = pd.Index(pd.unique(preferences["seeker"].astype("object")))
    vacancies = pd.Index(pd.unique(pd.concat([own["vacancy"], theirs["vacancy"]])))
    both = own.merge(theirs, on=["seeker", "vacancy"], suffixes=("", "_theirs"))
    both["i"], both["j"] = (
        seekers.get_indexer(pd.Index(both["seeker"])),
        vacancies.get_indexer(pd.Index(both["vacancy"])),
    )
    lot = np.random.default_rng(seed).permutation(len(seekers))
    both["lot"] = lot[both["i"]]
    both["tied"] = both.duplicated(["j", "order_theirs"], keep=False)
    both = both.sort_values(["j", "order_theirs", "lot"], kind="stable")
    both["standing"] = both.groupby("j").cumcount()
    # A person's own ties go by the order in which the pairs are listed.
    both = both.sort_values(["i", "order", "row"], kind="stable").reset_index(drop=True)
    return both, seekers, vacancies


def _ordered(frame: pd.DataFrame, who: str, *, by_score: bool) -> pd.DataFrame:
    """``seeker, vacancy, order`` (lower first) of a long table; rows of rank 0 or without vacancy are no pair."""
    key = "rank" if "rank" in frame and not by_score else "score"
    if not {"seeker", "vacancy", key} <= set(frame):
        raise FrameError(
            f"{who} needs the columns seeker, vacancy and rank (1 first) or score (higher first); it has "
            f"{', '.join(map(str, frame.columns))}."
        )
    pairs = frame[frame["vacancy"].notna()]
    value = pd.to_numeric(pairs[key], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if np.isnan(value).any():
        raise FrameError(
            f"{who}: {int(np.isnan(value).sum())} pairs have no {key}; leave out pairs nobody wants."
        )
    out = pd.DataFrame(
        {
            "seeker": pairs["seeker"].astype("object").to_numpy(),
            "vacancy": pairs["vacancy"].astype("object").to_numpy(),
            "order": value if key == "rank" else -value,
            "row": np.arange(len(pairs)),
        }
    )
    if out.duplicated(["seeker", "vacancy"]).any():
        twice = out[out.duplicated(["seeker", "vacancy"])].iloc[0]
        raise FrameError(
            f"{who} lists {twice['seeker']!r} with {twice['vacancy']!r} twice; keep one row a pair."
        )
    return out


def _room(capacity: int | Mapping[str, int] | pd.Series, posts: pd.Index) -> np.ndarray:
    if isinstance(capacity, int):
        values = np.full(len(posts), float(capacity))
    else:
        given = pd.Series(capacity, dtype=float)
        missing = posts[~posts.isin(given.index)]
        if len(missing):
            raise ParameterError(
                f"capacity lacks {len(missing)} vacancies, e.g. {missing[0]!r}; give each its places (0 for none)."
            )
        values = given.reindex(posts).to_numpy(dtype=float)
    if not (np.isfinite(values).all() and (values >= 0).all() and (values == np.floor(values)).all()):
        raise ParameterError("capacity must be whole numbers from 0, e.g. capacity=1 or {'v1': 2, 'v2': 1}.")
    return values.astype(np.int64)


def _table(
    wants: pd.DataFrame, names: pd.Index, posts: pd.Index, matched: np.ndarray, start: np.ndarray
) -> pd.DataFrame:
    done = matched >= 0
    at = np.where(done, matched, 0)
    choice = wants["j"].to_numpy()
    vacancy = np.full(len(names), None, dtype=object)
    vacancy[done] = posts.to_numpy()[choice[matched[done]]]
    empty = np.diff(start) == 0
    standing = wants["standing"].to_numpy()[at] + 1.0 if len(wants) else np.ones(len(names))
    return pd.DataFrame(
        {
            "seeker": names,
            "vacancy": vacancy,
            "rank": pd.array(np.where(done, at - start[:-1] + 1.0, np.nan), dtype="Float64").astype("Int64"),
            "standing": pd.array(np.where(done, standing, np.nan), dtype="Float64").astype("Int64"),
            "reason": np.where(
                done,
                "matched",
                np.where(
                    empty, "no vacancy that both sides accept", "others stand higher at every vacancy listed"
                ),
            ),
        }
    )


def _check(bad: int, pairs: int) -> Check:
    if bad:
        return Check(
            "stable", "failed", f"{number(bad, 0)} pairs would both rather have each other: not stable."
        )
    return Check(
        "stable",
        "passed",
        f"None of the {number(pairs, 0)} pairs would both rather have each other. Of all stable matchings this is the "
        "best for persons.",
    )


def _ties(wants: pd.DataFrame) -> list[Check]:
    share = float(wants["tied"].mean()) if len(wants) else 0.0
    if not share:
        return []
    return [
        Check(
            "ties",
            "informational",
            f"{number(100 * share, 0)}% of pairs stand alike with another at the vacancy; one lottery (the seed) orders "
            "them, so who gets the place is chance.",
        )
    ]
