"""The only wing that reads files and packages and writes the cache; it hands out checked frames."""

from almpo_kit.sources.boundaries import add_file, boundaries
from almpo_kit.sources.catalogue import catalogue, root
from almpo_kit.sources.checking import check_data, refresh_catalogue
from almpo_kit.sources.packages import nuts, nuts_changes
from almpo_kit.sources.reference import (
    effects,
    expenditure,
    indicators,
    locations,
    panel,
    sign_only,
    studies,
)

__all__ = [
    "add_file",
    "boundaries",
    "catalogue",
    "check_data",
    "effects",
    "expenditure",
    "indicators",
    "locations",
    "nuts",
    "nuts_changes",
    "panel",
    "refresh_catalogue",
    "root",
    "sign_only",
    "studies",
]
