"""The catalogues by name."""

from __future__ import annotations

from typing import Final

from almpo_kit.sources.documents.catalogues.catalogue import Catalogue
from almpo_kit.sources.documents.catalogues.crossref import Crossref
from almpo_kit.sources.documents.catalogues.openalex import OpenAlex
from almpo_kit.vocabulary.errors import ParameterError

CATALOGUES: Final = ("openalex", "crossref")


def literature(name: str) -> Catalogue:
    """A catalogue of publications that can be searched over the network.

    Parameters
    ----------
    name : {"openalex", "crossref"}
        Another base address, e.g. of a mirror, is set by ``ALMPO_SERVICE_OPENALEX`` or ``ALMPO_SERVICE_CROSSREF``; an e-mail
        address for the catalogue, by which it answers faster, by ``ALMPO_CONTACT``.

    Raises
    ------
    ParameterError
        Another name.

    Examples
    --------
    ::

        found = sources.literature("openalex").search("wage subsidies", since="2026-01", limit=200)
        sources.library().take_in(pd.DataFrame(found), origin="OpenAlex")
    """
    if name == "openalex":
        return OpenAlex()
    if name == "crossref":
        return Crossref()
    raise ParameterError(f"there is no catalogue {name!r}; there are {', '.join(CATALOGUES)}.")
