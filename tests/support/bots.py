"""Loopback servers that answer as the real ones are documented to: group bots and a webhook.

Each is an async context manager giving a server with `.channel(name, **fields)`, `.received` (what
was taken in, in order) and `.script` (what to do with the next requests instead: see `Script`).
`smtp_server` is one of them; it lives in `tests.support.mail`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from runtime.channels import Channel

__all__ = [
    *("Bot", "Mail", "dingtalk_bot", "feishu_bot", "smtp_server", "webhook_server", "wecom_bot"),
]

Script = Literal["hang", "drop", "reset", "drip"] | int | bytes | Mapping[str, Any]
"""`hang` reads and never answers, `drop` reads and closes, `reset` reads half and breaks off,
`drip` answers without an end; a number is an HTTP status, bytes are sent as they are, a mapping is
the JSON of an answer with status 200. None of them takes the message in."""

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
HOUR = 3600


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, which all of these services want as JSON."""
        return json.loads(self.body)


@dataclass
class Bot:
    """A server for one kind. `judge` is its documented answer to a request."""

    kind: str
    path: str
    judge: Callable[[Bot, Request], Mapping[str, Any] | int]
    secret: str | None = None
    per_minute: int = 0
    received: list[Any] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    script: deque[Script] = field(default_factory=deque)
    keys: set[str] = field(default_factory=set)
    url: str = ""
    _times: deque[float] = field(default_factory=deque)

    def channel(self, name: str, **fields: Any) -> Channel:
        """A channel that leads here."""
        given = {"name": name, "kind": self.kind, "url": self.url, "secret": self.secret}
        return Channel.model_validate(given | fields)

    def too_fast(self) -> bool:
        """Whether this request is one too many within a minute."""
        now = time.monotonic()
        while self._times and now - self._times[0] > 60:
            self._times.popleft()
        if self.per_minute and len(self._times) >= self.per_minute:
            return True
        self._times.append(now)
        return False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if self.script and self.script[0] == "reset":
                self.script.popleft()
                await reader.readuntil(b"\r\n\r\n")
                writer.transport.abort()
                return
            request = await _read(reader)
            self.requests.append(request)
            answer: Script = self.script.popleft() if self.script else self.judge(self, request)
            if answer == "hang":
                await reader.read()  # until the client gives up
            elif answer == "drip":
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
                while not writer.is_closing():
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(0.05)
            elif answer != "drop":
                writer.write(_response(answer))
                await writer.drain()
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {}
    for line in filter(None, head[1:]):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    target = urlsplit(head[0].split(" ")[1])
    return Request(target.path, dict(parse_qsl(target.query)), headers, body)


def _response(answer: Script) -> bytes:
    if isinstance(answer, bytes):
        return answer
    status, body = (
        (answer, b"{}") if isinstance(answer, int) else (200, json.dumps(answer).encode())
    )
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


@asynccontextmanager
async def _running(bot: Bot) -> AsyncIterator[Bot]:
    open_: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_[asyncio.create_task(bot.serve(reader, writer))] = writer

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    bot.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{bot.path}"
    try:
        yield bot
    finally:
        server.close()
        for task, writer in open_.items():
            task.cancel()
            writer.close()
        await asyncio.gather(*open_, return_exceptions=True)
        await server.wait_closed()
        await asyncio.sleep(0)  # transports say goodbye in the next round


def _wecom(bot: Bot, request: Request) -> Mapping[str, Any]:
    hint = "hint: [1629687131_233_76d9], from ip: 127.0.0.1"
    if request.path != "/cgi-bin/webhook/send" or request.query.get("key") != KEY:
        return {"errcode": 93000, "errmsg": f"invalid webhook url, {hint}"}
    if bot.too_fast():
        return {"errcode": 45009, "errmsg": f"api freq out of limit, {hint}"}
    if b"\\u" in request.body:
        return {"errcode": 40033, "errmsg": f"invalid unicode, {hint}"}
    kind = request.json.get("msgtype")
    if kind not in ("text", "markdown"):
        return {"errcode": 40008, "errmsg": f"invalid message type, {hint}"}
    content = request.json[kind]["content"]
    if not content:
        return {"errcode": 44004, "errmsg": f"empty content, {hint}"}
    if len(content.encode()) > {"text": 2048, "markdown": 4096}[kind]:
        return {"errcode": 40058, "errmsg": f"{kind}.content exceed max length, {hint}"}
    bot.received.append(content)
    return {"errcode": 0, "errmsg": "ok"}


