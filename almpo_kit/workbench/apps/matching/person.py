"""One person: what they can do, which occupations are near, and a short list that does not send everybody to the same jobs.

What is typed stays in the session; nothing of it is kept, and nothing of another person's row is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit import matching
from almpo_kit.vocabulary.errors import AlmpoError, DesignError
from almpo_kit.vocabulary.provenance import is_synthetic
from almpo_kit.vocabulary.rendering import card_html, checks_html, number, table_html
from almpo_kit.workbench.apps.screen import Screen, finding_html, refusal_html

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.workbench.apps.matching.held import Held, Tell
    from almpo_kit.workbench.labour_market import LabourMarket

_LIST, _MOST_KM = 10, 200
#: Skills below this probability are noise to a reader.
_LIKELY = 0.2
_AS_READ = ("As the text reads", "")
#: What stands in the box at first: a person in need of a job, made up.
_EXAMPLE = (
    "Πωλήτρια σε κατάστημα ρούχων\nCash register, stock-taking, advice to customers in Greek and English"
)


@dataclass
class Prices:
    """What being shown a vacancy costs, from one run over all who are registered; asked once a market."""

    market: LabourMarket
    held: Held
    _found: pd.Series | None = field(default=None, repr=False)

    def found(self, tell: Tell) -> pd.Series | None:
        """Price by vacancy id."""
        if self._found is None:
            tell("Weighing who else would be shown these vacancies, once for this market.")
            whole = self.market.assigned(self.held.locations)
            self._found = getattr(whole, "prices", None)
        return self._found


def person(held: Held, market: LabourMarket) -> Screen:
    """The screen of one person."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls = {
        "text": widgets.Textarea(description="Last job, profile or CV", value=_EXAMPLE, layout=wide),
        "place": widgets.Dropdown(
            description="Lives in", options=[(held.place_name(p), p) for p in market.places], layout=wide
        ),
        "km": widgets.BoundedIntText(
            description="Commutes up to (km)", value=50, min=1, max=_MOST_KM, layout=wide
        ),
        "chosen": widgets.Dropdown(description="Take it as", options=[_AS_READ], layout=wide),
    }
    prices = Prices(market, held)
    screen = Screen(
        controls,
        lambda **asked: _answer(held, market, prices, screen_of[0], **asked),
        button="Find occupations and vacancies",
    )
    screen_of = [screen]
    screen.answer.value = (
        '<p class="answer-line">Describe the person in their own words, in any big EU language, and press the button. What you '
        "type stays in this session and is not kept.</p>"
    )
    return screen


def _answer(
    held: Held,
    market: LabourMarket,
    prices: Prices,
    screen: Screen,
    *,
    text: str,
    place: str,
    km: int,
    chosen: str,
    tell: Any,
) -> str:
    if not text.strip():
        raise DesignError(
            "there is no text yet: write the last job or paste a profile, then press the button."
        )
    placed = matching.classify([text], held.index("occupations", tell), held.encoder, top=5)
    skills = matching.extract_skills([text], held.index("skills", tell), held.encoder, top=10)
    chosen = _offer(screen, placed, chosen)
    code = chosen or str(placed.best["code"].iloc[0] or "")
    return "".join(
        (
            finding_html(placed),
            _read_html(placed, skills),
            _vacancies_html(held, market, prices, code, place, km, tell),
            _near_html(held, market, code, skills, place),
        )
    )


def _offer(screen: Screen, placed: matching.Classification, chosen: str) -> str:
    """Offer what the text may be about; who works with the person decides. What is chosen and still offered."""
    read = placed.table
    options = [_AS_READ, *zip(read["label"].astype(str), read["code"].astype(str), strict=True)]
    control = screen.controls["chosen"]
    keep = chosen if chosen in {code for _, code in options} else _AS_READ[1]
    if list(control.options) != options:
        with screen.held():
            control.options = options
    with screen.held():
        control.value = keep
    return keep


def _read_html(placed: matching.Classification, skills: matching.SkillsFound) -> str:
    """What was read out of the text, with the words that justify it."""
    shown = _told(placed.table[["label", "isco", "score", "words"]], "occupation")
    found = _told(skills.table.loc[skills.table["score"] >= _LIKELY, ["label", "score", "words"]], "skill")
    named = (
        table_html(found, caption="Skills it may name")
        if len(found)
        else "<p>No skill is named in words that are sure enough.</p>"
    )
    return f"{table_html(shown, caption='Occupations it may be')}{named}{checks_html(skills.failed)}"


def _told(table: pd.DataFrame, what: str) -> pd.DataFrame:
    words = [f"{100 * p:.0f}%" if p >= 0.01 else "under 1%" for p in table["score"]]
    names = {"label": what, "score": "probability", "words": "because of"}
    return table.assign(score=words).rename(columns=names)


def _vacancies_html(
    held: Held, market: LabourMarket, prices: Prices, code: str, place: str, km: int, tell: Tell
) -> str:
    import pandas as pd

    if market.seekers is None or market.vacancies is None:
        return (
            "<h3>Vacancies</h3><p>This market is given as stocks: there are no single vacancies to list.</p>"
        )
    if not code:
        return (
            "<h3>Vacancies</h3><p>None are listed, because the occupation could not be read with enough certainty. Add "
            "the job title as people in the trade say it.</p>"
        )
    one = pd.DataFrame(
        {"id": ["this person"], "geo": [place], "occupation": [code], "count": [1.0], "source": [""]}
    )
    listed = matching.assign(
        one,
        market.vacancies,
        locations=held.locations,
        top=_LIST,
        max_km=float(km),
        prices=prices.found(tell),
    )
    shown = listed.table[listed.table["rank"] > 0]
    if shown.empty:
        reason = escape(str(listed.table["reason"].iloc[0]))
        return f"<h3>Vacancies</h3><p>None is within reach: {reason}</p>"
    synthetic = '<p class="synthetic">SYNTHETIC vacancies</p>' if is_synthetic(market.vacancies) else ""
    columns = {"vacancy": "vacancy", "score": "fit, 0 to 1", "km": "km", "reason": "why"}
    posts = market.vacancies.set_index("id")
    names = held.occupations.drop_duplicates("code").set_index("code")["label"]
    table = shown[list(columns)].rename(columns=columns)
    titles = posts["occupation"].reindex(shown["vacancy"]).map(names).to_numpy()
    table.insert(1, "occupation", titles)
    return (
        f"<h3>A short list of {len(shown)} vacancies within {number(km, 0)} km</h3>{synthetic}"
        "<p>Vacancies that many others would be shown stand lower, so that not everybody is sent to the same "
        f"ones.</p>{table_html(table)}{checks_html(listed.failed)}"
    )


def _near_html(held: Held, market: LabourMarket, code: str, skills: matching.SkillsFound, place: str) -> str:
    try:
        near = matching.reachable(
            code or None,
            held.space,
            held.occupations,
            held=None if code else skills.table["skill"].tolist(),
            balance=market.finest(),
            geo=place,
        )
    except AlmpoError as refused:
        return f"<h3>Other occupations within reach</h3>{refusal_html(refused)}"
    return f"<h3>Other occupations within reach</h3>{card_html(near)}{finding_html(near, head='h4')}"
