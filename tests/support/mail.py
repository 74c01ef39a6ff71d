"""An SMTP server on loopback (aiosmtpd), in the test's own event loop."""

from __future__ import annotations

import asyncio
import email
import ssl
import warnings
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from runtime.channels import Channel

Step = Mapping[str, str]
"""What to answer at which step of the next message: `{"RCPT": "450 greylisted"}`; steps are `MAIL`,
`RCPT` and `DATA`, where the content has been read. `hang` never answers, `drop` closes."""


@dataclass
class Mail:
    """The server: what it took in, and what it is to do instead."""

    login: tuple[str, str] | None = None
    received: list[EmailMessage] = field(default_factory=list)
    script: deque[Step] = field(default_factory=deque)
    port: int = 0
    _now: Step = field(default_factory=dict)

    def channel(self, name: str, **fields: Any) -> Channel:
        """A channel that leads here."""
        given: dict[str, Any] = {"name": name, "kind": "email", "host": "127.0.0.1"}
        given |= {"port": self.port, "security": "none", "sender": "lianban@park.example"}
        if self.login is not None:
            given |= {"username": self.login[0], "password": self.login[1]}
        return Channel.model_validate(given | fields)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The first step of a message takes the next of the script."""
        self._now = self.script.popleft() if self.script else {}
        envelope.mail_from = address
        return await self._step("MAIL", server)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The recipient."""
        envelope.rcpt_tos.append(address)
        return await self._step("RCPT", server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The content has been read, and is taken in unless the script refuses it."""
        answer = await self._step("DATA", server)
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.received.append(email.message_from_bytes(content, policy=policy.default))
        return answer

    async def _step(self, step: str, server: SMTP) -> str:
        answer = self._now.get(step, "250 OK")
        if answer == "hang":
            await asyncio.sleep(3600)
        if answer == "drop":
            assert server.transport is not None
            server.transport.close()
            await asyncio.sleep(3600)  # until the loss of the connection ends us
        return answer

    def check(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        """Whether the login is right."""
        wanted = tuple(part.encode() for part in self.login or ())
        good = isinstance(given, LoginPassword) and (given.login, given.password) == wanted
        return AuthResult(success=good, handled=False)


@asynccontextmanager
async def smtp_server(
    login: tuple[str, str] | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Mail]:
    """A mail server; with `login` it wants one, with `tls` it offers STARTTLS and insists on it."""
    mail = Mail(login)
    protocols: list[SMTP] = []

    def connected() -> SMTP:
        with warnings.catch_warnings(action="ignore"):  # of a login in clear; this is loopback
            protocol = SMTP(
                mail,
                hostname="mail.park.example",
                loop=asyncio.get_running_loop(),
                authenticator=mail.check if login else None,
                auth_required=login is not None,
                auth_require_tls=tls is not None,
                tls_context=tls,
                require_starttls=tls is not None,
            )
        protocols.append(protocol)
        return protocol

    server = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()
        for protocol in protocols:
            if protocol.transport is not None:
                protocol.transport.abort()
        await asyncio.sleep(0.01)  # their tasks end with their connections
        await server.wait_closed()
