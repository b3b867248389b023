"""What a step inherits: data, label, overrides."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit.evaluation.protocol.continuing import continued, overridden_first
from almpo_kit.evaluation.protocol.steps import Step, go_on
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

STOPPED = Step(
    question="?",
    sentence="Stop.",
    table=pd.DataFrame(),
    checks=(Check("clusters", "failed", "There are 3 clusters."),),
    stops=("clusters",),
    provenance=Provenance(data=(DataVersion("made_up", "1", kind="synthetic"),), method="a", synthetic=True),
)


def test_data_and_label_are_carried_on() -> None:
    found = continued(STOPPED, method="b", options={"folds": 5}, seed=3)
    assert found.data == STOPPED.provenance.data
    assert found.synthetic
    assert (found.method, found.seed, dict(found.options)) == ("b", 3, {"folds": 5})


def test_a_stop_is_gone_past_with_a_reason_only_and_the_reason_stays() -> None:
    with pytest.raises(DesignError, match="There are 3 clusters"):
        go_on(STOPPED, "design")
    with pytest.raises(ParameterError, match="no reason"):
        go_on(STOPPED, "design", "because")
    overrides = go_on(STOPPED, "design", "shown to students, never used")
    options = continued(STOPPED, method="b", overrides=overrides).options
    assert options["overrides"][0]["reason"] == "shown to students, never used"
    checks = overridden_first(overrides, (Check("x", "passed", "Fine."),))
    assert [c.name for c in checks] == ["overridden_design", "x"]
    assert "shown to students" in checks[0].sentence
