"""The open half of the hard sentences."""

from __future__ import annotations

from tests.learning.numbers.hard_sentences import Sentence, e, s

PP, PC = "percentage_points", "percent"

OPEN: tuple[Sentence, ...] = (
    s(
        "Training raised the employment rate by 2.4 percentage points (s.e. 0.6) after 12 months.",
        e(2.4, PP, se=0.6, horizon_months=12),
    ),
    s(
        "Participation lowers the probability of employment by 3.1 percentage points (standard error 1.2).",
        e(-3.1, PP, se=1.2),
    ),
    s(
        "The effect on the employment rate was −1.8 percentage points (95% CI −3.0 to −0.6).",
        e(-1.8, PP, ci_low=-3.0, ci_high=-0.6),
    ),
    s(
        "Employment rose by 4.0 points [0.4; 7.6] two years after entry.",
        e(4.0, PP, ci_low=0.4, ci_high=7.6, horizon_months=24),
    ),
    s("The programme increased employment by 5.2 pp (SE = 1.9, p < 0.01).", e(5.2, PP, se=1.9)),
    s("Annual earnings increased by €1,240 (SE 410) in the second year.", e(1240, "eur_per_year", se=410)),
    s("Monthly earnings were 85 euros higher (t = 2.6).", e(85, "eur_per_month", t=2.6)),
    s("The subsidy reduced unemployment duration by 12.5 days (p = 0.03).", e(-12.5, "days", p=0.03)),
    s(
        "Participants worked 1.7 months more over 24 months (95% confidence interval: 0.6–2.8).",
        e(1.7, "months", ci_low=0.6, ci_high=2.8, horizon_months=24),
    ),
    s(
        "The hazard of leaving unemployment for a job is higher after the reform (HR = 1.31, 95% CI 1.10–1.56).",
        e(0.270027, "log_hazard_ratio", ci_low=1.10, ci_high=1.56),
    ),
    s(
        "The odds ratio of competitive employment was 2.4 (95% CI 1.5 to 3.9).",
        e(0.875469, "log_odds_ratio", ci_low=1.5, ci_high=3.9),
    ),
    s(
        "At 18 months, 54% of the intervention group and 39% of the control group had worked (difference 15 percentage points, 95% CI 4 to 26).",
        e(15, PP, ci_low=4, ci_high=26, horizon_months=18),
    ),
    s("We find no significant effect on employment.", e(None)),
    s(
        "The effect on earnings was not statistically significant at the 12-month follow-up.",
        e(None, horizon_months=12),
    ),
    s("The unemployment rate was 8.4 per cent in 2009."),
    s("The sample consists of 12 345 participants aged 25 to 54."),
    s("The course lasted 6 months and cost €4,300 per participant."),
    s("Participants were 38.2 years old on average, 46% were women."),
    s("The replacement rate is 60 per cent of previous earnings."),
    s("Standard errors are clustered at the level of 181 agencies."),
    s("The response rate was 62%, and 4.5 per cent of respondents refused."),
    s(
        "Table 3 shows the results for 2,114 persons.",
    ),
    s("The treatment effect amounts to 0.024 (0.010) of employment, as a share.", e(2.4, PP, se=1.0)),
    s("Job-search assistance increased exits to work by 9 per cent (p<0.05).", e(9, PC)),
    s("Earnings rose by 7.5% (s.e. 2.1).", e(7.5, PC, se=2.1)),
    s("Employment, month 12, pp   2.4** (1.1)", e(2.4, PP, se=1.1, stars="**", horizon_months=12)),
    s(
        "Earnings per month in euros, month 36   124*** (41)",
        e(124, "eur_per_month", se=41, stars="***", horizon_months=36),
    ),
    s(
        "The employment rate of participants was 2.0 percentage points lower six months after programme start (s.e. 0.9).",
        e(-2.0, PP, se=0.9, horizon_months=6, horizon_from="start"),
    ),
    s(
        "Employment increased by 6.3 percentage points (t-statistic 3.5) 30 months after random assignment.",
        e(6.3, PP, t=3.5, horizon_months=30, horizon_from="random_assignment"),
    ),
    s(
        "Participation increased employment by 2.4 percentage points (s.e. 2.1, p < 0.001).",
        e(2.4, PP, clash=True),
    ),
    s("The effect is 5.0 percentage points (95% CI −1.0 to 2.0).", e(5.0, PP, clash=True)),
    s("Earnings grew by 3.0*** (2.9) per cent.", e(3.0, PC, clash=True)),
    s("Employment was 3 percentage points higher (t = 4.0, p = 0.40).", e(3, PP, clash=True)),
    s("Unemployment spells were shortened by 2.1 weeks (s.e. = .8).", e(-2.1, "weeks", se=0.8)),
    s("Days in employment rose by 22 (s.e. 9) in the first year.", e(22, "days", se=9)),
    s(
        "Die Beschäftigungsquote stieg um 2,4 Prozentpunkte (Standardfehler 0,6).",
        e(2.4, PP, se=0.6),
        language="de",
    ),
    s(
        "Die Teilnahme senkt die Beschäftigungswahrscheinlichkeit um 3,5 Prozentpunkte (95 %-KI −5,1 bis −1,9).",
        e(-3.5, PP, ci_low=-5.1, ci_high=-1.9),
        language="de",
    ),
    s(
        "Das Einkommen lag 12 Monate nach Eintritt um 1.240 Euro pro Jahr höher (t = 2,8).",
        e(1240, "eur_per_year", t=2.8, horizon_months=12),
        language="de",
    ),
    s(
        "Le taux d'emploi augmente de 3,2 points de pourcentage (erreur type 1,1).",
        e(3.2, PP, se=1.1),
        language="fr",
    ),
    s(
        "Les gains mensuels augmentent de 95 euros par mois (IC à 95 % : 20 à 170).",
        e(95, "eur_per_month", ci_low=20, ci_high=170),
        language="fr",
    ),
    s(
        "La tasa de empleo aumentó 4,1 puntos porcentuales (error estándar 1,3).",
        e(4.1, PP, se=1.3),
        language="es",
    ),
    s("The gain is about 2 to 4 percentage points.", e(None)),
    s("Between 2005 and 2010, 3,400 people took part; employment fell from 62 to 58 per cent in the region."),
    s("Employment increased by between 5 and 7 points.", e(None)),
    s("Effects on employment are small and insignificant.", e(None)),
    s(
        "Men gained 3.2 percentage points (s.e. 1.1), women 5.1 percentage points (s.e. 1.3).",
        e(3.2, PP, se=1.1),
        e(5.1, PP, se=1.3),
    ),
    s(
        "Employment rose by 1.2 percentage points after 6 months (s.e. 0.8) and by 3.4 percentage points after 24 months (s.e. 0.9).",
        e(1.2, PP, se=0.8, horizon_months=6),
        e(3.4, PP, se=0.9, horizon_months=24),
    ),
    s(
        "The programme raised earnings by USD 2,100 per year (standard error = 640).",
        e(2100, "usd_per_year", se=640),
    ),
    s("Impacts on annual earnings were $1,159 in year 3 (p = .02).", e(1159, "usd_per_year", p=0.02)),
    s(
        "The estimated coefficient is 0.15 (0.05), that is, log earnings rise by 0.15 log points.",
        e(0.15, "log_points"),
    ),
    s(
        "We find an increase in employment of 2.4 percentage points. The standard error is 0.6.",
        e(2.4, PP, se=0.6),
    ),
    s(
        "The effect was statistically significant at the 5 per cent level: employment rose by 3.3 percentage points.",
        e(3.3, PP),
    ),
    s(
        "Of 1,204 people randomised, 602 were offered the programme; it raised employment by 4.5 percentage points (95% CI: 0.1, 8.9).",
        e(4.5, PP, ci_low=0.1, ci_high=8.9, n=1204),
    ),
    s(
        "Employment after one year was 6.0 percentage points higher among those treated (N = 2,310; s.e. = 2.0).",
        e(6.0, PP, se=2.0, n=2310, horizon_months=12),
    ),
    s(
        "The relative risk of employment was 1.62 (95% CI 1.20 to 2.19).",
        e(0.482426, "log_risk_ratio", ci_low=1.2, ci_high=2.19),
    ),
    s(
        "The hazard ratio was 0.85 (95% CI 0.72-1.01; p = 0.06).",
        e(-0.162519, "log_hazard_ratio", ci_low=0.72, ci_high=1.01, p=0.06),
    ),
    s(
        "Cumulated earnings over five years are €6,200 higher (s.e. 2,400).",
        e(6200, "eur_cumulative", se=2400, horizon_months=60),
    ),
    s("The age limit of 25 years is used as a cut-off."),
    s("Version 2.4 of the register was used."),
    s("The minimum wage was raised by 4.5 per cent in January 2015."),
    s("A one percentage point rise in unemployment lowers vacancies by 3 per cent."),
    s("The programme had cost EUR 1,200 per month and person."),
    s("Take-up rose to 34 per cent."),
    s("The p-value of the overidentification test is 0.43."),
    s("The employment rate in the control group was 41.2 per cent."),
    s("The employment rate rises by 0.8 percentage point (p>0.10).", e(0.8, PP)),
    s("Employment chances improved by 10 percentage points*** (2.5).", e(10, PP, se=2.5, stars="***")),
    s(
        "Women: 4.1* (2.3) percentage points; men: 0.7 (1.9) percentage points.",
        e(4.1, PP, se=2.3),
        e(0.7, PP, se=1.9),
    ),
    s(
        "Time out of work fell by a statistically significant 8.2 per cent (95%-CI: -12.9% to -3.5%).",
        e(-8.2, PC, ci_low=-12.9, ci_high=-3.5),
    ),
    s("The programme had no effect on wages (0.3 per cent, s.e. 1.1).", e(0.3, PC, se=1.1)),
    s(
        "We estimate that job finding increased by 15 per cent, with a 90% confidence interval of 3 to 27 per cent.",
        e(15, PC, ci_low=3, ci_high=27, ci_level=90),
    ),
    s(
        "The effect on time in work was 25 days (95 % CI 11;39) in the first two years.",
        e(25, "days", ci_low=11, ci_high=39, horizon_months=24),
    ),
    s(
        "Contrary to expectations, the benefit sanction raised the exit rate to work by 23 per cent (z = 3.1).",
        e(23, PC, t=3.1),
    ),
    s(
        "Employment was 2.5 percentage points higher, but the difference is not statistically significant (s.e. 1.9).",
        e(2.5, PP, se=1.9),
    ),
)
