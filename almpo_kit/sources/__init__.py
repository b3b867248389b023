"""The only wing that reads files and packages and writes the cache; it hands out checked frames."""

from almpo_kit.sources.boundaries import add_file, boundaries
from almpo_kit.sources.catalogue import catalogue, root
from almpo_kit.sources.checking import check_data, refresh_catalogue
from almpo_kit.sources.coding_rules import codebook
from almpo_kit.sources.conversions import convert_units
from almpo_kit.sources.editions import edition, editions, effects, keep_edition
from almpo_kit.sources.intake import Intake, read_effects
from almpo_kit.sources.packages import nuts, nuts_changes
from almpo_kit.sources.problems import IntakeError
from almpo_kit.sources.reference import (
    expenditure,
    indicators,
    locations,
    panel,
    risk_of_bias,
    sign_only,
    studies,
)
from almpo_kit.sources.references import ReferenceList, read_references
from almpo_kit.sources.template import write_template

__all__ = [
    "Intake",
    "IntakeError",
    "ReferenceList",
    "add_file",
    "boundaries",
    "catalogue",
    "check_data",
    "codebook",
    "convert_units",
    "edition",
    "editions",
    "effects",
    "expenditure",
    "indicators",
    "keep_edition",
    "locations",
    "nuts",
    "nuts_changes",
    "panel",
    "read_effects",
    "read_references",
    "refresh_catalogue",
    "risk_of_bias",
    "root",
    "sign_only",
    "studies",
    "write_template",
]
