"""Which pages there are for whom, and which demands somebody reads on them, as tables."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actors import Actor
from domain.authority import ALL_PAGES, PAGES, Page, may_link, may_open, may_read, rights_of
from domain.scope import EVERYTHING, NOTHING, Scope, scope_of
from domain.state import DemandState
from domain.values import Role
from tests.unit import deadline_world as d
from tests.unit import domain_world as w
from tests.unit.wandering import Wanderer

CHAIN_AUDITOR = w.AUDITOR.model_copy(update={"account": "chain_auditor", "leads": ("BIO",)})
OTHER_AUDITOR = w.AUDITOR.model_copy(update={"account": "other_auditor", "leads": ("TEA",)})
UNIT_AUDITOR = w.AUDITOR.model_copy(update={"account": "unit_auditor", "unit": w.POWER.code})

PEOPLE = w.EVERYBODY | {
    "chain_auditor": CHAIN_AUDITOR,
    "other_auditor": OTHER_AUDITOR,
    "unit_auditor": UNIT_AUDITOR,
}

# The pages of no single demand.
PAGES_TABLE = """
                  desk register lists intake inbox messages tasks leader accounts looks links slips export precedents
clerk             yes  yes      yes   yes    yes   yes      yes   yes    .        .     yes   yes   yes    yes
operator          yes  yes      yes   .      .     yes      .     .      yes      .     yes   yes   yes    yes
secretary         yes  .        .     .      yes   .        yes   .      .        .     .     yes   yes    yes
other_secretary   yes  .        .     .      yes   .        yes   .      .        .     .     yes   yes    yes
handler           yes  .        .     .      yes   .        yes   .      .        .     .     yes   yes    yes
deputy            yes  .        .     .      yes   .        yes   .      .        .     .     yes   yes    yes
neighbour         yes  .        .     .      yes   .        yes   .      .        .     .     yes   yes    yes
captain           yes  .        .     .      yes   .        yes   .      .        .     .     .     .      .
member            yes  .        .     .      yes   .        yes   .      .        .     .     .     .      .
colleague         yes  .        .     .      yes   .        yes   .      .        .     .     .     .      .
stranger          yes  .        .     .      yes   .        yes   .      .        .     .     .     .      .
foreign_captain   yes  .        .     .      yes   .        yes   .      .        .     .     .     .      .
owner             .    .        .     .      .     .        .     .      .        .     .     .     .      .
other_owner       .    .        .     .      .     .        .     .      .        .     .     .     .      .
chain_leader      yes  .        .     .      yes   .        yes   yes    .        .     .     .     yes    yes
other_leader      yes  .        .     .      yes   .        yes   yes    .        .     .     .     yes    yes
park_leader       yes  .        .     .      yes   .        yes   yes    .        .     .     .     yes    yes
auditor           yes  .        .     .      yes   .        .     yes    .        yes   .     .     yes    yes
chain_auditor     yes  .        .     .      yes   .        .     yes    .        yes   .     .     yes    yes
other_auditor     yes  .        .     .      yes   .        .     yes    .        yes   .     .     yes    yes
unit_auditor      yes  .        .     .      yes   .        .     yes    .        yes   .     .     yes    yes
admin             yes  .        .     .      yes   yes      .     .      yes      yes   .     .     yes    .
clock             .    .        .     .      .     .        .     .      .        .     .     .     .      .
"""  # noqa: E501

# What somebody sees of one demand of the chain BIO: nothing, all of it, or gives out its link as
# well. First on the list; then the housing office leads and the first squad works on it; then the
# power company (`neighbour`) was asked to do a part, and has done it; then it was given to the
# power company and the other squad; and at last it was given back.
DEMAND_TABLE = """
                  listed working helped finished reassigned returned
