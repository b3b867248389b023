"""Opening a connection: redirects within the host only, and why no answer began."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from almpo_kit.sources.services.faults import SAFE, AgainError, BusyError, RefusedError, UnreachableError
from almpo_kit.sources.services.manners import Manners
from almpo_kit.sources.services.verdicts import LATER, host

if TYPE_CHECKING:
    import requests

_HOPS = 5


def opened(url: str, headers: dict[str, str], manners: Manners) -> requests.Response:
    """Send, following redirects only within the host that was asked: a login page elsewhere is no data."""
    import requests
    import urllib3

    session, here = requests.Session(), url
    for _ in range(_HOPS):
        try:
            response = session.get(
                here,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(manners.connect, manners.read),
            )
        # Not all comes as its own error: certificates that are not there, addresses and proxies of no form.
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
            ValueError,
            TypeError,
        ) as error:
            raise _unsent(error, here, manners) from None
        if not response.is_redirect:
            return response
        location = response.headers["Location"]
        response.close()
        here = _target(here, location)
    raise RefusedError(f"{host(url)} redirects in circles. {SAFE} {LATER}")


def _target(here: str, location: str) -> str:
    """Where a redirect leads, if it stays with the service.

    Raises
    ------
    RefusedError
        It leaves the service, or is no address.
    """
    try:
        target = urljoin(here, location)
        old, new = urlsplit(here), urlsplit(target)
        ends = (old.scheme, old.hostname, old.port), (new.scheme, new.hostname, new.port)
    except ValueError:
        raise RefusedError(f"{host(here)} sends us on to what is no address. {SAFE} {LATER}") from None
    # The one change of scheme and port that is harmless.
    secured = (old.scheme, new.scheme) == ("http", "https") and old.hostname == new.hostname
    if ends[0] == ends[1] or secured:
        return target
    raise RefusedError(
        f"{old.hostname} sends us on to {new.scheme}://{new.hostname or '?'}, which is not the service: a login "
        f"page, a proxy, or a move. {SAFE} Open {here} in a browser; if the service moved, set its base by "
        "ALMPO_SERVICE_<NAME>."
    )


def _unsent(error: Exception, url: str, manners: Manners) -> Exception:
    """What it means that no answer began; may pass (:class:`AgainError`) or not. Proxies may hold a password."""
    import requests

    name, text = host(url), str(error)
    if isinstance(error, requests.exceptions.SSLError):
        if "certificate" not in text.lower():
            return UnreachableError(
                f"{name} does not agree on a secure connection. {SAFE} Something in between may answer in its "
                "place; try another network, or ask who runs this one."
            )
        return UnreachableError(
            f"{name} shows a certificate that is not trusted. {SAFE} If your network inspects traffic, point "
            "REQUESTS_CA_BUNDLE at its certificate; never switch the check off."
        )
    if isinstance(error, requests.exceptions.ProxyError):
        if "407" in text:
            return UnreachableError(
                f"The proxy for {name} wants a name and a password. {SAFE} Put them into HTTPS_PROXY "
                "(http://name:password@proxy:port) and pull again."
            )
        return AgainError(
            UnreachableError(f"The proxy for {name} does not answer; check HTTPS_PROXY and NO_PROXY.")
        )
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return AgainError(UnreachableError(f"{name} does not answer within {manners.connect:.0f} s."))
    if isinstance(error, requests.exceptions.ReadTimeout):
        return AgainError(
            BusyError(f"{name} took the request and then kept silent for {manners.read:.0f} s.")
        )
    if isinstance(error, requests.exceptions.ConnectionError):
        unknown = any(w in text for w in ("NameResolution", "getaddrinfo", "Name or service"))
        refused = "refused" in text.lower()
        what = "is not known here (no network, or no DNS)" if unknown else "cannot be reached"
        return AgainError(UnreachableError(f"{name} {what}{' (connection refused)' * refused}."))
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return UnreachableError(
            f"The file of certificates cannot be read. {SAFE} Point REQUESTS_CA_BUNDLE at one that is there, or "
            "unset it."
        )
    if requests.utils.get_environ_proxies(url, no_proxy=None):
        return UnreachableError(
            f"The proxy for {name} cannot be used ({type(error).__name__}). {SAFE} Write HTTPS_PROXY as "
            "http://name:password@proxy:port, with #, / and spaces in name and password as %23, %2F and %20."
        )
    return RefusedError(
        f"The address {url} cannot be asked for ({type(error).__name__}). {SAFE} Check its base."
    )
