"""`send`: a parcel through a channel, whatever its kind."""

from __future__ import annotations

from typing import assert_never

from activities.channels import wecom
from activities.channels.parcel import Parcel, Sending, Sent
from runtime.channels import Channel, ChannelKind

__all__ = ["Parcel", "Sending", "Sent", "send"]


async def send(channel: Channel, parcel: Parcel, timeout: float = 10) -> Sent:  # noqa: ASYNC109
    """One attempt. Never raises for anything the other side does; takes at most 2 x timeout."""
    match channel.kind:
        case ChannelKind.WECOM:
            return await wecom.send(channel, parcel, timeout)
        case ChannelKind.DINGTALK | ChannelKind.FEISHU | ChannelKind.WEBHOOK | ChannelKind.EMAIL:
            return Sent(outcome=Sending.REJECTED, reason="not yet")
        case _:
            assert_never(channel.kind)
