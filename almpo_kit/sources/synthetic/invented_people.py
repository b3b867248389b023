"""Invented jobseekers and vacancies, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.sources.synthetic.invented_shares import LANGUAGES, groups

if TYPE_CHECKING:
    import pandas as pd

#: Shares of rows without a region, without a code, and (with texts) with a text in place of a code.
_NO_PLACE, _NO_CODE, _TEXT_ONLY = 0.02, 0.03, 0.35
#: Share of texts in another language than the country's own.
_OTHER_LANGUAGE = 0.1


def drawn_people(
    kind: str,
    size: int,
    weights: np.ndarray,
    places: pd.DataFrame,
    titles: pd.DataFrame | None,
    source: str,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """People or posts drawn from cells of region and unit group.

    Parameters
    ----------
    kind : {"seekers", "vacancies"}
    weights : (n_places, n_groups) array
    """
    import pandas as pd

    share = places["share_unemployed" if kind == "seekers" else "share_vacancies"].to_numpy()
    cells = (weights * share[:, None]).ravel()
    drawn = np.sort(rng.choice(cells.size, size, p=cells / cells.sum()))
    place, group = np.divmod(drawn, weights.shape[1])
    listed = groups()
    codes = np.array([g.code for g in listed])[group]
    wage = np.array([g.wage for g in listed])[group] * rng.lognormal(0.0, 0.12, size)
    geo = places["geo"].to_numpy(dtype=object)[place]
    frame = pd.DataFrame(
        {
            "id": [f"{kind[0]}{i:06d}" for i in range(1, size + 1)],
            "geo": pd.Series(geo, dtype=object).mask(rng.random(size) < _NO_PLACE),
            "occupation": pd.Series(codes, dtype=object).mask(rng.random(size) < _NO_CODE),
            "skills": None,
            "text": None,
            "count": 1.0,
            "lon": (places["lon"].to_numpy()[place] + rng.normal(0, 0.15, size)).round(4),
            "lat": (places["lat"].to_numpy()[place] + rng.normal(0, 0.1, size)).round(4),
            "true_occupation": codes,
            "source": source,
        }
    )
    if titles is not None and len(titles):
        frame = _with_texts(frame, codes, geo, titles, rng)
    if kind == "seekers":
        # People accept somewhat less than the usual wage.
        return frame.assign(wage=(0.9 * wage).round(-1), max_km=rng.choice([20.0, 30.0, 50.0, 80.0], size))
    return frame.assign(wage=wage.round(-1), capacity=rng.integers(5, 16, size).astype(float))


def _with_texts(
    frame: pd.DataFrame, codes: np.ndarray, geo: np.ndarray, titles: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """A title for everybody whose unit group has one, mostly in the country's language."""
    keyed: dict[tuple[str, str], list[str]] = {}
    for occupation, language, title in zip(
        titles["occupation"].astype(str), titles["language"], titles["title"], strict=True
    ):
        keyed.setdefault((occupation[:4], language), []).append(title)
    languages = sorted({language for _, language in keyed})
    own = np.array([LANGUAGES.get(g[:2], "en") for g in geo], dtype=object)
    spoken = np.where(rng.random(len(frame)) < _OTHER_LANGUAGE, rng.choice(languages, len(frame)), own)
    picks = rng.random(len(frame))
    texts: list[Any] = []
    for code, language, pick in zip(codes, spoken, picks, strict=True):
        held = keyed.get((code, language)) or keyed.get((code, "en")) or []
        texts.append(held[int(pick * len(held))] if held else None)
    written = np.array([t is not None for t in texts])
    only = written & (rng.random(len(frame)) < _TEXT_ONLY)
    return frame.assign(text=texts, occupation=frame["occupation"].where(~only, None))
