"""The one long-lived workflow: a demand from its listing to its end.

`act` is the only way to change it. Its handler decides, folds and chains without awaiting; the
main loop is the single timer and the safety net of the ledger. What the ledger already has is told
by each command, so that nothing is delivered twice without need. The events of the last command
are the caller's to write, and its intent's if it dies (docs/adr/0003); all others are delivered
before the workflow ends.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.contracts import ATTEMPT, RECORD, RecordRequest
    from domain.chain import Head, Recorded, append
    from domain.decide import decide
    from domain.events import Event
    from domain.evolve import evolve
    from domain.refusal import Refused
    from domain.state import DemandState
    from domain.tick import tick
    from domain.timekeeping import next_due
    from workflows.contracts import (
        ACT,
        COMMAND_ID_REUSED,
        DEMAND_WORKFLOW,
        FLUSH,
        HANDED_OVER,
        REFUSED,
        STUCK,
        Act,
        Answer,
        Carried,
        DemandEnd,
        DemandStart,
        Flush,
        KnownAnswer,
        RefusalReport,
        digest_of,
    )

CONTINUE_AT = 1_000
"""History length from which a run hands over to the next: replaying 5,000 events takes 9 s."""

ANSWERS_KEPT = 100
"""Answers known to the next run. Callers repeat a command for seconds, not for a hundred others."""

ANSWERS_SIZE = 256 * 1024
CARRIED_SIZE = 1024 * 1024
DELIVERED_AT_ONCE = 50
"""Temporal refuses a payload of 2 MB and fails the workflow: what is carried and delivered must
stay well below, also where every text is as long as it may be (15 kB)."""


def refusal(code: str, facts: dict[str, str]) -> ApplicationError:
    """A refusal as Temporal carries it to the caller."""
    report = RefusalReport(code=code, facts=facts)
    return ApplicationError(code, report, type=REFUSED, non_retryable=True)


def _size(values: Sequence[Recorded | KnownAnswer]) -> int:
    return sum(len(value.model_dump_json().encode()) for value in values)


def _newest(answers: list[KnownAnswer]) -> tuple[KnownAnswer, ...]:
    """The answers to carry over, oldest first: as many of the newest as fit."""
    while answers and _size(answers) > ANSWERS_SIZE:
        answers = answers[len(answers) // 4 + 1 :]
    return tuple(answers)


@workflow.defn(name=DEMAND_WORKFLOW)
class DemandWorkflow:
    """State and chain of one demand; see the module's text."""

    @workflow.init
    def __init__(self, start: DemandStart) -> None:
        """Take over what a run before carried, or list the demand.

        An Update that comes with the start runs before `run`, so everything must stand here.
        """
        self._start = start
        self._state: DemandState | None = None
        self._head = Head()
        self._undelivered: list[Recorded] = []
        self._answers: OrderedDict[str, KnownAnswer] = OrderedDict()
        self._owed = False
        self._asked_to_cancel = False
        self._deliveries = 0
        self._conflict = 0
        if start.carried is None:
            self._apply(Act(command_id=start.command_id, command=start.command))
        else:
            self._take_over(start.carried)

    @workflow.run
    async def run(self, start: DemandStart) -> DemandEnd:
        """Sleep until the earliest due instant or until woken; deliver; hand over or end."""
        while True:
            try:
                await self._sleep()
                self._catch_up(self._now())
                if self._owed and not self._long:
                    await self._deliver()
            except asyncio.CancelledError:
                self._outlive_cancellation()
            if not workflow.all_handlers_finished():
                continue
            if self._ended and not self._owed and not self._stuck:
                return self._end()
            if self._long:
                workflow.continue_as_new(self._next_run())

    @workflow.update(name=ACT)
    def act(self, act: Act) -> Answer:
        """Carry out a command. Raises a refusal; a known command id gets its first answer."""
        self._forget(act.ledger_seq, act.ledger_hash)
        if any(event.command_id != act.command_id for event in self._undelivered):
            self._owed = True
        known = self._known(act)
        if known is None:
            try:
                known = self._apply(act)
            except Refused as refused:
                raise refusal(refused.code.value, refused.facts) from refused
        state = self._present()
        return Answer(digest=known.digest, events=known.events, state=state, seq=self._head.seq)

    @act.validator
    def _check(self, act: Act) -> None:
        """Refuse before anything is written to history."""
        if self._known(act) is None:
            now = self._now()
            try:
                decide(self._as_of(now), act.command, now)
            except Refused as refused:
                raise refusal(refused.code.value, refused.facts) from refused

    @workflow.update(name=FLUSH)
    async def flush(self, flush: Flush) -> int:
        """Deliver what is there now; the last seq of it. Raises where the ledger holds another."""
        last, before = self._head.seq, self._deliveries
        self._owed = bool(self._undelivered)
        await workflow.wait_condition(
            lambda: self._conflict > before or self._long or not self._owing(last)
        )
        owing = self._owing(last)
        if owing and self._conflict > before:
            raise ApplicationError("the ledger differs", owing[0].seq, type=STUCK)
        if owing:
            raise ApplicationError("the next run delivers it", type=HANDED_OVER)
        return last

    # ---- what a command does ----------------------------------------------------------------

    def _known(self, act: Act) -> KnownAnswer | None:
        known = self._answers.get(act.command_id)
        if known is not None and known.digest != digest_of(act.command):
            raise refusal(COMMAND_ID_REUSED, {"command_id": act.command_id})
        return known

    def _apply(self, act: Act) -> KnownAnswer:
        """Decide, chain, fold, remember: never awaits in between. Raises `Refused`.

        What the clock has to do by now comes first: who is late is late, also where nobody was
        there to say so in time.
        """
        now = self._now()
        self._catch_up(now)
        recorded = self._append(act.command_id, decide(self._state, act.command, now))
        answer = KnownAnswer(
            command_id=act.command_id, digest=digest_of(act.command), events=recorded
        )
        self._answers[act.command_id] = answer
        while len(self._answers) > ANSWERS_KEPT:
            self._answers.popitem(last=False)
        return answer

    def _append(self, command_id: str, events: tuple[Event, ...]) -> tuple[Recorded, ...]:
        self._head, recorded = append(self._head, self._demand, command_id, events)
        for event in events:
            self._state = evolve(self._state, event)
        self._undelivered.extend(recorded)
        return recorded

    def _catch_up(self, now: datetime) -> None:
        """Let the clock do all that it has to do by now; its events are ours to deliver."""
        while self._state is not None and (events := tick(self._state, now)):
            self._append(f"clock:{self._head.seq + 1}", events)
            self._owed = True

    def _as_of(self, now: datetime) -> DemandState | None:
        """The state that catching up would lead to."""
        state = self._state
        while state is not None and (events := tick(state, now)):
            for event in events:
                state = evolve(state, event)
        return state

    def _now(self) -> datetime:
        """The workflow's time, never before the last event: clocks of servers may step back."""
        now = workflow.now()
        return now if self._state is None else max(now, self._state.changed_at)

    def _present(self) -> DemandState:
        assert self._state is not None
        return self._state

    @property
    def _demand(self) -> str:
        return self._start.command.demand

    def _outlive_cancellation(self) -> None:
        """A demand ends by its own rules: what an operator's click asks for is not one of them.

        A request comes once; any other cancellation is the worker's, who takes us out of memory.
        """
        if self._asked_to_cancel or workflow.cancellation_reason() is None:
            raise asyncio.CancelledError
        self._asked_to_cancel = True
        self._owed = self._more_than_one_owes()
        workflow.logger.warning("a request to cancel is not followed: demand=%s", self._demand)

    # ---- the main loop ----------------------------------------------------------------------

    async def _sleep(self) -> None:
        """Until the clock must act or something is owed.

        A timer whose instant moved back is left to ring for nothing: most commands start none.
        """
        due = next_due(self._present())
        timeout = None if due is None else max(due - workflow.now(), timedelta())
        try:
            await workflow.wait_condition(
                lambda: self._awake or self._due_before(due), timeout=timeout
            )
        except TimeoutError:
            return

    def _due_before(self, armed: datetime | None) -> bool:
        due = next_due(self._present())
        return due is not None and (armed is None or due < armed)

    @property
    def _awake(self) -> bool:
        """Something is owed; or the run may hand over or end, and no handler is under way."""
        over = self._long or (self._ended and not self._stuck)
        return (self._owed and not self._long) or (over and workflow.all_handlers_finished())

    @property
    def _ended(self) -> bool:
        return not self._present().open

    @property
    def _stuck(self) -> bool:
        """The ledger holds something else under our seq: nothing ends until that is mended."""
        return bool(self._conflict and self._undelivered)

    @property
    def _long(self) -> bool:
        """The run should hand over, and can: what is owed fits into the start of the next one."""
        long = workflow.info().get_current_history_length() >= CONTINUE_AT
        return long and _size(self._undelivered) <= CARRIED_SIZE

    async def _deliver(self) -> None:
        """Write what is owed by now, the newest first: only that changes the current state."""
        self._owed = False
        self._deliveries += 1
        self._conflict = 0  # until this delivery meets one
        last = self._head.seq
        while (owing := self._owing(last)) and not self._conflict:
            await self._record(owing[-DELIVERED_AT_ONCE:])
            if self._long:
                self._owed = bool(self._undelivered)
                return

    async def _record(self, events: list[Recorded]) -> None:
        """Write these events through the activity, for as long as it takes, but not for ever:
        where the ledger stays away, the run may grow long, and the next one goes on.
        """
        writing = workflow.start_activity(
            RECORD,
            RecordRequest(events=tuple(events), state=self._present()),
            start_to_close_timeout=ATTEMPT,
            retry_policy=RetryPolicy(
                initial_interval=timedelta(milliseconds=500),
                maximum_interval=timedelta(seconds=5),
            ),
        )
        await workflow.wait_condition(lambda: writing.done() or self._long)
        if not writing.done():
            return
        try:
            await writing
        except ActivityError:
            self._conflict = self._deliveries
            workflow.logger.error("ledger holds another event: demand=%s", self._demand)
        else:
            self._drop({event.seq for event in events})

    def _more_than_one_owes(self) -> bool:
        """Whether more is undelivered than one command's events, its caller's to write."""
        return len({event.command_id for event in self._undelivered}) > 1

    def _owing(self, last: int) -> list[Recorded]:
        return [event for event in self._undelivered if event.seq <= last]

    def _forget(self, seq: int, digest: str) -> None:
        """Forget what the ledger has up to `seq`, if the event it has there is ours.

        One hash vouches for all events before it. Histories from before there was one go by seq.
        """
        if any(e.seq == seq and digest in (e.hash, "") for e in self._undelivered):
            self._drop({event.seq for event in self._owing(seq)})

    def _drop(self, delivered: set[int]) -> None:
        self._undelivered = [e for e in self._undelivered if e.seq not in delivered]
        if not self._undelivered:
            self._conflict = 0

    def _take_over(self, carried: Carried) -> None:
        self._state = carried.state
        self._head = carried.head
        self._undelivered = list(carried.undelivered)
        self._answers = OrderedDict((known.command_id, known) for known in carried.answers)
        self._owed = self._more_than_one_owes()

    def _next_run(self) -> DemandStart:
        carried = Carried(
            state=self._present(),
            head=self._head,
            undelivered=tuple(self._undelivered),
            answers=_newest(list(self._answers.values())),
        )
        return self._start.model_copy(update={"carried": carried})

    def _end(self) -> DemandEnd:
        state = self._present()
        return DemandEnd(
            demand=state.demand,
            status=state.status.value,
            seq=self._head.seq,
            hash=self._head.hash,
        )
