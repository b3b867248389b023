"""The store of records, only ever added to: drafts, overrides, labels, decisions on them, rounds of
learning, consultations, trials."""

from __future__ import annotations

from almpo_kit.records.consultation_methods import ConsultationMethods
from almpo_kit.records.decision_methods import DecisionMethods
from almpo_kit.records.draft_methods import DraftMethods
from almpo_kit.records.label_methods import LabelMethods
from almpo_kit.records.lease_methods import LeaseMethods
from almpo_kit.records.override_methods import OverrideMethods
from almpo_kit.records.participant_methods import ParticipantMethods
from almpo_kit.records.step_methods import StepMethods
from almpo_kit.records.trial_methods import TrialMethods


class Store(
    DraftMethods,
    OverrideMethods,
    LabelMethods,
    DecisionMethods,
    LeaseMethods,
    StepMethods,
    ConsultationMethods,
    ParticipantMethods,
    TrialMethods,
):
    """Everything that people decide, in one database; open it with :func:`almpo_kit.records.open_store`.

    Parameters
    ----------
    engine : Engine
    place : str
        Where it is, without a password.
    read_only : bool
    """
