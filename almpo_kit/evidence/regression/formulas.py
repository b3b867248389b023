"""Formulas of moderators: what may stand in one, read without evaluating anything.

A formula is read here token by token and written anew from what was understood: names of columns,
numbers, the operators ``+ - * : / ** ( )`` and a short list of transforms. What the formula library then
evaluates is our own text, in which columns are called ``v0``, ``v1``, …; nothing a person typed reaches
it. So attributes, quotes, braces, subscripts and calls of anything else cannot pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from typing import NamedTuple, NoReturn

from almpo_kit.vocabulary.errors import ParameterError

#: Transform -> the options that it takes: "count" a whole number, "numbers" a list of them.
_SPLINE = {"df": "count", "degree": "count", "knots": "numbers"}
_NATURAL = {"df": "count", "knots": "numbers"}
TRANSFORMS: dict[str, dict[str, str]] = {
    "C": {},
    "center": {},
    "scale": {},
    "log": {},
    "poly": {"degree": "count"},
    "bs": _SPLINE,
    "cr": _NATURAL,
    "cs": _NATURAL,
}
#: Splines that would span a constant as well; without one they can stand beside an average.
_CENTRED = ("cr", "cs")
_LONGEST, _DEEPEST, _LARGEST_OPTION, _LARGEST_POWER = 2_000, 20, 20, 4
#: A product of many columns has more terms than any table has estimates.
_MOST_TERMS = 300
_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?)|([^\W\d]\w*)|(\*\*|[-+*:/^(),=\[\]~]))")
_CODE = re.compile(r"\bv\d+\b")
_TERMS_ONLY = "only columns multiply, and 1 and 0 stand alone"
_EXAMPLE = 'e.g. "~ programme_type + horizon_months" or "~ 1" for a plain average'


@dataclass(frozen=True)
class Formula:
    """A formula as understood.

    ``text``: as a person would write it. ``safe``: the same for the formula library, columns by code.
    ``variables``: columns in the order of their codes, each of them in some term that is left when the
    formula is multiplied out. ``categories``: those wrapped in ``C()``.
    """

    text: str
    safe: str
    variables: tuple[str, ...]
    categories: frozenset[str]

    @property
    def empty(self) -> bool:
        """Whether it names no moderator."""
        return not self.variables


def read(formula: object, verb: str) -> Formula:
    """Understand a formula, or refuse it.

    Raises
    ------
    ParameterError
        Says what cannot stand there, and gives an example of what can.
    """
    if not isinstance(formula, str) or not formula.strip():
        raise ParameterError(f"{verb}() got the formula {formula!r}; give moderators as text, {_EXAMPLE}")
    if len(formula) > _LONGEST:
        raise ParameterError(
            f"{verb}() got a formula of {len(formula)} characters; at most {_LONGEST} are read"
        )
    return _Reader(formula, verb).formula()


def _squared(text: str) -> str:
    return f"multiplies {text} by itself, which is {text} again; for a curve write poly({text}, 2)"


class _Part(NamedTuple):
    """A piece as a person would write it, as the library gets it, and how many terms it multiplies out to."""

    text: str
    safe: str
    terms: int


@dataclass
class _Reader:
    """Recursive descent over the tokens."""

    source: str
    verb: str
    at: int = 0
    depth: int = 0
    variables: list[str] = field(default_factory=list)
    plain: set[str] = field(default_factory=set)
    categories: set[str] = field(default_factory=set)
    tokens: list[tuple[str, str]] = field(default_factory=list)

    def formula(self) -> Formula:
        self._tokenise()
        if self._peek() == "~":
            self.at += 1
        whole = self._sum()
        if self._peek() == "~":
            self._refuse("names a response; the effects are always what is explained, so begin with ~")
        if self.at < len(self.tokens):
            self._refuse(f"has {self._peek()!r} where it should end or go on with an operator")
        if not self.variables and whole.safe != "1":
            self._refuse("names no column")
        if both := sorted(self.plain & self.categories):
            self._refuse(f"has {both[0]} both as it is and as C({both[0]}), which says the same twice")
        if self.variables:
            self._survive(whole.safe)
        return Formula(
            f"~ {whole.text}", f"~ {whole.safe}", tuple(self.variables), frozenset(self.categories)
        )

    def _survive(self, safe: str) -> None:
        """Refuse columns that cancel out: nothing may pass as modelled because the text names it."""
        from formulaic import Formula as Parsed
        from formulaic.errors import FormulaicError

        try:
            terms = [[str(f) for f in term.factors] for term in Parsed(f"~ {safe}")]
        except (FormulaicError, TypeError, ValueError):
            self._refuse(f"multiplies by a number; {_TERMS_ONLY}")
        if any("1" in factors and len(factors) > 1 for factors in terms):
            self._refuse(f"multiplies by a number; {_TERMS_ONLY}")
        left = {code for factors in terms for f in factors for code in _CODE.findall(f)}
        gone = [name for i, name in enumerate(self.variables) if f"v{i}" not in left]
        if gone:
            self._refuse(
                f"names {gone[0]}, which cancels out when the formula is multiplied out; leave it out altogether, or do not subtract it"
            )

    def _tokenise(self) -> None:
        at, source = 0, self.source.strip()
        while at < len(source):
            found = _TOKEN.match(source, at)
            if found is None:
                where = source[at:].lstrip()[:12]
                self._refuse(
                    f"holds {where[:1]!r}; only columns, numbers, + - * : / ** and brackets may stand there"
                )
            kind = ("number", "name", "sign")[(found.lastindex or 1) - 1]
            self.tokens.append((kind, found[found.lastindex or 1]))
            at = found.end()

    def _peek(self, kind: str = "") -> str:
        if self.at >= len(self.tokens) or (kind and self.tokens[self.at][0] != kind):
            return ""
        return self.tokens[self.at][1]

    def _take(self, sign: str, after: str) -> None:
        if self._peek() != sign:
            self._refuse(f"misses {sign!r} after {after}")
        self.at += 1

    def _refuse(self, why: str) -> NoReturn:
        shown = self.source if len(self.source) <= 80 else f"{self.source[:80]}…"
        raise ParameterError(f"{self.verb}() cannot read the formula {shown!r}: it {why}; {_EXAMPLE}")

    def _sum(self) -> _Part:
        sign = self._peek() if self._peek() in ("+", "-") else ""
        self.at += len(sign)
        whole = self._term()
        whole = _Part(sign + whole.text, sign + whole.safe, whole.terms)
        while (sign := self._peek()) in ("+", "-"):
            self.at += 1
            whole = self._joined(whole, f" {sign} ", self._term(), lambda a, b: a + b)
        return whole

    def _term(self) -> _Part:
        whole = self._power()
        while (sign := self._peek()) in ("*", ":", "/"):
            self.at += 1
            right = self._power()
            if sign != "/":
                self._apart(whole, right)
            grows = {"*": lambda a, b: a + b + a * b, ":": lambda a, b: a * b, "/": lambda a, b: a + b}[sign]
            whole = self._joined(whole, ":" if sign == ":" else f" {sign} ", right, grows)
        return whole

    def _apart(self, left: _Part, right: _Part) -> None:
        """Refuse a column times itself, which is the column and not its square."""
        if right.safe in left.safe.split(":"):
            self._refuse(_squared(right.text))

    def _power(self) -> _Part:
        base = self._item()
        if self._peek() not in ("**", "^"):
            return base
        self.at += 1
        power = self._peek("number")
        if power not in map(str, range(1, _LARGEST_POWER + 1)):
            self._refuse(f"raises to {power or 'no number'}; whole powers up to {_LARGEST_POWER} are read")
        self.at += 1
        if base.terms == 1 and power != "1":
            self._refuse(_squared(base.text))
        return self._bounded(
            _Part(f"{base.text}**{power}", f"{base.safe}**{power}", base.terms ** int(power))
        )

    def _joined(self, left: _Part, sign: str, right: _Part, grows: Callable[[int, int], int]) -> _Part:
        terms = grows(left.terms, right.terms)
        return self._bounded(_Part(f"{left.text}{sign}{right.text}", f"{left.safe}{sign}{right.safe}", terms))

    def _bounded(self, part: _Part) -> _Part:
        if part.terms > _MOST_TERMS:
            self._refuse(f"multiplies out to more than {_MOST_TERMS} terms; name fewer columns")
        return part

    def _item(self) -> _Part:
        if self._peek() == "(":
            return self._bracket()
        if number := self._peek("number"):
            if number not in ("0", "1"):
                self._refuse(
                    f"has the number {number} as a term; only 1 (an average) and 0 (none) mean something"
                )
            self.at += 1
            return _Part(number, number, 1)
        name = self._peek("name")
        if not name:
            self._refuse(
                f"has {self._peek()!r} where a column should stand" if self._peek() else "ends too early"
            )
        self.at += 1
        return self._call(name) if self._peek() == "(" else self._variable(name, self.plain)

    def _bracket(self) -> _Part:
        self.depth += 1
        if self.depth > _DEEPEST:
            self._refuse(f"is nested more than {_DEEPEST} deep")
        self.at += 1
        inside = self._sum()
        self._take(")", "the bracket")
        self.depth -= 1
        return _Part(f"({inside.text})", f"({inside.safe})", inside.terms)

    def _variable(self, name: str, used: set[str]) -> _Part:
        used.add(name)
        if name not in self.variables:
            self.variables.append(name)
        return _Part(name, f"v{self.variables.index(name)}", 1)

    def _call(self, name: str) -> _Part:
        if name not in TRANSFORMS:
            self._refuse(f"calls {name}(); what can be called is {', '.join(TRANSFORMS)}")
        self.at += 1
        inner = self._peek("name")
        if not inner:
            self._refuse(f"gives {name}() no column")
        self.at += 1
        if inner == "log" and name not in ("log", "C") and self._peek() == "(":
            inside = self._call(inner)
        elif self._peek() == "(":
            self._refuse(f"puts {inner}() inside {name}(); only log() may stand inside another")
        else:
            inside = self._variable(inner, self.categories if name == "C" else self.plain)
        options = self._options(name)
        self._take(")", f"{name}(")
        # A category is made when the table is read; a centred spline leaves the constant to the average.
        if name == "C":
            return _Part(f"C({inside.text})", inside.safe, 1)
        said = "".join(f", {k}={v}" for k, v in options.items())
        own = ", constraints='center'" if name in _CENTRED else ""
        return _Part(f"{name}({inside.text}{said})", f"{name}({inside.safe}{said}{own})", 1)

    def _options(self, name: str) -> dict[str, str]:
        options: dict[str, str] = {}
        while self._peek() == ",":
            self.at += 1
            # poly(x, 2) is how everybody writes it.
            option = "degree" if name == "poly" and self._peek("number") else self._peek("name")
            kind = TRANSFORMS[name].get(option)
            if kind is None or option in options:
                takes = ", ".join(TRANSFORMS[name]) or "none"
                self._refuse(f"gives {name}() an option it does not take ({name}() takes: {takes})")
            if self._peek("name"):
                self.at += 1
                self._take("=", option)
            options[option] = self._count() if kind == "count" else self._numbers()
        return options

    def _count(self) -> str:
        number = self._peek("number")
        if not number.isdigit() or not 1 <= int(number) <= _LARGEST_OPTION:
            self._refuse(
                f"has {number or self._peek()!r} where a whole number from 1 to {_LARGEST_OPTION} belongs"
            )
        self.at += 1
        return str(int(number))

    def _numbers(self) -> str:
        opened = self._peek()
        if opened not in ("[", "("):
            self._refuse("gives knots without brackets; write knots=[12, 24]")
        self.at += 1
        numbers: list[str] = []
        while self._peek() not in ("]", ")"):
            sign = ""
            if self._peek() == "-":
                self.at, sign = self.at + 1, "-"
            number = self._peek("number")
            if not number or not isfinite(float(number)) or len(numbers) >= _LARGEST_OPTION:
                self._refuse(f"gives knots that are not up to {_LARGEST_OPTION} numbers")
            numbers.append(f"{sign}{float(number)!r}")
            self.at += 1
            if self._peek() == ",":
                self.at += 1
        self._take({"[": "]", "(": ")"}[opened], "the knots")
        return f"[{', '.join(numbers)}]"
