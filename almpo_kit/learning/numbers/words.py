"""Words around numbers, in English, German, French, Spanish, Italian and Dutch, as patterns over masked sentences.

``#`` stands for a numeral. Every pattern is bounded: none can go back over more than a few dozen characters.
"""

from __future__ import annotations

import re
from typing import Final

CURRENCY: Final = r"(?:(?:€|eur|euros?|us\$|usd|\$|£|gbp|chf|sek|dkk|nok)\s?)?"

POINTS: Final = (
    r"(?:percentage[\s-]?points?|p\.\s?p\.|ppts?(?![a-z])|pp(?![a-z])|points?\sde\spourcentage|puntos?\sporcentuales|"
    r"punti\spercentuali|procentpunt(?:en)?|percentagepunt(?:en)?|prozentpunkten?|%-punkten?|points?(?![a-z])(?!\sof|\sin))"
)
PERCENT: Final = r"(?:%(?!-?\s?(?:punkt|ci|ki|conf|konf))|per\scent(?!age)|percent(?!age)|prozent(?!punkt)|pour\scent|por\sciento|per\scento|procent(?!punt))"
PERIOD: Final = {
    "month": r"(?:(?:a|per|each|/|im|pro|par|al|por|je)\s?(?:month|monat|mois|mes|mese|maand)|monthly|mensuels?|monatlich)",
    "year": r"(?:(?:a|per|each|/|im|pro|par|al|por|je)\s?(?:year|jahr|an(?![a-z])|año|anno|jaar)|annually|yearly|per\sannum|jährlich)",
}
PERIOD_BEFORE: Final = {
    "month": r"(?:monthly|month'?s|mensuel|monatlich|per\smonth|/month|a\smonth)",
    "year": r"(?:annual|yearly|annuel|jährlich|per\syear|/year|a\syear|jahres)",
}
TIME: Final = {
    "days": r"(?:working\s)?(?:days?|tagen?|jours?|días?|giorni|dagen)(?![a-z])",
    "weeks": r"(?:weeks?|wochen?|semaines?|semanas?|settimane|weken)(?![a-z])",
    "months": r"(?:months?|monaten?|mois|meses|mesi|maanden)(?![a-z])",
    "quarters": r"(?:quarters|quartalen?)(?![a-z])",
}
#: Unit words that name the effect, after a number or in the label of a row.
RATIOS: Final = {
    "log_hazard_ratio": r"(?:hazard[\s-]?ratios?|(?<![a-z])a?hr(?![a-z]))",
    "log_odds_ratio": r"(?:odds[\s-]?ratios?|(?<![a-z])aor(?![a-z])|øʀ|(?<![a-z])or(?=\s?[=:]))",
    "log_risk_ratio": r"(?:risk[\s-]?ratios?|relative\srisks?|(?<![a-z])rr(?![a-z]))",
}
SHARE: Final = r"(?:as\s(?:a\s)?shares?|proportions?|(?<![a-z])share(?!d)|anteil|part\b)"

#: A small letter before the cue would make it another word ("hard-to-place" and "place").
_UP = (
    r"rais(?:e|ed|es|ing)|increas|rose|rises?|risen|gain|grew|grow|improv|higher|more(?!\sthan)|went\sup|up\sby|boost|above|"
    r"longer|later\sby|stieg|steig|erhöh|höher|mehr(?!\sals)|länger|augment|accro[iî]|hauss|élev|aument|incremen|stijg|toenam|hoger|superior"
)
_DOWN = (
    r"reduc|lower|fell|fall(?:s|en|ing)?(?![a-z])|declin|decreas|drop|cut(?:s|ting)?(?![a-z])|shorten|shorter|less(?!\sthan)|"
    r"fewer|below|went\sdown|earlier(?!\s(?:work|stud))|loss|sank|sink|senk|verring|verkürz|niedriger|weniger|kürzer|dimin|rédui|baiss|"
    r"disminu|redu[jz]|dal(?:en|ing)|daalt|lager|ridu"
)
_SIGNED = r"effects?(?:ive)?|impacts?|estimates?|estimated|coefficients?|differences?|(?<![a-z])at[te](?![a-z])|effekte?s?n?|wirkung|effets?|efecto|effetto"
CUES: Final = re.compile(rf"(?<![a-zäöüé])(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<signed>{_SIGNED}))")

#: What says that no effect was found; a number may or may not stand beside it.
NOTHING: Final = re.compile(
    r"no\s(?:\w{1,15}\s){0,2}(?:effects?|impacts?|differences?|gains?)(?!\sis\sreported|\sis\sgiven)|not\s(?:statistically\s)?significant|insignificant|"
    r"(?:did|does|do)\snot\s(?:differ|change)|neither\s.{0,60}\snor|kein(?:e|en)?\s(?:\w{1,15}e?r?\s)?(?:effekt|wirkung)|aucun\seffet|"
    r"indistinguishable\sfrom\szero|imprecise|ningún\sefecto|nessun\seffetto|geen\s(?:\w{1,15}\s)?effect"
)
NOT_SIGNIFICANT: Final = re.compile(
    r"not\s(?:statistically\s|significantly\s)?(?:significant|different)|insignificant|indistinguishable\sfrom\szero|n\.s\.|nicht\ssignifikant|"
    r"non\ssignificati|no\s(?:statistically\s)?significant|kein(?:e|en)?\ssignifikant|aucun\seffet\ssignificatif|imprecise|had\sno\seffect|has\sno\seffect"
)
SIGNIFICANT: Final = re.compile(
    r"(?<!not )(?<!no )(?<!nicht )(?:statistically\s)?(?<!in)(?<!non )signifi[ck]an(?:t|te)(?:ly)?(?![a-z])"
)

