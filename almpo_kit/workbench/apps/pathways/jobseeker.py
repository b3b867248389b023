"""One jobseeker: programmes ranked by gain, what each rests on, what similar people experienced; and the caseworker decides.

What is typed stays in the session. A decision against the advice is kept with its reason, without anything about the
person.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit import records
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.rendering import table_html
from almpo_kit.workbench.apps.screen import Screen, finding_html, refusal_html
from almpo_kit.workbench.jobseeker_forms import called
from almpo_kit.workbench.recommendations import Recommendations
from almpo_kit.workbench.record_keeping import store

if TYPE_CHECKING:
    from almpo_kit.recommendation import Advice
    from almpo_kit.workbench.jobseeker_forms import Field

#: Another place than those of the people that advice was learned from: they tell less of it.
_ELSEWHERE = "elsewhere"
_WAITING = "nothing (the caseworker decides alone)"
_ASKED = "asked: "
#: What the advice says of a programme that it advises; a rank alone is none.
_ADVISED = ("offer first", "about as good")
_START = (
    '<h2 class="question">What would help this person into work?</h2><div class="card"><p class="answer">Nothing is asked yet. Describe '
    "the person and press the button. Programmes are ranked by what they add, not by the person’s chances; where too "
    "little is known, that is said.</p></div>"
)


class Jobseeker:
    """The screen of one jobseeker, and the record of what was decided."""

    def __init__(self, learned: Recommendations) -> None:
        import ipywidgets as widgets

        self.learned, self.advice_id, self.region = learned, "", ""
        self.advice: Advice | None = None
        wide = widgets.Layout(width="100%")
        controls: dict[str, Any] = {"region": self._region(wide)}
        # Columns of a register may be called anything, "region" and "tell" too.
        controls |= {f"{_ASKED}{f.name}": _control(f, wide) for f in learned.case.fields}
        more = [name for name in controls if name not in list(controls)[:5]]
        self.screen = Screen(controls, self._answer, button="What would help?", more=more)
        self.screen.answer.value = _START
        self.chosen = widgets.Dropdown(description="Offer instead", options=[_WAITING], layout=wide)
        self.reason = widgets.Textarea(
            description="Because",
            placeholder="In a sentence, without anything that tells who the person is.",
            continuous_update=False,
            rows=3,
            layout=wide,
        )
        self.role = widgets.Text(description="Your role (not your name)", value="caseworker", layout=wide)
        self.record = widgets.Button(description="Keep this decision").add_class("almpo-press")
        self.record.on_click(self._record)
        self.told = widgets.HTML().add_class("almpo")
        words = widgets.HTML(
            "<p>The advice decides nothing. Who decides otherwise says why; the reason is kept without anything about "
            "the person, and is read when the advice itself is judged.</p>"
        ).add_class("almpo")
        inner = widgets.VBox([words, self.chosen, self.reason, self.role, self.record, self.told])
        self.decide = widgets.Accordion(
            [inner.add_class("almpo-controls")], titles=("Decide otherwise",), selected_index=None
        ).add_class("almpo-more")
        self.decide.layout.display = "none"
        self.widget = widgets.VBox([self.screen.widget, self.decide])

    def refresh(self) -> None:
        """Nothing changes here unless somebody asks."""

    def _region(self, wide: Any) -> Any:
        import ipywidgets as widgets

        from almpo_kit import sources

        persons = self.learned.case.case.persons
        if "geo" not in persons:
            return widgets.Dropdown(description="Region", options=[("Not known", "")], layout=wide)
        labels = sources.nuts().set_index("code")["label"]
        codes = sorted(persons["geo"].dropna().unique())
        offered = [(f"{labels.get(code, code)} ({code})", code) for code in codes]
        return widgets.Dropdown(
            description="Region", options=[*offered, ("Another, or not known", _ELSEWHERE)], layout=wide
        )

    def _answer(self, *, region: str, tell: Any, **said: Any) -> str:
        self.advice, self.decide.layout.display = None, "none"
        self.learned.ready(tell)
        known = {name.removeprefix(_ASKED): value for name, value in said.items()}
        advice = self.learned.advice_about(known, region)
        self.advice, self.advice_id, self.region = advice, records.new_advice_id(), region
        self.chosen.options = [*advice.table["programme"], _WAITING]
        self.decide.layout.display = ""
        self.told.value = ""
        return finding_html(advice) + similar_html(advice)

    def _record(self, _: object) -> None:
        try:
            if self.advice is None:
                raise ParameterError("there is no advice yet; press “What would help?” first.")
            advised = advised_in(self.advice)
            number = store().log_override(
                advice_id=self.advice_id,
                advised=advised,
                chosen=str(self.chosen.value),
                reason=self.reason.value,
                role=self.role.value,
                region="" if self.region == _ELSEWHERE else self.region,
            )
        except Exception as refused:  # noqa: BLE001 - a decision that was not kept must not look kept
            self.told.value = refusal_html(refused)
            return
        self.reason.value = ""
        self.told.value = (
            f'<p class="answer-line" role="status" aria-live="polite">Kept as decision {number}: '
            f"{escape(str(self.chosen.value))} instead of {escape(advised)}.</p>"
        )


def advised_in(advice: Advice) -> str:
    """What was advised, as it is kept: the first of several that are as good, or nothing."""
    table = advice.table
    first = table[(table["rank"] == 1) & table["says"].isin(_ADVISED)]["programme"]
    if len(first):
        return str(first.iloc[0])
    return "nothing (no gain shown)" if table["rank"].notna().any() else "nothing (too little to say)"


def similar_html(advice: Advice) -> str:
    """What similar people experienced, as a table; groups of fewer than ten say nothing."""
    if advice.similar.empty:
        return ""
    outcome = f"{advice.target_words} (mean)"
    columns = {"mean_outcome": outcome, "low": "from", "high": "to"}
    shown = advice.similar[["programme", "people", *columns]].rename(columns=columns)
    return (
        "<h3>What similar people experienced</h3><p>Not an effect: those who took a programme differ from those who did "
        f"not.</p>{table_html(shown, label='Similar people')}"
    )


def _control(asked: Field, wide: Any) -> Any:
    import ipywidgets as widgets

    words = called(asked.name)
    words = words[0].upper() + words[1:]
    if asked.options:
        return widgets.Dropdown(
            description=words, options=[(o.capitalize(), o) for o in asked.options], layout=wide
        )
    return widgets.FloatText(description=words, value=round(asked.usual, 2), step=1, layout=wide)
