"""Whom an event tells is in the inbox with the event: whatever is killed, whoever writes it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from domain.rules import Recipient
from ledger import projector
from ledger.pool import Pool
from tests.support.house import ENTERPRISE
from tests.support.telling import LONG_AGO, notice, tell, telling

PEOPLE = {
    Recipient.UNIT: ("U20", ["u20"]),
    Recipient.UNIT_LEADER: ("U20", ["u20"]),
    Recipient.CO_HANDLER: ("U22", ["bureau1", "bureau2"]),
    Recipient.SQUAD: ("S04", ["s04", "s04m"]),
    Recipient.HANDLER: ("u07", ["u07"]),
    Recipient.SECRETARY_UNIT: ("NE", ["u00"]),
    Recipient.CHAIN_LEADER: ("NE", ["leader-ne"]),
    Recipient.COMMITTEE: ("", ["committee"]),
    Recipient.SUPERVISION: ("", ["bureau1", "bureau2"]),
    Recipient.BUREAU: ("", ["bureau1", "bureau2"]),
    Recipient.ENTERPRISE: (ENTERPRISE.uscc, [f"enterprise:{ENTERPRISE.uscc}"]),
}


async def inbox(pool: Pool, demand: str) -> list[asyncpg.Record]:
    return await pool.fetch(
        "SELECT * FROM messages WHERE demand = $1 AND channel = 'inbox' ORDER BY seq, account",
        demand,
    )


@pytest.mark.parametrize("recipient", Recipient)
async def test_a_recipient_is_its_people_in_the_directory(pool: Pool, recipient: Recipient) -> None:
    code, people = PEOPLE[recipient]
    demand = await tell(pool, notice(recipient, code))
    rows = await inbox(pool, demand)
    assert [row["account"] for row in rows] == sorted(people)
    assert {(row["recipient"], row["code"], row["status"]) for row in rows} == {
        (recipient.value, code, "unread")
    }
    assert {row["stands_in_for"] for row in rows} == {None}


@pytest.mark.parametrize("code", ["U99", "u20"])
async def test_where_nobody_is_found_the_bureau_stands_in(pool: Pool, code: str) -> None:
    rows = await inbox(pool, await tell(pool, notice(Recipient.UNIT, code)))
    assert [(row["account"], row["stands_in_for"]) for row in rows] == [
        ("bureau1", f"unit:{code}"),
        ("bureau2", f"unit:{code}"),
    ]


async def test_who_is_retired_is_not_told(pool: Pool, owner: asyncpg.Connection) -> None:
    await owner.execute("UPDATE accounts SET retired_at = now() WHERE account IN ('s04', 'u20')")
    squad, unit = notice(Recipient.SQUAD, "S04"), notice(Recipient.UNIT, "U20")
    rows = await inbox(pool, await tell(pool, squad, unit))
    assert [row["account"] for row in rows] == ["bureau1", "bureau2", "s04m"]


async def test_a_park_without_a_bureau_loses_nothing(pool: Pool, owner: asyncpg.Connection) -> None:
    await owner.execute("UPDATE accounts SET retired_at = now()")
    rows = await inbox(pool, await tell(pool, notice(Recipient.COMMITTEE)))
    assert [(row["account"], row["stands_in_for"]) for row in rows] == [("bureau", "committee")]


async def test_one_person_is_told_once_and_rather_than_by_a_copy(pool: Pool) -> None:
    later = LONG_AGO + timedelta(hours=1)
    copied = notice(Recipient.UNIT, "U20", copy_to=True)
    handler = notice(Recipient.HANDLER, "u20", not_before=later)
    nobody = notice(Recipient.CHAIN_LEADER, "ZZ")
    rows = await inbox(pool, await tell(pool, copied, handler, nobody, notice(Recipient.BUREAU)))
    told = [(r["account"], r["recipient"], r["copy_to"], r["stands_in_for"]) for r in rows]
    assert told == [
        ("bureau1", "bureau", False, "chain_leader:ZZ"),
        ("bureau2", "bureau", False, "chain_leader:ZZ"),
        ("u20", "handler", False, None),
    ]
    assert rows[-1]["not_before"] == later


async def test_writing_again_at_once_and_out_of_order_tells_once(pool: Pool) -> None:
    unit, bureau = [notice(Recipient.UNIT, "U20")], [notice(Recipient.BUREAU)]
    steps = telling("TELL-900", unit, bureau, unit, [])
    await asyncio.gather(
        *(
            projector.record(pool, step.events, step.state)
            for step in [steps[3], steps[1], *steps, *reversed(steps)]
        )
    )
    rows = await inbox(pool, "TELL-900")
    assert [(row["seq"], row["account"]) for row in rows] == [
        (1, "u20"),
        (2, "bureau1"),
        (2, "bureau2"),
        (3, "u20"),
    ]


async def test_without_an_inbox_there_is_no_event(pool: Pool, owner: asyncpg.Connection) -> None:
    await owner.execute("REVOKE INSERT ON messages FROM lianban_app")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await tell(pool, notice(Recipient.BUREAU))
    assert await pool.fetchval("SELECT count(*) FROM events") == 0


async def test_what_a_text_says_of_telling_tells_nobody(pool: Pool) -> None:
    (step,) = telling("TELL-901", [])
    (event,) = step.events
    said = event.event.model_copy(update={"remark": '"tell":[{"recipient":"bureau"}]'})
    recorded = event.model_copy(update={"event": said})
    await projector.record(pool, [recorded], step.state)
    assert await inbox(pool, "TELL-901") == []
