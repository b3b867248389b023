"""What everybody sees at once: the first screen of an app, made when its last kernel woke, put into the page as data.

As data, because a browser must treat it as the live app treats its answers: no script in it runs. It is drawn into a closed
shadow root, where neither its names nor its styles meet those of the live app.
"""

from __future__ import annotations

import json

from almpo_kit.workbench.apps.visitors.inert import State, as_html
from almpo_kit.workbench.assets import FOLDER

#: Larger than this, it would come later than the app itself.
_LARGEST = 2_000_000


def first_view(outputs: tuple[dict[str, object], ...], state: State) -> str:
    """The first screen as HTML for a shadow root; empty if there is nothing to show.

    Parameters
    ----------
    outputs : tuple of dict
        What the notebook showed.
    state : mapping
        Of its widgets.
    """
    html = as_html(outputs, state)
    if not html or len(html) > _LARGEST:
        return ""
    style = (FOLDER / "voila" / "first_view.css").read_text(encoding="utf-8")
    # The stylesheet of the app comes within its first widget; its colours belong to the root of what it is in.
    return f"<style>{style}</style>{html.replace(':root {', ':host {', 1)}"


def as_data(view: str) -> str:
    """As JSON that can stand in a script element: nothing in it ends that element."""
    return json.dumps(view).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
