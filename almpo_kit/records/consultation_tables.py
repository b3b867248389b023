"""The tables of consultations: plans, rounds, invitations, links, consent, personal codes and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Column, MetaData


def add_consultation_tables(all_of_them: MetaData) -> None:
    """Add them to the tables of a store.

    ``consultations`` has one row a version of a plan, ``consultation_rounds`` one row an opening or closing,
    ``invitations`` one row a person invited, ``invitation_links`` one row a link (the latest holds),
    ``invitation_ends`` one row a withdrawal or deletion, ``consents`` one row a consent, ``code_trials`` one row a try
    of a personal code or its success, ``answer_submissions`` one row a request, ``answers`` one row an answer to an item
    or a reason for it.
    """
    _plans(all_of_them)
    _invitations(all_of_them)
    _consents(all_of_them)
    _answers(all_of_them)


def _numbered() -> Column[int]:
    from sqlalchemy import Column, Integer

    return Column("id", Integer, primary_key=True)


def _plans(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

    Table(
        "consultations",
        all_of_them,
        _numbered(),
        Column("name", String(120), nullable=False),
        Column("version", Integer, nullable=False),
        Column("plan", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("author_role", String(120), nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("name", "version", name="one_plan_a_version"),
        sqlite_autoincrement=True,
    )
    Table(
        "consultation_rounds",
        all_of_them,
        _numbered(),
        Column("consultation", String(120), nullable=False),
        Column("round", Integer, nullable=False),
        Column("event", String(12), nullable=False),
        Column("plan_version", Integer, nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("consultation", "round", "event", name="opened_and_closed_once"),
        sqlite_autoincrement=True,
    )


def _invitations(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

    Table(
        "invitations",
        all_of_them,
        _numbered(),
        Column("consultation", String(120), nullable=False),
        Column("number", String(12), nullable=False),
        Column("role", String(40), nullable=False),
        Column("geo", String(8), nullable=False),
        Column("sector", String(8), nullable=False),
        Column("language", String(2), nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("consultation", "number", name="one_invitation_a_number"),
        sqlite_autoincrement=True,
    )
    Table(
        "invitation_links",
        all_of_them,
        _numbered(),
        Column("invitation", Integer, ForeignKey("invitations.id"), nullable=False, index=True),
        # Of the token; whoever reads the store cannot open anybody's page.
        Column("hash", String(64), nullable=False, unique=True),
        Column("at", String(32), nullable=False),
        sqlite_autoincrement=True,
    )
    Table(
        "invitation_ends",
        all_of_them,
        _numbered(),
        Column("invitation", Integer, ForeignKey("invitations.id"), nullable=False),
        Column("kind", String(12), nullable=False),
        Column("reason", Text, nullable=False),
        # Rows that were blanked.
        Column("blanked", Integer, nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("invitation", "kind", name="one_end_of_a_kind"),
        sqlite_autoincrement=True,
    )


def _consents(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, ForeignKey, Integer, String, Table

    Table(
        "consents",
        all_of_them,
        _numbered(),
        Column("invitation", Integer, ForeignKey("invitations.id"), nullable=False, unique=True),
        # Her pseudonym: by lot, so that it tells nothing of the number or the order of invitations.
        Column("participant", String(20), nullable=True, unique=True),
        # Which plan she agreed to.
        Column("digest", String(64), nullable=False),
        Column("language", String(2), nullable=False),
        Column("salt", String(32), nullable=True),
        Column("code_hash", String(64), nullable=True),
        Column("at", String(32), nullable=False),
        sqlite_autoincrement=True,
    )
    Table(
        "code_trials",
        all_of_them,
        _numbered(),
        Column("invitation", Integer, ForeignKey("invitations.id"), nullable=False, index=True),
        Column("kind", String(12), nullable=False),
        Column("at", String(32), nullable=False),
        sqlite_autoincrement=True,
    )


def _answers(all_of_them: MetaData) -> None:
    from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

    Table(
        "answer_submissions",
        all_of_them,
        _numbered(),
        Column("consent", Integer, ForeignKey("consents.id"), nullable=False),
        Column("round", Integer, nullable=False),
        Column("revision", Integer, nullable=False),
        # Made by the participant's page: the same request sent again is carried out once.
        Column("key", String(64), nullable=False),
        # A digest of few possible answers gives them away, so it goes with them.
        Column("digest", String(64), nullable=True),
        # The day: a minute would tell whoever watched her answer which row is hers.
        Column("day", String(10), nullable=False),
        UniqueConstraint("consent", "key", name="one_submission_a_key"),
        UniqueConstraint("consent", "round", "revision", name="one_submission_a_revision"),
        sqlite_autoincrement=True,
    )
    Table(
        "answers",
        all_of_them,
        _numbered(),
        Column("submission", Integer, ForeignKey("answer_submissions.id"), nullable=False, index=True),
        Column("item", String(40), nullable=False),
        # "values": JSON of part -> number; "reason": words.
        Column("kind", String(8), nullable=False),
        Column("content", Text, nullable=True),
        UniqueConstraint("submission", "item", "kind", name="one_answer_an_item"),
        sqlite_autoincrement=True,
    )
