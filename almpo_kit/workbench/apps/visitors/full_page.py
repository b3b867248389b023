"""What somebody sees who finds no place: how it stands, that it is tried again, and the first view meanwhile."""

from __future__ import annotations

from html import escape

from almpo_kit.workbench.apps.visitors.pages import Skeleton

_ROLE = '<p id="waiting"'


def full(skeleton: Skeleton, title: str, view: str, *, people: int, retry: int, hers: bool = False) -> str:
    """The page.

    Parameters
    ----------
    skeleton : Skeleton
    title, view : str
        Of the app.
    people : int
        Who use the apps now.
    retry : int
        Seconds after which the page loads again by itself.
    hers : bool
        She has an app open herself, in another tab.
    """
    below = " Below is what the app shows first." if view else ""
    own = " You have an app open in another tab: close that one to use this one." if hers else ""
    words = (
        f'<p id="full" role="status"><strong>{escape(title)}</strong><br>'
        f"{'Somebody uses' if people == 1 else f'{people} people use'} the apps at the moment, and that is as many as "
        f"this server has room for. You are let in when somebody leaves; this page asks again every {retry} seconds."
        f"{own}{below}</p>"
    )
    page = skeleton.begin(title, view)
    start = page.find(_ROLE)
    end = page.find("</p>", start) + len("</p>")
    refresh = f'<meta http-equiv="refresh" content="{retry}">'
    shown = page[:start] + words + page[end:]
    return f"{shown.replace('</head>', f'{refresh}</head>', 1)}</div></body></html>"
