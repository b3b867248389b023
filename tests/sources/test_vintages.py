"""The correspondence of NUTS vintages: against official counts, Eurostat's workbook and the changes one knows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.places import EU27

#: Numbers of regions that the NUTS regulation and its amendments of 2013 (EU) 1319, 2016/2066 and 2019/1755
#: make, of levels 1, 2 and 3: of the EU of 28 in 2013 and 2016, and of the EU of 27.
OFFICIAL = {"2013": (98, 276, 1342), "2016": (104, 281, 1348), "2021": (104, 283, 1345)}
OF_27 = {"2013": (86, 236, 1169), "2016": (92, 240, 1169), "2021": (92, 242, 1166), "2024": (92, 244, 1165)}


@pytest.mark.parametrize("version", OFFICIAL)
def test_counts_are_the_official_ones(version: str) -> None:
    every = check(sources.nuts(version, partners=True), "taxonomy")  # type: ignore[arg-type]
    union = every[every["country"].isin([*EU27, "UK"]) & (every["level"] > 0)]
    assert tuple(union["level"].value_counts().sort_index()) == OFFICIAL[version]


@pytest.mark.parametrize("version", OF_27)
def test_the_list_of_every_vintage(version: str) -> None:
    table = check(sources.nuts(version), "taxonomy")  # type: ignore[arg-type]
    assert set(table.loc[table["level"] == 0, "code"]) == set(EU27)
    assert tuple(table.loc[table["level"] > 0, "level"].value_counts().sort_index()) == OF_27[version]
    assert set(table["parent"].dropna()) <= set(table["code"])
    assert (table["label"] != table["code"]).all(), "every region of the EU has its name"
    assert set(table["version"]) == {version}
    assert table.attrs["data_versions"]


def test_names_of_regions_that_are_gone() -> None:
    names = sources.nuts("2013", partners=True).set_index("code")["label"]
    assert names["IE01"] == "Border, Midland and Western"
    assert names["FR24"] == "Centre — Val de Loire"
    assert names["HU10"] == "Közép-Magyarország"
    assert names["UKM2"] == "Eastern Scotland"
    assert names["FR7"] == "Centre-Est"
    assert names["UKC11"] == "UKC11", "where nobody wrote a name down, the code stands"
    assert sources.nuts("2016", 2).set_index("code")["label"]["HR04"] == "Kontinentalna Hrvatska"


def test_a_parent_that_the_code_does_not_tell() -> None:
    table = sources.nuts("2016", partners=True).set_index("code")
    assert table.loc["UKN10", "parent"] == "UKN0"
    assert "UKN1" not in table.index


@pytest.mark.parametrize(("version", "column"), [("2021", "code_from"), ("2024", "code_to")])
def test_the_last_step_is_the_workbook_s(version: str, column: str) -> None:
    links = sources.nuts_correspondence().query("version_to == '2024'")
    ours = {c for c in links[column].dropna() if c[:2] in EU27}
    official = sources.nuts(version)  # type: ignore[arg-type]
    assert ours == set(official.loc[official["level"] > 0, "code"])
    partners = sources.nuts("2024", partners=True)
    for country in ("CH", "IS", "LI", "NO"):
        held = {c for c in links["code_to"].dropna() if c[:2] == country}
        assert held == set(partners.loc[(partners["country"] == country) & (partners["level"] > 0), "code"])


def test_changes_that_the_workbook_states_are_the_correspondence_s() -> None:
    """Every code change of 2024 is a link; every ended code is one that was merged, split or redrawn."""
    changes = sources.nuts_changes()
    links = sources.nuts_correspondence().query("version_to == '2024'")
    renamed = changes.dropna(subset=["code_2021", "code_2024"]).query("code_2021 != code_2024")
    pairs = set(zip(links["code_from"], links["code_to"], strict=True))
    assert set(zip(renamed["code_2021"], renamed["code_2024"], strict=True)) <= pairs
    ended = set(changes.loc[changes["code_2024"].isna(), "code_2021"])
    other = links[links["change"].isin(["merged", "split", "redrawn", "boundary shift"])]
    assert ended <= set(other["code_from"])
    began = set(changes.loc[changes["code_2021"].isna(), "code_2024"])
    assert began <= set(other["code_to"])


def test_level_two_agrees_with_level_three() -> None:
    """People of level 3 that change hands, added up, are those of level 2, within the rounding of small pieces."""
    table = sources.nuts_correspondence().dropna(subset=["residents"])
    compared = 0
    for (start, end), step in table.groupby(["version_from", "version_to"]):
        third = step[step["level"] == 3]
        parents = {
            v: sources.nuts(v, 3, partners=True).set_index("code")["parent"]
            for v in (start, end)  # type: ignore[arg-type]
        }
        sums = third.groupby([third["code_from"].map(parents[start]), third["code_to"].map(parents[end])])[
            "residents"
        ].sum()
        second = step[step["level"] == 2].set_index(["code_from", "code_to"])["residents"]
        # Italy's and Norway's provinces are listed only where they changed: those sums are of a part.
        whole = second[[a[:3] not in ("ITH", "ITI") for a, _ in second.index]]
        both = pd.concat([whole, sums], axis=1, keys=["second", "sum"]).dropna()
        assert ((both["second"] - both["sum"]).abs() <= 500).all()
        compared += len(both)
    assert compared >= 60


def test_the_changes_one_knows() -> None:
    second = sources.nuts_correspondence().query(
        "level == 2 and change not in ('unchanged', 'discontinued', 'new')"
    )
    eu = second[second["code_from"].str[:2].isin(list(EU27))]
    touched = {v: set(g["code_from"].str[:2]) for v, g in eu.groupby("version_from")}
    assert touched == {
        "2013": {"FR", "HU", "IE", "IT", "LT", "PL"},
        "2016": {"HR"},
        "2021": {"IT", "NL", "PT"},
    }
    assert set(second.loc[second["code_from"] == "UKM3", "code_to"]) == {"UKM8", "UKM9"}
    third = sources.nuts_correspondence().query("level == 3 and version_from == '2016'")
    sardinia = third[third["code_from"].str.startswith("ITG2")]
    assert set(sardinia["code_to"]) == {"ITG2D", "ITG2E", "ITG2F", "ITG2G", "ITG2H"}


def test_every_row_has_a_source_and_every_piece_its_people() -> None:
    table = sources.nuts_correspondence()
    assert table["source"].notna().all()
    exchanged = table[table["change"].isin(["split", "redrawn", "merged"])]
    outermost = exchanged["code_from"].str.startswith("FRA")
    assert exchanged.loc[~outermost, "residents"].notna().all()
    assert (table["residents"].dropna() > 0).all()
    assert set(table["residents_year"].dropna()) == {2011.0, 2021.0}
    unknown = table[(table["change"] == "boundary shift") & table["residents"].isna()]
    assert set(unknown["note"]) == {
        "Eurostat gave a new code within the same parent, so the territory changed; how many residents moved is "
        "not known."
    }


def test_a_correspondence_that_loses_a_region_is_refused(home: Path) -> None:
    path = home / "data/nuts_correspondence.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text("\n".join(r for r in text.split("\n") if ",AT11,AT11," not in r), encoding="utf-8")
    with pytest.raises(DataError, match=r"correspondence and the workbook do not both have: AT11"):
        sources.refresh_catalogue()
    with pytest.raises(DataError, match="damaged or edited"):
        sources.nuts_correspondence()
