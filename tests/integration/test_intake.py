"""A list put on twice: nothing starts twice, what changed is amended, by whoever may."""

from __future__ import annotations

import pytest

from domain.actors import operator
from domain.values import Contact
from starter.intake import Intake, put_on_list
from tests.support.house import House, row

TEXT = "新增变压器900kVA报装，请协调供电部门加快接入。"


@pytest.mark.parametrize("by", ["bureau1", None])
async def test_a_mended_list_amends_what_it_says_anew(home: House, by: str | None) -> None:
    who = (await home.gateway.resolver()).actor(by) if by else operator("somebody")
    intake = Intake(home.prefix, "第四季度联席会议", who, home.policy, "list.xlsx")
    again = Intake(home.prefix, "", who, home.policy, "mended.xlsx")
    mended = row(TEXT, contact=Contact(phone="13800000000"), remark="已回访")

    first = await put_on_list(home.connections, intake, [row(TEXT)])
    second = await put_on_list(home.connections, again, [mended])
    third = await put_on_list(home.connections, again, [mended])

    (demand,) = first.started
    assert (second.failed, second.started, second.amended) == ([], [], [demand])
    assert (third.failed, third.amended, third.unchanged) == ([], [], [demand])
    state = await home.state(demand)
    assert (state.contact.phone, state.remark) == ("13800000000", "已回访")


async def test_a_later_part_of_a_list_belongs_to_the_same_meeting(home: House) -> None:
    who = (await home.gateway.resolver()).actor("bureau1")
    first = Intake(home.prefix, "第四季度联席会议", who, home.policy)
    later = Intake(home.prefix, "", who, home.policy)

    await put_on_list(home.connections, first, [row(TEXT)])
    outcome = await put_on_list(home.connections, later, [row("另一件需求，请协调。")])

    assert (await home.state(outcome.started[0])).meeting == "第四季度联席会议"


async def test_a_changed_text_is_a_new_demand_like_the_old_one(home: House) -> None:
    (old,) = (await home.put(row(TEXT))).started
    outcome = await home.put(row(TEXT.replace("900", "1200")))

    (new,) = outcome.started
    assert [(d.demand, d.like) for d in outcome.duplicates] == [(new, (old,))]
    assert (await home.state(new)).possible_duplicates == (old,)