@asynccontextmanager
async def wecom_bot(per_minute: int = 20) -> AsyncIterator[Bot]:
    """A WeCom bot: 20 messages a minute, then errcode 45009."""
    path = f"/cgi-bin/webhook/send?key={KEY}"
    async with _running(Bot("wecom", path, _wecom, per_minute=per_minute)) as bot:
        yield bot


def _signed(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), hashlib.sha256)).decode()


def _dingtalk(bot: Bot, request: Request) -> Mapping[str, Any]:
    if request.query.get("access_token") != KEY:
        return {"errcode": 300001, "errmsg": "token is not exist"}
    if bot.secret is not None:
        stamp, sign = request.query.get("timestamp", ""), request.query.get("sign", "")
        if not stamp or abs(time.time() - int(stamp) / 1000) > HOUR:
            return {"errcode": 310000, "errmsg": "invalid timestamp"}
        if sign != _signed(bot.secret, f"{stamp}\n{bot.secret}"):
            return {"errcode": 310000, "errmsg": "sign not match"}
    if bot.too_fast():
        return {
            **{"status": 1111, "wait": 5, "source": "x5", "punish": "deny"},
            "errcode": 130101,
            "errmsg": "send too fast, exceed 20 times per minute",
        }
    body = request.json
    if body.get("msgtype") != "text":
        return {"errcode": 400105, "errmsg": "unsupported msgtype"}
    if len(request.body) > 20_000:
        return {"errcode": 460101, "errmsg": "message too long, exceed 20000 bytes"}
    bot.received.append(body["text"]["content"])
    return {"errcode": 0, "errmsg": "ok"}


def _feishu(bot: Bot, request: Request) -> Mapping[str, Any]:
    if request.path != f"/open-apis/bot/v2/hook/{KEY}":
        return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
    if bot.too_fast():
        return {"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]"}
    body = request.json
    if bot.secret is not None:
        stamp = body.get("timestamp", "")
        fresh = stamp.isdecimal() and abs(time.time() - int(stamp)) <= HOUR
        if not fresh or body.get("sign") != _signed(f"{stamp}\n{bot.secret}", ""):
            words = "sign match fail or timestamp is not within one hour from current time"
            return {"code": 19021, "msg": words, "data": {}}
    if body.get("msg_type") != "text" or len(request.body) > 20 * 1024:
        return {"code": 9499, "msg": "Bad Request", "data": {}}
    bot.received.append(body["content"]["text"])
    return {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}


def _webhook(bot: Bot, request: Request) -> Mapping[str, Any] | int:
    assert bot.secret is not None
    stamp, given = (request.headers[f"x-lianban-{name}"] for name in ("timestamp", "signature"))
    signed = hmac.new(bot.secret.encode(), f"{stamp}.".encode() + request.body, hashlib.sha256)
    if abs(time.time() - int(stamp)) > 300 or given != f"sha256={signed.hexdigest()}":
        return 401
    if bot.too_fast():
        return 429
    key = request.headers["idempotency-key"]
    if key not in bot.keys:
        bot.keys.add(key)
        bot.received.append(request.json)
    return {"ok": True}


@asynccontextmanager
async def dingtalk_bot(
    secret: str | None = "SECdingtalk+/=&", per_minute: int = 20
) -> AsyncIterator[Bot]:
    """A DingTalk bot: signature in the query, above 20 messages a minute errcode 130101."""
    path = f"/robot/send?access_token={KEY}"
    async with _running(Bot("dingtalk", path, _dingtalk, secret, per_minute)) as bot:
        yield bot


@asynccontextmanager
async def feishu_bot(
    secret: str | None = "feishu-secret", per_minute: int = 100
) -> AsyncIterator[Bot]:
    """A Feishu bot: signature in the body, above 100 messages a minute code 11232."""
    path = f"/open-apis/bot/v2/hook/{KEY}"
    async with _running(Bot("feishu", path, _feishu, secret, per_minute)) as bot:
        yield bot


@asynccontextmanager
async def webhook_server(secret: str = "webhook-secret", per_minute: int = 0) -> AsyncIterator[Bot]:
    """An SMS gateway: verifies signature and age, takes each idempotency key once."""
    async with _running(Bot("webhook", "/sms", _webhook, secret, per_minute)) as bot:
        yield bot
