"""Verifying many: what cannot be reached ends it at once, and nothing goes on behind it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from audit import verify
from audit.books import Book


async def test_an_unreachable_engine_ends_the_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    async def books(pool: Any, demands: list[str]) -> dict[str, Book]:
        return {demand: Book(demand) for demand in demands}

    async def unreachable(demand: str) -> list[Any]:
        raise ConnectionError(demand)

    monkeypatch.setattr(verify, "read_books", books)
    demands = [f"X-{number:03d}" for number in range(100)]

    with pytest.raises(ConnectionError):
        async for _ in verify.verify(None, unreachable, demands):
            pass

    assert asyncio.all_tasks() == {asyncio.current_task()}
