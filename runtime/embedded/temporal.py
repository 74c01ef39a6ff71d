"""Temporal's development server as a child of ours, on SQLite that survives a kill."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from runtime.embedded.child import ChildSpec
from runtime.embedded.install import temporal_binary
from runtime.embedded.ports import LOOPBACK, listens
from runtime.namespace import ensure_namespace, retention_of

NAMESPACE = "default"
DATABASE = "temporal.sqlite"
# The default journal costs four times the fsyncs of this one, which loses nothing either.
_PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL"}
DYNAMIC_CONFIG = {
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    # Saves about 25 reads a workflow.
    "system.forceSearchAttributesCacheRefreshOnRead": "false",
    # The default of 20 on the one shard makes activities wait up to 50 ms.
    "history.transferProcessorMaxPollRPS": "2000",
    # It would ask the internet for news.
    "frontend.enableServerVersionCheck": "false",
}


def spec(
    folder: Path, port: int, ui_port: int | None, dynamic_config: Mapping[str, str] | None = None
) -> ChildSpec:
    """How to run the server on the database in `folder`; no UI without a port for it."""
    ports = [port] if ui_port is None else [port, ui_port]

    async def ready(pid: int) -> bool:
        return all(listens(pid, own) for own in ports) and await healthy(f"{LOOPBACK}:{port}")

    return ChildSpec(
        name="temporal",
        argv=_command(port, ui_port, {**DYNAMIC_CONFIG, **(dynamic_config or {})}),
        env=_environment(),
        # The database is named relative to it: a path in a SQLite address has its own quoting.
        cwd=folder,
        ready=ready,
        stop_grace=15.0,
    )


def discard_unfinished(folder: Path) -> bool:
    """Remove a database whose making was interrupted; True where there was one.

    The server makes its tables one by one, and never starts on half of them. A database that holds
    any history, the server's own included, was finished, and is kept whatever else is wrong.
    """
    database = folder / DATABASE
    if not database.exists() or _holds_history(database):
        return False
    for suffix in ("-wal", "-shm", "-journal", ""):  # the database last: a repetition finds it
        database.with_name(DATABASE + suffix).unlink(missing_ok=True)
    return True


def _holds_history(database: Path) -> bool:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        try:
            tables = "SELECT count(*) FROM sqlite_master WHERE name = 'history_node'"
            if connection.execute(tables).fetchone() == (0,):
                return False
            return connection.execute("SELECT 1 FROM history_node LIMIT 1").fetchone() is not None
        except sqlite3.Error:  # unreadable is not unfinished: the server shall say what is wrong
            return True


async def healthy(address: str, namespace: str = NAMESPACE) -> bool:
    """Whether the server answers and knows the namespace."""
    try:
        client = await Client.connect(address, namespace=namespace)
        if not await client.service_client.check_health():
            return False
        await retention_of(client)
    except (RuntimeError, RPCError):  # no connection; connected, and an error in answer
        return False
    return True


async def ensure_retention(address: str) -> None:
    """Make our namespace keep what has ended for as long as we need it."""
    await ensure_namespace(await Client.connect(address, namespace=NAMESPACE))


def _command(port: int, ui_port: int | None, dynamic_config: Mapping[str, str]) -> list[str]:
    ui = ["--headless"] if ui_port is None else ["--ui-port", str(ui_port)]
    command = [
        *(str(temporal_binary()), "server", "start-dev"),
        *("--ip", LOOPBACK, "--port", str(port), *ui, "--ui-disable-news-fetch"),
        *("--db-filename", DATABASE, "--namespace", NAMESPACE, "--log-level", "warn"),
    ]
    for key, value in _PRAGMAS.items():
        command += ["--sqlite-pragma", f"{key}={value}"]
    for key, value in dynamic_config.items():
        command += ["--dynamic-config-value", f"{key}={value}"]
    return command


def _environment() -> dict[str, str]:
    # Settings meant for clients (an address, a profile of another cluster) are not the server's.
    return {key: value for key, value in os.environ.items() if not key.startswith("TEMPORAL_")}
