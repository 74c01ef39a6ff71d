"""Processes of a test's own, made to be killed: our worker, and scripts that use the gateway."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from runtime.embedded import launch
from runtime.settings import Settings
from tests.support.waiting import eventually

PROJECT = Path(__file__).parents[2]


def environment(settings: Settings, temporal: str) -> dict[str, str]:
    """What a process needs to find a test's database, queue and server."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LIANBAN_", "TEMPORAL_"))}
    wishes = settings.model_dump(mode="json", exclude_none=True)
    env |= {f"LIANBAN_{name.upper()}": str(value) for name, value in wishes.items()}
    return env | {"TEMPORAL_ADDRESS": temporal, "LIANBAN_LOG_FORMAT": "json"}


def _dying_with_us() -> list[str]:
    """A prefix with which a process is killed when the test's own process is."""
    identity = (int(signal.SIGKILL), os.getpid(), -1, -1)
    return [sys.executable, "-I", "-S", str(Path(launch.__file__)), *map(str, identity)]


class Process:
    """A Python process whose output goes to files that a test can wait on."""

    def __init__(self, *argv: str, env: Mapping[str, str], log: Path) -> None:
        self.log, self.errors = log, log.with_suffix(".err")
        with log.open("wb") as output, self.errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [*_dying_with_us(), sys.executable, "-u", *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=dict(env),
                cwd=PROJECT,
            )

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def text(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(errors="replace")

    def all_text(self) -> str:
        """With what it has logged."""
        return self.text() + self.errors.read_text(errors="replace")

    async def says(self, words: str) -> None:
        """Wait until it has written these words."""

        async def said() -> bool:
            if words in self.all_text():
                return True
            assert self.running, f"ended with {self._process.returncode}:\n{self.all_text()}"
            return False

        await eventually(said, f"{words!r} from {self.log.name}")

    async def ends(self) -> int:
        """Wait for its end; the exit code, negative for a signal."""

        async def ended() -> bool:
            return not self.running

        await eventually(ended, f"the end of {self.log.name}")
        assert self._process.returncode is not None
        return self._process.returncode

    def kill(self) -> None:
        """SIGKILL, and wait until the kernel has done it."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()

    def terminate(self) -> None:
        """SIGTERM."""
        self._process.send_signal(signal.SIGTERM)

    def close(self) -> None:
        """End it, in good order if it can, so that nothing is left behind."""
        if self.running:
            self.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


class WorkerProcess(Process):
    """`python -m worker` for one test."""

    def __init__(self, settings: Settings, temporal: str, log: Path) -> None:
        super().__init__("-m", "worker", env=environment(settings, temporal), log=log)

    async def ready(self) -> WorkerProcess:
        """Wait until it polls."""
        await self.says("worker.ready")
        return self


async def settle(*processes: Process) -> None:
    """End several at once."""
    await asyncio.gather(*(asyncio.to_thread(process.close) for process in processes))
