"""A draft strategy with a memory: every parameter with its versions, arguments, evidence and cost, kept in the store of records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from almpo_kit.codesign.strategies.differences import differences
from almpo_kit.codesign.strategies.merging import Merged, Side, three_way
from almpo_kit.codesign.strategies.parameters import Parameters, from_content, setting, to_content
from almpo_kit.records.free_text import impersonal, reason_in_words
from almpo_kit.records.problems import ConflictError
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import SYNTHETIC
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.strategy_wishes import Wish, wish

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.records import Store
    from almpo_kit.vocabulary.finding import Finding
    from almpo_kit.workbench.strategies import Strategy

_WISHES = {f.name for f in fields(Wish)}
_TRIES = 5


class PolicyDraft:
    """A draft, as of the version last seen.

    Parameters
    ----------
    store : Store
    name : str
    role : str
        Of whoever works on it; not who.
    seed : int
        Of what follows from it.
    """

    def __init__(self, store: Store, name: str, *, role: str = "", seed: int = 0) -> None:
        self.store, self.name, self.role, self.seed = store, name, role, seed
        self.version, self.parameters, self.began = 0, {}, None
        self.reload()

    version: int
    parameters: Parameters
    began: Mapping[str, Any] | None

    def reload(self) -> None:
        """See the latest version."""
        known = self.store.drafts(withdrawn=True)["name"].tolist()
        if " ".join(self.name.split()) in known:
            self._see(self.store.draft(self.name))

    def set(
        self,
        parameter: str,
        value: Any,
        *,
        argument: str,
        evidence: Sequence[str] = (),
        role: str = "",
        budget_effect: float | None = None,
    ) -> int:
        """Set a parameter and keep the draft as its next version, which is returned.

        Somebody else's changes of other parameters are merged in; where she changed the same one, nothing is written.

        Raises
        ------
        ParameterError
            No reason in words, text that seems to name a person, or a value that a strategy cannot have.
        ConflictError
            Somebody else set the same parameter otherwise meanwhile.
        """
        _fits(parameter, value)
        given = setting(
            value,
            argument=reason_in_words(argument, "argument"),
            evidence=[impersonal(e, "evidence", least=1) for e in _listed(evidence)],
            role=impersonal(role or self.role, "role", most=120),
            budget_effect=budget_effect,
        )
        return self._keep(self.parameters | {parameter: given}, f"{parameter} set", given.role)

    def set_goals(self, panel: Mapping[str, Mapping[str, Any]], *, argument: str, role: str = "") -> int:
        """Set the goals to a panel's weights; whose they are is kept with them.

        Parameters
        ----------
        panel : mapping
            ``goals`` and ``goals_from``, e.g. ``case.wished_goals()``.
        """
        made_by = dict(panel["goals_from"])
        value = {"weights": dict(panel["goals"]), "from": made_by}
        # The plan's fingerprint looks like an identity number, which records refuse; it stays in what the weights are from.
        version = re.sub(r" \([0-9a-f]{12}\)", "", made_by["version"])
        cited = [f"{made_by['dataset']}, {version}"]
        return self.set("goals", value, argument=argument, evidence=cited, role=role)

    def drop(self, parameter: str, *, argument: str, role: str = "") -> int:
        """Leave a parameter out from the next version on; its earlier versions stay."""
        if parameter not in self.parameters:
            raise ParameterError(
                f"the draft has no {parameter!r}; it has {', '.join(self.parameters) or 'nothing yet'}."
            )
        left = {k: v for k, v in self.parameters.items() if k != parameter}
        return self._keep(
            left, f"{parameter} dropped: {reason_in_words(argument, 'argument')}", role or self.role
        )

    def at(self, version: int) -> Parameters:
        """The parameters of one version."""
        return from_content(self.store.draft(self.name, version).content)

    def history(self, parameter: str | None = None) -> pd.DataFrame:
        """Every change of one parameter, or of all, oldest first.

        Returns
        -------
        DataFrame
            ``version, at, author_role, note`` and the columns of :func:`differences`.
        """
        import pandas as pd

        parts: list[pd.DataFrame] = []
        before: Parameters = {}
        rows: list[Any] = list(self.store.drafts(self.name).itertuples())
        for row in rows:
            after = {} if row.withdrawn else self.at(int(row.version))
            found = differences(before, after)
            for k, column in enumerate(("version", "at", "author_role", "note")):
                found.insert(k, column, getattr(row, column))
            parts.append(found)
            before = after
        every = pd.concat(parts, ignore_index=True) if parts else differences({}, {})
        return every if parameter is None else every[every["parameter"] == parameter].reset_index(drop=True)

    def compare(self, one: int, other: int) -> pd.DataFrame:
        """What differs between two versions."""
        return differences(self.at(one), self.at(other))

    def branch(self, name: str) -> PolicyDraft:
        """A draft of another name that begins from this version, to be merged later."""
        content = to_content(self.parameters) | {"began": {"name": self.name, "version": self.version}}
        note = f"begun from {self.name!r}, version {self.version}"
        self.store.keep_draft(name, content, author_role=self.role, note=note, expected_version=0)
        return PolicyDraft(self.store, name, role=self.role, seed=self.seed)

    def merge(self, other: PolicyDraft, choose: Mapping[str, Side] | None = None) -> Merged:
        """Bring another draft's changes in.

        What one side alone changed is taken; where both changed a parameter otherwise nothing is written until a person
        decides, e.g. ``draft.merge(other, choose={"budget": "theirs"})``.

        Returns
        -------
        Merged
            ``.conflicts``; the draft has a new version where there are none left.
        """
        self.reload()
        merged = three_way(_common(self, other), self.parameters, other.parameters, choose)
        if merged.clean and merged.parameters != self.parameters:
            self._keep(merged.parameters, f"merged with {other.name!r}, version {other.version}", self.role)
        return merged

    def wish(self) -> Wish:
        """What the draft asks of a strategy: the parameters that are fields of one; the rest as the wizard begins."""
        from almpo_kit.workbench.strategies import first_wish

        asked = {k: p.value for k, p in self.parameters.items() if k in _WISHES}
        asked |= _goals(asked.get("goals", {}))
        began = first_wish(asked.get("place", "EL")).as_dict()
        return wish(began | asked)

    def strategy(self) -> Strategy:
        """What follows from it, each answer when it is asked for."""
        from almpo_kit.workbench.strategies import strategy

        return strategy(self.wish(), seed=self.seed)

    def consequences(self) -> Finding:
        """The mix of programmes that the draft's choices lead to."""
        made = self.strategy()

        def portfolio() -> Finding:
            return made.portfolio

        return attempt(portfolio)

    def export(self, kind: str = "md") -> str:
        """The draft with its reasons as text to save: ``"md"``, ``"json"`` or ``"csv"``."""
        from almpo_kit.workbench.policy_draft_export import exported

        return exported(self, kind)

    @property
    def budget_effect(self) -> float:
        """Euro that the parameters add up to, of those where somebody said."""
        return sum(p.budget_effect for p in self.parameters.values() if p.budget_effect is not None)

    @property
    def synthetic(self) -> bool:
        """Whether anything in it is said to come from SYNTHETIC data."""
        return (
            SYNTHETIC in repr(self.parameters)
            or _kind(self.parameters) == "synthetic"
            or SYNTHETIC in self.name
        )

    def _see(self, kept: Any) -> None:
        self.version, self.parameters = kept.version, from_content(kept.content)
        self.began = kept.content.get("began")

    def _keep(self, wanted: Parameters, note: str, role: str) -> int:
        base = dict(self.parameters)
        for _ in range(_TRIES):
            content = to_content(wanted) | ({"began": dict(self.began)} if self.began else {})
            try:
                kept = self.store.keep_draft(
                    self.name, content, author_role=role, note=note[:2000], expected_version=self.version
                )
            except ConflictError:
                seen = self.version
                self.reload()
                merged = three_way(base, wanted, self.parameters)
                if self.version == seen or not merged.clean:
                    raise _both_changed(self, merged) from None
                base, wanted = dict(self.parameters), merged.parameters
                continue
            self._see(kept)
            return self.version
        raise ConflictError(
            f"others keep writing the draft {self.name!r}. Nothing of yours was written; try again."
        )


