"""Sentences whose number is no effect of a programme on those in it, although it looks like one: shown, never proposed.

Each pattern is a doubt, not a verdict: an expert sees the number beside its sentence with the reason. Patterns run over
masked sentences in small letters (``#`` for every numeral) and are bounded.
"""

from __future__ import annotations

import re
from typing import Final

from almpo_kit.learning.numbers.amounts import Amount
from almpo_kit.learning.numbers.words import OUTCOME

#: Nothing but the direction is in words: "the effect is negative (2.3 points)".
_NEGATIVE: Final = re.compile(
    r"(?<!non-)(?<!not )(?<![a-z])(?:negative(?:ly)?(?!\sand\s|\sor\s)|unfavou?rabl[ey]|lock(?:ed|ing)?[\s-]?in|adverse|detrimental|disadvantage|worsen(?:ed|s)?|harm(?:s|ed|ful)?|penalt(?:y|ies)|"
    r"schädlich|negativ(?:e[rnsm]?)?|négati(?:f|ve)|negativ[oa])(?![a-z])"
)
#: Who did not take part.
_OTHERS: Final = re.compile(
    r"(?:control|comparison)(?:s|\s(?:groups?|arms?|persons|members|individuals))(?![a-z])|(?:non|not)-?\s?participants?|non-?treated|"
    r"kontrollgruppe|vergleichsgruppe|nichtteilnehm|groupe\s(?:de\s)?(?:contrôle|témoin)|grupo\sde\scontrol|gruppo\sdi\scontrollo|"
    r"controlegroep|kontrolgruppe"
)
#: Before them: with whom those in the programme are compared.
_THAN: Final = re.compile(
    r"(?<![a-z])(?:than|to|with|versus|vs\.?|against|over|from|and|als|gegenüber|zur|zu|que|rapport\sau?)\s"
    r"(?:(?:that\sof|those\sin|in|for|the|a|its|der|die|le|les|el|il|matched|similar|randomi[sz]ed|untreated|untrained)\s){0,3}$"
)
_DIFFERENCE: Final = re.compile(
    r"difference|differenz|unterschied|différence|diferencia|(?<![a-z])effects?(?![a-z])|(?<![a-z])impacts?(?![a-z])"
)

