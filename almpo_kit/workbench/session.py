"""One sitting: where things are, the seed tree, and the record of what was found."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.finding import Finding

if TYPE_CHECKING:
    import numpy as np

#: Set by the report runner: where ``Session.record`` leaves its JSON for the run to be logged once, whole.
RECORD_VARIABLE = "ALMPO_RECORD"


def described(findings: Mapping[str, Finding]) -> dict[str, Any]:
    """What is worth keeping of some Findings: metrics, failed checks, sentences, data versions."""
    metrics: dict[str, float] = {}
    for name, finding in findings.items():
        metrics |= {f"{name}.{key}": float(value) for key, value in finding.metrics().items()}
        metrics[f"{name}.failed_checks"] = float(len(finding.failed))
    data = sorted({d for f in findings.values() for d in f.provenance.data})
    return {
        "metrics": metrics,
        "sentences": {name: f.sentence for name, f in findings.items()},
        "failed_checks": {name: [c.sentence for c in f.failed] for name, f in findings.items() if f.failed},
        "methods": {name: f.provenance.method for name, f in findings.items()},
        "data": [vars(d) for d in data],
        "synthetic": any(f.provenance.synthetic for f in findings.values()),
    }


@dataclass(frozen=True)
class Session:
    """A named sitting with its parameters and its seed.

    ``seed`` is the root of one seed tree: the same seed gives the same bytes.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 20260101

    def generator(self, purpose: str) -> np.random.Generator:
        """A random generator for one purpose; the order in which purposes are asked for does not matter."""
        import numpy as np

        return np.random.default_rng(
            np.random.SeedSequence(self.seed, spawn_key=(zlib.crc32(purpose.encode()),))
        )

    def record(self, **findings: Finding) -> None:
        """Keep the numbers of these Findings: in the report's run, or in a run of its own when interactive.

        Raises
        ------
        TrackingError
            The run store cannot be written.
        """
        content = described(findings) | {"seed": self.seed}
        target = os.environ.get(RECORD_VARIABLE)
        if target:
            Path(target).write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")
            return
        from almpo_kit.workbench import tracking

        tracking.log_run(
            self.name, parameters=self.parameters, record=content, tags={"made_by": "interactive"}
        )


def open_session(name: str, *, seed: int = 20260101, **parameters: Any) -> Session:
    """Open a session; in JupyterLab it also loads the stylesheet, so that Findings look as in reports."""
    if not os.environ.get(RECORD_VARIABLE):
        _show_stylesheet()
    return Session(name, parameters, seed)


def _show_stylesheet() -> None:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and hasattr(shell, "kernel"):
        from IPython.display import HTML, display

        from almpo_kit.workbench.assets import stylesheet

        display(HTML(f"<style>{stylesheet()}</style>"))
