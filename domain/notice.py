"""Whom an event is told to: decided inside the demand and kept in the event."""

from __future__ import annotations

from domain.rules import Recipient
from domain.values import Instant, Plain, Value


class Notice(Value):
    """Somebody to be told of an event, as seen from the demand.

    `code` is that of the unit, squad, chain, account or enterprise in question, and empty for the
    park committee, the supervision office and the bureau. Which accounts and channels that means
    is the directory's to say when the message goes out. `copy_to` marks 抄送, for information only.
    Nobody is disturbed earlier than `not_before`; the inbox holds the message at once.
    """

    recipient: Recipient
    code: Plain = ""
    copy_to: bool = False
    not_before: Instant
