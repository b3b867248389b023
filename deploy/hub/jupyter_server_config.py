"""Settings of one person's server: JupyterLab on the tour, and the apps at ``voila``.

It is named on the command line, so a file of settings in the person's own folder is not read.
"""

# The file is read by traitlets, which provides this function.
import os

c = get_config()  # noqa: F821

idle_seconds = int(float(os.environ.get("ALMPO_HUB_IDLE_MINUTES", "60")) * 60)
often = max(1, min(60, idle_seconds // 4))

c.ServerApp.root_dir = os.path.join(os.environ["HOME"], "notebooks")  # noqa: PTH118
c.ServerApp.terminals_enabled = False
c.ServerApp.port_retries = 0
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
# A kernel that has computed nothing for so long goes, also when its tab was forgotten open; then the server goes.
c.MappingKernelManager.cull_idle_timeout = idle_seconds
c.MappingKernelManager.cull_interval = often
c.MappingKernelManager.cull_connected = True
c.ServerApp.shutdown_no_activity_timeout = idle_seconds
# Somebody else's account could otherwise try to read along what kernels say.
c.KernelManager.transport = "ipc"

c.VoilaConfiguration.template = "almpo"
c.VoilaConfiguration.allow_template_override = "NO"
c.VoilaConfiguration.allow_theme_override = "NO"
c.VoilaConfiguration.file_allowlist = []
c.VoilaConfiguration.show_tracebacks = False
c.VoilaConfiguration.extension_allowlist = [
    "anywidget",
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
]
