"""The channels by which messages leave the house: who is reached how, read from a TOML file.

Secrets are `SecretStr` throughout, and errors hide what was given: a key in an address must not
come out in a log, a page or a history. Channels themselves never travel: others pass the name.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

RECIPIENTS = (
    *("unit", "squad", "handler", "unit_leader", "co_handler", "secretary_unit", "chain_leader"),
    *("committee", "supervision", "bureau", "enterprise"),
)
"""The values of `domain.rules.Recipient`, which this layer may not import; a test compares them."""
ACCOUNT = "account"


class ChannelKind(StrEnum):
    """How a message leaves. A bot speaks to a group, the others to one person's address."""

    EMAIL = "email"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    WEBHOOK = "webhook"

    @property
    def bot(self) -> bool:
        """Whether it speaks to a group."""
        return self in _BOTS


_BOTS = (ChannelKind.WECOM, ChannelKind.DINGTALK, ChannelKind.FEISHU)
_PER_MINUTE = {
    ChannelKind.EMAIL: 60,
    ChannelKind.WECOM: 20,  # above it: errcode 45009 until the minute is over
    ChannelKind.DINGTALK: 20,  # above it: nothing for ten minutes
    ChannelKind.FEISHU: 100,  # and 5 a second
    ChannelKind.WEBHOOK: 60,
}
_PORTS = {"none": 25, "starttls": 587, "tls": 465}


def _fault(key: str, where: tuple[str | int, ...], **facts: str) -> PydanticCustomError:
    """What contradicts itself; `key` is the sentence's in the translations, `where` leads to it."""
    context: dict[str, Any] = {**facts, "where": where}
    return PydanticCustomError(f"channel.{key}", key.replace("_", " "), context)


def _named(name: str) -> str:
    if not re.fullmatch(r"[\w-]{1,40}", name):
        raise PydanticCustomError("channel.name_unfit", "unfit name")
    return name


def _known(whom: str, *, accounts: bool) -> bool:
    recipient, colon, code = whom.partition(":")
    if colon and not code.strip():
        return False
    return recipient in RECIPIENTS or (accounts and recipient == ACCOUNT and bool(colon))


def _served(whom: str) -> str:
    if not _known(whom, accounts=False):
        raise PydanticCustomError("channel.whom_unknown", "nobody of that kind", {"whom": whom})
    return whom


def _preferring(whom: str) -> str:
    if not _known(whom, accounts=True):
        raise PydanticCustomError("channel.whom_unknown", "nobody of that kind", {"whom": whom})
    return whom


Name = Annotated[str, AfterValidator(_named)]


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, validate_by_name=True
    )


class Channel(_Frozen):
    """One way out. `url` and `secret` are for bots and webhooks, the rest of the doors for e-mail.

    `serves` names whom a group bot speaks to: `unit:U20`, `chain_leader:NE`, `committee`. For
    e-mail and webhooks, which reach anybody who has an address, it narrows down whom they serve.
    """

    name: Name
    kind: ChannelKind
    url: SecretStr | None = None
    secret: SecretStr | None = None
    host: str = ""
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "tls"
    username: str = ""
    password: SecretStr | None = None
    sender: str = ""
    per_minute: int = Field(default=0, ge=0, le=6000, description="0: what the kind allows")
    serves: tuple[Annotated[str, AfterValidator(_served)], ...] = ()

    @property
    def smtp_port(self) -> int:
        """The port given, or the usual one of its security."""
        return self.port or _PORTS[self.security]

    @property
    def address(self) -> str:
        """The whole address, key included: for whoever sends, never for whoever shows."""
        return self.url.get_secret_value() if self.url else ""

    @property
    def shown(self) -> str:
        """Where it leads, without anything secret: host and port."""
        if self.kind is ChannelKind.EMAIL:
            return f"{self.host}:{self.smtp_port}"
        return urlsplit(self.address).netloc.rpartition("@")[2]

    def reaches(self, recipient: str, code: str) -> bool:
        """Whether a message for that recipient may take this way without anybody's preference."""
        if not self.serves:
            return not self.kind.bot
        return recipient in self.serves or bool(code and f"{recipient}:{code}" in self.serves)

    def secrets(self) -> tuple[str, ...]:
        """Everything that must not be shown, longest first, to be taken out of foreign texts."""
        parts = urlsplit(self.address)
        values = (*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query)))
        found = {self.address, *(value for value in values if len(value) >= 8)}
        found |= {parts.username or "", parts.password or ""}
        found |= {known.get_secret_value() for known in (self.secret, self.password) if known}
        return tuple(sorted(found - {""}, key=len, reverse=True))

    @model_validator(mode="before")
    @classmethod
    def _usual_limit(cls, given: Any) -> Any:
        if isinstance(given, dict) and not given.get("per_minute"):
            usual = next((n for kind, n in _PER_MINUTE.items() if kind == given.get("kind")), 0)
            return {**given, "per_minute": usual}
        return given

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind is ChannelKind.EMAIL:
            self._check_email()
        else:
            self._check_url()
        if self.kind is ChannelKind.WEBHOOK and not (
            self.secret and self.secret.get_secret_value()
        ):
            raise _fault("no_secret", ("secret",))
        return self

    def _check_email(self) -> None:
        if not re.fullmatch(r"[^\s/@]+", self.host):
            raise _fault("no_host", ("host",))
        if not re.fullmatch(r"[\w.+-]+@[A-Za-z0-9.-]+", self.sender, re.ASCII):
            raise _fault("no_sender", ("sender",))
        if self.username and not self.password:
            raise _fault("no_password", ("password",))
        if self.password and self.security == "none" and not is_loopback(self.host):
            raise _fault("password_in_clear", ("security",))

    def _check_url(self) -> None:
        try:
            parts = urlsplit(self.address)
            host, _port = parts.hostname or "", parts.port
        except ValueError:  # its text would show the address
            host = ""
        if not host or parts.scheme not in ("http", "https") or re.search(r"\s", self.address):
            raise _fault("no_url", ("url",))
        if self.kind.bot and parts.scheme == "http" and not is_loopback(host):
            raise _fault("key_in_clear", ("url",))


