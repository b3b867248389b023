"""What can go wrong between us and an official service, in words a person can act on.

Each message says what happened and what to do; :data:`SAFE` says what is not lost. A caller that knows which
version is held adds it.
"""

from __future__ import annotations

from almpo_kit.vocabulary.errors import DataError

SAFE = "What was pulled before stays usable."


class ServiceError(DataError):
    """A service did not give what was asked; the store is unchanged."""


class UnreachableError(ServiceError):
    """No connection: no network, no such host, refused, a proxy or a certificate in the way."""


class BusyError(ServiceError):
    """The service answers, but not now: too many requests, maintenance, its own errors."""


class TooLargeError(ServiceError):
    """The service refuses a request of this size; it has to be split by years or by places."""


class NothingThereError(ServiceError):
    """The service knows no such data: the dataflow is gone, or no observation fits the key."""


class RefusedError(ServiceError):
    """The service does not accept the request as it stands; usually its structure changed."""


class BadBodyError(ServiceError):
    """The answer is not the data: cut short, another type, larger than anything official."""


class CutOffError(ServiceError):
    """A body that ended too early; worth another attempt."""


class PullRunningError(ServiceError):
    """Another process is pulling."""


class UnkeptError(ServiceError):
    """The disk does not take what was fetched."""


class AgainError(Exception):
    """An attempt failed in a way that may pass; ``wait`` in seconds if the service asks for one."""

    def __init__(self, fault: ServiceError, wait: float | None = None) -> None:
        super().__init__(str(fault))
        self.fault, self.wait = fault, wait
