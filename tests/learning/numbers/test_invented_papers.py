"""Numbers of invented papers (SYNTHETIC) are found where they were written, with unit, error, outcome and horizon."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit.learning.numbers.read_estimates import ESTIMATE_COLUMNS, read_estimates
from almpo_kit.sources.synthetic.invented_documents import SyntheticDocuments, synthetic_documents
from almpo_kit.vocabulary.documents import PROPOSAL_COLUMNS
from almpo_kit.vocabulary.provenance import is_synthetic
from tests.learning.numbers.scoring import as_frames


def beside_truth(invented: SyntheticDocuments) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Printed estimates beside what was read at their place; and what was proposed elsewhere."""
    relevant = invented.topics.index[invented.topics == "evaluation"]
    documents = invented.documents[invented.documents["document_id"].isin(relevant)]
    read = read_estimates(documents, invented.passages).table
    printed = invented.estimates[invented.estimates["start"] >= 0]
    both = printed.merge(read, on=["document_id", "start"], how="left", suffixes=("", "_read"))
    places = set(zip(printed["document_id"], printed["start"], strict=True))
    proposed = read[read["says"] == "proposed"]
    return both, proposed[
        [p not in places for p in zip(proposed["document_id"], proposed["start"], strict=True)]
    ]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_invented_numbers_are_read(language: str) -> None:
    invented = synthetic_documents(40, seed=5, relevant_share=1, full_text_share=0.2, languages=(language,))
    both, elsewhere = beside_truth(invented)
    right = ((both["effect"] - both["effect_read"]).abs() <= 1e-3 + 1e-3 * both["effect"].abs()) & (
        both["unit"] == both["unit_read"]
    )
    assert right.mean() >= 0.95
    assert not len(elsewhere)
    sure = both[both["says"] == "proposed"]
    assert len(sure) >= 0.6 * len(both)
    assert right[sure.index].all()
    assert (sure["outcome"] == sure["outcome_read"]).all()
    assert (sure["horizon_months"] == sure["horizon_months_read"]).all()
    known = sure[sure["se"].notna() & (sure["effect"].abs() > 0.5 * sure["se"])]
    assert ((known["se"] - known["se_read"]).abs() <= 0.1 * known["se"]).mean() >= 0.97
    assert (known["se_source"] == known["se_source_read"]).all()


def test_synthetic_is_never_lost() -> None:
    invented = synthetic_documents(20, seed=2, relevant_share=0.5)
    read = read_estimates(invented.documents, invented.passages)
    assert read.sentence.startswith("SYNTHETIC")
    assert read.provenance.synthetic
    assert is_synthetic(read.table)
    assert is_synthetic(read.proposals)
    assert read.table["source"].str.startswith("SYNTHETIC").all()
    assert tuple(read.table.columns) == ESTIMATE_COLUMNS
    assert tuple(read.proposals.columns) == PROPOSAL_COLUMNS
    texts = invented.documents.set_index("document_id")["text"].to_dict()
    for row in read.table.to_dict("records"):
        assert texts[row["document_id"]][row["start"] : row["end"]] == row["printed"]
        assert row["says"] != "proposed" or "contradict" not in str(row["why"])


def test_same_documents_same_estimates_in_any_order() -> None:
    invented = synthetic_documents(12, seed=3, relevant_share=0.6)
    calls: list[tuple[int, int]] = []
    forth = read_estimates(
        invented.documents, invented.passages, progress=lambda a, b: calls.append((a, b))
    ).table
    back = read_estimates(invented.documents[::-1], invented.passages[::-1]).table
    by = ["document_id", "item"]
    pd.testing.assert_frame_equal(
        forth.sort_values(by, ignore_index=True), back.sort_values(by, ignore_index=True)
    )
    assert calls[-1] == (12, 12)


def test_a_slipped_decimal_is_never_proposed() -> None:
    """The effect ten times as large as printed first, its interval as it was: the arithmetic tells."""
    invented = synthetic_documents(60, seed=9, relevant_share=1, full_text_share=0)
    texts = invented.documents.set_index("document_id")["text"].to_dict()
    shown = invented.estimates[invented.estimates["printed"] == "ci"]
    # A ratio times ten, and effects within half a standard error of zero, may still lie within their interval.
    shown = shown[(shown["effect"].abs() > 0.5 * shown["se"]) & (shown["unit"] != "log_hazard_ratio")]
    slipped, wrong = list[str](), list[float]()
    for row in shown.to_dict("records"):
        start, end, text = row["start"], row["end"], texts[row["document_id"]]
        slipped.append(f"{text[:start]}{10 * abs(row['effect']):.1f}{text[end:]}")
        wrong.append(10 * abs(row["effect"]))
    read = read_estimates(*as_frames(slipped, ["en"] * len(slipped))).table
    proposed = read[read["says"] == "proposed"]
    of_text = proposed["document_id"].str[1:].astype(int)
    hits = [abs(abs(e) - wrong[k]) < 0.06 for e, k in zip(proposed["effect"], of_text, strict=True)]
    assert len(slipped) > 10
    assert not any(hits), proposed.loc[hits, "sentence"].tolist()
    assert (read["why"].str.contains("contradict")).sum() >= 0.9 * len(slipped)
