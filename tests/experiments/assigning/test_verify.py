from __future__ import annotations

import io

import pandas as pd
import pytest

from almpo_kit.experiments.assigning.assign import assign
from almpo_kit.experiments.assigning.late import late
from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
from almpo_kit.experiments.assigning.verify import verify
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.trial_designs import TrialDesign

from .lists import DESIGNS, people

RULE = Rerandomisation(["age"], share_accepted=0.2)


@pytest.mark.parametrize("kind", DESIGNS)
def test_what_was_published_is_found_again(kind: str) -> None:
    design, columns = DESIGNS[kind]
    made = assign(people(), design, seed=8, **columns)
    shuffled = people().sample(frac=1, random_state=2)
    found = verify(made, shuffled)
    assert found.same and found.differ == 0 and not found.failed and found.sentence.startswith("SYNTHETIC")
    # From a file, in which numbers and nothing look otherwise, with what was published beside it.
    text = made.assignments.round({"chance": 6}).to_csv(index=False)
    table = pd.read_csv(io.StringIO(text))
    digests = {"list_digest": made.list_digest, "draw_digest": made.draw_digest}
    assert verify(table, shuffled, design, seed=8, **digests, **columns).same
    assert not verify(table, shuffled, design, seed=9, **digests, **columns).same


@pytest.mark.parametrize("kind", DESIGNS)
def test_a_unit_that_was_moved_is_found(kind: str) -> None:
    design, columns = DESIGNS[kind]
    made = assign(people(), design, seed=8, **columns)
    table = made.assignments.copy()
    if design.kind == "stepped_wedge":
        table.loc[5, "step"] = 1 + table.loc[5, "step"] % 4
    else:
        table.loc[5, "arm"] = next(a for a in design.arms if a != table.loc[5, "arm"])
    found = verify(table, people(), design, seed=8, list_digest=made.list_digest, **columns)
    assert not found.same and found.list_same
    assert found.differ == 1 and found.differing == ("p5",) and "p5" not in str(found.table) + found.sentence
    touched = verify(table, people(), design, seed=8, draw_digest=made.draw_digest, **columns)
    assert "digest of the draw" in {c.name for c in touched.failed}


def test_a_changed_list_is_told_apart_from_a_wrong_draw() -> None:
    design, columns = DESIGNS["blocked"]
    units = people()
    made = assign(units, design, seed=8, **columns)
    now = pd.concat([units.iloc[3:], people(2, first=900)], ignore_index=True)
    now.loc[0, "office"] = "office 1" if now.loc[0, "office"] != "office 1" else "office 2"
    found = verify(made, now)
    assert (found.new, found.gone, found.changed) == (2, 3, 1)
    assert not found.same and not found.list_same and found.differ == 0
    assert "2 units are new, 3 are gone, 1 are in another block" in found.failed[0].sentence
    assert found.table.set_index("what")["number"]["new in the list"] == 2


def test_a_digest_alone_tells_a_list_that_was_changed() -> None:
    design, units = DESIGNS["individual"][0], people()
    made = assign(units, design, seed=8, criterion=RULE)
    assert verify(made, units).same
    found = verify(made, units.assign(age=units["age"] + 1.0 * (units.index == 7)))
    assert not found.same and (found.new, found.gone, found.changed) == (0, 0, 0) and found.differ == -1
    assert "covariates of the criterion were changed" in found.failed[0].sentence
    assert "with another arm than the lot gives" not in set(found.table["what"])


def test_another_seed_moves_about_half() -> None:
    made = assign(people(), DESIGNS["individual"][0], seed=8)
    found = verify(made, people(), seed="another")
    assert 80 < found.differ < 160 and found.list_same and not found.same


def test_late_entrants_are_verified_from_the_draw_before_them() -> None:
    for kind in ("three arms", "saturation", "cluster"):
        design, columns = DESIGNS[kind]
        first = assign(people(), design, seed=8, **columns)
        new = people(40, seed=3, first=1000)
        more = late(first, new, seed="second lottery")
        assert verify(more, new, earlier=first.assignments).same
        table = more.assignments.copy()
        table.loc[0, "arm"] = next(a for a in design.arms if a != table.loc[0, "arm"])
        told = {k: v for k, v in columns.items() if k != "pair"}
        found = verify(table, new, design, seed="second lottery", earlier=first.assignments, **told)
        assert found.differ == 1
        # The list with its late entrants is still the list that was drawn.
        both = pd.concat([first.assignments, more.assignments], ignore_index=True)
        everybody = pd.concat([people(), new], ignore_index=True)
        found = verify(both, everybody, design, seed=8, list_digest=first.list_digest, **columns)
        assert found.same
        # That nobody looked at the late ones is said.
        assert any("40 late entrants" in c.sentence and "not drawn again" in c.sentence for c in found.checks)


def test_what_cannot_be_verified() -> None:
    design, units = DESIGNS["individual"][0], people()
    made = assign(units, design, seed=8)
    with pytest.raises(ParameterError, match="seed that was published"):
        verify(made.assignments, units, design)
    with pytest.raises(ParameterError, match="needs its design"):
        verify(made.assignments, units, seed=8)
    with pytest.raises(FrameError, match="more than once"):
        verify(made, pd.concat([units, units.head(1)]))
    with pytest.raises(FrameError, match="the design's are"):
        verify(made.assignments, units, TrialDesign("individual", arms={"x": 0.5, "y": 0.5}), seed=8)
    with pytest.raises(ParameterError, match="earlier="):
        verify(late(made, people(3, first=500), seed=1), people(3, first=500))
    assert "published digest" in {c.name for c in verify(made.assignments, units, design, seed=8).checks}
