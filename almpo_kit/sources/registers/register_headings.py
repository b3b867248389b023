"""What offices call the columns of a register; headings are compared without case, spaces, signs and accents."""

from __future__ import annotations

from typing import Literal

from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.people.headings_known import bare

Kind = Literal["persons", "unit_periods", "person_months", "programme_entries"]

_ID = "id identifier ident person_id personid pid pseudonym pseudo_id client_id customer_id seeker_id case_id kennung kundennummer identifiant identificador identificativo identyfikator kod_osoby"
_SOURCE = "source quelle"
_MONTH = "period month year_month yearmonth calendar_month monat mois mes mese miesiac miesiąc mesic měsíc luna honap hónap kuukausi manad månad måned maand μήνας"
_SYNONYMS: dict[Kind, dict[str, str]] = {
    "persons": {
        "id": _ID,
        "treatment": "treatment arm arms group assigned assignment_arm programme_arm",
        "cluster": "cluster cluster_id office agentur agence",
        "geo": "geo region nuts nuts_code nuts2 nuts_2 nuts3 nuts_id region_code geo_code gebiet regio regione región région",
        "entry_date": "entry_date entry entry_month registration_date registered_from date_of_registration unemployed_since unemployment_start inscription_date zugang zugangsdatum arbeitslos_seit date_inscription fecha_inscripcion data_iscrizione",
        "source": _SOURCE,
    },
    "unit_periods": {
        "id": f"{_ID} unit unit_id geo region nuts nuts2 nuts_2 nuts3 nuts_code nuts_id region_code office municipality gebiet regio région región",
        "treatment": "treatment arm arms",
        "source": _SOURCE,
    },
    "person_months": {
        "id": _ID,
        "period": _MONTH,
        "employed": "employed in_work employment working beschäftigt beschaeftigt erwerbstätig erwerbstaetig en_emploi empleado occupato zatrudniony",
        "earnings": "earnings wage wages pay salary income lohn entgelt bruttolohn salaire salario stipendio wynagrodzenie μισθός",
        "registered": "registered on_register unemployed registered_unemployed gemeldet arbeitslos inscrit inscrito iscritto zarejestrowany",
        "source": _SOURCE,
    },
    "programme_entries": {
        "id": _ID,
        "programme": "programme program measure measure_type programme_type maßnahme massnahme mesure dispositif medida programa programma misura działanie dzialanie",
        "start": "start start_date start_month begin beginn from programme_start measure_start date_debut debut début inicio inizio początek",
        "end": "end end_date end_month ende until to programme_end measure_end date_fin fin fine koniec",
        "announced": "announced announced_on announcement referral referral_date referred zuweisung told notified assigned_on",
        "source": _SOURCE,
    },
}


def register_headings(kind: Kind) -> dict[str, str]:
    """Heading, as ``plain`` or ``bare`` spells it -> our column."""
    words = [(word, ours) for ours, several in _SYNONYMS[kind].items() for word in several.split()]
    return {bare(w): ours for w, ours in words} | {plain(w): ours for w, ours in words}


def our_columns(kind: Kind) -> tuple[str, ...]:
    """Our columns of a frame."""
    return tuple(_SYNONYMS[kind])


#: What a file must have.
NEEDED: dict[Kind, tuple[str, ...]] = {
    "persons": ("id",),
    "unit_periods": ("id",),
    "person_months": ("id", "period"),
    "programme_entries": ("id", "programme", "start"),
}
