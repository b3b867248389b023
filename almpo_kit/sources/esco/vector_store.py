"""Vectors of texts in ``data/cache/text_index``: in parts while they are made, in one file when they are done.

A part is written as soon as it is made, so an interruption loses at most one. Losing the cache loses time only: what
cannot be read is made anew, and a cache that cannot be written is done without.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from almpo_kit.sources import cache

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from almpo_kit.vocabulary.encoders import Encoder

#: Texts in a part: a second of work with the fast encoder, half a minute with the slow one.
PART = 1_024
#: Finished files that are kept of one kind of index (another release, other languages); older ones are deleted.
_SPARE = 3
_FOLDER = "text_index"

Progress = Callable[[int, int], None]


def digest_of(*pieces: str) -> str:
    """SHA-256 of pieces of text, each told from the next."""
    found = hashlib.sha256()
    for piece in pieces:
        data = piece.encode("utf-8", "surrogatepass")
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()


def vectors_of(
    texts: Sequence[str], encoder: Encoder, name: str, progress: Progress | None = None
) -> NDArray[np.float16]:
    """Vectors of texts, from the cache as far as it has them.

    Parameters
    ----------
    texts : sequence of str
    encoder : Encoder
    name : str
        Of the kind of index, for the file's name; no dots.
    progress : callable, optional
        Called with how many texts are done and how many there are. What is done stays done when it raises.

    Returns
    -------
    ndarray of float16, shape (n_texts, dimension)
    """
    import numpy as np

    key = digest_of(encoder.name, encoder.version, str(encoder.dimension), *texts)[:32]
    whole = _load(f"{_FOLDER}/{name}-{key}.npy", (len(texts), encoder.dimension))
    tell = progress or (lambda done, total: None)
    if whole is not None:
        tell(len(texts), len(texts))
        return whole
    parts = []
    tell(0, len(texts))
    # Texts of like length together: an encoder pads a batch to its longest.
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for start in range(0, len(texts), PART):
        some = [texts[i] for i in order[start : start + PART]]
        parts.append(_part(f"{_FOLDER}/{name}-{key}-part{start // PART:05d}.npy", some, encoder))
        tell(min(start + PART, len(texts)), len(texts))
    made = np.zeros((len(texts), encoder.dimension), dtype=np.float16)
    if parts:
        made[order] = np.concatenate(parts)
    if cache.try_put(f"{_FOLDER}/{name}-{key}.npy", _bytes(made)):
        _tidy(name, key)
    return made


def _part(key: str, texts: Sequence[str], encoder: Encoder) -> NDArray[np.float16]:
    import numpy as np

    kept = _load(key, (len(texts), encoder.dimension))
    if kept is not None:
        return kept
    made = np.asarray(encoder(texts)).astype(np.float16)
    cache.try_put(key, _bytes(made))
    return made


def _bytes(vectors: NDArray[np.float16]) -> bytes:
    import numpy as np

    out = io.BytesIO()
    np.save(out, vectors, allow_pickle=False)
    return out.getvalue()


def _load(key: str, shape: tuple[int, int]) -> NDArray[np.float16] | None:
    """Vectors that are intact and of the right shape, or None."""
    import numpy as np

    data = cache.get(key)
    if data is None:
        return None
    with contextlib.suppress(ValueError, OSError, EOFError):
        found: NDArray[np.float16] = np.load(io.BytesIO(data), allow_pickle=False)
        if found.shape == shape and found.dtype == np.float16 and np.isfinite(found).all():
            return found
    return None


def _tidy(name: str, key: str) -> None:
    """Drop the parts of what is done, and all but the newest finished files of this kind."""
    folder = cache.folder() / _FOLDER
    with contextlib.suppress(OSError):
        finished = [p for p in folder.glob(f"{name}-*.npy") if "-part" not in p.name]
        old = sorted(finished, key=lambda p: p.stat().st_mtime_ns, reverse=True)[_SPARE:]
        for path in [*folder.glob(f"{name}-{key}-part*.npy"), *old]:
            path.unlink(missing_ok=True)
