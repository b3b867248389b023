"""An encoder that keeps what it has encoded, so that a library that grows by ten documents encodes ten.

Vectors lie in ``data/cache/text_vectors.db``, by encoder and content. Losing the file loses time only; where it cannot be
read or written, texts are encoded as if it were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.sources import cache
from almpo_kit.sources.encoders import LONGEST, encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from almpo_kit.vocabulary.encoders import Encoder

_FILE = "text_vectors.db"
#: Texts that are encoded, and kept, at a time: an interruption loses no more.
_PART = 256
#: Names in one question to the database.
_ASKED = 500
_TABLE = "CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"


class KeptEncoder:
    """An :class:`~almpo_kit.vocabulary.encoders.Encoder` with a memory on disk.

    Parameters
    ----------
    inner : Encoder
    place : Path
        The file; its folder is made when first written.
    """

    def __init__(self, inner: Encoder, place: Path) -> None:
        self._inner, self._place = inner, place
        self.name, self.version, self.dimension = inner.name, inner.version, inner.dimension

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts, shape (n_texts, dimension); each the same, bit by bit, whether it was kept or not."""
        import numpy as np

        keys = [self._key(t) for t in texts]
        found = dict(self._kept(sorted(set(keys))))
        wanting = [i for i, key in enumerate(keys) if key not in found]
        # Alike lengths together: an encoder pads a batch to its longest.
        wanting = list({keys[i]: i for i in sorted(wanting, key=lambda i: len(texts[i]))}.values())
        for start in range(0, len(wanting), _PART):
            rows = wanting[start : start + _PART]
            made = self._inner([texts[i] for i in rows]).astype(np.float16)
            fresh = {keys[i]: made[k].tobytes() for k, i in enumerate(rows)}
            found |= fresh
            self._keep(fresh)
        vectors = np.zeros((len(keys), self.dimension), dtype=np.float32)
        for i, key in enumerate(keys):
            vectors[i] = np.frombuffer(found[key], dtype=np.float16)
        return vectors

    def _key(self, text: str) -> str:
        told = f"{self.name}\n{self.version}\n{text[:LONGEST]}"
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()

    def _kept(self, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        size = 2 * self.dimension
        with contextlib.suppress(sqlite3.Error, OSError), self._opened() as db:
            for start in range(0, len(keys), _ASKED):
                some = list(keys[start : start + _ASKED])
                marks = ",".join("?" * len(some))
                rows = db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some).fetchall()
                yield from ((k, v) for k, v in rows if isinstance(v, bytes) and len(v) == size)

    def _keep(self, fresh: dict[str, bytes]) -> None:
        with contextlib.suppress(sqlite3.Error, OSError), self._opened() as db, db:
            db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", fresh.items())

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self._place.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(self._place, timeout=10)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute(_TABLE)
            yield db


def kept_encoder() -> Encoder:
    """The sentence encoder, with what it has encoded before kept in the cache.

    Returns
    -------
    Encoder

    Raises
    ------
    DataError
        Its package is not installed or cannot be loaded.
    """
    return KeptEncoder(encoder(), cache.folder() / _FILE)
