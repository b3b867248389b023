"""A Finding: an answered question with its table, its sentence, its checks and its provenance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from almpo_kit.vocabulary.provenance import SYNTHETIC, Provenance

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["passed", "failed", "informational"]
Certainty = Literal["high", "moderate", "low", "too little to say"]


@dataclass(frozen=True)
class Check:
    """One thing that was checked about a result, in a sentence a policymaker can read."""

    name: str
    status: Status
    sentence: str


@dataclass(frozen=True)
class Headline:
    """The one number of a Finding, drawn as a bar on a fixed scale.

    ``value``, ``low`` and ``high`` are in ``unit``; ``scale`` is the (lowest, highest) value that the bar
    shows, the same for every Finding of a kind, so that two cards can be compared by eye.
    """

    value: float
    low: float
    high: float
    unit: str
    scale: tuple[float, float]
    level: float = 0.95


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Finding:
    """An answered question.

    Parameters
    ----------
    question : str
        As a person would ask it, with place and period.
    sentence : str
        The answer in plain language. It starts with ``SYNTHETIC`` when any part of the data is.
    table : DataFrame
        The numbers behind the sentence.
    checks : tuple of Check
        What was checked; failed ones are shown first, everywhere.
    provenance : Provenance
    figure : str or None
        Name of the default drawing; the figures wing knows how to draw it.
    certainty : {"high", "moderate", "low", "too little to say"} or None
        None where certainty is not what the question is about.
    headline : Headline or None
        None where there is no number to show, in particular where evidence is too thin for one.
    rests_on : str
        What it rests on, e.g. ``"16 independent studies, 9 countries, 1995–2021"``.
    """

    question: str
    sentence: str
    table: pd.DataFrame
    checks: tuple[Check, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    figure: str | None = None
    certainty: Certainty | None = None
    headline: Headline | None = None
    rests_on: str = ""

    def __post_init__(self) -> None:
        # The label is set here and not by each verb, so that no verb can forget it.
        if self.provenance.synthetic and not self.sentence.startswith(SYNTHETIC):
            object.__setattr__(self, "sentence", f"{SYNTHETIC} data. {self.sentence}")

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(c for c in self.checks if c.status == "failed")

    def to_frame(self) -> pd.DataFrame:
        """A copy of the table."""
        return self.table.copy()

    def metrics(self) -> Mapping[str, float]:
        """The numbers worth tracking between runs; subclasses add theirs."""
        if self.headline is None:
            return {}
        return {"value": self.headline.value, "low": self.headline.low, "high": self.headline.high}

    def plot(self, name: str | None = None, *, width: int = 720) -> Any:
        """Draw the Finding.

        Parameters
        ----------
        name : str, optional
            Another drawing than the default one.
        width : int
            Width in pixels; drawings rearrange themselves below 480.

        Returns
        -------
        altair.Chart (or a layered or concatenated one)
        """
        return _drawing()(self, name, width=width)

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self.sentence}"

    def _repr_html_(self) -> str:
        from almpo_kit.vocabulary.rendering import finding_html

        return finding_html(self)


@cache
def _drawing() -> Callable[..., Any]:
    """The function that draws, looked up once: the search reads the metadata of every installed package."""
    from importlib.metadata import entry_points

    (point,) = entry_points(group="almpo_kit.figures", name="draw")
    return cast("Callable[..., Any]", point.load())
