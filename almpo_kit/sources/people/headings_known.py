"""What people call the columns of jobseekers, vacancies and stocks; and columns that name a person.

Headings are compared without case, spaces, signs and accents. Personal columns are recognised so that they
can be left out: a name or an e-mail address is of no use for matching and does harm when it leaks.
"""

from __future__ import annotations

import re
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
    "count": "count number n anzahl zahl bestand personen personen_zahl persons people jobseekers seekers unemployed_persons posts openings positions nombre effectif effectifs postes número numero cantidad plazas numero_posti posti aantal liczba liczba_osób liczba_osob wolne_miejsca αριθμός număr numar szám szam létszám letszam počet pocet antal lukumäärä lukumaara",
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
#: Words of a heading that name a person, or lead to one.
_PERSONAL = (
    "name names vorname nachname familienname surname lastname firstname forename fullname nom prénom "
    "prenom nombre_completo apellido apellidos cognome sobrenome apelido voornaam achternaam imię imie "
    "nazwisko όνομα επώνυμο ονοματεπώνυμο prenume nume vezetéknév keresztnév név jméno jmeno příjmení "
    "prijmeni förnamn efternamn etunimi sukunimi contact ansprechpartner email e_mail mail emails "
    "courriel correo phone telephone telefon telefonnummer tel mobile handy mobil téléphone teléfono "
    "telefono cellulare telefoon τηλέφωνο puhelin birth birthdate birthday dob geburtsdatum geburtstag "
    "naissance nacimiento nascita nascimento geboortedatum urodzenia γέννησης nastere születési narozeni "
    "ssn bsn pesel nif dni nie nir cnp afm amka αφμ αμκα taj steuernummer steuer_id svnr "
    "sozialversicherungsnummer codice_fiscale passport passnummer ausweis national_id nationalid "
    "insurance_number tax_id iban bic account street strasse straße adresse address dirección direccion "
    "indirizzo adres ulica διεύθυνση adresă adresa lakcím calle rue via hausnummer kontakt "
)
#: Headings that hold one of those words and name nobody.
_HARMLESS = (
    "region_name",
    "job_name",
    "occupation_name",
    "name_of_occupation",
    "skill_name",
    "place_name",
    "area_name",
)
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,200}\.[A-Za-z]{2,24}")
_PHONE = re.compile(r"\+\d{1,3}[\d \-/().]{6,18}\d|\b0\d{1,4}[ \-/][\d \-/]{5,14}\d\b")


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


_PERSONAL_BARE = frozenset(bare(w) for w in _PERSONAL.split())


def is_personal(heading: str) -> bool:
    """Whether a heading names a person, or what leads to one."""
    key = bare(heading)
    if key in {bare(h) for h in _HARMLESS}:
        return False
    words = key.split("_")
    pairs = {"_".join(words[i : i + 2]) for i in range(len(words) - 1)}
    return key in _PERSONAL_BARE or bool(({*words} | pairs) & _PERSONAL_BARE)


def leads_to_people(cells: list[str]) -> bool:
    """Whether a column's cells are e-mail addresses or telephone numbers, whatever it is called."""
    filled = [c.strip() for c in cells if c and c.strip()][:1000]
    hits = sum(bool(_EMAIL.fullmatch(c[:300]) or _PHONE.fullmatch(c[:60])) for c in filled)
    return bool(filled) and hits >= 0.3 * len(filled)


def masked(text: str) -> str:
    """A text without e-mail addresses and telephone numbers.

    >>> masked("write to a.b@c.org or +30 210 123 4567")
    'write to [e-mail removed] or [phone removed]'
    """
    if "@" in text:
        text = _EMAIL.sub("[e-mail removed]", text)
    return _PHONE.sub("[phone removed]", text) if any(c.isdigit() for c in text) else text
