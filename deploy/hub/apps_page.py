"""The page of the apps at ``/user/NAME/apps``: an extension of a person's server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.web import authenticated


class AppsPage(JupyterHandler):
    """The landing page of `almpo apps`, with the addresses of the person's own server."""

    @authenticated
    def get(self) -> None:
        """Show it."""
        from almpo_kit.workbench.apps.gate.landing import Landing, read

        # Every time anew: the person may have changed an app or added one.
        apps = read(Path(self.settings["server_root_dir"]).expanduser() / "apps")
        page = Landing(apps, self.base_url).page(can_leave=False)
        # On a person's server the apps lie beside the notebooks, in a folder of their own.
        self.finish(page.replace(b"voila/render/", b"voila/render/apps/"))


def _load_jupyter_server_extension(server: Any) -> None:
    address = url_path_join(server.web_app.settings["base_url"], r"/apps/?")
    server.web_app.add_handlers(".*$", [(address, AppsPage)])


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "apps_page"}]
