"""Thirty callers who act while a test pulls the floor away, and note what was acknowledged."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from starter.gateway import Accepted, Gateway
from tests.support.house import House
from tests.support.waiting import eventually

PATIENCE = 90.0
CALLERS, PROCESSES = 30, 3


class Noting(Gateway):
    """A gateway that notes every acknowledged command."""

    notes: list[Accepted]

    async def act(self, *args: Any, **kwargs: Any) -> Accepted:
        accepted = await super().act(*args, **kwargs)
        self.notes.append(accepted)
        return accepted

    async def start(self, *args: Any, **kwargs: Any) -> Accepted:
        accepted = await super().start(*args, **kwargs)
        self.notes.append(accepted)
        return accepted


@dataclass
class Crowd:
    """Two thirds of them live whole lives, the others work on the same few demands."""

    home: House
    acknowledged: list[Accepted] = field(default_factory=list)
    _calling: asyncio.Future[Any] | None = None

    @property
    def demands(self) -> set[str]:
        """All demands that anybody was told of."""
        return {accepted.state.demand for accepted in self.acknowledged}

    async def begin(self) -> None:
        """Set them going."""
        homes = [self._process() for _ in range(PROCESSES)]
        shared = [await homes[0].planned(f"共同的诉求{n}") for n in range(3)]
        callers = [
            self._work(homes[n % PROCESSES], shared[n // 3 % 3], n)
            if n % 3 == 2
            else self._live(homes[n % PROCESSES], n)
            for n in range(CALLERS)
        ]
        self._calling = asyncio.gather(*callers)

    async def reached(self, count: int) -> None:
        """Wait until so many commands were acknowledged since the beginning."""

        async def enough() -> bool:
            assert self._calling is not None
            if self._calling.done():
                self._calling.result()
            return len(self.acknowledged) >= count or self._calling.done()

        await eventually(enough, f"{count} acknowledged commands")
        assert self._calling is not None
        assert not self._calling.done(), "they were too quick: nobody acted during the fault"

    async def finish(self) -> None:
        """Wait for all; whoever met an error raises it."""
        assert self._calling is not None
        await self._calling

    def _process(self) -> House:
        gateway = Noting(
            self.home.client,
            self.home.pool,
            task_queue=self.home.settings.task_queue,
            patience=PATIENCE,
        )
        gateway.notes = self.acknowledged
        return replace(self.home, gateway=gateway)

    async def _live(self, home: House, number: int) -> None:
        for life in range(2):
            await home.closed(f"第{number}位的第{life}件诉求")

    async def _work(self, home: House, demand: str, number: int) -> None:
        for step in range(14):
            await home.act(demand, "s04", "report_progress", text=f"{number}-{step}")
