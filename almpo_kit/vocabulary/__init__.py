"""What words mean. This wing imports nothing of ours."""

from almpo_kit.vocabulary.errors import (
    AlmpoError,
    DataError,
    DesignError,
    FrameError,
    ParameterError,
    PlaceError,
    ReportError,
    TrackingError,
)
from almpo_kit.vocabulary.finding import Certainty, Check, Finding, Headline
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.places import EU27, PLACE_NAMES, member_state, normalise, nuts_level
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.provenance import DataVersion, Provenance, data_versions, is_synthetic, provenance

__all__ = [
    "EU27",
    "PLACE_NAMES",
    "PROGRAMME_TYPES",
    "TARGET_GROUPS",
    "AlmpoError",
    "Certainty",
    "Check",
    "DataError",
    "DataVersion",
    "DesignError",
    "Finding",
    "FrameError",
    "Headline",
    "ParameterError",
    "PlaceError",
    "Provenance",
    "ReportError",
    "TrackingError",
    "check",
    "data_versions",
    "is_synthetic",
    "member_state",
    "normalise",
    "nuts_level",
    "provenance",
]
