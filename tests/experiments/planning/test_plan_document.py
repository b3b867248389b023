import hashlib
import html.parser
import json
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from almpo_kit.experiments.planning.plain_markdown import text
from almpo_kit.experiments.planning.plan_document import plan_document
from almpo_kit.experiments.sizing.power import power
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses
from tests.experiments.planning.trial_worlds import ARMS, TIME, WORK, grouped, plan

AT = datetime(2027, 1, 9, 12, 30, tzinfo=UTC)


def test_everything_of_the_plan_stands_in_it() -> None:
    made = grouped(
        covariates=("age",),
        blocks=("region",),
        subgroups=("sex",),
        looks=3,
        harm="more people in debt",
        seed_source="lottery of 9 January 2027",
        losses=Losses(0.1, 0.8, 0.05),
    )
    said = plan_document(made, at=AT, version=3)
    for words in (
        "Digital course",
        "Version 3, as it stood on 2027-01-09 12:30:00 UTC",
        made.digest,
        "SYNTHETIC",
        "Does a digital course bring people into work?",
        "People out of work for six months",
        "24 groups of about 25 people",
        "no programme 50%, course 50%",
        "within blocks of: region",
        "column office",
        "lottery of 9 January 2027",
        "| primary | work |",
        "| secondary | wage |",
        "5.0 percentage points",
        "standard errors of groups",
        "Adjusted for, as known before the draw: age",
        "exploratory: sex",
        "looked at 3 times",
        "more people in debt",
        "Outcomes of 10% of people",
        "80% are expected to take part",
        "5% are expected to take part all the same",
        "| course | Training |",
        "Unemployment in the first year: 9.5%",
        "EL, region EL30",
        "2027 to 2028",
    ):
        assert words in said, words


def test_the_digest_can_be_computed_from_the_document_alone() -> None:
    made = plan(question="Does <it> `help` & how?", population="A ``` fence\n```\n# and a heading")
    said = plan_document(made, at=AT)
    (block,) = re.findall(r"```json\n(.*)\n```", said)
    again = hashlib.sha256(json.dumps(json.loads(block), sort_keys=True).encode()).hexdigest()
    assert again == made.digest and made.digest in said.split("```json")[0]


def test_the_same_plan_gives_the_same_text_whatever_the_zone() -> None:
    there = AT.astimezone(timezone(timedelta(hours=2)))
    assert plan_document(plan(), at=AT) == plan_document(plan(), at=there)


def test_what_its_size_can_see() -> None:
    made = plan()
    sized = power(made.design, made.primary, effect=made.smallest_effect)
    said = plan_document(made, sized=sized, at=AT)
    assert text(sized.sentence) in said and "not computed" not in said
    assert all(text(c.sentence) in said for c in sized.failed)
    assert "not computed" in plan_document(made, at=AT)


@pytest.mark.parametrize(
    ("design", "words"),
    [
        (
            TrialDesign("stepped_wedge", ARMS, clusters=8, steps=4),
            "begin at 4 steps, in an order drawn by lot; there are 5 periods",
        ),
        (
            TrialDesign("saturation", ARMS, clusters=8, saturations={0: 0.5, 0.4: 0.5}),
            "40% of people in 50% of places",
        ),
        (TrialDesign("matched_pair", ARMS, clusters=8), "one of each pair of groups"),
    ],
)
def test_other_designs(design: TrialDesign, words: str) -> None:
    estimator = {"matched_pair": "pairs"}.get(design.kind, design.kind)
    assert words in plan_document(grouped(design=design, estimator=estimator), at=AT)


def test_adaptive_rules_and_several_arms() -> None:
    arms = {"none": 0.2, "a": 0.4, "b": 0.4}
    types = {"a": "training", "b": "services"}
    rule = AdaptiveRule("tempered_thompson", strata=("sex",), stop_at=0.95, stop_for_harm=0.9, delay=2)
    made = plan(
        design=TrialDesign("individual", arms), programme_types=types, estimator="adaptive", rule=rule
    )
    said = plan_document(made, at=AT)
    for words in (
        "No arm gets less than 5%",
        "2 batches later",
        "learned apart for: sex",
        "is 95%",
        "is 90%",
        "Holm’s method",
    ):
        assert words in said, words
    alone = plan(design=TrialDesign("individual", arms, familywise="none"), programme_types=types)
    assert "Nothing guards against finding one of them by luck" in plan_document(alone, at=AT)
    timed = plan(outcomes=(TIME,), smallest_effect=1.2)
    assert "a ratio of hazards of 1.20" in plan_document(timed, at=AT)


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)


HOSTILE = [
    "<script>alert(1)</script>",
    "[press here](javascript:alert(1))",
    "![x](http://evil/x.png)",
    "| a | b |\n| --- | --- |",
    "```\n# heading\n```",
    "---\ntitle: x\n---",
    "\u202egnp.exe",
    "<img src=x onerror=alert(1)>",
    "$$\\input{/etc/passwd}$$",
    "1. item",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("said", HOSTILE)
def test_what_a_person_wrote_stays_text(said: str) -> None:
    one_line = " ".join(said.split())
    made = plan(
        name=one_line,
        question=said,
        population=said,
        harm=said,
        seed_source=one_line,
        covariates=(one_line,),
        estimator="adjusted",
    )
    written = plan_document(made, at=AT)
    prose = written.split("```json")[0]
    tags = _Tags()
    tags.feed(written)
    assert not tags.seen, "no HTML, neither in the prose nor in the JSON"
    # Headings and fences are those of the document, and no other.
    assert len(re.findall(r"(?m)^#+ ", written)) == 10 and written.count("```") == 2
    assert not re.search(r"(?<!\\)\]\(|(?<!\\)!\[", prose), "no link, no picture"
    assert not re.search(r"https?:|javascript:|\u202e", prose)
    assert all(line.count("|") - line.count("\\|") in (0, 3, 7) for line in prose.splitlines())


def _read_back(markdown: str) -> str:
    """What a reader of Markdown shows of plain text: entities and backslashes are gone."""
    return html.unescape(re.sub(r"\\(.)", r"\1", markdown))


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30))
@example("a\\b *c* _d_ <e> &amp; [f](g) 1. # | ~ ! $")
def test_escaping_loses_nothing(said: str) -> None:
    expected = " ".join(said.split())
    assert _read_back(text(said)) == expected
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`\[\]|]", re.sub(r"\\.", "", text(said)))


def test_refusals_name_the_way_out() -> None:
    for other, told in (
        ({"at": datetime(2027, 1, 9)}, "e.g. datetime.now"),
        ({"at": "2027-01-09"}, "time with a zone"),
        ({"version": 0}, "whole number from 1"),
        ({"version": True}, "whole number from 1"),
        ({"sized": 0.8}, "what experiments.power"),
    ):
        with pytest.raises(ParameterError, match=told):
            plan_document(plan(), **({"at": AT} | other))
    with pytest.raises(ParameterError, match="from_plain"):
        plan_document({"name": "x"}, at=AT)  # type: ignore[arg-type]
    assert WORK.name in plan_document(plan(), at=AT)
