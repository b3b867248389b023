"""What a sentence encoder is: texts in, unit vectors out. The encoders themselves are in the ``sources`` wing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors whose inner product says how alike they mean.

    Attributes
    ----------
    name, version : str
        Of the model and of the package that carries it; both are part of an index's digest.
    dimension : int
        Length of a vector.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts, shape (n_texts, dimension), rows of length one; a blank text gives a row of zeros."""
        ...
