"""Sending through a WeCom bot that answers like the real one."""

from __future__ import annotations

import pytest

from activities.channels.send import Parcel, Sending, send
from tests.support.bots import KEY, wecom_bot

PARCEL = Parcel(key="AN-2026Q4-039/3/unit", subject="交办", text="【链办】交办：新增变压器")


async def test_a_message_arrives() -> None:
    async with wecom_bot() as bot:
        done = await send(bot.channel("u20"), PARCEL)
        assert (done.outcome, done.reason) == (Sending.SENT, "")
        assert bot.received == [PARCEL.text]


async def test_the_twenty_first_in_a_minute_failed_and_may_be_tried_later() -> None:
    async with wecom_bot() as bot:
        channel = bot.channel("u20")
        done = [await send(channel, PARCEL) for _ in range(21)]
        assert [d.outcome for d in done] == [Sending.SENT] * 20 + [Sending.FAILED]
        assert done[-1].reason == "errcode 45009 api freq out of limit"
        assert done[-1].retry_after == 60


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ({"errcode": -1, "errmsg": "system busy"}, Sending.FAILED),
        ({"errcode": 93000, "errmsg": f"invalid webhook url {KEY}"}, Sending.REJECTED),
        ({"errcode": 987654, "errmsg": "new"}, Sending.FAILED),
        (502, Sending.FAILED),
        (404, Sending.REJECTED),
        (504, Sending.UNCERTAIN),
        ("hang", Sending.UNCERTAIN),
        ("drop", Sending.UNCERTAIN),
        ("reset", Sending.UNCERTAIN),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<htm>", Sending.UNCERTAIN),
        (b"\x00\xff\r\n\r\n", Sending.UNCERTAIN),
    ],
)
async def test_what_an_answer_means(script: object, outcome: Sending) -> None:
    async with wecom_bot() as bot:
        bot.script.append(script)  # type: ignore[arg-type]
        done = await send(bot.channel("u20"), PARCEL, timeout=0.5)
        assert done.outcome is outcome
        assert KEY not in done.model_dump_json()


async def test_nobody_there_means_not_sent() -> None:
    async with wecom_bot() as bot:
        channel = bot.channel("u20")
    done = await send(channel, PARCEL)
    assert (done.outcome, done.reason) == (Sending.FAILED, "not connected: ConnectError")
