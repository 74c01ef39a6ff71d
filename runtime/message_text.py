"""What a message says, short enough for a phone: Jinja2 templates, one an event kind and language.

A text is plain and stands alone: who speaks, what it is about, what happened or is to be done, and
the link on the last line. The first line is the subject as well. Only the facts named in `FACTS`
get in: nothing that an enterprise wrote in an evaluation is among them, and nothing is ever to be.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runtime.text import catalogue

MESSAGES = Path(__file__).parent / "messages"
FACTS: Mapping[str, int] = {
    **{"demand": 24, "enterprise": 20, "text": 40, "unit": 16, "clock": 10, "due": 20},
    **{"by": 16, "reason": 40, "link": 400},
}
"""What a template may know, and how many characters of it; Latin letters count half."""
OTHER = "other"
MOST = 120
"""So many Chinese characters, or twice as many Latin ones, before the link."""
_ROOM = ((40, 1.0), (28, 1.0), (16, 1.0), (8, 1.0), (8, 0.6))
"""To keep within it: what people wrote gives way first, then the names."""
MOST_LINES = 10
_LINE = 55
_ENDS = "。．.；;，,、：: "


@dataclass(frozen=True)
class Rendered:
    """A message in words."""

    subject: str
    text: str


@cache
def kinds(lang: str = "zh") -> frozenset[str]:
    """The kinds of events that have words of their own."""
    names = {path.stem for path in (MESSAGES / _known(lang)).glob("[a-z]*.j2")}
    return frozenset(names - {OTHER})


def render(kind: str, facts: Mapping[str, str], lang: str) -> Rendered:
    """The message for an event of that kind; facts that are missing are left out of it."""
    lang = _known(lang)
    name = kind if kind in kinds(lang) else OTHER
    title = catalogue(lang).get(f"event.{kind}", "")
    rendered = Rendered("", "")
    for written, named in _ROOM:
        limits = {fact: int(most * (named if most <= 24 else 1)) for fact, most in FACTS.items()}
        limits |= {"text": written, "reason": written}
        given = {fact: short(facts.get(fact, ""), limit) for fact, limit in limits.items()}
        given["reason"] = given["reason"].rstrip(_ENDS)
        rendered = _rendered(lang, name, {**given, "title": title})
        if _width(_split(rendered.text)[0]) <= 2 * MOST:
            break
    return rendered


def digest(items: Sequence[Rendered], lang: str, link: str = "") -> Rendered:
    """One message for several, in order. A single one stays as it is.

    `link` leads to all of them; without it, none is given where the messages have several.
    """
    if len(items) == 1:
        return items[0]
    links = {found for item in items if (found := _split(item.text)[1])}
    facts = {
        "count": str(len(items)),
        "lines": [_line(item) for item in items[:MOST_LINES]],
        "more": str(len(items) - MOST_LINES) if len(items) > MOST_LINES else "",
        "link": link or (links.pop() if len(links) == 1 else ""),
    }
    return _rendered(_known(lang), "_digest", facts)


def short(text: str, most: int = 40) -> str:
    """The text on one line, in at most so many Chinese characters; a cut is marked."""
    plain = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    line = " ".join(plain.split())
    if _width(line) <= 2 * most:
        return line
    kept, room = "", 2 * most - 2
    for char in line:
        room -= _width(char)
        if room < 0:
            break
        kept += char
    return kept.rstrip(_ENDS) + "…"


def _known(lang: str) -> str:
    return "en" if lang == "en" else "zh"


@cache
def _environment(lang: str) -> Environment:
    return Environment(
        loader=FileSystemLoader(MESSAGES / lang),
        autoescape=False,  # plain text: whoever puts it into a page escapes it there
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _rendered(lang: str, name: str, facts: Mapping[str, object]) -> Rendered:
    lines = _environment(lang).get_template(f"{name}.j2").render(facts).splitlines()
    lines = [line.strip() for line in lines if line.strip()]
    return Rendered(subject=lines[0], text="\n".join(lines))


def _split(text: str) -> tuple[str, str]:
    """The words, and the link on the last line if there is one."""
    words, _, last = text.rpartition("\n")
    return (words, last) if re.match(r"https?://", last) else (text, "")


def _line(item: Rendered) -> str:
    """A message as one line of a digest: what is to be done comes before what it is about."""
    first, *about = _split(item.text)[0].splitlines()
    head = first.removeprefix("【链办】").removeprefix("[Lianban] ")
    return short(" ".join((head, *reversed(about))), _LINE)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
