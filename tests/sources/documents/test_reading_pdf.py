"""PDF: text in the order of reading, with the place of each sentence; what is missing is told."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, PASSAGE_COLUMNS, document_id
from almpo_kit.vocabulary.errors import DataError, ParameterError
from tests.sources.documents.paper_files import LINES, TEXT, drawn, lines_at, locked, one_page, paper, scan


def read(data: bytes, name: str = "paper.pdf", **limits: int) -> sources.Document:
    return sources.read_document((name, data), limits=sources.Limits(**limits))


def failed(document: sources.Document) -> set[str]:
    return {c.name for c in document.checks if c.status == "failed"}


@pytest.fixture(scope="module")
def whole() -> sources.Document:
    return read(paper())


def test_a_paper(whole: sources.Document) -> None:
    assert list(whole.row) == list(DOCUMENT_COLUMNS)
    assert list(whole.passages.columns) == list(PASSAGE_COLUMNS)
    assert (whole.kind, whole.pages, whole.language) == ("pdf", 3, "en")
    assert whole.document_id == document_id(paper())
    assert whole.title == "Wage subsidies and later work: evidence from invented regions"
    assert (whole.year, whole.doi) == (2019, "10.1234/invented.5")
    assert whole.abstract.startswith("We study a subsidy") and whole.abstract.endswith("close to zero.")
    assert not whole.degraded
    assert any(c.name == "guessed" for c in whole.checks), "a guess is called a guess"


def test_words_cut_by_a_line_are_whole_and_compounds_keep_their_hyphen(whole: sources.Document) -> None:
    assert "a lottery among employers. After 12 months" in whole.text
    assert "The effect on long-term earnings" in whole.text


def test_what_stands_on_every_page_is_left_out(whole: sources.Document) -> None:
    assert "Journal of Invented Results" not in whole.text
    assert not (whole.passages["text"].isin(["1", "2", "3"])).any()
    assert "On page 2 the text goes on" in whole.text


def test_each_row_of_a_table_is_a_passage(whole: sources.Document) -> None:
    rows = whole.passages[whole.passages["text"] == "Employment\t0.041***\t(0.013)"]
    assert rows["page"].tolist() == [1, 2, 3]


def test_places(whole: sources.Document) -> None:
    table = whole.passages
    assert all(whole.text[r.start : r.end] == r.text for r in table.itertuples())
    assert table["passage"].tolist() == list(range(len(table)))
    assert table["page"].is_monotonic_increasing
    found = table[table["text"].str.startswith("After 12 months")].iloc[0]
    # Drawn at y = 672 points from below, on a page of 842.
    assert found["page"] == 1 and found["x0"] == pytest.approx(72, abs=1)
    assert found["y0"] < 842 - 672 < found["y1"] and found["y1"] - found["y0"] < 45


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [f"Left line {i} of a column with running text in it" for i in range(12)]
    right = [f"Right line {i} of a column with running text in it" for i in range(12)]

    def draw(canvas: object) -> None:
        canvas.setFont("Times-Roman", 18)
        canvas.drawString(72, 780, "A title that spans both of the columns on the page")
        canvas.setFont("Times-Roman", 10)
        for i in range(12):  # the file has them row by row
            lines_at(canvas, 72, 700 - 14 * i, [left[i]])
            lines_at(canvas, 310, 700 - 14 * i, [right[i]])
        canvas.drawString(297, 30, "7")

    text = read(drawn(draw)).text
    positions = [text.index(line) for line in ["A title that spans", *left, *right]]
    assert positions == sorted(positions)


def test_a_table_is_read_by_row() -> None:
    def draw(canvas: object) -> None:
        for i in range(12):
            for j in range(4):
                canvas.drawString(72 + 120 * j, 700 - 14 * i, f"r{i}c{j}")

    assert "r3c0\tr3c1\tr3c2\tr3c3" in read(drawn(draw)).passages["text"].tolist()


def test_a_turned_page_is_read_as_it_is_shown() -> None:
    turned = one_page(b"q 0 1 -1 0 800 0 cm " + TEXT + b" Q", page=b"/Rotate 90")
    found = read(turned)
    assert found.passages["text"].tolist() == list(LINES)
    assert (
        found.passages["y0"].is_monotonic_increasing
        and (found.passages["x1"] > found.passages["x0"] + 200).all()
    )


def test_joined_letters_are_taken_apart() -> None:
    def draw(canvas: object) -> None:
        canvas.drawString(72, 700, "The eﬀect of oﬃce ﬂows is ﬁne in this study of work.")

    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    place = next(iter(Path("/usr/share/fonts").rglob("DejaVuSans.ttf")), None)
    if place is None:
        pytest.skip("no font with joined letters here")
    pdfmetrics.registerFont(TTFont("joined", str(place)))

    def with_font(canvas: object) -> None:
        canvas.setFont("joined", 11)
        draw(canvas)

    assert "The effect of office flows is fine" in read(drawn(with_font)).text


def test_pages_beyond_the_limit_are_told() -> None:
    found = read(paper(4), pages=2)
    assert found.pages == 4 and found.passages["page"].max() == 2
    assert "The file has 4 pages; the first 2 were read." in found.why


def test_locked() -> None:
    for_owner = read(locked(one_page()))
    assert for_owner.passages["text"].tolist() == list(LINES) and not for_owner.degraded
    assert any(c.name == "protected" for c in for_owner.checks)
    with pytest.raises(DataError, match=r"locked with a password\. Open it, remove the password"):
        read(locked(one_page(), user="secret"))


def test_scans() -> None:
    with pytest.raises(
        DataError, match=r"paper\.pdf is a scan: pictures of pages, and no text \(2 pages\)\. Run text"
    ):
        read(scan())
    recognised = read(scan(recognised=True))
    assert recognised.passages["text"].str.startswith("Training raised").any()
    assert any(c.name == "recognised" for c in recognised.checks) and not recognised.degraded


def test_same_file_same_bytes_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.dat").write_bytes(one_page())
    first, second = sources.read_document(tmp_path / "a.dat"), read(one_page(), "other.doc")
    assert first.document_id == second.document_id and first.text == second.text
    assert (first.kind, first.origin) == ("pdf", "a.dat")


def test_an_invented_paper_is_called_so() -> None:
    marked = one_page(TEXT + b"BT /F1 12 Tf 72 100 Td (SYNTHETIC: invented for a test.) Tj ET")
    found = read(marked)
    assert found.source.startswith("SYNTHETIC")
    assert found.passages.attrs["data_versions"][0]["kind"] == "synthetic"
    assert not read(one_page()).source.startswith("SYNTHETIC")


def test_limits_are_checked() -> None:
    with pytest.raises(ParameterError, match="pages must be a whole number from 1 upwards"):
        sources.Limits(pages=0)
    with pytest.raises(DataError, match="more than one publication"):
        read(b"%PDF-" + b" " * 1_100_000, megabytes=1)
    with pytest.raises(ParameterError, match="a file in memory is"):
        sources.read_document(("a", "b"))  # type: ignore[arg-type]
    assert math.isnan(read(one_page()).year)
