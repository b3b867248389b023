"""A round of learning in the run store: which model, on what data, how much better, and which is in use since."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.vocabulary.rendering import number
from almpo_kit.workbench import tracking

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

KIND = "learning round"


def log_round(
    review: str,
    round_id: str,
    *,
    model: str,
    steps: Mapping[str, Mapping[str, Any]],
    champion: str,
    synthetic: bool,
    comparison: Finding | None = None,
) -> str:
    """Log a round from its journal; the same round twice is one run.

    Parameters
    ----------
    review, round_id : str
    model : str
        Name of the registered model.
    steps : mapping
        Step → what the journal keeps of it.
    champion : str
        The version in use after the round; "" where none is.
    synthetic : bool
    comparison : Finding, optional
        The comparison, where this call worked it out; kept as a page.

    Returns
    -------
    str
        The run id; "" where the store is away and the run waits.
    """
    stock, compared = steps.get("stock", {}), steps.get("compared", {})
    decided, trained = steps.get("decided", {}), steps.get("trained", {})
    challenger, against = str(compared.get("challenger", "")), str(compared.get("against", ""))
    trained_on = number(stock.get("n_settled") or 0, 0)
    record = {
        "metrics": dict(compared.get("metrics", {})),
        "sentences": {"decided": str(decided.get("said", "")), "compared": str(compared.get("said", ""))},
        "failed_checks": {
            name: [str(held["refused"])] for name, held in steps.items() if held.get("refused")
        },
        "data": [{"dataset": "settled codes", "version": str(stock.get("settled", ""))[:12]}],
        "synthetic": synthetic,
    }
    tags = {
        "made_by": "almpo learn",
        "kind": KIND,
        "model": f"{model}, version {challenger}" if challenger else model,
        "against": f"version {against}" if against else "no model",
        "trained_on": f"{trained_on} settled codes" if trained.get("version") else "nothing",
        "in_use": f"version {champion}" if champion else "none",
        "action": str(decided.get("action", "")),
        "answer": answer(compared, decided),
        "round": round_id,
    }
    parameters = {
        "review": review,
        "challenger": challenger,
        "champion_before": against,
        "settled_codes": stock.get("n_settled", ""),
        "documents": stock.get("n_documents", ""),
        "frozen_studies": stock.get("n_frozen_studies", ""),
    }
    with tempfile.TemporaryDirectory() as folder:
        try:
            return tracking.log_run(
                f"round {review}: {challenger or '–'} against {against or 'none'}",
                parameters=parameters,
                record=record,
                tags=tags,
                files=_page(comparison, Path(folder)),
                key=f"round-{hashlib.sha256(f'{review} {round_id}'.encode()).hexdigest()[:24]}",
            )
        except TrackingError:
            return ""


def answer(compared: Mapping[str, Any], decided: Mapping[str, Any]) -> str:
    """How much better, in a line: "2 promoted: 8.1 points a 100 codes (95%: …) more than version 1"."""
    metrics = compared.get("metrics") or {}
    challenger = compared.get("challenger") or "–"
    does = {"promoted": "promoted", "kept": "not promoted", "waiting": "waits for a person"}
    what = does.get(str(decided.get("action", "")), "no model")
    if "difference" not in metrics:
        return f"{challenger} {what}: {compared.get('said', 'not compared')}"
    low, high = metrics.get("low"), metrics.get("high")
    inside = "" if low is None or high is None else f" (95%: {number(low)} to {number(high)})"
    against = f"version {compared['against']}" if compared.get("against") else "no model"
    return (
        f"{challenger} {what}: {number(metrics['difference'])} points a 100 codes{inside} more than {against}, on "
        f"{number(metrics.get('cases', 0), 0)} codes of {number(metrics.get('studies', 0), 0)} studies"
    )


def _page(comparison: Finding | None, folder: Path) -> tuple[Path, ...]:
    if comparison is None:
        return ()
    from almpo_kit.workbench.page import whole_page

    path = folder / "comparison.html"
    path.write_text(whole_page(comparison._repr_html_(), title="Champion and challenger"), encoding="utf-8")
    return (path,)
