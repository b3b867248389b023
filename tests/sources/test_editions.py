"""Editions: the kept ones are what they were; a person's own are whole or not there at all."""

from __future__ import annotations

import errno
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources import cache, own_editions
from almpo_kit.sources.catalogue import sha256
from almpo_kit.sources.editions import check_editions
from almpo_kit.vocabulary.errors import AlmpoError, DataError, FrameError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, data_versions, is_synthetic, stamp


def coded(n: int = 3, **columns: Any) -> pd.DataFrame:
    """A person's own effects, with columns that ours do not have."""
    frame = pd.DataFrame(
        {
            "estimate_id": [f"own-{i}" for i in range(n)],
            "study_id": [f"study{i}" for i in range(n)],
            "sample_id": [f"study{i}" for i in range(n)],
            "programme_type": "training",
            "target_group": "youth",
            "comparator": "no_programme",
            "country": "EL",
            "nuts": None,
            "outcome": "employment_probability",
            "unit": "percentage_points",
            "horizon_months": 12.0,
            "horizon_from": "start",
            "effect": [0.1 + 0.2, 1 / 3, -2.5e-7][:n],
            "se": 1.1,
            "se_source": "reported",
            "significance": "none",
            "includes_subsidised_job": "excluded",
            "design": "rct",
            "start_year": 2015.0,
            "end_year": 2016.0,
            "n": 100.0,
            "unemployment_rate": None,
            "quality": None,
            "source": 'doi:10.1/x; "Τίτλος",\nsecond line',
            "citation": "Παπαδόπουλος Γ. (2019) NA",
            "ours_only": ["007", "NA", "null"][:n],
            "gdp_growth": [1.5, None, 2.0][:n],
        }
    )
    return frame.assign(**columns)


def folder(home: Path) -> Path:
    return home / "data/cache/editions"


def held(home: Path) -> list[str]:
    """Everything below the folder of a person's editions, temporary files too."""
    return sorted(str(p.relative_to(folder(home))) for p in folder(home).rglob("*"))


# --- the project's own ------------------------------------------------------------------------------------


def test_the_editions_that_there_are(home: Path) -> None:
    table = sources.editions().set_index("edition")
    assert table["kind"].to_dict() == {"2026-2": "current", "2026-1.1": "earlier"}
    assert table["n_estimates"].tolist() == [318, 318] and table["n_studies"].tolist() == [84, 84]
    for name, path in (("2026-2", "data/effects.csv"), ("2026-1.1", "data/editions/2026-1.1/effects.csv")):
        assert table["sha256"][name] == sha256((home / path).read_bytes())
    assert not table.astype(str).apply(lambda c: c.str.contains(str(home), regex=False)).to_numpy().any()


def test_an_earlier_edition_is_read_stamped_and_cited() -> None:
    old, now = sources.effects("2026-1.1"), sources.effects()
    assert {"estimand", "estimand_source", "take_up"} == set(now) - set(old) and set(old) < set(now)
    pd.testing.assert_frame_equal(old, now[list(old)], check_flags=False)
    (version,) = data_versions(old)
    assert (version.dataset, version.version, version.kind) == ("effects", "2026-1.1", "reference")
    assert version.sha256.startswith("cf3d8f145968700f") and version != data_versions(now)[0]
    pd.testing.assert_frame_equal(sources.edition("2026-2"), now)
    old.loc[0, "effect"] = 1e6
    assert sources.effects("2026-1.1").loc[0, "effect"] != 1e6, "a fresh copy at every call"


@pytest.mark.parametrize(
    ("name", "near"), [("2026-1", "2026-1.1"), ("2026-3", "2026-2"), ("2026-11", "2026-1.1")]
)
def test_an_unknown_edition_suggests_the_nearest(name: str, near: str) -> None:
    with pytest.raises(ParameterError, match=f"no edition '{name}'. Did you mean '{near}'"):
        sources.effects(name)


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "a/b", "\x00", ".", "ζ", "x" * 5000])
def test_a_name_is_never_a_path(home: Path, name: str) -> None:
    with pytest.raises(ParameterError, match="there is no edition"):
        sources.effects(name)
    with pytest.raises(ParameterError, match="cannot name an edition"):
        sources.keep_edition(coded(), name)
    assert not folder(home).exists()


