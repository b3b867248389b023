"""What accepted estimates would change: the evidence base with and without them."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.documents import ESTIMATE, NO, NOT_STATED, RELEVANT, answers
from almpo_kit.vocabulary.provenance import SYNTHETIC, data_versions, stamp

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evidence import EditionDiff
    from almpo_kit.workbench.learning_stock import Stock


#: Codes of a document that each of its estimates needs, and that the desk asks once a document.
_OF_DOCUMENT: Final = ("programme_type", "target_group", "country", "design")

#: A shorter source (a word of a title) may stand in any citation.
_NAMED: Final = 15


def accepted_estimates(stock: Stock) -> pd.DataFrame:
    """Settled estimates as rows of a coding sheet.

    What an estimate does not say itself (programme, group, country, design) is taken from the settled codes of its
    document where these have one answer; several answers are none, since nobody said which one belongs to the estimate.
    Estimates of documents that are settled not to belong into the review, or that the library does not hold (any more),
    are left out: see :func:`left_out`.

    Returns
    -------
    DataFrame
        The columns that the experts filled, those of the document, ``estimate_id``, ``study_id``, ``sample_id`` and
        ``source`` where they did not; ``key`` names the settled row and what it says.
    """
    import pandas as pd

    rows = stock.settled[stock.settled["field"] == ESTIMATE]
    about = stock.documents.drop_duplicates("document_id").set_index("document_id")
    gone = set(left_out(stock))
    codes = _codes(stock.settled)
    found = [
        _row(r, about, stock.groups, codes.get(str(r["document_id"]), {}))
        for r in rows.to_dict("records")
        if str(r["document_id"]) not in gone
    ]
    return pd.DataFrame([f for f in found if f is not None])


def left_out(stock: Stock) -> list[str]:
    """Documents whose settled estimates count for nothing: not in the library, or settled not to belong into the review."""
    settled = stock.settled
    no = settled.loc[(settled["field"] == RELEVANT) & (settled["value"] == NO), "document_id"]
    held = set(stock.documents["document_id"]) - set(no)
    return sorted(set(settled.loc[settled["field"] == ESTIMATE, "document_id"].astype(str)) - held)


def _codes(settled: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Document -> field -> its one answer."""
    rows = settled[settled["field"].isin(_OF_DOCUMENT)]
    known: dict[str, dict[str, str]] = {}
    for name, field, value in zip(rows["document_id"], rows["field"], rows["value"], strict=True):
        said = answers(str(value))
        if len(said) == 1 and said[0] != NOT_STATED:
            known.setdefault(str(name), {})[str(field)] = said[0]
    return known


def _row(
    settled: Mapping[Any, Any], about: pd.DataFrame, groups: pd.Series, codes: Mapping[str, str]
) -> dict[str, Any] | None:
    try:
        said = json.loads(str(settled["value"]))
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None  # "not stated": the document has no estimate
    name = str(settled["document_id"])
    study = str(groups.get(name, name))
    source = _source(name, about)
    said = dict(codes) | {k: v for k, v in said.items() if v not in (None, "")}
    # A code that is settled later makes another row of it.
    content = json.dumps(said, sort_keys=True)
    # An invented document stays one, whatever somebody wrote as its source.
    if source.startswith(SYNTHETIC) or not said.get("source"):
        said = said | {"source": source}
    key = hashlib.sha256(f"{name}\n{settled['item']}\n{content}".encode()).hexdigest()[:12]
    own = {
        # Of the document, not of the study: its working paper may have an estimate of the same number.
        "estimate_id": f"{name[:24]}-{str(settled['item']).replace(' ', '-')}",
        "study_id": study,
        "sample_id": study,
    }
    return own | said | {"key": key}


def _source(name: str, about: pd.DataFrame) -> str:
    if name not in about.index:
        return f"document {name[:12]}"
    row = about.loc[name]
    if str(row["source"]).startswith(SYNTHETIC):
        return str(row["source"])
    return next(
        (str(row[c]) for c in ("doi", "url", "title") if str(row[c]).strip()), f"document {name[:12]}"
    )


def candidate_edition(
    rows: pd.DataFrame, base: pd.DataFrame, *, keys: Iterable[str] | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """The evidence base with accepted estimates, checked as any coding sheet is.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`accepted_estimates`.
    base : DataFrame
        An ``effects`` frame.
    keys : iterable of str, optional
        Only these.

    Returns
    -------
    tuple
        The frame, and in words which rows could not be taken in.
    """
    from almpo_kit import sources

    chosen = rows if keys is None or rows.empty else rows[rows["key"].isin(set(keys))]
    if chosen.empty:
        return base, []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "accepted.csv"
        chosen.drop(columns="key").to_csv(file, index=False)
        try:
            taken = sources.read_effects(file, keep="valid")
        except sources.IntakeError as error:
            return base, _said(error.problems)
    more = taken.effects
    known = _held_already(more, base)
    said = [f"estimate {more['estimate_id'].astype(str)[k]}: {why}" for k, why in known.items()]
    return _joined(base, more.drop(index=list(known))), [*said, *_said(taken.problems)]


def _held_already(more: pd.DataFrame, base: pd.DataFrame) -> dict[Any, str]:
    """Rows of estimates or studies that the edition has: a study counted twice would weigh twice."""
    names, studies = set(base["estimate_id"]), set(base["study_id"])
    texts = {
        str(s).casefold() for c in ("source", "citation") if c in base for s in base[c].dropna().unique()
    }
    found: dict[Any, str] = {}
    for k, name, study, source in zip(
        more.index, more["estimate_id"], more["study_id"], more["source"], strict=True
    ):
        own = str(source).casefold().strip()
        if name in names:
            found[k] = "the edition has one of this name"
        elif study in studies or len(own) < _NAMED or str(source).startswith(SYNTHETIC):
            continue
        elif any(own in text for text in texts):
            cited = str(source)[:80]
            found[k] = (
                f"the edition has a study with the source “{cited}”; add to that one, or it counts twice"
            )
    return found


def _joined(base: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    both = pd.concat([base, more.reindex(columns=base.columns)], ignore_index=True)
    return stamp(both, *data_versions(base, more))


def _said(problems: pd.DataFrame) -> list[str]:
    fatal = problems[problems["severity"] == "fatal"]
    return [
        f"estimate{'' if r['row'] is None else ' ' + str(r['row'])}, {r['column']}: {r['problem']}"
        for r in fatal.to_dict("records")
    ]


def conclusions_moved(
    rows: pd.DataFrame, base: pd.DataFrame, before: Iterable[str]
) -> tuple[EditionDiff, list[str]]:
    """Which conclusions moved since the estimates accepted before.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`accepted_estimates`.
    base : DataFrame
        The edition that they are added to.
    before : iterable of str
        Keys that the round before had accepted.
    """
    from almpo_kit import evidence

    earlier, _ = candidate_edition(rows, base, keys=before)
    now, refused = candidate_edition(rows, base)
    return evidence.compare(earlier, now, names=("the last round", "this round")), refused
