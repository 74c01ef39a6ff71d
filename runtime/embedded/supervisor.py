"""Keeps children alive, and ends them in the reverse order of their start.

Nothing survives us: an orderly stop waits for each child, a second request makes it short, and if
we are killed the kernel sends each child its death signal (see launch.py).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded.child import Child, ChildSpec
from runtime.embedded.errors import StartFailed
from runtime.embedded.events import Emitter

# At the first start: enough for what a killed predecessor still holds (ports, shared memory).
_FIRST_DELAYS = (0.2, 0.4, 0.8)
_RESTART_DELAY = 0.1
_RESTART_DELAY_MAX = 5.0
_SETTLED = 30.0  # a child that lived this long starts over with the short delay


@dataclass(slots=True)
class _Kept:
    child: Child
    watcher: asyncio.Task[None] | None = None


class Supervisor:
    """Starts children, restarts the ones that die, stops all."""

    def __init__(self, logs: Path, emit: Emitter) -> None:
        self._logs = logs
        self._emit = emit
        self._kept: list[_Kept] = []
        self._hurry = asyncio.Event()

    @property
    def pids(self) -> dict[str, int]:
        """The children that run now, by name."""
        return {kept.child.spec.name: kept.child.pid for kept in self._kept if kept.child.running}

    async def start(self, spec: ChildSpec) -> int:
        """Start a child, wait until it is ready, and watch it from then on. Gives its pid."""
        kept = _Kept(Child(spec, self._logs / f"{spec.name}.log"))
        self._kept.append(kept)
        kept.child.rotate()
        try:
            await self._first_start(kept.child)
        except StartFailed:
            self._kept.remove(kept)
            await kept.child.stop(self._hurry)
            raise
        kept.watcher = asyncio.create_task(self._watch(kept.child), name=f"watch {spec.name}")
        return kept.child.pid

    async def _first_start(self, child: Child) -> None:
        for delay in (*_FIRST_DELAYS, None):
            problem = await self._spawn(child)
            if problem is None:
                self._emit(
                    "child.ready", name=child.spec.name, pid=child.pid, seconds=child.seconds
                )
                return
            if child.running or delay is None:
                raise StartFailed(child.spec.name, problem, child.log, child.tail())
            await asyncio.sleep(delay)

    async def _spawn(self, child: Child) -> str | None:
        child.spawn()
        self._emit("child.started", name=child.spec.name, pid=child.pid)
        return await child.becomes_ready()

    async def _watch(self, child: Child) -> None:
        name, delay = child.spec.name, _RESTART_DELAY
        while True:
            code = await child.exited()
            self._emit("child.died", name=name, pid=child.pid, code=code)
            delay = _RESTART_DELAY if child.seconds > _SETTLED else delay
            await asyncio.sleep(delay)
            delay = min(delay * 2, _RESTART_DELAY_MAX)
            try:
                problem = await self._spawn(child)
            except OSError as error:  # no process to be had just now: it is not ours to give up
                problem = str(error)
            facts = {"name": name, "pid": child.pid}
            if problem is None:
                self._emit("child.restarted", **facts, seconds=child.seconds)
            else:
                self._emit("child.unready", **facts, reason=problem)

    def hurry(self) -> None:
        """Make a stop short: no more grace for anyone."""
        self._hurry.set()

    async def stop(self) -> None:
        """Stop all children, the last one first. May be called again, or after a failed start."""
        while self._kept:
            kept = self._kept[-1]
            await _cancel(kept.watcher)
            child, began = kept.child, asyncio.get_running_loop().time()
            await child.stop(self._hurry)
            self._kept.remove(kept)
            seconds = round(asyncio.get_running_loop().time() - began, 3)
            facts = {"name": child.spec.name, "pid": child.pid, "code": child.code}
            self._emit("child.stopped", **facts, seconds=seconds)


async def _cancel(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.wait({task})
