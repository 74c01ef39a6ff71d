"""Looks after commands whose intent stayed open: their caller died, or the ledger was away.

It asks a running demand for a flush, and Temporal for the answers of one that has ended; it never
sends a command again. Several sweepers do no harm.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import asyncpg

from ledger.pool import PASSING, Pool
from ledger.sql import sql
from runtime import logs
from starter.errors import SystemUnreachable
from starter.gateway import Gateway

log = logs.get(__name__)


@dataclass(frozen=True)
class Sweeper:
    """Sweeps `every` seconds what is older than `after` seconds.

    An intent is closed only when it is older than `settled_after`, by when its caller has given
    up: until then an accepted command of it might still be on its way.
    """

    gateway: Gateway
    pool: Pool
    every: float
    after: float
    settled_after: float

    async def run(self) -> None:
        """Sweep for ever, through whatever outage."""
        while True:
            try:
                await self.sweep()
            except (*PASSING, SystemUnreachable) as error:
                log.warning("sweep.later", reason=type(error).__name__)
            await asyncio.sleep(self.every)

    async def sweep(self) -> int:
        """One look; the number of demands that were asked for a flush."""
        rows = await self.pool.fetch(sql("stale_intents"), self.after)
        by_demand: dict[str, list[asyncpg.Record]] = defaultdict(list)
        for row in rows:
            by_demand[row["demand"]].append(row)
        await asyncio.gather(*(self._look_after(*found) for found in by_demand.items()))
        return len(by_demand)

    async def _look_after(self, demand: str, intents: list[asyncpg.Record]) -> None:
        """Bring into the ledger what these commands brought about; close what is settled."""
        try:
            running = await self.gateway.flush(demand, intents[0]["contiguous"])
            for intent in intents:
                command_id = intent["command_id"]
                if not running:
                    await self.gateway.recover(demand, command_id)
                if intent["age"] >= self.settled_after:
                    await self.gateway.close_intent(command_id)
        except SystemUnreachable as error:
            log.warning("sweep.unanswered", demand=demand, part=error.facts["part"])
        else:
            log.info("sweep.done", demand=demand, running=running)
