"""The cells of a gap map: what each combination of two headings holds, counted in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from almpo_kit.evidence.comparability import bands_of, estimands_of, samples_of
from almpo_kit.evidence.eligibility import reasons
from almpo_kit.evidence.tally import favour
from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.horizons import BAND_LABELS, NOT_COMPARABLE
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.places import EU27, PLACE_NAMES
from almpo_kit.vocabulary.programmes import DESIGNS, PROGRAMME_TYPES, TARGET_GROUPS

CELL = ["row", "column"]
#: What makes one question of estimates: only within it may they be averaged.
QUESTION = ["outcome", "unit", "band", "estimand"]
DIRECTIONS = ("favourable", "mixed", "not significant", "unfavourable", "not stated")
_BLANK = "not_stated"


@dataclass(frozen=True)
class Dimension:
    """A heading of a gap map: its ``noun``, the ``labels`` of its values in order, the word that joins a
    value to what stands before it in a sentence, and the values that name nobody in particular."""

    noun: str
    labels: Mapping[str, str]
    joint: str
    vague: frozenset[str]


#: In the order in which a sentence names them: ``training for women in Greece``.
DIMENSIONS: dict[str, Dimension] = {
    "programme_type": Dimension(
        "programme type", {k: t.label for k, t in PROGRAMME_TYPES.items()}, "", frozenset({"mixed"})
    ),
    # Men are a subgroup that studies report, seldom a group that a programme is for.
    "target_group": Dimension("target group", TARGET_GROUPS, " for ", frozenset({"all", "men"})),
    "outcome": Dimension("outcome", {k: o.label for k, o in OUTCOMES.items()}, ", measured by ", frozenset()),
    "band": Dimension("horizon", BAND_LABELS, " ", frozenset({NOT_COMPARABLE})),
    "design": Dimension("design", DESIGNS, " by ", frozenset({"other"})),
    "country": Dimension("country", EU27, " in ", frozenset({"EU"})),
}


def in_eu(table: pd.DataFrame, rows: str, columns: str) -> pd.Series:
    """Which cells could hold a sample from the EU-27: all, unless a heading is the country."""
    if "country" not in (rows, columns):
        return pd.Series(True, index=table.index)
    return table["country"].isin([*EU27, "EU"])


def heads(chosen: pd.Series, name: str) -> dict[str, str]:
    """Key -> label of every value of a heading, in order: those the vocabulary knows, also where nothing
    was found, then the table's own."""
    known = DIMENSIONS[name].labels
    own = [k for k in dict.fromkeys(chosen) if k not in known]
    more = {k: "not stated" if k == _BLANK else PLACE_NAMES.get(k, k) for k in sorted(own)}
    return dict(known) | more


def marked(chosen: pd.DataFrame, rows: str, columns: str) -> pd.DataFrame:
    """Each estimate with its cell and all that is counted of it.

    Returns
    -------
    DataFrame, shape (n_estimates, 11)
        ``row, column, sample, country, eu, randomised, favour, usable`` and the question: ``outcome, unit,
        band, estimand``.
    """
    band, estimand = bands_of(chosen), estimands_of(chosen)
    own = chosen.assign(
        band=_BLANK if band is None else band, estimand=_BLANK if estimand is None else estimand
    )
    return pd.DataFrame(
        {
            "row": _keys(own[rows]),
            "column": _keys(own[columns]),
            "sample": samples_of(chosen),
            "country": _keys(own["country"]),
            "eu": own["country"].isin([*EU27, "EU"]),
            "randomised": own["design"].eq("rct"),
            "favour": favour(chosen)["favour"],
            "usable": reasons(chosen).eq(""),
            **{name: _keys(own[name]) for name in QUESTION},
        }
    )


def _keys(column: pd.Series) -> pd.Series:
    """Values as words; a blank one is not stated."""
    words = [x.strip() if isinstance(x, str) else x for x in column.tolist()]
    return pd.Series(
        [str(x) if isinstance(x, str) and x else _BLANK for x in words], column.index, dtype=object
    )


def counts(marks: pd.DataFrame) -> pd.DataFrame:
    """What each studied cell holds; index ``row, column``, one row per cell with an estimate."""
    cells = marks.groupby(CELL, sort=False)
    found = pd.DataFrame({"n_estimates": cells.size(), "n_samples": cells["sample"].nunique()})
    for name, part in (("n_samples_eu", "eu"), ("n_samples_randomised", "randomised")):
        found[name] = marks[marks[part]].groupby(CELL)["sample"].nunique()
    found["countries"] = cells["country"].agg(lambda c: ", ".join(sorted(set(c) - {_BLANK})))
    found = found.join(_directions(marks)).join(_best(marks))
    return found


def counted(held: pd.DataFrame) -> pd.DataFrame:
    """Whole numbers where nothing was found as well, and no words there."""
    numbers = [str(c) for c in held if str(c).startswith(("n_", "samples_"))]
    whole = {name: held[name].fillna(0).astype(int) for name in numbers}
    return held.assign(**whole).fillna("")


def _directions(marks: pd.DataFrame) -> pd.DataFrame:
    """Samples of each cell by direction: each once, under "mixed" where its estimates disagree."""
    known = marks[marks["sample"].notna()]
    each = known[[*CELL, "sample", "favour"]].drop_duplicates()
    stated = each[each["favour"].ne("not stated")]
    said = stated.groupby([*CELL, "sample"])["favour"].agg(lambda f: f.iloc[0] if len(f) == 1 else "mixed")
    all_ = each.drop_duplicates([*CELL, "sample"]).set_index([*CELL, "sample"]).index
    direction = said.reindex(all_).fillna("not stated")
    table = direction.groupby([*CELL, direction], sort=False).size().unstack(fill_value=0)
    table = table.reindex(columns=list(DIRECTIONS), fill_value=0)
    return table.rename(columns={d: f"samples_{d.replace(' ', '_')}" for d in DIRECTIONS})


def _best(marks: pd.DataFrame) -> pd.DataFrame:
    """The question of each cell for which most samples could enter one average, and how many."""
    usable = marks[marks["usable"]]
    held = usable.groupby([*CELL, *QUESTION])["sample"].nunique().rename("n_usable").reset_index()
    # Equal numbers leave the estimand that comes first in the vocabulary, as in an answer, then the first
    # in the alphabet of the other keys: the same every time.
    held["rank"] = held["estimand"].map({key: i for i, key in enumerate(ESTIMANDS)})
    ordered = held.sort_values(["n_usable", "rank"], ascending=[False, True], kind="stable")
    best = ordered.drop_duplicates(CELL)
    return best.set_index(CELL)[["n_usable", *QUESTION]]


def expected(table: pd.DataFrame, count: str) -> pd.Series:
    """How many samples each cell would hold if all columns were studied as evenly in every row.

    Parameters
    ----------
    table : DataFrame, shape (n_cells, ...)
        With ``row, column`` and the column ``count``.

    Returns
    -------
    Series of float, shape (n_cells,)
        Row total times column total over the grand total; zero where nothing is held at all.
    """
    held = table[count]
    down, across = (held.groupby(table[side]).transform("sum") for side in CELL)
    return down * across / max(int(held.sum()), 1)
