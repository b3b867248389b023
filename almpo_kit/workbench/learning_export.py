"""What a review has come to, as files: settled codes, accepted estimates, the model in use, its card, the journal."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.provenance import SYNTHETIC, is_synthetic
from almpo_kit.workbench import tracking_models
from almpo_kit.workbench.learning_conclusions import accepted_estimates
from almpo_kit.workbench.learning_models import load
from almpo_kit.workbench.learning_stock import Shelf, Stock, model_name, take_stock
from almpo_kit.workbench.safe_csv import safe_csv
from almpo_kit.workbench.tracking_champions import history

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.records import Store


def export(
    review: str, folder: Path, *, library: Shelf, store: Store, groups: pd.Series | None = None
) -> list[Path]:
    """Write the results of a review into a new folder: whole, or not at all.

    Parameters
    ----------
    review : str
    folder : Path
        Must not be there yet.
    library : Library
    store : Store
    groups : Series, optional
        As in :func:`almpo_kit.workbench.learning_rounds.learning_round`.

    Returns
    -------
    list of Path
        ``settled.csv``, ``accepted_estimates.csv`` (a coding sheet for ``almpo evidence check | add``), ``champions.csv``,
        ``steps.jsonl``, and of the model in use ``model.json``.

    Raises
    ------
    ParameterError
        The folder is there.
    DataError
        It cannot be written. Nothing was written.
    """
    if folder.is_symlink() or folder.exists():
        raise ParameterError(
            f"{folder} is there already and is never replaced; choose another name with --out."
        )
    stock = take_stock(review, library, store, groups=groups)
    try:
        scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".", suffix=".tmp"))
    except OSError as error:
        raise DataError(f"{folder} cannot be written ({error.strerror}); choose another folder.") from None
    try:
        _fill(scratch, stock, store)
        scratch.chmod(0o755)
        scratch.rename(folder)
    except OSError as error:
        raise DataError(f"{folder} cannot be written ({error.strerror}). Nothing was written.") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return sorted(folder.iterdir())


def _fill(folder: Path, stock: Stock, store: Store) -> None:
    name = model_name(stock.review)
    settled = stock.settled
    if is_synthetic(stock.documents):
        settled = settled.assign(source=SYNTHETIC)
    accepted = accepted_estimates(stock).drop(columns="key", errors="ignore")
    tables = {
        "settled": settled,
        "accepted_estimates": accepted.apply(_numbers),
        "champions": history(name),
    }
    for name_of_file, table in tables.items():
        (folder / f"{name_of_file}.csv").write_text(safe_csv(table), encoding="utf-8")
    steps = store.steps(stock.review)
    with (folder / "steps.jsonl").open("w", encoding="utf-8") as file:
        for row in steps.to_dict("records"):
            file.write(json.dumps(row | {"at": row["at"].isoformat()}, sort_keys=True) + "\n")
    champion = tracking_models.in_use(name)
    if champion is not None:
        load(champion)  # what is damaged is not handed on
        (folder / "model.json").write_bytes(tracking_models.as_bytes(tracking_models.read_model(champion)))


def _numbers(column: pd.Series) -> pd.Series:
    """A column of numbers as numbers, so that a minus sign is not taken for the beginning of a formula."""
    import pandas as pd

    try:
        return pd.to_numeric(column)
    except (ValueError, TypeError):
        return column
