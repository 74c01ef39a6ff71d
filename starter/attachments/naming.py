"""From what a command names, `{"sha256": …, "name": …}`, to what is known of the stored file.

So nobody can say of a file what it isn't, or name one that they never had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from domain.values import MOST_ATTACHMENTS, Attachment
from ledger.attachments import brought_by
from ledger.pool import Pool
from starter.attachments.names import display_name
from starter.errors import CommandRefused

FIELD = "attachments"


def as_named(attachments: Iterable[Attachment]) -> list[dict[str, str]]:
    """What a command's field has to say to attach these."""
    return [{"sha256": one.sha256, "name": one.name} for one in attachments]


async def with_attachments(
    pool: Pool, account: str, fields: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The fields of a command, with what it attaches as the ledger has it.

    Raises `CommandRefused` where the account has brought no such file.
    """
    if not fields.get(FIELD):
        return fields
    named = _named(fields[FIELD])
    known = await brought_by(pool, account, [digest for digest, _ in named])
    found = []
    for digest, name in named:
        if digest not in known:
            shown = display_name(name, "")
            raise CommandRefused("unknown_attachment", name=shown, sha256=digest[:64])
        facts = dict(known[digest])
        del facts["thumbnail"]
        found.append(Attachment(name=display_name(name, facts["media_type"]), **facts))
    return {**fields, FIELD: tuple(found)}


def _named(given: Any) -> list[tuple[str, str]]:
    """The SHA-256 and the name of each, in order."""
    if not isinstance(given, list | tuple):
        raise CommandRefused("invalid_input", field=FIELD, problem="not a list")
    if len(given) > MOST_ATTACHMENTS:
        facts = {"type": "too_long", "limit": str(MOST_ATTACHMENTS)}
        raise CommandRefused("invalid_input", field=FIELD, problem="too many", **facts)
    named = []
    for one in given:
        digest, name = (
            (one.get("sha256"), one.get("name", "")) if isinstance(one, Mapping) else ("", "")
        )
        if not isinstance(digest, str) or not isinstance(name, str):
            raise CommandRefused("invalid_input", field=FIELD, problem="not text")
        named.append((digest, name))
    return named
