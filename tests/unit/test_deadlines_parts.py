"""A part that another unit does is over with the resolution of the whole."""

from __future__ import annotations

from domain import commands as c
from domain.custody import custodian
from domain.values import Outcome, Role
from tests.unit import domain_world as w
from tests.unit.deadline_world import Life


def test_an_unfinished_part_is_over_once_the_unit_has_resolved() -> None:
    life = Life().listed()
    life.do(c.Assign(by=w.CLERK, unit=w.HOUSING))
    life.do(c.Claim(by=w.HANDLER, responsible_leader="分管副局长", handler=w.HANDLER.person()))
    life.do(c.MakePlan(by=w.HANDLER, summary="两周内完成"))
    life.do(c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="请协助接电"))
    held = custodian(life.state)
    assert held is not None
    assert held.code == w.POWER.code

    life.do(c.Resolve(by=w.HANDLER, outcome=Outcome.SOLVED, text="已接入"))

    assert life.state.co_handlings == ()
    held = custodian(life.state)
    assert held is not None
    assert held.role is Role.ENTERPRISE
