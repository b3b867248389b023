"""Words for types of programme; the keys are those of ``vocabulary.programmes``."""

from __future__ import annotations

from almpo_kit.learning.coding.lexicon.phrases import NOTHING, Entry

PROGRAMME_WORDS: dict[str, Entry] = {
    "services": Entry(
        "job search assist*|job search support|job search program*|job search course*|job search service*|job search train*|"
        "job search skill*|counsel*|caseworker*|case worker*|case manag*|caseload*|job club*|placement service*|"
        "placement voucher*|job placement|job broker*|vocational guidance|career guidance|employment service*|job centre*|"
        "job center*|jobcentre*|vacancy referral*|job vacancy referral*|job referral*|market intermediation|individual meeting*|"
        "meetings with caseworkers|job application workshop*|application training|job fair*|reemployment and eligibility|"
        "job matching service*|profiling|transport subsid*|mandatory activation|vermittlungsgutschein*|"
        "arbeitsvermittlung|beratung|accompagnement|conseiller*|suivi renforcé|orientación laboral|intermediación laboral|"
        "orientamento|servizi per l impiego|arbeidsbemiddeling|begeleiding|doradztwo|contactgesprek*|kontaktforløb",
        "job search|meeting*|placement*|activation|brochure*|mentor*|coach*|referral*|assistance|adviser*|advisor*|"
        "job application*|vermittlung",
    ),
    "training": Entry(
        "vocational training|training program*|training course*|training scheme*|training measure*|training voucher*|"
        "classroom training|on the job training|retraining|skills training|skill training|further training|further education|"
        "occupational training|vocational education|sponsored training|labour market training|labor market training|job training|"
        "training for|life skills|apprentice*|internship*|traineeship*|adult education|basic education|computer course*|"
        "language course*|job corps|weiterbildung*|bildungsgutschein*|umschulung*|fortbildung*|qualifizierung*|"
        "formation professionnelle|stage de formation|formación profesional|cursos de formación|formazione professionale|"
        "corsi di formazione|tirocin*|opleiding*|scholing*|szkoleni*|arbetsmarknadsutbildning|formação profissional|κατάρτιση*",
        "training|trainee*|course*|education|curricul*|classroom|job practice|work experience|practice|formation|formación|"
        "formazione",
    ),
    "employment_incentives": Entry(
        "wage subsid*|hiring subsid*|employment subsid*|recruitment subsid*|job subsid*|salary subsid*|earnings subsid*|"
        "hiring incentive*|hiring credit*|hiring voucher*|wage incentive*|wage credit*|wage supplement*|earnings supplement*|"
        "subsidised employment|subsidized employment|subsidised job*|subsidized job*|subsidised hiring|subsidized hiring|"
        "subsidised work*|subsidized work*|subsidised contract*|subsidized contract*|in work benefit*|employment bonus*|"
        "reemployment bonus*|re employment bonus*|return to work bonus*|job trial subsid*|trial subsid*|relocation assist*|"
        "relocation subsid*|mobility assist*|mobility subsid*|payroll tax*|employer subsid*|"
        "social security reduction*|lohnkostenzuschuss*|lohnkostenzuschüsse*|eingliederungszuschuss*|"
        "eingliederungszuschüsse*|kombilohn|einstellungszuschuss*|emplois d avenir|contrats aidés|emplois aidés|"
        "subventions salariales|subvenciones a la contratación|subsidios a la contratación|incentivi all assunzione|"
        "sgravi contributivi|loonkostensubsidi*|subsydiowan*|løntilskud|lønnstilskudd|lönebidrag|lönesubvention*|palkkatuki*|"
        "subsídios à contratação",
        "subsid*|incentive*|supplement*|bonus*|rebate*|zuschuss*",
    ),
    "supported_employment": Entry(
        "supported employment|individual placement and support|=IPS|vocational rehabilitation|occupational rehabilitation|"
        "return to work|sheltered|graded return|flexjob*|flex job*|subsidies for the disabled|subsidies for disabled|"
        "work rehabilitation|workplace intervention*|rehabilitat*|supported work placement|"
        "disability employment|work focused|berufliche rehabilitation|wiedereingliederung*|emploi accompagné|"
        "réadaptation professionnelle|empleo con apoyo|rehabilitación|riabilitazione|collocamento mirato|"
        "begeleid werken|arbeidsrehabilitering|arbetslivsinriktad",
        "disab*|mental illness|mental disorder*|mental health|sick listed|sickness absence|disorder*|return to education",
    ),
    "direct_job_creation": Entry(
        "public works|public work program*|job creation|public employment program*|public sector employment|job guarantee*|"
        "guaranteed job*|employment guarantee|workfare|one euro job*|1 euro job*|ein euro job*|job creation scheme*|"
        "=ABM|arbeitsbeschaffung*|arbeitsgelegenheit*|national supported work|supported work|transitional job*|"
        "temporary public job*|temporary public employment|community work|community job*|travaux d utilité collective|"
        "chantiers d insertion|lavori socialmente utili|obras públicas|empleo público|roboty publiczne|közfoglalkoztatás*|"
        "κοινωφελής",
        "public job*|additional jobs|public sector|=NSW|community service*",
    ),
    "start_up_incentives": Entry(
        "start up*|startup*|self employ*|business start*|gründungszuschuss*|gruendungszuschuss*|überbrückungsgeld*|"
        "ueberbrueckungsgeld*|bridging allowance*|existenzgründ*|entrepreneur*|enterprise allowance*|micro enterprise*|"
        "création d entreprise*|emprend*|autoempleo|autoimpiego|autoimprenditorialità|zelfstandig*|samozatrudnieni*|"
        "starta eget|iværksætter*|trabalho por conta própria",
        "founder*|new business*|ich ag|seed capital",
    ),
    "sanctions_monitoring": Entry(
        "sanction*|search monitoring|monitor*|search requirement*|benefit cut*|benefit reduction*|benefit suspension*|"
        "benefit withdrawal*|search effort*|enforcement|threat effect*|work test*|job search audit*|sperrzeit*|sanktion*|"
        "leistungskürzung*|contrôle de la recherche|radiation*|sancion*|sanzion*|sancti*|sankcj*|κυρώσεις",
        "threat*|eligibility review*|complian*|stricter|warning*|mutual obligation*",
    ),
    "mixed": Entry(
        "active labour market program*|active labor market program*|active labour market polic*|active labor market polic*|"
        "active labour market measure*|active measures|integrated program*|package*|new deal|youth guarantee|"
        "range of measures|several measures|multiple programmes|combination of|arbeitsmarktpolitik|"
        "politiques actives|políticas activas|politiche attive|garanzia giovani",
        "almp|almps|programmes|programs|employment programme|employment program",
    ),
    NOTHING: Entry(
        "training data|training sample|training set|job search model*|job search theory|search theory|authors not shown"
    ),
}
