"""Ask, and show the refusal where the data do not allow the question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance


def attempt(verb: Callable[..., Finding], *frames: Any, **options: Any) -> Finding:
    """Answer of a verb, or a Finding that says why these data do not allow it.

    For pages made from any evidence base: a question that cannot be asked of this one is part of the
    answer, not a reason for the page to stop. Only :class:`DesignError` is told so; a wrong parameter or a
    damaged file still stops it.

    Parameters
    ----------
    verb : callable
        A public verb of a wing.
    *frames, **options
        Its arguments.
    """
    import pandas as pd

    try:
        return verb(*frames, **options)
    except DesignError as refused:
        name, why = verb.__name__.replace("_", " "), str(refused).removesuffix(".")
        return Finding(
            question=f"Not asked of these data: {name}",
            sentence=f"These data do not allow it: {why}.",
            table=pd.DataFrame(),
            checks=(Check(name, "failed", f"Not asked: {why}."),),
            provenance=provenance(
                *(f for f in frames if isinstance(f, pd.DataFrame)), method=f"{verb.__module__}, refused"
            ),
            certainty="too little to say",
        )