#: Numbers of these sentences or clauses are no effects of a programme.
ELSE: Final = re.compile(
    r"\bcosts?\b|\bprice|(?<!time\s)\bspen[dt]|budget|replacement\srate|minimum\swage|years\sold|jahre\salt|\bans\sen\smoyenne|\bage\slimit|"
    r"response\srate|of\srespondents|refus|attrition|covariates|bandwidth|pseudo-r|standardi[sz]ed\sbias|discount\srate|per\sadditional|"
    r"statistical\spower|per\scent\spower|can\sbe\sdetected|minimum\sdetectable|assuming|tax\scredit|vacanc(?:y|ies)\s(?:fell|rose|by)|\bvector\b|"
    r"take-up\srose|kostet|coûte|overidentification|power\scalculation|unemployment\srate\s(?:was|stood)|arbeitslosenquote|taux\sde\schômage|"
    r"national\saverage|lowers\svacancies|stood\sat|grant\sno|register\swas\sused"
)
#: Beside numbers that somebody estimated.
MEASURED: Final = re.compile(r"s\.\s?e\.|standard\serr|confidence|\bci\b|\(p\s?[=<>]")
OTHERS: Final = re.compile(
    r"\(#\)\s(?:report|find|found|show|estimat|conclud)|meta-analys|studies\s(?:found|report)|earlier\s(?:work|stud)|previous\s(?:work|stud)|the\sliterature|"
    r"\breview(?:s|ed)?\b|evaluations\sof"
)
SPAN_OF_YEARS: Final = re.compile(r"between\s#\sand\s#|from\s#\sto\s#|zwischen\s#\sund\s#|entre\s#\set\s#")

#: Outcome -> how it is named. The first that stands nearest to the effect is taken.
OUTCOMES_NAMED: Final = {
    "unemployment_duration": r"(?:unemployment\s(?:duration|spells?|lasted)|duration\sof\sunemployment|length\sof\sunemployment|time\s(?:spent\s)?(?:unemployed|out\sof\swork)|time\sto\s(?:the\s)?(?:first\s)?(?:job|(?:re-?)?employment)|(?:time|days|weeks|months)\suntil\s(?:a\s|the\s)?(?:first\s)?(?:job|employment|work)|dauer\sder\sarbeitslosigkeit|durée\sdu\schômage|duración\sdel\sdesempleo|left\sunemployment|cut\sunemployment)",
    "days_employed": r"(?:days\s(?:in\s(?:employment|work)|worked|employed)|working\sdays|tagen?\sin\sbeschäftigung|jours\stravaillés)",
    "weeks_employed": r"(?:weeks\s(?:in\s(?:employment|work)|worked|employed))",
    "months_employed": r"(?:months\s(?:in\s(?:employment|work)|worked|employed)|monaten?\sin\sbeschäftigung|mois\sen\semploi)",
    "share_of_time_at_work": r"(?:share\sof\s(?:the\s)?time\s(?:at|in)\swork|proportion\sof\stime\sat\swork)",
    "job_finding_rate": r"(?:job[\s-]finding|exits?\s(?:rates?\s)?(?:in)?to\s(?:employment|work|a\sjob)|hazard\srate\sinto\semployment|transitions?\s(?:rate\s)?(?:in)?to\s(?:work|employment|jobs?)|leaving\sunemployment\sfor|(?:abgangs|übergangs)rate(?:\sin\s(?:beschäftigung|arbeit))?|retour\sà\sl'emploi|exit\srate)",
    "return_to_work_rate": r"(?:return(?:ing)?\sto\s(?:\w{1,12}\s)?work)",
    "benefit_payments": r"(?:benefit\spayments|benefits\spaid)",
    "social_assistance_receipt": r"(?:(?:welfare|social\sassistance)\sreceipt)",
    "unemployment_probability": r"(?:probability\sof\s(?:being\sunemployed|unemployment)|likely\sto\sbe\sunemployed)",
    "joblessness_probability": r"(?:joblessness)",
    "self_support_rate": r"(?:self-support)",
    "earnings": r"(?:earnings|income|(?:monthly|annual|yearly)\swages?|earned|wages?|verdien|[a-z]{0,10}einkommen|revenu|gains\smensuels|salaires?|ingresos|reddit[io]|loon)",
    "employed_within_horizon": r"(?:(?:any|obtained|gained)\s(?:competitive\s)?employment|found\sa\sjob|had\sworked|ever\sworked|worked\sat\sall|worked\sat\sleast)",
    "employment_probability": r"(?:competitive\semployment|regular\semployment|probability\sof\s(?:being\semployed|employment)|employment|employed|in\swork(?![a-z])|beschäftigung|l'emploi|d'emploi|en\semploi|empleo|occupazione|(?:kans\sop\s)?werk(?![a-z])|job\schances|worked)",
}
OUTCOME: Final = {name: re.compile(rf"(?<![a-z]){pattern}") for name, pattern in OUTCOMES_NAMED.items()}
#: "unemployment" holds "employment": what is left of the word decides.
UNEMPLOYED_BEFORE: Final = re.compile(r"(?:un|non-?|self-)$")