def policy_draft(name: str, *, store: Store | None = None, role: str = "", seed: int = 0) -> PolicyDraft:
    """A draft strategy of that name: the one that was kept, or a new one.

    Parameters
    ----------
    name : str
    store : Store, optional
        Where it is kept; beside the runs where left out.
    role : str
        What the person at work is, e.g. ``"regional_authority"``; not who.
    seed : int
        Of what follows from it.

    Raises
    ------
    RecordsError
        The store cannot be opened or read.
    ParameterError
        A draft of that name was kept by another tool, or withdrawn.
    """
    if store is None:
        from almpo_kit.workbench import record_keeping

        store = record_keeping.store()
    return PolicyDraft(store, name, role=impersonal(role, "role", most=120), seed=seed)


def _common(one: PolicyDraft, other: PolicyDraft) -> Parameters:
    """What both began from; nothing where they have no common beginning."""
    for branch, trunk in ((other, one), (one, other)):
        if branch.began and branch.began.get("name") == trunk.name:
            return trunk.at(int(branch.began["version"]))
    if one.name == other.name:
        return one.at(min(one.version, other.version))
    return {}


def _both_changed(draft: PolicyDraft, merged: Merged) -> ConflictError:
    which = ", ".join(c.parameter for c in merged.conflicts) or "the draft"
    return ConflictError(
        f"somebody else changed {which} of {draft.name!r} meanwhile (version {draft.version}). Nothing of yours was written; "
        f"look at draft.history({merged.conflicts[0].parameter!r}) and set it again."
        if merged.conflicts
        else f"the draft {draft.name!r} moved on meanwhile. Nothing of yours was written; set it again."
    )


def _fits(parameter: str, value: Any) -> None:
    if not isinstance(parameter, str) or not parameter.strip() or len(parameter) > 80:
        raise ParameterError(f"parameter {parameter!r} must be a name of 1 to 80 characters, e.g. 'budget'.")
    impersonal(parameter, "parameter", most=80)
    if isinstance(value, str):
        impersonal(value, parameter, most=2000)
    if parameter == "goals_from":
        raise ParameterError(
            "whose weights the goals are stands with them: set 'goals' to {'weights': {…}, 'from': {…}}, or use set_goals()."
        )
    if parameter in _WISHES:
        wish(_goals(value) if parameter == "goals" else {parameter: value})


def _listed(evidence: Any) -> list[str]:
    if isinstance(evidence, str) or not isinstance(evidence, Sequence):
        raise ParameterError(f"evidence must be a list of ids, e.g. [{evidence!r}].")
    return list(evidence)


def _goals(value: Any) -> dict[str, Any]:
    """Weights of goals and whose they are: one parameter, so that no change parts them."""
    if isinstance(value, Mapping) and set(value) == {"weights", "from"}:
        return {"goals": value["weights"], "goals_from": value["from"]}
    return {"goals": value}


def _kind(parameters: Parameters) -> str:
    value = parameters["goals"].value if "goals" in parameters else {}
    return str(_goals(value).get("goals_from", {}).get("kind", ""))
