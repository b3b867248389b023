"""An invented register as a folder of Parquet files, some persons at a time, as large registers are delivered."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    from almpo_kit.sources.synthetic.register import SyntheticRegister


def write_register(
    register: SyntheticRegister, folder: str | PathLike[str], *, persons_a_file: int = 50_000
) -> tuple[Path, Path, Path]:
    """Write ``persons.parquet``, ``entries.parquet`` and ``months/part-….parquet``.

    Parameters
    ----------
    register : SyntheticRegister
    folder : path
        New, or empty.
    persons_a_file : int

    Returns
    -------
    (Path, Path, Path)
        Of persons, of entries, and the folder of months.

    Raises
    ------
    DataError
        The folder holds something, or cannot be written to.
    """
    place = Path(folder)
    try:
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise DataError(f"{place.name} is not an empty folder; name a new one, so that nothing is lost.")
        (place / "months").mkdir(parents=True, exist_ok=True)
        register.persons.to_parquet(place / "persons.parquet", index=False)
        register.entries.to_parquet(place / "entries.parquet", index=False)
        for i, part in enumerate(register.months_in_parts(persons_a_file)):
            part.to_parquet(place / "months" / f"part-{i:05d}.parquet", index=False)
    except OSError as error:
        raise DataError(
            f"{place.name} cannot be written to ({error.strerror}); choose another folder."
        ) from None
    return place / "persons.parquet", place / "entries.parquet", place / "months"
