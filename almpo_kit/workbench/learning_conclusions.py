"""What accepted estimates would change: the evidence base with and without them."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.documents import ESTIMATE
from almpo_kit.vocabulary.provenance import SYNTHETIC, data_versions, stamp

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evidence import EditionDiff
    from almpo_kit.workbench.learning_stock import Stock


def accepted_estimates(stock: Stock) -> pd.DataFrame:
    """Settled estimates as rows of a coding sheet, as experts wrote them.

    Returns
    -------
    DataFrame
        The columns that the experts filled, ``estimate_id``, ``study_id``, ``sample_id`` and ``source`` where they did not;
        ``key`` names the settled row and what it says.
    """
    import pandas as pd

    rows = stock.settled[stock.settled["field"] == ESTIMATE]
    about = stock.documents.drop_duplicates("document_id").set_index("document_id")
    found = [_row(r, about, stock.groups) for r in rows.to_dict("records")]
    return pd.DataFrame([f for f in found if f is not None])


def _row(settled: Mapping[Any, Any], about: pd.DataFrame, groups: pd.Series) -> dict[str, Any] | None:
    try:
        said = json.loads(str(settled["value"]))
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None  # "not stated": the document has no estimate
    name = str(settled["document_id"])
    study = str(groups.get(name, name))
    source = _source(name, about)
    # An invented document stays one, whatever somebody wrote as its source.
    if source.startswith(SYNTHETIC) or not said.get("source"):
        said = said | {"source": source}
    key = hashlib.sha256(f"{name}\n{settled['item']}\n{settled['value']}".encode()).hexdigest()[:12]
    own = {
        "estimate_id": f"{study[:24]}-{str(settled['item']).replace(' ', '-')}",
        "study_id": study,
        "sample_id": study,
    }
    return own | {k: v for k, v in said.items() if v not in (None, "")} | {"key": key}


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
    return _joined(base, taken.effects), _said(taken.problems)


def _joined(base: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    more = more[~more["estimate_id"].isin(base["estimate_id"])]
    both = pd.concat([base, more.reindex(columns=base.columns)], ignore_index=True)
    return stamp(both, *data_versions(base, more))


def _said(problems: pd.DataFrame) -> list[str]:
    fatal = problems[problems["severity"] == "fatal"]
    return [f"estimate {r['row']}, {r['column']}: {r['problem']}" for r in fatal.to_dict("records")]


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
