"""A dispatcher in a hurry: its worker in this process, its channels in a file, its outbox."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from temporalio.client import WorkflowHandle

import worker
from activities.deliver import Pace
from domain.notice import Notice
from domain.values import Urgency
from starter.dispatching import ensure_dispatcher
from tests.support.house import House
from tests.support.telling import tell
from tests.support.waiting import eventually
from workflows.contracts import dispatcher_id

HURRY = Pace(poll=0.05, minute=61.0, first_retry=0.1, send_timeout=0.5, record=5, unsent=0.5)


def write_channels(
    path: Path,
    channels: Sequence[Mapping[str, Any]],
    preferences: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """A file of channels; JSON's strings, numbers and lists are TOML's as well."""
    lines = []
    for channel in channels:
        given = {key: value for key, value in channel.items() if value is not None}
        lines += ["[[channel]]", *(f"{key} = {json.dumps(v)}" for key, v in given.items())]
    for whom, names in (preferences or {}).items():
        lines += ["[[preference]]", f"whom = {json.dumps(whom)}", f"channels = {json.dumps(names)}"]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def leading_to(bot: Any, name: str, *serves: str, per_minute: int = 6000) -> dict[str, Any]:
    """A channel that leads to a loopback bot; with a limit only where a test is about it."""
    return {
        "name": name,
        "kind": bot.kind,
        "url": bot.url,
        "secret": bot.secret,
        "per_minute": per_minute,
        "serves": list(serves),
    }


async def without_digests(owner: asyncpg.Connection) -> None:
    """Each message on its own, as where a policy forbids digests."""
    await owner.execute("""
        CREATE FUNCTION no_digest() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.digest := false; RETURN NEW; END $$;
        CREATE TRIGGER no_digest BEFORE INSERT ON messages
            FOR EACH ROW EXECUTE FUNCTION no_digest()""")


@dataclass(frozen=True)
class Outbox:
    """What a test sees of the messages."""

    home: House

    async def tell(self, *notices: Notice, urgency: Urgency = Urgency.GENERAL) -> str:
        """A demand whose first event tells these; its id."""
        return await tell(self.home.pool, *notices, urgency=urgency)

    async def rows(self, demand: str, channel: str | None = None) -> list[asyncpg.Record]:
        """Its messages, all or those by one channel."""
        return await self.home.pool.fetch(
            "SELECT * FROM messages WHERE demand = $1 AND ($2::text IS NULL OR channel = $2)"
            " ORDER BY id",
            demand,
            channel,
        )

    async def statuses(self, demand: str) -> dict[tuple[str, str], str]:
        """By account and channel, beside the inbox."""
        rows = await self.rows(demand)
        return {
            (row["account"], row["channel"]): row["status"]
            for row in rows
            if row["channel"] != "inbox"
        }

    async def settled(self, demand: str) -> dict[tuple[str, str], str]:
        """The statuses, once nothing of it is under way any more."""

        async def done() -> bool:
            rows = await self.rows(demand)
            under_way = [
                row
                for row in rows
                if row["status"] in ("queued", "sending")
                or (row["channel"] == "inbox" and not row["routed"])
            ]
            return bool(rows) and not under_way

        await eventually(done, f"the end of all messages of {demand}")
        return await self.statuses(demand)

    @property
    def dispatcher(self) -> WorkflowHandle[Any, Any]:
        """The dispatcher's workflow."""
        queue = self.home.settings.task_queue
        return self.home.client.get_workflow_handle(dispatcher_id(queue))


@asynccontextmanager
async def delivering(home: House, channels: Path, pace: Pace = HURRY) -> AsyncIterator[Outbox]:
    """A worker with a dispatcher for this house, which has none of its own."""
    settings = home.settings.model_copy(update={"channels": channels})
    async with worker.build(home.client, home.pool, settings, pace):
        await ensure_dispatcher(home.client, settings.task_queue)
        outbox = Outbox(home)
        try:
            yield outbox
        finally:
            await outbox.dispatcher.terminate("the test is over")
