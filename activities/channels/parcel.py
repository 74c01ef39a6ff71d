"""What is to be sent, and what came of it: values that a workflow may know as well."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Value


class Parcel(Value):
    """One message on its way through one channel.

    `key` is the same for every attempt at the same message. `to` is an e-mail address or a phone
    number, and empty for a group bot.
    """

    key: str
    to: str = ""
    subject: str
    text: str
    lang: str = "zh"


class Sending(StrEnum):
    """What is known after an attempt."""

    SENT = "sent"
    FAILED = "failed"  # not delivered; trying again may help
    REJECTED = "rejected"  # not delivered, and never will be this way
    UNCERTAIN = "uncertain"  # it went out, or may have, and no answer came


class Sent(Value):
    """What came of it. `reason` is short and holds no secret; `retry_after` is in seconds."""

    outcome: Sending
    reason: str = ""
    retry_after: float | None = None
