"""Where the official services are, and how a request for one series is addressed.

``ALMPO_SERVICE_<NAME>`` (e.g. ``ALMPO_SERVICE_ESTAT=https://mirror.example/eurostat``) replaces a service's base, for a
mirror on a closed network or for tests. Proxies are taken from the usual ``HTTPS_PROXY`` and ``NO_PROXY``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import sdmx

_CSV = "application/vnd.sdmx.data+csv"


@dataclass(frozen=True)
class Service:
    """One official service.

    Parameters
    ----------
    name : str
        Key in sdmx1's list of sources, where it is one.
    base : str
        Below it lie ``rest`` (SDMX 2.1) and, at Eurostat and DG EMPL, ``1.0/async``.
    rest : str
        Path of the SDMX REST service below the base.
    accept : str
        Media type asked for.
    query : Mapping
        What the service wants in the query besides the standard's parameters.
    title : str
        For messages.
    """

    name: str
    base: str
    title: str
    rest: str = ""
    accept: str = _CSV
    query: Mapping[str, str] | None = None


_DISSEMINATION = {"format": "SDMX-CSV"}
#: Eurostat, "API – Detailed guidelines"; DG EMPL runs the same software ("redisstat") for the LMP database.
SERVICES: dict[str, Service] = {
    s.name: s
    for s in (
        Service(
            "ESTAT",
            "https://ec.europa.eu/eurostat/api/dissemination",
            "Eurostat",
            rest="/sdmx/2.1",
            accept=f"{_CSV}, text/csv, */*;q=0.1",
            query=_DISSEMINATION,
        ),
        Service(
            "EMPL",
            "https://webgate.ec.europa.eu/empl/redisstat/api/dissemination",
            "DG EMPL (labour market policy database)",
            rest="/sdmx/2.1",
            accept=f"{_CSV}, text/csv, */*;q=0.1",
            query=_DISSEMINATION,
        ),
        Service("ILO", "https://sdmx.ilo.org/rest", "ILO (ILOSTAT)"),
        Service("OECD", "https://sdmx.oecd.org/public/rest", "OECD"),
        Service(
            "GISCO",
            "https://gisco-services.ec.europa.eu/distribution/v2/nuts",
            "Eurostat GISCO",
            accept="application/geo+json, application/json, */*;q=0.1",
        ),
    )
}


def service(name: str) -> Service:
    """One of :data:`SERVICES`.

    Raises
    ------
    ParameterError
        No such service.
    """
    if name not in SERVICES:
        raise ParameterError(f"There is no service {name!r}; there are {', '.join(SERVICES)}.")
    return SERVICES[name]


def base(name: str) -> str:
    """Base URL of a service: the official one, or ``ALMPO_SERVICE_<NAME>``.

    Raises
    ------
    ParameterError
        No such service, or the environment names no web address.
    """
    official, variable = service(name).base, f"ALMPO_SERVICE_{name}"
    chosen = os.environ.get(variable, "").strip().rstrip("/")
    if "@" in chosen:
        # It would be written into every manifest and message.
        raise ParameterError(
            f"{variable} holds a name or password; put them into ~/.netrc and leave them out there."
        )
    if chosen and not _is_address(chosen):
        raise ParameterError(
            f"{variable} is {chosen!r}, which is no web address; write http://host/path, or unset it for "
            f"the official service ({official})."
        )
    return chosen or official


def _is_address(text: str) -> bool:
    """Whether a base can be asked; what stands behind ``?`` or ``#`` would swallow the paths below it."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    known = parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
    return known and not parts.query and not parts.fragment


@cache
def _client(name: str) -> sdmx.Client:
    import sdmx

    return sdmx.Client(name)


def key_text(key: Mapping[str, str | Sequence[str]]) -> str:
    """An SDMX 2.1 key: codes of each dimension in the order of the structure, ``+`` between codes, empty for all."""
    return ".".join(c if isinstance(c, str) else "+".join(c) for c in key.values())


def data_url(
    name: str,
    dataflow: str,
    key: Mapping[str, str | Sequence[str]],
    *,
    start: str | None = None,
    end: str | None = None,
) -> str:
    """The address of some data, as sdmx1 builds it, at the base that applies here.

    Parameters
    ----------
    name : str
        Key of :data:`SERVICES`.
    dataflow : str
        As the service calls it; OECD's with agency and version, separated by commas.
    key : Mapping
        Dimension → code, codes, or nothing for all; in the order of the dataflow's structure.
    start, end : str, optional
        First and last period, e.g. ``"2018"``.
    """
    periods = {"startPeriod": start, "endPeriod": end}
    # Asked for a dry run with a key that is text, sdmx1 sends nothing: the bytes travel through our transport.
    options: dict[str, Any] = {"key": key_text(key), "dry_run": True}
    options["params"] = {k: v for k, v in periods.items() if v}
    return _ours(name, str(_client(name).get("data", dataflow, **options).url), service(name).query or {})


def structure_url(name: str, dataflow: str) -> str:
    """The address of the structure behind a dataflow, without its code lists."""
    # Eurostat's software registers its structures in capitals, whatever the case of a request for data.
    agency, _, flow = dataflow.partition(",") if "," in dataflow else (name, "", dataflow.upper())
    options: dict[str, Any] = {"agency_id": agency, "params": {"references": "none"}, "dry_run": True}
    return _ours(name, str(_client(name).get("datastructure", flow.partition(",")[0], **options).url), {})


def dataflow_url(name: str, dataflow: str) -> str:
    """The address of what Eurostat's software says about a dataflow, when it was updated among others (JSON)."""
    there = service(name)
    return f"{base(name)}{there.rest}/dataflow/{there.name}/{dataflow.upper()}?format=json"


def _ours(name: str, address: str, query: Mapping[str, str]) -> str:
    """An address at the base that applies here, with what the service wants besides."""
    official, _, asked = address.partition("?")
    whole = "&".join(filter(None, (asked, urlencode(query))))
    return f"{base(name)}{official.removeprefix(service(name).base)}" + f"?{whole}" * bool(whole)
