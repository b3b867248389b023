"""Words with which people ask, and which every paper in this field has: they say nothing of what a question is about."""

from __future__ import annotations

from typing import Final

from almpo_kit.learning.coding.lexicon.phrases import folded_set

_ASKING = """
a about after again against all almost also always among an and any anybody anyone are as at back be been before being
best better between both but by can could did do does doing done during each either else ever every few for from get gets
getting give given gives go goes going good had happen happens has have having help helped helpful helps here how if in
into is it its just know less long make makes many may me might more most much must my need never new no nobody none not
now of off often on once one only or other others our out over own per please possible put quick quickly rather real really
same say says see seem shall short should show shown shows since so some somebody someone soon still such take tell than
that the their them then there these they thing things this those through time times to today too two under until up us
use used very was way we well were what when where whether which while who whom whose why will with within without
worst worth would year years month months week weeks yes yet you your bigger smaller higher lower faster slower sooner later
create creates creating harm harms harmful hurt hurts affect affects change changes boost boosts lead leads bring brings
recommend advise explain compare compared best choose keep kept last lasting large small big does faster soon
"""
_OF_THE_FIELD = """
active activation almp almps analysis average benefit benefits chance chances cost costs country countries effect effective
effectiveness effects efficient employ employed employment evaluate evaluated evaluation evidence experience found
government impact impacts improve improves increase increases reduce reduces raise raises job jobs jobless jobseeker
jobseekers labor labour market markets measure measures outcome outcomes participants participate participation pay pays
people person persons policies policy positive negative programme programmes program programs public research result
results scheme schemes service studies study success successful support unemployed unemployment work worked worker
workers working works find finding seekers looking
"""
_OTHER_LANGUAGES = """
haben hat habe hatte werden wird was wie wer wen wem wo wann warum welche welcher welches hilft helfen wirkt wirken ist sind der die das den dem des ein eine
einen einer und oder für von mit bei nach zu im in auf arbeit arbeitslose arbeitslosen arbeitsmarkt massnahme massnahmen
programm programme wirkung bringt nützt menschen personen beschäftigung mehr schneller
que quoi quel quelle quels quelles qui comment pourquoi quand est sont le la les un une des du de et ou pour avec dans sur
aide aident elles elle ils effet effets emploi chômeurs chômeur travail marché programme programmes personnes plus mieux
qué cual cuál quién cómo cuándo por para con los las el una unos ayuda ayudan efecto efectos empleo trabajo parados
desempleados mercado programa programas personas más
che cosa quale quali chi come quando perché per con gli il lo aiuta aiutano effetto effetti lavoro occupazione disoccupati
mercato programma programmi persone più
τι ποιο ποια ποιοι πως πότε γιατί είναι για με στην στο στους των τους τις και ή βοηθά βοηθούν αποτέλεσμα εργασία απασχόληση
άνεργοι ανέργους ανέργων αγορά πρόγραμμα προγράμματα
helpt helpen werkt werken wat welke waarom hoe voor werklozen werkloze czy pomaga pomagają działa działają jak jakie dla
bezrobotnym bezrobotnych hjälper fungerar vad hur för arbetslösa hjælper virker hvad hvordan hjelper virker hva ledige
arbeidsledige auttaako auttavatko toimiiko mikä miten työttömiä ajuda ajudam funciona como desempregados
"""
#: Folded as words of texts are.
GENERIC: Final = frozenset().union(*map(folded_set, (_ASKING, _OF_THE_FIELD, _OTHER_LANGUAGES)))
