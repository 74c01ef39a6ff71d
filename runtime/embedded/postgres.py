"""PostgreSQL as a child of ours: its command line, readiness, and the orphans of a killed stack."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path

import asyncpg

from runtime.embedded.child import ChildSpec
from runtime.embedded.cluster import ENVIRONMENT, SUPERUSER, Home
from runtime.embedded.events import Emitter
from runtime.embedded.ports import LOOPBACK

_CONNECT_TIMEOUT = 5.0
# An orphan got its order to shut down when its stack died; these are for one that is stuck.
_EVICTION = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
_POLL = 0.05


def dsn(password: str, port: int, database: str) -> str:
    """The address of a database, for asyncpg."""
    return f"postgresql://{SUPERUSER}:{password}@{LOOPBACK}:{port}/{database}?sslmode=disable"


def spec(home: Home, port: int) -> ChildSpec:
    """How to run PostgreSQL on the cluster at `home`, on TCP alone."""
    address = dsn(home.password(), port, SUPERUSER)

    async def ready(_pid: int) -> bool:
        return await accepts(address)

    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        # A socket's path may have 107 bytes, and a data directory's may be longer.
        "unix_socket_directories": "",
        "max_connections": "100",
        "cluster_name": "lianban",
        "log_line_prefix": "%m [%p] %d ",
    }
    options = [option for key, value in settings.items() for option in ("-c", f"{key}={value}")]
    return ChildSpec(
        name="postgres",
        argv=[str(home.programs / "bin" / "postgres"), "-D", str(home.cluster), *options],
        env=ENVIRONMENT,
        cwd=Path("/"),
        account=home.account,
        ready=ready,
        stop_signal=signal.SIGINT,  # fast shutdown: open sessions are ended, a checkpoint written
        stop_grace=30.0,
        hard_signal=signal.SIGQUIT,  # immediate shutdown: the next start recovers from the log
        death_signal=signal.SIGINT,
    )


async def accepts(address: str) -> bool:
    """Whether the server answers, and is ours: only ours knows the password."""
    try:
        connection = await asyncpg.connect(address, timeout=_CONNECT_TIMEOUT)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return True


async def ensure_database(address: str, name: str) -> None:
    """Create the database `name` unless it is there."""
    connection = await asyncpg.connect(address, timeout=_CONNECT_TIMEOUT)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            quoted = name.replace('"', '""')
            await connection.execute(f'CREATE DATABASE "{quoted}"')
    finally:
        await connection.close()


async def evict_orphan(cluster: Path, emit: Emitter) -> None:
    """Wait for the server of a stack that was killed to end; insist if it does not.

    Call with the stack's lock held: then whoever runs on this cluster has lost its stack.
    """
    pid = _postmaster(cluster)
    if pid is None:
        return
    if not _serves(pid, cluster):
        _forget_stranger(pid, cluster)
        return
    emit("postgres.orphan", pid=pid)
    for order, patience in _EVICTION:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, order)
        if await _gone(pid, cluster, patience):
            return


def _forget_stranger(pid: int, cluster: Path) -> None:
    # PostgreSQL would take any living process of that number for its predecessor. The file of a
    # dead one stays: its shared memory key is how PostgreSQL finds orphaned sessions.
    if Path(f"/proc/{pid}").exists():
        (cluster / "postmaster.pid").unlink(missing_ok=True)


async def _gone(pid: int, cluster: Path, patience: float) -> bool:
    for _ in range(int(patience / _POLL)):
        if not _serves(pid, cluster):
            return True
        await asyncio.sleep(_POLL)
    return False


def _postmaster(cluster: Path) -> int | None:
    try:
        first = (cluster / "postmaster.pid").read_text(errors="replace").partition("\n")[0]
    except OSError:
        return None
    return int(first) if first.strip().isdigit() else None


def _serves(pid: int, cluster: Path) -> bool:
    """Whether `pid` is a postmaster on this cluster, by its command line, which all may read."""
    try:
        argv = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return argv[0].endswith(b"/postgres") and os.fsencode(cluster) in argv
