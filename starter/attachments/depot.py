"""Where attachments are kept: their content by obstore, what they are in the ledger.

The content is stored before the ledger knows of it, and the ledger knows before an event names it:
whoever is killed on the way leaves at most a file that nothing refers to.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn, TypeVar

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from domain.values import Attachment
from ledger import attachments as known
from ledger.attachments import StoredAttachment
from ledger.pool import LedgerUnreachable, Pool, patiently
from runtime import logs
from runtime.settings import Settings
from starter.attachments.images import Remade, remade
from starter.attachments.kinds import Kind, kind_of
from starter.attachments.names import display_name
from starter.connections import data_dir
from starter.errors import CommandRefused, SystemUnreachable

T = TypeVar("T")

log = logs.get(__name__)

MEGABYTE = 1024 * 1024
_AT_ONCE = 2
"""So many images are drawn at a time: each may take hundreds of megabytes on the way."""


@dataclass(frozen=True)
class Limits:
    """How large a file may be, and how many pixels an image may have."""

    each: int
    pixels: int


class Depot:
    """Takes attachments in and gives their content back, verified."""

    def __init__(self, pool: Pool, store: ObjectStore, limits: Limits, patience: float) -> None:
        self._pool = pool
        self._store = store
        self._limits = limits
        self._patience = patience
        self._drawing = asyncio.Semaphore(_AT_ONCE)

    async def take_in(self, content: bytes, name: str, who: str) -> Attachment:
        """Check the file, store it and note that this account brought it.

        An image is made anew, so that its content is not that of the file. What was stored before
        is stored once. Raises `CommandRefused` or `SystemUnreachable`.
        """
        kind, shown = await asyncio.to_thread(self._checked, content, name)
        drawn = await self._drawn(content, kind, shown) if kind.pillow else None
        kept = drawn.content if drawn else content
        media_type = drawn.media_type if drawn else kind.media_type
        attachment = Attachment(
            sha256=await self._put(kept),
            name=display_name(name, media_type),
            media_type=media_type,
            size=len(kept),
            width=drawn.width if drawn else None,
            height=drawn.height if drawn else None,
        )
        thumbnail = await self._put(drawn.thumbnail) if drawn else None
        stored = StoredAttachment(attachment, thumbnail)
        try:
            await patiently(lambda: known.add(self._pool, stored, who), self._patience)
        except LedgerUnreachable as error:
            raise SystemUnreachable("postgresql", str(error)) from error
        log.info("attachment.stored", sha256=attachment.sha256, media_type=media_type)
        return attachment

    async def content(self, stored: StoredAttachment) -> bytes:
        """Its content, which is what was stored. Raises `CommandRefused` where it no longer is."""
        return await self._get(stored.attachment.sha256, stored.attachment.name)

    async def thumbnail(self, stored: StoredAttachment) -> bytes:
        """A small JPEG of an image; of what has none, its content. Raises as `content` does."""
        digest = stored.thumbnail or stored.attachment.sha256
        return await self._get(digest, stored.attachment.name)

    def _checked(self, content: bytes, name: str) -> tuple[Kind, str]:
        shown = display_name(name, "")
        if not content:
            raise CommandRefused("attachment_empty", name=shown)
        if len(content) > self._limits.each:
            limit = f"{self._limits.each / MEGABYTE:g}"
            raise CommandRefused("attachment_too_large", name=shown, limit=limit)
        return kind_of(content, shown), shown

    async def _drawn(self, content: bytes, kind: Kind, name: str) -> Remade:
        draw = partial(remade, content, kind, name, self._limits.pixels)
        async with self._drawing:
            return await asyncio.to_thread(draw)

    async def _put(self, content: bytes) -> str:
        """Store the content, whole or not at all; again, where it was: that mends a spoilt file."""
        digest = await asyncio.to_thread(_digest, content)
        await _of_store(lambda: self._store.put_async(_path(digest), content))
        if isinstance(self._store, LocalStore) and self._store.prefix is not None:
            await asyncio.to_thread(_flush, Path(self._store.prefix) / _path(digest))
        return digest

    async def _get(self, digest: str, name: str) -> bytes:
        async def read() -> bytes:
            found = await self._store.get_async(_path(digest))
            return bytes(await found.bytes_async())

        try:
            content = await _of_store(read)
        except FileNotFoundError:
            _refuse("attachment_missing", digest, name)
        if await asyncio.to_thread(_digest, content) != digest:
            _refuse("attachment_altered", digest, name)
        return content


def depot(settings: Settings, pool: Pool) -> Depot:
    """The depot of these settings; a directory of its own is made where there is none.

    Raises `SystemUnreachable` where it cannot be used.
    """
    limits = Limits(settings.attachment_bytes, settings.attachment_pixels)
    return Depot(pool, _store_of(settings), limits, settings.patience)


def _store_of(settings: Settings) -> ObjectStore:
    place = settings.attachments
    try:
        if place is not None and place.startswith("s3://"):
            return S3Store.from_url(place)
        folder = Path(place).expanduser() if place else data_dir(settings) / "attachments"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(folder.absolute())
    except (BaseError, OSError) as error:
        raise SystemUnreachable("attachments", str(error)) from error


async def _of_store(work: Callable[[], Awaitable[T]]) -> T:
    try:
        return await work()
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise SystemUnreachable("attachments", str(error)) from error


def _refuse(code: str, digest: str, name: str) -> NoReturn:
    log.error("attachment.unserved", code=code, sha256=digest)
    raise CommandRefused(code, name=name)


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _flush(path: Path) -> None:
    """To the disk itself: an event that names a file must not outlive it in a power cut."""
    for place in (path, path.parent, path.parent.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
