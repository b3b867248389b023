"""Dividing a text in which label, other labels and description run together, by counts of words."""

from __future__ import annotations

from almpo_kit.sources.esco.release import alternatives


def divided(text: str, label_words: int, alternative_words: object) -> tuple[str, str, str]:
    """Label, other labels (one a line) and description.

    ``alternative_words`` are counts such as ``"3 2 4"``; where some of the labels could not be told apart, their words
    are one count.
    """
    words = text.split()
    counts = [int(n) for n in str(alternative_words).split()] if isinstance(alternative_words, str) else []
    label, at, others = " ".join(words[:label_words]), label_words, []
    for n in counts:
        others.append(" ".join(words[at : at + n]))
        at += n
    return label, alternatives(others, label), " ".join(words[at:])
