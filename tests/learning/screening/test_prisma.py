"""Records from finding them to including them: every step adds up, contradictions are refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import learning
from almpo_kit.vocabulary.errors import FrameError, ParameterError

from .invented_reviews import invented, labelled


def counts(flow: learning.PrismaFlow) -> dict[str, int]:
    return {k: int(v) for k, v in flow.metrics().items()}


def test_worked_by_hand() -> None:
    documents, relevant = invented(10, 5)
    yes, no = np.flatnonzero(relevant), np.flatnonzero(~relevant)
    names = documents["document_id"].to_numpy()
    labels = labelled(documents, relevant, [*yes, *no[:3]])
    # The last irrelevant record repeats the first one, which was read.
    groups = pd.Series(names, index=names)
    groups[names[no[4]]] = names[no[0]]
    flow = learning.prisma(
        documents,
        labels,
        duplicates=groups,
        identified={"OpenAlex": 9, "by hand": 4},
        finished=True,
        not_retrieved=[names[yes[0]]],
        full_text={
            names[yes[1]]: "no comparison group",
            names[yes[2]]: "",
            names[yes[3]]: "",
            names[yes[4]]: None,
        },
        studies=pd.Series({names[yes[2]]: "A", names[yes[3]]: "A", names[yes[4]]: "B"}),
    )
    assert counts(flow) == {
        "identified": 13,
        "duplicate": 4,
        "left unread": 1,
        "not screened yet": 0,
        "screened": 8,
        "experts disagree": 0,
        "excluded": 3,
        "sought": 5,
        "not retrieved": 1,
        "assessed": 4,
        "not assessed yet": 0,
        "excluded with reason": 1,
        "included": 3,
        "studies": 2,
    }
    told = flow.table.set_index("of")["n"]
    assert (told["OpenAlex"], told["by hand"], told["no comparison group"]) == (9, 4, 1)
    assert flow.complete and not flow.failed
    assert flow.sentence.startswith(
        "SYNTHETIC data. 13 records identified, 4 removed as duplicates, 1 left unread"
    )
    assert flow.records.set_index("document_id").loc[names[no[4]], "step"] == "duplicate"


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40), st.booleans())
def test_every_step_adds_up(seed: int, n: int, finished: bool) -> None:
    rng = np.random.default_rng(seed)
    documents, relevant = invented(n, int(rng.integers(0, n + 1)), seed=seed)
    names = documents["document_id"].to_numpy()
    labels = labelled(documents, relevant, rng.permutation(n)[: rng.integers(0, n + 1)])
    second = labelled(documents, relevant ^ (rng.random(n) < 0.3), rng.permutation(n)[:5], coder="coder B")
    both = pd.concat([labels, second.assign(label_id=second["label_id"] + 1000)])
    groups = pd.Series(rng.integers(0, n, n).astype(str), index=names)
    flow = learning.prisma(documents, both, duplicates=groups, finished=finished)
    ready = flow.records.loc[flow.records["step"] == "not assessed yet", "document_id"].tolist()
    text = {name: str(rng.choice(["", "wrong population"])) for name in ready[::2]}
    flow = learning.prisma(
        documents, both, duplicates=groups, finished=finished, full_text=text, not_retrieved=ready[1::2][:3]
    )
    c = counts(flow)
    assert {k.name: k.status for k in flow.checks}["adds up"] == "passed"
    assert c["identified"] == n == len(flow.records)
    assert c["identified"] == c["duplicate"] + c["left unread"] + c["not screened yet"] + c["screened"]
    assert n - c["duplicate"] == groups.nunique()
    assert c["included"] == sum(v == "" for v in text.values())
    assert flow.complete == (c["not screened yet"] + c["experts disagree"] + c["not assessed yet"] == 0)
    assert flow.complete or "complete" in {k.name for k in flow.failed}


def test_contradictions_are_refused() -> None:
    documents, relevant = invented(12, 6)
    names = documents["document_id"].to_numpy()
    yes, no = names[relevant], names[~relevant]
    labels = labelled(documents, relevant, range(12))
    twin = pd.Series([*names[:-1], "x"], index=names)
    twin[yes[1]] = twin[yes[0]]
    for wrong, error, words in [
        ({"full_text": {no[0]: "late"}}, FrameError, "not found relevant"),
        ({"full_text": {"nowhere": ""}}, FrameError, "not among"),
        ({"not_retrieved": [no[0]]}, FrameError, "not found relevant"),
        ({"not_retrieved": [yes[0]], "full_text": {yes[0]: ""}}, FrameError, "choose one"),
        ({"full_text": {yes[1]: ""}, "duplicates": twin}, FrameError, "duplicate"),
        ({"full_text": pd.DataFrame({"document_id": [yes[0]] * 2, "reason": ""})}, FrameError, "twice"),
        ({"full_text": pd.DataFrame({"document_id": [yes[0]]})}, FrameError, "reason"),
        ({"identified": {"OpenAlex": 3}}, ParameterError, "12 documents"),
    ]:
        with pytest.raises(error, match=words):
            learning.prisma(documents, labels, **wrong)


def test_twins_judged_differently_are_told() -> None:
    documents, relevant = invented(8, 4)
    names = documents["document_id"].to_numpy()
    pair = [np.flatnonzero(relevant)[0], np.flatnonzero(~relevant)[0]]
    groups = pd.Series(names, index=names)
    groups[names[pair[1]]] = names[pair[0]]
    flow = learning.prisma(documents, labelled(documents, relevant, range(8)), duplicates=groups)
    assert "1 publication" in {c.name: c.sentence for c in flow.failed}["twins"]


def test_without_labels_everything_is_waiting() -> None:
    documents, _ = invented(5, 2)
    flow = learning.prisma(documents.drop(columns=["origin", "source"]))
    assert counts(flow)["not screened yet"] == 5 and not flow.complete
    assert flow.sentence.endswith("Still to do: 5 not screened yet.")
