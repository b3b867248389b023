"""JupyterLab and the MLflow UI, started with settings that suit one person on one machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from almpo_kit.sources import root
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import notebooks, tracking, tracking_store, tracking_views


def _run(command: list[str], environment: dict[str, str] | None = None) -> int:
    process = subprocess.Popen(command, cwd=root(), env={**os.environ, **(environment or {})})
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The server got the same Ctrl-C; give it the time to close its kernels.
        process.terminate()
        process.wait(timeout=30)
        return 0


def require_address(ip: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before a server is started that would only half fail.

    Raises
    ------
    ParameterError
        Not a port, in use, or not an address of this machine.
    """
    if not 1 <= port <= 65535:
        raise ParameterError(f"--port {port} is not a port; choose one from 1 to 65535.")
    try:
        family = socket.getaddrinfo(ip, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((ip, port))
    except OSError as error:
        raise ParameterError(
            f"cannot listen on {ip} port {port} ({error.strerror}); is another server running there? "
            "Choose another with --port."
        ) from None


def lab(*, open_browser: bool = True) -> int:
    """JupyterLab on the tour notebook, or on the folder where there is no tour."""
    tour = notebooks.names().get("tour", notebooks.folder())
    command = [sys.executable, "-m", "jupyterlab", str(tour), "--ServerApp.ip=127.0.0.1"]
    if os.geteuid() == 0:
        # JupyterLab refuses root by default; in a container root is all there is, and only loopback is served.
        command.append("--allow-root")
    return _run(command if open_browser else [*command, "--no-browser"])


def runs(
    view: str = "reports",
    *,
    ip: str = "127.0.0.1",
    port: int = 5000,
    hosts: tuple[str, ...] = (),
    open_browser: bool = True,
) -> int:
    """The MLflow UI and server on the run store, with one worker instead of MLflow's fifteen processes.

    Parameters
    ----------
    view : str
        Of :data:`almpo_kit.workbench.tracking_views.VIEWS`.
    ip, port
        To listen on.
    hosts : tuple of str
        Names by which clients ask for it off loopback.
    open_browser : bool

    Raises
    ------
    ParameterError
        No such view, an address that cannot be listened on, or one off loopback without a name.
    TrackingError
        The store cannot be used.
    """
    tracking_views.path(view, "0")
    if not tracking.is_embedded() and tracking.uri().startswith(("http://", "https://")):
        server = tracking.uri().rstrip("/")
        where = tracking_views.path(view, tracking_views.prepare_views())
        print(f"The runs are on the server that MLFLOW_TRACKING_URI names: {tracking.shown(server)}{where}")
        return 0
    if not hosts and not _is_loopback(ip):
        raise ParameterError(
            f"--ip {ip} lets others reach the runs, and MLflow asks them no password: say by which names they do, with "
            "--host NAME:PORT, and let only a network that you trust reach it."
        )
    require_address(ip, port)
    experiment = tracking_views.prepare_views()
    address = f"http://{'127.0.0.1' if ip == '0.0.0.0' else ip}:{port}"
    command = [
        *(sys.executable, "-m", "almpo_kit.workbench.tracking_server", "server"),
        *("--host", ip, "--port", str(port), "--workers", "1"),
        *("--serve-artifacts", "--artifacts-destination", tracking.artifacts().as_uri()),
        *(("--allowed-hosts", ",".join(hosts)) if hosts else ()),
    ]
    print(
        f"MLflow UI: {address}{tracking_views.path(view, experiment)}  (Ctrl-C stops it)",
        file=sys.stderr,
        flush=True,
    )
    if open_browser:
        open_when_up(address, tracking_views.path(view, experiment))
    # By the environment: whoever lists processes would read a password on the command line.
    told = {"MLFLOW_BACKEND_STORE_URI": tracking.uri(), "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    return _run(command, told | tracking_store.QUIET)


def _is_loopback(ip: str) -> bool:
    return ip in ("localhost", "::1") or ip.startswith("127.")


def open_when_up(address: str, path: str = "") -> None:
    """Open the browser as soon as the server answers, without holding it up."""
    import threading
    import time
    import urllib.error
    import urllib.request
    import webbrowser

    def wait() -> None:
        for _ in range(120):
            try:
                urllib.request.urlopen(address, timeout=2)
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
            else:
                webbrowser.open(f"{address}{path}")
                return

    threading.Thread(target=wait, daemon=True).start()
