"""A Feishu (飞书) group bot. Signed in the body, if it has a secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

from activities.channels.bots import ask, quiet
from activities.channels.http import encoded
from activities.channels.parcel import Parcel, Sent
from activities.channels.saying import cut
from runtime.channels import Channel

_MOST_BYTES = 8000  # 20 KB are documented for the whole body
_NEVER = frozenset({9499, 19001, 19002, 19021, 19022, 19024, 19025})
"""Malformed, no such bot, wrong signature, address or keyword. 9499 is also "too many request"."""
_LIMITS = {11232: 60.0, 9499: 60.0, 99991400: 60.0}


async def send(channel: Channel, parcel: Parcel, timeout: float) -> Sent:  # noqa: ASYNC109
    """As plain text."""
    content = {"text": cut(quiet(parcel.text), _MOST_BYTES)}
    body = encoded({**_signature(channel), "msg_type": "text", "content": content})
    return await ask(channel, channel.address, body, timeout, _NEVER, _LIMITS)


def _signature(channel: Channel) -> dict[str, str]:
    """Unlike DingTalk's: seconds, and the text to sign is the key, over nothing."""
    if channel.secret is None:
        return {}
    stamp = str(int(time.time()))
    key = f"{stamp}\n{channel.secret.get_secret_value()}"
    digest = hmac.digest(key.encode(), b"", hashlib.sha256)
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