clerk             link   link    link   link     link       link
operator          link   link    link   link     link       link
secretary         see    see     see    see      see        see
other_secretary   .      .       .      .        .          .
handler           .      see     see    see      .          .
deputy            .      see     see    see      .          .
neighbour         .      .       see    see      see        .
captain           .      see     see    see      .          .
member            .      see     see    see      .          .
colleague         .      see     see    see      .          .
stranger          .      .       .      .        see        .
foreign_captain   .      .       .      .        see        .
owner             see    see     see    see      see        see
other_owner       .      .       .      .        .          .
chain_leader      see    see     see    see      see        see
other_leader      .      .       .      .        .          .
park_leader       see    see     see    see      see        see
auditor           see    see     see    see      see        see
chain_auditor     see    see     see    see      see        see
other_auditor     .      .       .      .        .          .
unit_auditor      .      .       see    see      see        .
admin             see    see     see    see      see        see
clock             see    see     see    see      see        see
"""


def cells(text: str) -> dict[tuple[str, str], str]:
    """(person, column) → what the table says."""
    columns, *rows = [line.split() for line in text.strip().splitlines()]
    return {
        (name, column): said
        for name, *row in rows
        for column, said in zip(columns, row, strict=True)
    }


def demands() -> dict[str, DemandState]:
    helped = d.helped()
    states = {
        "listed": d.Life().listed().state,
        "working": d.in_progress().state,
        "helped": helped.state,
        "finished": helped.do(d.c.FinishCoHandling(by=w.NEIGHBOUR, text="已停电")).state,
    }
    away = d.c.Reassign(by=w.CLERK, unit=w.POWER, squad=w.RESERVES, reason="职责调整")
    states["reassigned"] = helped.do(away).state
    states["returned"] = helped.do(d.returning(w.NEIGHBOUR)).state
    return states


def test_who_opens_which_page() -> None:
    table = cells(PAGES_TABLE)
    assert {name for name, _ in table} == set(PEOPLE)
    assert set(get_args(Page)) == set(ALL_PAGES) == set(PAGES)
    found: dict[tuple[str, str], str] = {
        (name, page): "yes" if may_open(actor, page) else "."
        for name, actor in PEOPLE.items()
        for page in ALL_PAGES
    }
    assert found == table


def test_who_sees_a_demand_and_who_gives_out_its_link() -> None:
    states = demands()
    found = {
        (name, column): said(actor, state)
        for name, actor in PEOPLE.items()
        for column, state in states.items()
    }
    assert found == cells(DEMAND_TABLE)


def said(actor: Actor, state: DemandState) -> str:
    if may_link(actor, state):
        assert may_read(actor, state)
        return "link"
    return "see" if may_read(actor, state) else "."


# ---- scopes --------------------------------------------------------------------------------------

UNITS = st.sampled_from([None, w.HOUSING.code, w.POWER.code, w.CENTRE.code, "U-FAR"])
SQUADS = st.sampled_from([None, w.PIONEERS.code, w.RESERVES.code])
ENTERPRISES = st.sampled_from([None, w.ACME.uscc, "91530181MA6K000002"])
CHAINS = st.sampled_from([(), ("BIO",), ("TEA",), ("TEA", "BIO")])
ANYBODY = st.builds(
    Actor,
    account=st.just("somebody"),
    role=st.sampled_from(Role),
    post=st.just("岗位"),
    unit=UNITS,
    squad=SQUADS,
    captain=st.booleans(),
    secretary_of=CHAINS,
    leads=CHAINS,
    park_wide=st.booleans(),
    enterprise=ENTERPRISES,
)


def reads(actor: Actor, state: DemandState) -> bool:
    """The rule in words: who has any right to it, reads it, and some roles have reading only."""
    if actor.role is Role.AUDITOR:
        part = {one.unit.code for one in state.co_handlings}
        units = part | ({state.unit.code} if state.unit else set())
        limited = bool(actor.leads) or actor.unit is not None
        return not limited or state.chain.code in actor.leads or actor.unit in units
    if actor.role is Role.SQUAD:
        return state.squad is not None and state.squad.code == actor.squad
    if actor.role is Role.UNIT and any(p.unit.code == actor.unit for p in state.co_handlings):
        return True
    return actor.role is Role.ADMIN or bool(rights_of(actor, state))


@given(actor=ANYBODY, seed=st.integers(0, 40))
def test_a_scope_covers_what_the_actor_has_to_do_with(actor: Actor, seed: int) -> None:
    for life in Wanderer(seed, d.rules(), d.CALENDAR, acts=12).steps():
        state = life.state
        assert may_read(actor, state) == scope_of(actor).covers(state) == reads(actor, state)


@pytest.mark.parametrize("role", [Role.UNIT, Role.SQUAD, Role.LEADER, Role.ENTERPRISE])
def test_belonging_nowhere_is_a_scope_of_nothing(role: Role) -> None:
    nobody = Actor(account="nobody", role=role, post="岗位")
    assert scope_of(nobody) == NOTHING
    assert not NOTHING.covers(w.in_progress().state)
    assert EVERYTHING.covers(w.in_progress().state)


def test_scopes_are_data() -> None:
    assert scope_of(w.SECRETARY) == Scope(units=("U-SEC",), chains=("BIO",))
    assert scope_of(w.HANDLER) == Scope(units=(w.HOUSING.code,))
    assert scope_of(w.MEMBER) == Scope(squads=(w.PIONEERS.code,))
    assert scope_of(w.CHAIN_LEADER) == Scope(chains=("BIO",))
    assert scope_of(w.OWNER) == Scope(enterprises=(w.ACME.uscc,))
    assert scope_of(w.PARK_LEADER) == scope_of(w.AUDITOR) == scope_of(w.CLERK) == EVERYTHING
    assert scope_of(CHAIN_AUDITOR) == Scope(chains=("BIO",))
