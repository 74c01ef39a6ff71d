"""Workbooks that clerks upload: kept as they came, checked as the directory is now, mended by hand.

Only the bytes and what people did to rows are kept. What a row says is read anew each time, by the
same rules as `lianban list check`.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, TypeVar

import asyncpg

from domain.directory import Directory
from domain.values import unprintable
from ledger.directory import read
from ledger.pool import Pool
from ledger.sql import sql
from starter.errors import CommandRefused
from starter.workbook.demand_list import check_list
from starter.workbook.mending import Mends, Place
from starter.workbook.models import ListReading, TypedRow
from starter.workbook.reading import Workbook, workbook_of

BEAT = timedelta(seconds=10)
"""Starting a list that gave no sign of life for so long was interrupted."""
NAME_LIMIT, REASON_LIMIT = 200, 500
_KEPT = 2

_T = TypeVar("_T")
_Key = tuple[int, datetime]
_reader = ThreadPoolExecutor(1, thread_name_prefix="workbooks")
"""Reading a large workbook takes a core for seconds: never two at once."""
_opened: dict[_Key, Workbook] = {}
"""The workbooks looked at last, by number and time. What was uploaded never changes."""


@dataclass(frozen=True)
class Upload:
    """An upload; of `start` what is known of starting it, None before it was started."""

    upload: int
    file: str
    account: str
    at: datetime
    start: asyncpg.Record | None


@dataclass(frozen=True)
class Checked:
    """An upload and what its rows say now."""

    upload: Upload
    directory: Directory
    reading: ListReading
    mends: Mends


async def keep(pool: Pool, file: str, content: bytes, account: str) -> int:
    """Keep a workbook; its number. Raises `WorkbookError` where it can't be read as a list."""
    name = PurePath(file.replace("\\", "/")).name[-NAME_LIMIT:]
    directory = await read(pool)

    def readable() -> tuple[Workbook, ListReading]:
        workbook = workbook_of(content, name)
        return workbook, check_list(workbook, directory)

    workbook, reading = await _apart(readable)
    counts = len(reading.good), len(reading.bad)
    row = await pool.fetchrow(sql("upload_add"), workbook.file, content, account, *counts)
    assert row is not None
    _remember((row["upload"], row["at"]), workbook)
    number: int = row["upload"]
    return number


async def recent(pool: Pool, limit: int, before: int | None = None) -> list[asyncpg.Record]:
    """The uploads of everybody, the newest first."""
    return await pool.fetch(sql("uploads"), before, limit, BEAT)


async def find(pool: Pool, number: int) -> Upload | None:
    """One upload."""
    row = await pool.fetchrow(sql("upload"), number, BEAT) if 0 < number < 2**63 else None
    if row is None:
        return None
    start = row if row["list_id"] is not None else None
    return Upload(row["upload"], row["file"], row["account"], row["at"], start)


async def check(pool: Pool, upload: Upload) -> Checked:
    """The check row by row. Raises `WorkbookError` where the program can't read it any more."""
    directory, mends = await read(pool), await _mends(pool, upload.upload)
    key = (upload.upload, upload.at)
    workbook = _opened.get(key)
    content = b"" if workbook else await pool.fetchval(sql("upload_content"), upload.upload)

    def checked() -> tuple[Workbook, ListReading]:
        found = workbook or workbook_of(content, upload.file)
        return found, check_list(found, directory, mends)

    found, reading = await _apart(checked)
    _remember(key, found)
    counts = len(reading.good), len(reading.bad)
    await pool.execute(sql("upload_counted"), upload.upload, *counts)
    return Checked(upload, directory, reading, mends)


async def mend(pool: Pool, upload: Upload, place: Place, typed: TypedRow, account: str) -> None:
    """A row typed anew. Raises `CommandRefused` where it is a demand already."""
    _refuse_started(upload, place)
    kept = typed.model_dump_json()
    await pool.execute(sql("upload_mend"), upload.upload, *place, kept, None, account)


async def leave_out(pool: Pool, upload: Upload, place: Place, reason: str, account: str) -> None:
    """Leave a row out. Raises `CommandRefused` without a reason, or where it is a demand."""
    _refuse_started(upload, place)
    printable = "".join(char for char in reason if unprintable(char) is None)
    said = " ".join(printable.split())[:REASON_LIMIT]
    if not said:
        raise CommandRefused("reason_missing")
    await pool.execute(sql("upload_mend"), upload.upload, *place, None, said, account)


async def undo(pool: Pool, upload: Upload, place: Place) -> None:
    """Take a row as the workbook has it. Raises `CommandRefused` where it is a demand already."""
    _refuse_started(upload, place)
    await pool.execute(sql("upload_mend_undo"), upload.upload, *place)


def demands_of(upload: Upload) -> dict[Place, str]:
    """What has become a demand, by sheet and row."""
    if upload.start is None or upload.start["outcome"] is None:
        return {}
    outcome: dict[str, Any] = json.loads(upload.start["outcome"])
    failed = {one["demand"] for one in outcome["failed"]}
    return {
        (one["sheet"], one["row"]): one["demand"]
        for one in outcome["numbers"]
        if one["demand"] not in failed
    }


def _refuse_started(upload: Upload, place: Place) -> None:
    demand = demands_of(upload).get(place)
    if demand is not None:
        raise CommandRefused("row_started", demand=demand)


async def _mends(pool: Pool, upload: int) -> Mends:
    typed: dict[Place, TypedRow] = {}
    left_out: dict[Place, str] = {}
    for row in await pool.fetch(sql("upload_mends"), upload):
        place = (row["sheet"], row["row"])
        if row["typed"] is not None:
            typed[place] = TypedRow.model_validate_json(row["typed"])
        if row["left_out"] is not None:
            left_out[place] = row["left_out"]
    return Mends(typed, left_out)


async def _apart(work: Callable[[], _T]) -> _T:
    context = contextvars.copy_context()  # what is wrong is said in the reader's language
    return await asyncio.get_running_loop().run_in_executor(_reader, context.run, work)


def _remember(key: _Key, workbook: Workbook) -> None:
    _opened.pop(key, None)
    _opened[key] = workbook
    for old in list(_opened)[:-_KEPT]:
        del _opened[old]
