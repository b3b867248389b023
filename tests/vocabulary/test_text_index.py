"""A text index whose parts do not belong together is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.text_index import TextIndex

ENTRIES = pd.DataFrame({"concept": ["1", "1"], "text": ["a", "b"], "role": "label", "language": "en"})


def index(entries: pd.DataFrame, vectors: np.ndarray, embedded: list[int]) -> TextIndex:
    return TextIndex(
        "occupations", pd.DataFrame(), entries, vectors, np.array(embedded, dtype=np.int64), "none 1", "x"
    )


def test_it_says_what_it_holds() -> None:
    made = index(ENTRIES, np.eye(2, dtype=np.float32), [0, 1])
    assert repr(made) == "<TextIndex of occupations: 1 concepts, 2 texts, 2 vectors by none 1>"
    assert index(ENTRIES, np.zeros((0, 4), dtype=np.float16), []).vectors.shape == (0, 4)


@pytest.mark.parametrize(
    ("entries", "vectors", "embedded", "message"),
    [
        (ENTRIES.drop(columns=["role", "text"]), np.eye(2), [0, 1], "lack role, text"),
        (ENTRIES, np.eye(3), [0, 1], r"2 entries are said to be embedded.*\(3, 3\)"),
        (ENTRIES, np.ones(2), [0, 1], "shape"),
        (ENTRIES, np.eye(2), [0, 2], "outside the 2 entries"),
        (ENTRIES, np.eye(2), [-1, 1], "outside the 2 entries"),
    ],
)
def test_parts_that_do_not_belong_together(
    entries: pd.DataFrame, vectors: np.ndarray, embedded: list[int], message: str
) -> None:
    with pytest.raises(DesignError, match=message):
        index(entries, vectors, embedded)
