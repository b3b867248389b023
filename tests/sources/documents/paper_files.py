"""PDF files to read: proper ones by reportlab, hostile ones written by hand. All text is invented."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Sequence

LINES = (
    "Training raised employment by 2.4 points after one year in Austria.",
    "The effect fades later and is not significant at all in Spain.",
)
TEXT = b"".join(
    b"BT /F1 12 Tf 72 %d Td (%s) Tj ET\n" % (700 - 20 * i, line.encode()) for i, line in enumerate(LINES)
)


def drawn(draw: Callable[..., None], *, size: tuple[float, float] = (595, 842), **options: object) -> bytes:
    """A PDF that ``draw(canvas)`` fills."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=True, **options)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def lines_at(canvas: object, x: float, y: float, lines: Sequence[str], step: float = 14) -> None:
    """Lines below each other from ``y`` downwards."""
    for i, line in enumerate(lines):
        canvas.drawString(x, y - step * i, line)  # type: ignore[attr-defined]


def paper(pages: int = 3) -> bytes:
    """A paper in one column: title, abstract, running heads, page numbers, a table, a cut word."""

    def draw(canvas: object) -> None:
        for number in range(pages):
            canvas.setFont("Times-Roman", 8)
            canvas.drawString(72, 812, "Journal of Invented Results")
            canvas.drawString(290, 28, str(number + 1))
            if number == 0:
                canvas.setFont("Times-Bold", 18)
                lines_at(
                    canvas, 72, 770, ["Wage subsidies and later work:", "evidence from invented regions"], 22
                )
                canvas.setFont("Times-Roman", 10)
                canvas.drawString(72, 720, "March 2019, doi 10.1234/invented.5")
                canvas.drawString(72, 700, "Abstract")
                lines_at(
                    canvas,
                    72,
                    686,
                    [
                        "We study a subsidy for the long-term unemployed in a lottery among employ-",
                        "ers. After 12 months employment is 4.1 percentage points (s.e. 1.3) higher. The",
                        "effect on long-",
                        "term earnings is close to zero.",
                    ],
                )
                canvas.drawString(72, 616, "Keywords: subsidies, lottery")
            canvas.setFont("Times-Roman", 10)
            body = [
                f"On page {number + 1} the text goes on in lines that fill the column from its left to its right"
            ] * 4
            lines_at(canvas, 72, 580, [*body, "and ends here."])
            canvas.drawString(72, 480, "Employment")
            canvas.drawString(250, 480, "0.041***")
            canvas.drawString(350, 480, "(0.013)")
            canvas.showPage()

    return drawn(draw)


def raw(objects: Sequence[bytes]) -> bytes:
    """Objects as a PDF, the first one its catalogue."""
    out, places = b"%PDF-1.5\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, body)
    table = b"".join(b"%010d 00000 n \n" % p for p in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + table + tail


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), more, data)


def one_page(
    content: bytes = TEXT,
    *,
    box: bytes = b"0 0 595 842",
    more: bytes = b"",
    page: bytes = b"",
    catalogue: bytes = b"",
) -> bytes:
    """A page with this content; ``more`` goes into its stream's dictionary."""
    return raw(
        [
            b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>%s>>"
            % (box, page),
            stream(content, more),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )


def packed(data: bytes, times: int) -> bytes:
    """``data`` again and again, deflated: small on disk, large in memory."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(data) for _ in range(times)) + packer.flush()


def forms(depth: int) -> bytes:
    """Forms that each draw the next one twice."""
    head = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>/XObject<</X0 6 0 R>>>>>>",
        stream(TEXT + b"/X0 Do"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    kind = b"/Type/XObject/Subtype/Form/BBox[0 0 900 900]/Resources<<"
    chain = [
        stream(b"/X%d Do /X%d Do" % (i + 1, i + 1), kind + b"/XObject<</X%d %d 0 R>>>>" % (i + 1, 7 + i))
        for i in range(depth)
    ]
    return raw([*head, *chain, stream(TEXT, kind + b"/Font<</F1 5 0 R>>>>")])


def locked(data: bytes, *, user: str = "", owner: str = "owner") -> bytes:
    """A PDF with passwords."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password=user, owner_password=owner, algorithm="AES-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scan(*, recognised: bool = False, pages: int = 2) -> bytes:
    """Pages that are pictures, with or without the invisible text of a text recognition."""

    def draw(canvas: object) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        grey = ImageReader(Image.new("L", (60, 84), 200))
        for _ in range(pages):
            canvas.drawImage(grey, 0, 0, 595, 842)
            if recognised:
                text = canvas.beginText(72, 700)
                text.setTextRenderMode(3)
                text.textLines(" ".join(LINES[0].split()) + "\n" + LINES[1])
                canvas.drawText(text)
            canvas.showPage()

    return drawn(draw)