@pytest.mark.parametrize("part", ["effects", "studies"])
@pytest.mark.parametrize("damage", ["edited", "cut", "gone"])
def test_a_damaged_earlier_edition_is_refused_by_name(home: Path, part: str, damage: str) -> None:
    path = home / f"data/editions/2026-1.1/{part}.csv"
    data = path.read_bytes()
    path.write_bytes({"edited": data.replace(b"0", b"1", 1), "cut": data[:-200], "gone": b""}[damage])
    if damage == "gone":
        path.unlink()
    with pytest.raises(DataError, match=rf"2026-1\.1/{part}\.csv.*git checkout"):
        sources.effects("2026-1.1")
    # Today's does not depend on it, the list says so, and so does the check of all data.
    assert len(sources.effects()) == 318
    listed = sources.editions().set_index("edition").loc["2026-1.1"]
    assert listed["note"].startswith("DAMAGED") and pd.isna(listed["n_estimates"])
    assert check_editions().status == "failed"


def test_the_check_of_all_data_sees_a_damaged_edition(home: Path) -> None:
    assert "editions" not in [c.name for c in sources.check_data().failed]
    (home / "data/editions/2026-1.1/studies.csv").unlink()
    assert [c.name for c in sources.check_data().failed] == ["editions"]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"edition\n2026-1.1\n", b"a,b\n1\n"])
def test_a_hostile_list_of_editions(home: Path, data: bytes) -> None:
    (home / "data/editions/editions.csv").write_bytes(data)
    for ask in (sources.editions, lambda: sources.effects("2026-1.1"), lambda: sources.effects("x")):
        with pytest.raises(DataError, match=r"editions\.csv"):
            ask()
    assert len(sources.effects()) == 318
    assert check_editions().status == "failed"


def test_an_edition_listed_twice_is_refused(home: Path) -> None:
    path = home / "data/editions/editions.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n")
    with pytest.raises(DataError, match="twice"):
        sources.editions()


# --- a person's own ---------------------------------------------------------------------------------------


def test_what_is_kept_comes_back_to_the_last_digit(home: Path) -> None:
    frame = coded()
    assert sources.keep_edition(frame, "ours-1", note="from sheet.xlsx") == (
        "Kept 3 estimates of 3 studies as edition ours-1."
    )
    back = sources.effects("ours-1")
    assert list(back) == list(frame)
    for column in ("effect", "se", "gdp_growth", "horizon_months"):
        # Every bit: a checksum of numbers must not depend on who read them.
        assert back[column].astype(float).map(repr).tolist() == frame[column].astype(float).map(repr).tolist()
    for column in ("ours_only", "source", "citation", "estimate_id"):
        assert back[column].tolist() == frame[column].tolist()
    assert back["nuts"].isna().all()
    (version,) = data_versions(back)
    assert (version.version, version.kind) == ("ours-1", "file")
    listed = sources.editions().set_index("edition").loc["ours-1"]
    assert (listed["kind"], listed["n_estimates"], listed["note"]) == ("own", 3, "from sheet.xlsx")
    assert held(home) == ["ours-1", "ours-1/edition.json", "ours-1/effects.csv"]


def test_the_same_again_changes_nothing_and_another_never_overwrites(home: Path) -> None:
    sources.keep_edition(coded(), "ours")
    kept = {p: (folder(home) / p).read_bytes() for p in held(home) if p != "ours"}
    sources.keep_edition(coded(), "ours", note="another note")
    for other in (coded(2), coded(se=1.2)):
        with pytest.raises(DataError, match=r"kept as 'ours'.*choose another name.*Nothing was written"):
            sources.keep_edition(other, "ours")
    with pytest.raises(DataError, match="kept as 'ours'"):
        sources.keep_edition(coded(), "OURS")
    assert {p: (folder(home) / p).read_bytes() for p in held(home) if p != "ours"} == kept


