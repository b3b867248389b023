"""How many documents of a review came how far: from taken in to included (PRISMA 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit import learning

if TYPE_CHECKING:
    from almpo_kit.learning import PrismaFlow
    from almpo_kit.workbench.reviews import Review


def review_flow(review: Review) -> PrismaFlow:
    """Counts of a review that add up.

    Parameters
    ----------
    review : Review

    Returns
    -------
    PrismaFlow
        Another copy of a publication counts as removed; several publications of one study as one study.
    """
    return learning.prisma(
        review.documents,
        review.labels(),
        duplicates=review.twins.publications,
        studies=review.groups,
    )
