"""Somebody with every right over the database changes it by hand; the audit names where."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from audit.verdicts import Check, Reason, Standing, Verdict
from audit.verify import verdicts
from ledger.sql import sql
from runtime.settings import Settings
from tests.support.house import House

FORGED = "0" * 64


@asynccontextmanager
async def superuser(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may do anything, with triggers off."""
    connection = await asyncpg.connect(settings.dsn)
    try:
        await connection.execute("SET session_replication_role = replica")
        yield connection
    finally:
        await connection.close()


async def verdict_on(home: House, demand: str) -> Verdict:
    [verdict] = await verdicts(home.pool, home.gateway.histories, [demand])
    return verdict


TAMPERINGS = [
    # what is done, and the seq and field that ledger and chain name (None: that check holds)
    (
        "UPDATE events SET body = overlay(body PLACING '己' FROM position('已' IN body)) "
        "WHERE demand = $1 AND seq = 5",
        (5, "events.body.event.text"),
        (5, "events.hash"),
    ),
    (
        "UPDATE events SET kind = 'paused' WHERE demand = $1 AND seq = 4",
        (4, "events.kind"),
        (4, "events.kind"),
    ),
    (
        "UPDATE events SET account = 'u21' WHERE demand = $1 AND seq = 3",
        (3, "events.account"),
        (3, "events.account"),
    ),
    (
        "UPDATE events SET at = at - interval '1 day' WHERE demand = $1 AND seq = 2",
        (2, "events.at"),
        (2, "events.at"),
    ),
    (
        f"UPDATE events SET hash = '{FORGED}' WHERE demand = $1 AND seq = 6",
        (6, "events.hash"),
        (6, "events.hash"),
    ),
    ("DELETE FROM events WHERE demand = $1 AND seq = 5", (5, "events"), (5, "events.seq")),
    ("DELETE FROM events WHERE demand = $1 AND seq = 8", (8, "events"), (7, "demands.hash")),
    (
        "UPDATE demands SET status = 'resolved' WHERE demand = $1",
        (8, "demands.status"),
        None,
    ),
    (
        """UPDATE demands SET state = jsonb_set(state, '{percent}', '100') WHERE demand = $1""",
        (8, "demands.state.percent"),
        None,
    ),
    ("DELETE FROM demands WHERE demand = $1", (8, "demands"), None),
]


@pytest.mark.parametrize(("done", "ledger", "chain"), TAMPERINGS)
async def test_tampering_is_named_by_seq_and_field(
    home: House, done: str, ledger: tuple[int, str], chain: tuple[int, str] | None
) -> None:
    demand, other = await home.closed(), await home.closed("另一件需求，请尽快协调处理。")
    async with superuser(home.settings) as connection:
        assert await connection.execute(done, demand) in {"UPDATE 1", "DELETE 1"}

    verdict = await verdict_on(home, demand)

    assert not verdict.ok
    for check, expected in ((Check.LEDGER, ledger), (Check.CHAIN, chain)):
        found = verdict.finding(check).divergence
        assert (found and (found.seq, found.field)) == expected
        assert found is None or found.demand == demand
    assert (await verdict_on(home, other)).ok


async def test_the_application_itself_can_do_none_of_this(home: House) -> None:
    demand = await home.demand()

    for done, _, _ in TAMPERINGS:
        if " events " in done:
            with pytest.raises(asyncpg.PostgresError):
                await home.pool.execute(done, demand)
    assert (await verdict_on(home, demand)).ok


async def test_a_whole_life_of_two_runs_is_verified(home: House) -> None:
    demand = await home.planned()
    for number in range(210):
        await home.act(demand, "s04", "report_progress", text=f"第 {number} 次现场协调")

    verdict = await verdict_on(home, demand)

    assert verdict.ok, verdict
    assert (verdict.runs, verdict.events) == (2, 214)
    async with superuser(home.settings) as connection:
        await connection.execute(
            "UPDATE events SET account = 'x' WHERE demand = $1 AND seq = 100", demand
        )
    found = (await verdict_on(home, demand)).finding(Check.LEDGER).divergence
    assert found is not None
    assert (found.seq, found.field) == (100, "events.account")


async def test_a_ledger_that_has_yet_to_catch_up_is_lagging_not_tampered(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand = await home.planned()
    away = ConnectionError("the ledger is away")

    async def refuse(*args: object) -> int:
        raise away

    with monkeypatch.context() as patch:
        patch.setattr("starter.gateway.record", refuse)
        accepted = await home.act(demand, "s04", "report_progress", text="已踏勘", percent=50)
    assert not accepted.recorded

    verdict = await verdict_on(home, demand)

    assert verdict.standing is Standing.LAGGING
    assert verdict.finding(Check.LEDGER).reason is Reason.LAGGING
    await home.act(demand, "s04", "report_progress", text="已送电", percent=90)
    assert (await verdict_on(home, demand)).ok


async def test_a_terminated_workflow_of_an_open_demand_is_no_complete_history(home: House) -> None:
    demand = await home.claimed()
    await home.client.get_workflow_handle(f"demand:{demand}").terminate("by hand")

    verdict = await verdict_on(home, demand)

    assert verdict.standing is Standing.STOPPED
    assert not verdict.ok


async def test_a_reserved_demand_and_one_without_events_are_told_apart(home: House) -> None:
    demand = await home.closed()
    async with superuser(home.settings) as connection:
        list_id, number = demand.rsplit("-", 1)
        command = json.dumps({"kind": "list"})
        await connection.execute(
            sql("reserve"), f"{list_id}-777", list_id, 777, "e", "key", "id-777", command, "{}"
        )
        await connection.execute(
            "INSERT INTO demands SELECT (jsonb_populate_record(d, $2::jsonb)).* "
            "FROM demands d WHERE demand = $1",
            demand,
            json.dumps({"demand": f"{list_id}-888"}),
        )
    reserved = await verdict_on(home, f"{list_id}-777")
    bare = await verdict_on(home, f"{list_id}-888")
    unknown = await verdict_on(home, f"{list_id}-999")

    assert number == "001"
    assert (reserved.standing, reserved.ok) == (Standing.NOT_STARTED, True)
    assert (bare.standing, bare.ok) == (Standing.NO_EVENTS, False)
    assert (unknown.standing, unknown.ok) == (Standing.UNKNOWN, False)
