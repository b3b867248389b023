"""Duplicates as tables and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from almpo_kit.learning.doubles.grouping import Judged
from almpo_kit.learning.doubles.judging import PUBLICATION, STUDY
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

KEPT: Final = "kept"
_COLUMNS = ("group", "publication", "document_id", "title", "authors", "year", "doi", "relation", "why")


@dataclass(frozen=True)
class Tables:
    """The frames of :class:`Duplicates`.

    Parameters
    ----------
    frame : DataFrame
    kept : sequence of int, shape (n_documents,)
        The document that stands for each one's publication.
    study : sequence of int, shape (n_documents,)
        The first document of each one's study.
    used, unsure : sequence of Judged
    """

    frame: pd.DataFrame
    kept: Sequence[int]
    study: Sequence[int]
    used: Sequence[Judged]
    unsure: Sequence[Judged]

    def groups(self) -> pd.Series:
        return self._named(self.study, "group")

    def publications(self) -> pd.Series:
        return self._named(self.kept, "publication")

    def _named(self, numbers: Sequence[int], name: str) -> pd.Series:
        import pandas as pd

        ids = self.frame["document_id"].to_numpy(dtype=object)
        index = pd.Index(ids, name="document_id", dtype="str")
        return pd.Series(ids[list(numbers)] if len(ids) else [], index=index, name=name, dtype="str")

    def table(self) -> pd.DataFrame:
        """Documents that are not alone, by group; the kept one of a publication before its copies."""
        import pandas as pd

        sizes = pd.Series(list(self.study)).value_counts()
        why = self._reasons()
        ids = list(self.frame["document_id"])
        rows = []
        for i, given in enumerate(self.frame.itertuples(index=False)):
            if sizes[self.study[i]] < 2:
                continue
            kept = self.kept[i] == i
            relation = PUBLICATION if not kept else KEPT if self._first_kept(i) else STUDY
            named = (ids[self.study[i]], ids[self.kept[i]], given.document_id, given.title, given.authors)
            rows.append(
                (
                    self.study[i],
                    self.kept[i],
                    not kept,
                    *named,
                    given.year,
                    given.doi,
                    relation,
                    why.get(i, ""),
                )
            )
        table = pd.DataFrame(rows, columns=["_study", "_kept", "_copy", *_COLUMNS])
        table = table.sort_values(["_study", "_kept", "_copy"], kind="stable").reset_index(drop=True)
        kinds = {c: "float64" if c == "year" else "str" for c in _COLUMNS}
        return table[list(_COLUMNS)].astype(kinds)

    def _first_kept(self, i: int) -> bool:
        """Whether a document's publication is the one with which its study began."""
        return self.kept[self.study[i]] == i

    def _reasons(self) -> dict[int, str]:
        """Why each document is in its group: the surest pair that it stands in."""
        found: dict[int, tuple[int, str]] = {}
        for i, j, judgement in self.used:
            for one in (i, j):
                found[one] = max(found.get(one, (-1, "")), (judgement.strength, judgement.why))
        return {i: why for i, (_, why) in found.items()}

    def pairs(self) -> pd.DataFrame:
        import pandas as pd

        ids = list(self.frame["document_id"])
        rows = [(ids[i], ids[j], said.relation, said.why) for i, j, said in self.used]
        return pd.DataFrame(rows, columns=["first", "second", "relation", "why"]).astype("str")

    def doubtful(self) -> pd.DataFrame:
        import pandas as pd

        ids, titles = list(self.frame["document_id"]), list(self.frame["title"])
        apart = [(i, j, said) for i, j, said in self.unsure if self.study[i] != self.study[j]]
        rows = [(ids[i], ids[j], titles[i], titles[j], said.why) for i, j, said in apart]
        columns = ["first", "second", "first_title", "second_title", "why"]
        return pd.DataFrame(rows, columns=columns).astype("str")


def sentence(n: int, publications: int, studies: int, doubtful: int) -> str:
    """What was found."""
    copies, versions = n - publications, publications - studies
    if not n:
        return "There are no documents to compare."
    said = (
        f"{number(n, 0)} documents are {number(publications, 0)} publications on {number(studies, 0)} studies: "
        f"{number(copies, 0)} {'is a copy' if copies == 1 else 'are copies'}, {number(versions, 0)} "
        f"{'is another version' if versions == 1 else 'are other versions'} of a study that is there already."
    )
    if doubtful:
        said = f"{said} {number(doubtful, 0)} {'pair needs' if doubtful == 1 else 'pairs need'} a look."
    return said


def checks(doubtful: int, tables: Tables) -> tuple[Check, ...]:
    """What a person must look at, and what the rules do not see."""
    found = []
    if doubtful:
        text = (
            f"{number(doubtful, 0)} {'pair' if doubtful == 1 else 'pairs'} may be one publication and no rule settles it; "
            "nothing was joined. Look at each pair: one publication, or two?"
        )
        found.append(Check("doubtful pairs", "failed", text))
    untitled = int((tables.frame["title"].str.strip() == "").sum())
    if untitled:
        text = f"{number(untitled, 0)} documents have no title and are compared by DOI and abstract only."
        found.append(Check("titles", "failed", text))
    text = (
        "Papers on one study under different titles and abstracts are not recognised here. Until somebody says that they are one "
        "study, a model may learn from one and be tested on the other."
    )
    return (*found, Check("studies under other titles", "informational", text))
