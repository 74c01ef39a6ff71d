"""`python -m starter.namespace`: makes Temporal's namespace keep histories for ten years."""

from __future__ import annotations

import asyncio
import sys

from temporalio.service import RPCError, RPCStatusCode

from runtime import logs
from runtime.namespace import RetentionRefused, ensure_namespace, retention_of
from runtime.settings import Settings
from runtime.temporal import connect
from starter.connections import temporal_address_of

log = logs.get("namespace")

DONE, REFUSED, UNREACHABLE = 0, 1, 3
"""Exit codes, the same as the command line's."""

_STARTING = {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED}


async def _settle(address: str | None) -> None:
    client = await connect(address)
    changed = await ensure_namespace(client)
    kept = await retention_of(client)
    log.info("namespace.done", namespace=client.namespace, days=kept.days, changed=changed)


async def settle(address: str | None, patience: float) -> None:
    """Do it, waiting up to `patience` seconds for a server that is still starting.

    Raises `RetentionRefused` or `RPCError` where the server says no, `RuntimeError` where there is
    none.
    """
    clock = asyncio.get_running_loop()
    end = clock.time() + patience
    while True:
        try:
            return await _settle(address)
        except (RuntimeError, RPCError) as error:
            passing = not isinstance(error, RPCError) or error.status in _STARTING
            if not passing or clock.time() + 1 > end:
                raise
        await asyncio.sleep(1)


async def main() -> int:
    """Entry point; gives the exit code."""
    settings = Settings()
    logs.configure(settings.log_format, settings.log_level)
    code = DONE
    try:
        await settle(temporal_address_of(settings), settings.patience)
    except (RetentionRefused, RPCError) as error:
        log.error("namespace.refused", reason=str(error))
        code = REFUSED
    except RuntimeError as error:
        log.error("namespace.unreachable", reason=str(error))
        code = UNREACHABLE
    await asyncio.sleep(0.05)  # sdk-python #300: a process that exits right after an RPC can crash
    return code


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
