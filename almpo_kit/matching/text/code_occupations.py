"""Occupations of jobseekers or vacancies from their text, where none is given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.matching.text.classify import SURE, Progress, classify
from almpo_kit.vocabulary.encoders import Encoder
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.text_index import TextIndex


def code_occupations(
    frame: pd.DataFrame,
    index: TextIndex,
    encoder: Encoder,
    *,
    sure: float = SURE,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Fill ``occupation`` from ``text`` where it is missing; a given code is never changed.

    Parameters
    ----------
    frame : DataFrame, shape (n, ...)
        ``seekers`` or ``vacancies``.
    index, encoder, sure, progress
        As for :func:`classify`.

    Returns
    -------
    DataFrame, shape (n, ...)
        A copy with ``occupation`` filled (an ESCO code, or an ISCO group of four or two digits where that is as far as
        it is sure), ``occupation_score`` (probability of being right; missing where the code was given or none was
        found) and ``occupation_from`` (given, text, none).

    Raises
    ------
    FrameError
        The frame has neither ``occupation`` nor ``text``.
    """
    if "text" not in frame and "occupation" not in frame:
        raise FrameError(
            f"the frame has neither 'occupation' nor 'text', only {', '.join(map(str, frame.columns))}."
        )
    blank = pd.Series(None, index=frame.index, dtype=object)
    given = (frame.get("occupation", blank)).astype(object)
    texts = (frame.get("text", blank)).astype(object)
    known = given.notna() & given.astype(str).str.strip().ne("")
    asked = np.flatnonzero(~known & texts.notna())
    best = classify(texts.iloc[asked].tolist(), index, encoder, top=1, sure=sure, progress=progress).best
    found = asked[~best["abstained"].to_numpy()]
    placed = best[~best["abstained"]]
    occupation, score, origin = (
        given.where(known, None).to_numpy(object, copy=True),
        np.full(len(frame), np.nan),
        np.where(known, "given", "none"),
    )
    occupation[found] = placed["code"].to_numpy(object)
    score[found] = placed["score"].to_numpy(float)
    origin = origin.astype(object)
    origin[found] = "text"
    out = frame.assign(occupation=occupation, occupation_score=score, occupation_from=origin)
    out.attrs = dict(frame.attrs)
    return out
