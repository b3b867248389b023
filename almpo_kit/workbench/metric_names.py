"""Names of numbers as the run store takes them: those of arms and designs are a person's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

#: What the store's names may not hold; a stroke would be a folder.
_OTHER: Final = re.compile(r"[^\w .:-]")
_LONGEST: Final = 240


def metric_names(values: Mapping[str, float]) -> dict[str, float]:
    """Numbers under names that the store takes, each once.

    >>> metric_names({"power a, b": 0.8, "power a; b": 0.9})
    {'power a_ b': 0.8, 'power a_ b 2': 0.9}
    """
    found: dict[str, float] = {}
    for key, value in values.items():
        name = plain = _OTHER.sub("_", key)[:_LONGEST]
        count = 1
        while name in found:
            count += 1
            name = f"{plain} {count}"
        found[name] = value
    return found
