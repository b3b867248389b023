"""The models that work for a review: what ranks its documents, and what proposes codes.

Codes are proposed by the champion of the review where one was promoted, else by a first model learned from our summaries
of the studies in the evidence base.
"""

from __future__ import annotations

import threading
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from almpo_kit import learning
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.workbench.held_documents import held_documents

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.learning import CodingModel, Ranking, ScreeningFeatures
    from almpo_kit.vocabulary.encoders import Encoder
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
#: Documents that are encoded while one waits; about 150 a second.
_AT_ONCE = 400


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
        self._seen: ScreeningFeatures | None = None

    @cached_property
    def _encoder(self) -> Encoder | None:
        """What finds documents by meaning and in other languages; words alone are gone by where it cannot be loaded."""
        from almpo_kit import sources

        try:
            return sources.kept_encoder()
        except DataError:
            return None

    @property
    def features(self) -> ScreeningFeatures:
        """What the ranking sees of the documents: words at once; what they mean as soon as that is worked out.

        A few hundred documents are encoded while one waits; more in the background, where a first queue by words is soon
        replaced by a better one.
        """
        if self._seen is None:
            few = len(self.review.documents) <= _AT_ONCE
            self._seen = self._both() if few else learning.screening_features(self.review.documents)
            if not few:
                threading.Thread(target=self._encode, daemon=True).start()
        return self._seen

    def _both(self) -> ScreeningFeatures:
        return learning.screening_features(self.review.documents, encoder=self._encoder)

    def _encode(self) -> None:
        self._seen = self._both()

    def rank(self, documents: pd.DataFrame, labels: pd.DataFrame) -> Ranking:
        """The reading queue after these labels."""
        return learning.rank(
            documents, labels, features=self.features, criteria=CRITERIA, explained=_EXPLAINED, batch=100
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
