"""Risk of bias: the published overall rules, two coders and how far they agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from almpo_kit import evidence, sources
from almpo_kit.evidence.kernels.agreement import weighted_kappa
from almpo_kit.vocabulary.appraisal import INSTRUMENTS, overall
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.frames import check


def judged(study, coder, instrument="rob2", **change):
    usual = dict.fromkeys(INSTRUMENTS[instrument].domains, "low") | change
    rows = [(study, instrument, coder, d, j) for d, j in usual.items()]
    return pd.DataFrame(rows, columns=["study_id", "instrument", "coder", "domain", "judgement"])


@pytest.mark.parametrize(
    ("instrument", "judgements", "expected"),
    [
        ("rob2", ["low"] * 5, "low"),
        ("rob2", ["low"] * 4 + ["some_concerns"], "some_concerns"),
        ("rob2", ["some_concerns"] * 5, "some_concerns"),
        ("rob2", ["low"] * 4 + ["high"], "high"),
        ("rob2", ["some_concerns"] * 4 + ["high"], "high"),
        ("rob2", ["low"] * 4 + ["no_information"], "some_concerns"),
        ("rob2", ["high"] + ["no_information"] * 4, "high"),
        ("rob2", ["no_information"] * 5, "no_information"),
        ("robins_i", ["low"] * 7, "low"),
        ("robins_i", ["low"] * 6 + ["moderate"], "moderate"),
        ("robins_i", ["moderate"] * 6 + ["serious"], "serious"),
        ("robins_i", ["serious"] * 6 + ["critical"], "critical"),
        ("robins_i", ["moderate"] * 6 + ["no_information"], "no_information"),
        ("robins_i", ["serious"] + ["no_information"] * 6, "serious"),
    ],
)
def test_the_published_overall_rules(instrument, judgements, expected):
    assert overall(instrument, judgements) == expected
    assert overall(instrument, judgements[::-1]) == expected


def test_the_instruments_have_their_published_domains_and_judgements():
    rob2, robins = INSTRUMENTS["rob2"], INSTRUMENTS["robins_i"]
    assert (len(rob2.domains), len(robins.domains)) == (5, 7)
    assert rob2.scale == ("low", "some_concerns", "high")
    assert robins.scale == ("low", "moderate", "serious", "critical")


def test_the_more_severe_judgement_stands():
    table = pd.concat(
        [
            judged("a", "one"),
            judged("a", "two", missing_outcome_data="high"),
            judged("b", "one", "robins_i", confounding="no_information"),
            judged("b", "two", "robins_i", confounding="moderate"),
        ]
    )
    found = evidence.risk_of_bias(table)
    rows = found.table.set_index("study_id")
    assert rows["overall"].to_dict() == {"a": "high", "b": "no_information"}
    assert rows.loc["a", "worst_domains"] == "missing outcome data"
    assert rows["n_disagreed"].to_dict() == {"a": 1, "b": 1}
    assert rows["n_no_information"].to_dict() == {"a": 0, "b": 1}
    assert found.domains["agreed"].sum() == 10
    assert found.sentence == (
        "Risk of bias of 2 studies. RoB 2, 1 study: 1 high; ROBINS-I, 1 study: 1 without the information to "
        "judge."
    )


def test_order_of_rows_and_coders_does_not_matter():
    table = sources.risk_of_bias()
    one = evidence.risk_of_bias(table)
    other = evidence.risk_of_bias(table.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(
        one.table.sort_values("study_id", ignore_index=True).drop(columns="worst_domains"),
        other.table.sort_values("study_id", ignore_index=True).drop(columns="worst_domains"),
    )
    assert one.agreement["weighted_kappa"].to_list() == pytest.approx(
        other.agreement.set_index("instrument").loc[one.agreement["instrument"], "weighted_kappa"].to_list()
    )


@pytest.mark.parametrize("seed", range(5))
def test_weighted_kappa_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 4, 60)
    second = np.clip(first + rng.integers(-1, 2, 60), 0, 3)
    theirs = cohen_kappa_score(first, second, weights="linear", labels=range(4))
    assert weighted_kappa(first, second, 4) == pytest.approx(theirs, rel=1e-12)
    assert weighted_kappa(first, first, 4) == pytest.approx(1)
    assert weighted_kappa(first, second, 4) == pytest.approx(weighted_kappa(second, first, 4))


def test_kappa_says_nothing_where_chance_agrees_fully():
    assert np.isnan(weighted_kappa(np.zeros(5, int), np.zeros(5, int), 3))
    assert np.isnan(weighted_kappa(np.zeros(0, int), np.zeros(0, int), 3))


def test_agreement_of_a_known_table():
    """Of ten domains nine alike; eight that both judged: three low, three high, one low against some."""
    one = pd.concat(
        [judged("a", "x"), judged("b", "x", **dict.fromkeys(INSTRUMENTS["rob2"].domains, "high"))]
    )
    two = one.assign(coder="y")
    two.iloc[0, 4] = "some_concerns"
    both = pd.concat([one, two], ignore_index=True)
    both.loc[both["domain"].eq("missing_outcome_data"), "judgement"] = "no_information"
    (row,) = evidence.risk_of_bias(both).agreement.to_dict("records")
    assert (row["n"], row["percent"], row["n_informed"]) == (10, pytest.approx(90), 8)
    assert row["kappa_informed"] == pytest.approx(1)
    # Observed distance 1/8; expected from the margins (4, 0, 4) and (3, 1, 4): (4*1 + 4*8 + 12*2 + ...)/64.
    expected = (4 * 1 * 1 + 4 * 4 * 2 + 4 * 3 * 2 + 4 * 1 * 1) / 64
    assert row["weighted_kappa"] == pytest.approx(1 - (1 / 8) / expected)


def test_one_coder_and_people(coded):
    found = evidence.risk_of_bias(judged("a", "Ada"))
    status = {c.name: c.status for c in found.checks}
    assert (status["double coding"], status["coders"]) == ("failed", "passed")
    assert found.agreement.empty and np.isnan(found.metrics()["agreement_percent"])
    assert "machine" not in found.sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.iloc[1:], "needs each domain of RoB 2 once for a by one"),
        (lambda t: pd.concat([t, t.head(1)]), "needs each domain"),
        (lambda t: t.assign(judgement="grave"), "does not know the judgement 'grave'"),
        (lambda t: t.assign(judgement="serious"), "RoB 2 has low, no_information, some_concerns, high"),
        (lambda t: t.assign(instrument="jadad"), "choose one of rob2, robins_i"),
        (lambda t: pd.concat([t, judged("a", "two", "robins_i")]), "several instruments for a"),
        (lambda t: t.drop(columns="coder"), "needs the column"),
    ],
)
def test_a_table_that_is_not_whole_is_refused(change, words):
    with pytest.raises(DesignError, match=words):
        evidence.risk_of_bias(change(judged("a", "one")))


def test_our_own_appraisals_are_whole_double_coded_and_say_that_they_are_machines():
    table, studies = check(sources.risk_of_bias(), "appraisals"), sources.studies()
    assert set(table["study_id"]) == set(studies["study_id"])
    assert sorted(table["coder"].unique()) == ["machine_a", "machine_b"]
    assert table["basis"].str.len().min() > 20
    design = sources.effects().groupby("study_id")["design"].agg(lambda d: d.eq("rct").any())
    trial = table.groupby("study_id")["instrument"].first().eq("rob2")
    assert trial.equals(design.reindex(trial.index))
    found = evidence.risk_of_bias(table)
    assert found.table["n_coders"].eq(2).all()
    assert "Coded by machine from records and not from the papers" in found.sentence
    assert {"coders", "no information"} == {c.name for c in found.failed}
    # Nothing is at low risk on the strength of an abstract.
    assert not found.table["overall"].eq("low").any()
    assert found.provenance.data[0].dataset == "risk_of_bias"


@pytest.mark.parametrize("blank", [None, np.nan, " "])
def test_a_judgement_of_no_known_study_is_refused(blank):
    frame = judged("s1", "one")
    frame["study_id"] = frame["study_id"].astype(object)
    frame.loc[0, "study_id"] = blank
    with pytest.raises(DesignError, match="1 judgement of no known study"):
        evidence.risk_of_bias(frame)
