"""Small frames with known content for the evidence tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

PINS = Path(__file__).parents[1] / "reference" / "evidence_pins.json"


@pytest.fixture(scope="session")
def pins() -> dict[str, Any]:
    """What metafor and clubSandwich found (tests/reference/evidence_pins.R)."""
    return json.loads(PINS.read_text())


@pytest.fixture
def bare() -> Callable[..., pd.DataFrame]:
    """A frame with nothing but effect, se and study_id."""

    def make(y: Any, v: Any, study: Any = None) -> pd.DataFrame:
        study = range(len(y)) if study is None else study
        return pd.DataFrame({"effect": np.asarray(y, float), "se": np.sqrt(v), "study_id": list(study)})

    return make


@pytest.fixture
def coded() -> Callable[..., pd.DataFrame]:
    """An ``effects`` frame of training on employment; columns can be overridden by keyword."""

    def make(n: int = 6, per_sample: int = 1, **columns: Any) -> pd.DataFrame:
        rng = np.random.default_rng(3)
        k = n * per_sample
        sample = np.repeat([f"s{i}" for i in range(n)], per_sample)
        frame = pd.DataFrame(
            {
                "estimate_id": [f"{s}-{i}" for i, s in enumerate(sample)],
                "study_id": sample,
                "sample_id": sample,
                "programme_type": "training",
                "target_group": "all",
                "comparator": "no_programme",
                "country": np.resize(["DE", "FR", "AT"], k),
                "outcome": "employment_probability",
                "unit": "percentage_points",
                "horizon_months": 18.0,
                "horizon_from": "start",
                "effect": 5 + rng.normal(0, 0.5, k),
                "se": rng.uniform(0.8, 1.2, k),
                "se_source": "reported",
                "significance": "positive",
                "includes_subsidised_job": "excluded",
                "design": "rct",
                "start_year": 2001.0,
                "end_year": 2005.0,
                "source": "test",
            }
        )
        return frame.assign(**columns)

    return make
