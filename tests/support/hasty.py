"""The rules of demonstrations, hastier still, and a demand that goes up the ladder under them."""

from __future__ import annotations

from domain.duration import parse
from domain.rules import Rules
from starter.policies import POLICIES, load_policy
from tests.support.house import House
from tests.support.waiting import eventually


def hasty_rules() -> Rules:
    """Two seconds to claim, one more up to the leaders."""
    demo = load_policy(POLICIES / "demo.toml")
    chase, escalate, *_ = demo.ladder
    reminders = tuple(one.model_copy(update={"before": parse("1s")}) for one in demo.reminders)
    return demo.model_copy(
        update={
            "clocks": demo.clocks.model_copy(update={"claim": parse("2s")}),
            "reminders": reminders,
            "ladder": (chase, escalate.model_copy(update={"after": parse("1s")})),
        }
    )


async def neglected(home: House, text: str = "厂区门口公交站太远，希望增设站点。") -> str:
    """A demand that its unit did not claim in time; it has gone up to the leaders."""
    usual, home.policy = home.policy, hasty_rules()
    demand = await home.demand(text)
    home.policy = usual
    await home.act(demand, "bureau1", "assign", unit="U20", squad="S04")

    async def gone_up() -> bool:
        return bool((await home.state(demand)).escalations)

    await eventually(gone_up)
    return demand
