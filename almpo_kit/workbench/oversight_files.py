"""The oversight file of a run: read from the run store and the override log, written as one self-contained page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.workbench.assets import FOLDER, stylesheet
from almpo_kit.workbench.new_files import write_new
from almpo_kit.workbench.tracking_reading import read_run

if TYPE_CHECKING:
    from almpo_kit.recommendation import FairnessAudit, OversightFile
    from almpo_kit.records import Store


def oversight_of_run(
    run_id: str,
    *,
    system_name: str,
    audit: FairnessAudit | None = None,
    store: Store | None = None,
    **given: Any,
) -> OversightFile:
    """The oversight file of a run.

    Parameters
    ----------
    run_id : str
    system_name : str
    audit : FairnessAudit, optional
    store : Store, optional
        Where overrides are logged; their number for this run goes into the file.
    **given
        As in ``recommendation.oversight_file``: ``legal_basis, deployer, provider, purpose, uses, given``.

    Returns
    -------
    OversightFile

    Raises
    ------
    ParameterError
        No such run.
    TrackingError
        The run store cannot be read.
    """
    from almpo_kit.recommendation import oversight_file

    record = read_run(run_id)
    if store is not None:
        record["overrides"] = override_counts(store, run_id)
    return oversight_file(record, audit, system_name=system_name, **given)


def override_counts(store: Store, run_id: str) -> dict[str, Any]:
    """How often advice of a run was overridden, in all and by the programme advised; withdrawn ones do not count.

    Overrides that name no run (those of the app) may be of this one: they are counted apart, so that none is told where
    there were some.
    """
    rows = store.overrides(model_run=run_id)
    by_programme = {str(k): int(v) for k, v in rows["advised"].value_counts().sort_index().items()}
    counts: dict[str, Any] = {
        "overridden, logged under this run": len(rows),
        "logged without the name of a run": len(store.overrides(model_run="")),
    }
    return counts | ({"overridden by programme advised": by_programme} if by_programme else {})


def oversight_page(file: OversightFile) -> str:
    """One HTML page that stands alone offline: the file, and the drawing of its audit."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from nbconvert.filters import markdown2html

    from almpo_kit.vocabulary.rendering import picture_html

    template = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("oversight.html.j2")
    return str(
        template.render(
            title=f"Oversight file: {file.system_name}",
            style=stylesheet(),
            body=markdown2html(file.markdown()),
            picture=picture_html(file.audit) if file.audit is not None else "",
            source=file.rests_on,
        )
    )


def write_oversight(file: OversightFile, path: Path, *, option: str = "--out") -> Path:
    """Write the page into a new file.

    Raises
    ------
    ParameterError
        There is a file already, or no folder.
    DataError
        It cannot be written.
    """
    write_new(path, oversight_page(file).encode(), option)
    return path
