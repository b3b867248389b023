"""The never-arrows, no circles, thin notebooks, a light front door."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "almpo_kit"
COMPUTING = {
    *("evidence", "regions", "matching", "evaluation"),
    *("recommendation", "codesign", "experiments", "learning"),
}
#: Library -> the only places that may import it.
ONLY = {
    "mlflow": ("almpo_kit.workbench.tracking",),
    "papermill": ("almpo_kit.workbench.execution",),
    "ipywidgets": ("almpo_kit.workbench.apps",),
    "anywidget": ("almpo_kit.workbench.apps",),
    "voila": ("almpo_kit.workbench.apps",),
    "distributed": ("almpo_kit.workbench.sweeps.cluster",),
    "altair": ("almpo_kit.figures",),
    "vl_convert": ("almpo_kit.figures",),
}
#: Computing neither reads nor draws nor logs.
FORBIDDEN_IN_COMPUTING = {
    "altair",
    "mlflow",
    "logging",
    "requests",
    "urllib",
    "sqlite3",
    "pathlib",
    "os",
    "io",
}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _typing_only(tree: ast.Module) -> set[int]:
    """Nodes under ``if TYPE_CHECKING``: they never run."""
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.dump(n.test)]
    return {id(inner) for block in blocks for statement in block.body for inner in ast.walk(statement)}


@cache
def imports() -> dict[str, set[str]]:
    """Module -> everything it imports at run time, inside functions too, as full dotted names."""
    found = {}
    names = {module_name(p) for p in PACKAGE.rglob("*.py")}
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        hidden, used = _typing_only(tree), set()
        for node in ast.walk(tree):
            if id(node) in hidden:
                continue
            if isinstance(node, ast.Import):
                used |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: write imports in full, so that they can be searched"
                base = node.module or ""
                used |= {f"{base}.{a.name}" if f"{base}.{a.name}" in names else base for a in node.names}
        found[module_name(path)] = used
    return found


def wing(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "almpo_kit" else ""


def ours(module: str) -> set[str]:
    return {m for m in imports()[module] if m.split(".")[0] == "almpo_kit"}


def test_something_is_measured() -> None:
    assert len(imports()) > 40
    assert "almpo_kit.vocabulary.finding" in imports()


@pytest.mark.parametrize("module", sorted(imports()))
def test_never_arrows(module: str) -> None:
    here = wing(module)
    reached = {wing(m) for m in ours(module)} - {here}
    if here == "vocabulary":
        assert not reached, f"{module} imports {reached}; the vocabulary imports nothing of ours"
    elif here in COMPUTING | {"sources", "records", "figures"}:
        assert reached <= {"vocabulary"}, f"{module} reaches into {reached - {'vocabulary'}}"
    if here in COMPUTING:
        libraries = {m.split(".")[0] for m in imports()[module]}
        assert not libraries & FORBIDDEN_IN_COMPUTING
    # Never through the root: the root is a lazy face for people, and going through it hides the arrow.
    if here and here != "workbench":
        assert "almpo_kit" not in imports()[module]
    assert not any(m.split(".")[0] == "notebooks" for m in imports()[module])


@pytest.mark.parametrize(("library", "places"), ONLY.items())
def test_libraries_have_one_door(library: str, places: tuple[str, ...]) -> None:
    users = {m for m, used in imports().items() if any(u.split(".")[0] == library for u in used)}
    assert users, f"nobody imports {library} any more; drop it here and from pyproject.toml"
    assert all(u.startswith(places) for u in users), users


def test_no_circles() -> None:
    state: dict[str, int] = {}

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert state.get(module) != 1, f"import circle: {' -> '.join((*path, module))}"
        if module in state or module not in imports():
            return
        state[module] = 1
        for target in ours(module):
            visit(target, (*path, module))
        state[module] = 2

    for module in imports():
        # A package and its own modules meet in __init__; that is its face, not a circle.
        if not module.endswith("__init__"):
            visit(module, ())


def test_no_drawers() -> None:
    drawers = {"utils", "helpers", "common", "misc", "util", "helper"}
    assert not [m for m in imports() if drawers & set(m.split("."))]


def test_files_are_small() -> None:
    long = {p.name: n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text().splitlines())) > 320}
    assert not long


def notebooks() -> list[Path]:
    return [p for p in sorted((ROOT / "notebooks").rglob("*.ipynb")) if ".ipynb_checkpoints" not in p.parts]


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.stem)
def test_notebooks_are_thin(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [c for c in cells if c["cell_type"] == "code"]
    sources = ["".join(c["source"]) for c in code]
    assert not [s for c, s in zip(code, sources, strict=True) if c["outputs"] or c["execution_count"]], (
        "outputs"
    )
    assert len(code) <= 20
    assert max(s.count("\n") + 1 for s in sources) <= 16
    assert not [s for s in sources if re.search(r"^\s*(def|class) ", s, re.M)], "logic belongs in the package"


def test_front_door_is_light() -> None:
    """``import almpo_kit`` loads no heavy library and costs less than ``import numpy`` in the same run."""
    code = (
        "import sys, time\n"
        "a = time.perf_counter(); import almpo_kit; b = time.perf_counter()\n"
        "heavy = {'pandas', 'numpy', 'altair', 'pandera', 'mlflow'} & set(sys.modules)\n"
        "c = time.perf_counter(); import numpy; d = time.perf_counter()\n"
        "print(sorted(heavy), (b - a) < (d - c))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"


def test_wings_load_when_touched() -> None:
    import almpo_kit

    assert almpo_kit.vocabulary.EU27["EL"] == "Greece"
    with pytest.raises(AttributeError, match="its wings are"):
        _ = almpo_kit.nowhere
