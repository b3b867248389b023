"""What a store can do with consultations: plans, rounds, invitations, and what may be seen of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.records import consultations, drafts, invitations, panel_lists
from almpo_kit.records.consultations import Consultation
from almpo_kit.records.free_text import clean
from almpo_kit.records.invitations import Invitation
from almpo_kit.records.transactions import Transactions, given, whole
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


class ConsultationMethods(Transactions):
    """The side of whoever holds a consultation."""

    def keep_consultation(
        self, name: str, plan: Plan, *, author_role: str = "", expected_version: int | None = None
    ) -> Consultation:
        """Keep the next version of a plan; the same plan again keeps its version.

        Parameters
        ----------
        name : str
            1 to 120 characters; capitals count.
        plan : Plan
        author_role : str
            What the author is, not who.
        expected_version : int, optional
            The version that the author began from, 0 for a new one.

        Raises
        ------
        RoundError
            Its first round was opened: the plan is fixed. Nothing is written.
        ConflictError
            Somebody kept a newer version meanwhile. Nothing is written.
        RecordsError
            The store cannot be written. Nothing is written.
        """
        if not isinstance(plan, Plan):
            raise ParameterError("plan must be a Plan; make one with Plan.from_plain(…) or Plan(title=…, …).")
        name, role, _ = drafts.words(name, author_role, "")
        expected = whole(expected_version, "expected_version", 0)
        return self._write(lambda db: consultations.keep(db, name, plan, role, expected))

    def consultation(self, name: str) -> Consultation:
        """One consultation as it stands.

        Raises
        ------
        ParameterError
            There is none of that name.
        """
        asked = _name(name)
        with self._reading_consultations() as db:
            return consultations.read(db, asked)

    def consultations(self) -> pd.DataFrame:
        """All of them.

        Returns
        -------
        DataFrame
            ``name, version, state, round, rounds`` (planned)``, invited, digest, synthetic``, by name.
        """
        with self._reading_consultations() as db:
            return consultations.listed(db)

    def open_round(self, name: str, number: int) -> Consultation:
        """Open the next round; from the first on the plan is fixed.

        Raises
        ------
        RoundError
            Another one is open, or it is not the next one. Nothing is opened.
        """
        asked, which = _name(name), given(number, "number", 1)

        def work(db: Any) -> Consultation:
            consultations.open_round(db, asked, which)
            return consultations.read(db, asked)

        return self._write(work)

    def close_round(self, name: str, number: int) -> Consultation:
        """Close the open round; what was answered stays, nothing more can be.

        Raises
        ------
        RoundError
            It is not open.
        """
        asked, which = _name(name), given(number, "number", 1)

        def work(db: Any) -> Consultation:
            consultations.close_round(db, asked, which)
            return consultations.read(db, asked)

        return self._write(work)

    def rounds(self, name: str) -> pd.DataFrame:
        """Rounds that were opened.

        Returns
        -------
        DataFrame
            ``round, opened, closed`` (UTC; missing while it is open)``, answered`` (how many people).
        """
        import pandas as pd

        asked = _name(name)
        with self._reading_consultations() as db:
            consultations.read(db, asked)
            counts = panel_lists.answered_by(db, asked)
            rows = [(*r, counts.get(r[0], 0)) for r in consultations.opened_rounds(db, asked)]
        found = pd.DataFrame(rows, columns=["round", "opened", "closed", "answered"])
        for column in ("opened", "closed"):
            found[column] = pd.to_datetime(found[column], utc=True, format="ISO8601")
        return found.astype({"round": "int64", "answered": "int64"})

    def invite(self, name: str, rows: Sequence[Mapping[str, Any]]) -> list[Invitation]:
        """Invite people; their links are shown this once, the store keeps hashes.

        In an anonymous consultation invite before the first round is closed, later ``plan.least_group`` people or more at
        once: of one person who comes later, the pseudonym that was not there before is hers. Answers of fewer who first come
        in a later round are kept, not shown, and do not count.

        Parameters
        ----------
        name : str
        rows : sequence of mappings
            ``role, geo, sector, language``; the last two may be left out. At most 2,000.

        Raises
        ------
        ParameterError
            A row that does not fit the plan; it names it. Nobody is invited.
        """
        asked = _name(name)
        return self._write(lambda db: invitations.add(db, asked, rows))

    def renew_invitation(self, name: str, number: str) -> Invitation:
        """A new link for the same person; the old one opens nothing any more.

        In an anonymous consultation it shows nothing without the personal code.
        """
        asked, which = _name(name), clean(number, "number", most=12)
        return self._write(lambda db: invitations.renew(db, asked, which))

    def withdraw_invitation(self, name: str, number: str) -> None:
        """End an invitation: its link opens nothing any more; answers that were given stay and count.

        In an anonymous consultation, of somebody who answered, only before the first round or after the last: of one person
        who is withdrawn between two, the pseudonym that is not there any more is hers.

        Raises
        ------
        ParameterError
            There is no such invitation, it holds no more, or that would tell what was answered.
        """
        asked, which = _name(name), clean(number, "number", most=12)

        def work(db: Any) -> None:
            panel_lists.require_quiet_withdrawal(db, asked, which)
            invitations.withdraw(db, asked, which)

        self._write(work)

    def participation(self, name: str) -> pd.DataFrame:
        """Who was invited and took part, without a word of what was said.

        Returns
        -------
        DataFrame
            ``PARTICIPATION_COLUMNS``; ``state`` is invited, consented, answered, withdrawn or erased; ``rounds_answered`` is
            e.g. ``"1 3"``. In an anonymous consultation it is ``"?"`` where it would tell which answers are hers.
        """
        asked = _name(name)
        with self._reading_consultations() as db:
            return panel_lists.participation(db, asked)

    def judgements(self, name: str, round: int | None = None) -> pd.DataFrame:
        """What was answered, one number a row, as far as the plan lets it be seen.

        Of an anonymous consultation rounds are shown once they are closed and if ``plan.least_group`` people answered;
        role, place and sector are "" where fewer than that share them. ``attrs["withheld"]`` says which rounds are not shown
        and why. Whoever keeps a copy sees which rows are missing from a later one: of a person who had her answers deleted
        in between, an old copy tells more than the store, so copies are to be deleted with them.

        Parameters
        ----------
        name : str
        round : int, optional
            All rounds where left out.

        Returns
        -------
        DataFrame
            A ``judgements`` frame; ``participant`` is a pseudonym by lot, the same in all rounds.
        """
        asked, number = _name(name), whole(round, "round", 1)
        with self._reading_consultations() as db:
            return panel_lists.judgements(db, asked, number)

    def reasons(self, name: str, round: int | None = None) -> pd.DataFrame:
        """Reasons in words, as far as the plan lets them be seen.

        Returns
        -------
        DataFrame
            ``REASON_COLUMNS``. ``participant`` is "" unless the plan shows pseudonyms; in an anonymous consultation only the
            role is shown, where ``plan.least_group`` people of it gave reasons.
        """
        asked, number = _name(name), whole(round, "round", 1)
        with self._reading_consultations() as db:
            return panel_lists.reasons(db, asked, number)


def _name(name: Any) -> str:
    return drafts.one_line(clean(name, "name"))
