"""The page around an app: rendered once by Voila, then cut where each visitor's kernel and each app's first view go.

Voila renders it anew for everyone, a third of a second in which the server answers nobody else.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from almpo_kit.workbench.apps.visitors.first_views import as_data

_TITLE, _NAME, _VIEW, _OUTPUT = "ALMPO-TITLE", "ALMPO-NAME", "ALMPO-FIRST-VIEW", "ALMPO-OUTPUT"
_KERNEL = "00000000-0000-4000-8000-000000000000"
_SCRIPT = (
    r'(<script type="application/vnd\.voila\.cell-output\+json">)(?:(?!</script>).)*?ALMPO-OUTPUT.*?</script>'
)


@dataclass(frozen=True)
class Skeleton:
    """Parts of the page: what can be sent at once, and what needs the kernel.

    Parameters
    ----------
    head : str
        Up to and with the first view.
    middle : str
        From there to the outputs; names the kernel.
    tail : str
        After the outputs.
    """

    head: str
    middle: str
    tail: str

    def begin(self, title: str, view: str) -> str:
        """What everybody gets at once."""
        return self.head.replace(_VIEW, as_data(view)).replace(_TITLE, escape(title)).replace(_NAME, "app")

    def finish(self, kernel: str, outputs: Sequence[Mapping[str, Any]]) -> str:
        """What makes it the app of this kernel."""
        start = '<script type="application/vnd.voila.cell-output+json">'
        shown = "".join(f"{start}{_in_script({**output, 'trusted': True})}</script>" for output in outputs)
        return f"{self.middle.replace(_KERNEL, kernel)}{shown}{self.tail}"


def _in_script(value: object) -> str:
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def cut(page: str) -> Skeleton:
    """A rendered page with the stand-ins in it.

    Raises
    ------
    ValueError
        They are not where they belong: the template does not fit Voila any more.
    """
    end_of_head = page.find(_KERNEL)
    start = page.rfind("<script", 0, end_of_head)
    output = re.search(_SCRIPT, page, re.S)
    if start < 0 or output is None or output.start() < start or _VIEW not in page[:start]:
        raise ValueError("Voila's page is not as it was: its template almpo has to be looked at")
    return Skeleton(page[:start], page[start : output.start()], page[output.end() :])


async def skeleton(server: Any) -> Skeleton:
    """The page of an app server's template.

    Parameters
    ----------
    server : Voila
        With its settings made.
    """
    from nbformat import v4
    from voila.notebook_renderer import NotebookRenderer
    from voila.utils import get_page_config

    class Blank(NotebookRenderer):  # type: ignore[misc, unused-ignore]
        """A notebook that nothing runs."""

        async def load_notebook(self, path: str) -> Any:
            outputs = [v4.new_output("display_data", {"text/plain": _OUTPUT})]
            kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
            cell = v4.new_code_cell(outputs=outputs, id="app")
            return v4.new_notebook(cells=[cell], metadata={"title": _TITLE, "kernelspec": kernel})

        async def _jinja_kernel_start(self, nb: Any, kernel_id: str, kernel_future: Any) -> str:
            return kernel_id

        async def _jinja_cell_generator(self, nb: Any, kernel_id: str) -> AsyncIterator[Any]:
            for cell in nb.cells:
                yield cell

    asked = {"base_url": server.base_url, "settings": server.app.settings, "log": server.log}
    config = get_page_config(**asked, voila_configuration=server.voila_configuration)
    blank = Blank(
        voila_configuration=server.voila_configuration,
        traitlet_config=server.config,
        notebook_path=f"{_NAME}.ipynb",
        template_paths=server.template_paths,
        config_manager=server.config_manager,
        contents_manager=server.contents_manager,
        base_url=server.base_url,
        kernel_spec_manager=server.kernel_spec_manager,
        page_config=config,
        mathjax_config=None,
        mathjax_url=None,
    )
    await blank.initialize()
    return cut(await blank.generate_content_str(_KERNEL))


def titles(folder: Path) -> dict[str, str]:
    """Name of each app (of its notebook) to its title."""
    found = {}
    for path in sorted(folder.glob("*.ipynb")):
        metadata = json.loads(path.read_text(encoding="utf-8")).get("metadata", {})
        found[path.stem] = str(metadata.get("title", path.stem))
    return found
