"""What is missing in thin evidence is counted, told first, and with the ways out."""

from __future__ import annotations

import pandas as pd

from almpo_kit import sources
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.workbench.evidence_for_advice import asked_rows, comparable
from almpo_kit.workbench.evidence_held import evidence_checks
from almpo_kit.workbench.strategies import _risks


def test_what_cannot_be_averaged_is_counted_and_told_with_ways_out() -> None:
    effects = sources.effects()
    held, ways = evidence_checks(effects, "medium", enough=False)
    assert held.status == ways.status == "failed"
    every, usable = len(asked_rows(effects, "medium")), len(comparable(effects, "medium"))
    assert usable < every, "an edition in which all can be averaged needs another example"
    assert f"{every} estimates" in held.sentence and f"{usable} can be averaged" in held.sentence
    assert "no standard error" in held.sentence and "run a trial" in ways.sentence
    empty, _ = evidence_checks(effects.iloc[:0], "long")
    assert "0 estimates" in empty.sentence and empty.status == "informational"


def test_risks_that_studies_show_are_named() -> None:
    table = pd.DataFrame({"risk": ["lock-in", "deadweight"], "level": ["shown in studies", "possible"]})
    advice = Finding(question="", sentence="", table=table, provenance=Provenance(method="a test"))
    assert "happening: lock-in." in _risks(advice).sentence
    assert (
        "No study here"
        in _risks(Finding(question="", sentence="", table=table[1:], provenance=advice.provenance)).sentence
    )
