"""The ledger's promises about events: never changed, never twice, in whatever order they come."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterable

import asyncpg
import pytest

from domain.chain import Recorded
from domain.state import DemandState
from ledger.pool import Pool
from ledger.projector import LedgerConflict, record
from ledger.rows import event_row
from runtime.settings import Settings
from tests.support.chains import Step, chain
from tests.support.waiting import eventually

DEMAND = "L-001"


async def write(pool: Pool, *steps: Step) -> int:
    """Record steps in one call, as the workflow's activity does; the contiguous seq."""
    events = [event for step in steps for event in step.events]
    return await record(pool, events, steps[-1].state)


async def seqs(pool: Pool) -> list[int]:
    rows = await pool.fetch("SELECT seq FROM events WHERE demand = $1 ORDER BY seq", DEMAND)
    return [row["seq"] for row in rows]


async def current(pool: Pool) -> tuple[int, int, DemandState]:
    row = await pool.fetchrow("SELECT * FROM demands WHERE demand = $1", DEMAND)
    assert row is not None
    return row["seq"], row["contiguous"], DemandState.model_validate_json(row["state"])


async def everything(pool: Pool) -> list[list[asyncpg.Record]]:
    """All that a refused write must leave alone."""
    return [
        await pool.fetch(f"SELECT * FROM {name} ORDER BY 1, 2") for name in ("events", "demands")
    ]


