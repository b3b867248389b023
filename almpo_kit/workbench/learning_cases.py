"""A review, and everything that is asked of it on one page; each answer is worked out when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from almpo_kit import learning, sources
from almpo_kit.vocabulary.documents import RELEVANT, is_frozen
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.workbench.asking import EvidenceAnswer, ask
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.example_reviews import example_review
from almpo_kit.workbench.held_documents import HeldDocuments, held_documents
from almpo_kit.workbench.review_flow import review_flow
from almpo_kit.workbench.review_models import ReviewModels, starter_model
from almpo_kit.workbench.reviews import Review, open_review
from almpo_kit.workbench.screening_readings import screening_reading

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Size of the SYNTHETIC review of a page: enough settled codes for a comparison of models.
_EXAMPLE = {"n": 800, "screened": 380, "coded": 110, "settled": True}
#: A real text collection to show what ranking saves: ESCO's occupations, with one ISCO major group as what is sought.
_SOUGHT, _EVERY, _DRAWN, _SEEDS = "4", 3, 600, 20


class LearningCase:
    """What a page on a review shows.

    Parameters
    ----------
    review : str
        Its name; a SYNTHETIC one where empty.
    seed : int

    Raises
    ------
    DataError
        The library holds no documents.
    """

    def __init__(self, review: str = "", *, seed: int = 20260101) -> None:
        self.seed = seed
        self.review: Review = open_review(review) if review else example_review(seed=seed, **_EXAMPLE)  # type: ignore[arg-type]
        if self.review.documents.empty:
            raise DataError(
                "this workbench's library is empty. Take documents in first: `almpo documents add FILE…`, or drop them into the "
                "evidence desk; or leave the review blank to see a SYNTHETIC one."
            )
        self.models = ReviewModels(self.review)

    @property
    def title(self) -> str:
        """Which review, in words."""
        return (
            f"SYNTHETIC review of {len(self.review.documents)} invented papers"
            if self.review.synthetic
            else f"Review “{self.review.name}”, {len(self.review.documents):,} documents"
        )

    # ---- from documents to a queue ---------------------------------------------------------------------

    @cached_property
    def flow(self) -> learning.PrismaFlow:
        """How many documents came how far."""
        return review_flow(self.review)

    @cached_property
    def twins(self) -> learning.Duplicates:
        """Which documents are one publication or one study."""
        return self.review.twins

    @cached_property
    def queue(self) -> learning.Ranking:
        """What to read next."""
        return self.models.rank(self.review.documents, self.review.labels())

    def stopping(self, recall: float = 0.95, confidence: float = 0.95) -> learning.StoppingAdvice:
        """May reading stop."""
        return learning.may_stop(
            screening_reading(self.review),
            n_documents=len(self.review.documents),
            recall=recall,
            confidence=confidence,
        )

    @cached_property
    def reading_saved(self) -> learning.ScreeningTrial:
        """What ranking saves on a real collection whose answer is known."""
        esco = sources.occupations()
        esco = esco[esco["description"].astype("string").str.len().gt(0) & esco["isco"].ne("")]
        esco = esco.iloc[::_EVERY]
        texts = (esco["label"] + ". " + esco["description"]).tolist()
        sought = esco["isco"].astype(str).str.startswith(_SOUGHT)
        return learning.simulate_screening(
            texts,
            sought.to_numpy(),
            methods=("mixed", "logistic", "uncertainty", "random"),
            encoder=sources.kept_encoder(),
            seeds=_SEEDS,
            size=_DRAWN,
            seed=self.seed,
        )

    # ---- codes and numbers -----------------------------------------------------------------------------

    @cached_property
    def _held(self) -> HeldDocuments:
        return held_documents()

    @cached_property
    def codes_tested(self) -> learning.CodingTest:
        """How well codes are proposed on our summaries, study by study."""
        held = self._held
        return learning.cross_validate_codes(
            held.documents, held.passages, held.settled, groups=held.groups, seed=self.seed
        )

    @cached_property
    def _waiting(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Documents that belong and their sentences, ten at most."""
        import pandas as pd

        settled = self.review.settled()
        belong = settled.loc[
            (settled["field"] == RELEVANT) & (settled["value"] == "yes"), "document_id"
        ].head(10)
        documents = self.review.documents
        documents = documents[documents["document_id"].isin(belong)]
        passages = [self.review.passages(d) for d in documents["document_id"]]
        return documents, pd.concat(passages, ignore_index=True) if passages else self._held.passages.head(0)

    @cached_property
    def proposals(self) -> learning.Proposals:
        """Codes proposed for documents that belong."""
        return learning.propose(self.models.coding, *self._waiting)

    @cached_property
    def numbers(self) -> learning.ReadEstimates:
        """Estimates read from documents that belong."""
        return learning.read_estimates(*self._waiting)

    # ---- experts and models ----------------------------------------------------------------------------

    @cached_property
    def agreement(self) -> Finding:
        """How far experts agree."""
        return attempt(learning.agreement, self.review.labels(), seed=self.seed)

    @cached_property
    def open_cases(self) -> learning.Disagreements:
        """What they have to talk about."""
        return learning.disagreements(self.review.labels(), self.review.decisions())

    @cached_property
    def comparison(self) -> Finding:
        """Whether a model trained on this review's settled codes would be better than the one that proposes now."""
        settled, groups = self.review.settled(), self.review.groups
        kept_away = {
            d for d in settled["document_id"] if is_frozen(str(groups.get(d, d)), review=self.review.name)
        }
        codes = settled[settled["field"].isin(starter_model().fields)]
        train, test = (codes[codes["document_id"].isin(kept_away) == side] for side in (False, True))
        if train.empty or test.empty:
            return attempt(learning.compare_models, learning.no_model(), learning.no_model(), test)
        challenger = self._fitted(train, groups)
        documents, passages = self._texts(test["document_id"])
        now = learning.propose(self.models.coding, documents, passages).table
        then = learning.propose(challenger, documents, passages).table
        options = {"groups": groups, "documents": documents, "seed": self.seed}
        return attempt(learning.compare_models, now, then, test, **options)

    def _fitted(self, settled: pd.DataFrame, groups: pd.Series) -> Any:
        return learning.fit_codes(
            *self._texts(settled["document_id"]), settled, groups=groups, seed=self.seed
        )

    def _texts(self, names: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
        import pandas as pd

        documents = self.review.documents[self.review.documents["document_id"].isin(names)]
        passages = [self.review.passages(d) for d in documents["document_id"]]
        return documents, pd.concat(passages, ignore_index=True)

    def asked(self, question: str) -> EvidenceAnswer:
        """A question to the evidence."""
        return ask(question, review=self.review)
