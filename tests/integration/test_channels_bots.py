"""Sending through DingTalk, Feishu and a webhook, which verify signatures like the real ones."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from activities.channels.send import Parcel, Sending, send
from tests.support.bots import KEY, Bot, dingtalk_bot, feishu_bot, webhook_server, wecom_bot

PARCEL = Parcel(
    key="AN-2026Q4-039/3/unit", subject="交办", text="【链办】交办：“变压器” \\ 😀\n第二行"
)
Server = Callable[..., AbstractAsyncContextManager[Bot]]

each_bot = pytest.mark.parametrize("server", [wecom_bot, dingtalk_bot, feishu_bot])
each_signed = pytest.mark.parametrize("server", [dingtalk_bot, feishu_bot, webhook_server])
each = pytest.mark.parametrize("server", [wecom_bot, dingtalk_bot, feishu_bot, webhook_server])


@each_bot
async def test_a_message_arrives_as_it_is(server: Server) -> None:
    async with server() as bot:
        done = await send(bot.channel("group"), PARCEL)
        assert (done.outcome, done.reason) == (Sending.SENT, "")
        assert bot.received == [PARCEL.text]


@each_signed
async def test_a_wrong_secret_is_rejected_for_good(server: Server) -> None:
    async with server() as bot:
        done = await send(bot.channel("group", secret="another"), PARCEL)
        assert done.outcome is Sending.REJECTED
        assert bot.received == []


@pytest.mark.parametrize("server", [dingtalk_bot, feishu_bot])
async def test_a_bot_may_do_without_a_signature(server: Server) -> None:
    async with server(secret=None) as bot:
        assert (await send(bot.channel("group"), PARCEL)).outcome is Sending.SENT
    async with server() as bot:
        assert (await send(bot.channel("group", secret=None), PARCEL)).outcome is Sending.REJECTED


async def test_every_signature_of_dingtalk_survives_the_address() -> None:
    """Base64 has + / and =: encoded twice or not at all, one in a few would be refused."""
    async with dingtalk_bot(per_minute=0) as bot:
        channel = bot.channel("group")
        for _ in range(40):
            assert (await send(channel, PARCEL)).outcome is Sending.SENT
            await asyncio.sleep(0.002)  # another millisecond, another signature
        signs = [request.query["sign"] for request in bot.requests]
        assert any("+" in sign for sign in signs)
        assert any("/" in sign for sign in signs)


@pytest.mark.parametrize(
    ("server", "code", "wait"),
    [(wecom_bot, 45009, 60), (dingtalk_bot, 130101, 600), (feishu_bot, 11232, 60)],
)
async def test_too_many_in_a_minute_failed_and_says_how_long_to_wait(
    server: Server, code: int, wait: int
) -> None:
    async with server(per_minute=3) as bot:
        done = [await send(bot.channel("group"), PARCEL) for _ in range(4)]
        assert [d.outcome for d in done] == [Sending.SENT] * 3 + [Sending.FAILED]
        assert done[-1].reason.startswith(f"errcode {code} ")
        assert done[-1].retry_after == wait
        assert len(bot.received) == 3


async def test_wecom_takes_twenty_a_minute() -> None:
    async with wecom_bot() as bot:
        done = [await send(bot.channel("group"), PARCEL) for _ in range(21)]
        assert [d.outcome for d in done] == [Sending.SENT] * 20 + [Sending.FAILED]
        assert done[-1].reason == "errcode 45009 api freq out of limit"


@pytest.mark.parametrize(
    ("server", "answer", "outcome"),
    [
        (wecom_bot, {"errcode": -1, "errmsg": "system busy"}, "failed"),
        (wecom_bot, {"errcode": 45033, "errmsg": "api concurrent out of limit"}, "failed"),
        (dingtalk_bot, {"errcode": -1, "errmsg": "系统繁忙"}, "failed"),
        (dingtalk_bot, {"errcode": 410100, "errmsg": "发送速度太快而限流"}, "failed"),
        (dingtalk_bot, {"errcode": 310000, "errmsg": "keywords not in content"}, "rejected"),
        (dingtalk_bot, {"errcode": 400013, "errmsg": "群已被解散"}, "rejected"),
        (feishu_bot, {"code": 9499, "msg": "Bad Request", "data": {}}, "rejected"),
        (feishu_bot, {"code": 9499, "msg": "too many request", "data": {}}, "failed"),
        (feishu_bot, {"code": 19024, "msg": "Key Words Not Found"}, "rejected"),
        (feishu_bot, {"StatusCode": 0, "StatusMessage": "success"}, "sent"),
        (feishu_bot, {"code": "0"}, "uncertain"),
        (feishu_bot, {"code": True}, "uncertain"),
    ],
)
async def test_what_a_code_means(server: Server, answer: dict[str, Any], outcome: str) -> None:
    async with server() as bot:
        bot.script.append(answer)
        assert (await send(bot.channel("group"), PARCEL)).outcome == outcome


def _http(status: str, headers: str = "", body: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n{body}".encode()


@each
@pytest.mark.parametrize(
    ("script", "outcome", "wait"),
    [
        (500, "failed", None),
        (503, "failed", None),
        (504, "uncertain", None),
        (400, "rejected", None),
        (_http("302 Found", "Location: http://127.0.0.1:1/\r\n"), "rejected", None),
        (_http("429 Slow", "Retry-After: 7\r\n"), "failed", 7),
        (_http("429 Slow", "Retry-After: nan\r\n"), "failed", None),
        (_http("429 Slow", "Retry-After: soon\r\n"), "failed", None),
        (_http("429 Slow", "Retry-After: 99999999\r\n"), "failed", 3600),
        (_http("503 Down", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n"), "failed", 0),
        (_http("429 Slow", "x-ogw-ratelimit-reset: 52\r\n"), "failed", 52),
        ("hang", "uncertain", None),
        ("drop", "uncertain", None),
        ("reset", "uncertain", None),
        (b"\x00\xff\xfe\r\n\r\n", "uncertain", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "uncertain", None),
        (_http("200 OK", "Content-Encoding: gzip\r\n", "no gzip"), "uncertain", None),
    ],
)
async def test_what_http_means(
    server: Server, script: Any, outcome: str, wait: float | None
) -> None:
    async with server() as bot:
        bot.script.append(script)
        done = await send(bot.channel("group"), PARCEL, timeout=0.4)
        assert (done.outcome, done.retry_after) == (outcome, wait)
        assert KEY not in done.reason


@each_bot
@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", "[" * 60_000, "x" * 200_000])
async def test_an_answer_without_a_code_leaves_it_open(server: Server, body: str) -> None:
    async with server() as bot:
        bot.script.append(_http("200 OK", body=body))
        done = await send(bot.channel("group"), PARCEL)
        assert (done.outcome, done.reason) == (Sending.UNCERTAIN, "an answer without a code")


async def test_an_answer_that_drips_for_ever_is_given_up() -> None:
    async with wecom_bot() as bot:
        bot.script.append("drip")
        begun = asyncio.get_running_loop().time()
        done = await send(bot.channel("group"), PARCEL, timeout=0.3)
        assert done.outcome is Sending.UNCERTAIN
        assert asyncio.get_running_loop().time() - begun < 2


@each
async def test_nobody_there_means_not_sent(server: Server) -> None:
    async with server() as bot:
        channel = bot.channel("group")
    done = await send(channel, PARCEL)
    assert (done.outcome, done.reason) == (Sending.FAILED, "not connected: ConnectError")


@each_bot
async def test_a_long_text_is_cut_between_characters_and_keeps_its_link(server: Server) -> None:
    link = "https://lianban.park.example/d/AN-2026Q4-039"
    async with server() as bot:
        for filler in ("链" * 9000, "a链😀" * 4000, '"\\\n' * 9000):
            parcel = PARCEL.model_copy(update={"text": f"{filler}\n{link}"})
            assert (await send(bot.channel("group"), parcel)).outcome is Sending.SENT
        for text in bot.received:
            assert text.endswith(f"…\n{link}")
            assert "\ufffd" not in text


@each_bot
async def test_an_enterprise_s_words_call_nobody(server: Server) -> None:
    hostile = 'a <@all> b < @li> c <at user_id="all">all</at> d <AT id=all></AT> 3 < 5 <attach>'
    async with server() as bot:
        parcel = PARCEL.model_copy(update={"text": hostile})
        assert (await send(bot.channel("group"), parcel)).outcome is Sending.SENT
        if bot.kind != "dingtalk":  # there a call needs an `at` beside the text
            (text,) = bot.received
            assert "<@" not in text
            assert "<at " not in text.lower()
            assert "3 < 5 <attach>" in text
        assert "at" not in bot.requests[0].json


async def test_half_a_character_stops_nothing() -> None:
    for server in (wecom_bot, dingtalk_bot, feishu_bot, webhook_server):
        async with server() as bot:
            parcel = PARCEL.model_copy(update={"text": "a\ud800b"})
            assert (await send(bot.channel("group"), parcel)).outcome is Sending.SENT


async def test_the_webhook_gets_all_of_it_and_takes_a_repetition_once() -> None:
    async with webhook_server() as gateway:
        channel = gateway.channel("sms")
        parcel = PARCEL.model_copy(update={"to": "13800000000"})
        for _ in range(2):
            assert (await send(channel, parcel)).outcome is Sending.SENT
        assert gateway.received == [parcel.model_dump()]
        assert gateway.requests[0].headers["content-type"] == "application/json"


@each
async def test_no_secret_is_logged_or_kept(
    server: Server, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also where the other side puts it into its own words."""
    caplog.set_level(logging.DEBUG)
    async with server() as bot:
        channel = bot.channel("group")
        echo = f"no such bot {KEY} {bot.secret} at {bot.url}"
        bot.script.append(200)
        bot.script.append({"errcode": 93000, "errmsg": echo})
        bot.script.append(_http(f"403 {echo}"))
        done = [await send(channel, PARCEL) for _ in range(4)]
    done.append(await send(channel, PARCEL))
    seen = caplog.text + "".join(capfd.readouterr()) + repr(done) + repr(channel) + str(channel)
    seen += channel.model_dump_json() + str(channel.model_dump())
    for secret in (KEY if KEY in bot.url else bot.url, bot.secret or bot.url, bot.url):
        assert secret not in seen
