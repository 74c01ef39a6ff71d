"""What waits for whom: tasks, reckoned once for each demand as it stands.

A to-do list is looked at far more often than its demands change, and reading the state of
thousands of demands takes a second. So the tasks of each demand are kept with how far it had come,
and only those that went on since are read again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from domain.actors import Actor
from domain.state import DemandState
from domain.tasks import Task, tasks_for
from domain.values import Role
from ledger.pool import Pool
from ledger.sql import sql

_AT_ONCE = 100
"""So many states are read before others have their turn."""


class _Known(NamedTuple):
    seq: int
    tasks: tuple[Task, ...]


class Waiting:
    """The tasks of whoever asks, in no order; remembered for the last `keep` people."""

    def __init__(self, pool: Pool, keep: int = 100) -> None:
        self._pool = pool
        self._keep = keep
        self._known: OrderedDict[Actor, dict[str, _Known]] = OrderedDict()

    async def of(self, actor: Actor) -> list[Task]:
        """All that waits for the actor now."""
        known = self._known.get(actor, {})
        rows = await self._pool.fetch(sql("may_wait"), *_concerns(actor))
        moved = [
            row["demand"]
            for row in rows
            if row["demand"] not in known or known[row["demand"]].seq < row["seq"]
        ]
        found = {row["demand"]: known[row["demand"]] for row in rows if row["demand"] in known}
        for begin in range(0, len(moved), _AT_ONCE):
            found |= await self._read(actor, moved[begin : begin + _AT_ONCE])
        self._remember(actor, found)
        return [task for one in found.values() for task in one.tasks]

    async def _read(self, actor: Actor, demands: list[str]) -> dict[str, _Known]:
        rows = await self._pool.fetch(sql("states_of"), demands)
        found = {}
        for row in rows:
            state = DemandState.model_validate_json(row["state"])
            found[row["demand"]] = _Known(row["seq"], tasks_for(actor, state))
        await asyncio.sleep(0)
        return found

    def _remember(self, actor: Actor, found: dict[str, _Known]) -> None:
        self._known[actor] = found
        self._known.move_to_end(actor)
        while len(self._known) > self._keep:
            self._known.popitem(last=False)


async def states_of(pool: Pool, demands: Iterable[str]) -> dict[str, DemandState]:
    """The demands as they are now."""
    rows = await pool.fetch(sql("states_of"), list(demands))
    return {row["demand"]: DemandState.model_validate_json(row["state"]) for row in rows}


def _concerns(actor: Actor) -> tuple[object, ...]:
    """The arguments of `may_wait`: what tells the demands that are nothing to the actor."""
    role = actor.role
    return (
        actor.unit if role is Role.UNIT else None,
        actor.squad if role is Role.SQUAD else None,
        actor.enterprise,
        list(actor.secretary_of),
        role is Role.BUREAU,
        actor.unit,
        role is Role.LEADER,
        actor.park_wide,
        list(actor.leads),
    )