WAITING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'
"""

CHANGES = (
    "UPDATE events SET kind = 'x' WHERE demand = 'L-001'",
    "UPDATE events SET recorded_at = now()",
    "DELETE FROM events WHERE demand = 'L-001'",
    "DELETE FROM events WHERE false",
    "TRUNCATE events",
    "TRUNCATE events, demands CASCADE",
)


@pytest.mark.parametrize("statement", CHANGES)
async def test_events_are_never_changed_not_even_by_their_owner(
    pool: Pool, owner: asyncpg.Connection, statement: str
) -> None:
    await write(pool, *chain(DEMAND, 2))
    before = await everything(pool)
    with pytest.raises(asyncpg.PostgresError) as refused:
        await owner.execute(statement)
    assert refused.value.sqlstate == "LB002"
    assert await everything(pool) == before


@pytest.mark.parametrize(
    "statement",
    [
        *CHANGES,
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TABLE events",
        "DELETE FROM demands",
        "DELETE FROM alarms",
        "UPDATE alarms SET kind = 'x'",
        "UPDATE reservations SET command = '{}'",
        "DELETE FROM reservations",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (x int)",
        "INSERT INTO schema_migrations VALUES (99, 'x', 'x')",
    ],
)
async def test_the_application_has_no_right_to_change_what_is_recorded(
    pool: Pool, statement: str
) -> None:
    await write(pool, *chain(DEMAND, 2))
    before = await everything(pool)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)
    assert await everything(pool) == before


async def test_every_connection_of_a_pool_has_taken_on_the_application_role(
    pool: Pool, settings: Settings
) -> None:
    async with pool.acquire() as one, pool.acquire() as other:
        for connection in (one, other):
            assert await connection.fetchval("SELECT current_user") == settings.role


async def test_an_insert_that_would_overwrite_is_refused_as_well(
    pool: Pool, owner: asyncpg.Connection
) -> None:
    await write(pool, *chain(DEMAND, 1))
    overwrite = (
        "INSERT INTO events SELECT * FROM events"
        " ON CONFLICT (demand, seq) DO UPDATE SET body = 'another'"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(overwrite)
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await owner.execute(overwrite)


async def test_the_same_write_again_changes_nothing(pool: Pool) -> None:
    steps = chain(DEMAND, 3)
    assert await write(pool, *steps) == 3
    before = await everything(pool)
    assert await write(pool, *steps) == 3
    assert await write(pool, steps[1]) == 3
    assert await everything(pool) == before


async def test_only_a_higher_seq_replaces_the_current_state(pool: Pool) -> None:
    first, second, third = chain(DEMAND, 3)
    await write(pool, third)
    await write(pool, first)
    assert await current(pool) == (3, 1, third.state)
    await write(pool, second)
    assert await current(pool) == (3, 3, third.state)


async def test_contiguous_counts_up_to_the_first_gap(pool: Pool) -> None:
    steps = chain(DEMAND, 9)
    answers = [await write(pool, steps[n - 1]) for n in (3, 1, 5, 2, 9, 4, 7, 6, 8)]
    assert answers == [0, 1, 1, 3, 3, 5, 5, 7, 9]
    assert await current(pool) == (9, 9, steps[-1].state)


@pytest.mark.parametrize("seed", range(8))
async def test_batches_that_overlap_and_come_in_any_order_end_the_same(
    pool: Pool, seed: int
) -> None:
    chance = random.Random(seed)
    steps = chain(DEMAND, 25)
    batches = [(n, min(n + chance.randrange(1, 6), 25)) for n in range(25)]
    chance.shuffle(batches)
    written: set[int] = set()
    for start, end in batches:
        contiguous = await write(pool, *steps[start:end])
        written |= set(range(start + 1, end + 1))
        assert contiguous == next(n for n in range(26) if n + 1 not in written)
        seq, stored, state = await current(pool)
        assert (seq, stored) == (max(written), contiguous)
        assert state == steps[seq - 1].state
    assert await seqs(pool) == list(range(1, 26))


@pytest.mark.parametrize("seed", range(6))
async def test_thirty_writers_at_once_leave_no_gap_and_no_double(
    pool: Pool, dsn: str, settings: Settings, seed: int
) -> None:
    chance = random.Random(seed)
    steps = chain(DEMAND, 60)
    shares = [steps[n : n + chance.randrange(1, 4)] for n in range(60)]
    chance.shuffle(shares)
    wide = await asyncpg.create_pool(
        dsn, min_size=30, max_size=30, server_settings={"role": settings.role}
    )
    try:
        await asyncio.gather(*(write(wide, *share) for share in shares))
    finally:
        wide.terminate()
    assert await seqs(pool) == list(range(1, 61))
    assert await current(pool) == (60, 60, steps[-1].state)


@pytest.mark.parametrize("last_first", [False, True])
async def test_the_first_two_events_written_at_once_are_both_counted(
    pool: Pool, dsn: str, last_first: bool
) -> None:
    """Before there is a row of current state, there is nothing that two writers both lock."""
    for number in range(1, 16):
        demand = f"R-{number:03d}"
        pair = chain(demand, 2)
        if last_first:
            pair.reverse()
        await asyncio.gather(*(write(pool, step) for step in pair))
        row = await pool.fetchrow("SELECT seq, contiguous FROM demands WHERE demand = $1", demand)
        assert row is not None
        assert tuple(row) == (2, 2)


async def test_writers_wait_for_each_other_before_there_is_a_row(
    pool: Pool, owner: asyncpg.Connection
) -> None:
    """The same, with the interleaving forced: the first writer commits after the second began."""
    first, second = chain(DEMAND, 2)
    async with pool.acquire() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await record(slow, first.events, first.state)  # type: ignore[arg-type]
        other = asyncio.create_task(write(pool, second))
        await eventually(lambda: owner.fetchval(WAITING), "the other writer waits")
        await transaction.commit()
    assert await other == 2
    assert await current(pool) == (2, 2, second.state)


def forged(step: Step, **changes: object) -> Iterable[Recorded]:
    return [event.model_copy(update=changes) for event in step.events]


async def test_other_content_under_a_seq_is_refused_alarmed_and_changes_nothing(
    pool: Pool,
) -> None:
    steps, others = chain(DEMAND, 3), chain(DEMAND, 4, mark="另")
    await write(pool, *steps)
    before = await everything(pool)
    with pytest.raises(LedgerConflict) as conflict:
        await write(pool, *others)
    assert conflict.value.detail["seq"] == 1
    assert await everything(pool) == before
    alarms = await pool.fetch("SELECT demand, seq, kind, detail FROM alarms")
    assert [(a["demand"], a["seq"], a["kind"]) for a in alarms] == [(DEMAND, 1, "event_conflict")]
    detail = json.loads(alarms[0]["detail"])
    assert detail["recorded_hash"] == steps[0].events[0].hash
    assert detail["offered_hash"] == others[0].events[0].hash


@pytest.mark.parametrize("field", ["kind", "at", "account", "command_id", "prev", "hash", "body"])
async def test_a_difference_in_any_column_is_a_conflict(
    pool: Pool, owner: asyncpg.Connection, field: str
) -> None:
    (first,) = chain(DEMAND, 1)
    await write(pool, first)
    value = "now()" if field == "at" else "'x'"
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(f"UPDATE events SET {field} = {value} WHERE demand = '{DEMAND}'")
    before = await everything(pool)
    with pytest.raises(LedgerConflict):
        await write(pool, first)
    assert await everything(pool) == before
    assert await pool.fetchval("SELECT count(*) FROM alarms") == 1


async def test_one_bad_event_of_a_batch_keeps_the_whole_batch_out(pool: Pool) -> None:
    steps, other = chain(DEMAND, 4), chain(DEMAND, 4, mark="另")
    await write(pool, *steps[:1])
    await write_directly(pool, other[2].events)
    before = await everything(pool)
    with pytest.raises(LedgerConflict):
        await write(pool, *steps)
    assert await everything(pool) == before


async def write_directly(pool: Pool, events: Iterable[Recorded]) -> None:
    """Put events there without the projector's care, as a foreign program might."""
    for event in events:
        row = json.dumps(event_row(event, 1))
        await pool.execute(
            "INSERT INTO events (demand, seq, kind, at, account, command_id, prev, hash, body)"
            " SELECT demand, seq, kind, at, account, command_id, prev, hash, body"
            " FROM jsonb_populate_record(NULL::events, $1::jsonb)",
            row,
        )


