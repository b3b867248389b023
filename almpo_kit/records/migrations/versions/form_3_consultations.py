"""Form 3: consultations: plans, rounds, invitations, links, consent, personal codes, answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.records.migrations.marks import guard, mark

if TYPE_CHECKING:
    from sqlalchemy import Column

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None
_TABLES = (
    "consultations",
    "consultation_rounds",
    "invitations",
    "invitation_links",
    "invitation_ends",
    "code_trials",
)
#: Table -> all of its columns, and those that a participant can have blanked.
_BLANKED = {
    "consents": (
        ("id", "invitation", "participant", "digest", "language", "salt", "code_hash", "at"),
        ("participant", "salt", "code_hash"),
    ),
    "answer_submissions": (("id", "consent", "round", "revision", "key", "digest", "day"), ("digest",)),
    "answers": (("id", "submission", "item", "kind", "content"), ("content",)),
}


def upgrade() -> None:
    """Add the tables."""
    _plans()
    _invitations()
    _consents()
    _answers()
    for table in _TABLES:
        guard(table)
    for table, (columns, blanked) in _BLANKED.items():
        guard(table, columns, blanked)
    mark(3)


def _numbered() -> Column[int]:
    from sqlalchemy import Column, Integer

    return Column("id", Integer, primary_key=True)


def _plans() -> None:
    from alembic import op
    from sqlalchemy import Column, Integer, String, Text, UniqueConstraint

    op.create_table(
        "consultations",
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
    op.create_table(
        "consultation_rounds",
        _numbered(),
        Column("consultation", String(120), nullable=False),
        Column("round", Integer, nullable=False),
        Column("event", String(12), nullable=False),
        Column("plan_version", Integer, nullable=False),
        Column("at", String(32), nullable=False),
        UniqueConstraint("consultation", "round", "event", name="opened_and_closed_once"),
        sqlite_autoincrement=True,
    )


def _invitations() -> None:
    from alembic import op
    from sqlalchemy import Column, ForeignKey, Integer, String, Text, UniqueConstraint

    op.create_table(
        "invitations",
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
    op.create_table(
        "invitation_links",
        _numbered(),
        Column("invitation", Integer, ForeignKey("invitations.id"), nullable=False, index=True),
        # Of the token; whoever reads the store cannot open anybody's page.
        Column("hash", String(64), nullable=False, unique=True),
        Column("at", String(32), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "invitation_ends",
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


def _consents() -> None:
    from alembic import op
    from sqlalchemy import Column, ForeignKey, Integer, String

    op.create_table(
        "consents",
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
    op.create_table(
        "code_trials",
        _numbered(),
        Column("invitation", Integer, ForeignKey("invitations.id"), nullable=False, index=True),
        Column("kind", String(12), nullable=False),
        Column("at", String(32), nullable=False),
        sqlite_autoincrement=True,
    )


def _answers() -> None:
    from alembic import op
    from sqlalchemy import Column, ForeignKey, Integer, String, Text, UniqueConstraint

    op.create_table(
        "answer_submissions",
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
    op.create_table(
        "answers",
        _numbered(),
        Column("submission", Integer, ForeignKey("answer_submissions.id"), nullable=False, index=True),
        Column("item", String(40), nullable=False),
        # "values": JSON of part -> number; "reason": words.
        Column("kind", String(8), nullable=False),
        Column("content", Text, nullable=True),
        UniqueConstraint("submission", "item", "kind", name="one_answer_an_item"),
        sqlite_autoincrement=True,
    )
