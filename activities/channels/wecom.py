"""A WeCom (企业微信) group bot. Its key is in its address."""

from __future__ import annotations

from activities.channels.bots import ask, quiet
from activities.channels.http import encoded
from activities.channels.parcel import Parcel, Sent
from activities.channels.saying import cut
from runtime.channels import Channel

_MOST_BYTES = 2048
_NEVER = frozenset(
    {
        *(40008, 40033, 40035, 40058, 44004, 45002),  # what was sent is wrong
        *(93000, 93004, 93008, 93017),  # the address is wrong, or the bot is not in the group
    }
)
_LIMITS = {45009: 60.0, 45033: 5.0}


async def send(channel: Channel, parcel: Parcel, timeout: float) -> Sent:  # noqa: ASYNC109
    """As plain text: markdown would let an enterprise's words become links and headings."""
    content = cut(quiet(parcel.text), _MOST_BYTES)
    body = encoded({"msgtype": "text", "text": {"content": content}})
    return await ask(channel, channel.address, body, timeout, _NEVER, _LIMITS)
