"""The lives in the demonstration: each brings one demand as far as its story goes."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from domain.calendar import PARK_TIME
from domain.directory import RouteEntry
from domain.state import DemandState
from starter.demo.words import Said, words
from starter.gateway import Gateway

BUREAU = "bureau1"
_IDS = uuid.UUID("6c69616e-6261-6e00-8000-64656d6f0000")

Photographed = Callable[[str, str], Awaitable[list[dict[str, str]]]]
"""Takes somebody's picture of what is done; what a command names it by."""


@dataclass
class Teller:
    """Gives a demand's commands in everybody's name. Told again, each gets its first answer."""

    gateway: Gateway
    demand: str
    enterprise: str
    route: RouteEntry
    said: Said
    photographed: Photographed
    _step: int = field(default=0)

    @property
    def unit(self) -> str:
        """The account of the unit that the routing names."""
        return self.route.unit.lower()

    @property
    def squad(self) -> str:
        """The captain's account."""
        return (self.route.squad or "S10").lower()

    async def act(self, who: str, kind: str, /, **fields: Any) -> DemandState:
        """One command."""
        self._step += 1
        fields = {name: value for name, value in fields.items() if value != []}
        command_id = str(uuid.uuid5(_IDS, f"{self.demand}/{self._step}"))
        accepted = await self.gateway.act(self.demand, who, kind, fields, command_id)
        return accepted.state

    def say(self, phrase: str, **facts: str) -> str:
        """One of the phrases that don't depend on the category."""
        return words().phrases[phrase].format(**facts)

    async def picture(self, who: str, what: str) -> list[dict[str, str]]:
        """Somebody's photo, to be attached."""
        return await self.photographed(who, what)


Story = Callable[[Teller], Awaitable[None]]


def in_days(days: int) -> date:
    """A day to promise something for."""
    return datetime.now(PARK_TIME).date() + timedelta(days=days)


def at_end_of(days: int) -> datetime:
    """The evening of a day to come."""
    return datetime.now(PARK_TIME).replace(hour=18, minute=0, second=0, microsecond=0) + timedelta(
        days=days
    )


async def listed(tell: Teller) -> None:
    """Nobody has done anything yet."""


async def assigned(tell: Teller) -> None:
    """The bureau has given it to a unit."""
    await tell.act(BUREAU, "assign", unit=tell.route.unit, squad=tell.route.squad)


async def claimed(tell: Teller) -> None:
    """The unit has accepted, and spoken with the enterprise."""
    await assigned(tell)
    await tell.act(tell.unit, "claim", responsible_leader=tell.said.leader, handler=tell.unit)
    await tell.act(tell.unit, "contact", note=tell.say("contact"), answers=True)


async def planned(tell: Teller) -> None:
    """There is a plan, and a squad member works on it."""
    await claimed(tell)
    milestones = [
        {"title": title, "due_on": in_days(4 + 4 * n)}
        for n, title in enumerate(tell.said.milestones)
    ]
    await tell.act(tell.unit, "plan", summary=tell.said.plan, milestones=milestones)
    await tell.act(tell.squad, "hand", to=f"{tell.squad}m")


async def in_progress(tell: Teller) -> None:
    """A first report with a photo, the first milestone done."""
    await planned(tell)
    worker = f"{tell.squad}m"
    pictures = await tell.picture(worker, tell.said.name)
    await tell.act(
        worker, "report_progress", text=tell.said.reports[0], percent=30, attachments=pictures
    )
    await tell.act(worker, "complete_milestone", milestone=1)


async def far_on(tell: Teller) -> None:
    """Most of it is done."""
    await in_progress(tell)
    worker = f"{tell.squad}m"
    for number, report in enumerate(tell.said.reports[1:], start=2):
        pictures = await tell.picture(worker, f"{tell.said.name} {number}")
        percent = min(90, 30 * number)
        await tell.act(
            worker, "report_progress", text=report, percent=percent, attachments=pictures
        )


async def paused(tell: Teller) -> None:
    """The work waits for the enterprise."""
    await in_progress(tell)
    await tell.act(tell.unit, "pause", reason=tell.say("pause_reason"), until=at_end_of(6))


async def wants_time(tell: Teller) -> None:
    """The unit has asked for more time."""
    await far_on(tell)
    await tell.act(tell.unit, "ask_extension", more="5wd", reason=tell.say("extension_reason"))


async def got_time(tell: Teller) -> None:
    """The bureau has granted it."""
    await wants_time(tell)
    await tell.act(BUREAU, "grant_extension", note=tell.say("extension_note"))


