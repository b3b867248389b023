"""An executed notebook as one self-contained HTML page.

Only what was said is rendered (text and outputs, no code, no widget state, no execution times), so the same
answers give the same bytes.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

from almpo_kit.workbench.assets import FOLDER, stylesheet

_HIDDEN = "hide"


def render(notebook: Any, *, fallback_title: str, command: str) -> str:
    """The page.

    Parameters
    ----------
    notebook : NotebookNode
        Executed.
    fallback_title : str
        Title of the page when no output holds a top heading.
    command : str
        How to make this page again; stands in the footer.
    """
    blocks = [block for cell in notebook.cells for block in _blocks(cell)]
    body = "\n".join(blocks)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.S)
    title = unescape(re.sub(r"<[^>]+>", "", heading.group(1))).strip() if heading else fallback_title
    return whole_page(body, title=title, command=command)


def whole_page(body: str, *, title: str, command: str = "", made: str = "") -> str:
    """A self-contained page around some HTML: the one stylesheet, no script, no request.

    Parameters
    ----------
    body : str
        HTML.
    title : str
    command : str
        How to make the page again; stands in the footer, with the manifest beside the page.
    made : str
        What stands there instead, for a page without a manifest.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    page = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("report.html.j2")
    return str(
        page.render(
            title=title,
            css_title=_css_string(title),
            style=stylesheet(),
            body=body,
            command=command,
            made=made,
        )
    )


def _css_string(text: str) -> str:
    """A quoted CSS string, safe inside a style element."""
    return '"' + re.sub(r'[\\"<>&\x00-\x1f]', lambda m: f"\\{ord(m.group()):06X}", text) + '"'


def _blocks(cell: Any) -> list[str]:
    if _HIDDEN in cell.metadata.get("tags", []):
        return []
    if cell.cell_type == "markdown":
        from nbconvert.filters import markdown2html

        return [f'<div class="prose">{markdown2html(cell.source.strip())}</div>']
    if cell.cell_type != "code":
        return []
    return [text for output in cell.outputs if (text := _output(output))]


def _output(output: Any) -> str:
    if output.output_type == "stream":
        # Warnings on stderr are for the analyst at the terminal, not for the reader of the page.
        return f"<pre>{escape(output.text)}</pre>" if output.name == "stdout" else ""
    data = output.get("data", {})
    if "text/html" in data:
        return str(data["text/html"])
    if "image/svg+xml" in data:
        return str(data["image/svg+xml"])
    if "text/markdown" in data:
        from nbconvert.filters import markdown2html

        return f'<div class="prose">{markdown2html(data["text/markdown"])}</div>'
    return f"<pre>{escape(str(data['text/plain']))}</pre>" if "text/plain" in data else ""
