"""Pages of the participant, from templates; everything that is put in is escaped."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.workbench.assets import FOLDER as ASSETS

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER: Final = ASSETS / "answer"
#: Address under which everything of the page lies.
PATH: Final = "/codesign_answer"
#: File -> what it is. Nothing else is served.
FILES: Final = {
    "answer.css": "text/css; charset=utf-8",
    "answer.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@cache
def asset(name: str) -> tuple[bytes, str]:
    """Bytes of a file and what tells its versions apart."""
    held = Path(FOLDER, name).read_bytes()
    return held, hashlib.sha256(held).hexdigest()[:16]


def asset_address(name: str) -> str:
    """Where a page finds a file; a new version has a new address."""
    return f"{PATH}/assets/{asset(name)[1]}/{name}"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["asset"] = asset_address
    return made


def render(name: str, **values: Any) -> str:
    """A page.

    Parameters
    ----------
    name : str
        Of the template, without its ending.
    **values
        ``speech`` and what the template needs.
    """
    speech = values["speech"]
    values |= {"say": speech.say, "count": speech.count, "path": PATH}
    return _environment().get_template(f"{name}.html.j2").render(**values)
