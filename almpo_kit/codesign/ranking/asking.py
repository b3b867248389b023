"""What may be asked of draws, and where a ranking comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from almpo_kit.codesign.ranking.decision_table import DecisionTable
from almpo_kit.codesign.ranking.weights_given import WeightsGiven
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import Provenance


def whole(verb: str, name: str, value: Any, least: int, most: int, example: str) -> int:
    """A whole number within limits.

    Raises
    ------
    ParameterError
    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ParameterError(
            f"{verb}() got {name}={value!r}; give a whole number from {least} to {most}, e.g. {example}."
        )
    return value


def share(verb: str, name: str, value: Any) -> float:
    """A correlation from 0 to 1.

    Raises
    ------
    ParameterError
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ParameterError(f"{verb}() got {name}={value!r}; give a number from 0 to 1, e.g. 0.5.")
    return float(value)


def made_from(
    table: DecisionTable,
    given: WeightsGiven | None,
    *,
    verb: str,
    options: Mapping[str, Any],
    seed: int | None = None,
) -> Provenance:
    """Provenance of a ranking: of the table and of the weights; SYNTHETIC where either is."""
    from_table, from_weights = table.provenance, given.provenance if given else Provenance()
    data = tuple(sorted({*from_table.data, *from_weights.data}))
    told = {**(given.told() if given else {}), **options}
    return replace(
        from_table,
        data=data,
        method=f"codesign.{verb}",
        options={**from_table.options, **told},
        seed=seed,
        synthetic=from_table.synthetic or from_weights.synthetic,
    )


def options_of(method: str, scaling: str, shapes: Mapping[str, Any] | None) -> dict[str, Any]:
    """Method, scaling and preference functions, for provenance."""
    stated = {c: (p if isinstance(p, Mapping) else p.__dict__) for c, p in (shapes or {}).items()}
    return {"method": method, "scaling": scaling, "preferences": {c: dict(p) for c, p in stated.items()}}


def joined(one: Provenance, other: Provenance) -> Provenance:
    """Provenance of a result that rests on a further table."""
    data = tuple(sorted({*one.data, *other.data}))
    return replace(one, data=data, synthetic=one.synthetic or other.synthetic)
