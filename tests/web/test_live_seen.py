"""A page that was overtaken before its stream began hears of it at once."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from tests.support.house import House
from tests.support.web import Site


async def first_events(client: httpx2.AsyncClient, path: str, count: int) -> list[str]:
    """The names of the first events of a stream."""
    found: list[str] = []
    async with client.stream("GET", path) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                found.append(line.removeprefix("event: "))
            if len(found) == count:
                break
    return found


async def test_what_was_missed_between_page_and_stream_is_told(site: Site, home: House) -> None:
    demand = await home.planned()
    seq = await home.pool.fetchval("SELECT seq FROM demands WHERE demand = $1", demand)
    async with site.as_account("u20") as client:
        path = f"/live?demand={demand}&seen={seq - 1}"
        async with asyncio.timeout(10):
            assert await first_events(client, path, 2) == ["ready", "changed"]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await first_events(client, f"/live?demand={demand}&seen={seq}", 2)
