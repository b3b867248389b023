"""One thing that was done otherwise than planned."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

#: Key by which a reason is given -> what it is about, in words.
ABOUT: Final = {
    "plan": "the plan",
    "outcomes": "the outcomes",
    "estimator": "how effects are estimated",
    "covariates": "what is adjusted for",
    "subgroups": "who is shown apart",
    "alpha": "the level of the test",
    "missing": "what is done about unknown outcomes",
    "looks": "the number of looks at the outcome",
    "list": "the list of units",
    "draw": "the draw",
    "arms": "the arms that people are analysed in",
    "units": "units that were not drawn",
    "size": "the number of units",
    "attrition": "outcomes that stayed unknown",
    "take_up": "who took part",
    "contamination": "who took part in the comparison",
    "groups": "the groups that people are in",
    "late": "units that entered after the draw",
}
COLUMNS: Final = ("what", "planned", "done", "reason", "serious")


@dataclass(frozen=True)
class Deviation:
    """One thing that was done otherwise than planned.

    Parameters
    ----------
    what : str
        A key of ``ABOUT``.
    planned, done : str
        In words; nothing about any one person.
    reason : str
        Empty where none was given.
    serious : bool
        Whether the verdict can hang on it.
    """

    what: str
    planned: str
    done: str
    reason: str = ""
    serious: bool = False

    def to_plain(self) -> dict[str, Any]:
        """Plain JSON values, as the registry keeps them."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """As it stands beside the result."""
        why = f"Reason: {self.reason}" if self.reason else "No reason was given"
        return f"Otherwise than planned, {ABOUT[self.what]}: planned {self.planned}; done {self.done}. {why.rstrip('.')}."
