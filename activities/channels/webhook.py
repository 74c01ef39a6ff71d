"""A signed webhook: an SMS gateway, or whatever else a park has that can take a POST.

The body is JSON: `key`, `to`, `subject`, `text`, `lang`. `X-Lianban-Signature` is `sha256=` and the
HMAC-SHA256, in hex, of `X-Lianban-Timestamp`, a full stop and the body. Any 2xx means it was taken
over; `Idempotency-Key` is the same for every attempt at one message.
"""

from __future__ import annotations

import hashlib
import hmac
import time

from activities.channels.http import encoded, post
from activities.channels.parcel import Parcel, Sending, Sent
from activities.channels.saying import sent
from runtime.channels import Channel


async def send(channel: Channel, parcel: Parcel, timeout: float) -> Sent:  # noqa: ASYNC109
    """Post it, signed."""
    if channel.secret is None:
        return sent(channel, Sending.REJECTED, "no secret to sign with")
    body = encoded(parcel.model_dump(include={"key", "to", "subject", "text", "lang"}))
    stamp = str(int(time.time()))
    signed = hmac.new(
        channel.secret.get_secret_value().encode(), f"{stamp}.".encode() + body, hashlib.sha256
    )
    headers = {
        "X-Lianban-Timestamp": stamp,
        "X-Lianban-Signature": f"sha256={signed.hexdigest()}",
        "Idempotency-Key": hashlib.sha256(parcel.key.encode()).hexdigest()[:32],
    }
    answer = await post(channel, channel.address, body, timeout, headers)
    return answer if isinstance(answer, Sent) else sent(channel, Sending.SENT)
