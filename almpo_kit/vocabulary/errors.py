"""What can go wrong, in words a person can act on.

Every message says what happened, what is safe and what to do next. The command line prints the message
alone and exits with the error's ``exit_code``; nobody should need a traceback to find the way out.
"""

from __future__ import annotations


class AlmpoError(Exception):
    """Base of every error the workbench raises on purpose."""

    exit_code = 1


class ParameterError(AlmpoError, ValueError):
    """A command or a report was asked for something that does not exist or has the wrong type."""

    exit_code = 2


class PlaceError(ParameterError):
    """A country or NUTS code that does not exist, or not in the vintage asked for."""


class DesignError(AlmpoError, ValueError):
    """The question cannot be answered with these data in this way; the message names another way."""


class FrameError(AlmpoError, ValueError):
    """A table breaks the schema of its frame; the message lists rows and columns."""


class DataError(AlmpoError):
    """A data file is missing, damaged or of an unknown version; the message names file and repair."""


class ReportError(AlmpoError):
    """A report did not finish; the last good edition is untouched."""


class TrackingError(AlmpoError):
    """The run store cannot be written; the message says where it is and how to point elsewhere."""
