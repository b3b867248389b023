"""Where the sentences of a document stand, in few bytes: a hundred thousand abstracts have a million of them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.documents import PASSAGE_COLUMNS, sentences
from almpo_kit.vocabulary.errors import FrameError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: In a blob: pages, starts and ends, and whether boxes follow them.
_PLAIN, _BOXED = b"p", b"b"
_BOX = ("x0", "y0", "x1", "y1")


def packed(text: str, passages: pd.DataFrame | None) -> bytes:
    """The places of a document's sentences.

    Parameters
    ----------
    text : str
    passages : DataFrame, optional
        ``PASSAGE_COLUMNS`` of this document; the sentences of the text where left out.

    Raises
    ------
    FrameError
        A passage is not what stands at its place in the text.
    """
    import numpy as np

    if passages is None:
        spans = list(sentences(text))
        places = np.array([(0, a, b) for a, b in spans], dtype="<i4").reshape(-1, 3)
        return _PLAIN + zlib.compress(places.tobytes(), 1)
    places = passages[["page", "start", "end"]].to_numpy(dtype="<i4").reshape(-1, 3)
    for (_, start, end), said in zip(places.tolist(), passages["text"], strict=True):
        if not 0 <= start < end <= len(text) or text[start:end] != said:
            raise FrameError(
                f"the passage {str(said)[:60]!r} is not what stands at {start}:{end} of the text; start and end count "
                "characters of documents.text."
            )
    boxes = passages[list(_BOX)].to_numpy(dtype="<f4")
    if np.isnan(boxes).all():
        return _PLAIN + zlib.compress(places.tobytes(), 1)
    return _BOXED + zlib.compress(places.tobytes() + boxes.tobytes(), 1)


def _arrays(blob: bytes) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    import numpy as np

    data = zlib.decompress(blob[1:])
    wide = blob[:1] == _BOXED
    n = len(data) // (28 if wide else 12)
    places = np.frombuffer(data, dtype="<i4", count=3 * n).reshape(n, 3)
    boxes = np.frombuffer(data, dtype="<f4", offset=12 * n) if wide else np.full(4 * n, np.nan, dtype="<f4")
    return places, boxes.reshape(n, 4)


def unpacked(identifiers: Sequence[str], texts: Sequence[str], blobs: Sequence[bytes]) -> pd.DataFrame:
    """The passages of documents.

    Returns
    -------
    DataFrame
        ``PASSAGE_COLUMNS``, in the order of the documents.
    """
    import numpy as np
    import pandas as pd

    parts = [_arrays(b) for b in blobs]
    counts = [len(places) for places, _ in parts]
    places = np.concatenate([p for p, _ in parts] or [np.empty((0, 3), dtype="<i4")]).astype("int64")
    boxes = np.concatenate([b for _, b in parts] or [np.empty((0, 4), dtype="<f4")]).astype("float64")
    said = [text[a:b] for text, (p, _) in zip(texts, parts, strict=True) for a, b in p[:, 1:].tolist()]
    table = pd.DataFrame(
        {
            "document_id": np.repeat(np.array(identifiers, dtype=object), counts),
            "passage": np.concatenate([np.arange(n) for n in counts] or [np.empty(0, dtype="int64")]).astype(
                "int64"
            ),
            "page": places[:, 0],
            "start": places[:, 1],
            "end": places[:, 2],
            "text": said,
            **{name: boxes[:, i] for i, name in enumerate(_BOX)},
        }
    )
    return table.astype({"document_id": "str", "text": "str"})[list(PASSAGE_COLUMNS)]
