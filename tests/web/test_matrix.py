"""Who gets through which door: every role at every address, and with other people's ids."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from domain.authority import may_read, right_to
from domain.open_acts import open_acts
from tests.support.cast import Member, Park, fingerprint, park
from tests.support.doors import DOORS, OF_ACTS, STREAMS, Door
from tests.support.routes import routes_of
from tests.support.web import Site
from web.act_fields import FIELDS

FILLED: dict[str, Any] = {
    **{
        "reason": "试",
        "text": "试",
        "note": "试",
        "summary": "试",
        "request": "试",
        "ruling": "试",
    },
    **{"legal_basis": "试", "responsible_leader": "试", "call_note": "试", "unit": "U20"},
    **{"squad": "S04", "handler": "u20", "to": "s04m", "milestone": "1", "instruction": "1"},
    **{"outcome": "solved", "score": "5", "satisfied": "yes", "more": "3", "percent": "60"},
    **{"until": "2026-12-31", "review_on": "2026-12-31", "comment": "试", "remark": "试"},
}
"""A value for whatever field a form of an act has."""


@pytest.fixture
async def everybody(site: Site) -> AsyncIterator[Park]:
    """The cast in its park."""
    async with park(site) as built:
        yield built


def test_every_address_has_a_door(site: Site) -> None:
    known = DOORS.keys() | OF_ACTS | STREAMS
    found = routes_of(site.app)
    assert found - known == set(), "say in tests/support/doors.py who may go there"
    assert known - found == set()


async def test_everybody_gets_where_they_may_and_nowhere_else(everybody: Park) -> None:
    before = await fingerprint(everybody.site.home)
    wrong = []
    for (method, _), doors in DOORS.items():
        for door in doors:
            for member in everybody.members:
                wrong += await _try(everybody, member, method, door)
    assert not wrong, "\n".join(wrong)
    assert await fingerprint(everybody.site.home) == before


async def _try(park: Park, member: Member, method: str, door: Door) -> list[str]:
    may = door.may is None or (member.actor is not None and door.may(member.actor, park))
    may = may or (door.by_link and member.holder)
    if method == "POST" and may and not door.harmless:
        return []
    address = door.address.format_map(park.fills)
    data = {k.format_map(park.fills): v.format_map(park.fills) for k, v in door.fields.items()}
    answer = await member.client.request(method, address, data=data or None)
    said = f"{member.name or 'a stranger'}: {method} {address}: {answer.status_code}"
    if may:
        return [] if answer.status_code in door.through else [said]
    return [] if _turned_away(member, answer) else [said]


def _turned_away(member: Member, answer: httpx2.Response) -> bool:
    """To the sign-in who hasn't signed in; for others, and behind links, there is no such page."""
    if answer.url.path.startswith("/my/"):
        return answer.status_code in (403, 404, 410)
    if member.actor is None:
        return answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    return answer.status_code in (403, 404)


async def test_forms_of_acts_are_there_for_whom_the_act_is_open(everybody: Park) -> None:
    wrong = []
    for name in everybody.states:
        for member in everybody.members:
            wrong += await _wrong_forms(everybody, name, member)
    assert not wrong, "\n".join(wrong)


async def _wrong_forms(park: Park, name: str, member: Member) -> list[str]:
    """The acts whose form is there and shouldn't be, or the other way about."""
    demand, state = park.fills[name], park.states[name]
    may = member.actor is not None and may_read(member.actor, state)
    open_now = open_acts(member.actor, state, datetime.now(UTC)) if member.actor else ()
    wrong = []
    for kind in FIELDS if may else ("claim",):
        answer = await member.client.get(f"/demands/{demand}/acts/{kind}")
        right = answer.status_code == (200 if kind in open_now else 303)
        if not (right if may else _turned_away(member, answer)):
            wrong.append(f"{member.name}: {name}: {kind}: {answer.status_code}")
    return wrong


async def test_acts_without_the_right_change_nothing(everybody: Park) -> None:
    demand, state = everybody.fills["planned"], everybody.states["planned"]
    before = await fingerprint(everybody.site.home)
    wrong = []
    for member in everybody.members:
        readable = member.actor is not None and may_read(member.actor, state)
        for kind, fields in FIELDS.items():
            if member.actor is not None and right_to(member.actor, kind, state) is not None:
                continue
            data = {one.name: FILLED[one.name] for one in fields if one.name in FILLED}
            answer = await member.client.post(f"/demands/{demand}/acts/{kind}", data=data)
            refused = readable and answer.status_code == 422
            if not (refused or _turned_away(member, answer)):
                wrong.append(f"{member.name}: {kind}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert await fingerprint(everybody.site.home) == before


OTHERS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("u20", "{planned}", "hand", {"to": "s05m"}),
    ("s04", "{planned}", "hand", {"to": "u05"}),
    ("s04", "{planned}", "hand", {"to": "nobody"}),
    ("s04", "{planned}", "complete_milestone", {"milestone": "99"}),
    ("u20", "{planned}", "ask_co_handling", {"unit": "U99", "request": "试"}),
    ("bureau1", "{planned}", "reassign", {"unit": "U05", "squad": "S99", "reason": "试"}),
    ("bureau1", "{listed}", "assign", {"unit": "S04"}),
    ("bureau1", "{resolved}", "evaluate", {"score": "9", "call_note": "试"}),
    ("leader-ne", "{planned}", "supervise", {"reason": ""}),
)
"""Fields of a form with what somebody else's form would hold, or nobody's."""


async def test_other_peoples_ids_in_fields_are_refused(everybody: Park) -> None:
    before = await fingerprint(everybody.site.home)
    for account, demand, kind, fields in OTHERS:
        address = f"/demands/{demand.format_map(everybody.fills)}/acts/{kind}"
        answer = await everybody.member(account).client.post(address, data=fields)
        assert answer.status_code == 422, (account, address, fields)
    assert await fingerprint(everybody.site.home) == before


async def test_another_ones_command_id_is_no_way_in(everybody: Park) -> None:
    """Neither is it done again, nor is its answer taken for one's own."""
    home, demand = everybody.site.home, everybody.fills["planned"]
    address = f"/demands/{demand}/acts/report_progress"
    given = {"command_id": "of-the-captain", "text": "已到现场"}
    first = await everybody.member("s04").client.post(address, data=given)
    assert first.status_code == 303
    before = await fingerprint(home)
    again = await everybody.member("s04m").client.post(address, data=given)
    assert again.status_code == 422
    assert await fingerprint(home) == before


async def test_streams_are_of_demands_one_may_read(everybody: Park) -> None:
    fills = everybody.fills
    for name in ("", "u20", "s04", "the enterprise"):
        member = everybody.member(name)
        for address in (f"/live?demand={fills['theirs']}", f"/my/{fills['other_link']}/live"):
            assert _turned_away(member, await member.client.get(address)), (name, address)
