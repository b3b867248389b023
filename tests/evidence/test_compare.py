"""Two editions compared: what is known to have moved is found, and nothing else; and why."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.evidence import EditionDiff, answer, compare, profile
from almpo_kit.evidence.comparison.conclusions import ALL, Cell, conclude, read
from almpo_kit.evidence.tally import favour, tally
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.horizons import BAND_LABELS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import DataVersion, stamp

Coded = Callable[..., pd.DataFrame]
DATA = Path(__file__).parents[2] / "data"


def cells(d: EditionDiff) -> dict[tuple[str, str], tuple[str, ...]]:
    """(unit, band) -> kinds of every moved conclusion."""
    return {(r.unit, r.band): tuple(r.kinds.split("; ")) for r in d.table.itertuples()}


def edited(frame: pd.DataFrame, row: int, **cell: Any) -> pd.DataFrame:
    """A copy with other cells in one row."""
    out = frame.copy()
    for column, value in cell.items():
        out.loc[out.index[row], column] = value
    return out


def test_the_sample_that_lifts_a_cell_over_the_minimum(coded: Coded) -> None:
    frame = coded(6, se=1.0, citation="Doe J. (2011) A title that is long")
    d = compare(frame.iloc[:4], frame.iloc[:5], names=("old", "new"))
    assert (d.n_conclusions, d.n_moved) == (1, 1)
    row = d.table.iloc[0]
    assert row["kinds"] == "refusal to number; tally; samples"
    truth = answer(frame.iloc[:5], question="")
    assert row["mean_after"] == pytest.approx(truth.pooled.mean, rel=1e-12)
    assert row["certainty_after"] == truth.certainty
    assert np.isnan(row["mean_before"]) and np.isnan(row["shift"])
    assert row["before"] == (
        "too little to say: 4 independent samples can enter an average; at least 5 are needed"
    )
    assert row["because"] == "added: s4-4 [Doe J. (2011)]"
    assert d.causes[["estimate_id", "what"]].to_numpy().tolist() == [["s4-4", "added"]]
    assert d.added == ("s4-4",) and d.studies_added == ("s4",) and d.removed == d.changed == ()
    assert d.sentence.startswith(
        "1 of 1 conclusion moved from old to new: training, the chance of being in work 1 to 2 years after "
        "entry, in percentage points, now has a number"
    )
    assert d.sentence.endswith("In the data: 1 estimate added and 1 study added.")


def test_a_corrected_sign_changes_the_direction_by_a_known_amount(coded: Coded) -> None:
    before = coded(6)
    after = edited(before, 0, effect=-before["effect"].iloc[0])
    d = compare(before, after)
    row = d.table.iloc[0]
    assert row["kinds"].startswith("clear of zero; mean")
    assert "is no longer clearly above zero (before" in d.sentence
    old, new = (answer(f, question="").pooled for f in (before, after))
    assert old.low > 0 > new.low
    assert row["shift"] == pytest.approx((new.mean - old.mean) / ((old.high - old.low) / 2), rel=1e-9)
    assert row["shift"] < -1
    assert d.causes["what"].tolist() == ["changed effect"]
    assert float(d.causes["before"].iloc[0]) == pytest.approx(-float(d.causes["after"].iloc[0]))
    # What is stated as favourable stays so: the sign of the number is not the favour of the study.
    assert "tally" not in row["kinds"]


def test_a_merged_sample_costs_independence_but_no_estimate(coded: Coded) -> None:
    before = coded(5, se=1.0)
    d = compare(before, edited(before, 1, sample_id="s0"))
    row = d.table.iloc[0]
    assert row["kinds"] == "number to refusal; samples"
    assert (row["n_samples_before"], row["n_samples_after"]) == (5, 4)
    assert (row["n_estimates_before"], row["n_estimates_after"]) == (5, 5)
    assert d.causes[["estimate_id", "what", "before", "after"]].to_numpy().tolist() == [
        ["s1-1", "changed sample_id", "s1", "s0"]
    ]
    assert d.changed == ("s1-1",) and d.studies_removed == ()


def test_a_changed_unit_moves_two_cells(coded: Coded) -> None:
    before = coded(6, se=1.0)
    d = compare(before, edited(before, 2, unit="percent"))
    moved = cells(d)
    assert set(moved) == {("percentage_points", "medium"), ("percent", "medium")}
    assert moved["percentage_points", "medium"][0] == "mean"
    assert moved["percent", "medium"] == ("tally", "samples")
    gained = d.table.set_index("unit").loc["percent"]
    assert (gained["before"], gained["after"]) == ("no estimate", "1 estimate: 1 favourable")
    assert set(d.causes["what"]) == {"changed unit"}
    assert d.n_conclusions == 2


def test_a_changed_horizon_moves_an_estimate_between_bands(coded: Coded) -> None:
    before = pd.concat(
        [coded(6), coded(2, horizon_months=30.0).assign(estimate_id=["l0", "l1"], sample_id=["l0", "l1"])]
    )
    d = compare(before, edited(before.reset_index(drop=True), 0, horizon_months=36.0))
    # All horizons together hold what they held.
    assert set(cells(d)) == {("percentage_points", "medium"), ("percentage_points", "long")}
    assert d.n_conclusions == 3
    assert set(d.causes["what"]) == {"changed horizon_months"}
    # Within its band a horizon may be corrected without moving anything.
    d = compare(before, edited(before.reset_index(drop=True), 0, horizon_months=19.0))
    assert d.n_moved == 0 and d.changed == ("s0-0",)


def test_certainty_alone(coded: Coded) -> None:
    before = coded(6)
    d = compare(before, before.assign(design="matching"))
    assert d.table["kinds"].tolist() == ["certainty"]
    assert (d.table["certainty_before"][0], d.table["certainty_after"][0]) == ("moderate", "low")
    assert len(d.causes) == 6


def test_a_tally_alone(coded: Coded) -> None:
    before = coded(6)
    d = compare(before, edited(before, 3, significance="none"))
    row = d.table.iloc[0]
    assert row["kinds"] == "tally"
    assert (row["before"], row["after"]) == (
        "6 estimates: 6 favourable",
        "6 estimates: 5 favourable, 1 not significant",
    )
    assert d.causes["what"].tolist() == ["changed significance"]


def test_an_estimate_that_is_no_longer_eligible_says_why(coded: Coded) -> None:
    before = coded(5, se=1.0)
    d = compare(before, edited(before, 4, comparator="other_programme"))
    assert d.table["kind"].tolist() == ["number to refusal"]
    told = d.causes[d.causes["what"] == "no longer eligible"].iloc[0]
    assert (told["before"], told["after"]) == ("can enter an average", "not compared with no programme")


def test_whose_effect_it_is_may_move_although_the_number_does_not(coded: Coded) -> None:
    before = coded(6).assign(estimand="itt")
    d = compare(before, before.assign(estimand="att"))
    assert d.table["kinds"].tolist() == ["whose effect"]
    assert set(d.causes["what"]) == {"changed estimand"}
    # Said for the first time is no move.
    assert compare(coded(6), before).n_moved == 0


def test_another_estimand_takes_over(coded: Coded) -> None:
    """Five ITT and five ATT: one more ATT sample, and the average is of other people."""
    frame = coded(11, se=1.0).assign(estimand=["itt"] * 5 + ["att"] * 6)
    d = compare(frame.iloc[:10], frame)
    row = d.table.iloc[0]
    assert "mean" in row["kinds"] and "whose effect" in row["kinds"]
    lost = d.causes[d.causes["what"] == "no longer eligible"]
    assert lost["estimate_id"].tolist() == [f"s{i}-{i}" for i in range(5)]
    assert set(lost["after"]) == {"another estimand (ITT)"}


def test_a_note_moves_nothing_and_is_listed(coded: Coded) -> None:
    before = coded(6).assign(note="as printed")
    d = compare(before, edited(before, 0, note="corrected"))
    assert d.n_moved == 0 and d.causes.empty
    assert d.changes[["change", "estimate_id", "column", "before", "after"]].to_numpy().tolist() == [
        ["changed", "s0-0", "note", "as printed", "corrected"]
    ]
    assert d.sentence == "No conclusion moved from A to B; in the data: 1 estimate changed."


def test_an_edition_with_itself(coded: Coded) -> None:
    frame = coded(6)
    d = compare(frame, frame)
    assert d.n_moved == 0 and d.changes.empty and d.n_conclusions == 1
    assert d.sentence == "No conclusion moved from A to B; the data are the same."
    assert list(d.table) == list(compare(frame, frame.iloc[:4]).table)


def test_order_index_categories_and_numbers_as_text_are_no_change(coded: Coded) -> None:
    frame = coded(6, 2, note="x")
    other = frame.sample(frac=1, random_state=4).set_index(np.zeros(12, int))
    other = other.assign(
        effect=other["effect"].map(repr),
        design=other["design"].astype("category"),
        start_year=other["start_year"].astype("Int64"),
        note=other["note"] + " ",
        country=other["country"].astype("string"),
    )
    d = compare(frame, other)
    assert d.n_moved == 0 and d.changes.empty
    d = compare(frame, other[list(other)[::-1]])
    assert d.columns_added == d.columns_removed == () and d.n_moved == 0


def test_blank_is_blank_however_it_is_written(coded: Coded) -> None:
    frame = coded(6, nuts=None, start_year=np.nan)
    assert compare(frame, frame.assign(nuts="", start_year=pd.NA)).changes.empty


MIRROR = {"refusal to number": "number to refusal", "number to refusal": "refusal to number"}


@pytest.mark.parametrize("seed", range(3))
def test_backwards_is_the_mirror_and_profile_is_the_oracle(coded: Coded, seed: int) -> None:
    """Random edits: what moved is exactly what :func:`profile` says differently, whichever way round."""
    before, after = random_editions(coded, seed)
    there, back = compare(before, after), compare(after, before)
    assert (there.added, there.removed, there.changed) == (back.removed, back.added, back.changed)
    assert there.n_conclusions == back.n_conclusions
    mirrored = {c: tuple(MIRROR.get(k, k) for k in kinds) for c, kinds in keyed(back).items()}
    assert {c: set(k) for c, k in keyed(there).items()} == {c: set(k) for c, k in mirrored.items()}

    told = {c: k for c, k in keyed(there).items() if c[1] != ALL}
    old, new = (profile(f).table.set_index(["programme_type", "band"]) for f in (before, after))
    numbers, tallies = ["mean", "low", "high"], ["favourable", "not_significant", "unfavourable"]
    moved = 0
    for cell in itertools.product(PROGRAMME_TYPES, BAND_LABELS):
        a, b = old.loc[cell], new.loc[cell]
        kinds = told.get(cell, ())
        number = not np.allclose(*(x[numbers].astype(float) for x in (a, b)), rtol=1e-9, equal_nan=True)
        assert number == bool({"mean", *MIRROR} & set(kinds)), cell
        assert any(a[t] != b[t] for t in [*tallies, "not_stated"]) == ("tally" in kinds), cell
        counts = [(x["n_samples"], x["n_usable"]) for x in (a, b)]
        assert (counts[0] != counts[1]) == ("samples" in kinds), cell
        if a["mean"] == a["mean"] and b["mean"] == b["mean"]:
            assert (a["certainty"] != b["certainty"]) == ("certainty" in kinds), cell
        moved += bool(kinds)
    # Only the training half was edited.
    assert 0 < moved <= 4 and {kind for kind, _ in told} == {"training"}


def keyed(d: EditionDiff) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(r.programme_type, r.band): tuple(r.kinds.split("; ")) for r in d.table.itertuples()}


def random_editions(coded: Coded, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    parts = [
        coded(7, 2, programme_type=kind, horizon_months=float(months)).assign(
            estimand=lambda f: rng.choice(["itt", "att"], len(f), p=[0.8, 0.2]),
            effect=lambda f: f["effect"] + rng.normal(-4, 2, len(f)),
        )
        for kind in ("training", "services")
        for months in (6, 18)
    ]
    base = pd.concat(parts, ignore_index=True)
    base["sample_id"] = base["programme_type"] + base["sample_id"]
    base["estimate_id"] = [f"e{i}" for i in range(len(base))]
    training = base["programme_type"].eq("training").to_numpy()
    after = base.drop(index=rng.choice(np.flatnonzero(training), 3, replace=False)).reset_index(drop=True)
    for column, value in (("effect", -7.0), ("significance", "negative"), ("horizon_months", 40.0)):
        after.loc[rng.integers(len(after) // 2), column] = value
    after.loc[rng.integers(len(after) // 2), "se"] = np.nan
    return base.drop(index=rng.integers(len(base) // 2)), after.sample(frac=1, random_state=seed)


def test_a_column_that_only_one_edition_has_is_told_apart_from_new_evidence(coded: Coded) -> None:
    frame = coded(6)
    said = frame.assign(estimand=["itt"] * 3 + ["att"] * 3)
    d = compare(frame, said, names=("old", "new"))
    assert d.columns_added == ("estimand",)
    row = d.table.iloc[0]
    assert (row["kind"], row["by_column"]) == ("number to refusal", "estimand")
    assert row["because"].startswith("only new has the column estimand; no longer eligible")
    (schema,) = [c for c in d.checks if c.name == "schema"]
    assert "1 of the 1 moved conclusion moved by that alone" in schema.sentence
    assert d.changed == (), "a column that is new is no change of an estimate"
    # With a sample gone as well, it would have moved anyway.
    d = compare(frame, said.drop(index=5), names=("old", "new"))
    assert d.table["by_column"].tolist() == [""]
    # And the other way round the words follow the edition that has it.
    assert (
        compare(said, frame, names=("old", "new")).table["because"][0].startswith("only old has the column")
    )


def test_without_sample_id_the_study_is_the_sample(coded: Coded) -> None:
    frame = coded(5, se=1.0).assign(sample_id=["a", "a", "b", "c", "d"])
    d = compare(frame.drop(columns="sample_id"), frame)
    assert d.table["kind"].tolist() == ["number to refusal"]
    assert d.table["by_column"].tolist() == ["sample_id"]
    assert compare(frame.drop(columns="sample_id"), frame.drop(columns="study_id")).n_moved == 1


def test_bases_that_share_nothing_say_so(coded: Coded) -> None:
    frame = coded(6)
    d = compare(frame, frame.assign(estimate_id=[f"x{i}" for i in range(6)]))
    assert d.n_moved == 0, "the same evidence under other names says the same"
    assert [c.name for c in d.failed] == ["same evidence"]
    assert len(d.added) == len(d.removed) == 6


@pytest.mark.parametrize("which", [0, 1])
def test_an_empty_edition(coded: Coded, which: int) -> None:
    pair = [coded(6), coded(6)]
    pair[which] = pair[which].iloc[:0]
    d = compare(*pair)
    assert d.n_moved == d.n_conclusions == 1
    assert d.table["kind"].tolist() == [["refusal to number", "number to refusal"][which]]
    assert compare(coded(6).iloc[:0], coded(6).iloc[:0]).n_conclusions == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: f.assign(estimate_id="same"), "'same' more than once"),
        (lambda f: f.assign(estimate_id=[None, *f["estimate_id"][1:]]), "an empty estimate_id"),
        (lambda f: f.assign(estimate_id=["  ", *f["estimate_id"][1:]]), "an empty estimate_id"),
        (lambda f: f.drop(columns="estimate_id"), r"needs the column\(s\) estimate_id"),
        (lambda f: f.drop(columns=["horizon_months", "unit"]), r"needs the column\(s\) unit, horizon_months"),
        (lambda f: f.assign(effect="large"), "'large' is none"),
        (lambda f: pd.concat([f, f["se"]], axis=1), "more than once"),
        (lambda f: f.drop(columns=["sample_id", "study_id"]), "neither sample_id nor study_id"),
    ],
)
def test_hostile_tables_are_refused_in_words(
    coded: Coded, spoil: Callable[[pd.DataFrame], pd.DataFrame], said: str
) -> None:
    for pair in ((coded(6), spoil(coded(6))), (spoil(coded(6)), coded(6))):
        with pytest.raises(DesignError, match=said):
            compare(*pair)


@pytest.mark.parametrize("se", [0.0, -1.0, np.nan, np.inf, 1e-300])
def test_a_hostile_standard_error_makes_a_refusal_not_a_crash(coded: Coded, se: float) -> None:
    before = coded(6, se=1.0)
    d = compare(before, edited(before, 0, se=se))
    assert d.table["kind"].tolist() == ["number to refusal" if se == 1e-300 else "mean"]
    assert "changed se" in set(d.causes["what"])


def test_hostile_words_and_arguments(coded: Coded) -> None:
    frame = coded(6)
    odd = frame.assign(programme_type=["x" * 9] * 3 + [None] * 3, unit="bananas", outcome=None)
    assert compare(frame, odd).n_moved == 3
    for level in (0, 1, 95):
        with pytest.raises(ParameterError):
            compare(frame, frame, level=level)
    with pytest.raises(ParameterError, match="names are two"):
        compare(frame, frame, names=("a",))  # type: ignore[arg-type]


def test_what_is_synthetic_stays_so(coded: Coded) -> None:
    real = coded(6)
    made = stamp(coded(6), DataVersion("toy", "1", kind="synthetic"))
    assert compare(real, made).sentence.startswith("SYNTHETIC")
    assert compare(made, real).provenance.synthetic


def test_neither_table_is_touched(coded: Coded) -> None:
    before, after = coded(6), coded(7).sample(frac=1, random_state=1)
    copies = before.copy(), after.copy()
    compare(before, after)
    pd.testing.assert_frame_equal(before, copies[0])
    pd.testing.assert_frame_equal(after, copies[1])


def test_the_level_is_that_of_the_intervals(coded: Coded) -> None:
    wide, narrow = (compare(coded(6).iloc[:4], coded(6), level=level).table.iloc[0] for level in (0.99, 0.8))
    assert wide["low_after"] < narrow["low_after"] < narrow["high_after"] < wide["high_after"]
    assert wide["certainty_after"] == narrow["certainty_after"]


# --- our own base ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ours() -> EditionDiff:
    return compare(sources.effects("2026-1.1"), sources.effects("2026-2"), names=("2026-1.1", "2026-2"))


def test_what_2026_2_moved(ours: EditionDiff) -> None:
    """Counted by hand from the table: trials' ITT and the Job Corps' ATT no longer enter one average."""
    assert ours.sentence.startswith(
        "3 of 139 conclusions moved from 2026-1.1 to 2026-2: in 3 only the number"
    )
    assert ours.added == ours.removed == ours.changed == ours.studies_added == ours.studies_removed == ()
    assert ours.columns_added == ("estimand", "estimand_source", "take_up")
    table = ours.table.set_index("band")
    assert set(table["programme_type"] + table["outcome"] + table["unit"]) == {"trainingearningsusd_per_year"}
    assert set(table["kinds"]) == {"samples"} and set(table["by_column"]) == {"estimand"}
    counts = table[["n_samples_before", "n_samples_after", "n_usable_before", "n_usable_after"]]
    assert counts.T.to_dict("list") == {
        "short": [3, 3, 3, 2],
        "medium": [4, 4, 3, 2],
        "long": [4, 4, 3, 2],
    }
    assert set(ours.causes["estimate_id"]) == {f"schochet2018-{i:02d}" for i in range(1, 11)}
    assert set(ours.causes["after"]) == {"another estimand (ATT)"}
    assert table["mean_before"].isna().all() and table["mean_after"].isna().all()


def test_the_same_counted_without_our_code() -> None:
    """Plain pandas on the committed file: which cells hold eligible estimates of several estimands."""
    raw = pd.read_csv(DATA / "effects.csv")
    entry = raw["horizon_from"].isin(["start", "random_assignment"])
    band = pd.cut(
        raw["horizon_months"].where(entry), [-1, 12, 24, np.inf], labels=["short", "medium", "long"]
    )
    able = raw[
        raw["se"].gt(0)
        & raw["comparator"].eq("no_programme")
        & raw["includes_subsidised_job"].ne("included")
        & band.notna()
    ].assign(band=band)
    keys = ["programme_type", "outcome", "unit", "band"]
    fewer = {}
    for key, rows in able.groupby(keys, observed=True):
        most = rows.groupby("estimand")["sample_id"].nunique().max()
        if most < rows["sample_id"].nunique():
            fewer[key] = (int(rows["sample_id"].nunique()), int(most))
    where = ("training", "earnings", "usd_per_year")
    assert fewer == {(*where, b): (3, 2) for b in ("short", "medium", "long")}
    several = raw.assign(band=band.astype(object).fillna("none")).groupby(keys[:3])["band"].nunique()
    assert int(several.sum() + several.gt(1).sum()) == 139


def test_every_conclusion_is_what_profile_and_tally_say() -> None:
    frame = sources.effects()
    reading = read(frame, "compare")
    chosen = frame[frame["outcome"].eq("employment_probability") & frame["unit"].eq("percentage_points")]
    for row in profile(frame).table.to_dict("records"):
        cell = Cell(row["programme_type"], "employment_probability", "percentage_points", row["band"])
        said = conclude(reading, cell, 0.95)
        assert (said.n_estimates, said.n_samples, said.n_usable) == (
            row["n_estimates"],
            row["n_samples"],
            row["n_usable"],
        )
        assert said.pooled == (row["mean"] == row["mean"])
    for kind, rows in chosen.groupby("programme_type"):
        cell = Cell(str(kind), "employment_probability", "percentage_points", ALL)
        counts = tally(rows, favour(rows)["favour"]).set_index("direction")["estimates"]
        held = conclude(reading, cell, 0.95).favours
        assert {d: n for d, n in counts.items() if n} == dict(held)


def test_it_takes_less_than_two_seconds_of_work() -> None:
    """Our base with itself and an estimate in ten edited: every conclusion is asked."""
    before = sources.effects("2026-1.1")
    after = sources.effects()
    after.loc[after.index[::10], "effect"] *= -1
    start = time.process_time()
    found = compare(before, after)
    assert time.process_time() - start < 2
    assert len(found.changed) == len(after.index[::10])


# --- what is called a move, and what is called its cause -------------------------------------------------------


def test_only_a_reversal_is_called_a_change_of_direction(coded: Coded) -> None:
    clear = coded(8, effect=[3.0, 3.3, 2.7, 3.0, 3.3, 2.7, 3.0, 3.3], se=1.0, significance=None)
    wide, reversed_ = clear.assign(se=6.0), clear.assign(effect=-clear["effect"])
    said = [
        (clear, wide, "clear of zero", "is no longer clearly above zero"),
        (wide, clear, "clear of zero", "is now clearly above zero"),
        (reversed_, wide, "clear of zero", "is no longer clearly below zero"),
        (wide, reversed_, "clear of zero", "is now clearly below zero"),
        (clear, reversed_, "direction", "changed direction"),
    ]
    for before, after, kind, words in said:
        d = compare(before, after)
        assert d.table["kind"].tolist() == [kind]
        assert words in d.sentence
        assert ("changed direction" in d.sentence) == (kind == "direction")


def test_a_number_that_reads_the_same_is_not_called_another(coded: Coded) -> None:
    before = coded(8, se=1.0)
    after = edited(before, 0, se=1.003)
    d = compare(before, after)
    assert d.table["kinds"].tolist() == ["less than shown"]
    row = d.table.iloc[0]
    assert row["before"] != row["after"] and "certainty" not in row["before"]
    assert "another number" not in d.sentence
    assert "in 1 the number, by less than is shown" in d.sentence
    assert d.causes["what"].tolist() == ["changed se"]
    # A change that can be read is one.
    assert compare(before, edited(before, 0, se=3.0)).table["kind"].tolist() == ["mean"]


@pytest.mark.parametrize(
    ("edit", "idle"),
    [
        ({"se": 3.0}, {"country": "FR", "study_id": "zzz", "start_year": 1999.0, "significance": "positive"}),
        ({"effect": 9.0}, {"horizon_months": 19.0, "design": "rct", "comparator": "no_programme"}),
        ({"significance": "none"}, {"se": 1.0000001, "country": "FR"}),
        ({"sample_id": "s1"}, {"study_id": "other", "start_year": 1999.0}),
    ],
)
def test_a_cause_is_what_can_have_moved_it(coded: Coded, edit: dict[str, Any], idle: dict[str, Any]) -> None:
    before = coded(8, se=1.0, country="DE", start_year=2010.0, significance="positive")
    after = edited(before, 0, **edit, **idle)
    d = compare(before, after)
    assert d.n_moved == 1
    assert set(d.causes["what"]) == {f"changed {column}" for column in edit}


def test_the_value_of_an_estimate_that_no_average_takes_is_no_cause(coded: Coded) -> None:
    before = edited(coded(8, se=1.0, significance="positive"), 0, comparator="other_programme")
    after = edited(edited(before, 0, effect=50.0), 1, effect=9.0)
    d = compare(before, after)
    assert d.causes[["estimate_id", "what"]].to_numpy().tolist() == [["s1-1", "changed effect"]]