@pytest.mark.parametrize("name", ["2026-2", "2026-1.1"])
def test_the_projects_names_are_taken(home: Path, name: str) -> None:
    with pytest.raises(ParameterError, match="an edition of the project"):
        sources.keep_edition(coded(), name)
    assert not folder(home).exists()


@pytest.mark.parametrize("name", ["mine.csv", "mine.XLSX", ".hidden", "-x", "a b", "x" * 65, "end."])
def test_names_that_are_none(home: Path, name: str) -> None:
    with pytest.raises(ParameterError, match="cannot name an edition"):
        sources.keep_edition(coded(), name)
    assert not folder(home).exists()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ({"effect": float("inf")}, "finite"),
        ({"estimate_id": "same"}, "estimate_id"),
        ({"outcome": "happiness"}, "happiness"),
        ({"se": -1.0}, "se"),
        ({"source": pd.Series(["\ud800"] * 3, dtype=object)}, "Nothing was written"),
    ],
)
def test_what_is_no_effects_frame_is_not_kept(home: Path, spoil: dict[str, Any], said: str) -> None:
    with pytest.raises((FrameError, DataError), match=said):
        sources.keep_edition(coded(**spoil), "ours")
    with pytest.raises(FrameError, match="missing"):
        sources.keep_edition(coded().drop(columns="unit"), "ours")
    assert not folder(home).exists()


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_full_disk_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int) -> None:
    calls = 0
    write = cache.write_atomically

    def full(path: Path, data: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls == fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, data)

    monkeypatch.setattr(cache, "write_atomically", full)
    with pytest.raises(DataError, match=r"No space left.*Nothing was kept"):
        sources.keep_edition(coded(), "ours")
    assert held(home) == []
    assert sources.keep_edition(coded(), "ours").startswith("Kept 3")


