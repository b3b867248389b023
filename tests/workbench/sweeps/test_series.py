from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import reports
from almpo_kit.workbench.sweeps.series import plan


def test_every_combination_in_a_folder_of_its_own(home: Path) -> None:
    series = plan("regions", {"place": ("EL4*", "Italy"), "year": ("2023", "latest")})
    assert [i.label for i in series.items[:2]] == ["place=EL41, year=2023", "place=EL41, year=latest"]
    assert len({i.folder for i in series.items}) == len(series.items) == 8
    assert series.items[-1].values["place"] == "IT" and series.items[-1].values["year"] is None
    assert all(i.folder.name == reports.edition_name(i.values) for i in series.items)
    assert series.folder == home / "reports" / "regions"


def test_one_place_named_twice_is_made_once(home: Path) -> None:
    series = plan("country_brief", {"country": ("GR", "Greece", "EL", "IT")}, {"year": "2024"})
    assert [dict(i.given) for i in series.items] == [
        {"year": "2024", "country": "EL"},
        {"year": "2024", "country": "IT"},
    ]


def test_checked_before_anything_starts(home: Path) -> None:
    years = [str(year) for year in range(1990, 2050)]
    each: dict[str, Any]
    for name, each, given, says in (
        ("country_brif", {"country": ("EU27",)}, {}, "Did you mean 'country_brief'"),
        ("country_brief", {"contry": ("EU27",)}, {}, "Did you mean 'country'"),
        ("country_brief", {"country": ("IT", "Grece")}, {}, "Did you mean EL"),
        ("regions", {"place": ("EL4", "EL42")}, {}, "Notio Aigaio"),
        ("regions", {"place": ("EL42",), "year": ("soon",)}, {}, "'soon' is not a year"),
        ("country_brief", {"country": ("IT",)}, {"country": "FR"}, "both as one value and as a series"),
        ("country_brief", {"country": ("IT",)}, {"yeer": "2024"}, "Did you mean 'year'"),
        ("country_brief", {"country": ()}, {}, "no value to run over"),
        ("country_brief", {}, {}, "something to run over"),
        ("regions", {"place": ("NUTS2",), "year": years}, {}, "14,640 reports"),
    ):
        with pytest.raises(ParameterError, match=says):
            plan(name, each, given)
    assert not (home / "reports").exists()
