"""CausalML and EconML as they are loaded: without their notices, and without changing how the person's charts look."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator


class _Nowhere:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None


@contextlib.contextmanager
def quiet_imports() -> Iterator[None]:
    """For imports only; whatever a fit says is caught where it is fitted.

    CausalML sets a Matplotlib style when it is imported, one of its dependencies reports a package that nobody needs,
    and old escape sequences warn where files are compiled for the first time.
    """
    import matplotlib

    with (
        matplotlib.rc_context(),
        warnings.catch_warnings(),
        contextlib.redirect_stderr(_Nowhere()),
    ):
        for kind in (SyntaxWarning, DeprecationWarning, FutureWarning, UserWarning):
            warnings.simplefilter("ignore", kind)
        yield


def load_causalml() -> None:
    """Import what the candidates need of CausalML, before any of them is timed."""
    if "forestci" not in sys.modules:
        with quiet_imports():
            # CausalML's packages load a class when it is touched, so each that is used is named here.
            from causalml.inference.meta import BaseXRegressor  # noqa: F401
            from causalml.inference.meta.rlearner import BaseRLearner  # noqa: F401
            from causalml.inference.tree import CausalRandomForestRegressor  # noqa: F401


def load_econml() -> None:
    """Import what the candidates need of EconML."""
    if "econml.dr" not in sys.modules:
        with quiet_imports():
            import econml.dr
            import econml.grf  # noqa: F401
