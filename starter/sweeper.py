"""Looks after commands whose intent stayed open: their caller died, or the ledger was away.

It asks the demand for a flush and never sends the command again. Several sweepers do no harm.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

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
        demands = {row["demand"]: int(row["contiguous"]) for row in rows}
        settled = {row["demand"]: set[str]() for row in rows}
        for row in rows:
            if row["age"] >= self.settled_after:
                settled[row["demand"]].add(row["command_id"])
        flushes = [
            self._flush(demand, covered, settled[demand]) for demand, covered in demands.items()
        ]
        await asyncio.gather(*flushes)
        return len(demands)

    async def _flush(self, demand: str, covered: int, settled: set[str]) -> None:
        try:
            await self.gateway.flush(demand, covered)
        except SystemUnreachable:
            log.warning("sweep.unanswered", demand=demand)
            return
        log.info("sweep.flushed", demand=demand)
        for command_id in settled:
            await self.gateway.close_intent(command_id)
