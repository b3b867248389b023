"""NUTS codes from the workbook: the counts, names and changes that Eurostat states."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.packages import package_bytes
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.places import EU27


@pytest.mark.parametrize(
    ("version", "counts"), [("2024", (27, 92, 244, 1165)), ("2021", (27, 92, 242, 1166))]
)
def test_counts_by_level(version: str, counts: tuple[int, ...]) -> None:
    table = check(sources.nuts(version), "taxonomy")  # type: ignore[arg-type]
    assert tuple(table["level"].value_counts().sort_index()) == counts
    assert set(table.loc[table["level"] == 0, "code"]) == set(EU27)
    parents = table[table["level"] > 0]["parent"]
    assert set(parents) <= set(table["code"])
    assert not table["code"].str[2:].str.startswith("Z").any()


def test_names_are_readable_in_latin_letters() -> None:
    names = sources.nuts("2024", 2).set_index("code")["label"]
    assert names["EL30"] == "Attiki"
    assert names["BG31"] == "Severozapaden"
    assert names["PL21"] == "Małopolskie"
    assert names.str.match(r"^[\u0000-\u024f\u2013-\u2019]+$").all()


def test_changes_between_vintages() -> None:
    changes = sources.nuts_changes()
    second = changes[(changes["level"] == 2) & (changes["code_2021"] != changes["code_2024"])]
    assert set(second["code_2021"].dropna()) == {"NL31", "NL33", "PT16", "PT17", "PT18"}
    assert set(second["code_2024"].dropna()) == {"NL35", "NL36", "PT19", "PT1A", "PT1B", "PT1C", "PT1D"}
    assert "PT1A + PT1B" in changes.set_index("code_2024")["explanation"]["PT1A"]


def test_partner_countries_on_request_only() -> None:
    assert set(sources.nuts("2024", 2)["country"]) == set(EU27)
    assert {"NO", "CH", "IS", "TR"} <= set(sources.nuts("2024", 2, partners=True)["country"])


def test_the_cached_table_is_the_parsed_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from almpo_kit.sources import packages

    packages._table.cache_clear()
    parsed = sources.nuts("2024")
    assert list((home / "data/cache/nuts").glob("codes-*.csv"))
    packages._table.cache_clear()
    monkeypatch.setattr(packages, "_parse", lambda _: pytest.fail("parsed again"))
    pd.testing.assert_frame_equal(sources.nuts("2024"), parsed)
    packages._table.cache_clear()


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(ParameterError, match="'2013', '2016', '2021', '2024'"):
        sources.nuts("2010")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="make env"):
        package_bytes("no_such_package:data/x.xlsx")


def test_another_workbook_than_the_catalogued_one_is_refused(home: Path) -> None:
    path = home / "data/sources.csv"
    text = path.read_text(encoding="utf-8")
    digest = sources.catalogue().set_index("dataset").loc["nuts_workbook", "sha256"]
    path.write_text(text.replace(digest, "0" * 64), encoding="utf-8")
    with pytest.raises(DataError, match="make env"):
        sources.nuts()
    assert [c.name for c in sources.check_data().failed] == ["nuts_workbook"]
