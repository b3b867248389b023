"""Adaptive or not: what moving people towards the better arm brings and costs, simulated before it is used."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from almpo_kit import experiments
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.rendering import number
from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.typed_numbers import typed_count, typed_share

_RULES: Final = {
    "exploration_sampling": "find the best arm (exploration sampling)",
    "tempered_thompson": "some of both (tempered Thompson)",
    "thompson": "treat people well meanwhile (Thompson)",
}
_EXAMPLE: Final = "no programme, 40\ndigital course, 44\ncourse with a mentor, 47\nonline course, 41"


def adaptive() -> Screen:
    """The screen that simulates an adaptive trial beside equal shares and plain Thompson."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls = {
        "arms": widgets.Textarea(
            description="What you expect, one arm a line: name, % in work", value=_EXAMPLE, rows=5, layout=wide
        ),
        "kind": widgets.Dropdown(
            description="What matters more", options=[(w, k) for k, w in _RULES.items()], layout=wide
        ),
        "batches": widgets.IntSlider(description="Batches", value=10, min=2, max=50, layout=wide),
        "batch_size": widgets.Text(description="People in a batch", value="100", layout=wide),
        "floor": widgets.IntSlider(
            description="Least share of each arm, %", value=5, min=1, max=25, layout=wide
        ),
        "delay": widgets.IntSlider(
            description="Batches until outcomes are known", value=1, min=1, max=12, layout=wide
        ),
        "replications": widgets.Dropdown(
            description="Simulated trials", options=[500, 1000, 2000, 5000], value=1000, layout=wide
        ),
    }  # fmt: skip
    screen = Screen(controls, _simulated, button="Simulate it", more=("delay", "replications"))
    screen.answer.value = (
        '<h2 class="question">Would an adaptive trial serve better?</h2><div class="card"><p class="answer">With several versions of a '
        "programme, each batch of people can be moved towards what has done better so far. That finds the best one sooner and treats "
        "more people well; it takes outcomes that come soon, and intervals that know of it. Simulate it before you choose it."
        "</p></div>"
    )
    return screen


def arms_of(text: str) -> dict[str, float]:
    """Arm -> share in work, from lines ``name, %``.

    Raises
    ------
    ParameterError
        A line that cannot be read; it names the line.
    """
    arms: dict[str, float] = {}
    for k, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        # A comma parts name and share, and may part the share itself: 40,5.
        name, _, share = (part.strip() for part in line.partition(","))
        value = typed_share(share, f"line {k}")
        if not name or not 0 < value < 1 or name in arms:
            raise ParameterError(f"line {k} cannot be read; write e.g. 'digital course, 44', each arm once.")
        arms[name] = value
    if len(arms) < 2:
        raise ParameterError("name at least two arms, the comparison first, each on a line of its own.")
    return arms


def _simulated(*, arms: str, replications: int, tell: Any, **said: Any) -> str:
    means = arms_of(arms)
    said |= {"floor": said["floor"] / 100, "delay": min(said["delay"], said["batches"])}
    said["batch_size"] = typed_count(said["batch_size"], "people in a batch")
    rule = AdaptiveRule(**said)
    rule.fits(len(means))
    found = experiments.simulate_rule(
        rule,
        experiments.AdaptiveSetting(
            name="as expected", arms=tuple(means), means=(tuple(means.values()),), source="what you expect"
        ),
        replications=replications,
        progress=lambda done, of: tell(f"Simulating: {100 * done // max(of, 1)}% …"),
    )
    read = "; ".join(f"{escape(name)} {number(100 * share, 1)}%" for name, share in means.items())
    return f'<p class="answer-line">Simulated: {read} in work.</p>{finding_html(found, file="adaptive.csv")}'
