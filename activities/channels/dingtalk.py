"""A DingTalk (钉钉) group bot. Signed, if it has a secret (加签); else by keyword or address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from urllib.parse import urlencode

from activities.channels.bots import ask
from activities.channels.http import encoded
from activities.channels.parcel import Parcel, Sent
from activities.channels.saying import cut
from runtime.channels import Channel

_MOST_BYTES = 8000  # 20,000 are documented for the whole body
_NEVER = frozenset(
    {
        *(310000, 300001, 88, 404, 40035, 43004),  # signature, keyword, address; request malformed
        *(400013, 400101, 400102, 400105, 400106),  # group, token or bot gone, or stopped
        *(430101, 430102, 430103, 430104, 460101),  # words, links or length it does not accept
    }
)
_LIMITS = {130101: 600.0, 410100: 600.0}  # above 20 a minute nothing is taken for ten minutes


async def send(channel: Channel, parcel: Parcel, timeout: float) -> Sent:  # noqa: ASYNC109
    """As plain text. Nobody is called by name: that would need an `at` beside it."""
    content = cut(parcel.text, _MOST_BYTES)
    body = encoded({"msgtype": "text", "text": {"content": content}})
    return await ask(channel, _address(channel), body, timeout, _NEVER, _LIMITS)


def _address(channel: Channel) -> str:
    if channel.secret is None:
        return channel.address
    stamp, secret = str(round(time.time() * 1000)), channel.secret.get_secret_value()
    digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256)
    # urlencode is the one time that the sign is encoded
    signed = urlencode({"timestamp": stamp, "sign": base64.b64encode(digest).decode()})
    return f"{channel.address}{'&' if '?' in channel.address else '?'}{signed}"
