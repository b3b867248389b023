"""OpenAlex and Crossref on loopback: their paths, parameters and JSON, with works that are invented."""

from __future__ import annotations

import json
from typing import Any

from services.fake_service import Answer, Request

JSON = "application/json"


def indexed(text: str) -> dict[str, list[int]]:
    """A text as OpenAlex holds abstracts."""
    found: dict[str, list[int]] = {}
    for place, word in enumerate(text.split()):
        found.setdefault(word, []).append(place)
    return found


def openalex_work(i: int, **other: Any) -> dict[str, Any]:
    """One work, with the keys and nesting of the real service."""
    return {
        "id": f"https://openalex.org/W{i}",
        "doi": f"https://doi.org/10.1000/oa.{i}",
        "display_name": f"Wage subsidies, kind {i}",
        "publication_year": 2020 + i % 5,
        "language": "en",
        "type": "article",
        "authorships": [
            {
                "author_position": "first",
                "author": {"id": "https://openalex.org/A1", "display_name": "Eva Larsson"},
            },
            {
                "author_position": "last",
                "author": {"id": None, "display_name": None},
                "raw_author_name": "Novak, P.",
            },
        ],
        "primary_location": {
            "landing_page_url": f"https://journal.example/{i}",
            "source": {"display_name": "J. Tests"},
        },
        "abstract_inverted_index": indexed(f"Subsidies of kind {i} helped the unemployed, and the employed."),
    } | other


class OpenAlexServer:
    """Works of OpenAlex by page or by cursor."""

    def __init__(self, works: list[dict[str, Any]], key: str = "") -> None:
        self.works, self.key = works, key

    def __call__(self, request: Request) -> Answer:
        asked = {k: v[0] for k, v in request.query.items()}
        size = int(asked.get("per_page", "25"))
        if not 1 <= size <= 100:
            return failed(400, "Pagination error.", "Per page parameter must be between 1 and 100")
        if self.key and asked.get("api_key", self.key) != self.key:
            return failed(401, "Unauthorized", "Invalid API key")
        following = None
        if "cursor" in asked:
            if not asked.get("api_key"):
                return failed(401, "Unauthorized", "cursor paging needs an API key")
            start = 0 if asked["cursor"] == "*" else int(asked["cursor"].removeprefix("Ilsx/=+"))
            following = f"Ilsx/=+{start + size}" if start + size < len(self.works) else None
        else:
            start = (int(asked.get("page", "1")) - 1) * size
            if start + size > 10_000:
                return failed(400, "Pagination error.", "Maximum results size of 10,000 records is exceeded.")
        meta = {
            "count": len(self.works),
            "db_response_time_ms": 28,
            "page": None,
            "per_page": size,
            "next_cursor": following,
        }
        return Answer(
            json.dumps({"meta": meta, "results": self.works[start : start + size], "group_by": []}).encode(),
            media=JSON,
        )


def failed(status: int, error: str, message: str) -> Answer:
    return Answer(json.dumps({"error": error, "message": message}).encode(), status, JSON)


def crossref_work(i: int, **other: Any) -> dict[str, Any]:
    """One work, with the keys and nesting of the real service."""
    return {
        "DOI": f"10.1000/CR.{i}",
        "title": [f"Does <i>training</i> of kind {i} pay &amp; last?"],
        "abstract": f"<jats:title>Abstract</jats:title><jats:p>Training of kind {i} helped (p &lt; 0.05).</jats:p>",
        "author": [
            {"given": "Anne", "family": "Petit", "sequence": "first", "affiliation": []},
            {"name": "Institute of Tests", "sequence": "additional", "affiliation": []},
        ],
        "issued": {"date-parts": [[2021, 3]]},
        "URL": f"https://doi.org/10.1000/cr.{i}",
        "type": "journal-article",
    } | other


class CrossrefServer:
    """Works of Crossref by cursor; the cursor goes on for ever, the items do not."""

    def __init__(self, works: list[dict[str, Any]]) -> None:
        self.works = works

    def __call__(self, request: Request) -> Answer:
        asked = {k: v[0] for k, v in request.query.items()}
        start = 0 if asked["cursor"] == "*" else int(asked["cursor"].partition("==")[2])
        some = self.works[start : start + int(asked["rows"])]
        message = {
            "total-results": len(self.works),
            "items": some,
            "next-cursor": f"DnF1+/=={start + len(some)}",
        }
        body = {"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message}
        return Answer(json.dumps(body).encode(), media=JSON)
