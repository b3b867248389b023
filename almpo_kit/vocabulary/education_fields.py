"""Broad fields of education and training, ISCED-F 2013."""

from __future__ import annotations

#: UNESCO Institute for Statistics (2014), ISCED Fields of Education and Training 2013.
BROAD_FIELDS: dict[str, str] = {
    "00": "Generic programmes and qualifications",
    "01": "Education",
    "02": "Arts and humanities",
    "03": "Social sciences, journalism and information",
    "04": "Business, administration and law",
    "05": "Natural sciences, mathematics and statistics",
    "06": "Information and Communication Technologies",
    "07": "Engineering, manufacturing and construction",
    "08": "Agriculture, forestry, fisheries and veterinary",
    "09": "Health and welfare",
    "10": "Services",
}


def field_label(field: str) -> str:
    """Name of an ISCED-F field by its code (its broad field where the code is finer); other words as they are.

    >>> field_label("06"), field_label("Welding")
    ('Information and Communication Technologies', 'Welding')
    """
    text = str(field).strip()
    return BROAD_FIELDS.get(text[:2], text) if text.isdigit() and 2 <= len(text) <= 4 else text
