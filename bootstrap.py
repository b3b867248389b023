"""Make the locked environment in .venv, whatever Python starts this file.

Run by `make`; needs nothing but a Python (3.8 or newer) with pip. It finds or fetches uv, finds a
Python 3.12 or 3.13 (on the PATH, under pyenv, or through uv), creates .venv, installs exactly what the
lock says, checks every hash, and adds the project itself. A stamp makes the second run instant.

    python3 bootstrap.py             everything that `make report` and `make test` need
    python3 bootstrap.py --all       with every extra (DoWhy, CausalML, EconML, pre-commit)
    python3 bootstrap.py --browser   also look for a Chromium, and try to install one
"""

import argparse
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
MARK = ROOT / ".uv" / "venv-is-ours"  # without it, a .venv is somebody else's and is left alone
STAMP = VENV / "almpo-lock-installed"
WANTED = ((3, 12), (3, 13))


def say(text):
    print(text, file=sys.stderr, flush=True)


def stop(text):
    say("\n" + text)
    raise SystemExit(1)


def version_of(python):
    """(major, minor) of an interpreter, or None when it does not run (pyenv's shims exist without one)."""
    code = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, timeout=60)
        return tuple(int(part) for part in done.stdout.split()) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def runs(uv):
    try:
        return subprocess.run([str(uv), "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def pip_settings():
    """pip's own configuration (a mirror, a certificate, a proxy) in the words uv understands."""
    done = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    found = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition("=")
        found[key.split(".")[-1].replace("_", "-")] = value.strip().strip("'\"")
    uv = {}
    if found.get("index-url"):
        uv["UV_DEFAULT_INDEX"] = found["index-url"]
    extra = [
        url for url in found.get("extra-index-url", "").replace("\\n", " ").split() if url.startswith("http")
    ]
    if extra:
        uv["UV_INDEX"] = " ".join(extra)
    if Path(found.get("cert", "")).is_file():
        uv["SSL_CERT_FILE"] = found["cert"]
    if found.get("proxy"):
        uv["HTTPS_PROXY"] = found["proxy"]
    if found.get("trusted-host"):
        uv["UV_INSECURE_HOST"] = found["trusted-host"].replace("\\n", " ")
    return {key: value for key, value in uv.items() if key not in os.environ}


def find_uv():
    """Path of uv; fetched into .uv with pip when the machine has none."""
    own = ROOT / ".uv" / "bin" / "uv"
    for candidate in (shutil.which("uv"), own):
        if candidate and runs(candidate):
            return str(candidate)
    say("uv is not here; fetching it with pip into .uv ...")
    # --target needs no virtual environment and is allowed on externally managed Pythons.
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--upgrade", "--target", str(own.parents[1]), "uv"]
    subprocess.run(pip, env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"})
    if not runs(own):
        stop("uv could not be installed. Install it by hand (`pip install uv`) and run `make` again.")
    return str(own)


def find_python(uv, environment):
    """Path of a Python 3.12 (preferred: every wheel exists for it) or 3.13."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for major, minor in WANTED:
        named = shutil.which(f"python{major}.{minor}")
        for candidate in (
            sys.executable,
            named,
            *sorted(pyenv.glob(f"{major}.{minor}*/bin/python"), reverse=True),
        ):
            if candidate and version_of(candidate) == (major, minor):
                return str(candidate)
    for command in (
        ["python", "find", ">=3.12,<3.14"],
        ["python", "install", "3.12"],
        ["python", "find", "3.12"],
    ):
        done = subprocess.run([uv, *command], capture_output=True, text=True, env=environment)
        candidate = done.stdout.strip()
        if command[1] == "find" and done.returncode == 0 and version_of(candidate) in WANTED:
            return candidate
    return stop(
        "This project needs Python 3.12 (or 3.13) and none was found on the PATH, under pyenv or through uv.\n"
        "Install one - e.g. `pyenv install 3.12`, `brew install python@3.12`, `apt-get install python3.12`,\n"
        "or `conda env create -f environment.yml && conda activate almpo` - and run `make` again."
    )


def fingerprint(lock):
    digest = hashlib.sha256()
    for path in (lock, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return f"{lock.name} {digest.hexdigest()} {ROOT}\n"


def sync(lock):
    if VENV.exists() and not MARK.exists():
        stop(f"{VENV} was not made by this project, so it is left alone. Move it away and run `make` again.")
    environment = {**os.environ, **pip_settings()}
    uv = find_uv()
    STAMP.unlink() if STAMP.exists() else None

    def run(*arguments):
        if subprocess.run([uv, *arguments], cwd=ROOT, env=environment).returncode:
            stop(
                f"`uv {arguments[0]} {arguments[1]}` failed (above). Nothing else was touched; run `make` again."
            )

    if version_of(VENV / "bin" / "python") not in WANTED:
        python = find_python(uv, environment)
        say(f"Creating .venv with {python} ...")
        # Marked before it is made, so that an interrupted start can be taken up again.
        MARK.parent.mkdir(exist_ok=True)
        MARK.write_text("bootstrap.py makes .venv; both may be deleted at any time\n")
        run("venv", "--quiet", "--clear", "--python", python, str(VENV))
    say(f"Installing what {lock.name} lists (minutes the first time, seconds afterwards) ...")
    into = ["--python", str(VENV / "bin" / "python")]
    # Bytecode is compiled now: without it every start of the workbench takes three times as long.
    run("pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", *into, str(lock))
    # `pip sync` removes what the lock does not name, the project included; put it back.
    run("pip", "install", "--quiet", "--no-deps", "--no-build-isolation", *into, "--editable", str(ROOT))
    STAMP.write_text(fingerprint(lock))


def find_browser():
    code = "from almpo_kit.workbench import browser; print(browser.find() or '')"
    done = subprocess.run(
        [str(VENV / "bin" / "python"), "-c", code], capture_output=True, text=True, cwd=ROOT
    )
    return done.stdout.strip()


def browser():
    """Find a Chromium; try Debian's package as root, else Playwright's own. Never fails."""
    if find_browser():
        return
    say("No Chromium or Chrome was found; trying to install one for PDF export and the browser tests ...")
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"])
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], stdout=subprocess.DEVNULL)
    else:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run([str(VENV / "bin" / "playwright"), "install", "chromium"], timeout=600)
    if not find_browser():
        say("No browser could be installed: PDF export is off and the browser tests will be SKIPPED.")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--browser", action="store_true")
    asked = parser.parse_args()
    full, core = ROOT / "requirements-all.lock", ROOT / "requirements.lock"
    done = STAMP.read_text() if STAMP.exists() else ""
    # An environment with every extra also serves those who asked for less.
    if done not in ([fingerprint(full)] if asked.all else [fingerprint(core), fingerprint(full)]):
        sync(full if asked.all else core)
    if asked.browser:
        browser()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("Interrupted. Nothing is lost; run `make` again to go on.")
