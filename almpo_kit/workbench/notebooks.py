"""The curated notebooks: where they are, what they declare, what their cells are called."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any

from almpo_kit.sources import root
from almpo_kit.vocabulary.errors import ParameterError, ReportError
from almpo_kit.workbench.parameters import Parameter, declared

_ORDER = re.compile(r"^\d+_")


def folder() -> Path:
    """The folder of the curated notebooks."""
    return root() / "notebooks"


def names() -> dict[str, Path]:
    """Report name (file name without number and ending) → path, in journey order."""
    return {_ORDER.sub("", p.stem): p for p in sorted(folder().glob("*.ipynb"))}


def find(name: str) -> Path:
    """Path of a notebook by its name with or without number, or by its path.

    Raises
    ------
    ParameterError
        No such notebook; the message lists those there are.
    """
    known = names()
    stem = _ORDER.sub("", Path(name).stem)
    if name.endswith(".ipynb") and Path(name).is_file():
        return Path(name)
    if stem in known and "/" not in name:
        return known[stem]
    near = difflib.get_close_matches(stem, list(known), n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ParameterError(f"there is no notebook {name!r}.{hint} There are: {', '.join(known) or 'none'}.")


def read(path: Path) -> Any:
    """The notebook as an nbformat node.

    Raises
    ------
    ReportError
        Not readable as a notebook.
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.validator.NotebookValidationError) as error:
        raise ReportError(f"{path} is not a readable notebook: {error}") from None


def parameters_of(notebook: Any) -> dict[str, Parameter]:
    """The parameters that a notebook declares; none when it has no ``parameters`` cell."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            return declared(cell.source)
    return {}


def cell_title(notebook: Any, index: int) -> str:
    """What a cell is called: its leading comment, else the heading above it.

    >>> # a cell that starts with "# Load the evidence" is called "Load the evidence"
    """
    first = notebook.cells[index].source.lstrip().splitlines()[:1]
    if first and first[0].startswith("#"):
        return first[0].lstrip("# ").strip()
    for cell in reversed(notebook.cells[:index]):
        heading = re.search(r"^#+\s+(.*)$", cell.source, re.M) if cell.cell_type == "markdown" else None
        if heading:
            return heading.group(1).strip()
    return f"cell {index + 1}"
