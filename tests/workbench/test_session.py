from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit.vocabulary import DataVersion, Finding, Headline, Provenance
from almpo_kit.workbench.session import RECORD_VARIABLE, Session


def finding(kind: str) -> Finding:
    version = DataVersion("toy", "1", kind=kind)
    return Finding(
        question="q",
        sentence="Made up.",
        table=pd.DataFrame(),
        headline=Headline(2.0, 1.0, 3.0, "points", (-20, 20)),
        provenance=Provenance(data=(version,), method="m", synthetic=kind == "synthetic"),
    )


def test_one_seed_tree_whatever_the_order() -> None:
    first, second = Session("a", seed=7), Session("b", seed=7)
    drawn = {p: first.generator(p).random(3).tolist() for p in ("trim", "split")}
    assert {p: second.generator(p).random(3).tolist() for p in ("split", "trim")} == drawn
    assert drawn["trim"] != drawn["split"]
    assert Session("a", seed=8).generator("trim").random(3).tolist() != drawn["trim"]


@pytest.mark.parametrize("kind", ["synthetic", "reference"])
def test_a_record_keeps_numbers_data_and_the_synthetic_label(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(RECORD_VARIABLE, str(tmp_path / "record.json"))
    Session("a", {"country": "EL"}).record(answer=finding(kind))
    kept = json.loads((tmp_path / "record.json").read_text())
    assert kept["metrics"]["answer.value"] == 2.0
    assert kept["data"][0]["dataset"] == "toy"
    assert kept["synthetic"] is (kind == "synthetic")
    assert kept["sentences"]["answer"].startswith("SYNTHETIC") is (kind == "synthetic")
