"""A parameter of a draft: its value, why, resting on what, who set it, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from almpo_kit.vocabulary.consultations import ROLES
from almpo_kit.vocabulary.errors import ParameterError

_MOST_TEXT = 2000
_MOST_EVIDENCE = 50


@dataclass(frozen=True)
class Setting:
    """What a parameter is set to, and why.

    Parameters
    ----------
    value : plain JSON value
    argument : str
        Why, in words.
    evidence : tuple of str
        Ids of estimates, studies or consultations.
    role : str
        Key of ``ROLES`` or another role in words; never a name.
    budget_effect : float or None
        Euro that this adds to what the strategy costs (less than 0: saves); None where nobody said.
    """

    value: Any
    argument: str = ""
    evidence: tuple[str, ...] = ()
    role: str = ""
    budget_effect: float | None = None

    def to_plain(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self) | {"evidence": list(self.evidence)}


Parameters = dict[str, Setting]


def setting(
    value: Any,
    *,
    argument: str = "",
    evidence: Sequence[str] = (),
    role: str = "",
    budget_effect: float | None = None,
) -> Setting:
    """A setting, checked.

    Raises
    ------
    ParameterError
    """
    for name, text in (("argument", argument), ("role", role)):
        if not isinstance(text, str) or len(text) > _MOST_TEXT:
            raise ParameterError(f"{name} must be text of at most {_MOST_TEXT} characters.")
    if (
        isinstance(evidence, str)
        or len(evidence) > _MOST_EVIDENCE
        or not all(isinstance(e, str) and 0 < len(e.strip()) <= 200 for e in evidence)
    ):
        raise ParameterError(
            f"evidence must be a list of at most {_MOST_EVIDENCE} ids, e.g. ['boheim2023', 'consultation tourism, round 3']."
        )
    if budget_effect is not None and (
        isinstance(budget_effect, bool)
        or not isinstance(budget_effect, int | float)
        or not math.isfinite(budget_effect)
    ):
        raise ParameterError(
            f"budget_effect={budget_effect!r} must be euro, e.g. 250000 or -250000, or left out."
        )
    euro = None if budget_effect is None else float(budget_effect)
    return Setting(plain(value), argument.strip(), tuple(e.strip() for e in evidence), role.strip(), euro)


def role_words(role: str) -> str:
    """A role as people call it."""
    return ROLES.get(role, role)


def plain(value: Any, at: str = "value") -> Any:
    """The same in plain JSON values, so that what is compared is what is kept.

    Raises
    ------
    ParameterError
        A value that JSON does not have.
    """
    if isinstance(value, Mapping):
        return {str(k): plain(v, f"{at}[{k!r}]") for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v, f"{at}[{k}]") for k, v in enumerate(value)]
    if (
        value is None
        or isinstance(value, str | bool | int)
        or (isinstance(value, float) and math.isfinite(value))
    ):
        return value
    raise ParameterError(
        f"{at} is {type(value).__name__}; use text, a number, true or false, a list or a mapping."
    )


def to_content(parameters: Parameters) -> dict[str, Any]:
    """What a store keeps of a draft."""
    return {"form": 1, "parameters": {name: parameters[name].to_plain() for name in sorted(parameters)}}


def from_content(content: Mapping[str, Any]) -> Parameters:
    """The parameters of a kept draft.

    Raises
    ------
    ParameterError
        It is no draft of this kind, or of a newer form.
    """
    held = content.get("parameters")
    if content.get("form") != 1 or not isinstance(held, Mapping):
        raise ParameterError(
            "this draft does not hold parameters with arguments; it was kept by another tool or a newer version. Nothing was changed."
        )
    try:
        return {name: setting(**given) for name, given in held.items()}
    except TypeError as error:
        raise ParameterError(f"a parameter of this draft cannot be read ({error}).") from None
