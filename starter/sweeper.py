"""Looks after commands whose intent stayed open: their caller died, or the ledger was away.

It asks a running demand for a flush, and Temporal for the answers of one that has ended; it never
sends a command again. Several sweepers do no harm.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import asyncpg

from ledger.pool import PASSING, Pool
from ledger.projector import LedgerConflict
from ledger.sql import sql
from runtime import logs
from starter.errors import SystemUnreachable
from starter.gateway import Gateway

log = logs.get(__name__)


_SELDOM = 600.0


class PutOff(NamedTuple):
    """Until when a demand is left alone, and for how many seconds that was."""

    until: float
    pause: float


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
    put_off: dict[str, PutOff] = field(default_factory=dict)

    async def run(self) -> None:
        """Sweep for ever, through whatever outage."""
        while True:
            try:
                await self.sweep()
            except PASSING as error:
                log.warning("sweep.later", reason=type(error).__name__)
            except Exception:  # the sweeper is the last resort: nothing may end it
                log.exception("sweep.failed")
            await asyncio.sleep(self.every)

    async def sweep(self) -> int:
        """One look; the number of demands that were asked for a flush."""
        rows = await self.pool.fetch(sql("stale_intents"), self.after, self._waiting())
        by_demand: dict[str, list[asyncpg.Record]] = defaultdict(list)
        for row in rows:
            by_demand[row["demand"]].append(row)
        await asyncio.gather(*(self._look_after(*found) for found in by_demand.items()))
        return len(by_demand)

    async def _look_after(self, demand: str, intents: list[asyncpg.Record]) -> None:
        """Bring into the ledger what these commands brought about; close what is settled."""
        try:
            running = await self.gateway.flush(demand)
            for intent in intents:
                command_id = intent["command_id"]
                if not running:
                    await self.gateway.recover(demand, command_id)
                if intent["age"] >= self.settled_after:
                    await self.gateway.close_intent(demand, command_id)
        except SystemUnreachable as error:
            log.warning("sweep.unanswered", demand=demand, part=error.facts["part"])
        except LedgerConflict as conflict:
            log.error("ledger.conflict", demand=demand, seq=conflict.detail.get("seq"))
            self._put_off(demand)
        except Exception:  # one demand's trouble is not the others'
            log.exception("sweep.failed", demand=demand)
            self._put_off(demand)
        else:
            self.put_off.pop(demand, None)
            log.info("sweep.done", demand=demand, running=running)

    def _put_off(self, demand: str) -> None:
        """Ask again later, and ever more seldom: this waits for somebody to mend something."""
        before = self.put_off.get(demand)
        pause = min(before.pause * 2, _SELDOM) if before else self.every
        self.put_off[demand] = PutOff(time.monotonic() + pause, pause)

    def _waiting(self) -> list[str]:
        now = time.monotonic()
        return [demand for demand, off in self.put_off.items() if off.until > now]
