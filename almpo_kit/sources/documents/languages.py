"""The language of a text, by its small words; ``""`` where they do not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from heapq import nlargest
from typing import Final

#: Small words of the official languages of the EU; those that two closely related languages share tell nothing and
#: are in both.
SMALL_WORDS: Final[Mapping[str, frozenset[str]]] = {
    # Single letters are formulas as often as words.
    code: frozenset(w for w in words.split() if len(w) > 1)
    for code, words in {
        "bg": "и на за от се да не със при като това или са който която беше между след през тези но",
        "cs": "a na se v že je o s do pro jsou byl byla bylo které který která nebo jako podle mezi ale také při po od však této jejich",
        "da": "og i at er en af til på det den der som med for ikke de et har var fra eller efter blev blive også mellem deres være",
        "de": "der die und das in den von zu mit ist des für auf im nicht ein eine dem auch als sich wird werden oder nach bei durch aus wurde zwischen einer sind",
        "el": "και το της να του η των στην με για που από τον οι την ότι είναι στο τα σε μια δεν ένα αυτή έχει ή",
        "en": "the of and to in a is that for we on with as are by this be from at which have has was were or an not their between after our it these than",
        "es": "de la que el en y los se del las un por con una para es su al lo como más sobre entre este esta son fue o pero sus han",
        "et": "ja on ei et ning oli selle see mis kui ka oma või nende aga seda kes kuid pärast vahel ta töö",
        "fi": "ja on ei että se oli myös ovat mutta tai kun joka jotka sekä hän niiden kuin jälkeen välillä ole tämä",
        "fr": "de la le et les des en un une du que est pour dans qui sur par au plus avec ne pas ce sont aux ou cette leur entre nous été",
        "ga": "agus na ar bhí tá sé sin ó ag mar chun nó nach raibh idir atá leis an le ina bhfuil",
        "hr": "i u na je se da za od su s kao koji koja koje što ili bi iz nije između nakon te ali prema također",
        "hu": "a az és hogy nem is egy ez volt meg de van csak vagy mint már azt el ki amely között után ezek pedig illetve",
        "it": "di e la che il in un per è una del con non le si da i della dei sono come al più gli alla nel tra ha questo o anche",
        "lt": "ir į kad yra su iš tai buvo kaip per jų arba bet po ne nuo šios tarp dėl ar taip pat",
        "lv": "un ir no ar par ka tika kas vai pēc uz bija arī kā lai starp šī tie bet gan",
        "mt": "u li ta il l fil għal minn ma din dan huwa hija kien jew wara bejn fuq biex kienu dawn",
        "nl": "de van het een en in is dat op te met voor zijn die niet aan er om ook als door naar bij uit worden werd tussen deze of",
        "pl": "i w na z się że do nie jest o dla przez po od oraz są był była lub jak który która które także między tym ich ale",
        "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como ao foi das entre ou à são pelo mas",
        "ro": "de și în a la cu pe că care nu este din pentru o un mai sau au fost prin sunt între după al ale ca",
        "sk": "a na sa v že je o s do pre sú bol bola bolo ktoré ktorý ktorá alebo ako podľa medzi ale aj pri po od však tejto ich",
        "sl": "in je na se v da za so z ki pri kot tudi po ali med ne bi bil bila bilo iz lahko ter pa",
        "sv": "och i att det som en på är av för med den till inte har de ett om var från eller efter mellan också vi deras",
    }.items()
}
#: Each small word, and the languages that have it.
_SPOKEN_IN: Final = {
    word: tuple(code for code, small in SMALL_WORDS.items() if word in small)
    for word in frozenset().union(*SMALL_WORDS.values())
}
_WORD = re.compile(r"[^\W\d_]+")
#: Words looked at; small words needed, their share of all, and how much the first must be ahead of the second.
_LOOKED_AT, _LEAST, _SHARE, _AHEAD = 4_000, 4, 0.08, 1.15


def language_scores(text: str) -> dict[str, float]:
    """Share of words that are small words of each language."""
    words = [w.casefold() for w in _WORD.findall(text[:40_000])[:_LOOKED_AT]]
    if not words:
        return {}
    counts = dict.fromkeys(SMALL_WORDS, 0)
    for word in words:
        for code in _SPOKEN_IN.get(word, ()):
            counts[code] += 1
    return {code: count / len(words) for code, count in counts.items()}


def language_of(text: str) -> str:
    """Code of the language (ISO 639-1), or ``""`` where it is not clear.

    Examples
    --------
    >>> language_of("Die Wirkung der Maßnahme auf die Beschäftigung wird mit einem Vergleich geschätzt.")
    'de'
    >>> language_of("Table 3")
    ''
    """
    scores = language_scores(text)
    if not scores:
        return ""
    (best, first), (_, second) = nlargest(2, scores.items(), key=lambda item: item[1])
    clear = first >= _SHARE and first >= _AHEAD * second
    return best if clear and first * min(len(_WORD.findall(text[:4_000])), _LOOKED_AT) >= _LEAST else ""


#: Names and longer codes that catalogues write.
_NAMES: Final = {
    "english": "en",
    "eng": "en",
    "german": "de",
    "deutsch": "de",
    "ger": "de",
    "deu": "de",
    "french": "fr",
    "fre": "fr",
    "fra": "fr",
    "français": "fr",
    "spanish": "es",
    "spa": "es",
    "español": "es",
    "italian": "it",
    "ita": "it",
    "italiano": "it",
    "dutch": "nl",
    "dut": "nl",
    "nld": "nl",
    "nederlands": "nl",
    "polish": "pl",
    "pol": "pl",
    "polski": "pl",
    "swedish": "sv",
    "swe": "sv",
    "danish": "da",
    "dan": "da",
    "finnish": "fi",
    "fin": "fi",
    "portuguese": "pt",
    "por": "pt",
    "greek": "el",
    "gre": "el",
    "ell": "el",
    "czech": "cs",
    "cze": "cs",
    "ces": "cs",
    "slovak": "sk",
    "slo": "sk",
    "slk": "sk",
    "hungarian": "hu",
    "hun": "hu",
    "romanian": "ro",
    "rum": "ro",
    "ron": "ro",
    "bulgarian": "bg",
    "bul": "bg",
    "croatian": "hr",
    "hrv": "hr",
    "slovenian": "sl",
    "slovene": "sl",
    "slv": "sl",
    "estonian": "et",
    "est": "et",
    "latvian": "lv",
    "lav": "lv",
    "lithuanian": "lt",
    "lit": "lt",
    "irish": "ga",
    "gle": "ga",
    "maltese": "mt",
    "mlt": "mt",
}


def language_code(said: str) -> str:
    """What a catalogue says of the language as a code of two letters, or ``""``.

    Examples
    --------
    >>> language_code("English; French"), language_code("en-GB"), language_code("ger")
    ('en', 'en', 'de')
    """
    first = re.split(r"[;,/|]|\band\b", said.strip().casefold())[0].strip()
    if first in _NAMES:
        return _NAMES[first]
    code = re.match(r"([a-z]{2})(?:[-_][a-z]{2,4})?$", first)
    return code[1] if code else ""
