"""What people decide, kept append-only: overrides, drafts, labels, adjudications, rounds of learning, consultations, trials."""

from almpo_kit.records.consultation_problems import (
    AnswerError,
    CodeError,
    ConsentError,
    LinkError,
    MovedOnError,
    Problem,
    RoundError,
)
from almpo_kit.records.consultations import Consultation
from almpo_kit.records.drafts import Draft
from almpo_kit.records.engines import open_store
from almpo_kit.records.invitations import Invitation
from almpo_kit.records.overrides import new_advice_id
from almpo_kit.records.own_answers import OwnAnswers, Stand, Written
from almpo_kit.records.participants import Participant, Receipt
from almpo_kit.records.problems import ConflictError, RecordsError, StateError
from almpo_kit.records.store import Store
from almpo_kit.records.trial_records import KeptPlan, KeptResult, KeptTrial, TrialDraw, TrialLook, TrialStep

__all__ = [
    "AnswerError",
    "CodeError",
    "ConflictError",
    "ConsentError",
    "Consultation",
    "Draft",
    "Invitation",
    "KeptPlan",
    "KeptResult",
    "KeptTrial",
    "LinkError",
    "MovedOnError",
    "OwnAnswers",
    "Participant",
    "Problem",
    "Receipt",
    "RecordsError",
    "RoundError",
    "Stand",
    "StateError",
    "Store",
    "TrialDraw",
    "TrialLook",
    "TrialStep",
    "Written",
    "new_advice_id",
    "open_store",
]
