"""A class kept from an earlier year is counted apart from what this year's rate says."""

from __future__ import annotations

from almpo_kit import regions, sources


def sentence(**options: object) -> str:
    found = regions.context(
        sources.indicators(2), sources.nuts(), national=sources.indicators(0), period="2025", **options
    )
    return found.sentence


def test_kept_classes_are_not_counted_as_this_years() -> None:
    assert (
        "of Greece's 13 regions, 10 had high unemployment, none low and 3 lay within 1 point of the threshold. "
        "All 3 near it keep the class of an earlier year: 3 high."
    ) in sentence(country="EL")
    assert "9 of the 11 near it keep the class of an earlier year: 6 high and 3 low." in sentence(
        country="FR"
    )
    assert "keep" not in sentence(country="EL", hysteresis=False)


def test_all_regions_add_up() -> None:
    found = regions.context(
        sources.indicators(2), sources.nuts(), national=sources.indicators(0), period="2025"
    )
    assert "74 had high unemployment, 112 low, 55 lay within 1 point of the threshold and 3 had no class" in (
        found.sentence
    )
    assert len(found.table) == 74 + 112 + 55 + 3
    beyond = found.table[found.table["distance"].abs() > 1]
    assert len(beyond) == 74 + 112
