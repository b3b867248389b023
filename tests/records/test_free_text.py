from __future__ import annotations

import pytest

from almpo_kit.records.free_text import clean, personal


@pytest.mark.parametrize(
    "text",
    [
        "write to anna.rossi@pes.example",
        "anna (at) pes dot example knows",
        "anna [at] pes.example knows",
        "call +49 176 1234567",
        "call (081) 555-12-34 please",
        "call 0030.210.123.4567",
        "fiscal code RSSNNA85C52F839X",
        "DNI 12345678Z",
        "NIE X1234567L",
        "PESEL 85031212345",
        "personnummer 850312-1234",
        "hetu 131052-308T",
        "NINO QQ 12 34 56 C",
        "IBAN DE89 3704 0044 0532 0130 00",
        "BSN 123456782",
        "born 12.03.1985",
        "born 1985-03-12 in Naples",
        "call ٠١٢٣٤٥٦٧٨٩",
        "call 0176\u200b1234567",
        "call \uff10\uff11\uff17\uff16\uff11\uff12\uff13\uff14",
    ],
)
def test_seen(text: str) -> None:
    assert personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "the course starts on 2026-12-01 and is full",
        "an employer has a place from 15.01.2027 on",
        "costs 1 200 000 euro in all",
        "€1,240,000 over 2021-2027",
        "ISCO 2512, region ITF3, group of 25 to 54 years, 12 months",
        "the plan of 2019/20 and 2021–2027",
        "R2 of the course is at 10:30, bus 104",
        "needs child care; cannot travel",
        "",
    ],
)
def test_not_seen(text: str) -> None:
    assert not personal(text)


def test_cleaned() -> None:
    assert clean("  a\x00b\t c\n", "note") == "a b c"
    assert clean("cafe\u0301", "note") == "café"
