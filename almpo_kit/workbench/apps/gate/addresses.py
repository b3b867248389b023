"""What may be asked for at all. Whatever is not named here does not exist, whether a library would answer it or not."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from almpo_kit.workbench.answering.rendering import PATH as PARTICIPANTS

#: Extensions of JupyterLab whose code apps need; the server's configuration allows no others.
EXTENSIONS: Final = (
    "anywidget",
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
)
_KERNEL: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_FILE: Final = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}\.(?:js|css|woff2?|ttf|eot|svg|png)"
_LOOK: Final = frozenset({"GET", "HEAD"})
#: Bytes of a form that lets somebody in, and of the word that a page says when it is closed.
SMALL_FORM: Final = 8_192


@dataclass(frozen=True)
class Address:
    """One kind of address.

    Parameters
    ----------
    name : str
        ``app``, ``landing``, ``login``, ``logout``, ``health``, ``asset``, ``kernel``, ``socket``, ``closing``,
        ``participants``.
    pattern : re.Pattern
        Of the path after the base address, as the browser wrote it: nothing is decoded.
    methods : frozenset of str
    open : bool
        Also without the token.
    largest_body : int
        Bytes; -1 leaves it to whoever answers.
    """

    name: str
    pattern: re.Pattern[str]
    methods: frozenset[str] = _LOOK
    open: bool = False
    largest_body: int = 0


def known(apps: Collection[str]) -> tuple[Address, ...]:
    """All addresses below the base address.

    Parameters
    ----------
    apps : collection of str
        Names of notebooks, without ``.ipynb``.
    """
    names = "|".join(re.escape(quote(name)) for name in sorted(apps)) or "(?!)"
    extensions = "|".join(re.escape(name) for name in EXTENSIONS)
    get, post = frozenset({"GET"}), frozenset({"POST"})
    return (
        Address("landing", re.compile("")),
        # Not HEAD: a kernel would be taken for nobody.
        Address("app", re.compile(rf"voila/render/(?:{names})\.ipynb"), get),
        Address("asset", re.compile(rf"voila/static/{_FILE}")),
        Address("asset", re.compile(rf"voila/templates/almpo/static/{_FILE}")),
        Address("asset", re.compile(rf"voila/labextensions/(?:{extensions})/static/{_FILE}")),
        Address("kernel", re.compile(rf"api/kernels/{_KERNEL}"), get),
        Address("socket", re.compile(rf"api/kernels/{_KERNEL}/channels"), get),
        Address("closing", re.compile(rf"voila/api/shutdown/{_KERNEL}"), post, largest_body=SMALL_FORM),
        Address("login", re.compile("login"), _LOOK | post, open=True, largest_body=SMALL_FORM),
        Address("logout", re.compile("logout"), post, largest_body=SMALL_FORM),
        Address("health", re.compile("healthz"), open=True),
    )


_OF_PARTICIPANTS: Final = Address(
    # Also where it is mistyped, so that no link is logged: see `answering.server.addresses`.
    "participants",
    re.compile(rf"(?i:.*{PARTICIPANTS.strip('/')}/.*)|{PARTICIPANTS}", re.S),
    _LOOK | {"POST"},
    open=True,
    largest_body=-1,
)
_HEALTH: Final = Address("health", re.compile("/healthz"), open=True)


def find(path: str, base: str, addresses: Collection[Address]) -> Address | None:
    """Which kind of address a path is, None for none.

    Parameters
    ----------
    path : str
        As the browser wrote it.
    base : str
        Base address, with strokes around it.
    addresses : collection of Address
        From :func:`known`.
    """
    if path.startswith(base):
        rest = path[len(base) :]
        if found := next((a for a in addresses if a.pattern.fullmatch(rest)), None):
            return found
    # Wherever the apps are: those who look after the machine do not know, and links of participants stay.
    return next((a for a in (_HEALTH, _OF_PARTICIPANTS) if a.pattern.fullmatch(path)), None)
