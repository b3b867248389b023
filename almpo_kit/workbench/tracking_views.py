"""Views of the MLflow UI, prepared: which columns, in which order, sorted by what, so that its table answers at a glance.

A view is a tag of the experiment that the UI opens by its key, as it does with views that somebody shares; no view changes a
run, and everybody may still choose other columns.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError, TrackingError
from almpo_kit.workbench import tracking_store
from almpo_kit.workbench.tracking_patience import require_alive

_TAG = "mlflow.sharedViewState."


@dataclass(frozen=True)
class View:
    """One prepared view.

    Parameters
    ----------
    answers : str
        The question that its table answers.
    runs : str
        Which runs, as MLflow searches.
    columns : dict of str to int
        Column → width in pixels, in their order.
    sorted_by : str
    """

    answers: str
    runs: str
    columns: dict[str, int]
    sorted_by: str = "attributes.start_time"


def _tags(**widths: int) -> dict[str, int]:
    return {f"tags.`{name}`": width for name, width in widths.items()}


def _metrics(**widths: int) -> dict[str, int]:
    return {f"metrics.`{name}`": width for name, width in widths.items()}


#: Name → view, as `almpo runs NAME` opens it.
VIEWS: dict[str, View] = {
    "reports": View(
        "Which report, for which place, on which data, what moved?",
        "tags.report LIKE '%'",
        _tags(place=110, moved=215, data=125, answer=265, failed_checks=60, synthetic=80),
    ),
    "rounds": View(
        "Which model, on what data, how much better?",
        "tags.kind = 'learning round'",
        _tags(model=165, trained_on=160)
        | _metrics(difference=85, low=60, high=60)
        | _tags(in_use=80, answer=240)
        | _metrics(challenger_precision=90),
    ),
    "learners": View(
        "Which learner of effects, on what data, how much better than one effect for all?",
        "tags.made_by = 'learner_runs'",
        {"params.`contrast`": 200}
        | _tags(chosen=75, data=170)
        | _metrics(qini=80, qini_low=80, autoc=80, calibration=90, dr_gain=80),
    ),
    "policies": View(
        "Which policy, on what data, how much better than what is done now?",
        "tags.made_by = 'policy_runs'",
        _tags(best=65, data=190)
        | _metrics(value=80, difference=90, difference_low=100, difference_high=100, cost_eur=90),
    ),
}


def prepare_views() -> str:
    """Write the views into the run store; safe to do again.

    Returns
    -------
    str
        Id of the experiment that they are of.

    Raises
    ------
    TrackingError
        The store cannot be used.
    """
    try:
        require_alive(tracking_store.uri())
        tracking_store.prepare()
        client = tracking_store.open_client()
        experiment = tracking_store.experiment(client, served=not tracking_store.uri().startswith("http"))
        held = client.get_experiment(experiment).tags
        for name, text in _wanted().items():
            if held.get(name) != text:
                client.set_experiment_tag(experiment, name, text)
    except TrackingError:
        raise
    except Exception as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise TrackingError(
            f"the run store {tracking_store.shown(tracking_store.uri())} cannot be used: "
            f"{tracking_store.shown(said)[:300]}"
        ) from error
    return experiment


def path(view: str, experiment: str) -> str:
    """Where the UI shows a view, behind the address of the server.

    Raises
    ------
    ParameterError
        No such view.
    """
    if view not in VIEWS:
        raise ParameterError(f"there is no view {view!r}; choose one of: {', '.join(VIEWS)}.")
    return f"/#/experiments/{experiment}/runs?workflowType=machine_learning&viewStateShareKey={_key(view)}"


def _key(view: str) -> str:
    return f"almpo-{view}"


def _wanted() -> dict[str, str]:
    """Tags of the experiment."""
    states = {f"{_TAG}{_key(name)}": json.dumps(_state(view)) for name, view in VIEWS.items()}
    words = "\n".join(f"- **{name}**: {view.answers} `almpo runs {name}`" for name, view in VIEWS.items())
    return states | {
        # Without it the UI guesses, and asks its reader whether it has guessed right.
        "mlflow.experimentKind": "custom_model_development",
        "mlflow.note.content": f"Everything the EU ALMP Observatory has run. Prepared views:\n\n{words}\n",
    }


def _state(view: View) -> dict[str, Any]:
    return {
        "searchFilter": view.runs,
        "orderByKey": view.sorted_by,
        "orderByAsc": False,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "modelVersionFilter": "All Runs",
        "datasetsFilter": [],
        "selectedColumns": list(view.columns),
        "columnOrder": list(view.columns),
        "columnWidths": view.columns,
        "runsHiddenMode": "FIRST_10_RUNS",
    }
