"""Templates: one environment, its filters, and how a page or a fragment of it is answered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2_fragments import render_block
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from domain.calendar import PARK_TIME
from runtime.text import language, text
from starter import words
from starter.deadline_text import moment_text
from web.navigation import navigation

HERE = Path(__file__).parent
STATIC = HERE / "static"
FLASH_COOKIE = "lianban_flash"
PARTS = (
    *("colour_light", "empty", "field", "select", "choices", "problem_notice", "flash_notice"),
    "milestone",
)
"""The macros of parts.html, known to every template."""


def page(
    request: Request, template: str, *, block: str | None = None, status: int = 200, **facts: Any
) -> Response:
    """A whole page; or only `block` of it, or the block that htmx asked for by `?block=`."""
    viewer = getattr(request.state, "viewer", None)
    known = {"request": request, "viewer": viewer, "now": datetime.now(UTC), **facts}
    if block is not None:
        html = render_block(environment(), template, block, known)
        return HTMLResponse(html, status)
    known["flash"] = request.cookies.get(FLASH_COOKIE, "")
    answer = HTMLResponse(environment().get_template(template).render(known), status)
    if known["flash"]:
        answer.delete_cookie(FLASH_COOKIE)
    return answer


@cache
def environment() -> Environment:
    """Strict: a name that a template misspells is an error in a test, not a gap on a page."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        t=text, lang=language, static=static_url, icon=icon, words=words, navigation=navigation
    )
    made.filters.update(when=words.when, day=day, moment=moment, ago=ago, lines=lines)
    # As globals, because a block that is rendered alone doesn't run its template's imports.
    parts = made.get_template("parts.html").module
    made.globals.update({name: getattr(parts, name) for name in PARTS})
    return made


def static_url(name: str) -> str:
    """The address of a static file, which changes with its content, so it can be kept for ever."""
    return f"/static/{name}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite; with a label it says something, without it is an ornament."""
    href = f"{static_url('icons.svg')}#{name}"
    if label:
        return Markup('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>').format(
            label, href
        )
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>').format(href)


def day(value: date | datetime) -> str:
    """A day as people say it: 11月24日, with the year where it isn't this one."""
    local = value.astimezone(PARK_TIME).date() if isinstance(value, datetime) else value
    today = datetime.now(PARK_TIME).date()
    key = "deadline.date" if local.year == today.year else "deadline.date_year"
    month = text(f"deadline.month_{local.month}")
    return text(key, year=local.year, month=month, day=local.day)


def moment(value: datetime) -> str:
    """A day and a time as people say it: 11月24日 17:30."""
    return moment_text(value, year=datetime.now(PARK_TIME).year)


_STEPS = ((86400, "web.days_ago"), (3600, "web.hours_ago"), (60, "web.minutes_ago"))


def ago(value: datetime) -> str:
    """How long ago: 刚刚, 5 分钟前, 3 小时前; from a week on, the day."""
    seconds = (datetime.now(UTC) - value).total_seconds()
    if seconds >= 7 * 86400:
        return day(value)
    for size, key in _STEPS:
        if seconds >= size:
            return text(key, count=int(seconds // size))
    return text("web.just_now")


def lines(value: str) -> Markup:
    """A text with its own line breaks."""
    return Markup("<br>").join(escape(line) for line in value.split("\n"))


def facts_of(mapping: Mapping[str, str]) -> list[tuple[str, str]]:
    """Names and values, those without a value left out."""
    return [(name, value) for name, value in mapping.items() if value]
