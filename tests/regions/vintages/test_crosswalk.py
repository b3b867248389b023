"""Links between vintages: shares, kinds, chains, directions and crosswalks of one's own."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit.regions.vintages.crosswalk import links, steps
from almpo_kit.vocabulary.errors import FrameError, PlaceError
from tests.regions.vintages.conftest import crosswalk

PAIRS = [(a, b) for a in ("2013", "2016", "2021", "2024") for b in ("2013", "2016", "2021", "2024") if a != b]


def link(found: pd.DataFrame, origin: str, target: str) -> pd.Series:
    return found.set_index(["origin", "target"]).loc[(origin, target)]


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_every_region_goes_somewhere_whole(correspondence: pd.DataFrame, start: str, end: str) -> None:
    known = steps(correspondence, "residents")
    found = links(known, start, end)
    assert set(found["origin"]) == known.codes(start)
    assert set(found["target"].dropna()) <= known.codes(end)
    gone = found[found["target"].isna()]["origin"].str[:2]
    assert set(gone) <= {"UK", "NO"}
    shares = found.dropna(subset=["target"]).groupby("origin")["share"].sum()
    assert shares.between(1 - 1e-12, 1 + 1e-12).all()


@pytest.mark.parametrize("start", ["2013", "2016", "2021"])
def test_the_kinds_in_the_table_are_those_of_its_links(correspondence: pd.DataFrame, start: str) -> None:
    step = correspondence[correspondence["version_from"] == start].dropna(subset=["code_from"])
    found = links(steps(correspondence, "residents"), start, step["version_to"].iloc[0])
    both = step.merge(found, left_on=["code_from", "code_to"], right_on=["origin", "target"], how="outer")
    gone = step["change"] == "discontinued"
    assert len(both.dropna(subset=["code_to"])) == (~gone).sum()
    told = both.dropna(subset=["code_to"])
    assert (told["change"] == told["kind"]).all()


@pytest.mark.parametrize(
    ("start", "end", "origin", "target", "kind", "share"),
    [
        ("2013", "2016", "FR24", "FRB0", "recoded", 1.0),
        ("2013", "2016", "PL11", "PL71", "recoded", 1.0),
        ("2013", "2016", "HU10", "HU11", "split", 1682078 / 3014187),
        ("2013", "2016", "LT00", "LT02", "split", 1999947 / 2810745),
        ("2013", "2016", "IE01", "IE06", "redrawn", 458303 / 1361945),
        ("2013", "2016", "DE919", "DE91C", "merged", 1.0),
        ("2013", "2016", "DEB16", "DEB1C", "boundary shift", 1.0),
        ("2016", "2021", "HR04", "HR06", "split", 786762 / 2573844),
        ("2016", "2021", "ITG25", "ITG2D", "merged", 1.0),
        ("2016", "2021", "BE222", "BE225", "boundary shift", 1.0),
        ("2021", "2024", "NL33", "NL35", "boundary shift", 35916 / 3761716),
        ("2021", "2024", "PT17", "PT1B", "split", 807501 / 2869747),
        ("2021", "2024", "PT18", "PT1D", "redrawn", 235909 / 704599),
        ("2024", "2021", "PT1A", "PT17", "merged", 1.0),
        ("2016", "2013", "HU12", "HU10", "merged", 1.0),
        ("2024", "2013", "FRB0", "FR24", "recoded", 1.0),
        ("2013", "2024", "FR24", "FRB0", "recoded", 1.0),
        ("2016", "2024", "HR046", "HR061", "recoded", 1.0),
    ],
)
def test_known_regions(
    correspondence: pd.DataFrame,
    start: str,
    end: str,
    origin: str,
    target: str,
    kind: str,
    share: float,
) -> None:
    found = link(links(steps(correspondence, "residents"), start, end), origin, target)
    assert found["kind"] == kind
    assert found["share"] == pytest.approx(share, rel=1e-12)


#: The Joint Research Centre's own table from 2013 straight to 2024, level 2, residents of 2021.
DIRECT = {
    ("HR04", "HR02"): 1019723,
    ("HR04", "HR05"): 767244,
    ("HR04", "HR06"): 786639,
    ("HU10", "HU11"): 1682078,
    ("HU10", "HU12"): 1332109,
    ("IE01", "IE04"): 903638,
    ("IE01", "IE06"): 458290,
    ("IE02", "IE05"): 1698849,
    ("IE02", "IE06"): 2081564,
    ("ITH3", "ITH3"): 4826147,
    ("ITH3", "ITH4"): 1308,
    ("ITI3", "ITH5"): 2417,
    ("ITI3", "ITI3"): 1485648,
    ("LT00", "LT01"): 810798,
    ("LT00", "LT02"): 1999918,
    ("NL33", "NL35"): 35916,
    ("NL33", "NL36"): 3725787,
    ("NO02", "NO02"): 370291,
    ("NO02", "NO08"): 15905,
    ("NO03", "NO08"): 593638,
    ("NO03", "NO09"): 416597,
    ("NO04", "NO09"): 302523,
    ("NO04", "NO0A"): 471357,
    ("NO05", "NO06"): 3503,
    ("NO05", "NO0A"): 875103,
    ("PL12", "PL91"): 3244378,
    ("PL12", "PL92"): 2234906,
}


def test_a_chain_of_three_steps_agrees_with_the_published_direct_table(correspondence: pd.DataFrame) -> None:
    direct = pd.Series(DIRECT)
    shares = direct / direct.groupby(level=0).transform("sum")
    chained = links(steps(correspondence, "residents"), "2013", "2024").set_index(["origin", "target"])[
        "share"
    ]
    assert (chained.reindex(shares.index) - shares).abs().max() < 2e-4


def test_a_direct_table_beats_a_chain() -> None:
    both = pd.concat(
        [
            crosswalk([("AA1", "AA1", 1.0), ("AA2", "AA2", 1.0)]),
            crosswalk([("AA1", "AA1", 1.0), ("AA2", "AA2", 1.0)], "2021", "2024"),
            crosswalk([("AA1", "AA1", 3.0), ("AA1", "AA2", 1.0), ("AA2", "AA2", 1.0)], "2016", "2024"),
        ]
    )
    known = steps(both, "residents")
    assert known.path("2016", "2024") == ("2016", "2024")
    assert link(links(known, "2016", "2024"), "AA1", "AA2")["share"] == 0.25


def test_names_of_the_published_crosswalk_are_understood() -> None:
    table = pd.DataFrame(
        {
            "from_code": ["AA1", "AA1"],
            "to_code": ["AA8", "AA9"],
            "from_version": [2016, 2016],
            "to_version": [2021.0, 2021.0],
            "pop21": [30, 10],
        }
    )
    found = links(steps(table, "pop21"), "2016", "2021")
    assert found["share"].tolist() == [0.75, 0.25]
    assert found["kind"].tolist() == ["split", "split"]


def test_split_and_joined_again_is_the_same_region() -> None:
    chain = pd.concat(
        [
            crosswalk([("AA1", "AA8", 7.0), ("AA1", "AA9", 3.0)]),
            crosswalk([("AA8", "AA5", 7.0), ("AA9", "AA5", 3.0)], "2021", "2024"),
        ]
    )
    found = links(steps(chain, "residents"), "2016", "2024")
    assert found[["origin", "target", "share", "kind"]].to_numpy().tolist() == [
        ["AA1", "AA5", 1.0, "recoded"]
    ]


def test_pieces_without_residents_carry_nothing_over() -> None:
    found = links(
        steps(crosswalk([("AA1", "AA1", 5.0), ("AA1", "AA2", 0.0), ("AA2", "AA2", 4.0)]), "residents"),
        "2016",
        "2021",
    )
    assert found["kind"].tolist() == ["unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"drop": "code_to"}, "lacks the column.*code_to"),
        ({"by": "pop99"}, "lacks the column.*pop99"),
        ({"residents": -1.0}, "negative"),
        ({"residents": "many"}, "no numbers"),
        ({"twice": True}, "more than once: AA1 → AA1"),
    ],
)
def test_a_bad_crosswalk_is_refused(change: dict[str, object], message: str) -> None:
    table = crosswalk([("AA1", "AA1", 1.0)])
    if "drop" in change:
        table = table.drop(columns=str(change["drop"]))
    if "residents" in change:
        table = table.assign(residents=change["residents"])
    if "twice" in change:
        table = pd.concat([table, table])
    with pytest.raises(FrameError, match=message):
        steps(table, str(change.get("by", "residents")))


def test_vintages_that_do_not_meet_are_named() -> None:
    apart = pd.concat([crosswalk([("AA1", "AA1", 1.0)]), crosswalk([("AA1", "AA1", 1.0)], "2003", "2006")])
    with pytest.raises(PlaceError, match="nowhere near NUTS 2021; it knows 2003, 2006, 2016, 2021"):
        steps(apart, "residents").path("2003", "2021")
