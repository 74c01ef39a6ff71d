"""`lianban up`: the embedded stack with a worker, and the sample park on first run."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import asyncpg
import httpx2
from temporalio.client import Client

from ledger.migrate import migrate
from runtime.embedded.child import ChildSpec
from runtime.embedded.info import StackInfo, default_data_dir
from runtime.embedded.stack import Options, Stack
from runtime.settings import Settings
from runtime.temporal import connect
from runtime.text import text
from starter.cli import output, sample, sample_accounts
from starter.cli.app import app, command
from starter.cli.explain import explain
from starter.cli.options import PolicyFile, option
from starter.cli.up_display import Display
from starter.connections import Connections, connections, data_dir
from starter.gateway import polling
from starter.policies import policy_in_force

ELSEWHERE = ("LIANBAN_DSN", "TEMPORAL_ADDRESS", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE")
"""What makes the other commands speak to something else than this stack."""


@command(app, "up")
async def up(
    *,
    data: Annotated[Path | None, option("data", "--data")] = None,
    no_sample: Annotated[bool, option("no_sample", "--no-sample")] = False,
    demo: Annotated[bool, option("demo", "--demo")] = False,
    policy: PolicyFile = None,
) -> int:
    """Runs until Ctrl-C or SIGTERM."""
    if policy is not None:  # for the sample list, and for whatever the stack runs
        os.environ["LIANBAN_POLICY"] = str(policy.absolute())
    settings = Settings()
    policy_in_force(settings)  # a file that is wrong is told before anything starts
    directory = (data or data_dir(settings)).expanduser().absolute()
    diverted = [name for name in ELSEWHERE if os.environ.get(name)]
    _own_environment(directory)
    with Display() as display:
        running = Running(directory, display, with_sample=not no_sample, demo=demo)
        for name in diverted:
            display.line(text("cli.diverted", name=name), "yellow")
        await running.run()
    return output.DONE


def _own_environment(directory: Path) -> None:
    """In this process and the worker, Temporal is the embedded one whatever else is configured."""
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        del os.environ[name]
    os.environ["TEMPORAL_CONFIG_FILE"] = os.devnull
    os.environ.pop("LIANBAN_DSN", None)
    os.environ["LIANBAN_DATA"] = str(directory)


class Running:
    """One run of the stack: what it does between the start and the order to stop."""

    def __init__(
        self, directory: Path, display: Display, *, with_sample: bool, demo: bool = False
    ) -> None:
        self._demo = demo
        self._display = display
        self._sample = sample.Sample(directory, display) if with_sample else None
        self._welcome: asyncio.Task[None] | None = None
        self._accounts: list[str] = []
        self._stack = Stack(
            directory,
            on_event=self._on_event,
            prepare=self._prepare,
            extra_children=lambda info: [worker_spec(info), web_spec(info)],
            options=Options(web=True, ports=_wanted_ports()),
        )

    async def run(self) -> None:
        """Until somebody wants it to stop. Raises what the start raises."""
        await self._stack.run_until_stopped(self._on_started)
        if self._welcome is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._welcome

    def _on_event(self, event: str, facts: dict[str, Any]) -> None:
        if event == "stack.stopping" and self._welcome is not None:
            self._welcome.cancel()
        if event == "stack.stopping":
            self._display.settle()
        self._display.on_event(event, facts)

    async def _prepare(self, info: StackInfo) -> None:
        connection = await asyncpg.connect(info.postgres)
        try:
            self._display.begin("migrate")
            await migrate(connection)
            self._display.finish("migrate")
            if self._sample is not None:
                await self._sample.load_directory(connection)
        finally:
            await connection.close()

    def _on_started(self, info: StackInfo) -> None:
        self._welcome = asyncio.create_task(self._greet(info))

    async def _greet(self, info: StackInfo) -> None:
        try:
            if self._sample is not None:
                settings = Settings(dsn=info.postgres, data=info.data)
                async with connections(settings) as to:
                    await self._sample.start_list(to)
                    if self._demo:
                        await self._sample.tell_stories(to)
                    if self._sample.present:
                        self._accounts = await _sample_accounts(to, info)
        except Exception as error:  # the stack runs; the next start takes the sample up again
            self._display.line(text("cli.sample_failed", why=explain(error).message), "yellow")
        self._display.settle()
        has_sample = self._sample is not None and self._sample.present
        for line in welcome(info, self._stack.pids, has_sample, self._accounts):
            self._display.line(line)


def worker_spec(info: StackInfo) -> ChildSpec:
    """The worker as a child: ready when Temporal sees it ask for work."""
    settings = Settings()
    client: list[Client] = []

    async def ready(pid: int) -> bool:
        if not client:
            client.append(await connect(info.temporal))
        workers = await polling(client[0], settings.task_queue)
        return any(identity.startswith(f"{pid}@") for identity in workers)

    # -P: a file of the same name in somebody's working directory is not our worker.
    argv = [sys.executable, "-P", "-m", "worker"]
    return ChildSpec(name="worker", argv=argv, env=_environment(info), ready=ready)


def web_spec(info: StackInfo) -> ChildSpec:
    """The web application as a child: ready when it says that it is well."""
    address = urlsplit(info.web or "")
    environment = _environment(info) | {"LIANBAN_WEB_PORT": str(address.port)}

    async def ready(_pid: int) -> bool:
        async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
            with contextlib.suppress(httpx2.HTTPError):
                return (await client.get(f"{info.web}/healthz")).is_success
        return False

    argv = [sys.executable, "-P", "-m", "web"]
    return ChildSpec(name="web", argv=argv, env=environment, ready=ready)


def _environment(info: StackInfo) -> dict[str, str]:
    return os.environ | {
        "LIANBAN_DSN": info.postgres,
        "LIANBAN_DATA": str(info.data),
        "TEMPORAL_ADDRESS": info.temporal,
        "TEMPORAL_NAMESPACE": info.namespace,
    }


def _wanted_ports() -> dict[str, int]:
    """The port that the settings want for the web; where it is taken, another is found."""
    port = Settings().web_port
    return {"web": port} if port else {}


async def _sample_accounts(to: Connections, info: StackInfo) -> list[str]:
    """With what to sign in to the sample park, a line each."""
    password = await sample_accounts.ensure(to.pool, info.data)
    rows = await sample_accounts.shown(to.pool)
    return [
        text("cli.up_accounts", address=info.web, password=password),
        *(text("cli.up_account", account=row["account"], post=row["post"]) for row in rows),
    ]


def welcome(
    info: StackInfo, pids: dict[str, int], has_sample: bool, accounts: Sequence[str] = ()
) -> list[str]:
    """What runs where, and what to type next."""
    postgres = urlsplit(info.postgres)
    own = own_name()
    lines = [
        "",
        text("cli.up_running"),
        text("cli.up_data", path=info.data),
        text("cli.up_logs", path=info.data / "logs"),
        text("cli.up_postgres", address=f"{postgres.hostname}:{postgres.port}{postgres.path}"),
        text("cli.up_temporal", address=info.temporal, ui=info.ui or ""),
        text("cli.up_worker", pid=pids.get("worker", "")),
        text("cli.up_web", address=info.web),
        "",
        *(accounts and [*accounts, ""]),
        text("cli.up_next"),
    ]
    if info.data != usual_data_dir():
        lines.append(f"  export LIANBAN_DATA={shlex.quote(str(info.data))}")
    commands = text("cli.up_commands_sample" if has_sample else "cli.up_commands")
    lines += [f"  {own} {rest}" for rest in commands.splitlines()]
    return [*lines, "", text("cli.up_stop")]


def usual_data_dir() -> Path:
    """Where another shell looks that has not been told."""
    told = os.environ.pop("LIANBAN_DATA", None)
    try:
        return default_data_dir()
    finally:
        if told is not None:
            os.environ["LIANBAN_DATA"] = told


def own_name() -> str:
    """How this program is typed here: by its name where the shell finds it, else by its path."""
    if shutil.which("lianban") or Path(sys.argv[0]).name != "lianban":
        return "lianban"
    path = Path(sys.argv[0]).absolute()
    with contextlib.suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return shlex.quote(str(path))
