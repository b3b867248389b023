"""What names a person or leads to one: headings, columns, and addresses and numbers inside texts.

Personal columns are recognised so that they can be left out: a name or an e-mail address is of no use for matching
and does harm when it leaks. What names people is known by words in the languages of the EU and by the shape of
cells; a name inside a sentence is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from almpo_kit.sources.people.headings_known import SYNONYMS, bare
from almpo_kit.sources.people.identity_numbers import is_identity_number, without_identity_numbers

#: Words for "name" alone: beside a word for a region, an occupation or a skill they name that.
_NAME_WORDS = (
    "name names nom noms nome nomes nombre nombres naam namen namn navn nimi nimed nev ime imena imie nume meno "
    "jmeno vardas vards isem ainm όνομα име"
)
#: Words of a heading that name a person, or lead to one.
_PERSONAL = (
    "vorname nachname familienname rufname surname lastname firstname forename fullname username prénom prenom "
    "nombre_completo apellido apellidos cognome sobrenome apelido apelidos voornaam achternaam nazwisko επώνυμο "
    "ονοματεπώνυμο πατρώνυμο prenume vezetéknév keresztnév příjmení förnamn efternamn fornavn etternavn efternavn "
    "etunimi sukunimi eesnimi perekonnanimi uzvārds pavardė priezvisko priimek prezime фамилия презиме kunjom "
    "sloinne contact contacts ansprechpartner ansprechperson kontakt kontaktperson kontaktpersoon "
    "email e_mail mail emails courriel correo имейл epost e_post sähköposti "
    "phone telephone telefon telefonnummer tel mobile handy handynummer mobil mobilnummer téléphone teléfono telefono "
    "cellulare telefoon τηλέφωνο κινητό puhelin телефон telefons telefonas telefax fax festnetz portable gsm linkedin "
    "birth birthdate birthday dob born naissance nacimiento nascita nascimento geboortedatum geb geb_dat urodzenia "
    "γέννησης nastere naşterii nașterii születési narození narozeni narodenia syntymäaika syntynyt rođenja rojstva "
    "раждане dzimšanas gimimo sünniaeg fødselsdato fødselsdag födelsedatum "
    "ssn social_security sécurité_sociale sécu nss bsn burgerservicenummer sofinummer rijksregisternummer niss insz "
    "numéro_national pesel nif nipc dni nie nir cnp oib emšo jmbg егн лнч afm amka αφμ αμκα αδτ ταυτότητα taj "
    "adóazonosító steuernummer steuer_id idnr svnr sv_nummer codice_fiscale codicefiscale passport passnummer "
    "pasaporte passaporto ausweis national_id nationalid nino pps ppsn insurance_number national_insurance tax_id "
    "personnummer personnr cpr cprnr fødselsnummer hetu henkilötunnus isikukood personas_kods personos_kodas "
    "asmens_kodas rodné_číslo rč segurança_social seguridad_social iban bic swift account kontonummer "
    "street strasse straße str address addresses address1 address2 adresse adressen dirección direccion domicilio "
    "domicile morada indirizzo adres ulica διεύθυνση adresă adresa lakcím adresas adrese aadress osoite calle rue via "
    "hausnummer адрес"
)
#: Parts that make any longer word personal.
_STEMS = (
    "geburt anschrift vorname nachname familienname telefon handynum sozialversicherung rentenversicherung "
    "personalausweis fødsel födelse ονοματεπ"
)
#: What a name may be of without being a person's.
_THINGS = (
    "berufs berufsgruppe job jobs occupations regions municipality gemeinde county district competence of_work code "
    "isco08 metiers zawodu regionu concelho distrito comune"
)
#: "Name and region": a column of names that also tells the region.
_AND = frozenset(["and", "und", "et", "y", "e", "i", "en", "og", "och", "ja", "και", "и"])
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,200}\.[^\W\d_]{2,24}")
_EMAIL_SPELT = re.compile(r"[\w.+-]{1,64} ?[\[(](?:at|ät)[\])] ?[\w.-]{1,200}", re.IGNORECASE)
_AT = re.compile(r"[\[(](?:at|ät)[\])]", re.IGNORECASE)
#: Of a date: 01/2020, 01.02.2020; of years: 2010-2015.
_NO_DATE = r"(?!(?:\d{1,2}[./ -]){1,2}(?:19|20)\d\d(?!\d))(?!(?:19|20)\d\d[ /-])"
_PHONE = re.compile(
    r"\+\d{1,3}[\d \-/().]{6,18}\d"
    rf"|(?<![\w.]){_NO_DATE}\(?0\d{{1,4}}\)?[ \-/][\d \-/]{{5,14}}\d\b"
    r"|(?<![\w.])0\d(?:\.\d\d){4}\b|(?<![\w.])0\d{2,4}\.\d{6,9}\b|(?<![\w.,])0\d{8,10}\b(?![.,]\d)"
)
_PHONE_SAID = re.compile(
    r"\b((?:tel|telefon|tel[eé]fono|t[eé]l[eé]phone|telefone|telefoon|phone|mobile?|handy|fax|gsm|tlf|puh|τηλ|τηλ[εέ]φωνο|"
    rf"κιν|κινητ[οό]|тел|телефон)\b[.:]{{0,2}} ?){_NO_DATE}[\d(][\d \-/().]{{5,18}}\d",
    re.IGNORECASE,
)
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
_NOTHING = re.compile(r"[^@\d\[(]*")
_TRIED, _SOME, _MOST = 1000, 0.3, 0.9


def _bare_words(text: str) -> frozenset[str]:
    return frozenset(bare(w) for w in text.split())


_NAMES, _STEMS_BARE = _bare_words(_NAME_WORDS), _bare_words(_STEMS)
_ALL = _bare_words(_PERSONAL) | _NAMES
_OF_THINGS = _bare_words(" ".join((_THINGS, *(SYNONYMS[k] for k in ("geo", "occupation", "skills")))))


def is_personal(heading: str) -> bool:
    """Whether a heading names a person, or what leads to one.

    >>> is_personal("Imię i nazwisko"), is_personal("dateOfBirth"), is_personal("nom de la région")
    (True, True, False)
    """
    key = bare(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", heading[:300]))
    words = [w.rstrip("0123456789") or w for w in key.split("_")]
    pairs = {"_".join(words[i : i + 2]) for i in range(len(words) - 1)}
    hits = ({*words, key, key.replace("_", "")} | pairs) & _ALL
    if hits and hits <= _NAMES and _OF_THINGS & {*words} and not _AND & {*words}:
        return False
    return bool(hits) or any(stem in word for stem in _STEMS_BARE for word in words)


def leads_to_people(cells: list[str]) -> bool:
    """Whether a column's cells are e-mail addresses, telephone or identity numbers, whatever it is called."""
    filled = [c.strip() for c in cells if c and c.strip()][:_TRIED]

    def share(told: Callable[[str], bool]) -> float:
        return sum(map(told, filled)) / max(len(filled), 1)

    return share(_is_contact) >= _SOME or share(is_identity_number) >= _MOST


def _is_contact(cell: str) -> bool:
    # Digits that nothing divides may as well number a case.
    return bool(_EMAIL.fullmatch(cell[:300])) or (not cell.isdigit() and bool(_PHONE.fullmatch(cell[:60])))


def masked(text: str) -> str:
    """A text without e-mail addresses, telephone, account and identity numbers.

    >>> masked("write to a.b@c.org or +30 210 123 4567")
    'write to [e-mail removed] or [phone removed]'
    """
    if _NOTHING.fullmatch(text):
        return text
    if "@" in text:
        text = _EMAIL.sub("[e-mail removed]", text)
    if not _LETTER.search(text):
        # A number, a code or a date: what looks like a telephone there may be a longitude.
        return "[phone removed]" if "." not in text and _is_contact(text.strip()) else text
    if ("(" in text or "[" in text) and _AT.search(text):
        text = _EMAIL_SPELT.sub("[e-mail removed]", text)
    if not _DIGIT.search(text):
        return text
    text = without_identity_numbers(text)
    return _PHONE.sub("[phone removed]", _PHONE_SAID.sub(r"\1[phone removed]", text))
