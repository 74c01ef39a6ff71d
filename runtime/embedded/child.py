"""One child process: how it is started, watched and ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = Path(__file__).with_name("launch.py")
_POLL = 0.05
_CHECK_TIMEOUT = 10.0
_HARD_GRACE = 3.0
_ROTATE_AT = 10 * 1024 * 1024
_TAIL = 2000


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged user that a child runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """What to run, when it counts as ready, and how it wants to be stopped."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None  # None: our own
    cwd: Path | None = None
    account: Account | None = None  # None: our own
    ready: Callable[[int], Awaitable[bool]] | None = None  # given the pid; None: at once
    start_timeout: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_grace: float = 10.0
    hard_signal: signal.Signals = signal.SIGKILL  # when the grace is over, or in a hurry
    death_signal: signal.Signals = signal.SIGKILL  # what the kernel sends it when we die


class Child:
    """A process that runs a spec, with its output appended to a log. Restartable."""

    def __init__(self, spec: ChildSpec, log: Path) -> None:
        self.spec = spec
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.began = 0.0

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def code(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._process.returncode if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def seconds(self) -> float:
        """Since it was last started."""
        return round(time.monotonic() - self.began, 3)

    def spawn(self) -> None:
        """Start it. Synchronous, so that a cancellation cannot lose a process half-way."""
        spec = self.spec
        account = spec.account or Account(-1, -1)
        identity = (int(spec.death_signal), os.getpid(), account.uid, account.gid)
        launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), *(str(part) for part in identity)]
        self.began = time.monotonic()
        fd = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            self._process = subprocess.Popen(
                [*launcher, *spec.argv],
                stdin=subprocess.DEVNULL,
                stdout=fd,
                stderr=fd,
                env=None if spec.env is None else dict(spec.env),
                cwd=spec.cwd,
                # A terminal's Ctrl-C goes to a whole group: ours must wait for our order.
                start_new_session=True,
            )
        finally:
            os.close(fd)

    async def exited(self) -> int:
        """Wait for its end, take what it left behind in its group along, and give the code."""
        process = self._process
        if process is None:
            return 0
        if process.returncode is None:
            await _until_exit(process.pid)
            if process.returncode is None:  # another waiter may have been faster
                # Not reaped yet, so the number still means this group and nobody else's.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return int(process.returncode)

    async def becomes_ready(self) -> str | None:
        """Wait until ready: None then, otherwise the reason why not (it may still run)."""
        if self.spec.ready is None:
            return None
        watch = asyncio.ensure_future(self.exited())
        problem = ""
        try:
            while self.seconds < self.spec.start_timeout:
                try:
                    ready = await asyncio.wait_for(self.spec.ready(self.pid), _CHECK_TIMEOUT)
                except Exception as error:  # any failure of a check means "not yet"
                    ready, problem = False, f" ({error!r})"
                if watch.done():
                    return f"ended with code {self.code} before it was ready"
                if ready:
                    return None
                await asyncio.wait({watch}, timeout=_POLL)
            return f"was not ready after {self.spec.start_timeout:g} s{problem}"
        finally:
            watch.cancel()

    async def stop(self, hurry: asyncio.Event) -> None:
        """Ask it to stop, wait its grace (none in a `hurry`), then insist."""
        steps = (
            (self.spec.stop_signal, self.spec.stop_grace, hurry),
            (self.spec.hard_signal, _HARD_GRACE, None),
            (signal.SIGKILL, _HARD_GRACE, None),
        )
        for order, grace, impatience in steps:
            if not self.running:
                return
            os.kill(self.pid, order)
            await self.exited_within(grace, impatience)

    async def kill(self) -> None:
        """End it at once; harmless when it has ended."""
        if self.running:
            os.kill(self.pid, signal.SIGKILL)
            await self.exited()

    async def exited_within(
        self, seconds: float, impatience: asyncio.Event | None = None
    ) -> int | None:
        """Its exit code, or None when it still runs after `seconds` or at the `impatience`."""
        waits = {asyncio.ensure_future(self.exited())}
        if impatience is not None:
            waits.add(asyncio.ensure_future(_flag(impatience)))
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return self.code

    def rotate(self) -> None:
        """Move a log that has grown large aside; one generation is kept."""
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > _ROTATE_AT:
                self.log.replace(self.log.with_suffix(".log.1"))

    def tail(self) -> str:
        """The end of its log."""
        try:
            return self.log.read_bytes()[-_TAIL:].decode("utf-8", "replace").strip()
        except OSError:
            return ""


async def _flag(event: asyncio.Event) -> int:
    await event.wait()
    return 0


async def _until_exit(pid: int) -> None:
    """Wait for a child's end without reaping it."""
    try:
        fd = os.pidfd_open(pid)
    except (OSError, AttributeError):  # kernels before 5.3, some sandboxes
        await asyncio.to_thread(os.waitid, os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_reader(fd, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(fd)
        os.close(fd)