async def helped(tell: Teller) -> None:
    """Another unit does a part."""
    await in_progress(tell)
    other = "U06" if tell.route.unit != "U06" else "U07"
    await tell.act(tell.unit, "ask_co_handling", unit=other, request=tell.say("co_request"))
    await tell.act(other.lower(), "accept_co_handling", note=tell.say("co_accept"))


async def supervised(tell: Teller) -> None:
    """The bureau has called for supervision, a leader has given an instruction."""
    await in_progress(tell)
    await tell.act(BUREAU, "supervise", reason=tell.say("supervise_reason"))
    await tell.act("committee", "instruct", text=tell.say("instruction"))


async def resolved(tell: Teller) -> None:
    """The unit has spoken; the enterprise hasn't yet."""
    await far_on(tell)
    for number in range(2, len(tell.said.milestones) + 1):
        await tell.act(tell.unit, "complete_milestone", milestone=number)
    pictures = await tell.picture(tell.unit, f"{tell.said.name} {tell.say('finished')}")
    await tell.act(
        tell.unit, "resolve", outcome="solved", text=tell.said.result, attachments=pictures
    )


async def explained(tell: Teller) -> None:
    """Nothing can be done but to explain."""
    await in_progress(tell)
    await tell.act(tell.unit, "resolve", outcome="explained", text=tell.say("explained"))


async def not_now(tell: Teller) -> None:
    """It cannot be done yet, and will be looked at again."""
    await in_progress(tell)
    await tell.act(
        tell.unit,
        "resolve",
        outcome="not_now",
        text=tell.say("not_now"),
        review_on=in_days(60),
    )
    await tell.act(tell.enterprise, "evaluate", score=3, comment=tell.say("not_now_comment"))


async def closed(tell: Teller) -> None:
    """The enterprise is content."""
    await resolved(tell)
    await tell.act(tell.enterprise, "evaluate", score=5, comment=tell.said.praise)


async def content_enough(tell: Teller) -> None:
    """Satisfied, told by phone."""
    await resolved(tell)
    note = tell.say("call_note", at=f"{datetime.now(PARK_TIME):%m-%d %H:%M}")
    await tell.act(BUREAU, "evaluate", score=4, comment=tell.said.praise, call_note=note)


async def reopened(tell: Teller) -> None:
    """The enterprise is not content: the next round has begun."""
    await resolved(tell)
    await tell.act(tell.enterprise, "evaluate", score=2, comment=tell.said.blame)


async def closed_in_round_two(tell: Teller) -> None:
    """Not content at first, then yes."""
    await reopened(tell)
    await tell.act(tell.unit, "plan", summary=tell.say("round_two_plan"))
    await tell.act(
        f"{tell.squad}m", "report_progress", text=tell.say("round_two_report"), percent=100
    )
    await tell.act(tell.unit, "resolve", outcome="solved", text=tell.say("round_two_result"))
    await tell.act(tell.enterprise, "evaluate", score=4, comment=tell.say("round_two_comment"))


async def returned(tell: Teller) -> None:
    """Not that unit's matter."""
    await assigned(tell)
    await tell.act(
        tell.unit,
        "return",
        reason=tell.say("return_reason"),
        legal_basis=tell.say("return_basis"),
    )


async def adjudicating(tell: Teller) -> None:
    """Returned twice: the bureau is to rule."""
    await returned(tell)
    other = "U02" if tell.route.unit != "U02" else "U03"
    await tell.act(BUREAU, "assign", unit=other, squad=tell.route.squad)
    await tell.act(
        other.lower(),
        "return",
        reason=tell.say("second_return"),
        legal_basis=tell.say("second_basis"),
    )


async def rejected(tell: Teller) -> None:
    """Not for this park."""
    await tell.act(BUREAU, "reject", reason=tell.say("reject_reason"))


async def withdrawn(tell: Teller) -> None:
    """The enterprise no longer needs it."""
    await assigned(tell)
    await tell.act(tell.enterprise, "withdraw", reason=tell.say("withdraw_reason"))


PARK: tuple[Story, ...] = (
    *(closed, in_progress, closed, far_on, supervised, closed, resolved, paused),
    *(content_enough, closed, in_progress, closed, returned, helped, claimed, closed),
    *(reopened, wants_time, closed_in_round_two, assigned, closed, far_on, explained, listed),
    *(closed, claimed, not_now, assigned, content_enough, adjudicating, listed, got_time),
    *(closed, resolved, listed, rejected, withdrawn, planned, listed, closed),
)
"""What becomes of the sample list's demands, in its order."""

LATE = {"listed": listed, "assigned": assigned, "claimed": claimed, "in_progress": in_progress}
"""How far those come that nobody sees to in time."""
