"""Numbers as people type them."""

from __future__ import annotations

import pytest

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.typed_numbers import typed_count, typed_number, typed_share


@pytest.mark.parametrize(
    ("text", "value"),
    [("4,5", 4.5), (" 4.5 ", 4.5), ("-3", -3.0), ("60 000", 60000.0), ("1 234 567,5", 1234567.5), ("€60000", 60000.0), ("0.125", 0.125), ("0,005", 0.005), ("1234.567", 1234.567)],
)  # fmt: skip
def test_one_number_however_it_is_typed(text: str, value: float) -> None:
    assert typed_number(text, "effect") == value


@pytest.mark.parametrize("text", ["60.000", "60,000", "1.234", "", "four", "4,5,6", "1e3", "nan", "12 34"])
def test_what_is_none_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="cost: "):
        typed_number(text, "cost")


def test_percentages() -> None:
    assert typed_share("32", "baseline") == 0.32 and typed_share("0,5%", "baseline") == 0.005
    assert typed_share("0", "lost") == 0
    with pytest.raises(ParameterError, match="Write 32 if you mean 32%"):
        typed_share("0.32", "baseline")


def test_counts() -> None:
    assert typed_count("100 000", "people") == 100_000
    with pytest.raises(ParameterError, match="not whole"):
        typed_count("12,5", "people")
