"""The co-design report through the command, and one of a consultation that there is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_pages import clean, made

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.codesign_cases import CodesignCase


@pytest.mark.usefixtures("own_store")
def test_the_report(tmp_path: Path) -> None:
    text, numbers, html = made("codesign", tmp_path, "-p", "evidence=example")
    assert text.count("SYNTHETIC") > 20 and clean(text) and html.count("<svg") >= 8
    # What the invented panel holds is found: agreement on the first statement, two camps on another.
    assert numbers["delphi.two_camps"] == 1 and numbers["opinions.groups"] == 2
    assert numbers["delphi.consensus_to_agree"] >= 1 and "consensus to agree" in text
    # The camps share one leaning: months in work count most, and four weights are all there is.
    weights = {
        k: v
        for k, v in numbers.items()
        if k.startswith("goals.weight_") and not k.endswith(("_low", "_high"))
    }
    assert (
        max(weights, key=weights.__getitem__) == "goals.weight_months"
        and abs(sum(weights.values()) - 1) < 1e-6
    )
    # Whose weights the mix was chosen by stands beside it.
    assert "Weights as given by SYNTHETIC panel of consultation" in text
    assert "It was not drawn as a sample" in text and "are never averaged into it" in text
    # Nobody's favourites are overruled: nearly everybody has something funded that she voted for.
    assert numbers["vote.share_nothing"] < 0.1 and numbers["vote.spent"] <= 2e6


def test_a_consultation_that_there_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMPO_RECORDS", str(tmp_path / "records.db"))
    with pytest.raises(ParameterError, match="none was kept yet"):
        CodesignCase("Harbours")
    with pytest.raises(ParameterError, match="published, example"):
        CodesignCase("", evidence="hearsay")
