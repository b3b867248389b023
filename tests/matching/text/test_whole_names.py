"""A title that is word for word a name goes to its bearers, and probabilities stay probabilities."""

from __future__ import annotations

import numpy as np

from almpo_kit import matching, sources
from almpo_kit.matching.text.fusion import Candidates
from almpo_kit.matching.text.room import room
from almpo_kit.matching.text.whole_names import BARE, WHOLE, with_whole_names
from almpo_kit.vocabulary.text_index import TextIndex


def test_bearers_take_most_and_share_by_the_other_evidence(occupations: TextIndex) -> None:
    held = room(occupations)
    place = {label: i for i, label in enumerate(held.concepts["label"])}
    cook, nurse, welder = place["cook"], place["nurse responsible for general care"], place["welder"]
    found = Candidates(
        np.array([0, 0, 0, 1, 1]), np.array([nurse, cook, welder, cook, welder]), np.zeros((5, 1))
    )
    chance = np.array([0.7, 0.1, 0.2, 0.4, 0.6])
    out = with_whole_names(chance, found, [("CUOCO",), ("night shift", "metal welder")], held)
    assert np.allclose(out[:3], [0.07, 0.01 + WHOLE, 0.02])
    assert np.allclose(out[3:], [0.4 * (1 - BARE), 0.6 * (1 - BARE) + BARE])
    same = with_whole_names(chance, found, [("nobody's name",), ("cuoco moderno",)], held)
    assert np.array_equal(same, chance)


def test_a_name_in_its_language_wins_over_look_alikes(occupations: TextIndex) -> None:
    encoder = sources.encoder()
    for title, code in (("cuoco", "5120.1"), ("Krankenpflegerin", "2221.1"), ("till operator", "5230.2")):
        best = matching.classify([title], occupations, encoder).best.iloc[0]
        assert best["code"] == code and best["score"] > 0.8 and not best["abstained"]
