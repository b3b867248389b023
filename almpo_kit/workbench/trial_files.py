"""Files of a trial: the list of units, the published draw, the outcomes. Text stays as it is written, so that digests hold."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.errors import DataError
from almpo_kit.workbench.new_files import write_new
from almpo_kit.workbench.safe_csv import safe_csv

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources.people.given_tables import GivenTable
    from almpo_kit.vocabulary.trial_plans import TrialPlan

#: A file, or the name and content of one.
Given = str | Path | tuple[str, bytes]
#: A number as everybody writes it; 007 is a name.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
#: Bytes of a plan.
_LARGEST: Final = 1_000_000
#: Columns of the published draw that are numbers.
_TYPES: Final[dict[str, Any]] = {
    "chance": "float64",
    "step": "int64",
    "saturation": "float64",
    "batch": "int64",
}


def read_units(given: Given) -> pd.DataFrame:
    """A list of units, or outcomes of units: one row a unit with a column ``id``.

    Nothing is mended or set aside in silence: a draw from a list that was read otherwise than it was written cannot be checked.

    Parameters
    ----------
    given : str, Path, or (str, bytes)
        A file; or name and content of one that was dropped into a browser, which is read from memory.

    Returns
    -------
    DataFrame
        Columns of text; those in which only numbers stand (but ``id``) are numbers. Columns that name people are left out.

    Raises
    ------
    DataError
        It cannot be read as it is, has no column ``id``, or its ids lead to people.
    """
    import pandas as pd

    from almpo_kit.sources.people.given_tables import given_table
    from almpo_kit.sources.registers.pseudonyms import pseudonyms

    name, content = given if isinstance(given, tuple) else (Path(given).name, Path(given))
    held = given_table(content, name, {"id"}, {}, "", {"id"})
    _whole(held)
    if "id" not in held.columns:
        raise DataError(
            f"{held.name} has no column id; its columns are {', '.join(held.columns)[:200]}. Name the column with the unit id."
        )
    pseudonyms(held.columns["id"], "id", None, held.name)
    return pd.DataFrame({c: _typed(cells, c) for c, cells in held.columns.items()})


def _whole(held: GivenTable) -> None:
    fatal = [p for p in held.problems if p.severity == "fatal"]
    if fatal or held.shifted:
        said = f"row {fatal[0].row}: {fatal[0].problem}" if fatal else f"row {min(held.shifted)} is shifted"
        raise DataError(f"{held.name} cannot be read as it is ({said}). Mend it; nothing was read.")


def _typed(cells: list[str], column: str) -> pd.Series:
    import pandas as pd

    filled = [c for c in cells if c]
    if column == "id" or not filled or not all(_NUMBER.fullmatch(c) for c in filled):
        return pd.Series([c or None for c in cells], dtype="str")
    numbers = pd.Series([float(c) if c else float("nan") for c in cells])
    whole = numbers.notna().all() and not any("." in c for c in filled)
    return numbers.astype("int64") if whole else numbers


def published_csv(assignments: pd.DataFrame) -> bytes:
    """The published draw as CSV.

    Raises
    ------
    DataError
        Names that a spreadsheet would take for a formula: mended, they would be other names.
    """
    plain, safe = str(assignments.to_csv(index=False)), safe_csv(assignments)
    if plain != safe:
        raise DataError(
            "names of units, groups or arms begin with =, +, - or @, or hold tabs: spreadsheets take them for formulas. Give "
            "them other names before anybody is drawn. Nothing was written."
        )
    return safe.encode()


def write_published(assignments: pd.DataFrame, file: Path, option: str = "--out") -> None:
    """Write the published draw into a new file; the same draw again is no conflict.

    Raises
    ------
    ParameterError
        Another file is there.
    DataError
        It cannot be written, or names look like formulas. Nothing was written.
    """
    data = published_csv(assignments)
    if file.is_file() and not file.is_symlink() and file.read_bytes() == data:
        return
    write_new(file, data, option)


def read_published(given: Given) -> pd.DataFrame:
    """The published draw, as it was written.

    Raises
    ------
    DataError
        It is none.
    """
    import pandas as pd

    from almpo_kit.sources.given_files import read_file
    from almpo_kit.vocabulary.errors import FrameError
    from almpo_kit.vocabulary.frames import check
    from almpo_kit.vocabulary.trial_plans import ASSIGNMENT_COLUMNS

    name, data = given if isinstance(given, tuple) else read_file(given)
    try:
        held = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")
        if [c for c in held.columns if c != "batch"] != list(ASSIGNMENT_COLUMNS):
            raise ValueError(f"its columns are {', '.join(map(str, held.columns))[:200]}")
        typed: dict[str, Any] = {
            c: pd.to_numeric(held[c].replace("", None)).astype(t) for c, t in _TYPES.items() if c in held
        }
        return check(held.assign(**typed), "assignments")
    except (ValueError, TypeError, FrameError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(
            f"{name} is no published draw ({said[:300]}); take the file that `almpo trial draw` wrote, unchanged."
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON takes the last of two values of one name; nobody should sign a plan that says two things."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [k for k, _ in pairs]
        raise ValueError(f"{next(k for k in names if names.count(k) > 1)!r} stands in it twice")
    return made


def read_plan(path: Path) -> TrialPlan:
    """A plan from a file.

    Raises
    ------
    DataError
        It cannot be read, or is no JSON.
    ParameterError
        It is no plan.
    """
    from almpo_kit.vocabulary.trial_plans import TrialPlan

    try:
        if path.stat().st_size > _LARGEST:
            raise DataError(f"{path} is larger than 1 MB; is it the right file?")
        plain = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_once)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        said = str(error)[:200]
        raise DataError(
            f"{path} is no JSON ({said}); `almpo trial example` writes a plan to begin with. Nothing was kept."
        ) from None
    return TrialPlan.from_plain(plain)
