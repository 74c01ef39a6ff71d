"""Whose turn it is and what they can do, in the command line's words."""

from __future__ import annotations

from domain import commands as c
from starter import words
from tests.unit import deadline_world as d
from tests.unit import domain_world as w


def test_a_ruled_unit_is_told_nothing_of_returning_it() -> None:
    assert "lianban return" in words.next_step(d.assigned().state)
    ruled = words.next_step(d.adjudicating().do(d.ruling()).state)
    assert "lianban claim" in ruled
    assert "lianban return" not in ruled


def test_an_extension_waits_for_the_bureau() -> None:
    asked = d.in_progress().do(d.asked())
    assert words.turn(asked.state) == "服务中心（答复延期申请）"
    assert "lianban resume" not in words.next_step(asked.state)
    pause = c.Pause(by=w.HANDLER, reason="等材料", until=d.park("03-12 09:00"))
    both = words.next_step(asked.do(pause).state)
    assert "lianban extension grant" in both
    assert "lianban resume" in both
