"""What `assign` answers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from almpo_kit.vocabulary.finding import Finding


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Assignment(Finding):
    """Lists of vacancies for persons.

    Parameters
    ----------
    posts : DataFrame
        One row for each vacancy: ``vacancy, posts, capacity, load, ratio, price, shadow_price, plain_load,
        reachable``. ``load`` is the number of persons it is shown, ``plain_load`` the same under plain lists of
        the best by score; ``shadow_price`` the score that one more post would add in all.
    comparison : DataFrame
        ``measure, meaning, ours, plain``: congestion of these lists beside plain ones.
    lorenz : DataFrame
        ``posts, ours, plain``: share of all places on lists taken by the least shown share of posts.
    unserved : DataFrame
        ``seeker, persons, reason``: who has no list, how many persons of the row, and why.
    congestion : str
    top : int
    max_km : float or None
    capacity_from : str
        How capacities were decided.
    n_persons, n_vacancies, n_unserved : int
    mean_score, plain_score : float
        Over everything on the lists.
    gap : float
        Score a place that is lost at most against the best possible lists; NaN where no bound is known.
    converged : bool
    """

    posts: pd.DataFrame
    comparison: pd.DataFrame
    lorenz: pd.DataFrame
    unserved: pd.DataFrame
    congestion: str
    top: int
    max_km: float | None
    capacity_from: str
    n_persons: int
    n_vacancies: int
    n_unserved: int
    mean_score: float
    plain_score: float
    gap: float
    converged: bool

    @property
    def prices(self) -> pd.Series:
        """Price of each vacancy by id, to hand to ``assign(..., prices=...)`` for one person later."""
        return self.posts.set_index("vacancy")["price"]

    def metrics(self) -> dict[str, float]:
        """Congestion of ours and of plain lists, and the cost."""
        ours = {
            f"{m}": float(v) for m, v in zip(self.comparison["measure"], self.comparison["ours"], strict=True)
        }
        plain = {
            f"plain_{m}": float(v)
            for m, v in zip(self.comparison["measure"], self.comparison["plain"], strict=True)
        }
        return ours | plain | {"gap": self.gap, "unserved": float(self.n_unserved)}
