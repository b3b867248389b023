"""Headers of every answer, whoever gives it; nothing says which server or version answers."""

from __future__ import annotations

from typing import Any, Final

from almpo_kit.workbench.apps.gate import pages

#: Pages of our own: no script, no request.
PLAIN: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
#: An app. Found out in a browser with all of them: the widgets' code comes from this server, anywidget's from a blob: that
#: it makes of what the kernel sent. JupyterLab writes its styles into the page.
APP: Final = (
    "default-src 'none'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' {sockets}; form-action 'none'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
        "midi=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
#: Header of a refusal with words of its own; it is not sent.
OWN_WORDS: Final = "X-Almpo-Own-Words"
#: Said by libraries, of no use to visitors.
_UNSAID: Final = ("Server", "X-Powered-By")


def app_policy(host: str) -> str:
    """Content security policy of an app that is asked for under this (known) host.

    Safari before version 16 does not count a socket to the same host as ``'self'``.
    """
    return APP.format(sockets=f"ws://{host} wss://{host}")


class Dressed:
    """The connection of a request, whose answer gets our headers; everything else is the connection's own.

    Parameters
    ----------
    request : tornado.httputil.HTTPServerRequest
        With the connection to dress.
    policy : str
        Content security policy; "" for pages with rules of their own, whose headers and refusals stay.
    base : str
        Base address, with strokes around it.
    """

    def __init__(self, request: Any, policy: str, base: str) -> None:
        self._connection = request.connection
        self._method = request.method
        self._policy, self._base = policy, base

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def write_headers(self, start_line: Any, headers: Any, chunk: bytes | None = None) -> Any:
        """As tornado's connections, with other headers, and without a library's words about what went wrong."""
        for name in _UNSAID:
            headers.pop(name, None)
        for name, value in HEADERS.items():
            if self._policy or name not in headers:
                headers[name] = value
        if self._policy and start_line.code != 101:
            headers["Content-Security-Policy"] = self._policy
            # Our own pages that refuse say when to come again.
            if start_line.code >= 400 and "Retry-After" not in headers and not headers.pop(OWN_WORDS, ""):
                chunk = self._plainly(start_line.code, headers)
        return self._connection.write_headers(start_line, headers, chunk)

    def _plainly(self, status: int, headers: Any) -> bytes:
        page = pages.refusal(status, self._base)
        headers["Content-Security-Policy"] = PLAIN
        headers["Content-Type"] = "text/html; charset=utf-8"
        headers["Content-Length"] = str(len(page))
        for name in ("Etag", "Last-Modified", "Content-Encoding"):
            headers.pop(name, None)
        return b"" if self._method == "HEAD" else page
