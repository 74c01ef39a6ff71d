"""Running `lianban`: within the test's process, or as the real program."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from runtime.settings import Settings
from starter.cli.run import run
from tests.support.processes import environment

PROGRAM = Path(sysconfig.get_path("scripts")) / "lianban"


@dataclass(frozen=True)
class Result:
    """What a command line came to."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


class Cli:
    """Commands in this process, in a thread of their own as they bring their own event loop."""

    @classmethod
    @contextmanager
    def against(
        cls,
        settings: Settings,
        temporal: str,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> Iterator[Cli]:
        """A command line whose output is its own: the house in this process logs nothing."""
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        yield cls(settings, temporal, capsys, monkeypatch)
        structlog.reset_defaults()

    def __init__(
        self,
        settings: Settings,
        temporal: str,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.env = environment(settings, temporal)
        self._capsys = capsys
        for name, value in self.env.items():
            if name.startswith(("LIANBAN_", "TEMPORAL_")):
                monkeypatch.setenv(name, value)

    async def __call__(self, *tokens: str) -> Result:
        """Run it and give what it printed."""
        self._capsys.readouterr()
        code = await asyncio.to_thread(run, tokens)
        printed = self._capsys.readouterr()
        return Result(code, printed.out, printed.err)

    async def done(self, *tokens: str) -> Any:
        """Run it with `--json`; it must be done."""
        result = await self(*tokens, "--json")
        assert result.code == 0, result
        return result.json()

    async def refused(self, *tokens: str) -> str:
        """Run it with `--json`; it must be refused. The code."""
        result = await self(*tokens, "--json")
        assert result.code == 1, result
        return str(result.json()["code"])


def lianban(*tokens: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Result:
    """The installed program, to its end."""
    ended = subprocess.run(
        [str(PROGRAM), *tokens],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=dict(os.environ if env is None else env),
        cwd=cwd,
        timeout=60,
        check=False,
    )
    return Result(ended.returncode, ended.stdout, ended.stderr)


async def program(*tokens: str, env: Mapping[str, str]) -> Result:
    """The installed program while this process's own worker goes on working."""
    return await asyncio.to_thread(lianban, *tokens, env=env)
