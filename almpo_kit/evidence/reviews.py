"""What large reviews conclude, side by side with their scope: never an average, never a vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.words import count, listed
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance


@dataclass(frozen=True)
class Topic:
    """One question that reviews answer: as a person would ask it, and each ``finding`` inside a sentence."""

    question: str
    findings: Mapping[str, str]


TOPICS: dict[str, Topic] = {
    "cycle": Topic(
        "Do programmes work better or worse when unemployment is high?",
        {
            "larger_in_downturns": "better results in recessions",
            "smaller_in_downturns": "better results when growth is high and unemployment low",
            "no_clear_relation": "no significant relation with the state of the economy",
        },
    ),
    "programme_types": Topic(
        "Which types of programme do best?",
        {
            "human_capital_best": "the largest gains where human capital is built",
            "human_capital_works": "significant positive effects where human capital is built",
            "services_and_training_best": "services and training positive throughout",
            "private_subsidies_best": "subsidised private-sector jobs ahead, then training",
        },
    ),
    "horizon": Topic(
        "How do effects change with time?",
        {
            "grows_with_time": "effects near zero at first that grow over two to three years",
            "depends_on_type": "a time path that depends on the type of programme",
        },
    ),
    "groups": Topic(
        "Whom do programmes help most?",
        {"women_and_long_term_unemployed": "larger effects for women and the long-term unemployed"},
    ),
}
_COLUMNS = (
    *(
        "review_id",
        "version_of",
        "label",
        "citation",
        "year",
        "designs",
        "regions",
        "years",
        "n_studies",
        "n_estimates",
    ),
    *("topic", "finding", "statement", "source", "checked"),
)
_UNSAID = "not stated in the text checked"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Reviews(Finding):
    """What reviews conclude on one ``topic``; ``table`` has a row per review, with its scope.

    ``conflict``: whether they conclude differently.
    """

    topic: str
    conflict: bool

    def metrics(self) -> Mapping[str, float]:
        """How many reviews there are, and how many different conclusions."""
        return {"reviews": float(len(self.table)), "conclusions": float(self.table["finding"].nunique())}


def reviews(table: pd.DataFrame, topic: str = "cycle") -> Reviews:
    """Show what reviews conclude on a topic, each with what it looked at.

    Reviews share studies and differ in which they admit, so their conclusions are neither averaged nor
    counted: where they differ, the difference in scope is shown, and the reader decides which is nearer.

    Parameters
    ----------
    table : DataFrame, shape (n_rows, ...)
        One row per review and topic, e.g. ``sources.reviews()``.
    topic : {"cycle", "programme_types", "horizon", "groups"}

    Returns
    -------
    Reviews
        ``table``: ``label, concludes`` (in words), ``statement, designs, regions, years, n_studies,
        n_estimates, checked, citation, source, review_id, version_of, finding``.

    Raises
    ------
    ParameterError
        An unknown topic, or one on which the table has no review.
    DesignError
        Missing or repeated columns, a review twice, or a finding that the topic does not know.
    """
    if topic not in TOPICS:
        raise ParameterError(f"unknown topic {topic!r}. Choose from: {', '.join(TOPICS)}.")
    table = require(table, _COLUMNS, "reviews")
    rows = table[table["topic"].eq(topic)].reset_index(drop=True)
    _consistent(rows, table, topic)
    rows = _worded(rows, TOPICS[topic])
    conflict = rows["finding"].nunique() > 1
    return Reviews(
        question=f"{TOPICS[topic].question} What large reviews say",
        sentence=_sentence(rows, conflict),
        table=rows,
        checks=_checks(rows, conflict),
        provenance=provenance(
            table, method="evidence.reviews: listed side by side", options={"topic": topic}
        ),
        rests_on=count(len(rows), "review"),
        topic=topic,
        conflict=conflict,
    )


def _consistent(rows: pd.DataFrame, table: pd.DataFrame, topic: str) -> None:
    if rows.empty:
        held = ", ".join(sorted(table["topic"].dropna().astype(str).unique())) or "none"
        raise ParameterError(f"the table has no review on {topic!r}; its topics: {held}")
    twice = rows.loc[rows["review_id"].duplicated(), "review_id"]
    if len(twice):
        raise DesignError(f"the review {twice.iloc[0]!r} concludes twice on {topic!r}; keep one row of it")
    unknown = set(rows["finding"]) - set(TOPICS[topic].findings)
    if unknown:
        raise DesignError(
            f"the table holds the finding(s) {', '.join(sorted(map(str, unknown)))} on {topic!r}; "
            f"known are {', '.join(TOPICS[topic].findings)}"
        )


def _worded(rows: pd.DataFrame, topic: Topic) -> pd.DataFrame:
    scope = {
        name: rows[name].fillna(_UNSAID).replace("", _UNSAID) for name in ("designs", "regions", "years")
    }
    worded = rows.assign(concludes=rows["finding"].map(dict(topic.findings)), **scope)
    order = ["label", "concludes", "statement", "designs", "regions", "years", "n_studies", "n_estimates"]
    # As coded, not by size or year: any other order would suggest a ranking.
    return worded[[*order, "checked", "citation", "source", "review_id", "version_of", "finding"]]


def _sentence(rows: pd.DataFrame, conflict: bool) -> str:
    told = "; ".join(
        f"{row['label']}, on {_scope(row)}, find {row['concludes']}" for _, row in rows.iterrows()
    )
    if len(rows) == 1:
        return f"One review speaks of this: {told}."
    if conflict:
        end = "They are neither averaged nor counted: which is nearer depends on their scope."
        return f"Reviews differ. {told}. {end}"
    return f"Reviews agree, though they may share studies. {told}."


def _scope(row: pd.Series) -> str:
    """``102 studies (randomised trials only)``."""
    studies = "studies" if pd.isna(row["n_studies"]) else f"{int(row['n_studies'])} studies"
    return studies if row["designs"] == _UNSAID else f"{studies} ({row['designs']})"


def _checks(rows: pd.DataFrame, conflict: bool) -> tuple[Check, ...]:
    notes = []
    if conflict:
        words = f"{count(len(rows), 'review')} conclude in {rows['finding'].nunique()} ways; none settles it."
        notes.append(Check("conflict", "failed", words))
    notes += _versions(rows)
    if len(rows) > 1:
        notes.append(Check("scope", "informational", _differences(rows)))
        words = "Reviews may draw on the same studies, so agreement between them is not independent support."
        notes.append(Check("overlap", "informational", words))
    unread = rows.loc[rows["checked"].fillna("").str.contains("abstract", case=False), "label"]
    if len(unread):
        words = f"Checked against abstracts, not full texts: {listed(unread)}."
        notes.append(Check("what was checked", "informational", words))
    return tuple(notes)


def _versions(rows: pd.DataFrame) -> list[Check]:
    """An earlier version beside the later one is not a second opinion."""
    labels = dict(zip(rows["review_id"], rows["label"], strict=True))
    later = [
        (row["label"], labels[row["version_of"]]) for _, row in rows.iterrows() if row["version_of"] in labels
    ]
    words = (
        "{} and {} are versions of one review; what it concludes changed, or was worded anew, between them."
    )
    return [Check("versions", "informational", words.format(*pair)) for pair in later]


def _differences(rows: pd.DataFrame) -> str:
    """On what the scopes differ, and on what nothing is known of some."""
    names = {"designs": "designs", "regions": "regions", "years": "years"}
    differ = [
        name for column, name in names.items() if rows[column].where(rows[column] != _UNSAID).nunique() > 1
    ]
    unsaid = [name for column, name in names.items() if rows[column].eq(_UNSAID).any()]
    sizes = rows["n_studies"].dropna()
    said = [
        f"They looked at {int(sizes.min())} to {int(sizes.max())} studies each"
        if len(sizes)
        else "They looked at different studies"
    ]
    said += [f"and differ in {listed(differ)}"] if differ else []
    words = f"{' '.join(said)}."
    return f"{words} For some the text checked does not state {listed(unsaid)}." if unsaid else words
