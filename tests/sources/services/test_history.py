"""A new answer beside what is held: laws of comparing and joining."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.sources.services.history import difference, merged, objections, recent

GEOS, YEARS = ("EL30", "EL41", "EL42", "DE11"), tuple(range(2015, 2025))
cells = st.dictionaries(
    st.tuples(st.sampled_from(GEOS), st.sampled_from(YEARS)),
    st.tuples(st.sampled_from([1.0, 2.5, 3.0]), st.sampled_from([None, "b", "e"])),
    min_size=1,
    max_size=30,
)


def _frame(values: dict[tuple[str, int], tuple[float, str | None]]) -> pd.DataFrame:
    rows = [
        (g, "2024", "unemployment_rate", "PC", str(y), v, f, "x") for (g, y), (v, f) in sorted(values.items())
    ]
    names = ["geo", "nuts_version", "indicator", "unit", "period", "value", "flag", "source"]
    return pd.DataFrame(rows, columns=names).astype({"flag": "str"})


def _dict(frame: pd.DataFrame) -> dict[tuple[str, int], tuple[float, str | None]]:
    return {
        (r["geo"], int(r["period"])): (r["value"], None if pd.isna(r["flag"]) else r["flag"])
        for r in frame.to_dict("records")
    }


@settings(deadline=None, max_examples=15)
@given(cells, cells)
def test_every_cell_is_counted_once(a: dict, b: dict) -> None:  # type: ignore[type-arg]
    found = difference(_frame(a), _frame(b))
    assert found.new == len(b.keys() - a.keys())
    assert found.gone == len(a.keys() - b.keys())
    assert found.changed == sum(a[k] != b[k] for k in a.keys() & b.keys())
    assert found.same + found.changed + found.new == len(b)


@settings(deadline=None, max_examples=15)
@given(cells)
def test_the_same_is_no_difference(a: dict) -> None:  # type: ignore[type-arg]
    shuffled = _frame(a).sample(frac=1.0, random_state=1)
    assert difference(_frame(a), shuffled).nothing
    assert str(difference(_frame(a), shuffled)) == "no value changed"


@settings(deadline=None, max_examples=15)
@given(cells, cells, st.sampled_from(YEARS))
def test_joining_is_what_a_dictionary_would_do(a: dict, b: dict, since: int) -> None:  # type: ignore[type-arg]
    fresh = {k: v for k, v in b.items() if k[1] >= since}
    whole = merged(_frame(a), recent(_frame(b), since), since)
    assert _dict(whole) == {k: v for k, v in a.items() if k[1] < since} | fresh
    assert not whole.duplicated(["geo", "period"]).any()
    again = merged(whole, recent(_frame(b), since), since)
    assert _dict(again) == _dict(whole)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.drop(columns="unit"), "without unit"),
        (lambda f: f.assign(unit="THS"), "unit THS instead of PC"),
        (lambda f: f.assign(indicator="x"), "indicator x instead of unemployment_rate"),
        (lambda f: f.head(4), "4 rows instead of 10"),
        (lambda f: f.iloc[:0], "0 rows instead of 10"),
    ],
)
def test_what_speaks_against_an_answer(change: object, says: str) -> None:
    held = _frame({("EL30", y): (1.0, None) for y in YEARS})
    assert says in objections(held, change(held))  # type: ignore[operator]
    assert objections(held, held.head(5)) == []
    assert objections(held, held.assign(value=99.0)) == []
