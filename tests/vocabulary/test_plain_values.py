from dataclasses import dataclass

import numpy as np
import pytest

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.plain_values import (
    adding_to_one,
    as_mapping,
    is_number,
    names_of_columns,
    one_line,
    real_number,
    whole_number,
)


@dataclass(frozen=True)
class Thing:
    a: int = 0


def test_numbers_of_numpy_are_numbers_and_truths_are_none() -> None:
    assert is_number(np.float32(0.5)) and is_number(np.int64(2)) and is_number(3)
    assert not any(map(is_number, (True, np.bool_(True), "1", None, float("nan"), np.inf)))
    whole_number("n", np.int64(5), 1, 5)
    for bad in (True, 5.0, "5", 6):
        with pytest.raises(ParameterError, match=r"n=.* must be a whole number from 1 to 5"):
            whole_number("n", bad, 1, 5)


def test_open_ends_are_outside() -> None:
    real_number("x", 0, 0, 1)
    with pytest.raises(ParameterError, match="above 0 to 1"):
        real_number("x", 0, 0, 1, open_low=True)
    with pytest.raises(ParameterError, match="from 0 below 1"):
        real_number("x", 1, 0, 1, open_high=True)


def test_shares_are_divided_once_only() -> None:
    once = adding_to_one({"a": 1 / 3 + 2e-7, "b": 1 / 3, "c": 1 / 3})
    assert adding_to_one(once) == once
    assert sum(once.values()) == pytest.approx(1, abs=1e-15)


def test_one_line_is_one_line_that_can_be_written() -> None:
    assert one_line("x", "  a b ", 10) == "a b"
    for bad in ("", " ", "a\nb", "a\u2028b", "a\0b", "\ud800", "x" * 11, 5, None):
        with pytest.raises(ParameterError, match="one line of text of 1 to 10 characters"):
            one_line("x", bad, 10)
    assert one_line("x", "", 10, empty=True) == ""


def test_names_of_columns() -> None:
    assert names_of_columns("c", ["a", "b"]) == ("a", "b")
    for bad, told in (
        ("a", r"\['a'\]"),
        (["a", "a"], "twice"),
        ([1], "list of names"),
        (None, "list of names"),
    ):
        with pytest.raises(ParameterError, match=told):
            names_of_columns("c", bad)


def test_unknown_fields_are_told_with_the_known() -> None:
    assert as_mapping(Thing, {"a": 1}, "thing") == {"a": 1}
    with pytest.raises(ParameterError, match="no thing: it has b; known are a"):
        as_mapping(Thing, {"b": 1}, "thing")
    with pytest.raises(ParameterError, match="it has list"):
        as_mapping(Thing, [1], "thing")
