"""The invented register: labelled everywhere, the same for the same seed, with the columns and months it promises."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.synthetic.register import SyntheticRegister
from almpo_kit.vocabulary.errors import DataError, ParameterError, PlaceError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import data_versions, is_synthetic

REGISTER = sources.synthetic_register(2500, seed=3)


def month_number(periods: pd.Series) -> np.ndarray:
    year, month = periods.str[:4].astype(int), periods.str[5:].astype(int)
    return np.asarray(12 * year + month)


def test_every_row_and_every_stamp_says_synthetic() -> None:
    frames = {
        "persons": REGISTER.persons,
        "programme_entries": REGISTER.entries,
        "person_months": REGISTER.months,
    }
    for name, frame in frames.items():
        assert frame["source"].str.startswith("SYNTHETIC").all() and is_synthetic(frame)
        assert [v.kind for v in data_versions(frame)] == ["synthetic"]
        check(frame, name)  # type: ignore[arg-type]
    assert is_synthetic(REGISTER.wide([12]))
    for shown in (REGISTER, REGISTER.truth, REGISTER.truth.effects("training")):
        assert repr(shown).startswith("SYNTHETIC") and len(repr(shown)) < 120


def test_same_seed_same_bytes_and_another_is_another() -> None:
    again, other = sources.synthetic_register(2500, seed=3), sources.synthetic_register(2500, seed=4)
    for part in ("persons", "entries", "months"):
        assert getattr(REGISTER, part).equals(getattr(again, part))
        assert not getattr(REGISTER, part).equals(getattr(other, part))
    assert REGISTER.truth.averages().equals(again.truth.averages())


def test_months_taken_in_parts_are_the_same_months() -> None:
    parts = list(REGISTER.months_in_parts(1000))
    assert len(parts) == 3 and pd.concat(parts, ignore_index=True).equals(REGISTER.months)


def test_people_live_in_real_regions_and_say_what_their_months_say() -> None:
    people, months = REGISTER.persons, REGISTER.months
    assert people["geo"].isin(sources.nuts("2024", 2)["code"]).all() and people["geo"].nunique() > 140
    since = month_number(months["period"]) - month_number(
        months["id"].map(people.set_index("id")["entry_date"]).astype("str")
    )
    assert (since.min(), since.max()) == (-24, 36)
    before = months[since < 0].groupby("id")
    assert (before["employed"].sum().to_numpy() == people["months_employed_24"].to_numpy()).all()
    assert (before["registered"].sum().to_numpy() == people["months_registered_24"].to_numpy()).all()
    year = months[(since < 0) & (since >= -12)].groupby("id")["earnings"].sum()
    assert np.abs(year.to_numpy() - people["earnings_year_before"].to_numpy()).max() < 0.02
    assert not months.loc[since == -1, "registered"].any() and months.loc[since == 0, "registered"].all()
    assert (months.loc[months["employed"] == 0, "earnings"] == 0).all()
    # Earnings fall before the job is lost.
    pay = [months.loc[(since == t) & (months["employed"] == 1), "earnings"].mean() for t in (-12, -2, -1)]
    assert pay[0] > 1.1 * pay[1] > 1.2 * pay[2]


def test_leaving_the_register_is_not_a_job() -> None:
    months = REGISTER.months
    assert not ((months["employed"] == 1) & (months["registered"] == 1)).any()
    off = months[months["registered"] == 0]
    assert 0.05 < (off["employed"] == 0).mean() < 0.6


def test_entries_are_of_registered_people_and_end_when_they_leave() -> None:
    entries, months = REGISTER.entries, REGISTER.months
    assert entries["id"].is_unique and set(entries["programme"]) == set(REGISTER.truth.arms)
    start, end, told = (month_number(entries[c]) for c in ("start", "end", "announced"))
    registered = month_number(entries["id"].map(REGISTER.persons.set_index("id")["entry_date"]).astype("str"))
    assert (registered <= told).all() and (told <= start).all() and (start <= end).all()
    assert (end - start <= 5).all() and (start > registered).all()
    state = months.assign(month=month_number(months["period"])).set_index(["id", "month"])
    before = state.loc[list(zip(entries["id"], start - 1, strict=True))]
    assert (before["registered"] == 1).all()
    inside = state.loc[list(zip(entries["id"], np.maximum(end - 1, start), strict=True))]
    assert (inside["registered"].to_numpy()[end > start] == 1).all()


def test_roll_out_holds_for_the_first_programme_only() -> None:
    plan = REGISTER.truth.roll_out
    first = plan[plan["arm"] == "training"].set_index("geo")["available_from"]
    assert plan.loc[plan["arm"] != "training", "available_from"].eq("2018-01").all()
    assert set(first.dropna()) == {"2018-01", "2018-09", "2019-05", "2020-01"} and first.isna().any()
    training = REGISTER.entries[REGISTER.entries["programme"] == "training"]
    there = training["id"].map(REGISTER.persons.set_index("id")["geo"]).map(first)
    assert there.notna().all() and (training["start"].to_numpy() >= there.to_numpy()).all()
    everywhere = sources.synthetic_register(200, roll_out=None).truth.roll_out
    assert everywhere["available_from"].eq("2018-01").all()


def test_assigned_at_entry_once_with_outcomes_beside() -> None:
    register = sources.synthetic_register(3000, seed=1, assignment="at_entry", country="IT", months=24)
    people = register.wide([0, 6, 24])
    check(people, "persons")
    shares = people["treatment"].value_counts(normalize=True)
    assert set(shares.index) == {"no programme", *register.truth.arms} and shares["no programme"] > 0.5
    assert not people["employed_0"].any() and people["geo"].str.startswith("IT").all()
    assert ((people["earnings_24"] > 0) == (people["employed_24"] == 1)).all()
    starts = register.entries.merge(register.persons, on="id")
    assert (starts["start"] == starts["entry_date"]).all() and (
        starts["programme"] == starts["treatment"]
    ).all()


def test_few_can_be_treated() -> None:
    register = sources.synthetic_register(5000, assignment="at_entry", entry_rate=0.1)
    assert 0.03 < (register.persons["treatment"] != "no programme").mean() < 0.07
    nobody = sources.synthetic_register(500, entry_rate=0.0)
    assert nobody.entries.empty and nobody.truth.averages()["n"].min() == 0


def test_other_names_take_the_profiles_in_turn() -> None:
    register = sources.synthetic_register(2000, arms=("A", "B", "C", "D", "E"), entry_rate=2.0)
    assert set(register.entries["programme"]) <= set("ABCDE") and register.entries["programme"].nunique() == 5
    assert sources.synthetic_register(50, arms=("wage subsidy",)).truth.model.programmes[0].months == 6


def test_written_as_folders_of_parquet(tmp_path) -> None:  # type: ignore[no-untyped-def]
    small = sources.synthetic_register(300, months=12)
    persons, entries, months = sources.write_register(small, tmp_path / "register", persons_a_file=100)
    assert len(list(months.iterdir())) == 3
    assert pd.read_parquet(months)["source"].str.startswith("SYNTHETIC").all()
    assert len(pd.read_parquet(months)) == 300 * 37 and len(pd.read_parquet(persons)) == 300
    assert len(pd.read_parquet(entries)) == len(small.entries)
    with pytest.raises(DataError, match="not an empty folder"):
        sources.write_register(small, tmp_path / "register")
    with pytest.raises(DataError):
        sources.write_register(small, persons)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 0}, {"n": 9.5}, {"n": True}, {"n": 10**9}, {"seed": -1}, {"seed": "x"}, {"months": 2},
        {"confounding": -1}, {"hidden": float("nan")}, {"heterogeneity": float("inf")}, {"spill_over": "1"},
        {"entry_rate": 11}, {"roll_out": "random"}, {"assignment": "rct"}, {"arms": ()}, {"arms": ("a", "a")},
        {"arms": ("no programme",)}, {"arms": (" ",)}, {"confounding": True},
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_name(wrong: dict[str, object]) -> None:
    (name,) = wrong
    with pytest.raises(ParameterError, match=name):
        sources.synthetic_register(**{"n": 100, **wrong})  # type: ignore[arg-type]


def test_unknown_places_programmes_and_months_are_refused() -> None:
    with pytest.raises(PlaceError):
        sources.synthetic_register(100, country="XX")
    with pytest.raises(ParameterError, match="'training'"):
        REGISTER.truth.effects("Training")
    with pytest.raises(ParameterError, match="waiting"):
        REGISTER.truth.effects("training", against="always")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="nobody waits"):
        sources.synthetic_register(50, assignment="at_entry").truth.effects("training", against="waiting")
    for months in ([], [37], [-1]):
        with pytest.raises(ParameterError, match="between 0 and 36"):
            REGISTER.wide(months)


@pytest.mark.slow
def test_a_million_people_are_drawn_in_parts() -> None:
    register: SyntheticRegister = sources.synthetic_register(1_000_000, seed=1)
    first = next(register.months_in_parts(50_000))
    assert len(register.persons) == 1_000_000 and len(first) == 50_000 * 61
    assert register.persons["id"].iloc[-1] == "p1000000" and register.persons["id"].is_unique