def test_a_kill_in_the_midst_leaves_no_edition(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(path: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        sources.keep_edition(coded(), "ours")
    monkeypatch.undo()
    assert own_editions.names() == []


def test_a_cache_that_cannot_be_written(home: Path) -> None:
    (home / "data/cache").write_text("a file where the folder should be")
    with pytest.raises(DataError, match="cannot be kept"):
        sources.keep_edition(coded(), "ours")
    assert len(sources.editions()) == 2


def test_two_writers_of_one_name_never_mix(home: Path) -> None:
    """Eight different evidence bases race for one name: one is kept, whole; seven are told."""
    sources.keep_edition(coded(), "warm")
    bases = [coded(se=1.0 + i / 10) for i in range(8)]

    def keep(frame: pd.DataFrame) -> bool:
        try:
            sources.keep_edition(frame, "ours")
        except DataError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [frame for frame, kept in zip(bases, pool.map(keep, bases), strict=True) if kept]
    assert len(won) == 1
    assert sources.effects("ours")["se"].tolist() == won[0]["se"].tolist()
    assert not [p for p in held(home) if p.startswith(".")]


DAMAGES = {
    "a digit": lambda p: (p / "effects.csv").write_text(
        (p / "effects.csv").read_text().replace("1.1", "1.2")
    ),
    "no table": lambda p: (p / "effects.csv").unlink(),
    "no record": lambda p: (p / "edition.json").unlink(),
    "no json": lambda p: (p / "edition.json").write_bytes(b"\xff{"),
    "a list": lambda p: (p / "edition.json").write_text("[1]"),
    "deep": lambda p: (p / "edition.json").write_text("[" * 100_000),
    "another name": lambda p: rewrite(p, edition="../ours"),
    "wrong types": lambda p: rewrite(p, sha256=7),
    "more fields": lambda p: rewrite(p, extra=1),
}


def rewrite(path: Path, **fields: object) -> None:
    record = path / "edition.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | fields))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_own_edition_is_refused_and_the_others_stand(home: Path, damage: str) -> None:
    sources.keep_edition(coded(), "good")
    sources.keep_edition(coded(2), "ours")
    DAMAGES[damage](folder(home) / "ours")
    with pytest.raises(DataError, match=r"'ours' is damaged.*almpo evidence add FILE --edition ours"):
        sources.effects("ours")
    listed = sources.editions().set_index("edition")
    assert listed.loc["ours", "note"].startswith("DAMAGED")
    assert listed.loc["good", "n_estimates"] == 3 and len(sources.effects("good")) == 3
    # Nor is a damaged one mended in silence by keeping over it.
    with pytest.raises(AlmpoError):
        sources.keep_edition(coded(1), "ours")


def test_what_is_synthetic_stays_synthetic(home: Path) -> None:
    made = stamp(coded(), DataVersion("toy", "1", kind="synthetic"))
    sources.keep_edition(made, "toy")
    assert is_synthetic(sources.effects("toy"))
    sources.keep_edition(coded(), "real")
    assert not is_synthetic(sources.effects("real"))


# --- a name that the project took later -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2026-1.1", "2026-2"])
def test_an_own_edition_that_a_release_shadows_is_flagged_and_found(home: Path, name: str) -> None:
    sources.keep_edition(coded(), "mine", note="from sheet.xlsx")
    # What a later release of the project does: the name was free when the person took it.
    (folder(home) / "mine").rename(folder(home) / name)
    rewrite(folder(home) / name, edition=name)
    with pytest.raises(ParameterError, match=f"'project:{name}' or 'own:{name}'"):
        sources.effects(name)
    assert (len(sources.effects(f"own:{name}")), len(sources.effects(f"project:{name}"))) == (3, 318)
    assert len(sources.effects()) == 318
    listed = sources.editions().set_index("edition")
    own, ours = listed.loc[f"own:{name}"], listed.loc[f"project:{name}"]
    assert (own["kind"], own["n_estimates"], ours["n_estimates"]) == ("own", 3, 318)
    assert own["note"].startswith(f"The project has another edition {name}; this one is own:{name}.")
    assert own["sha256"] == sha256((folder(home) / name / "effects.csv").read_bytes())
    # Every name in the list can be asked for.
    assert [len(sources.effects(n)) for n in listed.index] == listed["n_estimates"].tolist()


def test_whose_edition_it_is_may_always_be_said(home: Path) -> None:
    sources.keep_edition(coded(), "mine")
    assert len(sources.effects("own:mine")) == 3
    assert len(sources.effects("project:2026-1.1")) == 318
    for name in ("own:2026-2", "project:mine", "own:", "own:own:mine", "project:own:mine"):
        with pytest.raises(ParameterError, match="there is no edition"):
            sources.effects(name)


def test_the_same_effects_kept_at_the_same_moment_are_no_conflict(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.keep_edition(coded(), "ours")
    names, calls = own_editions.names, list[int]()

    def late() -> list[str]:
        """The other writer comes between the look and the writing."""
        calls.append(1)
        return [] if len(calls) == 1 else names()

    monkeypatch.setattr(own_editions, "names", late)
    assert sources.keep_edition(coded(), "ours").startswith("Kept 3")
    calls.clear()
    with pytest.raises(DataError, match="kept as 'ours'"):
        sources.keep_edition(coded(se=1.2), "ours")


def test_a_lone_carriage_return_is_no_row(home: Path) -> None:
    sources.keep_edition(coded(source=["one\rtwo", "a\r\nb", "c\nd"]), "ours")
    assert sources.effects("ours")["source"].tolist() == ["one\ntwo", "a\r\nb", "c\nd"]
