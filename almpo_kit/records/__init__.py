"""What people decide, kept append-only: overrides, drafts, labels, adjudications, rounds of learning."""

from almpo_kit.records.drafts import Draft
from almpo_kit.records.engines import open_store
from almpo_kit.records.overrides import new_advice_id
from almpo_kit.records.problems import ConflictError, RecordsError
from almpo_kit.records.store import Store

__all__ = ["ConflictError", "Draft", "RecordsError", "Store", "new_advice_id", "open_store"]
