"""Words for groups that programmes are for; the keys are those of ``vocabulary.programmes.TARGET_GROUPS``."""

from __future__ import annotations

from almpo_kit.learning.coding.lexicon.phrases import NOTHING, Entry

GROUP_WORDS: dict[str, Entry] = {
    "all": Entry(
        "all jobseekers|all job seekers|all unemployed|all registered|unemployed workers|unemployed people|unemployed persons|"
        "unemployed individuals|insured unemployed|adult unemployed|general population|arbeitslose|demandeurs d emploi|"
        "desempleados|disoccupati|werklozen|bezrobotn*|άνεργοι",
        "the unemployed|jobseeker*|job seeker*|unemployed|benefit recipients|claimants|participants|new entrants",
    ),
    "youth": Entry(
        "youth*|young people|young adult*|young unemployed|young worker*|young jobseeker*|young job seeker*|young person*|"
        "young men|young women|young beneficiar*|youngster*|adolescent*|teenager*|school leaver*|school dropout*|dropouts|"
        "graduate*|under 25|under 30|aged 16|aged 17|aged 18|18 24|neet|neets|jugendlich*|junge erwachsene|junge menschen|"
        "jeunes|jóvenes|giovani|jongeren|młodz*|unga|unge|nuoret|νέοι|νέους|jovens",
        "young|students|school|first job|labour market entrants|labor market entrants",
    ),
    "older": Entry(
        "older unemployed|older worker*|older jobseeker*|older job seeker*|older people|older adult*|older long|elderly|over 50|"
        "aged 50|aged 55|above 50|50 plus|near retirement|mature age|ältere*|séniors|mayores de|trabajadores mayores|"
        "lavoratori anziani|ouderen|oudere|äldre|ældre",
        "older|ageing|aging|retirement",
    ),
    "men": Entry("men|males|male|hommes|männer|hombres|varones|uomini|mannen|mężczy*|mænd|män|fathers", ""),
    "women": Entry(
        "women|females|female|mothers|single mothers|lone mothers|femmes|frauen|mujeres|donne|vrouwen|kobiet*|kvinder|kvinnor|"
        "kvinner|γυναίκες|mulheres",
        "gender|maternity|motherhood|parenthood|childcare",
    ),
    "long_term_unemployed": Entry(
        "long term unemploy*|long term jobless*|longterm unemploy*|unemployed for at least|unemployed for more than|"
        "unemployed for over|very long unemploy*|langzeitarbeitslos*|chômeurs de longue durée|"
        "chômage de longue durée|desempleados de larga duración|parados de larga duración|disoccupati di lunga durata|"
        "langdurig werkloz*|długotrwale bezrobotn*|långtidsarbetslös*|langtidsledig*|μακροχρόνια",
        "long unemployment|persistent unemployment|year of unemployment",
    ),
    "disabled": Entry(
        "disabled|disabilit*|mental illness*|mental disorder*|mental health|mentally ill|health problem*|health condition*|"
        "sick listed|sickness absence*|sickness beneficiar*|sickness benefit*|sick leave|musculoskeletal|psychiatric|psychosis|"
        "psychotic|affective disorder*|anxiety disorder*|mood disorder*|mood and anxiety|depress*|spinal cord|ptsd|"
        "post traumatic|schizophren*|chronic pain|chronic illness|reduced work capacity|impair*|handicap*|behinder*|"
        "rehabilitanden|discapacidad|disabilità|arbeidsongeschikt*|niepełnosprawn*|funktionsnedsättning|αναπηρ*|deficiência",
        "disorder*|patient*|illness*|rehabilitat*|medical|return to work|work capacity",
    ),
    "welfare_recipients": Entry(
        "welfare recipient*|welfare benefit*|welfare client*|on welfare|welfare to work|social assistance|social welfare|afdc|"
        "tanf|means tested|unemployment benefit ii|hartz iv|needy job seeker*|needy jobseeker*|needy unemployed|income support|"
        "public assistance|arbeitslosengeld ii|sozialhilfe*|grundsicherung|bürgergeld|revenu minimum|=RSA|=RMI|"
        "renta mínima|reddito di cittadinanza|reddito minimo|bijstand*|kontanthjælp*|försörjningsstöd",
        "welfare|food stamp*|poverty|poor",
    ),
    "disadvantaged": Entry(
        "disadvantaged|low skilled|low educated|low income|low wage|unskilled|hard to place|hard to employ|vulnerable|"
        "ex offender*|ex prisoner*|prisoner*|incarcerat*|homeless*|public housing|marginali*|"
        "furthest from|multiple barriers|benachteiligt*|geringqualifiziert*|peu qualifiés|défavorisés|desfavorecid*|"
        "svantaggiat*|laaggeschoold*|laagopgeleid*|kansarm*",
        "veteran*|at risk|barriers|deprived",
    ),
    "migrants": Entry(
        "migrant*|immigrant*|refugee*|asylum*|foreign born|foreigners|ethnic minorit*|non western|newcomer*|newly arrived|"
        "zuwander*|flüchtling*|geflüchtet*|ausländer*|migranten|étrangers|immigrés|réfugiés|inmigrante*|refugiad*|immigrat*|"
        "rifugiat*|vluchteling*|statushouder*|uchodźc*|invandrar*|nyanländ*|flygtning*|indvandrer*|μετανάστες|πρόσφυγες",
        "integration of immigrants|ethnic|language course*",
    ),
    NOTHING: Entry(
        "youth guarantee|young firms|male wage*|gender wage gap|adult women and men|mental health care|public health|old age"
    ),
}
