"""E-mail over SMTP, step by step: at which step it went wrong decides what is known."""

from __future__ import annotations

import asyncio
import hashlib
import re
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from email.utils import formataddr, formatdate

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from activities.channels.parcel import Parcel, Sending, Sent
from activities.channels.saying import sent
from runtime.channels import Channel

_ADDRESS = re.compile(r"[!#-'*+\-/-9=?A-Z^-~.]{1,64}@[A-Za-z0-9.-]{1,255}")
_NAMES = {"zh": "链办", "en": "Lianban"}
_SEVEN_BIT = policy.SMTP.clone(cte_type="7bit")  # every server takes it


async def send(channel: Channel, parcel: Parcel, timeout: float) -> Sent:  # noqa: ASYNC109
    """One connection, one message, one recipient."""
    if not _ADDRESS.fullmatch(parcel.to):
        return sent(channel, Sending.REJECTED, "not an e-mail address")
    server = SMTP(
        hostname=channel.host,
        port=channel.smtp_port,
        use_tls=channel.security == "tls",
        start_tls=channel.security == "starttls",
        timeout=timeout,
        local_hostname=_domain(channel),  # asking the machine for its name asks the DNS, and waits
    )
    try:
        return await _deliver(server, channel, parcel, timeout)
    finally:
        server.close()


def message(channel: Channel, parcel: Parcel) -> EmailMessage:
    """The same `Message-ID` at each attempt: a mailbox that gets two can tell that they are one."""
    made = EmailMessage(policy=_SEVEN_BIT)
    made["From"] = formataddr((_NAMES.get(parcel.lang, ""), channel.sender))
    made["To"] = parcel.to
    made["Subject"] = " ".join(parcel.subject.split())
    made["Date"] = formatdate()
    made["Message-ID"] = (
        f"<{hashlib.sha256(parcel.key.encode()).hexdigest()[:32]}@{_domain(channel)}>"
    )
    made["Auto-Submitted"] = "auto-generated"  # whoever is on holiday need not answer
    made.set_content(parcel.text)
    return made


async def _deliver(server: SMTP, channel: Channel, parcel: Parcel, seconds: float) -> Sent:
    content_is_out = False
    try:
        async with asyncio.timeout(2 * seconds):
            await server.connect()
            if channel.username and channel.password:
                await server.login(channel.username, channel.password.get_secret_value())
            await server.mail(channel.sender)
            await server.rcpt(parcel.to)
            content_is_out = True
            await server.data(message(channel, parcel).as_bytes())
    except SMTPResponseException as error:
        return _answered(channel, error, content_is_out)
    except (SMTPException, OSError) as error:
        if content_is_out:
            return sent(channel, Sending.UNCERTAIN, f"no answer: {type(error).__name__}")
        return _never_began(channel, error)
    with suppress(SMTPException, OSError):  # it has been taken over; how we part does not matter
        await server.quit(timeout=1)
    return sent(channel, Sending.SENT)


def _answered(channel: Channel, error: SMTPResponseException, content_is_out: bool) -> Sent:
    """4xx means not now, 5xx never; anything else is no answer that SMTP knows."""
    reason = f"SMTP {error.code} {error.message}"
    if 500 <= error.code < 600:
        return sent(channel, Sending.REJECTED, reason)
    if 400 <= error.code < 500 or not content_is_out:
        return sent(channel, Sending.FAILED, reason)
    return sent(channel, Sending.UNCERTAIN, reason)


def _never_began(channel: Channel, error: Exception) -> Sent:
    if type(error) is SMTPException:  # the server cannot do what the channel asks: TLS, a login
        return sent(channel, Sending.REJECTED, str(error))
    return sent(
        channel, Sending.FAILED, f"not connected: {type(error.__cause__ or error).__name__}"
    )


def _domain(channel: Channel) -> str:
    return channel.sender.rpartition("@")[2]
