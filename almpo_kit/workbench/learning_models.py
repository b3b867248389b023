"""Coding models in the registry: how one is entered, with its card, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DataError
from almpo_kit.workbench import tracking_models
from almpo_kit.workbench.learning_cards import model_card
from almpo_kit.workbench.session import described
from almpo_kit.workbench.tracking_champions import set_challenger
from almpo_kit.workbench.tracking_registry import ModelVersion

if TYPE_CHECKING:
    from almpo_kit.learning import CodingModel

KIND = "coding model of a review, 1"


def register(
    name: str,
    model: CodingModel,
    *,
    review: str,
    trained_on: list[str],
    parameters: Mapping[str, Any],
    tags: Mapping[str, str],
) -> ModelVersion:
    """Enter a model as the challenger; the same model is the version that it is already.

    Parameters
    ----------
    name : str
        Of the registered model.
    model : CodingModel
    review : str
    trained_on : list of str
        Documents; no comparison may use their studies.
    parameters, tags : mapping
    """
    plain = {"kind": KIND, "review": review, "model": model.to_plain(), "trained_on": trained_on}
    kept = tracking_models.keep_version(
        name,
        plain,
        run_name=f"coding {review}",
        metrics={f"fit.{k}": v for k, v in model.metrics().items()},
        parameters=dict(parameters) | {"trained_on_documents": len(trained_on)},
        card=model_card(model, review, len(trained_on)),
        tags=dict(tags) | {"synthetic": str(model.provenance.synthetic).lower()},
        record=described({"model": model}),
    )
    set_challenger(name, kept.version)
    return kept


def load(version: ModelVersion) -> tuple[CodingModel, frozenset[str]]:
    """A registered model, and the documents it was trained on.

    Raises
    ------
    DataError
        Not what was registered, or of another kind.
    """
    from almpo_kit import learning

    held = tracking_models.read_model(version)
    if held.get("kind") != KIND:
        raise DataError(
            f"{version.name} {version.version} is {held.get('kind')!r}, and this package reads {KIND!r}; use the version of "
            "the package that made it, or run `almpo learn run` to train another."
        )
    return learning.CodingModel.from_plain(held["model"]), frozenset(held["trained_on"])