@pytest.mark.parametrize("missing", ["before", "after"])
async def test_an_event_whose_neighbour_is_of_another_chain_is_a_conflict(
    pool: Pool, missing: str
) -> None:
    """Otherwise `contiguous` would run over a foreign event, and nobody would ever miss ours."""
    steps, others = chain(DEMAND, 3), chain(DEMAND, 3, mark="另")
    await write(pool, steps[0])
    foreign, offered = (others[1], steps[2]) if missing == "before" else (others[2], steps[1])
    await write_directly(pool, foreign.events)
    before = await everything(pool)
    with pytest.raises(LedgerConflict) as conflict:
        await write(pool, offered)
    assert conflict.value.detail["seq"] == foreign.events[0].seq
    assert await everything(pool) == before


async def test_the_same_conflict_met_again_raises_one_alarm(pool: Pool) -> None:
    steps, others = chain(DEMAND, 1), chain(DEMAND, 1, mark="另")
    await write(pool, *steps)
    for _ in range(3):
        with pytest.raises(LedgerConflict):
            await write(pool, *others)
    assert await pool.fetchval("SELECT count(*) FROM alarms") == 1


async def test_a_write_closes_the_intents_of_its_commands_and_no_others(pool: Pool) -> None:
    first, second = chain(DEMAND, 2)
    for demand, command_id in (
        (DEMAND, first.events[0].command_id),
        (DEMAND, second.events[0].command_id),
        ("L-002", first.events[0].command_id),
    ):
        await pool.execute(
            "INSERT INTO intents (demand, command_id) VALUES ($1, $2)", demand, command_id
        )
    await write(pool, first)
    left = await pool.fetch("SELECT demand, command_id FROM intents ORDER BY demand")
    assert [tuple(row) for row in left] == [
        (DEMAND, second.events[0].command_id),
        ("L-002", first.events[0].command_id),
    ]
