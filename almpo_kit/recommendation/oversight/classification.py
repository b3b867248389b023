"""Whether a system is high-risk under Annex III: a presumption with what it rests on, never a legal opinion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from almpo_kit.vocabulary.errors import ParameterError

#: Question -> what is asked. The answers are True, False, or None (not answered).
QUESTIONS: dict[str, str] = {
    "for_public_authority": "Is it used by a public authority or on its behalf?",
    "evaluates_access": "Is it meant to evaluate who may get, keep or lose a public benefit or service?",
    "assigns_to_training": "Is it meant to decide on access or admission to education or vocational training, or to assign people to it?",
    "selects_for_jobs": "Is it meant for recruitment or selection, e.g. to filter or rank candidates for vacancies?",
    "profiles_people": "Does it evaluate personal aspects of natural persons by automated processing (profiling)?",
    "narrow_task": "Does it only do a narrow procedural or preparatory task, or improve or check what a person has finished?",
}


@dataclass(frozen=True)
class Point:
    """One point of Annex III, or the exception of Article 6.

    ``applies`` is "yes", "no" or "to be decided".
    """

    provision: str
    words: str
    applies: str
    why: str


def classification(answers: Mapping[str, bool | None] | None = None) -> tuple[str, tuple[Point, ...]]:
    """Points of Annex III that may apply, and the presumption that follows.

    Parameters
    ----------
    answers : mapping of str to bool or None, optional
        Keys of :data:`QUESTIONS`; what is not answered stays open, and what is open counts as high-risk until a person
        has decided otherwise.

    Returns
    -------
    presumption : {"high-risk", "not high-risk by the answers given"}
    points : tuple of Point

    Raises
    ------
    ParameterError
        An unknown question, or an answer that is none.
    """
    given = dict(answers or {})
    if unknown := [k for k in given if k not in QUESTIONS]:
        raise ParameterError(
            f"uses: unknown question(s) {', '.join(unknown)}; choose from {', '.join(QUESTIONS)}."
        )
    if wrong := [k for k, v in given.items() if v is not None and not isinstance(v, bool)]:
        raise ParameterError(f"uses: {', '.join(wrong)} must be True, False or None (not answered).")
    points = (
        _point(
            "Annex III, point 4(a)",
            "employment: recruitment or selection of natural persons, e.g. to filter applications or evaluate candidates",
            given.get("selects_for_jobs"),
        ),
        _point(
            "Annex III, point 5(a)",
            "essential public services: by or for public authorities, to evaluate eligibility for public assistance benefits "
            "and services, and to grant, reduce, revoke or reclaim them",
            _both(given.get("for_public_authority"), given.get("evaluates_access")),
        ),
        _point(
            "Annex III, point 3(a)",
            "education and vocational training: access, admission, or assigning people to institutions",
            given.get("assigns_to_training"),
        ),
    )
    derogation = _derogation(given.get("profiles_people"), given.get("narrow_task"))
    listed = {p.applies for p in points}
    out = "no" in listed and len(listed) == 1
    clear = out or derogation.applies == "yes"
    return ("not high-risk by the answers given" if clear else "high-risk", (*points, derogation))


def _both(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return True if a and b else None


def _point(provision: str, words: str, answer: bool | None) -> Point:
    if answer is None:
        return Point(provision, words, "to be decided", "the questions behind it were not all answered")
    return Point(provision, words, "yes" if answer else "no", "by the answers given")


def _derogation(profiles: bool | None, narrow: bool | None) -> Point:
    words = "exception for systems of Annex III that pose no significant risk (narrow, preparatory or checking tasks)"
    provision = "Article 6(3)"
    if profiles:
        return Point(
            provision, words, "no", "a system of Annex III that profiles natural persons is always high-risk"
        )
    if profiles is False and narrow:
        return Point(
            provision,
            words,
            "yes",
            "by the answers given; the provider must document its assessment (Article 6(4)) and register (Article 49(2))",
        )
    if profiles is False and narrow is False:
        return Point(provision, words, "no", "by the answers given")
    return Point(provision, words, "to be decided", "the questions behind it were not all answered")
