"""Sending one command until it is answered, through whatever passes by itself.

The same id is sent every time, so Temporal carries the command out once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple, NoReturn

from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from runtime import logs
from starter.errors import CommandRefused, SystemUnreachable, Unconfirmed
from workflows.contracts import REFUSED, Answer, RefusalReport

log = logs.get(__name__)

_AGAIN = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.FAILED_PRECONDITION,
}
"""Statuses that pass by themselves: the same command id is sent again."""
_PAUSE, _PAUSE_MAX = 0.05, 1.0


class Sent(NamedTuple):
    """Which command to which demand."""

    demand: str
    command_id: str


async def until_answered(
    send: Callable[[], Awaitable[Answer]],
    *,
    sent: Sent,
    patience: float,
    gone: Callable[[], Awaitable[NoReturn]],
) -> Answer:
    """Send until there is an answer or `patience` ends; `gone` says why nobody is there.

    Raises `CommandRefused`, `SystemUnreachable` or `Unconfirmed`.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    pause = _PAUSE
    while True:
        try:
            async with asyncio.timeout_at(end):
                return await send()
        except WorkflowUpdateFailedError as error:
            _raise_refusal(error.cause)
        except WorkflowAlreadyStartedError:
            await gone()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                await gone()
            if error.status not in _AGAIN:
                raise SystemUnreachable("temporal", str(error)) from error
            log.warning("temporal.again", demand=sent.demand, status=error.status.name)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            heed_cancellation()
            if loop.time() >= end:
                raise Unconfirmed(*sent) from error
        if loop.time() + pause > end:
            raise Unconfirmed(*sent)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _PAUSE_MAX)


class NobodyThere(Exception):
    """Temporal knows no such demand, run or command."""


@asynccontextmanager
async def in_time(patience: float) -> AsyncIterator[None]:
    """Ask Temporal something within so many seconds. Raises `NobodyThere`, `SystemUnreachable`."""
    try:
        async with asyncio.timeout(patience):
            yield
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NobodyThere from error
        raise SystemUnreachable("temporal", str(error)) from error
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
        heed_cancellation()
        raise SystemUnreachable("temporal", "no answer") from error


def heed_cancellation() -> None:
    """The SDK makes an error of its own out of a cancellation of the caller's task."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _raise_refusal(cause: BaseException | None) -> NoReturn:
    if isinstance(cause, ApplicationError) and cause.type == REFUSED and cause.details:
        report = RefusalReport.model_validate(cause.details[0])
        raise CommandRefused(report.code, **report.facts) from cause
    raise cause or RuntimeError("an Update failed without a cause")