_DOUBTS: Final = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (
            r"would\s(?:have|be)|(?:without|in\sthe\sabsence\sof)\s(?:the|this|any)\s(?:programme|program|measure|training|subsidy)|"
            r"counterfactual|(?:we|was|were|is|are)\s(?:expect|predict|hypothesi[sz])|(?<![a-z])simulat|ohne\s(?:die\s|eine\s)?(?:maßnahme|förderung|teilnahme)|"
            r"(?<![a-zäöü])(?:wäre|läge|hätte)|aurai(?:t|ent)|habría|sarebbe|avrebbe",
            "the sentence speaks of what would be or was expected",
        ),
        (
            r"(?<![a-z])ols(?![a-z])|na[iï]ve|unadjusted|(?<!in )raw\s(?:difference|gap|effect)|biased\s(?:up|down)|upward\sbias|placebo|"
            r"pre-?treatment|pre-?programme|before\s(?:the\s)?(?:programme|program|treatment|training|entry|intervention|random)|"
            r"first[\s-]stage|(?<![a-z])instrument(?![a-z])|take-?up|complier\sshare|attrition|at\sbaseline|baseline\s(?:mean|level|rate|difference)",
            "the sentence speaks of a first stage, a placebo, a baseline or a comparison that is biased",
        ),
        (
            r"between\s(?:entry|the\sstart|enrolment|baseline)\sand|before\sand\safter|since\s(?:entry|enrolment|the\sstart)|"
            r"pre[\s-](?:and|to|/)[\s-]?post|compared\s(?:with|to)\s(?:the\s)?(?:year\s|month\s)?before|vor\sund\snach|avant\set\saprès",
            "the sentence compares the same people before and after",
        ),
        (
            r"each\sadditional|(?<![a-z])(?:a|an)\s(?:one|additional|extra)[\s-](?:percentage|per\scent|percent|unit|standard|year|month|week)|"
            r"(?<![a-z])#[\s-](?:percentage[\s-]points?|per\scent|percent|%)\s(?:increase|rise|higher|fall|drop)\sin\s(?:the\s)?[a-z]{2,20}\s?[a-z]{0,20}\s?[a-z]{0,20}\s"
            r"(?:lowers?|raises?|reduces?|increases?|leads?|is\sassociated)",
            "the sentence says what one more of something goes with, not what a programme does",
        ),
        (
            r"differences?\sbetween\s(?:the\s)?(?:two\s|three\s|both\s)?(?:programmes|programs|effects|estimates|impacts|types|measures|men|women)|"
            r"(?:larger|smaller|greater|stronger|weaker|bigger)\s(?:than|for|among|in)|interact|"
            r"than\s(?:for\s|among\s)?(?:men|women|natives|migrants|immigrants|younger|older|youth|adults)|häufiger\sals\s(?:männer|frauen)|"
            r"seltener\s[^.;#]{0,30}als\s(?:männer|frauen)|gap\s(?:closed|narrowed|fell|shrank|between)|les\sfemmes\sont|(?:women|men)\swere\s#",
            "the sentence compares groups or effects with each other",
        ),
        (
            r"(?:relative\sto|compared\s(?:with|to)|rather\sthan|instead\sof|than)\s(?:the\s|a\s|an\s|those\sin\s|participants\sin\s)?"
            r"(?:vocational\s|classroom\s|basic\s|private\s|public\s)?(?:job[\s-]search\s(?:assistance|services|support)|training|counselling|counseling|"
            r"wage\ssubsid|subsid|workfare|public\sworks|job\screation|start-?up)",
            "the sentence compares one programme with another",
        ),
        (
            r"(?<![a-z])rather\sthan\s|(?:more|less)\sthan\s(?:the|a)\s(?:short|long|other|second|first|old|new)",
            "the sentence compares one programme with another",
        ),
        (
            r"(?:pooled|across|in|of|from)\s(?:[a-z]{1,12}\s){0,3}#\s(?:randomi[sz]ed\s)?(?:trials|studies|rcts|evaluations)|(?:,|;)\s#\s(?:trials|studies|rcts)|(?<![a-z])i\d?\s?=",
            "the sentence pools several studies",
        ),
        (
            r"abolish|abolition|(?:cut|cutting|cuts|close|closing|closure|withdraw|withdrawing|removing|removal|repeal|ending)\s(?:of\s|the\s|in\s){0,2}"
            r"(?:[a-z-]{1,15}\s){0,2}(?:programmes?|programs?|budgets?|subsid|training|scheme|bonus|funding|spending)",
            "the sentence speaks of ending or cutting a programme, so that the sign is in doubt",
        ),
        (
            r"recession|(?<![a-z])crisis|(?<![a-z])krise|between\s#\sand\s#(?!\s?(?:%|per|percentage))|drop(?:ping|ped)?[\s-]?out|displace|spill-?over|crowd|general\sequilibrium|(?<![a-z])gdp|minimum\swage|(?<![a-z])parent|spouse|(?<![a-z])partners?(?![a-z])|children|pupils|firms'|"
            r"(?<![a-z])firm\s|incumbent",
            "the sentence speaks of others than those in a programme, or of other causes",
        ),
        (
            r"satisf|well-?being|happiness|depress|anxiety|symptom|(?<![a-z])scores?(?![a-z])|(?<![a-z])scale(?![a-z])|(?<![a-z])index(?![a-z])|hospital|mortal|"
            r"quality|expectation|job\sloss|(?:exits?|separations?)\sfrom\s|dismiss|précaire|temporaire|temporal(?![a-z])|geringfügig|(?<!un)geförderte[rn]?\sbeschäftigung|lay-?offs?|re-?ent(?:er|ry)|self-?employ|part-?time|temporary|permanent|subsidi[sz]ed\s(?:employment|job|work)|"
            r"(?<!un)subsidi[sz]ed\semploy|participation\sin\seducation|enrolment\sin|crime|arrest|convict|among\s(?:the\s|those\s)?(?:employed|in\swork)|"
            r"employed\s(?:group|persons|people|respondents)|search\seffort|applications",
            "the sentence speaks of another outcome too",
        ),
        (
            r"hourly|weekly\s(?:earnings|wages|income)|quarterly",
            "the sentence speaks of earnings by the hour, week or quarter",
        ),
    )
)
#: Not in work: what raises it is no gain.
_OUT_OF_WORK: Final = re.compile(
    r"(?:not\s(?:being\s|in\s)?|out\sof\s|without\s|loss\sof\s|lack\sof\s|(?<![a-z])non-?|no\slonger\s|leaving\s|left\s)(?:regular\s|paid\s)?(?:employ|work(?![a-z])|(?:a\s)?job)|"
    r"nicht\s(?:in\s)?beschäftig|sans\semploi|sin\sempleo|zonder\swerk"
)
#: "Unemployment fell by 1.3 points … employment did not change".
_UNEMPLOYMENT: Final = re.compile(
    r"unemployment(?:\srates?)?\s(?:\w{1,12}\s)?(?:fell|rose|rises|falls|declin|decreas|increas|dropp|drops|went|grew|is|was)|"
    r"arbeitslosenquote|arbeitslosigkeit\s(?:sank|sinkt|stieg|steigt|fiel)|disoccupazione\s|taux\sde\schômage|desempleo\s"
)
_NOT_ON_UNEMPLOYMENT: Final = frozenset(
    {"employment_probability", "employed_within_horizon", "job_finding_rate", "earnings"}
)
#: A level and not a change: "rose to 54 points", "from 812 … to 1,013".
_TO: Final = re.compile(
    r"(?:rose|risen|rises?|increas(?:ed?|es|ing)|grew|fell|falls?|declin(?:ed?|es)|dropp?(?:ed|s)?|went\sup|climbed|stieg|sank|passe)\s(?:up\s|down\s|auf\s)?"
    r"(?:from|to|von|auf|de|à)\s(?:about\s|€\s?|eur\s)?#"
)
_EFFECT: Final = re.compile(r"effects?(?![a-z])|impacts?(?![a-z])|(?<![a-z])at[te](?![a-z])|effekte?|effets?")
#: Before a number: it is an average, not a change of one.
_MEAN: Final = re.compile(
    r"(?:mean|average|baseline|base|level)s?\s(?:(?:employment|earnings|rate|outcome)\s)?(?:of|is|was|=)\s(?:about\s|€\s?)?$"
)
_MINUS_WORD: Final = re.compile(r"(?<![a-z])(?:minus|moins|menos|meno|min)\)?\s$")
_MULTIPLE: Final = re.compile(
    r"#\s?(?:\*{1,4}\s?)?(?:k(?![a-z])|thousand|million|mio|mrd|billion|tausend|mill)"
)
_NOT_BEFORE: Final = re.compile(r"(?:not|nicht|kein|pas|no)\s(?:by\s|um\s|de\s)?(?:€\s?)?$")
_SHORTER: Final = re.compile(
    r"shorter|earlier|sooner|faster|longer|later(?!\sin)|until|waiting|time\sto\s|früher|kürzer"
)
_TIME_AT_WORK: Final = re.compile(
    r"(?:days|weeks|months|time)\s(?:in|at|of|worked|employed)|work(?:ed|ing)?\s|tag|monat|jours|mois"
)
_SECOND_CLAUSE: Final = re.compile(r"(?:,\s?|\s)(?:and|while|but|whereas|und|et|mais|aber)\s|;")
_MONEY: Final = re.compile(r"(?:eur|usd)_")


