"""The card of a coding model: what it says of what, how well, and what it must not be used for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.learning import CodingModel


def model_card(model: CodingModel, review: str, n_documents: int) -> str:
    """What a coding model is, in Markdown."""
    synthetic = "**SYNTHETIC data.** " if model.provenance.synthetic else ""
    doubts = [f"- {c.sentence}" for c in model.failed]
    lines = [
        f"# Coding model of the review “{review}”",
        f"{synthetic}Proposes {', '.join(f.replace('_', ' ') for f in model.fields)} of a document, each with the sentence it "
        f"rests on; silent where it is not right in {number(100 * model.promised, 0)}% of the cases.",
        f"**Trained on** {number(n_documents, 0)} documents whose codes two experts agreed on or somebody adjudicated; a quarter of "
        "the studies is kept away from it to test models on.",
        f"**How well:** {model.sentence}",
        "**Use:** to be proposed to an expert, who decides. **Not for:** codes that nobody reads; other reviews; languages and "
        "topics that it was not trained on.",
        "**Why to doubt it:**\n" + "\n".join(doubts) if doubts else "",
    ]
    return "\n\n".join(line for line in lines if line)
