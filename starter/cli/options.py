"""The options that several commands share, and how what people type is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from cyclopts import Parameter

from domain.actors import ENTERPRISE_PREFIX
from domain.due import PARK_TIME, end_of_day
from domain.duration import Duration, DurationError, parse
from runtime.text import LANGUAGES, catalogue, text
from starter.cli.explain import WrongUsage
from starter.workbook.phones import PhoneUnclear, read_phones

Word = TypeVar("Word", bound=StrEnum)


def option(key: str, *names: str, **more: object) -> Parameter:
    """A parameter whose help is the text `help.opt_<key>`."""
    given: dict[str, Any] = {"negative": (), **more}
    return Parameter(name=names or None, help=text(f"help.opt_{key}"), **given)


Json = Annotated[bool, option("json", "--json")]
As = Annotated[str | None, option("as", "--as")]
CommandId = Annotated[str | None, option("command_id", "--command-id")]
DemandId = Annotated[str, option("demand")]
PolicyFile = Annotated[Path | None, option("policy", "--policy")]
Attach = Annotated[list[Path] | None, option("attach", "--attach")]
CallNote = Annotated[str, option("call_note", "--call-note")]


def narrow(typed: str) -> str:
    """What was typed, without full-width characters and spaces around it."""
    return unicodedata.normalize("NFKC", typed).strip()


def code(typed: str) -> str:
    """A code or list id however it was typed: ａｎ－2026q4 is AN-2026Q4."""
    folded = re.sub(r"[‐‑‒–—―−]", "-", narrow(typed))
    return re.sub(r"\s*-\s*", "-", folded).upper()


def demand_id(typed: str) -> str:
    """A demand's id; its number has three digits at least: an-2026q4-17 is AN-2026Q4-017."""
    list_id, dash, number = code(typed).rpartition("-")
    return f"{list_id}-{number.zfill(3)}" if dash and number.isdecimal() else code(typed)


def account(typed: str) -> str:
    """An account, or `enterprise:` with the credit code in capitals."""
    name = narrow(typed)
    if name.lower().startswith(ENTERPRISE_PREFIX):
        return ENTERPRISE_PREFIX + name[len(ENTERPRISE_PREFIX) :].strip().upper()
    return name


_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_TIME = re.compile(r"[T\s]*(\d{1,2})[:时](\d{2})?(?::(\d{2}))?分?")


def day(typed: str) -> date:
    """A day as people write it. Raises `WrongUsage`."""
    found = _DAY.fullmatch(narrow(typed))
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise WrongUsage("day_unclear", typed=typed.strip())


def phone(typed: str) -> str:
    """Telephone numbers, read as a list's are. Raises `WrongUsage`."""
    try:
        return read_phones(typed).numbers
    except PhoneUnclear as error:
        raise WrongUsage("phone_unclear", typed=typed) from error


def instant(typed: str) -> datetime:
    """A moment in the park's time, or in the zone it names; a day means its end."""
    written = narrow(typed)
    found = _DAY.match(written)
    try:
        if found is None:
            raise ValueError(typed)
        rest = written[found.end() :].strip()
        if not rest:
            return end_of_day(day(found.group()))
        clock = _TIME.fullmatch(rest)
        if clock is None:
            moment = datetime.fromisoformat(written)
            return moment if moment.tzinfo else moment.replace(tzinfo=PARK_TIME)
        hour, minute, second = (int(part or 0) for part in clock.groups())
        on = day(found.group())
        if (hour, minute, second) == (24, 0, 0):
            return end_of_day(on)
        return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=PARK_TIME)
    except (ValueError, OverflowError) as error:
        raise WrongUsage("instant_unclear", typed=typed) from error


def duration(typed: str) -> Duration:
    """A duration such as 10wd. Raises `WrongUsage`."""
    try:
        return parse(narrow(typed).lower())
    except DurationError as error:
        raise WrongUsage("duration_unclear", problem=text(error.key, **error.facts)) from error


def word(kind: type[Word], typed: str, allowed: Iterable[Word] | None = None) -> Word:
    """A code or the word for it in either language. Raises `WrongUsage` naming the choices."""
    members = list(allowed or kind)
    wanted = _folded(typed)
    for member in members:
        names = {_folded(catalogue(lang).get(f"word.{member.value}", "")) for lang in LANGUAGES}
        if wanted in names | {_folded(member.value)}:
            return member
    choices = text("cli.list_comma").join(
        text("cli.choice", code=m.value, word=text(f"word.{m.value}")) for m in members
    )
    raise WrongUsage("word_unclear", typed=typed, choices=choices)


def _folded(typed: str) -> str:
    return re.sub(r"[\s_-]+", "_", narrow(typed).casefold())
