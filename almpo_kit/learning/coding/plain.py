"""Writing a coding model down as numbers and texts, and reading one back without trusting it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from almpo_kit.learning.coding.field_model import FieldModel, Linear
from almpo_kit.learning.coding.kernels.calibration import Calibrator
from almpo_kit.learning.coding.pairs import FEATURES
from almpo_kit.learning.coding.word_space import WordSpace
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

Array = np.ndarray[Any, np.dtype[Any]]

_KIND: Final = "almpo coding model"
_VERSION: Final = 1
_MOST: Final = {"terms": 200_000, "values": 2_000, "fields": 50, "numbers": 40_000_000, "letters": 400}
_WAY_OUT: Final = "Take the version from where it was made, or fit again with learning.fit_codes()."

Parts = tuple[dict[str, FieldModel], WordSpace, str, str, float, Provenance]


def to_plain(
    models: Mapping[str, FieldModel],
    space: WordSpace,
    encoder_name: str,
    encoder_version: str,
    promised: float,
    provenance: Provenance,
) -> dict[str, Any]:
    """What decides about answers, and where it comes from."""
    return {
        **_deciding(models, space, encoder_name, encoder_version, promised),
        "digest": digest_of(models, space, encoder_name, encoder_version, promised),
        "provenance": provenance.as_dict(),
    }


def digest_of(
    models: Mapping[str, FieldModel],
    space: WordSpace,
    encoder_name: str,
    encoder_version: str,
    promised: float,
) -> str:
    """Sixteen hexadecimal digits of the SHA-256 of the written form."""
    return _digest(_deciding(models, space, encoder_name, encoder_version, promised))


def _digest(plain: Mapping[str, Any]) -> str:
    kept = {k: v for k, v in plain.items() if k not in ("digest", "provenance")}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _deciding(
    models: Mapping[str, FieldModel],
    space: WordSpace,
    encoder_name: str,
    encoder_version: str,
    promised: float,
) -> dict[str, Any]:
    return {
        "kind": _KIND,
        "version": _VERSION,
        "features": list(FEATURES),
        "terms": list(space.terms),
        "rarity": _array(space.rarity),
        "pieces": space.pieces,
        "encoder": [encoder_name, encoder_version],
        "promised": promised,
        "fields": [_field(m) for m in models.values()],
    }


def _field(m: FieldModel) -> dict[str, Any]:
    return {
        "field": m.field,
        "usual": dict(m.usual),
        "rules": m.rules,
        "learned": list(m.learned),
        "words": None if m.words is None else [_array(m.words.weights), _array(m.words.bias)],
        "vectors": None if m.vectors is None else [_array(m.vectors.weights), _array(m.vectors.bias)],
        "coefficients": [float(b) for b in m.coefficients],
        "calibrator": [m.calibrator.kind, *(_array(np.asarray(a, dtype=float)) for a in m.calibrator[1:])],
        # JSON has no infinity.
        "threshold": m.threshold if math.isfinite(m.threshold) else None,
        **{name: getattr(m, name) for name in _COUNTS},
        **{name: _or_none(getattr(m, name)) for name in _SHARES},
        "why_quiet": m.why_quiet,
    }


_COUNTS: Final = ("documents", "studies", "answers", "proposed", "right")
_SHARES: Final = ("low", "high", "brier", "ece")


def _or_none(x: float) -> float | None:
    return float(x) if math.isfinite(x) else None


def _array(a: Array) -> list[Any]:
    kind = "<f4" if a.dtype == np.float32 else "<f8"
    return [kind, list(a.shape), base64.b64encode(np.ascontiguousarray(a, dtype=kind).tobytes()).decode()]


# ---- reading back: nothing in it is trusted ----------------------------------------------------------


def _refuse(what: str) -> DataError:
    return DataError(f"This is no coding model that can be used: {what}. Nothing was changed. {_WAY_OUT}")


def from_plain(plain: object) -> Parts:
    """The parts of a model.

    Raises
    ------
    DataError
    """
    if not isinstance(plain, Mapping) or plain.get("kind") != _KIND:
        raise _refuse("it does not say that it is one")
    if plain.get("version") != _VERSION or plain.get("features") != list(FEATURES):
        raise _refuse(
            f"it is of version {str(plain.get('version'))[:20]}, this program reads version {_VERSION}"
        )
    try:
        parts = _parts(plain)
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        OverflowError,
        AttributeError,
        binascii.Error,
    ) as error:
        raise _refuse(f"something in it is damaged ({type(error).__name__}: {str(error)[:120]})") from error
    if plain.get("digest") != digest_of(*parts[:5]):
        raise _refuse("its content does not fit its version string")
    return parts


def _parts(plain: Mapping[str, Any]) -> Parts:
    terms = tuple(_texts(plain["terms"], "terms"))
    rarity = _numbers(plain["rarity"], (len(terms),))
    fields = plain["fields"]
    _sized(fields, "fields")
    models = [_field_model(f, len(terms)) for f in fields]
    name, version = _texts(plain["encoder"], "values")
    promised = _share(plain["promised"])
    space = WordSpace(terms, rarity.astype(np.float32), _truth(plain["pieces"]))
    return {m.field: m for m in models}, space, name, version, promised, _provenance(plain["provenance"])


def _field_model(f: Mapping[str, Any], n_terms: int) -> FieldModel:
    learned = tuple(_texts(f["learned"], "values"))
    usual = {_text(k): _share(v) for k, v in f["usual"].items()}
    _sized(usual, "values")
    coefficients = np.array([_number(b) for b in f["coefficients"]])
    if len(coefficients) != len(FEATURES):
        raise ValueError("coefficients and features differ in number")
    limit = f["threshold"]
    return FieldModel(
        field=_text(f["field"]),
        usual=usual,
        rules=_truth(f["rules"]),
        learned=learned,
        words=_linear(f["words"], n_terms, len(learned)),
        vectors=_linear(f["vectors"], None, len(learned)),
        coefficients=coefficients,
        calibrator=_calibrator(f["calibrator"]),
        threshold=math.inf if limit is None else _number(limit),
        **_told(f),
        why_quiet=_text(f["why_quiet"]),
    )


def _told(f: Mapping[str, Any]) -> dict[str, Any]:
    counts = {name: _count(f[name]) for name in _COUNTS}
    return counts | {name: math.nan if f[name] is None else _share(f[name]) for name in _SHARES}


def _linear(plain: Any, n_inputs: int | None, n_values: int) -> Linear | None:
    if plain is None:
        return None
    weights, bias = plain
    rows = int(weights[1][0]) if n_inputs is None else n_inputs
    return Linear(_numbers(weights, (rows, n_values)), _numbers(bias, (n_values,)))


def _calibrator(plain: Any) -> Calibrator:
    kind, *arrays = plain
    if kind not in ("platt", "venn_abers", "isotonic"):
        raise ValueError(f"calibration {str(kind)[:20]!r}")
    at, low, high = (_numbers(a, (int(a[1][0]),)) for a in arrays)
    steps = 1 if kind == "platt" else len(at) + 1
    rising = kind == "platt" or bool((np.diff(at) > 0).all())
    if len(at) < 1 or len(low) != steps or len(high) != steps or not rising:
        raise ValueError("the steps of a calibration do not fit together")
    if (
        kind != "platt"
        and not ((low >= 0) & (low < 1 + (high > 0)) & (high >= 0) & (high <= 1) & (low <= high)).all()
    ):
        raise ValueError("probabilities outside 0 to 1")
    return Calibrator(kind, at, low, high)


def _numbers(plain: Any, shape: tuple[int, ...]) -> Array:
    kind, written, text = plain
    if kind not in ("<f4", "<f8") or tuple(written) != shape or math.prod(shape) > _MOST["numbers"]:
        raise ValueError(f"an array has the shape {str(written)[:40]}, not {shape}")
    if not isinstance(text, str) or len(text) > 12 * math.prod(shape) + 8:
        raise ValueError("an array is longer than its shape")
    found = np.frombuffer(base64.b64decode(text, validate=True), dtype=kind).reshape(shape).copy()
    if not np.isfinite(found).all():
        raise ValueError("an array has numbers that are not finite")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MOST["letters"]:
        raise ValueError("a text was expected")
    return value


def _texts(values: Any, what: str) -> list[str]:
    if not isinstance(values, list):
        raise ValueError("a list was expected")
    _sized(values, what)
    return [_text(v) for v in values]


def _sized(values: Any, what: str) -> None:
    if len(values) > _MOST[what]:
        raise ValueError(f"{len(values)} {what}; at most {_MOST[what]} are read")


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("a number was expected")
    return float(value)


def _share(value: Any) -> float:
    if not 0.0 <= _number(value) <= 1.0:
        raise ValueError("a share was expected")
    return float(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("a count was expected")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false was expected")
    return value


def _provenance(plain: Mapping[str, Any]) -> Provenance:
    versions = tuple(DataVersion(**{str(k): _text(v) for k, v in d.items()}) for d in plain["data"][:100])
    seed = plain["seed"]
    options = json.loads(json.dumps(plain["options"], allow_nan=False))
    return Provenance(
        data=versions,
        method=_text(plain["method"]),
        options=options if isinstance(options, dict) else {},
        seed=None if seed is None else _count(seed),
        synthetic=_truth(plain["synthetic"]),
    )
