"""What a label, a decision and a step may say: checked, and written in one way, before a transaction begins."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from almpo_kit.records.free_text import clean, impersonal, personal
from almpo_kit.records.transactions import whole
from almpo_kit.vocabulary.documents import (
    AND,
    ESTIMATE,
    FIELDS,
    NO,
    NOT_STATED,
    RELEVANT,
    YES,
    answers,
    one_value,
)
from almpo_kit.vocabulary.errors import ParameterError

_FIELD = re.compile(r"[a-z][a-z0-9_]{0,59}")
_NAME = re.compile(r"\S{1,128}")
_ROUND = re.compile(r"[\w.:-]{1,64}")
_TOKEN = re.compile(r"[\w.:-]{8,64}")
#: What one answer may be long; an estimate is a row of a table, not a text.
_MOST = 20_000


def review_name(value: Any) -> str:
    """A review as it is kept: one line, single spaces; capitals count."""
    return " ".join(impersonal(value, "review", least=1, most=120).split())


def coder_name(value: Any) -> str:
    """A pseudonym as it is kept.

    Raises
    ------
    ParameterError
        Empty, long, an e-mail address or a number that tells who it is.
    """
    kept = " ".join(impersonal(value, "coder", most=60).split())
    if not kept or not kept[0].isalnum():
        raise ParameterError(
            f"coder={value!r} must be a short pseudonym that begins with a letter or digit, e.g. 'coder A'; never a "
            "person's name."
        )
    return kept


def field_name(value: Any, name: str = "field") -> str:
    """A field, or a step of a round, as it is kept."""
    if not isinstance(value, str) or not _FIELD.fullmatch(value):
        raise ParameterError(
            f"{name}={value!r} must begin with a small letter and go on with small letters, digits and _, e.g. {RELEVANT!r} or 'programme_type'."
        )
    return value


def document_name(value: Any) -> str:
    """A ``document_id`` as it is kept."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ParameterError(
            f"document_id={value!r} must be the identifier of a document without spaces, at most 128 characters; see "
            "documents['document_id']."
        )
    return value


def cell(review: Any, document_id: Any, field: Any, item: Any) -> tuple[str, str, str, str]:
    """What is decided: review, document, field, item."""
    named = " ".join(clean(item, "item", most=120).split())
    if field == ESTIMATE and not named:
        raise ParameterError(
            "item must name the estimate, e.g. item='estimate 1', so that a document can have several."
        )
    return review_name(review), document_name(document_id), field_name(field), named


def answer(value: Any, field: str) -> str:
    """An answer as it is kept, so that the same answer is the same text.

    Several answers are sorted, an estimate is JSON with sorted keys.

    Raises
    ------
    ParameterError
        Empty, too long, an answer that its field does not have, or an e-mail address.
    """
    kept = clean(value, "value", most=_MOST)
    if not kept:
        raise ParameterError(
            f"value is empty; write the answer, {NOT_STATED!r} where the document does not say, or take the label back "
            "with store.undo_label(label_id, coder=…)."
        )
    if personal(kept) == "an e-mail address":
        raise ParameterError("value seems to hold an e-mail address; leave it out. Nothing was written.")
    if field == RELEVANT and kept not in (YES, NO):
        raise ParameterError(f"{RELEVANT} is {YES!r} or {NO!r}, not {kept[:40]!r}.")
    if field == ESTIMATE and kept != NOT_STATED:
        return _estimate(kept)
    if not FIELDS.get(field, False):
        return kept
    parts = one_value(answers(kept))
    if not parts or (NOT_STATED in answers(kept) and AND in parts):
        raise ParameterError(
            f"value={kept[:60]!r} must be answers with {AND!r} between them, e.g. 'men|youth', or {NOT_STATED!r} alone."
        )
    return parts


def _estimate(text: str) -> str:
    try:
        found = json.loads(text, parse_constant=lambda name: math.nan)
        if isinstance(found, Mapping) and found:
            return json.dumps(found, sort_keys=True, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        pass
    raise ParameterError(
        'value of an estimate must be a JSON mapping of columns of effects to finite numbers and texts, e.g. \'{"effect": '
        '2.4, "se": 0.6, "unit": "points"}\'; null where something is missing.'
    )


def span(start: Any, end: Any) -> tuple[int | None, int | None]:
    """Where in ``documents.text`` the answer stands."""
    a, b = whole(start, "start", 0), whole(end, "end", 1)
    if (a is None) != (b is None) or (a is not None and b is not None and a >= b):
        raise ParameterError(f"start={start!r}, end={end!r} must both be given with start < end, or neither.")
    return a, b


def model(value: Any, name: str = "model_version") -> str:
    """Version of the model whose proposal the coder saw, "" for none."""
    if not isinstance(value, str) or (value and not _NAME.fullmatch(value)):
        raise ParameterError(
            f"{name} must be the name of a version without spaces, at most 128 characters, or ''."
        )
    return value


def token(value: Any) -> str:
    """Name of a request, "" for none."""
    if not isinstance(value, str) or (value and not _TOKEN.fullmatch(value)):
        raise ParameterError(
            "token must be 8 to 64 letters, digits and signs that name this one request, e.g. uuid.uuid4().hex, or ''."
        )
    return value


def round_name(value: Any) -> str:
    """Name of a round of learning as it is kept."""
    if not isinstance(value, str) or not _ROUND.fullmatch(value):
        raise ParameterError(
            f"round_id={value!r} must be 1 to 64 letters, digits, '.', ':', '_' or '-', e.g. '2026-11-round-1'."
        )
    return value
