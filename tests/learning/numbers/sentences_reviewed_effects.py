"""The reviewer's sentences that print an effect, and those with a time of measurement."""

from __future__ import annotations

#: Language -> sentences with the effects that may be proposed.
EFFECTS: dict[str, dict[str, tuple[float, ...]]] = {
    "en": {
        "In contrast to Kluve (2010), who found 6 percentage points (s.e. 2.0) on employment, we find 1.2 percentage points (s.e. 0.6).": (
            1.2,
        ),
        "Benefit payments fell by €45 a month (s.e. 12), while earnings rose by €61 a month (s.e. 20).": (
            -45.0,
            61.0,
        ),
        "The programme did not differ from zero: −0.4 percentage points in employment (95% CI −2.1 to 1.3) at 24 months.": (
            -0.4,
        ),
        "Employment at 12 months was 54.1% in the intervention arm and 49.8% in the control arm, a difference of 4.3 percentage points (95% CI 0.9 to 7.7; p = 0.013).": (
            4.3,
        ),
        "Employment at 12 months: 54.1% vs. 49.8% (risk ratio 1.09, 95% CI 1.02 to 1.16).": (0.0862,),
        "The hazard ratio for leaving unemployment for a job was 0.87 (95% CI 0.79–0.96).": (-0.139,),
        "The hazard rate into employment rises by 15% (s.e. 4) after the sanction.": (15.0,),
        "Job finding rose by 12 per cent (p < 0.05) and unemployment duration fell by 8 per cent (p < 0.05).": (
            12.0,
            -8.0,
        ),
        "Participants spent 4.2% more days in employment (s.e. 1.1%).": (4.2,),
        "Earnings gains were 5.1 log points (s.e. 2.0).": (5.1,),
        "The effect on employment peaks at 6.2 percentage points after 18 months (s.e. 1.4) and fades to 1.1 percentage points after 60 months (s.e. 1.3).": (
            6.2,
            1.1,
        ),
        "Women (n = 512): employment 2.1 percentage points (s.e. 1.8); men (n = 692): 5.4 percentage points (s.e. 1.7).": (
            2.1,
            5.4,
        ),
        "The ATT on employment of matching is 3.6 percentage points (s.e. 0.9) at 36 months after programme start.": (
            3.6,
        ),
        "Employment increased 3 points (95% CI, 1-5).": (3.0,),
        "Employment rose by 0.8 (s.e. 0.3) percentage points.": (0.8,),
        "Earnings rose by EUR 1 240 per year (s.e. EUR 300).": (1240.0,),
        "Annual earnings were €1,240 higher in the third year after random assignment (s.e. 310).": (1240.0,),
        "Unemployment duration was shortened by 12 days (95% CI −20 to −4).": (-12.0,),
        "Time to employment was 23 days shorter (p = 0.02; median 140 vs 163).": (-23.0,),
        "Lock-in reduces employment by 5.6 percentage points (s.e. 1.0) in month 3.": (-5.6,),
        "No effect on employment was found (0.4 percentage points, s.e. 0.6).": (0.4,),
        "Participants were 3 percentage points less likely to be in employment (s.e. 1).": (-3.0,),
        "Participants were less likely, by 3 percentage points (s.e. 1), to be in work.": (-3.0,),
        "Participants were not more likely to be employed (1.0 percentage points, s.e. 1.3).": (1.0,),
        "Employment OR 1.45 (95% CI 1.10–1.91).": (0.3716,),
        "Odds of competitive employment: aOR = 2.31 (95% CI: 1.64; 3.26), n = 412.": (0.837,),
        "The intention-to-treat effect was 2.0 percentage points (s.e. 0.8), the local average treatment effect 5.9 (s.e. 2.4), both on employment.": (
            2.0,
            5.9,
        ),
        "At the 24-month follow-up employment was 5.2 pp higher (SE=1.9, p=.006, N=2 310).": (5.2,),
        "Employment +2.3 pp [0.4, 4.2] after 12 months.": (2.3,),
        "Employment −2.3 pp (−4.2; −0.4).": (-2.3,),
        "Employment up 2.3pp (t=2.4).": (2.3,),
        "Employment rose by 5 percent (2.3 percentage points, s.e. 0.9).": (2.3,),
        "Employment rose by 2.3 percentage points (5 per cent; s.e. 0.9).": (2.3,),
        "Employment rose by 2.3 percentage points relative to a control mean of 46 percentage points (s.e. 0.9).": (
            2.3,
        ),
        "The control mean of employment is 46 percentage points (s.e. 0.9), the effect 2.3 (s.e. 1.0).": (
            2.3,
        ),
        "Employment rose by 2.3 percentage points (90% CI 0.8 to 3.8).": (2.3,),
        "The probability of unemployment rose by 2.3 percentage points (s.e. 0.9) among participants.": (
            2.3,
        ),
        "Employment effects were 2.3 (0.9) percentage points for training, 1.1 (0.8) for services and 4.0 (1.5) for subsidies.": (
            2.3,
            1.1,
            4.0,
        ),
        "Relative to job search assistance, training raised employment by 2.3 percentage points (s.e. 0.9).": (
            2.3,
        ),
        "Column 3 shows employment 2.3 percentage points higher (s.e. 0.9).": (2.3,),
        "In the second year after entry, employment rises by 2.3 percentage points (s.e. 0.9).": (2.3,),
        "Employment rose by 2.3 percentage points 3 years after the end of the programme (s.e. 0.9).": (2.3,),
        "Employment rose by 2.3 percentage points (s.e. 0.9) for those unemployed for 12 months.": (2.3,),
        "Employment rose by 2.3 percentage points (s.e. 0.9) after 6 months of training.": (2.3,),
        "Employment rose by 2.3 percentage points (s.e. 0.9); the programme lasts over 6 months.": (2.3,),
        "People unemployed for at least 24 months gain 2.3 percentage points in employment (s.e. 0.9).": (
            2.3,
        ),
        "The log hazard into employment is 0.21 (s.e. 0.05).": (0.21,),
        "Marginal effect −0.021 (0.008) on the probability of employment as a share.": (-2.1,),
        "Employment rose by 2.3 percentage points (s.e. 0.9) after 12 months of unemployment.": (2.3,),
        "After 12 months of unemployment, the voucher raised employment by 2.3 percentage points (s.e. 0.9).": (
            2.3,
        ),
        "Among those out of work for over 12 months employment rose by 2.3 percentage points (s.e. 0.9).": (
            2.3,
        ),
        "The 6-month programme raised employment by 2.3 percentage points (s.e. 0.9).": (2.3,),
        "A subsidy paid over 24 months raised employment by 2.3 percentage points (s.e. 0.9).": (2.3,),
        "Within 3 months of registration, letters raised employment by 2.3 percentage points (s.e. 0.9) at 12 months.": (
            2.3,
        ),
        "Employment, measured 24 months after entry into a 12-month course, rose by 2.3 percentage points (s.e. 0.9).": (
            2.3,
        ),
        "Over the first 36 months the employment rate was on average 2.3 percentage points higher (s.e. 0.9).": (
            2.3,
        ),
        "In 2014, employment was 2.3 percentage points higher (s.e. 0.9).": (2.3,),
        "Seven years after the programme began, employment was 2.3 percentage points higher (s.e. 0.9).": (
            2.3,
        ),
        "For compliers the effect on employment is 6.0 percentage points (s.e. 2.4).": (6.0,),
        "The reform raised employment of the eligible by 1.9 percentage points (s.e. 0.8), p = .018.": (1.9,),
        "The s.e. of 0.9 percentage points is large relative to the employment effect of 2.3 percentage points.": (
            2.3,
        ),
        "Employment: 2.3 pp (SE 0.9); earnings: EUR 120 per month (SE 60); n = 4,210.": (
            2.3,
            120.0,
        ),
        "Monthly earnings (EUR): 120** (60)": (120.0,),
        "Monthly earnings fell by €60 (95% CI −120 to 0).": (-60.0,),
        "Effects on annual earnings amount to 5 per cent or €1,240 (s.e. 310).": (1240.0,),
        "Annual earnings rose by $1,240 (SE $310).": (1240.0,),
        "Earnings over the four years rose by €4,200 (s.e. 1,100).": (4200.0,),
        "The bonus of €500 a month increased employment by 2.3 percentage points (s.e. 0.9).": (2.3,),
        "Same-gender caseworkers raise employment by 3.0 percentage points (s.e. 1.0).": (3.0,),
        "Employment effect: n.s. (0.8 pp, SE 1.1)": (0.8,),
        "The impact on employment is estimated to be 0.8 percentage points; with a standard error of 1.1 it is imprecise.": (
            0.8,
        ),
        "The impact on employment, 2.8 percentage points (t-ratio 2.5), holds after 18 months.": (2.8,),
        "Unfortunately, the effect of −2.8 percentage points (s.e. 1.1) on employment persists.": (-2.8,),
        "Effect on employment: − 2.8 percentage points (s.e. 1.1).": (-2.8,),
        "Effect on employment: –2.8 percentage points (s.e. 1.1).": (-2.8,),
    },
    "de": {
        "Die Beschäftigungswahrscheinlichkeit steigt um 3,4 Prozentpunkte (Standardfehler 1,1).": (3.4,),
        "Das Jahreseinkommen lag um 1.240 Euro höher (SE 310).": (1240.0,),
        "Kein signifikanter Effekt auf die Beschäftigung (0,4 Prozentpunkte; SE 0,6).": (0.4,),
        "Der Eingliederungseffekt beträgt 2,8 Prozentpunkte (SE 1,1) nach 24 Monaten, gemessen an der Beschäftigung.": (
            2.8,
        ),
        "Die Wahrscheinlichkeit ungeförderter Beschäftigung steigt um 2,8 Prozentpunkte (SE 1,1).": (2.8,),
    },
    "fr": {
        "Le taux d'emploi augmente de 2,3 points de pourcentage (erreur-type 0,9).": (2.3,),
        "Le revenu mensuel augmente de 120 euros (IC à 95 % : 40 à 200).": (120.0,),
    },
    "es": {
        "El empleo aumenta en 2,3 puntos porcentuales (error estándar 0,9).": (2.3,),
        "El programa no aumenta el empleo: 0,3 puntos porcentuales (error estándar 0,9).": (0.3,),
    },
    "it": {
        "La probabilità di occupazione aumenta di 2,3 punti percentuali (errore standard 0,9).": (2.3,),
        "L'occupazione diminuisce di 2,8 punti percentuali (errore standard 1,1).": (-2.8,),
    },
    "nl": {
        "De kans op werk stijgt met 2,3 procentpunt (standaardfout 0,9).": (2.3,),
        "De kans op werk daalt met 2,8 procentpunt (standaardfout 1,1).": (-2.8,),
    },
}
#: Times of measurement, and times that something lasted (0).
HORIZONS: dict[str, float] = {
    "Employment rose by 2.3 percentage points (s.e. 0.9) after 12 months of unemployment.": 0,
    "Among those out of work for over 12 months employment rose by 2.3 percentage points (s.e. 0.9).": 0,
    "A subsidy paid over 24 months raised employment by 2.3 percentage points (s.e. 0.9).": 0,
    "Employment rose by 2.3 percentage points (s.e. 0.9); the programme lasts over 6 months.": 0,
    "Within 3 months of registration, letters raised employment by 2.3 percentage points (s.e. 0.9) at 12 months.": 12,
    "Employment, measured 24 months after entry into a 12-month course, rose by 2.3 percentage points (s.e. 0.9).": 24,
    "The effect on the time spent unemployed 18 months after entry is 29.2 days (s.e. 9.5).": 18,
    "Lock-in reduces employment by 5.6 percentage points (s.e. 1.0) in month 3.": 3,
}
