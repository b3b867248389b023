"""Invented papers survive being a PDF: what is read from the file is what was written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from almpo_kit.learning.numbers.read_estimates import read_estimates
from almpo_kit.sources.synthetic.invented_documents import synthetic_documents
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS
from tests.sources.synthetic.papers import write_papers


@pytest.mark.slow
def test_numbers_survive_a_pdf(tmp_path: Path) -> None:
    from almpo_kit.sources.documents.read_document import read_document

    invented = synthetic_documents(6, seed=8, relevant_share=1, full_text_share=0.5)
    found, wanted = 0, 0
    for path, row in zip(write_papers(tmp_path, invented, 6), invented.documents.itertuples(), strict=True):
        document = read_document(path)
        assert "SYNTHETIC" in str(document.text)
        frame = pd.DataFrame([{c: getattr(document, c) for c in DOCUMENT_COLUMNS}])
        read = read_estimates(frame, document.passages).table
        truth = invented.estimates[
            (invented.estimates["document_id"] == row.document_id) & (invented.estimates["start"] >= 0)
        ]
        wanted += len(truth)
        found += sum(any(abs(e - r) <= 1e-3 + 1e-3 * abs(e) for r in read["effect"]) for e in truth["effect"])
    assert found >= 0.9 * wanted > 5
