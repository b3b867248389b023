"""The container recipe and the hub: what must hold of them, read from the files.

No image can be built where these tests run. Small programs run in test_deploy_programs.py, a hub in test_hub.py (slow).
"""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from almpo_kit.workbench import cli

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SECRET = re.compile(r"PASSWORD|TOKEN|SECRET|_KEY$|WEBHOOK")


def instructions() -> list[tuple[str, str]]:
    """(instruction, rest) of the Dockerfile, its lines joined."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.M))
    return [
        (w, re.sub(r"\s+", " ", r))
        for w, _, r in (line.strip().partition(" ") for line in text.splitlines() if line.strip())
    ]


def stages() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for word, rest in instructions():
        if word == "FROM":
            found[rest.split(" AS ")[1]] = []
        if found:
            list(found.values())[-1].append((word, rest))
    return found


# --- the image --------------------------------------------------------------------------------------------------------


def test_base_images_are_of_one_version() -> None:
    named = dict(rest.split("=", 1) for word, rest in instructions()[:2] if word == "ARG")
    assert set(named) == {"PYTHON", "NODE"}
    assert all(re.fullmatch(r"(python|node):\d+\.\d+\.\d+-[a-z-]+", tag) for tag in named.values()), named
    python = (ROOT / ".python-version").read_text().strip()
    assert named["PYTHON"].startswith(f"python:{'.'.join(python.split('.')[:2])}.")
    bases = [rest.split(" AS ")[0] for word, rest in instructions() if word == "FROM"]
    assert bases == ["${PYTHON}", "${NODE}", "${PYTHON}", "workbench"]


def test_packages_come_from_the_lock_by_hash() -> None:
    installs = [r for w, r in instructions() if w == "RUN" and "pip install" in r]
    assert len(installs) == 3
    assert re.search(r"pip install \S+ uv==\d+\.\d+\.\d+$", installs[0])
    assert "--require-hashes" in installs[1]
    assert "--compile-bytecode -r requirements-all.lock" in installs[1]
    assert "--no-deps --no-build-isolation --offline --editable ." in installs[2]
    assert not [r for w, r in instructions() if "pip install" in r and w != "RUN"]


def test_what_runs_is_small_and_nobody_special() -> None:
    last = stages()["workbench"]
    assert ("USER", "10001:10001") in last
    assert not [
        r for w, r in last if w == "RUN" and re.search(r"\bgcc\b|build-essential|\bgit\b|\bcurl\b|pip ", r)
    ]
    assert all(
        "--no-install-recommends" in r and "rm -rf /var/lib/apt/lists" in r
        for w, r in last
        if "apt-get install" in r
    )
    # After USER nothing is installed, and the hub adds files only.
    words = [w for w, _ in last]
    assert not {"RUN", "COPY", "ADD"} & set(words[words.index("USER") :])
    assert not {"RUN", "USER", "ADD"} & {w for w, _ in stages()["hub"]}
    for stage in ("workbench", "hub"):
        assert [w for w, _ in stages()[stage]].count("HEALTHCHECK") == 1
    assert not [r for w, r in instructions() if w == "ADD" or (w in ("ARG", "ENV") and SECRET.search(r))]


def test_the_build_sees_only_what_it_copies() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert lines[0] == "*"
    let_in = [line[1:] for line in lines if line.startswith("!")]
    kept_out = [line for line in lines[1:] if not line.startswith("!")]
    for _, rest in (i for i in instructions() if i[0] == "COPY" and "--from" not in i[1]):
        for source in rest.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert any(
                source == path or source.startswith(f"{path}/") or path.startswith(f"{source}/")
                for path in let_in
            ), source
    for secret in ("deploy/secrets", "deploy/.env", "data/cache"):
        assert any(fnmatch.fnmatch(secret, pattern) for pattern in kept_out), secret
    ignored = (DEPLOY / ".gitignore").read_text().split()
    assert {"secrets/", ".env"} <= set(ignored)


# --- the services -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_closed_in(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit", "cpus", "healthcheck", "init", "restart", "networks"} <= set(service)
    assert re.fullmatch(r"[a-z-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?", service["image"])
    assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "privileged" not in service
    assert not [v for v in service.get("volumes", []) if "docker.sock" in v or v.startswith("/")]
    user, rights = service["user"], set(service.get("cap_add", []))
    if name == "hub":
        assert (user, rights) == ("0:0", {"CHOWN", "KILL", "SETGID", "SETUID"})
        assert service["profiles"] == ["hub"], "root only where it is asked for"
    else:
        assert int(user.split(":")[0]) > 0
        assert not rights


def test_secrets_are_files_and_stand_nowhere() -> None:
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    assert all(held == {"file": f"./secrets/{name}"} for name, held in COMPOSE["secrets"].items())
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable):
                assert variable.endswith("_FILE"), f"{name}: {variable}"
                assert value.startswith(("/run/secrets/", "${")), f"{name}: {variable}"
            assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), f"{name}: a password in {variable}"
    example = (DEPLOY / ".env.example").read_text()
    assert set(re.findall(r"^(\w+)=", example, re.M)) == set(
        re.findall(r"\$\{(\w+):-", (DEPLOY / "compose.yml").read_text())
    )
    assert not re.search(r"^\w+=.+", example, re.M), "the example carries no values"


def test_only_mlflow_reaches_the_database() -> None:
    assert COMPOSE["networks"]["store"] == {"internal": True}
    assert COMPOSE["networks"]["runs"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if "store" in service["networks"]} == {
        "mlflow",
        "postgres",
    }
    assert SERVICES["postgres"]["networks"] == ["store"]
    assert {name for name, service in SERVICES.items() if "out" in service["networks"]} == {"schedule"}


def test_writable_folders_are_volumes() -> None:
    owned = next(r for w, r in stages()["workbench"] if w == "RUN" and "chown" in r)
    folders = {str(Path("/opt/almpo", name)) for name in owned.partition("almpo:almpo ")[2].split()}
    mounted = {
        v.split(":")[1]
        for s in SERVICES.values()
        for v in s.get("volumes", [])
        if not v.startswith(("..", "."))
    }
    assert folders <= mounted
    assert {v.split(":")[0] for s in SERVICES.values() for v in s["volumes"] if v[0] != "."} == set(
        COMPOSE["volumes"]
    )


def commands() -> Iterator[list[str]]:
    """Every command line of ours in the recipe and in the documents about it."""
    for word, rest in instructions():
        if word == "CMD":
            yield json.loads(rest)
    for service in SERVICES.values():
        for given in (service.get("command"), service["healthcheck"]["test"][1:]):
            if given:
                yield [str(part) for part in given]
    for document in (DEPLOY / "README.md", ROOT / "docs" / "operations.md"):
        for block in re.findall(r"^```\n(.*?)^```", document.read_text(encoding="utf-8"), re.M | re.S):
            for line in re.sub(r"\\\n", " ", block).splitlines():
                if found := re.search(r"(?:^|\s|/)(almpo [a-z].*)", line.partition("  #")[0]):
                    yield shlex.split(re.split(r"\s(?:\||>|&&|;)", found[1])[0])


def test_every_command_is_one_of_ours() -> None:
    ours = [line for line in commands() if line[0] == "almpo"]
    assert len(ours) > 12
    for line in ours:
        try:
            cli.parser().parse_args(line[1:])
        except SystemExit as ended:
            # `--help` ends with 0; a wrong word with 2.
            assert ended.code == 0, shlex.join(line)


def test_every_file_that_is_started_is_there() -> None:
    text = (DEPLOY / "Dockerfile").read_text() + (DEPLOY / "compose.yml").read_text()
    started = set(re.findall(r"/opt/almpo/(deploy/[\w./]+)", text))
    assert {"deploy/entry.py", "deploy/healthy.py", "deploy/jupyterhub_config.py"} <= started
    assert all((ROOT / path).is_file() for path in started)


def test_the_proxy_is_locked_by_hash_and_names_no_host() -> None:
    lock = json.loads((DEPLOY / "proxy" / "package-lock.json").read_text())
    wanted = json.loads((DEPLOY / "proxy" / "package.json").read_text())["dependencies"]
    packages = {path: held for path, held in lock["packages"].items() if path}
    assert len(packages) > 20
    assert all(
        held["integrity"].startswith("sha512-") and "resolved" not in held for held in packages.values()
    )
    assert packages["node_modules/configurable-http-proxy"]["version"] == wanted["configurable-http-proxy"]


def test_settings_of_the_hub_are_explained() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r'setting\("(\w+)"', (DEPLOY / "jupyterhub_config.py").read_text()))
    assert len(named) > 10
    assert not [name for name in named if name not in text]
