"""`send`: a parcel through a channel, whatever its kind."""

from __future__ import annotations

from typing import assert_never

from activities.channels import dingtalk, email, feishu, webhook, wecom
from activities.channels.parcel import Parcel, Sending, Sent
from runtime.channels import Channel, ChannelKind

__all__ = ["Parcel", "Sending", "Sent", "send"]


async def send(channel: Channel, parcel: Parcel, timeout: float = 10) -> Sent:  # noqa: ASYNC109
    """One attempt, of at most twice the timeout. Raises nothing for what the other side does."""
    parcel = _well_formed(parcel)
    match channel.kind:
        case ChannelKind.EMAIL:
            return await email.send(channel, parcel, timeout)
        case ChannelKind.WECOM:
            return await wecom.send(channel, parcel, timeout)
        case ChannelKind.DINGTALK:
            return await dingtalk.send(channel, parcel, timeout)
        case ChannelKind.FEISHU:
            return await feishu.send(channel, parcel, timeout)
        case ChannelKind.WEBHOOK:
            return await webhook.send(channel, parcel, timeout)
        case _:
            assert_never(channel.kind)


def _well_formed(parcel: Parcel) -> Parcel:
    """Half a character (a lone surrogate) cannot be sent in UTF-8 by anybody."""
    fields = {name: getattr(parcel, name) for name in ("key", "to", "subject", "text")}
    whole = {name: text.encode(errors="replace").decode() for name, text in fields.items()}
    return parcel.model_copy(update=whole)
