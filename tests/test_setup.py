"""The environment: one lock for everybody, no host names in it, conda in step, bootstrap's messages."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, re.M))


def required(extra: str | None = None) -> set[str]:
    lines = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    return {re.split(r"[\[<>=! ]", line)[0] for line in lines}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-all.lock"])
def test_lock_is_hashed_and_free_of_hosts(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    pinned = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)[1:]
    assert len(pinned) > 150
    assert all("--hash=sha256:" in block for block in pinned)


def test_locks_hold_what_the_project_asks_for() -> None:
    core, full = locked("requirements.lock"), locked("requirements-all.lock")
    assert required() | required("test") <= set(core)
    assert set().union(*map(required, PROJECT["optional-dependencies"])) <= set(full)
    differing = {p for p in core if p in full and core[p] != full[p]}
    assert not differing, "the two locks must not pull the same package in two versions"


def test_nothing_unwanted_is_locked() -> None:
    unwanted = {"torch", "rfc3987-syntax", "sentence-transformers", "nvidia-nccl-cu13"}
    text = (ROOT / "requirements-all.lock").read_text(encoding="utf-8")
    # An override leaves the name in the lock with a marker that no machine satisfies.
    dead = set(re.findall(r"^([A-Za-z0-9._-]+)==[^;\n]+; sys_platform == 'never'", text, re.M))
    assert not unwanted & (set(locked("requirements-all.lock")) - dead)
    assert not (ROOT / "uv.lock").exists(), "it is full of host names"


def test_conda_leads_to_the_same_lock() -> None:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    wanted = (ROOT / ".python-version").read_text().strip()
    dependencies = re.findall(r"^  - (\S+)$", text.split("dependencies:")[1], re.M)
    assert dependencies == [f"python={wanted}", "pip", "uv"]
    assert f">={wanted}" in PROJECT["requires-python"]
    assert "make report" in text


def test_installed_versions_are_the_locked_ones() -> None:
    from importlib.metadata import version

    for package in required() | required("test"):
        assert version(package) == locked("requirements.lock")[package], package


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "bootstrap.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_bootstrap_leaves_a_foreign_venv_alone(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keep.txt").write_text("mine")
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "MARK", tmp_path / "made-by-almpo")
    with pytest.raises(SystemExit):
        bootstrap.sync(ROOT / "requirements.lock")
    assert (tmp_path / "keep.txt").read_text() == "mine"


def python_with_pip() -> str:
    for candidate in (getattr(sys, "_base_executable", sys.executable), "python3", "/usr/bin/python3"):
        if subprocess.run([candidate, "-m", "pip", "--version"], capture_output=True).returncode == 0:
            return candidate
    pytest.skip("no Python with pip beside the project's own environment")


def test_bootstrap_passes_pip_settings_on(tmp_path: Path) -> None:
    certificate = tmp_path / "ca.pem"
    certificate.write_text("")
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\nindex-url = http://127.0.0.1:9/simple\ncert = {certificate}\n")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "SSL_"))}

    def found(**more: str) -> dict[str, str]:
        code = "import bootstrap, json; print(json.dumps(bootstrap.pip_settings()))"
        environment = clean | {"PIP_CONFIG_FILE": str(settings), "PYTHONDONTWRITEBYTECODE": "1"} | more
        command = [python_with_pip(), "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        return dict(json.loads(done.stdout))

    assert found()["UV_DEFAULT_INDEX"] == "http://127.0.0.1:9/simple"
    assert found()["SSL_CERT_FILE"] == str(certificate)
    assert "UV_DEFAULT_INDEX" not in found(UV_DEFAULT_INDEX="http://127.0.0.1:8/simple"), (
        "what the person set wins"
    )


def test_bootstrap_takes_no_python_that_does_not_run(bootstrap: ModuleType, tmp_path: Path) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 'pyenv: version not installed' >&2\nexit 127\n")
    shim.chmod(0o755)
    assert bootstrap.version_of(shim) is None
    assert bootstrap.version_of(tmp_path / "missing") is None
    assert bootstrap.version_of(sys.executable) == sys.version_info[:2]


def test_make_alone_explains() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ})
    for target in ("report", "apps", "lab", "runs", "test", "test-all"):
        assert f"make {target}" in done.stdout


def test_top_level_folders_exist() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for path in (
        "reports/README.md",
        "mlruns/README.md",
        "notebooks/00_tour.ipynb",
        "data/sources.csv",
        "LICENSE",
    ):
        assert path in tracked.splitlines()
