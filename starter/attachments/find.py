"""What somebody may see: of a demand that they may read, or what they have brought themselves.

Whether they may read the demand is asked before (`domain.authority.may_read`).
"""

from __future__ import annotations

from domain.values import Attachment, unprintable
from ledger import attachments
from ledger.attachments import StoredAttachment
from ledger.pool import Pool
from starter.attachments.names import display_name


async def of_demand(pool: Pool, demand: str, sha256: str) -> StoredAttachment | None:
    """The attachment of that SHA-256, if an event of this demand names it."""
    if unprintable(demand):
        return None
    return await attachments.named_in(pool, demand, sha256)


async def draft_of(pool: Pool, account: str, sha256: str) -> StoredAttachment | None:
    """What this account has brought, also where no event names it yet."""
    row = (await attachments.brought_by(pool, account, [sha256])).get(sha256)
    if row is None:
        return None
    facts = dict(row)
    thumbnail = facts.pop("thumbnail")
    named = Attachment(name=display_name("", facts["media_type"]), **facts)
    return StoredAttachment(named, thumbnail)
