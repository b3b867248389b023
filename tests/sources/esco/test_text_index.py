"""Text indices: entries of every role and language, vectors computed once, whatever happens to the cache."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from almpo_kit import sources
from almpo_kit.sources import cache
from almpo_kit.sources.esco import vector_store
from almpo_kit.vocabulary.encoders import Encoder
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import data_versions
from almpo_kit.vocabulary.text_index import TextIndex
from tests.sources.esco import downloads as made


class Letters:
    """A stand-in encoder: counts of letters. Remembers how many texts it was given."""

    name, dimension = "letters.v1", 26

    def __init__(self, version: str = "1") -> None:
        self.version, self.given = version, 0

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.given += len(texts)
        counts = np.array(
            [[t.lower().count(c) for c in "abcdefghijklmnopqrstuvwxyz"] for t in texts], dtype=np.float32
        )
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def small(home: Path) -> Path:
    """A workbench that holds three invented occupations in two languages, and no everyday titles of them but one."""
    sources.add(made.zipped(made.files(), home / "v1.1.1.zip"))
    sources.add(made.zipped(made.files("de"), home / "v1.1.1 de.zip"))
    titles = home / "data/job_titles.csv"
    titles.write_text("occupation,language,title\n2512.1,fr,codeur\n9999.1,fr,inconnu\n", encoding="utf-8")
    listed = home / "data/sources.csv"
    rows = listed.read_text(encoding="utf-8").splitlines(keepends=True)
    digest = hashlib.sha256(titles.read_bytes()).hexdigest()
    edited = [r if not r.startswith("job_titles,") else _with_digest(r, digest) for r in rows]
    listed.write_text("".join(edited), encoding="utf-8")
    return home


def _with_digest(row: str, digest: str) -> str:
    fields = row.split(",")
    fields[6] = digest
    return ",".join(fields)


def of_labels(encoder: Encoder, **more: Any) -> TextIndex:
    """An index with vectors of preferred labels only: six of them."""
    return sources.text_index("occupations", encoder, roles=("label",), **more)


def test_entries_of_every_role_and_language(small: Path) -> None:
    index = sources.text_index("occupations", Letters())
    mine = index.entries[index.entries["concept"] == "2512.1"]
    assert mine.drop(columns="concept").values.tolist() == [
        ["code writer", "label", "en"],
        ["code writer de", "label", "de"],
        ["programmer of code", "alternative", "en"],
        ["CW", "alternative", "en"],
        ["programmer of code", "alternative", "de"],
        ["code writer", "alternative", "de"],
        ["CW", "alternative", "de"],
        ["codeur", "title", "fr"],
        ["A code writer does things.", "description", "en"],
        ["A code writer does things.", "description", "de"],
    ]
    # Groups are no concepts, and a title of an occupation that is not in the taxonomy is left out.
    assert set(index.entries["concept"]) == {"2512.1", "2512.1.1", "7212.1"}
    # All of them have vectors, because what reads texts was fitted so; of skills labels and descriptions.
    assert len(index.vectors) == len(index.entries) == 20
    skills = sources.text_index("skills", Letters())
    assert set(skills.entries["role"].iloc[skills.embedded]) == {"label", "description"}
    assert {v.dataset for v in data_versions(index.taxonomy)} == {"esco", "job_titles"}
    assert index.encoder_name == "letters.v1 1" and len(index.digest) == 64
    assert isinstance(Letters(), Encoder)


def test_vectors_belong_to_their_texts(small: Path) -> None:
    encoder = Letters()
    index = sources.text_index("skills", encoder, roles=("label", "alternative", "description"))
    assert len(index.embedded) == len(index.entries)
    expected = encoder(index.entries["text"].tolist())
    assert index.vectors.dtype == np.float16 and np.allclose(index.vectors, expected, atol=1e-3)


def test_languages_limit_the_entries(small: Path) -> None:
    assert set(of_labels(Letters(), languages=["de"]).entries["language"]) == {"de"}
    french = sources.text_index("occupations", Letters(), languages=["fr"], roles=("title",))
    assert french.entries["text"].tolist() == ["codeur"] and len(french.taxonomy) == 11
    with pytest.raises(ParameterError, match=r"no text of skills in fr\. Add ESCO"):
        sources.text_index("skills", Letters(), languages=["de", "fr"])


def test_computed_once(small: Path) -> None:
    encoder, told = Letters(), []
    first = of_labels(encoder)
    again = of_labels(encoder, progress=lambda *n: told.append(n))
    assert encoder.given == 6 and told == [(6, 6)]
    assert np.array_equal(first.vectors, again.vectors) and first.digest == again.digest
    # Another version of the encoder, or other texts, are other vectors.
    other = Letters("2")
    assert of_labels(other).digest != first.digest and other.given == 6
    of_labels(encoder, languages=["en"])
    assert encoder.given == 6 + 3


def test_a_changed_title_changes_the_digest_and_no_vector(small: Path) -> None:
    encoder = Letters()
    first = of_labels(encoder)
    sources.add(
        made.zipped(
            made.files("de") | {"occupations_de.csv": made.files()["occupations_en.csv"]},
            small / "v2.1 de.zip",
        )
    )
    assert of_labels(encoder).digest != first.digest


def test_an_interruption_loses_nothing_done(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_store, "PART", 2)

    def stop(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    encoder, told = Letters(), []
    with pytest.raises(KeyboardInterrupt):
        of_labels(encoder, progress=stop)
    assert encoder.given == 4
    index = of_labels(encoder, progress=lambda *n: told.append(n))
    assert encoder.given == 6 and told == [(0, 6), (2, 6), (4, 6), (6, 6)]
    monkeypatch.setattr(vector_store, "PART", 1024)
    assert np.array_equal(of_labels(Letters("1")).vectors, index.vectors)
    assert not list((small / "data/cache/text_index").glob("*part*"))


@pytest.mark.parametrize("harm", ["cut", "empty", "rubbish", "another shape"])
def test_a_damaged_cache_is_computed_anew(small: Path, harm: str) -> None:
    encoder = Letters()
    first = of_labels(encoder)
    (path,) = (small / "data/cache/text_index").glob("*.npy")
    data = {"cut": path.read_bytes()[:-9], "empty": b"", "rubbish": b"\x93NUMPY" + bytes(99)}.get(harm)
    if data is None:
        # Intact by its name, and yet not what was asked for.
        key = ".".join(path.name.split(".")[::2])
        cache.put(f"text_index/{key}", vector_store._bytes(np.ones((2, 3), dtype=np.float16)))
    else:
        path.write_bytes(data)
    again = of_labels(encoder)
    assert encoder.given == 12 and np.array_equal(first.vectors, again.vectors)


def test_a_pickle_in_the_cache_is_not_loaded(small: Path) -> None:
    first = of_labels(Letters())
    (path,) = (small / "data/cache/text_index").glob("*.npy")
    bomb = np.array([{"a": 1}], dtype=object)
    out = io.BytesIO()
    np.save(out, bomb, allow_pickle=True)
    cache.put(f"text_index/{'.'.join(path.name.split('.')[::2])}", out.getvalue())
    assert np.array_equal(of_labels(Letters()).vectors, first.vectors)


def test_a_cache_that_cannot_be_written_is_done_without(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "try_put", lambda key, data: False)
    encoder = Letters()
    first, again = (of_labels(encoder) for _ in range(2))
    assert encoder.given == 12 and np.array_equal(first.vectors, again.vectors)


def test_old_files_are_tidied_away(small: Path) -> None:
    for version in "123456":
        of_labels(Letters(version))
    assert len(list((small / "data/cache/text_index").iterdir())) == 3


def test_bad_arguments() -> None:
    for arguments, message in (
        ({"kind": "jobs"}, "has 'occupations' and 'skills'"),
        ({"roles": ()}, "roles are one or more of"),
        ({"roles": "label"}, "roles are one or more of"),
        ({"roles": ("label", "motto")}, "roles are one or more of"),
        ({"languages": "en"}, "two-letter codes"),
        ({"languages": []}, "two-letter codes"),
    ):
        with pytest.raises(ParameterError, match=message):
            sources.text_index(**({"kind": "skills", "encoder": Letters()} | arguments))  # type: ignore[arg-type]


def test_out_of_the_box(home: Path) -> None:
    index = of_labels(Letters())
    assert len(index.vectors) == 3004 and index.entries["role"].eq("description").sum() == 3004
    assert index.entries["role"].eq("title").sum() > 5000
    assert set(index.entries.loc[index.entries["role"] != "title", "language"]) == {"en"}


@pytest.mark.slow
def test_the_real_encoder_on_all_of_it(home: Path) -> None:
    encoder = sources.encoder("use")
    index = sources.text_index("occupations", encoder, roles=("label", "alternative", "title"))
    vectors = index.vectors.astype(np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=2e-3)
    found = index.entries["concept"].iloc[index.embedded[(vectors @ encoder(["soudeuse"])[0]).argmax()]]
    assert found.startswith("7212")
