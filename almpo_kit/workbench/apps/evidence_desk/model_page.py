"""The model page: which model proposes, how good it is, how far experts agree, what rounds of learning did; promote, roll back."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from almpo_kit import learning
from almpo_kit.vocabulary.rendering import card_html, checks_html, table_html
from almpo_kit.workbench.apps.screen import finding_html, part_html, refusal_html
from almpo_kit.workbench.held_documents import OPTIMISTIC, held_documents
from almpo_kit.workbench.review_models import ReviewModels

_EXAMPLE = (
    "<p>Rounds of learning run on a review of your own: they train on settled codes of its documents, compare on studies kept "
    "away, and put a model in use only if it is better and you say so. The example has too few and is not kept.</p>"
)


class ModelPage:
    """The screen of models."""

    def __init__(self, models: ReviewModels, role: Callable[[], str]) -> None:
        import ipywidgets as widgets

        self.models, self.review, self._role = models, models.review, role
        self.told = widgets.HTML().add_class("almpo")
        self.answer = widgets.HTML().add_class("almpo-answer").add_class("almpo")
        self.reason = widgets.Text(
            description="Because", placeholder="12 characters or more", layout=widgets.Layout(width="100%")
        )
        acts = {
            "Measure the model": self._measure,
            "Run a round of learning": self._round,
            "Put the new model in use": self._promote,
            "Go back to the model before": self._roll_back,
        }
        self.buttons = [self._button(words, act) for words, act in acts.items()]
        if self.review.synthetic:
            for button in self.buttons[1:]:
                button.disabled = True
        words = widgets.HTML(_EXAMPLE if self.review.synthetic else "").add_class("almpo")
        panel = widgets.VBox(
            [self.buttons[0], words, self.buttons[1], self.reason, *self.buttons[2:], self.told]
        )
        self.widget = widgets.Box([panel.add_class("almpo-controls"), self.answer]).add_class("almpo-columns")
        self.refresh()

    def _button(self, words: str, act: Callable[[], str]) -> Any:
        import ipywidgets as widgets

        button = widgets.Button(description=words).add_class("almpo-press")
        button.on_click(lambda _: self._press(button, act))
        return button

    def _press(self, button: Any, act: Callable[[], str]) -> None:
        button.disabled = True
        self.told.value = '<p class="answer-line" role="status" aria-live="polite">Working …</p>'
        try:
            self.told.value = ""
            self.answer.value = act() + self._standing()
        except Exception as refused:  # noqa: BLE001 - what was not done must not look done
            self.told.value = refusal_html(refused)
        finally:
            button.disabled = False

    def refresh(self) -> None:
        """How things stand."""
        self.answer.value = self._standing()

    # ---- what is shown ---------------------------------------------------------------------------------

    def _standing(self) -> str:
        return part_html(self._in_use) + part_html(self._agreement) + part_html(self._history)

    def _in_use(self) -> str:
        from almpo_kit.workbench.review_models import STARTER

        model = self.models.champion
        words = f"the model in use for this review, version {model.digest}" if model else STARTER
        settled = len(self.review.settled())
        return (
            '<h2 class="question">Which model proposes codes?</h2>'
            f'<div class="card"><p class="answer">{escape(words[0].upper() + words[1:])}.</p>'
            f'<p class="rests-on">{settled:,} codes of this review are settled. A model of its own learns from settled codes and nothing else.</p></div>'
        )

    def _agreement(self) -> str:
        return finding_html(learning.agreement(self.review.labels()), file="agreement.csv", head="h3")

    def _history(self) -> str:
        if self.review.synthetic:
            return ""
        from almpo_kit.workbench.learning_decisions import learning_status

        found = learning_status(self.review.name, store=self.review.store)
        parts = [f"<h3>{escape(found.question)}</h3>", card_html(found), checks_html(found.checks)]
        for words, table in (
            ("Versions", found.table),
            ("Who changed the model in use", found.history),
            ("Rounds", found.rounds),
        ):
            if len(table):
                parts.append(f"<details><summary>{words}</summary>{table_html(table, label=words)}</details>")
        return "".join(parts)

    # ---- what can be done ------------------------------------------------------------------------------

    def _measure(self) -> str:
        held = held_documents()
        tested = learning.cross_validate_codes(
            held.documents, held.passages, held.settled, groups=held.groups
        )
        note = f'<p class="answer-line">{escape(OPTIMISTIC)}.</p>'
        return finding_html(tested, file="coding_test.csv") + note

    def _round(self) -> str:
        from almpo_kit.workbench.learning_rounds import learning_round

        found = learning_round(
            self.review.name, library=self.review.library, store=self.review.store, promotion="ask"
        )
        self.models.__dict__.pop("champion", None)
        parts = [finding_html(found)]
        parts += [
            finding_html(f, head="h3")
            for f in (found.comparison, found.drift, found.conclusions)
            if f is not None
        ]
        return "".join(parts)

    def _promote(self) -> str:
        from almpo_kit.vocabulary.errors import ParameterError
        from almpo_kit.workbench.learning_decisions import learning_status, promote

        waiting = learning_status(self.review.name, store=self.review.store).challenger
        if waiting is None:
            raise ParameterError("no new model waits; run a round of learning first.")
        done = promote(
            self.review.name,
            waiting,
            reason=self.reason.value,
            decided_by=self._role(),
            store=self.review.store,
        )
        return self._changed(done)

    def _roll_back(self) -> str:
        from almpo_kit.workbench.learning_decisions import roll_back

        done = roll_back(
            self.review.name, reason=self.reason.value, decided_by=self._role(), store=self.review.store
        )
        return self._changed(done)

    def _changed(self, entry: dict[str, Any]) -> str:
        self.models.__dict__.pop("champion", None)
        self.reason.value = ""
        now = f"version {entry['version']}" if entry["version"] else "no version"
        return f'<p class="answer-line" role="status" aria-live="polite">Done: {escape(now)} is in use ({escape(entry["action"])}).</p>'
