"""What pages fetch: found once, sent packed from memory, and nothing else."""

from __future__ import annotations

import gzip
import http.client
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from almpo_kit.workbench.apps.site_files import SiteFiles

STATIC = Path(sys.prefix, "share/jupyter/voila/templates/base/static")


def test_only_what_lies_there_is_listed(tmp_path: Path) -> None:
    first, second, outside = tmp_path / "first", tmp_path / "second", tmp_path / "secret.js"
    for folder in (first, second / "a" / "static", second / "b"):
        folder.mkdir(parents=True)
    outside.write_text("not for browsers")
    (first / "x.js").write_text("of the first")
    (second / "x.js").write_text("of the second")
    (second / "a" / "static" / "y.css").write_text("body {}\n" * 200)
    (second / "b" / "z.js").write_text("of another")
    (first / "link.js").symlink_to(outside)
    files = SiteFiles([str(first), str(second), str(tmp_path / "absent")])
    held = files.get("x.js")
    assert held is not None and held.content == b"of the first" and held.packed == b""
    assert held.kind == "text/javascript"
    style = files.get("a/static/y.css")
    assert style is not None and gzip.decompress(style.packed) == style.content and style.kind == "text/css"
    for name in ("link.js", "../secret.js", "a/../x.js", "", "a", "a/static", "/etc/passwd", "x.js\0"):
        assert files.get(name) is None, name
    assert len(SiteFiles([str(second)], ["a/static"])) == 1
    (first / "x.js").unlink()
    assert files.get("x.js") is held, "once read it needs no disk"
    (second / "b" / "z.js").unlink()
    assert files.get("b/z.js") is None


#: The one that all pages begin with, and the largest of those that it fetches.
PROGRAMS = ["voila.js", max(STATIC.glob("*.voila.js"), key=lambda path: path.stat().st_size).name]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_server_sends_them_as_they_are(address: str, name: str) -> None:
    line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)

    def ask(query: str = "", method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        line.request(method, f"/voila/static/{name}{query}", headers=headers)
        answer = line.getresponse()
        return answer, answer.read()

    whole = (STATIC / name).read_bytes()
    plain, content = ask()
    assert plain.status == 200 and content == whole and plain.headers["Content-Encoding"] is None
    packed, content = ask(**{"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(content) == whole
    assert len(content) < len(whole) / 2 and packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Content-Type"] == "text/javascript"
    assert packed.headers["X-Content-Type-Options"] == "nosniff"
    known, content = ask(**{"If-None-Match": plain.headers["Etag"]})
    assert known.status == 304 and content == b""
    head, content = ask(method="HEAD")
    assert head.status == 200 and content == b"" and int(head.headers["Content-Length"]) == len(whole)
    assert ask("?v=1")[0].headers["Cache-Control"].endswith("immutable")
    assert plain.headers["Cache-Control"] == "private, max-age=600"
    refusing, content = ask(**{"Accept-Encoding": "br, gzip;q=0"})
    assert refusing.headers["Content-Encoding"] is None and content == whole
    assert refusing.headers["Etag"] == plain.headers["Etag"] != packed.headers["Etag"]
    assert ask(**{"If-None-Match": packed.headers["Etag"], "Accept-Encoding": "gzip"})[0].status == 304
