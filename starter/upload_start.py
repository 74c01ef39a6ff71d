"""Starting an uploaded list in the background: its rows and how far it is stand in the ledger.

A process that dies leaves it interrupted; anybody may go on, in whatever process. Nothing is
started twice: putting rows on a list is safe to repeat.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from pydantic import TypeAdapter, ValidationError

from domain.actors import Actor
from domain.values import OptionalText, Value
from ledger.pool import PASSING
from ledger.sql import sql
from runtime import logs
from starter.connections import Connections, of_ledger
from starter.errors import CommandRefused, LianbanError
from starter.intake import LIST_ID, Intake, Outcome, put_on_list
from starter.policies import policy_in_force
from starter.resolve import invalid_input
from starter.uploads import BEAT, Checked, Upload
from starter.workbook.mending import Place
from starter.workbook.models import GoodRow

log = logs.get(__name__)
_ROWS = TypeAdapter(tuple[GoodRow, ...])
_EVERY = 0.5
"""Seconds between two signs of life."""


class _Named(Value):
    meeting: OptionalText


@dataclass(frozen=True)
class Became:
    """What became of a row: `what` is a group of the outcome, `error` why it failed."""

    place: Place
    demand: str
    what: str
    like: tuple[str, ...] = ()
    error: LianbanError | None = None


@dataclass
class _Done:
    done: int = 0
    total: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)


async def begin(to: Connections, checked: Checked, list_id: str, meeting: str, by: Actor) -> None:
    """Keep what is to be started; `run` does it.

    Raises `CommandRefused` where there is nothing to start, the list id can't be used, or it is
    under way already or went onto another list.
    """
    if not LIST_ID.fullmatch(list_id):
        raise CommandRefused("list_id_invalid", list_id=list_id)
    try:
        _Named(meeting=meeting)
    except ValidationError as error:
        raise invalid_input(error, "list") from error
    rows = checked.reading.good
    if not rows:
        raise CommandRefused("no_good_rows")
    kept = _ROWS.dump_json(rows).decode()
    number = checked.upload.upload
    facts = (number, list_id, meeting, by.account, kept)
    if await to.pool.fetchval(sql("upload_start"), *facts) is None:
        raise CommandRefused("upload_under_way")


async def go_on(to: Connections, upload: Upload, by: Actor) -> None:
    """Take over what was interrupted; `run` does it. Raises `CommandRefused` where it wasn't."""
    if await to.pool.fetchval(sql("upload_go_on"), upload.upload, by.account, BEAT) is None:
        raise CommandRefused("upload_under_way")


async def known_list(to: Connections, list_id: str) -> asyncpg.Record | None:
    """A list of this id that has demands already: its meeting, and the number of the last one."""
    return await to.pool.fetchrow(sql("list_known"), list_id)


async def run(to: Connections, upload: int, by: Actor) -> None:
    """Start it, to the end; how it ended stands in the ledger."""
    row = await to.pool.fetchrow(sql("upload_under_way"), upload)
    assert row is not None
    rows = _ROWS.validate_json(row["rows"])
    done = _Done(total=len(rows))

    def progress(count: int, total: int) -> None:
        done.done, done.total = count, total

    outcome, problem = None, None
    async with _beating(to, upload, done):
        try:
            policy = policy_in_force(to.settings)
            intake = Intake(row["list_id"], row["meeting"], by, policy, row["file"])
            outcome = _kept(await put_on_list(to, intake, rows, progress))
        except LianbanError as error:
            problem = _error(error)
        except Exception as error:
            log.error("upload.start_failed", upload=upload, exc_info=error)
            problem = {"code": "upload_failed", "facts": {}}
    facts = (_json(outcome), _json(problem))
    await of_ledger(to, lambda: to.pool.execute(sql("upload_end"), upload, *facts))


@contextlib.asynccontextmanager
async def _beating(to: Connections, upload: int, done: _Done) -> AsyncIterator[None]:
    async def beat() -> None:
        while True:
            with contextlib.suppress(*PASSING):
                await to.pool.execute(sql("upload_beat"), upload, done.done, done.total)
            await asyncio.sleep(_EVERY)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating


def became(outcome: str | None) -> list[Became]:
    """What became of each row, from a kept outcome; also of what was on the list before."""
    if outcome is None:
        return []
    kept: dict[str, Any] = json.loads(outcome)
    what = {demand: group for group in _GROUPS for demand in kept[group]}
    failed = {one["demand"]: _rebuilt(one) for one in kept["failed"]}
    like = {one["demand"]: tuple(one["like"]) for one in kept["duplicates"]}
    found = [
        Became(
            (one["sheet"], one["row"]),
            one["demand"],
            "failed" if one["demand"] in failed else what.get(one["demand"], "unchanged"),
            like.get(one["demand"], ()),
            failed.get(one["demand"]),
        )
        for one in kept["numbers"]
    ]
    own = {one.demand for one in found}
    others = [
        Became(("", 0), demand, "failed", (), error)
        for demand, error in failed.items()
        if demand not in own
    ]
    return [*found, *others]


def problem_of(kept: str | None) -> LianbanError | None:
    """Why a start ended before it could begin."""
    return None if kept is None else _rebuilt(json.loads(kept))


_GROUPS = ("ended", "unchanged", "amended", "started")


def _kept(outcome: Outcome) -> dict[str, Any]:
    return {
        **{group: getattr(outcome, group) for group in _GROUPS},
        "unrecorded": outcome.unrecorded,
        "duplicates": [{"demand": d.demand, "like": list(d.like)} for d in outcome.duplicates],
        "failed": [{"demand": one.demand, **_error(one.error)} for one in outcome.failed],
        "numbers": [
            {"sheet": sheet, "row": row, "demand": demand}
            for (sheet, row), demand in outcome.numbers.items()
        ],
    }


def _error(error: LianbanError) -> dict[str, Any]:
    return {"code": error.code, "facts": error.facts}


def _rebuilt(kept: dict[str, Any]) -> LianbanError:
    return LianbanError(kept["code"], **kept["facts"])


def _json(value: Sequence[Any] | dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
