"""Tries out a deadline, with the derivation that anybody can check by hand. Needs no engine:

where one is at hand it reckons by the park's calendar, else by the shipped one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ValidationError

from domain.calendar import beginning_of_day
from domain.clock import deadline
from domain.deadline import Deadline, Pause
from runtime.text import LANGUAGES, text
from starter.cli import options, output
from starter.cli.app import calendar_app, command
from starter.cli.explain import WrongUsage
from starter.cli.options import Json, option
from starter.cli.park_calendar import tables_here
from starter.deadline_text import derivation, due_text


@command(calendar_app, "deadline")
async def try_out(
    start: Annotated[str, option("start")],
    duration: Annotated[str, option("duration")],
    /,
    *,
    pause: Annotated[list[str] | None, option("pause_span", "--pause")] = None,
    began: Annotated[str, option("began", "--began")] = "",
    json: Json = False,
) -> int:
    """When the duration has passed since the start, and every day counted or skipped."""
    within, beginning = options.duration(duration), _beginning(start)
    try:
        pauses = [_pause(typed) for typed in pause or ()]
        in_force, whose = await tables_here(quiet=json)
        found = deadline(beginning, within, in_force.calendar(), pauses)
    except (OverflowError, ValidationError) as error:
        raise WrongUsage("beyond_reckoning") from error
    if json:
        output.data(_as_json(found, began) | {"from": whose})
    else:
        output.say(due_text(found), "bold")
        output.say(derivation(found, began.strip()))
        output.say(text("cli.calendar_used", version=found.calendar), "dim")
    return output.DONE


def _beginning(typed: str) -> datetime:
    """A moment; a day alone means its beginning, so that it is the day that doesn't count."""
    try:
        return beginning_of_day(options.day(typed))
    except WrongUsage:
        return options.instant(typed)


def _pause(typed: str) -> Pause:
    """`FROM/TO`, or `FROM/` while nobody knows its end. Of a day alone, TO means its end."""
    since, slash, until = options.narrow(typed).partition("/")
    if not slash:
        raise WrongUsage("pause_unclear", typed=typed)
    found = Pause(since=_beginning(since), until=options.instant(until) if until.strip() else None)
    if found.until is not None and found.until < found.since:
        raise WrongUsage("pause_backward", typed=typed)
    return found


def _as_json(found: Deadline, began: str) -> dict[str, Any]:
    said = {lang: derivation(found, began.strip(), lang) for lang in LANGUAGES}
    return found.model_dump(mode="json") | {"provisional": found.provisional, "derivation": said}
