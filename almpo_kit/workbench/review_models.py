"""The models that work for a review: what ranks its documents, and what proposes codes.

Codes are proposed by the champion of the review where one was promoted, else by a first model learned from our summaries
of the studies in the evidence base.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from almpo_kit import learning
from almpo_kit.workbench.held_documents import held_documents

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.learning import CodingModel, Ranking, ScreeningFeatures
    from almpo_kit.workbench.reviews import Review

#: What is sought, where a review does not say; it counts as one relevant document until there are some.
CRITERIA = (
    "Effect of an active labour market programme (training, job-search assistance, counselling, wage subsidy, public works, "
    "supported employment, start-up grant, monitoring) on employment or earnings of unemployed people, from a randomised trial "
    "or a comparison with people who did not take part."
)
#: What the model is where no review has trained one yet.
STARTER = "a first model, learned from our summaries of the studies in the evidence base"
#: Rows for which a ranking says why.
_EXPLAINED = 30


@lru_cache(maxsize=1)
def starter_model() -> CodingModel:
    """The model of whoever has settled nothing yet."""
    held = held_documents()
    return learning.fit_codes(held.documents, held.passages, held.settled, groups=held.groups)


def proposals_of(model: CodingModel, documents: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Codes and estimates proposed for documents, in one frame (``PROPOSAL_COLUMNS``)."""
    import pandas as pd

    codes = learning.propose(model, documents, passages).table
    estimates = learning.read_estimates(documents, passages).proposals
    return pd.concat([codes, estimates], ignore_index=True)


class ReviewModels:
    """What ranks and what proposes, made when first asked for.

    Parameters
    ----------
    review : Review
    """

    def __init__(self, review: Review) -> None:
        self.review = review

    @cached_property
    def _features(self) -> ScreeningFeatures:
        return learning.screening_features(self.review.documents, features="tfidf")

    def rank(self, documents: pd.DataFrame, labels: pd.DataFrame) -> Ranking:
        """The reading queue after these labels."""
        return learning.rank(
            documents, labels, features=self._features, criteria=CRITERIA, explained=_EXPLAINED, batch=100
        )

    @cached_property
    def champion(self) -> CodingModel | None:
        """The promoted model of this review, none where there is none; an example has none."""
        from almpo_kit.workbench.learning_models import load
        from almpo_kit.workbench.learning_stock import model_name
        from almpo_kit.workbench.tracking_models import in_use

        if self.review.synthetic:
            return None
        version = in_use(model_name(self.review.name))
        return None if version is None else load(version)[0]

    @property
    def coding(self) -> CodingModel:
        """What proposes codes now."""
        return self.champion or starter_model()

    def propose(self, documents: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
        """Codes and estimates of documents, proposed."""
        return proposals_of(self.coding, documents, passages)
