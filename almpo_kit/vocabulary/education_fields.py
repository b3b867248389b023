"""Broad and narrow fields of education and training, ISCED-F 2013."""

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

#: The same source; fields "not further defined", "inter-disciplinary" and "not elsewhere classified" are left out.
NARROW_FIELDS: dict[str, str] = {
    "001": "Basic programmes and qualifications",
    "002": "Literacy and numeracy",
    "003": "Personal skills and development",
    "011": "Education",
    "021": "Arts",
    "022": "Humanities (except languages)",
    "023": "Languages",
    "031": "Social and behavioural sciences",
    "032": "Journalism and information",
    "041": "Business and administration",
    "042": "Law",
    "051": "Biological and related sciences",
    "052": "Environment",
    "053": "Physical sciences",
    "054": "Mathematics and statistics",
    "061": "Information and Communication Technologies",
    "071": "Engineering and engineering trades",
    "072": "Manufacturing and processing",
    "073": "Architecture and construction",
    "081": "Agriculture",
    "082": "Forestry",
    "083": "Fisheries",
    "084": "Veterinary",
    "091": "Health",
    "092": "Welfare",
    "101": "Personal services",
    "102": "Hygiene and occupational health services",
    "103": "Security services",
    "104": "Transport services",
}


def field_label(field: str) -> str:
    """Name of an ISCED-F field by its code (the narrow or broad field where the code is finer); other words as they are.

    >>> field_label("06"), field_label("0732"), field_label("Welding")
    ('Information and Communication Technologies', 'Architecture and construction', 'Welding')
    """
    text = str(field).strip()
    if not text.isdigit() or not 2 <= len(text) <= 4:
        return text
    return NARROW_FIELDS.get(text[:3]) or BROAD_FIELDS.get(text[:2], text)
