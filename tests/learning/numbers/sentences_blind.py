"""The blind half of the hard sentences: written before the rules, not looked at while they were made."""

from __future__ import annotations

from tests.learning.numbers.hard_sentences import Sentence, e, s

PP, PC = "percentage_points", "percent"

BLIND: tuple[Sentence, ...] = (
    s(
        "Three years after the start, participants are 7.8 percentage points more likely to be in regular employment (s.e. 1.6).",
        e(7.8, PP, se=1.6, horizon_months=36),
    ),
    s(
        "Employment declined by 6.4 percentage points (s.e. 1.5) during the first six months because of locking-in.",
        e(-6.4, PP, se=1.5, horizon_months=6),
    ),
    s(
        "The intent-to-treat estimate for employment is 1.9 percentage points, with a standard error of 0.8.",
        e(1.9, PP, se=0.8),
    ),
    s(
        "The impact on employment at month 24 was 3.6 percentage points (CI 95%: 1.1 – 6.1).",
        e(3.6, PP, ci_low=1.1, ci_high=6.1, horizon_months=24),
    ),
    s("Workers who took the voucher earned $512 per month less (SE = $208).", e(-512, "", se=208)),
    s(
        "Participation in training leads to a gain in yearly earnings of EUR 1 380 (s.e. 520).",
        e(1380, "eur_per_year", se=520),
    ),
    s(
        "Mean monthly labour income was €64 (95% CI €12 to €116) above that of controls.",
        e(64, "eur_per_month", ci_low=12, ci_high=116),
    ),
    s("The programme shortened the time to the first job by 19 days (p=.004).", e(-19, "days", p=0.004)),
    s("Unemployment lasted 3.2 weeks longer in the treatment group (t=2.05).", e(3.2, "weeks", t=2.05)),
    s("The hazard rate into employment is 18 per cent higher (s.e. 6).", e(18, PC, se=6)),
    s(
        "Cox regression gave a hazard ratio of return to work of 1.45 (95% CI: 1.12, 1.88).",
        e(0.371564, "log_hazard_ratio", ci_low=1.12, ci_high=1.88),
    ),
    s(
        "More IPS participants worked (RR 1.97, 95% CI 1.43 to 2.71).",
        e(0.678034, "log_risk_ratio", ci_low=1.43, ci_high=2.71),
    ),
    s(
        "Odds of employment at 12 months were higher (OR = 1.78; 95% CI = 1.05–3.02; p = 0.033).",
        e(0.576613, "log_odds_ratio", ci_low=1.05, ci_high=3.02, p=0.033, horizon_months=12),
    ),
    s(
        "There were no statistically significant differences in employment between the two groups after two years.",
        e(None, horizon_months=24),
    ),
    s("Neither earnings nor employment changed significantly.", e(None)),
    s("The estimated effect on earnings is small, positive and imprecise.", e(None)),
    s("Unemployment in the region stood at 14.2 per cent, 3 percentage points above the national average."),
    s("Counselling takes 45 minutes every 14 days."),
    s("In 2012 the agency spent €2.4 million on 1,850 places."),
    s("Roughly 30 per cent of the unemployed are long-term unemployed."),
    s("The propensity score was estimated with 74 covariates; the pseudo-R² is 0.12."),
    s("We use a bandwidth of 6 months around the cut-off and 10,482 observations."),
    s("The survey was carried out 18 months after randomisation, with 1,344 completed interviews."),
    s("A mean standardised bias of 2.1 per cent remains after matching."),
    s("Attrition was 3.2 percentage points higher in the control group (p = 0.21)."),
    s("Youth unemployment rose by 9 percentage points between 2008 and 2012."),
    s("The tax credit was cut by €50 a month in 2014."),
    s(
        "Panel A, employment rate 18 months after entry (pp): 3.9*** (1.2)",
        e(3.9, PP, se=1.2, stars="***", horizon_months=18),
    ),
    s("Monthly wage (EUR)  -42* (24)", e(-42, "eur_per_month", se=24, stars="*")),
    s("Days employed, year 1–2   31.5*** (8.9)   N = 4,210", e(31.5, "days", se=8.9, stars="***", n=4210)),
    s("Work experience programmes reduce employment by 5 points (s.e. 2 points).", e(-5, PP, se=2)),
    s(
        "The coefficient on treatment, 0.045 (s.e. 0.018), implies that employment is 4.5 percentage points higher.",
        e(4.5, PP),
    ),
    s(
        "The subsidy increases employment by 11.2 percentage points (p<.01), whereas training has no effect (0.4 points, s.e. 1.7).",
        e(11.2, PP),
        e(0.4, PP, se=1.7),
    ),
    s(
        "For people over 50 the effect on employment is 8.9 percentage points (s.e. 3.1), for younger ones 2.2 (s.e. 1.0).",
        e(8.9, PP, se=3.1),
        e(2.2, PP, se=1.0),
    ),
    s(
        "Employment effects amount to 2.1, 3.8 and 4.4 percentage points after one, two and three years.",
        e(None),
    ),
    s("The effect on employment is 1.5 percentage points (s.e. 0.2, p = 0.35).", e(1.5, PP, clash=True)),
    s("Earnings increased by €200 a month (95% CI €250 to €400).", e(200, "eur_per_month", clash=True)),
    s(
        "Employment rose by 8.0 percentage points (t = 1.1; significant at the 1 per cent level).",
        e(8.0, PP, clash=True),
    ),
    s("The hazard ratio is 1.5 (95% CI 0.6 to 1.1).", e(0.405465, "log_hazard_ratio", clash=True)),
    s("Employment: 2.0*** (1.9) percentage points.", e(2.0, PP, clash=True)),
    s(
        "Sechs Monate nach Maßnahmebeginn liegt der Effekt bei −4,2 Prozentpunkten (SE 1,3).",
        e(-4.2, PP, se=1.3, horizon_months=6),
        language="de",
    ),
    s(
        "Die Dauer der Arbeitslosigkeit verkürzte sich um 15,5 Tage (p = 0,02).",
        e(-15.5, "days", p=0.02),
        language="de",
    ),
    s(
        "Geförderte verdienen im Durchschnitt monatlich 130 Euro mehr (95%-KI: 45 bis 215).",
        e(130, "eur_per_month", ci_low=45, ci_high=215),
        language="de",
    ),
    s("Es zeigt sich kein signifikanter Effekt auf die Beschäftigung.", e(None), language="de"),
    s("Die Arbeitslosenquote betrug 7,8 Prozent.", language="de"),
    s(
        "L'accompagnement intensif accroît le taux de retour à l'emploi de 4,6 points de pourcentage (écart-type 1,4) après 8 mois.",
        e(4.6, PP, se=1.4, horizon_months=8),
        language="fr",
    ),
    s("La durée du chômage diminue de 12,3 jours (p = 0,04).", e(-12.3, "days", p=0.04), language="fr"),
    s("Aucun effet significatif sur l'emploi n'est observé.", e(None), language="fr"),
    s(
        "El programa redujo la duración del desempleo en 10,5 días (error estándar 4,2).",
        e(-10.5, "days", se=4.2),
        language="es",
    ),
    s(
        "La probabilità di occupazione aumenta di 5,4 punti percentuali (errore standard 1,7).",
        e(5.4, PP, se=1.7),
        language="it",
    ),
    s("De kans op werk stijgt met 3,7 procentpunten (standaardfout 1,2).", e(3.7, PP, se=1.2), language="nl"),
    s(
        "The share of time at work increased by 5.1 percentage points (95% confidence interval (CI) 2.0 to 8.2).",
        e(5.1, PP, ci_low=2.0, ci_high=8.2),
    ),
    s(
        "The average treatment effect on the treated is 0.089 (z = 4.2) for the probability of employment after 36 months.",
        e(8.9, PP, t=4.2, horizon_months=36),
    ),
    s(
        "Counselled jobseekers left unemployment 6.6 days earlier (95% CI, 1.1 to 12.1 days).",
        e(-6.6, "days", ci_low=1.1, ci_high=12.1),
    ),
    s(
        "Employment was 44% in the treated and 37% in the comparison group, a difference of 7 percentage points (p = 0.048).",
        e(7, PP, p=0.048),
    ),
    s(
        "Programme participation reduced benefit receipt by 2.3 percentage points (s.e. 1.0).",
        e(-2.3, PP, se=1.0),
    ),
    s("Working days went up by 12.4 days per year (s.e. 5.8; n=3,002).", e(12.4, "days", se=5.8, n=3002)),
    s(
        "The start-up subsidy increased income by 21 per cent (s.e. 8 per cent) 56 months after start-up.",
        e(21, PC, se=8, horizon_months=56),
    ),
    s(
        "A caseload reduction cut unemployment by 10.3 days on average (p < 0.05, two-sided).",
        e(-10.3, "days"),
    ),
    s(
        "At 12-month follow-up, the intervention group had worked 2.5 (95% CI 0.7 to 4.3) weeks more.",
        e(2.5, "weeks", ci_low=0.7, ci_high=4.3, horizon_months=12),
    ),
    s("Employment probability rose 3.0 percentage points (±1.4, 95% confidence).", e(3.0, PP)),
    s(
        "The effects are 2.5 percentage points (p=0.01) at 12 months; at 36 months they are 0.9 percentage points (p=0.44).",
        e(2.5, PP, p=0.01, horizon_months=12),
        e(0.9, PP, p=0.44, horizon_months=36),
    ),
    s(
        "The programme increased employment by 1.1 percentage points, an increase of 2.7 per cent relative to the control mean of 41 per cent.",
        e(1.1, PP),
    ),
    s("Employment rises by 12 percentage points for the long-term unemployed.", e(12, PP)),
    s(
        "On average a voucher raises employment by 0.6 percentage points (s.e. 0.7), which is statistically indistinguishable from zero.",
        e(0.6, PP, se=0.7),
    ),
    s("The average subsidy was 40 per cent of the wage for 9 months."),
    s("Their share rose from 12 per cent in 2001 to 19 per cent in 2010."),
    s("We thank two referees; grant no. 2017-0.24 (0.10) is acknowledged."),
    s("A meta-analysis of 57 studies found an average effect of 2.0 percentage points."),
    s(
        "Power calculations show that an effect of 4 percentage points can be detected with 80 per cent power."
    ),
    s("Assuming an effect of 5 percentage points, benefits exceed costs after 3 years."),
    s("Kluve (2010) reports that subsidies raise employment by 6 percentage points."),
    s("The discount rate is 3 per cent and the wage €11.50 an hour."),
    s(
        "Employment effects are lower by 1.3 percentage points per additional percentage point of unemployment."
    ),
    s("Earnings were 1,050 SEK per month higher (s.e. 390).", e(1050, "", se=390)),
    s(
        "The treated were 2.2 percentage-points less likely to be unemployed (robust s.e. in parentheses: (0.9)).",
        e(-2.2, PP, se=0.9),
    ),
)
