"""From a submitted form to the fields of a command: only names the act has, empty ones left out."""

from __future__ import annotations

from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from starlette.datastructures import FormData, UploadFile

from domain.calendar import PARK_TIME, end_of_day
from starter.errors import CommandRefused
from web.act_fields import Field


def fields_of(
    form: FormData, fields: tuple[Field, ...], files: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """What the person gave, with the files taken in. Raises `CommandRefused` for the unreadable."""
    given = {
        field.name: (files or None) if field.widget == "files" else _value(form, field)
        for field in fields
    }
    return {name: value for name, value in given.items() if value is not None}


def typed(form: FormData) -> dict[str, Any]:
    """What was typed, to show it again: a text each, lists where a name comes more than once."""
    found: dict[str, Any] = {}
    for name in form:
        values = [one for one in form.getlist(name) if not isinstance(one, UploadFile)]
        if values:
            found[name] = values if len(values) > 1 or name.startswith("milestone_") else values[0]
    return found


def _value(form: FormData, field: Field) -> Any:
    match field.widget:
        case "contact":
            name, phone = _text(form, "contact_name"), _text(form, "contact_phone")
            return {"name": name or "", "phone": phone or ""} if name or phone else None
        case "milestones":
            return _milestones(form)
        case "day":
            typed_day = _text(form, field.name)
            return _day(field.name, typed_day) if typed_day else None
        case "moment":
            typed_day = _text(form, field.name)
            return _end_of(field.name, typed_day) if typed_day else None
        case "duration":
            count, unit = _text(form, field.name), _text(form, f"{field.name}_unit") or "wd"
            return f"{count}{unit}" if count else None
        case "yes":
            return field.name in form
        case "yes_no":
            return {"yes": True, "no": False}.get(_text(form, field.name) or "")
        case _:
            return _text(form, field.name)


def _text(form: FormData, name: str) -> str | None:
    value = form.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _milestones(form: FormData) -> list[dict[str, Any]]:
    rows = zip_longest(form.getlist("milestone_title"), form.getlist("milestone_due"), fillvalue="")
    return [
        {"title": title.strip()} | ({"due_on": _day("due_on", due)} if due else {})
        for title, due in rows
        if isinstance(title, str) and isinstance(due, str) and title.strip()
    ]


def _day(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise CommandRefused("invalid_input", field=name, problem=value) from error


def _end_of(name: str, value: str) -> datetime:
    """A day alone means its end; a day and a time is in the park's time."""
    if "T" not in value:
        return end_of_day(_day(name, value))
    try:
        return datetime.fromisoformat(value).replace(tzinfo=PARK_TIME)
    except ValueError as error:
        raise CommandRefused("invalid_input", field=name, problem=value) from error
