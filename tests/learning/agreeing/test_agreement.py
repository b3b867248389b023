"""What is said of agreement: fields, pairs, experts, and when nothing can be said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import learning
from almpo_kit.vocabulary.documents import LABEL_COLUMNS
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, stamp


def labels(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Rows of ``(document, field, value, coder)``."""
    return pd.DataFrame(
        [
            (k + 1, "almp", d, f, "", v, c, pd.NA, pd.NA, "", f"2026-01-01T00:00:{k:06d}", pd.NA, False)
            for k, (d, f, v, c) in enumerate(rows)
        ],
        columns=list(LABEL_COLUMNS),
    )


def coded(n: int = 60, right: float = 0.95, coders: str = "AB", seed: int = 0) -> pd.DataFrame:
    """Experts who mostly see what is there."""
    draws = np.random.default_rng(seed)
    rows = []
    for k in range(n):
        truth = draws.random() < 0.5
        for c in coders:
            said = truth if draws.random() < right else not truth
            rows.append((f"d{k}", "relevant", "yes" if said else "no", f"coder {c}"))
    return labels(*rows)


def test_reliable_where_experts_agree() -> None:
    told = learning.agreement(coded(200, 1.0))
    row = told.table.iloc[0]
    assert row["alpha"] == row["agreement"] == 1 and 0.9 < row["low"] < 1 and row["says"] == "reliable"
    assert told.certainty == "high" and told.sentence.startswith(
        "Agreement on whether a document belongs is reliable"
    )
    assert told.pairs["kappa"].tolist() == [1.0] and told.coders["agreement"].tolist() == [1.0, 1.0]
    assert set(told.metrics()) == {"alpha_relevant", "alpha_relevant_low", "alpha_relevant_high"}


def test_chance_is_not_agreement() -> None:
    told = learning.agreement(coded(60, 0.6))
    assert told.table["says"].tolist() == ["not shown to be reliable"] and told.failed


def test_three_experts_some_missing_and_any_order_or_name() -> None:
    table = coded(60, 0.9, "ABC").sample(frac=0.7, random_state=0)
    told = learning.agreement(table)
    assert len(told.pairs) == 3 and told.table["coders"].iloc[0] == 3
    assert told.table["units_twice"].iloc[0] < told.table["units"].iloc[0]
    other = table.sample(frac=1, random_state=1).assign(
        coder=lambda d: d["coder"].map(lambda c: "x" + c[::-1])
    )
    again = learning.agreement(other)
    pd.testing.assert_frame_equal(told.table, again.table)
    assert learning.agreement(table).table.equals(told.table)


def test_one_expert_twice_is_one_expert() -> None:
    table = labels(("d1", "relevant", "yes", "coder A"), ("d1", "relevant", "no", " Coder  a"))
    with pytest.raises(DesignError, match="second expert"):
        learning.agreement(table)


def test_what_was_taken_back_or_replaced_does_not_count() -> None:
    table = coded(30, 1.0)
    flipped = table.iloc[[0]].assign(label_id=999, value="no" if table["value"].iloc[0] == "yes" else "yes")
    assert learning.agreement(pd.concat([table, flipped])).table["alpha"].iloc[0] < 1
    undone = pd.concat([table, flipped.assign(undone=True)])
    assert learning.agreement(undone).table["alpha"].iloc[0] == 1
    back = pd.concat([table, flipped, table.iloc[[0]].assign(label_id=1000, replaces=999)])
    assert learning.agreement(back).table["alpha"].iloc[0] == 1


def test_sets_get_part_of_the_agreement() -> None:
    rows = [(f"d{k}", "country", v, c) for k in range(20) for c, v in (("A", "EL|DE" if k % 2 else "FR"), ("B", "DE|EL|AT" if k % 2 else "FR"))]  # fmt: skip
    whole, parts = (
        learning.agreement(labels(*rows), level=level).table["alpha"].iloc[0] for level in ("nominal", None)
    )
    assert whole < parts < 1


def test_numbers_can_be_put_on_a_scale_and_words_cannot() -> None:
    rows = [(f"d{k}", "quality", str(k % 5 + (c == "B" and k % 7 == 0)), c) for k in range(40) for c in "AB"]
    alphas = [
        learning.agreement(labels(*rows), level=x).table["alpha"].iloc[0]
        for x in ("nominal", "ordinal", "interval")
    ]
    assert alphas[0] < min(alphas[1:])
    with pytest.raises(DesignError, match="on a scale"):
        learning.agreement(coded(), level="interval")


def test_too_little_is_said_to_be_too_little() -> None:
    few = learning.agreement(coded(5, 1.0))
    assert few.certainty == "too little to say" and few.headline is None and not few.metrics()
    assert "5 units were coded by two experts" in few.sentence
    same = learning.agreement(labels(*((f"d{k}", "relevant", "no", c) for k in range(50) for c in "AB")))
    assert np.isnan(same.table["alpha"].iloc[0]) and "alpha is not defined" in same.sentence
    assert same.table["agreement"].iloc[0] == 1


def test_almost_all_irrelevant_is_explained() -> None:
    rows = [(f"d{k}", "relevant", "yes" if (k, c) in ((0, "A"), (1, "B"), (2, "A")) else "no", c) for k in range(80) for c in "AB"]  # fmt: skip
    told = learning.agreement(labels(*rows))
    assert any(c.name == "one answer prevails" for c in told.checks) and told.pairs["pabak"].iloc[0] > 0.9


def test_a_field_more_does_not_change_the_others() -> None:
    alone = learning.agreement(coded(40, 0.9)).table.iloc[0]
    more = pd.concat(
        [
            coded(40, 0.9),
            coded(40, 0.8, seed=5).assign(field="audited", label_id=lambda d: d["label_id"] + 500),
        ]
    )
    row = learning.agreement(more).table.set_index("field").loc["relevant"]
    assert row["low"] == alone["low"] and row["alpha"] == alone["alpha"]


def test_invented_labels_stay_marked() -> None:
    table = stamp(coded(), DataVersion("invented", "1", kind="synthetic"))
    assert learning.agreement(table).sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"field": "colour"}, DesignError, "nobody labelled"),
        ({"level": "ratio"}, ParameterError, "choose one of"),
        ({"confidence": 1}, ParameterError, "0.999"),
        ({"repeats": 3}, ParameterError, "100 to 100000"),
        ({"unit": ["page"]}, FrameError, "no column 'page'"),
    ],
)
def test_what_cannot_be_asked(options: dict, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        learning.agreement(coded(), **options)


def test_broken_tables_are_refused() -> None:
    with pytest.raises(FrameError, match="coder"):
        learning.agreement(coded().drop(columns="coder"))
    with pytest.raises(FrameError, match="without a coder"):
        learning.agreement(coded().assign(coder=""))
