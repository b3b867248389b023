"""Paths of a register: the same as of the frame in memory, whatever the files; what is not held is not known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.intake.problems import IntakeError
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import data_versions, is_synthetic

REGISTER = sources.synthetic_register(150, seed=4, months=12)
WIDE = REGISTER.wide(range(13))


def values(frame: pd.DataFrame, months: range) -> np.ndarray:
    return frame[[f"{o}_{m}" for o in ("employed", "earnings") for m in months]].to_numpy(dtype=float)


def test_paths_of_a_frame_of_a_file_and_of_a_folder_are_the_same(tmp_path: Path) -> None:
    _, _, folder = sources.write_register(REGISTER, tmp_path / "r", persons_a_file=40)
    csv = tmp_path / "months.csv"
    REGISTER.months.to_csv(csv, index=False)
    for months in (REGISTER.months, folder, csv):
        found = sources.register_paths(months, REGISTER.persons, horizon=range(13))
        assert np.array_equal(values(found.frame, range(13)), values(WIDE, range(13)))
        assert found.provenance.synthetic and found.sentence.startswith("SYNTHETIC")
        assert len(data_versions(found.frame)) >= 1 and found.table["known_share"].eq(1).all()
        check(found.frame, "persons")


def test_history_is_told_by_negative_months() -> None:
    found = sources.register_paths(
        REGISTER.months, REGISTER.persons, horizon=range(-24, 0), outcomes=["employed"]
    )
    total = found.frame[[f"employed_{m}" for m in range(-24, 0)]].sum(axis=1)
    assert (total == REGISTER.persons["months_employed_24"]).all()


def test_counted_from_the_start_of_a_programme() -> None:
    found = sources.register_paths(REGISTER.months, REGISTER.entries, origin="start", horizon=[0, 3])
    truth, rows = REGISTER.truth, REGISTER.persons["id"].isin(REGISTER.entries["id"]).to_numpy().nonzero()[0]
    for m in (0, 3):
        at = truth.drawn.start[rows] + m
        there = at <= 12
        assert found.frame[f"employed_{m}"].notna().tolist() == there.tolist()
        expected = truth.drawn.state[rows[there], at[there]] == 1
        assert (found.frame[f"employed_{m}"].to_numpy()[there] == expected).all()


def test_a_month_that_is_not_held_is_not_known_and_not_unemployment() -> None:
    months = REGISTER.months[REGISTER.months["id"] != REGISTER.persons["id"].iloc[3]]
    found = sources.register_paths(months, REGISTER.persons, horizon=range(1, 13))
    assert (
        found.frame.iloc[3].filter(like="employed_").isna().drop("months_employed_24", errors="ignore").all()
    )
    # 1 of 150: told, and no more than told.
    assert any(c.name == "persons without months" and "not known" in c.sentence for c in found.checks)
    few = sources.register_paths(
        months[months["id"].isin(REGISTER.persons["id"][:30])], REGISTER.persons, horizon=[5]
    )
    assert few.failed[0].name == "persons without months"


def test_values_that_cannot_be_are_not_known_and_counted() -> None:
    months = REGISTER.months.copy()
    months["employed"] = months["employed"].mask(months["employed"] == 1, 2.0)
    months.loc[months["earnings"] > 0, "earnings"] = np.inf
    found = sources.register_paths(months, REGISTER.persons, horizon=range(1, 13))
    assert {c.name for c in found.failed} >= {"employed out of bounds", "earnings out of bounds"}
    assert not (found.frame[[f"employed_{m}" for m in range(1, 13)]] == 2).any(axis=None)
    words = pd.DataFrame(
        {"id": ["a", "a", "a"], "period": ["2024-01", "2024-02", "2024-03"], "employed": ["yes", "no", "?"]}
    )
    people = pd.DataFrame({"id": ["a"], "entry_date": ["2023-12"], "source": ["x"]})
    told = sources.register_paths(words, people, horizon=[1, 2, 3], outcomes=["employed"])
    assert (
        told.frame[["employed_1", "employed_2"]].to_numpy().tolist() == [[1, 0]]
        and told.frame["employed_3"].isna().all()
    )
    assert told.failed[0].name == "employed out of bounds"


def test_a_person_twice_in_a_month_is_refused() -> None:
    months = pd.concat([REGISTER.months, REGISTER.months.tail(3)])
    with pytest.raises(DataError, match="one month twice"):
        sources.register_paths(months, REGISTER.persons, horizon=range(13))


def test_pseudonyms_meet_when_the_secret_is_the_same(tmp_path: Path) -> None:
    ids = {"1": "44051401359", "2": "02070803628"}
    months = pd.DataFrame(
        {"id": list(ids.values()) * 2, "period": ["2024-01"] * 2 + ["2024-02"] * 2, "employed": [0, 1, 1, 1]}
    )
    months.to_parquet(tmp_path / "m.parquet", index=False)
    table = pd.DataFrame({"id": ids.values(), "entry_date": "2024-01"})
    people = sources.read_persons(table.to_csv(index=False).encode(), secret="a long secret").frame
    found = sources.register_paths(
        tmp_path / "m.parquet", people, horizon=[0, 1], outcomes=["employed"], secret="a long secret"
    )
    assert found.frame[["employed_0", "employed_1"]].to_numpy().tolist() == [[0, 1], [1, 1]]
    assert "44051401359" not in found.frame.to_csv()
    for other in (None, "another secret"):
        with pytest.raises(DataError, match="same secret"):
            sources.register_paths(
                tmp_path / "m.parquet", people, horizon=[0], outcomes=["employed"], secret=other
            )


def test_dates_and_numbers_as_months(tmp_path: Path) -> None:
    people = pd.DataFrame({"id": ["1"], "entry_date": ["2024-01"], "source": ["x"]})
    for period in ([pd.Timestamp("2024-02-10")], [202402], ["10.02.2024"], ["2024M02"]):
        frame = pd.DataFrame({"id": [1], "period": period, "employed": [True]})
        frame.to_parquet(tmp_path / "m.parquet", index=False)
        for months in (frame, tmp_path / "m.parquet"):
            found = sources.register_paths(months, people, horizon=[1], outcomes=["employed"])
            assert found.frame["employed_1"].tolist() == [1.0]


def test_the_label_of_invented_months_is_not_lost_on_real_persons() -> None:
    people = REGISTER.persons.assign(source="a real register")
    people.attrs = {}
    bare = REGISTER.months.copy()
    bare.attrs = {}
    found = sources.register_paths(bare, people, horizon=[1])
    assert is_synthetic(found.frame) and found.sentence.startswith("SYNTHETIC")


def test_arguments_that_make_no_sense_are_refused() -> None:
    months, people = REGISTER.months, REGISTER.persons
    for wrong, said in (
        ({"horizon": []}, "horizon"), ({"horizon": [1, 1]}, "horizon"), ({"horizon": [9999]}, "horizon"),
        ({"outcomes": ["jobs"]}, "outcomes"), ({"outcomes": "employed"}, "outcomes"), ({"origin": "start"}, "no column 'start'"),
        ({"mapping": {"id": "period"}}, "no column of id"),
    ):  # fmt: skip
        with pytest.raises((ParameterError, IntakeError), match=said):
            sources.register_paths(months, people, **wrong)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="several rows"):
        sources.register_paths(months, pd.concat([people, people]))
    with pytest.raises(DataError, match="no month"):
        sources.register_paths(months, people.assign(entry_date="March"))
    with pytest.raises(ParameterError, match="no column of earnings"):
        sources.register_paths(months.drop(columns="earnings"), people)
    with pytest.raises(ParameterError, match="at least 8 signs"):
        sources.register_paths(months, people, secret="short")
    with pytest.raises(ParameterError, match="give a path"):
        sources.register_paths(3, people)  # type: ignore[arg-type]


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    sources.register_paths(
        REGISTER.months, REGISTER.persons, progress=lambda done, total: told.append((done, total))
    )
    assert told and told[-1][0] == told[-1][1]


@pytest.mark.slow
def test_months_larger_than_the_paths_are_scanned_within_memory(tmp_path: Path) -> None:
    import resource
    import time

    register = sources.synthetic_register(200_000, seed=1)
    persons, _, folder = sources.write_register(register, tmp_path / "r", persons_a_file=25_000)
    people = sources.read_persons(persons, columns=["age"]).frame
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    found = sources.register_paths(folder, people, horizon=range(1, 37))
    seconds = time.perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e6
    print(f"12.2 million rows in {seconds:.0f} s, {grown:.2f} GB more")
    assert np.array_equal(values(found.frame, range(1, 37)), values(register.wide(), range(1, 37)))
    assert grown < 1
