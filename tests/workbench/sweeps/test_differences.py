from __future__ import annotations

import json
import math
from pathlib import Path

from almpo_kit.workbench.sweeps.differences import since


def manifest(folder: Path, **content: object) -> Path:
    path = folder / "manifest.json"
    path.write_text(json.dumps({"parameters": {"country": "EL", "year": None}, "made_at": "then", **content}))
    return path


VALUES = {"country": "EL", "year": None}


def test_numbers_that_moved_also_within_sentences(tmp_path: Path) -> None:
    before = manifest(
        tmp_path,
        metrics={"a.value": 1.5, "a.low": 0.1, "gone": 3.0, "same": math.nan},
        sentences={"a": "From 5.1% (EL43) to 15.3%.", "b": "It rose to 1,240 euros.", "c": "As it was: 3."},
    )
    found = since(
        before,
        VALUES,
        {
            "metrics": {"a.value": 1.75, "a.low": 0.1 + 1e-16, "new": 2.0, "same": math.nan},
            "sentences": {
                "a": "From 5.1% (EL43) to 15.9%.",
                "b": "It fell to 1,240 euros.",
                "c": "As it was: 3.",
            },
        },
    )
    assert found is not None
    assert found["numbers"] == {
        "a.value": [1.5, 1.75],
        "new": [None, 2.0],
        "gone": [3.0, None],
        "a, number 1 that moved in the sentence": ["15.3", "15.9"],
    }
    assert found["sentences"] == {"b": ["It rose to 1,240 euros.", "It fell to 1,240 euros."]}
    assert found["before"] == "then"


def test_nothing_to_compare_with(tmp_path: Path) -> None:
    record = {"metrics": {"a": 1.0}, "sentences": {}}
    assert since(tmp_path / "manifest.json", VALUES, record) is None
    (tmp_path / "manifest.json").write_text("{")
    assert since(tmp_path / "manifest.json", VALUES, record) is None
    other = manifest(tmp_path, metrics={"a": 2.0}, sentences={})
    assert since(other, {"country": "IT", "year": None}, record) is None
    assert since(other, VALUES, record) is not None
