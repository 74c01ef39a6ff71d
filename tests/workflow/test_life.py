"""A demand's life through the gateway, on real engines."""

from __future__ import annotations

from tests.support.house import House


async def test_a_demand_lives_from_listed_to_closed(home: House) -> None:
    demand = await home.closed()

    state = await home.state(demand)
    assert state.status.value == "closed"
    assert [e.score for e in state.evaluations] == [5]