class Preference(_Frozen):
    """By which channels somebody wants to be told, first choice first; none: the inbox alone."""

    whom: Annotated[str, AfterValidator(_preferring)]
    channels: tuple[str, ...]


class ChannelBook(_Frozen):
    """All channels and preferences. An empty book is valid: then there is the inbox alone."""

    channels: tuple[Channel, ...] = Field(default=(), validation_alias="channel")
    preferences: tuple[Preference, ...] = Field(default=(), validation_alias="preference")
    lang: Literal["zh", "en"] = "zh"
    link: str = Field(default="", description="Where the web application is; empty: no links.")

    def named(self, name: str) -> Channel | None:
        """The channel of that name."""
        return next((channel for channel in self.channels if channel.name == name), None)

    def routes(self, recipient: str, code: str, account: str) -> tuple[Channel, ...]:
        """The channels to try in order for an account that is told as that recipient.

        The account's preference comes before that of `recipient:code` and that before the
        recipient's. Without any: bots that serve it, the closest first, then e-mail, then webhooks.
        """
        wanted = {preference.whom: preference.channels for preference in self.preferences}
        for whom in (f"{ACCOUNT}:{account}", f"{recipient}:{code}", recipient):
            if whom in wanted:
                found = (self.named(name) for name in wanted[whom])
                return tuple(channel for channel in found if channel is not None)
        reaching = (channel for channel in self.channels if channel.reaches(recipient, code))
        return tuple(sorted(reaching, key=lambda channel: _rank(channel, f"{recipient}:{code}")))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names: set[str] = set()
        for at, channel in enumerate(self.channels):
            if channel.name in names:
                raise _fault("name_twice", ("channel", at, "name"), name=channel.name)
            names.add(channel.name)
        wanting: set[str] = set()
        for at, preference in enumerate(self.preferences):
            if preference.whom in wanting:
                raise _fault("whom_twice", ("preference", at, "whom"), whom=preference.whom)
            wanting.add(preference.whom)
            for name in preference.channels:
                if name not in names:
                    raise _fault("channel_unknown", ("preference", at, "channels"), name=name)
        if self.link and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#@]*)?", self.link):
            raise _fault("link_unfit", ("link",))
        return self


def _rank(channel: Channel, exactly: str) -> int:
    if channel.kind.bot:
        return 0 if exactly in channel.serves else 1
    return 2 if channel.kind is ChannelKind.EMAIL else 3


def is_loopback(host: str) -> bool:
    """Whether that host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class ChannelsUnreadable(Exception):
    """The file of channels can't be used. Says where, never what was written there."""


def read_channels(path: Path | None) -> ChannelBook:
    """The book in that file; an empty one for no file. Raises `ChannelsUnreadable`.

    For processes; `starter.channel_files` reads it for people, with every mistake by line.
    """
    if path is None:
        return ChannelBook()
    try:
        return ChannelBook.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ChannelsUnreadable(f"{path.name}: {where} {first['type']}") from None
    except (OSError, ValueError) as error:  # not there, not UTF-8, not TOML
        raise ChannelsUnreadable(f"{path.name}: {type(error).__name__}") from None
