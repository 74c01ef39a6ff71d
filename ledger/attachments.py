"""What the ledger knows of stored files: what each is, who brought it, which events name it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
from pydantic import TypeAdapter

from domain.values import Attachment
from ledger.pool import Pool
from ledger.sql import sql

_ATTACHMENTS: TypeAdapter[tuple[Attachment, ...]] = TypeAdapter(tuple[Attachment, ...])
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class StoredAttachment:
    """A stored file under the name that it has here; `thumbnail` is the SHA-256 of a small one."""

    attachment: Attachment
    thumbnail: str | None


async def add(pool: Pool, stored: StoredAttachment, account: str) -> None:
    """Note a stored file, and that this account brought it; once for all that is alike."""
    one = stored.attachment
    await pool.execute(
        sql("attachment_add"),
        one.sha256,
        one.media_type,
        one.size,
        one.width,
        one.height,
        stored.thumbnail,
        account,
    )


async def brought_by(pool: Pool, account: str, digests: Sequence[str]) -> dict[str, asyncpg.Record]:
    """What is known of the files that this account has brought, by SHA-256; a name is not kept."""
    wanted = [digest for digest in digests if _SHA256.fullmatch(digest)]
    rows = await pool.fetch(sql("attachments_brought"), account, wanted)
    return {row["sha256"]: row for row in rows}


async def named_in(pool: Pool, demand: str, sha256: str) -> StoredAttachment | None:
    """The file as the demand's newest event that names it has it, or None where none does."""
    if not _SHA256.fullmatch(sha256):
        return None
    for row in await pool.fetch(sql("attachment_named"), demand, sha256):
        event = json.loads(row["body"])["event"]
        for one in _ATTACHMENTS.validate_python(event.get("attachments", ())):
            if one.sha256 == sha256:
                return StoredAttachment(one, row["thumbnail"])
    return None
