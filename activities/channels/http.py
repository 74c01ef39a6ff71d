"""One POST of JSON, and what it can have come to. Which answer means what is each kind's to say."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx2

from activities.channels.parcel import Sending, Sent
from activities.channels.saying import sent
from runtime.channels import Channel, is_loopback

for _name in ("httpx2", "httpcore2"):
    # They log addresses, and a bot's address is its key.
    logging.getLogger(_name).setLevel(logging.WARNING)

_MOST_READ = 64 * 1024
_LONGEST_WAIT = 3600.0
_NOT_SENT = (
    *(httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError),
    *(httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.InvalidURL),
)
_LATER = (408, 425, 429)
_PERHAPS = 504  # a gateway that waited in vain for the server behind it


@dataclass(frozen=True)
class Answer:
    """An answer that arrived whole, with status 2xx."""

    body: bytes

    def json(self) -> Mapping[str, Any]:
        """The object in it, empty if there is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def encoded(body: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8: WeCom refuses escapes of the kind \\uXXXX (40033)."""
    return json.dumps(body, ensure_ascii=False).encode()


async def post(
    channel: Channel,
    url: str,
    body: bytes,
    timeout: float,  # noqa: ASYNC109 - which phase ran out of time decides what is known
    headers: Mapping[str, str] | None = None,
) -> Answer | Sent:
    """The answer, or what it means that there is none. Takes at most twice the timeout."""
    try:
        async with asyncio.timeout(2 * timeout):
            return await _post(channel, url, body, timeout, headers or {})
    except _NOT_SENT as error:
        return sent(channel, Sending.FAILED, f"not connected: {type(error).__name__}")
    except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
        return sent(channel, Sending.UNCERTAIN, f"no answer: {type(error).__name__}")


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates to trust; reading them takes 25 ms, as long as all else about a message."""
    return httpx2.create_ssl_context()


async def _post(
    channel: Channel, url: str, body: bytes, seconds: float, headers: Mapping[str, str]
) -> Answer | Sent:
    host = httpx2.URL(url).host
    async with (
        # A connection of its own each time: an old one may be dead, and then nothing is certain.
        httpx2.AsyncClient(
            timeout=seconds, trust_env=not is_loopback(host), verify=_trusted()
        ) as client,
        client.stream(
            "POST", url, content=body, headers={"Content-Type": "application/json", **headers}
        ) as response,
    ):
        if not response.is_success:
            return _refused(channel, response)
        read = b""
        async for chunk in response.aiter_bytes():
            read += chunk
            if len(read) > _MOST_READ:
                break
        return Answer(read[:_MOST_READ])


def _refused(channel: Channel, response: httpx2.Response) -> Sent:
    status = response.status_code
    reason = f"HTTP {status} {response.reason_phrase}"
    if status == _PERHAPS:
        return sent(channel, Sending.UNCERTAIN, reason)
    if status in _LATER or status >= 500:
        return sent(channel, Sending.FAILED, reason, _retry_after(response))
    return sent(channel, Sending.REJECTED, reason)


def _retry_after(response: httpx2.Response) -> float | None:
    given = response.headers.get("Retry-After") or response.headers.get("x-ogw-ratelimit-reset")
    if not given:
        return None
    try:
        seconds = float(given)
    except ValueError:
        try:
            at = parsedate_to_datetime(given)
        except ValueError:
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        seconds = (at - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_WAIT) if seconds == seconds else None
