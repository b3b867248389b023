"""A consultation, and everything that is asked of it; each answer is worked out when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from almpo_kit import codesign
from almpo_kit.vocabulary.consultation_items import Item, said
from almpo_kit.vocabulary.consultations import ROLES
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.provenance import SYNTHETIC, DataVersion, data_versions, stamp
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.strategy_wishes import GOALS

if TYPE_CHECKING:
    import tempfile

    import pandas as pd

    from almpo_kit.records import Store
    from almpo_kit.vocabulary.consultations import Plan
    from almpo_kit.vocabulary.finding import Finding


class ConsultationCase:
    """A consultation as kept in a store of records.

    Parameters
    ----------
    store : Store
    name : str
    structure : DataFrame, optional
        What the panel should look like (``dimension, value, share``) where the plan does not say; equal parts of roles and
        places where nobody says.
    seed : int
    place : TemporaryDirectory, optional
        Kept as long as the consultation is in use.
    """

    def __init__(
        self,
        store: Store,
        name: str,
        *,
        structure: pd.DataFrame | None = None,
        seed: int = 20260101,
        place: tempfile.TemporaryDirectory[str] | None = None,
    ) -> None:
        self.store, self.name, self.seed, self.place = store, name, seed, place
        self.kept = store.consultation(name)
        self._given = structure

    @property
    def structure(self) -> pd.DataFrame:
        """What the panel should look like."""
        if self.plan.structure:
            return planned_parts(self.plan)
        return equal_parts(self.plan) if self._given is None else self._given

    # ---- what was kept ---------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        """What was asked, of whom, by which rules."""
        return self.kept.plan

    @property
    def title(self) -> str:
        """In the first of its languages."""
        return said(self.plan.title, self.plan.languages[0])

    def look_again(self) -> None:
        """Forget what was read and worked out: somebody answered, or a round was closed."""
        for name in [n for n in vars(self) if isinstance(getattr(type(self), n, None), cached_property)]:
            del self.__dict__[name]
        self.kept = self.store.consultation(self.name)

    @cached_property
    def rounds(self) -> pd.DataFrame:
        """Rounds, when they were opened and closed."""
        return self.store.rounds(self.name)

    @property
    def open_round(self) -> int:
        """The round that is open, 0 where none is."""
        still = self.rounds[~_closed(self.rounds)]
        return int(still["round"].max()) if len(still) else 0

    @property
    def held(self) -> int:
        """Rounds that were opened."""
        return int(self.rounds["round"].max()) if len(self.rounds) else 0

    @cached_property
    def judgements(self) -> pd.DataFrame:
        """Answers of the rounds that are closed: an open round shows nobody where the group stands."""
        return self._dated(_of_rounds(self._read, self.rounds))

    @cached_property
    def _read(self) -> pd.DataFrame:
        return self.store.judgements(self.name)

    @property
    def withheld(self) -> tuple[str, ...]:
        """What is not shown of closed rounds, so that nobody can be told apart, and why."""
        told = self._read.attrs.get("withheld", {})
        return tuple(why for key, why in told.items() if str(key) != str(self.open_round))

    @cached_property
    def reasons(self) -> pd.DataFrame:
        """Reasons of the rounds that are closed, in words."""
        return self._dated(_of_rounds(self.store.reasons(self.name), self.rounds))

    @cached_property
    def participation(self) -> pd.DataFrame:
        """Who was invited and answered which rounds; nothing of what was said."""
        return self._dated(self.store.participation(self.name))

    @property
    def last(self) -> int:
        """The last closed round that was answered, 0 where there is none."""
        return int(self.judgements["round"].max()) if len(self.judgements) else 0

    def version(self, number: int | None = None) -> DataVersion:
        """This consultation as data: which plan, and the round up to which it was read."""
        up_to = f", round {number}" if number else ""
        return DataVersion(
            dataset=f"consultation {self.name}",
            version=f"plan {self.kept.version} ({self.plan.digest[:12]}){up_to}",
            kind="synthetic" if self.plan.synthetic else "consultation",
            sha256=self.plan.digest,
        )

    def _dated(self, frame: pd.DataFrame) -> pd.DataFrame:
        return stamp(frame, self.version())

    def of_kind(self, *kinds: str) -> tuple[Item, ...]:
        """Its items of some kinds."""
        return tuple(i for i in self.plan.items if i.kind in kinds)

    # ---- what is asked of it ---------------------------------------------------------------------------

    @cached_property
    def coverage(self) -> Finding:
        """Whether the panel looks as it should."""
        return attempt(codesign.coverage, self.participation, self.structure, self.plan)

    @cached_property
    def people(self) -> Finding:
        """How much each participant counts, so that the panel has the shape that its plan fixed."""
        return attempt(codesign.panel_weights, self.judgements, self.structure, self.plan)

    @property
    def _counting(self) -> pd.Series | None:
        """Weights of people where the plan fixed a structure; otherwise everybody counts once."""
        if not self.plan.structure or not isinstance(self.people, codesign.PanelWeights):
            return None
        return self.people.weights

    @cached_property
    def delphi(self) -> Finding:
        """On what the panel agrees, by the rules that were fixed."""
        return attempt(codesign.delphi, self.judgements, self.plan, weights=self._counting)

    @cached_property
    def drop_out(self) -> Finding:
        """Who left, and whether they answered otherwise."""
        return attempt(codesign.drop_out, self.participation, self.judgements, self.plan)

    def weights(self, item: str) -> Finding:
        """What the panel says counts, as weights of criteria."""
        return attempt(
            codesign.criteria_weights,
            self.latest(item),
            self.plan,
            item,
            weights=self._counting,
            seed=self.seed,
        )

    @cached_property
    def opinions(self) -> Finding:
        """Whether there are groups of opinion, and what parts them."""
        return attempt(codesign.opinion_groups, self._rated(), self.plan, seed=self.seed)

    def vote(self, item: str) -> Finding:
        """What would be funded if each had the same share of the money, and whom each way leaves out."""
        asked, judged = self.plan.item(item), self.latest(item)
        return attempt(self._shared_out, judged, asked)

    def _shared_out(self, judged: pd.DataFrame, asked: Item) -> Finding:
        votes = codesign.budget_votes(judged, self.plan, asked.id)
        groups = self._roles(judged)
        return codesign.equal_shares(
            votes, asked.cost, asked.budget, groups=groups, plan=self.plan, item=asked.id
        )

    @cached_property
    def gains_by_group(self) -> Finding:
        """What each statement, were it done, gains and loses by group: of opinion where there are some, else by role."""
        return attempt(self._by_group, self._rated())

    def _by_group(self, judged: pd.DataFrame) -> Finding:
        found = self.opinions
        parted = isinstance(found, codesign.OpinionGroups) and found.members.nunique() > 1
        groups = found.members if parted else self._roles(judged)  # type: ignore[attr-defined]
        return codesign.gains_and_losses(self._wanted(judged), groups, plan=self.plan, told_as="ratings")

    @cached_property
    def pareto(self) -> Finding:
        """Statements that no other one beats for every role."""
        return attempt(self._undominated, self._rated())

    def _undominated(self, judged: pd.DataFrame) -> Finding:
        return codesign.pareto_set(self._wanted(judged), self._roles(judged), plan=self.plan, seed=self.seed)

    def _wanted(self, judged: pd.DataFrame) -> pd.DataFrame:
        """How much each person wants each statement, by its words."""
        texts = {
            i.id: said(i.text, self.plan.languages[0]).removesuffix(".") for i in self.of_kind("statement")
        }
        return codesign.rated_utilities(judged, self.plan).rename(columns=texts)

    def _roles(self, judged: pd.DataFrame) -> pd.Series:
        return codesign.roles_of(judged).map(lambda r: ROLES.get(r, r))

    def belief(self, item: str) -> Finding:
        """What the panel expects of a programme."""
        return attempt(
            codesign.beliefs, self.latest(item), self.plan, item, weights=self._counting, seed=self.seed
        )

    def preferences(self, item: str = "goals") -> pd.DataFrame:
        """Weights of goals as a portfolio takes them, with whose they are: consultation, plan, round, how many people.

        Raises
        ------
        DesignError
            Too few answers, or what was weighed are no goals of a portfolio.
        """
        import pandas as pd

        found = codesign.criteria_weights(
            self.latest(item), self.plan, item, weights=self._counting, seed=self.seed
        )
        if strange := [c for c in found.weights if c not in GOALS]:
            raise DesignError(
                f"{strange[0]!r} is no goal of a portfolio, which weighs {', '.join(GOALS)}; these weights can be shown, not used there."
            )
        # Refuses a panel of which too little can be said.
        found.as_preferences()
        n = len(found.individual)
        marked = f"{SYNTHETIC} panel" if self.plan.synthetic else "the panel"
        source = f"{marked} of consultation “{self.name}”, plan {self.plan.digest[:12]}, round {found.round}, {n} people whose answers gave weights"
        table = pd.DataFrame({"criterion": list(found.weights), "weight": list(found.weights.values())})
        return stamp(table.assign(source=source), self.version(found.round))

    def wished_goals(self, item: str = "goals") -> dict[str, dict[str, Any]]:
        """The same for a strategy: ``goals`` and ``goals_from`` of a :class:`~almpo_kit.workbench.Wish`."""
        table = self.preferences(item)
        (made,) = data_versions(table)
        goals = dict(zip(table["criterion"], (round(float(w), 6) for w in table["weight"]), strict=True))
        whose = {k: str(getattr(made, k)) for k in ("dataset", "version", "kind", "sha256")}
        return {"goals": goals, "goals_from": whose | {"source": str(table["source"].iloc[0])}}

    # ---- answers, ready for a verb ---------------------------------------------------------------------

    def latest(self, item: str) -> pd.DataFrame:
        """The latest answer of each participant to one item, also of those who left since.

        Beliefs count them all. Weights and votes are of one round, the last in which anybody answered the item: they leave out
        who answered an earlier one alone, and weights say how many that are.
        """
        self.plan.item(item)
        judged = self.judgements[self.judgements["item"] == item]
        last = judged.groupby("participant")["round"].transform("max")
        return judged[judged["round"] == last].reset_index(drop=True)

    def _rated(self) -> pd.DataFrame:
        names = [i.id for i in self.of_kind("statement")]
        judged = self.judgements[self.judgements["item"].isin(names)]
        return judged[judged["round"] == self.last].reset_index(drop=True)


def _closed(rounds: pd.DataFrame) -> pd.Series:
    return rounds["closed"].astype("string").fillna("").str.len().gt(0)


def _of_rounds(frame: pd.DataFrame, rounds: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["round"].isin(rounds.loc[_closed(rounds), "round"])].reset_index(drop=True)


def planned_parts(plan: Plan) -> pd.DataFrame:
    """The structure of a plan as a table."""
    import pandas as pd

    rows = [(d, value, share) for d, shares in plan.structure.items() for value, share in shares.items()]
    table = pd.DataFrame(rows, columns=["dimension", "value", "share"])
    return table.assign(source=plan.structure_source or "the plan")


def equal_parts(plan: Plan) -> pd.DataFrame:
    """A panel in which every role has the same part, and every place."""
    import pandas as pd

    rows = [("role", r, 1 / len(plan.roles)) for r in plan.roles]
    rows += [("geo", g, 1 / len(plan.places)) for g in plan.places]
    rows += [("sector", s, 1 / len(plan.sectors)) for s in plan.sectors]
    table = pd.DataFrame(rows, columns=["dimension", "value", "share"])
    return table.assign(source="equal parts, as nobody said otherwise")
