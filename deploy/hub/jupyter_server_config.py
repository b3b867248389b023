"""Settings of one person's server: JupyterLab on the tour, and the apps at ``apps``.

It is named on the command line, so a file of settings in the person's own folder is not read.
"""

import os
import sys
from pathlib import Path
from typing import Any

c = get_config()  # noqa: F821 (traitlets reads the file and provides it)


def _no_request_outside(page_config: dict[str, Any], **_: Any) -> dict[str, Any]:
    # Voila would fetch MathJax from a public server; the apps show no formula.
    return {**page_config, "fullMathjaxUrl": ""}


c.VoilaConfiguration.page_config_hook = _no_request_outside

idle_seconds = int(float(os.environ.get("ALMPO_HUB_IDLE_MINUTES", "60")) * 60)
often = max(1, min(60, idle_seconds // 4))

c.ServerApp.root_dir = str(Path(os.environ["HOME"]) / "notebooks")
sys.path.insert(0, str(Path(os.environ["ALMPO_PROJECT"]) / "deploy" / "hub"))
c.ServerApp.jpserver_extensions = {"apps_page": True}
c.ServerApp.terminals_enabled = False
c.ServerApp.port_retries = 0
# A kernel that has computed nothing for so long goes, also when its tab was forgotten open; then the server goes.
c.MappingKernelManager.cull_idle_timeout = idle_seconds
c.MappingKernelManager.cull_interval = often
c.MappingKernelManager.cull_connected = True
c.ServerApp.shutdown_no_activity_timeout = idle_seconds
# Somebody else's account could otherwise try to read along what kernels say.
c.KernelManager.transport = "ipc"

c.VoilaConfiguration.template = "hub"
c.VoilaConfiguration.allow_template_override = "NO"
c.VoilaConfiguration.allow_theme_override = "NO"
c.VoilaConfiguration.file_allowlist = []
c.VoilaConfiguration.show_tracebacks = False
c.VoilaConfiguration.extension_allowlist = [
    "anywidget",
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
]
