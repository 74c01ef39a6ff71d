"""What the dispatcher asks for: which messages can be sent now, and one attempt to send some.

Addresses, texts and keys are read here and stay here: workflows get to know numbers only.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from temporalio import activity

from activities.batching import grouped
from activities.channels.parcel import Sending, Sent
from activities.channels.send import send
from activities.contracts import (
    LOSE_BATCH,
    NEXT_BATCHES,
    SEND_BATCH,
    Batch,
    Batches,
    Look,
    Settled,
)
from activities.hours import held_back
from activities.letters import letter_of
from activities.routing import BookShelf, routing
from ledger import outbox
from ledger.pool import PASSING, Pool, patiently
from runtime import logs

log = logs.get(__name__)


@dataclass(frozen=True)
class Pace:
    """How fast things go, in seconds. Tests hurry."""

    poll: float = 1.0
    minute: float = 61.0  # a message may arrive a moment after its attempt began
    first_retry: float = 30.0
    send_timeout: float = 10.0
    record: float = 60.0  # for how long an answer is tried to be recorded
    unsent: float = 5.0  # age of a batch that was taken and whose sending doesn't begin

    @property
    def lost(self) -> float:
        """Age from which a batch that is being sent belongs to nobody any more."""
        return 2 * self.send_timeout + self.record + 5


@dataclass(frozen=True)
class Deliveries:
    """Activities over one pool of connections and one channel book."""

    pool: Pool
    shelf: BookShelf
    pace: Pace = field(default_factory=Pace)

    @activity.defn(name=NEXT_BATCHES)
    async def next_batches(self, look: Look) -> Batches:
        """Wait until something can be sent. Safe to repeat: what was taken in vain is released."""
        clock = asyncio.get_running_loop()
        end = clock.time() + look.seconds
        while clock.time() < end and not activity.is_worker_shutdown():
            activity.heartbeat()
            try:
                found = await self._look(look)
            except PASSING as error:  # an outage is one line a second, not a failed activity
                log.warning("outbox.away", reason=type(error).__name__)
                found = []
            if found:
                return Batches(batches=tuple(found))
            await asyncio.sleep(self.pace.poll)
        return Batches()

    async def _look(self, look: Look) -> list[int]:
        work = await outbox.work(self.pool, look.running)
        if work.unowned:
            await self._lose_unowned(look)
        book = self.shelf.book()
        if book is None:
            return []
        if work.due:
            await outbox.give_up_gone(self.pool, [channel.name for channel in book.channels])
        if work.unrouted:
            await outbox.route(self.pool, routing(book))
        if not (work.due or work.unrouted) or look.room < 1:
            return []
        limits = {channel.name: channel.per_minute for channel in book.channels}
        together = partial(grouped, at_most=look.room)
        return await outbox.take(self.pool, limits, self.pace.minute, together, held_back)

    async def _lose_unowned(self, look: Look) -> None:
        lost = await outbox.lose_unowned(self.pool, look.running, self.pace.unsent, self.pace.lost)
        for batch, fate in lost.items():
            log.warning("message.unowned", batch=batch, fate=fate)

    @activity.defn(name=SEND_BATCH)
    async def send_batch(self, batch: Batch) -> Settled:
        """Send once, and record at once what came of it. Never to be repeated.

        Once begun it goes on to its end, whoever no longer wants the result: an answer that comes
        is an answer that is recorded.
        """
        attempt = asyncio.create_task(self._attempt(batch.batch))
        async with _beating():
            try:
                return Settled(outcome=await asyncio.shield(attempt))
            except asyncio.CancelledError:
                return Settled(outcome=await attempt)

    async def _attempt(self, batch: int) -> str:
        book = self.shelf.book()
        if book is None or not await outbox.start(self.pool, batch):
            return await outbox.lose(self.pool, batch)
        letter = await letter_of(self.pool, batch, book)
        if isinstance(letter, str):
            demands: tuple[str, ...] = ()
            sent = Sent(outcome=Sending.REJECTED, reason=letter)
        else:
            demands = letter.demands
            sent = await send(letter.channel, letter.parcel, self.pace.send_timeout)
        statuses = await patiently(partial(self._settle, batch, sent), self.pace.record)
        log.info(
            "message.attempted",
            demands=demands,
            batch=batch,
            outcome=sent.outcome.value,
            reason=sent.reason,
            statuses=statuses,
        )
        return sent.outcome.value

    async def _settle(self, batch: int, sent: Sent) -> dict[str, int]:
        return await outbox.settle(
            self.pool,
            batch,
            sent.outcome.value,
            sent.reason,
            first_wait=self.pace.first_retry,
            least_wait=sent.retry_after or 0.0,
        )

    @activity.defn(name=LOSE_BATCH)
    async def lose_batch(self, batch: Batch) -> Settled:
        """Nobody knows what came of it. Safe to repeat."""
        fate = await outbox.lose(self.pool, batch.batch)
        log.warning("message.lost", batch=batch.batch, fate=fate)
        return Settled(outcome=fate)


@asynccontextmanager
async def _beating() -> AsyncIterator[None]:
    """Show that we live for as long as this takes."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(1)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
