"""German words of invented abstracts."""

from __future__ import annotations

from typing import Final

from almpo_kit.sources.synthetic.invented_wording import Wording

GERMAN: Final = Wording(
    programmes={
        "services": (
            "intensive Arbeitsvermittlung",
            "persönliche Beratung durch Vermittler",
            "verpflichtende Vermittlungsgespräche",
            "Unterstützung bei der Stellensuche",
        ),
        "training": (
            "berufliche Weiterbildung",
            "Bildungsgutscheine",
            "Umschulung",
            "Trainingskurse privater Träger",
        ),
        "employment_incentives": (
            "Eingliederungszuschüsse",
            "Lohnkostenzuschüsse",
            "eine befristete Einstellungshilfe für Betriebe",
        ),
        "supported_employment": (
            "unterstützte Beschäftigung",
            "berufliche Rehabilitation mit Begleitung am Arbeitsplatz",
            "stufenweise Wiedereingliederung",
        ),
        "direct_job_creation": (
            "Arbeitsbeschaffungsmaßnahmen",
            "Arbeitsgelegenheiten",
            "öffentlich geförderte Beschäftigung",
        ),
        "start_up_incentives": (
            "der Gründungszuschuss",
            "Überbrückungsgeld für Gründungen aus der Arbeitslosigkeit",
        ),
        "sanctions_monitoring": (
            "Sanktionen",
            "eine strengere Überprüfung der Stellensuche",
            "Leistungskürzungen nach Meldeversäumnissen",
        ),
        "mixed": ("ein Paket aus Beratung, Kursen und geförderter Arbeit",),
    },
    targets={
        "all": ("Arbeitslose", "Arbeitsuchende"),
        "youth": ("Jugendliche", "junge Arbeitslose unter 25 Jahren"),
        "older": ("ältere Arbeitslose", "Arbeitslose ab 50 Jahren"),
        "men": ("arbeitslose Männer",),
        "women": ("arbeitslose Frauen", "Frauen nach der Familienphase"),
        "long_term_unemployed": ("Langzeitarbeitslose", "Menschen, die länger als ein Jahr arbeitslos sind"),
        "disabled": ("Menschen mit Behinderung", "psychisch erkrankte Arbeitsuchende"),
        "welfare_recipients": ("Bezieher von Grundsicherung", "Sozialhilfeempfänger"),
        "disadvantaged": ("Geringqualifizierte", "schwer vermittelbare Arbeitslose"),
        "migrants": ("Geflüchtete", "Zugewanderte"),
    },
    countries={
        "DE": ("Deutschland", "Bayern", "Westdeutschland"),
        "AT": ("Österreich", "Wien"),
        "DK": ("Dänemark",),
        "SE": ("Schweden",),
        "NL": ("den Niederlanden",),
        "FR": ("Frankreich",),
        "IT": ("Italien",),
        "FI": ("Finnland",),
    },
    designs={
        "rct": ("in einem randomisierten Feldexperiment", "durch zufällige Zuweisung auf zwei Gruppen"),
        "rd": ("mit einer Regressionsdiskontinuität an der Altersgrenze",),
        "iv": ("mit Instrumentvariablen", "mit der Entfernung zum Träger als Instrument"),
        "did": ("mit einem Differenz-von-Differenzen-Ansatz", "durch den Vergleich vor und nach der Reform"),
        "timing_of_events": ("mit dem Timing-of-Events-Ansatz",),
        "matching": ("mit Propensity-Score-Matching", "durch den Vergleich mit statistischen Zwillingen"),
    },
    outcomes={
        "employment_probability": (
            "die Beschäftigungsquote",
            "die Beschäftigungswahrscheinlichkeit",
            "die Beschäftigung",
        ),
        "earnings": ("das Erwerbseinkommen", "der Verdienst"),
        "days_employed": ("die Zahl der Tage in Beschäftigung",),
        "months_employed": ("die Zahl der Monate in Beschäftigung",),
        "unemployment_duration": ("die Dauer der Arbeitslosigkeit",),
        "job_finding_rate": ("die Abgangsrate in Beschäftigung", "die Übergangsrate in Arbeit"),
    },
    horizons={
        "start": (
            "{months} Monate nach Programmbeginn",
            "{months} Monate nach Eintritt",
            "{years} nach Programmbeginn",
        ),
        "random_assignment": ("{months} Monate nach der Zufallszuweisung",),
        "end": ("{months} Monate nach dem Ende der Maßnahme",),
    },
    titles=(
        "Was bewirkt die Förderung? {programme} in {country}",
        "Die Wirkung der Arbeitsmarktpolitik: {programme} für {target}",
        "{programme}: Befunde aus {country}",
    ),
    openings=(
        "Die Arbeitslosigkeit lag {start} bei {rate} Prozent.",
        "Viele Menschen bleiben lange im Leistungsbezug.",
        "",
    ),
    aims=(
        "Untersucht wird {programme} für {target} in {country}.",
        "Der Beitrag fragt, was {programme} in {country} bewirkt; Zielgruppe: {target}.",
        "In {country} wurde {start} {programme} eingeführt, gedacht für {target}.",
    ),
    methods=(
        "Die Wirkung wird {design} geschätzt (n = {n}).",
        "Der Effekt wird {design} bestimmt; die Stichprobe umfasst {n} Personen.",
    ),
    rises=(
        "{outcome} stieg um {amount} {figures} {horizon}.",
        "{horizon} lag {outcome} der Teilnehmenden um {amount} höher {figures}.",
        "{programme} erhöht {outcome} um {amount} {figures}, gemessen {horizon}.",
    ),
    falls=(
        "{outcome} sank um {amount} {figures} {horizon}.",
        "{horizon} lag {outcome} der Teilnehmenden um {amount} niedriger {figures}.",
        "{programme} verringert {outcome} um {amount} {figures}, gemessen {horizon}.",
    ),
    signed=(
        "Der geschätzte Effekt auf {outcome} {horizon} beträgt {amount} {figures}.",
        "Für {outcome} ergibt sich {horizon} ein Effekt von {amount} {figures}.",
    ),
    nothing=("Auf {outcome} zeigt sich {horizon} kein signifikanter Effekt.",),
    asides=(
        "Die Teilnehmenden waren im Mittel {age} Jahre alt.",
        "Die Maßnahme kostet etwa {cost} Euro je Person.",
        "Die Wirkung ist bei hoher Arbeitslosigkeit größer.",
        "",
    ),
    closings=("Ob die Wirkung anhält, ist offen.", "Die Befunde sprechen für eine gezieltere Zuweisung.", ""),
    decimal=",",
)
