"""A SYNTHETIC consultation to try the room on: invented participants, written through the real store, in a folder that goes
when the session does."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.assets import FOLDER
from almpo_kit.workbench.consultations import ConsultationCase
from almpo_kit.workbench.invented_panels import InventedPerson, answers_in, invented_panel

if TYPE_CHECKING:
    from almpo_kit.records import Invitation, Store

#: How the consultation is called in its store.
NAME = "SYNTHETIC example"
_SIGN = {"en": "SYNTHETIC example", "el": "ΣΥΝΘΕΤΙΚΟ παράδειγμα (SYNTHETIC)"}


def plan_templates() -> tuple[str, ...]:
    """Names of the plans one can begin with."""
    return tuple(sorted(p.stem for p in (FOLDER / "consultations").glob("*.json")))


def plan_template(name: str = "tourism") -> Plan:
    """A plan to begin with.

    Raises
    ------
    ParameterError
        There is none of that name.
    """
    if name not in plan_templates():
        raise ParameterError(
            f"there is no plan {name!r} to begin with; there are {', '.join(plan_templates())}."
        )
    text = (FOLDER / "consultations" / f"{name}.json").read_text(encoding="utf-8")
    return Plan.from_plain(json.loads(text))


def example_plan(name: str = "tourism") -> Plan:
    """The same, marked SYNTHETIC in every language; roles stand beside answers, so that nobody has to make up codes."""
    plan = plan_template(name)
    title = {k: f"{_SIGN.get(k, 'SYNTHETIC')}: {v}" for k, v in plan.title.items()}
    return replace(
        plan,
        title=title,
        synthetic=True,
        disclosure="by_role",
        structure={"geo": dict(zip(plan.places, _shape(plan), strict=True))},
        structure_source="SYNTHETIC shares of places",
    )


def _shape(plan: Plan) -> list[float]:
    """Of two places the first has 40%; of more all the same."""
    n = len(plan.places)
    return [0.4, 0.6] if n == 2 else [1 / n] * n


def example_consultation(
    template: str = "tourism",
    *,
    people: int = 54,
    rounds: int = 3,
    seed: int = 20260101,
    open_last: bool = False,
) -> ConsultationCase:
    """A consultation that invented participants have answered.

    Parameters
    ----------
    template : str
        See :func:`plan_templates`.
    people : int
    rounds : int
        Rounds that were held, at most those of the plan.
    seed : int
    open_last : bool
        Whether the last of them is still open.

    Returns
    -------
    ConsultationCase
        Its records are in a temporary folder.
    """
    from almpo_kit import records

    place = tempfile.TemporaryDirectory(prefix="almpo-consultation-")
    store = records.open_store(f"{place.name}/records.db")
    plan = example_plan(template)
    store.keep_consultation(NAME, plan, author_role="facilitator")
    hold(store, NAME, plan, people=people, rounds=rounds, seed=seed, open_last=open_last)
    return ConsultationCase(store, NAME, seed=seed, place=place)


def hold(
    store: Store, name: str, plan: Plan, *, people: int, rounds: int, seed: int, open_last: bool = False
) -> None:
    """Let invented participants answer a kept consultation, round after round."""
    panel = invented_panel(plan, people, seed=seed)
    rows = [{"role": p.role, "geo": p.geo, "sector": p.sector, "language": p.language} for p in panel]
    invited = store.invite(name, rows)
    middles: dict[str, float] = {}
    for number in range(1, rounds + 1):
        store.open_round(name, number)
        rng = np.random.default_rng(np.random.SeedSequence([seed, 10, number]))
        _answer(store, plan, list(zip(panel, invited, strict=True)), number, middles, rng)
        if number < rounds or not open_last:
            store.close_round(name, number)
        judged = store.judgements(name, number)
        middles = {str(k): float(v) for k, v in judged.groupby("item")["value"].median().items()}


def _answer(
    store: Store,
    plan: Plan,
    people: list[tuple[InventedPerson, Invitation]],
    number: int,
    middles: dict[str, float],
    rng: np.random.Generator,
) -> None:
    code = "a code of hers" if plan.disclosure == "anonymous" else ""
    for person, invitation in people:
        if number > person.leaves_after:
            continue
        if number == 1:
            store.consent(invitation.token, language=person.language, digest=plan.digest, code=code)
        answers, reasons = answers_in(plan, person, number, middles, rng)
        store.answer(invitation.token, number, answers, reasons=reasons, key=f"round-{number}", code=code)