def held_back(amount: Amount, small: str, *, effect: float, signed: bool, decimals: int) -> list[str]:
    """Why a number is shown and not proposed.

    Parameters
    ----------
    amount : Amount
        With its outcome and direction.
    small : str
        The masked sentence.
    effect : float
        As read so far.
    signed : bool
        Whether a sign is printed.
    decimals : int
        Printed.
    """
    doubts = [words for pattern, words in _DOUBTS if pattern.search(small)]
    before = small[max(0, amount.place - 60) : amount.place]
    if effect > 0 and not signed and not amount.ratio and _NEGATIVE.search(small):
        doubts.append("the sentence speaks of a negative effect, and no minus is printed")
    if not amount.ratio and _of_the_others(small):
        doubts.append("the number may be that of people outside the programme")
    if amount.outcome in _NOT_ON_UNEMPLOYMENT and _OUT_OF_WORK.search(small):
        doubts.append("the number may be on being out of work")
    if _MINUS_WORD.search(before):
        doubts.append("its minus is a word")
    if _MULTIPLE.match(small, amount.place):
        doubts.append("thousands or millions")
    if _in_another_clause(amount, small):
        doubts.append("the outcome is named in another clause than the number")
    if amount.outcome in _NOT_ON_UNEMPLOYMENT and _UNEMPLOYMENT.search(small):
        doubts.append("the number may be on unemployment")
    if (_TO.search(small) and not _EFFECT.search(small)) or _MEAN.search(before):
        doubts.append("a level, it seems, and not a change of one")
    if _NOT_BEFORE.search(before):
        doubts.append("the sentence says that it is not this number")
    if amount.outcome in ("days_employed", "weeks_employed", "months_employed") and (
        _SHORTER.search(small) and not _TIME_AT_WORK.search(small)
    ):
        doubts.append("time until work or time in work: the sentence does not say which")
    if decimals == 3 and _MONEY.match(amount.unit):
        doubts.append("three decimals of money may be thousands")
    return doubts


def _of_the_others(small: str) -> bool:
    """Whether those outside are spoken of, and not as the ones with whom others are compared."""
    if _DIFFERENCE.search(small):
        return False
    return any(not _THAN.search(small[max(0, m.start() - 50) : m.start()]) for m in _OTHERS.finditer(small))


def _in_another_clause(amount: Amount, small: str) -> bool:
    """Whether an outcome is only named after the number, behind an "and": that is what something else did."""
    pattern = OUTCOME.get(amount.outcome)
    if pattern is None or any(p.search(small, 0, amount.place) for p in OUTCOME.values()):
        return False
    named = pattern.search(small, amount.end)
    return named is not None and _SECOND_CLAUSE.search(small, amount.end, named.start()) is not None
