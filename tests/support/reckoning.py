"""After a fault: does the ledger hold exactly what the histories say was accepted?

The histories are read with Temporal's client alone, so that no code of ours can flatter itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from activities.contracts import RECORD, RecordRequest
from domain.chain import Recorded, body_of, first_break
from domain.evolve import fold
from domain.state import DemandState
from ledger.pool import Pool
from starter.gateway import Accepted
from tests.support.waiting import eventually
from workflows.contracts import ACT, Answer, workflow_id


@dataclass
class Told:
    """What the histories of one demand tell: its events by seq, and how often each id was run."""

    events: dict[int, Recorded] = field(default_factory=dict)
    answered: Counter[str] = field(default_factory=Counter)
    scheduled: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    length: int = 0

    def take_in(self, demand: str, events: Iterable[Recorded]) -> None:
        """Events that were told, perhaps again."""
        for recorded in events:
            known = self.events.setdefault(recorded.seq, recorded)
            assert known == recorded, f"{demand}: two events {recorded.seq}"


async def runs_of(client: Client, demand: str) -> list[list[HistoryEvent]]:
    """The histories of all runs, oldest first."""
    found: list[list[HistoryEvent]] = []
    run: str | None = None
    while True:
        handle = client.get_workflow_handle(workflow_id(demand), run_id=run)
        events = [event async for event in handle.fetch_history_events()]
        found.insert(0, events)
        before = events[0].workflow_execution_started_event_attributes.continued_execution_run_id
        if not before:
            return found
        run = before


async def told(client: Client, demand: str) -> Told:
    """What Temporal kept: the outcomes of all accepted commands."""
    result = Told()
    for events in await runs_of(client, demand):
        result.runs += 1
        result.length = len(events)
        names: dict[str, str] = {}
        for event in events:
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
                accepted = event.workflow_execution_update_accepted_event_attributes
                request = accepted.accepted_request
                names[accepted.protocol_instance_id] = request.input.name
            elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
                completed = event.workflow_execution_update_completed_event_attributes
                if names[completed.meta.update_id] != ACT:
                    continue
                assert completed.outcome.HasField("success"), completed.outcome
                answer = await _answer(client, completed.outcome.success.payloads)
                result.answered[completed.meta.update_id] += 1
                result.take_in(demand, answer.events)
            elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                scheduled = event.activity_task_scheduled_event_attributes
                result.scheduled[scheduled.activity_type.name] += 1
                if scheduled.activity_type.name == RECORD:  # what the clock did is told here alone
                    request = await _request(client, scheduled.input.payloads)
                    result.take_in(demand, request.events)
    return result


async def _request(client: Client, payloads: Iterable[Payload]) -> RecordRequest:
    (request,) = await client.data_converter.decode(list(payloads), [RecordRequest])
    assert isinstance(request, RecordRequest)
    return request


async def _answer(client: Client, payloads: Iterable[Payload]) -> Answer:
    (answer,) = await client.data_converter.decode(list(payloads), [Answer])
    assert isinstance(answer, Answer)
    return answer


async def ledger_events(pool: Pool, demand: str) -> dict[int, str]:
    """The canonical bodies that the ledger holds, by seq."""
    rows = await pool.fetch("SELECT seq, body FROM events WHERE demand = $1", demand)
    return {row["seq"]: row["body"] for row in rows}


async def assert_agree(client: Client, pool: Pool, demand: str) -> Told:
    """History and ledger agree on every event of a demand; the chain holds; state is its fold."""
    history = await told(client, demand)
    chain = [history.events[seq] for seq in sorted(history.events)]
    assert [event.seq for event in chain] == list(range(1, len(chain) + 1)), demand
    assert first_break(chain) is None
    ids = [event.command_id for event in chain]
    groups = [one for n, one in enumerate(ids) if n == 0 or ids[n - 1] != one]
    assert len(groups) == len(set(groups)), f"{demand}: a command was carried out twice"

    state = fold(event.event for event in chain)
    assert state is not None
    recorded = await ledger_events(pool, demand)
    expected = {event.seq: body_of(event, state.format) for event in chain}
    assert recorded == expected, f"{demand}: {sorted(recorded)} recorded, {sorted(expected)} told"
    row = await pool.fetchrow("SELECT * FROM demands WHERE demand = $1", demand)
    assert row is not None, demand
    assert (row["seq"], row["contiguous"], row["hash"]) == (len(chain), len(chain), chain[-1].hash)
    assert DemandState.model_validate_json(row["state"]) == state
    return history


_UNSETTLED = """
    SELECT demand, 'intent ' || command_id AS what, clock_timestamp() - opened_at AS age
      FROM intents
     UNION ALL
    SELECT demand, format('%s of %s', contiguous, seq), clock_timestamp() - changed_at FROM demands
     WHERE contiguous < seq
"""


async def assert_nothing_left(pool: Pool) -> None:
    """No intent stays open, no demand has a gap, and no alarm was raised."""

    left: list[dict[str, object]] = []

    async def settled() -> bool:
        left[:] = [dict(row) for row in await pool.fetch(_UNSETTLED)]
        return not left

    try:
        await eventually(settled)
    except AssertionError:
        raise AssertionError(f"left behind: {left}") from None
    alarms = await pool.fetch("SELECT * FROM alarms")
    assert not alarms, [dict(alarm) for alarm in alarms]


async def assert_kept(
    client: Client, pool: Pool, demands: Iterable[str], acknowledged: Iterable[Accepted]
) -> dict[str, Told]:
    """All that was acknowledged is in history and ledger, once; history and ledger agree."""
    await assert_nothing_left(pool)
    found = {demand: await assert_agree(client, pool, demand) for demand in demands}
    for accepted in acknowledged:
        history = found[accepted.state.demand]
        for event in accepted.answer.events:
            assert history.events[event.seq] == event
    return found
