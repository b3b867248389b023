"""Words for outcomes; the keys are those of ``vocabulary.outcomes.OUTCOMES``."""

from __future__ import annotations

from almpo_kit.learning.coding.lexicon.phrases import NOTHING, Entry

OUTCOME_WORDS: dict[str, Entry] = {
    "employment_probability": Entry(
        "employment probabilit*|employment chance*|employment rate*|employment prospect*|probability of employment|"
        "probability of being employed|probability of being in work|probability of working|likelihood of employment|"
        "likelihood of being employed|likely to be employed|likely to be in work|likely to work|chance of being in work|"
        "chance of employment|competitive employment|regular employment|employment effect*|beschäftigungswahrscheinlichkeit*|"
        "beschäftigungseffekt*|beschäftigungschance*|probabilité d emploi|taux d emploi|probabilidad de empleo|"
        "tasa de empleo|probabilità di occupazione|tasso di occupazione|kans op werk|baankans*|zatrudnieni*|sysselsättning*|"
        "beskæftigelse*|απασχόληση*",
        "employment|employed|in work|working|having a job|beschäftigung|emploi|empleo|occupazione|outcomes",
    ),
    "employed_within_horizon": Entry(
        "found a job|find a job|find jobs|finding a job|find work|found work|any job|any employment|any work|worked at least|"
        "at least one day|ever employed|ever worked|entered employment|entering employment|transitions to work|"
        "transition to work|transitions to jobs|transitions into employment|transition into employment|exits to work|"
        "job entries|obtained employment|obtained a job|take up of work|gained employment|who worked",
        "job entry|transitions|competitive employment|integration effect*",
    ),
    "earnings": Entry(
        "earning*|wages|income*|monthly pay|higher pay|salar*|verdienst*|löhne|einkommen*|salaire*|revenu*|ingreso*|"
        "retribuzion*|reddit*|salari|lonen|inkomen*|zarobk*|inkomst*|løn|εισόδημα*",
        "wage|pay|lohn",
    ),
    "days_employed": Entry(
        "days employed|days worked|days in work|days in employment|days of employment|employment days|working days|"
        "beschäftigungstage|jours travaillés",
        "",
    ),
    "weeks_employed": Entry(
        "weeks employed|weeks worked|weeks in work|weeks in employment|weeks of employment", ""
    ),
    "months_employed": Entry(
        "months employed|months worked|months in work|months in employment|months of employment",
        "",
    ),
    "share_of_time_at_work": Entry(
        "share of time at work|share of time in work|work participation|time at work", ""
    ),
    "employment_rate_cumulative": Entry("cumulative employment|cumulated employment|time in work", ""),
    "cumulative_private_employment": Entry("private sector employment|private employment|private job*", ""),
    "job_finding_rate": Entry(
        "job finding|job finding rate*|hazard rate*|exit rate*|exits to work|exit to employment|exits to employment|reemployment rate*|"
        "re employment rate*|monthly reemployment|transition rate*|outflow to employment|speed up|faster job|find jobs quickly",
        "reemployment|re employment|hazard|job exits|faster|speeds",
    ),
    "return_to_work_rate": Entry(
        "return to work rate*|returned to work|faster return|sustainable return to work", "return to work"
    ),
    "ui_exit_probability": Entry(
        "exit from unemployment|exits from unemployment|=UI exits|ui exit*|leaving unemployment|leave unemployment|"
        "outflow from unemployment|exit from benefit*|abgang aus arbeitslosigkeit",
        "",
    ),
    "no_ui_benefit_receipt": Entry(
        "off benefit*|not receiving unemployment benefit*|no longer receiving", ""
    ),
    "unemployment_duration": Entry(
        "unemployment duration*|duration of unemployment|unemployment spell*|time unemployed|length of unemployment|"
        "shorter unemployment|shortened unemployment|shorten unemployment|lengthened unemployment|weeks of unemployment|"
        "dauer der arbeitslosigkeit|durée du chômage|duración del desempleo|durata della disoccupazione|werkloosheidsduur",
        "duration*|spell*|shorter|shortened",
    ),
    "days_unemployed": Entry(
        "days unemployed|days of unemployment|days in unemployment|unemployment days", ""
    ),
    "unemployment_probability": Entry(
        "probability of unemployment|probability of being unemployed|unemployment risk|risk of unemployment|"
        "likely to be unemployed|less often unemployed",
        "unemployment",
    ),
    "joblessness_probability": Entry("jobless*|without work|not working|out of work|non employment", ""),
    "local_unemployment_rate": Entry("local unemployment|regional unemployment", ""),
    "out_of_labour_force_probability": Entry(
        "out of the labour force|out of the labor force|exits from the labour force|exits from the labor force|inactivity|"
        "inactive|labour force participation|labor force participation",
        "",
    ),
    "disability_pension_rate": Entry(
        "disability pension*|disability benefit*|disability insurance|disability exit", ""
    ),
    "benefit_payments": Entry(
        "benefit payment*|benefits paid|benefit amount*|cut benefits|benefit expenditure*|benefit savings|benefit spending",
        "benefits",
    ),
    "social_assistance_receipt": Entry(
        "social assistance receipt|welfare receipt|welfare dependen*|receipt of social assistance|receipt of welfare",
        "",
    ),
    "self_support_rate": Entry("self support*|self supporting|self sufficien*|selvforsørg*", ""),
    "formal_employment_probability": Entry(
        "formal employment|formal job*|formal sector|formality|empleo formal|emprego formal", "informal*"
    ),
    "permanent_employment_probability": Entry(
        "permanent employment|permanent job*|permanent work", "permanent"
    ),
    "permanent_contract_probability": Entry("permanent contract*|contrato indefinido|unbefristet*", ""),
    "open_ended_contract_probability": Entry(
        "open ended*|indefinite contract*|tempo indeterminato|durée indéterminée", ""
    ),
    "employment_or_education_probability": Entry(
        "employment or education|work or education|education or employment|in work or study", ""
    ),
    "re_employment_spell_over_24_months": Entry(
        "employment stability|job stability|duration of employment|job duration", ""
    ),
    NOTHING: Entry(
        "wage subsid*|wage supplement*|wage cost*|wage credit*|minimum wage*|wage bargain*|earnings supplement*|earnings subsid*|"
        "supported employment|subsidised employment|subsidized employment|employment service*|employment program*|employment policy|"
        "employment polic*|employment subsid*|employment bonus*|reemployment bonus*|reemployment and eligibility|self employ*|"
        "return to work program*|low income|public employment|paying a wage|unemployment insurance|unemployment benefit*|employment contract|"
        "income support|minimum income|pay for performance|employment incentive*|employment office*|employment protection"
    ),
}
