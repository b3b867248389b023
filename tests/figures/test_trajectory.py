"""The drawn lines of nation and EU: cut where the source changes table or edition, whole where it does not."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg
from almpo_kit.figures.trajectory import _parts, _reference
from almpo_kit.figures.wording import measure

from .stand_ins import grid, trajectory

YEARS = ["2021", "2022", "2023", "2024"]
NOTE = "broken where the source changes"


def series(parts: list[int] | None) -> pd.DataFrame:
    frame = pd.DataFrame({"period": YEARS, "value": [9.0, 8.5, 8.0, 7.5]})
    return frame if parts is None else frame.assign(part=parts)


@pytest.mark.parametrize(
    ("parts", "pieces"),
    [(None, [4]), ([0, 0, 0, 0], [4]), ([0, 0, 1, 1], [2, 2]), ([0, 1, 1, 2], [1, 2, 1])],
)
def test_no_line_joins_two_tables(parts: list[int] | None, pieces: list[int]) -> None:
    m = measure(trajectory(grid(3)))
    rows = _parts("nation", _reference(series(parts), m))
    # Every value is still drawn, and none is invented.
    assert [r["y"] for r in rows] == [9.0, 8.5, 8.0, 7.5]
    assert pd.Series([r["part"] for r in rows]).groupby(lambda i: rows[i]["part"]).size().tolist() == pieces


@pytest.mark.parametrize(
    ("nation", "eu", "said"),
    [
        ([0, 0, 1, 1], [0, 0, 0, 0], f"The national line is {NOTE}"),
        ([0, 0, 1, 1], [0, 1, 1, 1], f"The national and EU-27 lines are {NOTE}"),
        ([0, 0, 0, 0], None, ""),
    ],
)
def test_the_cut_is_said_below_the_figure(nation: list[int], eu: list[int] | None, said: str) -> None:
    drawn = svg(draw(trajectory(grid(3), national=series(nation), eu=series(eu))))
    assert (NOTE in drawn) == bool(said)
    assert said in drawn


def test_a_part_without_a_value_is_no_cut() -> None:
    frame = series([0, 0, 0, 1])
    frame.loc[3, "value"] = float("nan")
    assert NOTE not in svg(draw(trajectory(grid(3), national=frame, eu=series(None))))


def test_flat_lines_did_not_rise() -> None:
    table = pd.concat([grid(3).assign(period=y, value=5.0) for y in YEARS])
    found = replace(trajectory(grid(3), national=series(None), eu=series(None)), table=table)
    assert "did not change in Greece" in svg(draw(found))
