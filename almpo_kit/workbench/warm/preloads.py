"""What the warm process imports ahead: what a notebook names, and what its first answers would import."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from almpo_kit.figures import FIGURES

#: Imported for every notebook and app.
EVERYWHERE: tuple[str, ...] = (
    "numpy",
    "pandas",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "pyarrow.compute",
    "pyarrow.pandas_compat",
    "pyarrow.parquet",
    "pyarrow.vendored.version",
    "scipy.stats",
    "scipy.optimize",
    "pandera.pandas",
    "altair",
    "vl_convert",
    "geopandas",
    "openpyxl",
    "jinja2",
    "nbformat",
    "IPython.core.logger",
    "encodings.utf_8_sig",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    # Every kernel would import it, though nobody debugs here.
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "almpo_kit.sources",
    "almpo_kit.figures.renderer",
    "almpo_kit.figures.sheet_chart",
    "almpo_kit.figures.svg_sheet",
    *sorted({place.partition(":")[0] for place in FIGURES.values()}),
    "almpo_kit.workbench",
    "almpo_kit.workbench.attempts",
    "almpo_kit.workbench.layout",
    "almpo_kit.workbench.parameters",
    "almpo_kit.workbench.session",
)
#: Wing -> what it imports when it is first asked.
OF_WINGS: dict[str, tuple[str, ...]] = {
    "evidence": ("almpo_kit.evidence", "formulaic"),
    "regions": ("almpo_kit.regions",),
    "matching": ("almpo_kit.matching", "statsmodels.api", "bm25s", "numba"),
    "evaluation": ("almpo_kit.evaluation", "sklearn.ensemble", "lightgbm", "statsmodels.api", "duckdb"),
    "recommendation": ("almpo_kit.recommendation", "highspy", "sqlalchemy"),
    "learning": ("almpo_kit.learning", "sklearn.linear_model", "sqlalchemy", "alembic"),
    "codesign": ("almpo_kit.codesign", "sqlalchemy", "alembic"),
    "experiments": ("almpo_kit.experiments", "statsmodels.api", "sqlalchemy", "alembic"),
}
#: Verb -> what it alone imports, which takes long: a notebook that does not name it does not wait for it.
OF_VERBS: dict[str, tuple[str, ...]] = {
    "atlas": ("mapclassify",),
    "clusters": ("libpysal",),
    "spatial_model": ("libpysal", "spreg"),
    "typology": ("sklearn.cluster", "scipy.cluster.hierarchy"),
}
#: What every app imports beside its wing.
OF_APPS: tuple[str, ...] = (
    *("ipywidgets", "anywidget", "almpo_kit.workbench.apps.screen"),
    *sorted({module for modules in OF_VERBS.values() for module in modules}),
)


def for_notebook(path: Path) -> tuple[str, ...]:
    """What to import ahead of a notebook; read as JSON, as it is read with care where it is run."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return for_sources("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError):
        return EVERYWHERE


def for_sources(sources: Iterable[str]) -> tuple[str, ...]:
    """What to import ahead of notebooks with these cells.

    Parameters
    ----------
    sources : iterable of str
        Source of their code cells.
    """
    text = "\n".join(sources)
    named = {
        word for line in re.findall(r"^from almpo_kit import (.+)$", text, re.M) for word in line.split(", ")
    }
    named |= set(re.findall(r"almpo_kit\.([a-z]+)", text))
    verbs = set(re.findall(r"\b[a-z]+\.([a-z_]+)\b", text))
    more = [OF_WINGS[name] for name in OF_WINGS if name in named] + [
        OF_VERBS[verb] for verb in OF_VERBS if verb in verbs
    ]
    return EVERYWHERE + tuple(module for modules in more for module in modules)
