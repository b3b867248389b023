"""French words of invented abstracts."""

from __future__ import annotations

from typing import Final

from almpo_kit.sources.synthetic.invented_wording import Wording

FRENCH: Final = Wording(
    programmes={
        "services": (
            "l'accompagnement renforcé des demandeurs d'emploi",
            "le suivi intensif par un conseiller",
            "l'aide à la recherche d'emploi",
        ),
        "training": (
            "la formation professionnelle des chômeurs",
            "les stages de formation",
            "les chèques formation",
        ),
        "employment_incentives": (
            "la subvention salariale",
            "l'aide à l'embauche",
            "le contrat aidé du secteur marchand",
        ),
        "supported_employment": ("l'emploi accompagné", "la réadaptation professionnelle"),
        "direct_job_creation": (
            "la création directe d'emplois publics",
            "le contrat aidé du secteur non marchand",
        ),
        "start_up_incentives": ("l'aide à la création d'entreprise par les chômeurs",),
        "sanctions_monitoring": ("la sanction des chômeurs", "le contrôle de la recherche d'emploi"),
        "mixed": ("un parcours qui combine conseil, formation et emploi aidé",),
    },
    targets={
        "all": ("les demandeurs d'emploi", "les chômeurs"),
        "youth": ("les jeunes", "les jeunes chômeurs de moins de 25 ans"),
        "older": ("les chômeurs de plus de 50 ans",),
        "men": ("les hommes au chômage",),
        "women": ("les femmes au chômage",),
        "long_term_unemployed": ("les chômeurs de longue durée",),
        "disabled": ("les personnes handicapées",),
        "welfare_recipients": ("les bénéficiaires du revenu minimum",),
        "disadvantaged": ("les chômeurs peu qualifiés", "les publics éloignés de l'emploi"),
        "migrants": ("les réfugiés", "les immigrés"),
    },
    countries={
        "FR": ("France", "Bretagne"),
        "BE": ("Belgique", "Wallonie"),
        "DE": ("Allemagne",),
        "IT": ("Italie",),
        "ES": ("Espagne",),
        "SE": ("Suède",),
        "DK": ("Danemark",),
        "AT": ("Autriche",),
    },
    designs={
        "rct": ("par une expérience aléatoire contrôlée", "par tirage au sort des bénéficiaires"),
        "rd": ("par une régression sur discontinuité",),
        "iv": ("par variables instrumentales",),
        "did": ("par la méthode des doubles différences",),
        "timing_of_events": ("par un modèle de durée bivarié",),
        "matching": ("par appariement sur le score de propension",),
    },
    outcomes={
        "employment_probability": ("le taux d'emploi", "la probabilité d'être en emploi"),
        "earnings": ("le revenu d'activité", "le revenu du travail"),
        "days_employed": ("le nombre de jours travaillés",),
        "months_employed": ("le nombre de mois en emploi",),
        "unemployment_duration": ("la durée du chômage",),
        "job_finding_rate": ("le taux de retour à l'emploi",),
    },
    horizons={
        "start": (
            "{months} mois après l'entrée dans le programme",
            "{years} après l'entrée dans le programme",
        ),
        "random_assignment": ("{months} mois après le tirage au sort",),
        "end": ("{months} mois après la fin du programme",),
    },
    titles=(
        "Quel est l'effet de la politique de l'emploi ? {programme} en {country}",
        "{programme} : une évaluation en {country}",
    ),
    openings=("Le chômage reste élevé.", "Le taux de chômage était de {rate} % en {start}.", ""),
    aims=(
        "Nous étudions {programme} pour {target} en {country}.",
        "Cet article évalue {programme} en {country} ; le public visé : {target}.",
    ),
    methods=("L'effet est estimé {design} (n = {n}).", "L'évaluation procède {design}, avec {n} personnes."),
    rises=(
        "{outcome} augmente de {amount} {figures} {horizon}.",
        "{programme} accroît {outcome} de {amount} {figures}, mesuré {horizon}.",
    ),
    falls=(
        "{outcome} diminue de {amount} {figures} {horizon}.",
        "{programme} réduit {outcome} de {amount} {figures}, mesuré {horizon}.",
    ),
    signed=("L'effet estimé sur {outcome} {horizon} est de {amount} {figures}.",),
    nothing=("Aucun effet significatif sur {outcome} n'est observé {horizon}.",),
    asides=(
        "Les participants ont {age} ans en moyenne.",
        "Le programme coûte environ {cost} euros par personne.",
        "",
    ),
    closings=("La durée de l'effet reste inconnue.", ""),
    decimal=",",
)
