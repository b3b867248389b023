"""What people call the columns of jobseekers, vacancies and stocks.

Headings are compared without case, spaces, signs and accents.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from almpo_kit.sources.intake.headings import plain

#: Our column -> what else it is called; several European languages, and offices' own words.
SYNONYMS: dict[str, str] = {
    "id": "id identifier ident person_id seeker_id vacancy_id client_id case_id case reference ref nr no row_id kennung kundennummer stellennummer identifiant identificador identificativo identyfikator kod_oferty",
    "geo": "geo region nuts nuts_code nuts2 nuts_2 nuts3 nuts_3 nuts_id region_code geo_code area place location gebiet regio regione región région ort wohnort bundesland kreis lieu zone provincia provincie region_nuts região regiao miejsce województwo wojewodztwo powiat kraj περιφέρεια περιοχή νομός județ judet megye regiune område omrade alue maakunta",
    "occupation": "occupation occupation_code isco isco08 isco_08 isco_code esco esco_code esco_uri occupation_uri beruf berufscode zielberuf métier metier profession code_rome profesión profesion ocupación ocupacion cno professione occupazione profissão profissao beroep zawód zawod kod_zawodu επάγγελμα ocupație ocupatie cod_cor foglalkozás foglalkozas povolání povolani yrke ammatti stilling erhverv",
    "skills": "skills skill competences competencies skills_list kompetenzen fähigkeiten faehigkeiten kenntnisse compétences competences_list competencias habilidades competenze abilità vaardigheden umiejętności umiejetnosci kompetencje δεξιότητες competențe competente készségek keszsegek dovednosti kompetenser taidot",
    "text": "text description title job_title jobtitle titel titre título titulo titolo intitulé intitule stellentitel stellenbezeichnung stellenbeschreibung bezeichnung beschreibung berufsbezeichnung profile profil cv lebenslauf resume summary free_text freetext advert ad announcement vacancy_text offer offre oferta annonce anzeige description_du_poste descripción descripcion descrizione mansione omschrijving functie functietitel vacature opis tytuł tytul stanowisko treść tresc περιγραφή τίτλος descriere leírás leiras popis název nazev beskrivning kuvaus",
    "count": "count nombre_de_postes numero_de_puestos number n anzahl zahl bestand personen personen_zahl persons people jobseekers seekers unemployed_persons posts openings positions nombre effectif effectifs postes número numero cantidad plazas numero_posti posti aantal liczba liczba_osób liczba_osob wolne_miejsca αριθμός număr numar szám szam létszám letszam počet pocet antal lukumäärä lukumaara",
    "lon": "lon long lng longitude länge laenge longitud longitudine lengtegraad długość dlugosc",
    "lat": "lat latitude breite breitengrad latitud latitudine breedtegraad szerokość szerokosc",
    "max_km": "max_km km commute_km max_distance max_distance_km commuting_limit pendeldistanz",
    "wage": "wage salary pay lohn gehalt salaire salario stipendio loon wynagrodzenie płaca placa μισθός salariu bér ber mzda lön",
    "capacity": "capacity applications_wanted kapazität kapazitaet capacité capacidad",
    "eligible_for": "eligible_for eligible eligibility",
    "period": "period time year month quarter date jahr monat quartal stichtag année annee mois trimestre periodo periode rok miesiąc miesiac okres έτος perioadă perioada időszak idoszak obdobi",
    "source": "source quelle",
}
#: For stocks: the numbers of a cell.
STOCK_SYNONYMS: dict[str, str] = {
    "unemployed": "unemployed u unemployment seekers jobseekers job_seekers registered_unemployed unemployed_persons arbeitslose arbeitssuchende arbeitsuchende chômeurs chomeurs demandeurs_d_emploi demandeurs parados desempleados disoccupati desempregados werklozen werkzoekenden bezrobotni άνεργοι șomeri someri munkanélküliek munkanelkuliek nezaměstnaní nezamestnani arbetslösa arbetslosa työttömät tyottomat ledige",
    "vacancies": "vacancies v vacancy job_vacancies open_posts openings posts offene_stellen stellen gemeldete_stellen offres offres_d_emploi vacantes ofertas posti_vacanti posti vagas vacatures oferty_pracy wolne_miejsca θέσεις κενές_θέσεις locuri_vacante üres_álláshelyek ures_allashelyek volná_místa volna_mista lediga_jobb avoimet_työpaikat avoimet_tyopaikat ledige_stillinger",
    "hires": "hires matches outflow_to_jobs placements job_findings einstellungen abgänge_in_arbeit embauches contrataciones assunzioni",
    "employed": "employed employment beschäftigte beschaeftigte erwerbstätige emploi empleo occupati",
    "suppressed": "suppressed confidential geheim",
}


def bare(heading: str) -> str:
    """A heading without case, signs and accents."""
    split = unicodedata.normalize("NFKD", plain(heading))
    return "".join(c for c in split if not unicodedata.combining(c))


def known_headings(*, stocks: bool = False) -> dict[str, str]:
    """Heading, as :func:`plain` or :func:`bare` spells it -> our column."""
    chosen: Mapping[str, str] = SYNONYMS
    if stocks:
        kept = ("geo", "occupation", "period", "source")
        chosen = {k: SYNONYMS[k] for k in kept} | STOCK_SYNONYMS
    words = [(word, ours) for ours, several in chosen.items() for word in several.split()]
    # Letters with their accents go first: "lön" is a wage, "lon" a longitude.
    return {bare(word): ours for word, ours in words} | {plain(word): ours for word, ours in words}
