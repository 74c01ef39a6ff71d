"""Who may do what, as a table: it repeats design.md, section 4, and must be read by people."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import get_args

import pytest

from domain import commands as c
from domain.authority import ALL_KINDS, GRANTS, CommandKind, may_read, right_to, rights_of
from domain.decide import decide
from domain.refusal import RefusalCode, Refused
from domain.state import DemandState
from domain.values import Role
from tests.unit import deadline_world as d
from tests.unit import domain_world as w
from tests.unit.strategies import COMMAND_TYPES

LETTERS = {
    "B": "bureau",
    "O": "operator",
    "S": "secretary",
    "L": "lead_unit",
    "C": "squad_captain",
    "M": "squad_member",
    "E": "enterprise",
    "P": "on_behalf",  # what the enterprise said by phone
    "H": "co_handler",
    "K": "chain_leader",
    "G": "committee",
    ".": None,
}

# A demand of the chain BIO, led by the housing office; its squad's captain gave it to `member`,
# and the power company (`neighbour`) was asked to do a part.
HANDED = """
                    list amend reject assign reassign claim return plan hand report_progress complete_milestone pause resume resolve evaluate withdraw supply_material
clerk               B    B     B      B      B        .     .      .    .    .               .                  .     .      .       P        P        P
operator            O    O     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
secretary           .    .     .      S      S        .     .      .    .    .               .                  .     .      .       .        .        .
other_secretary     .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
handler             .    .     .      .      .        L     L      L    L    L               L                  L     L      L       .        .        .
deputy              .    .     .      .      .        L     L      L    L    L               L                  L     L      L       .        .        .
neighbour           .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
captain             .    .     .      .      .        .     .      .    C    C               C                  .     .      .       .        .        .
member              .    .     .      .      .        .     .      .    .    M               M                  .     .      .       .        .        .
colleague           .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
stranger            .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
foreign_captain     .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
owner               .    .     .      .      .        .     .      .    .    .               .                  .     .      .       E        E        E
other_owner         .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
chain_leader        .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
other_leader        .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
park_leader         .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
auditor             .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
admin               .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
clock               .    .     .      .      .        .     .      .    .    .               .                  .     .      .       .        .        .
"""  # noqa: E501

# The same demand: the acts that came with deadlines.
HANDED_TIME = """
                    contact ask_extension grant_extension refuse_extension ask_co_handling accept_co_handling report_co_handling finish_co_handling instruct respond supervise adjudicate follow_up adopt_calendar
clerk               .       .             B               B                .               .                  .                  .                  .        B       B         B          B         B
operator            .       .             .               .                .               .                  .                  .                  .        .       .         .          .         O
secretary           .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
other_secretary     .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
handler             L       L             .               .                L               .                  .                  .                  .        L       .         .          .         .
deputy              L       L             .               .                L               .                  .                  .                  .        L       .         .          .         .
neighbour           .       .             .               .                .               H                  H                  H                  .        .       .         .          .         .
captain             C       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
member              M       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
colleague           .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
stranger            .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
foreign_captain     .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
owner               .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
other_owner         .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
chain_leader        .       .             .               .                .               .                  .                  .                  K        .       K         .          .         .
other_leader        .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
park_leader         .       .             .               .                .               .                  .                  .                  G        .       G         .          .         .
auditor             .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
admin               .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
clock               .       .             .               .                .               .                  .                  .                  .        .       .         .          .         .
"""  # noqa: E501

# What is different while nobody in particular has the work: the whole squad may.
NOT_HANDED = {
    ("member", "report_progress"): "M",
    ("member", "complete_milestone"): "M",
    ("colleague", "report_progress"): "M",
    ("colleague", "complete_milestone"): "M",
    ("member", "contact"): "M",
    ("colleague", "contact"): "M",
}

# What anybody may do to a demand on the list: those who work on one later have no right yet.
ON_THE_LIST = {
    "clerk": "BBBBB.........PPP..BB.....BBBBB",
    "secretary": "...SS",
    "operator": "OO............................O",
    "owner": "..............EEE",
    "chain_leader": ".........................K.K...",
    "park_leader": ".........................G.G...",
}


def table(*texts: str) -> dict[tuple[str, str], str | None]:
    """The cells of the tables: (person, act) → right, or None."""
    cells: dict[tuple[str, str], str | None] = {}
    for text in texts:
        kinds, *rows = [line.split() for line in text.strip().splitlines()]
        for name, *letters in rows:
            for kind, letter in zip(kinds, letters, strict=True):
                assert (name, kind) not in cells
                cells[name, kind] = LETTERS[letter]
    return cells


CELLS = table(HANDED, HANDED_TIME)


@cache
def handed() -> DemandState:
    return d.helped().do(c.Hand(by=w.CAPTAIN, to=w.MEMBER.person())).state


def test_the_table_is_complete() -> None:
    assert set(CELLS) == {(name, kind) for name in w.EVERYBODY for kind in ALL_KINDS}
    assert {actor.role for actor in w.EVERYBODY.values()} == set(Role)
    assert set(get_args(CommandKind)) == set(ALL_KINDS) == set(GRANTS)
    assert {str(t.model_fields["kind"].default) for t in COMMAND_TYPES} == set(ALL_KINDS)


@pytest.mark.parametrize("who", w.EVERYBODY)
def test_a_demand_that_a_member_works_on(who: str) -> None:
    found = {kind: right_to(w.EVERYBODY[who], kind, handed()) for kind in ALL_KINDS}
    assert found == {kind: CELLS[who, kind] for kind in ALL_KINDS}


@pytest.mark.parametrize("who", w.EVERYBODY)
def test_a_demand_that_nobody_in_particular_works_on(who: str) -> None:
    state = d.helped().state
    for kind in ALL_KINDS:
        letter = NOT_HANDED.get((who, kind))
        expected = LETTERS[letter] if letter else CELLS[who, kind]
        assert right_to(w.EVERYBODY[who], kind, state) == expected, kind


@pytest.mark.parametrize("who", w.EVERYBODY)
def test_a_demand_on_the_list_and_one_that_was_returned(who: str) -> None:
    returned = w.assigned().do(c.Return(by=w.HANDLER, reason="x", legal_basis="y")).state
    letters = ON_THE_LIST.get(who, "").ljust(len(ALL_KINDS), ".")
    for state in (w.listed().state, returned):
        found = [right_to(w.EVERYBODY[who], kind, state) for kind in ALL_KINDS]
        assert found == [LETTERS[letter] for letter in letters]


@pytest.mark.parametrize("who", w.EVERYBODY)
def test_a_demand_that_does_not_exist_yet(who: str) -> None:
    expected = {"clerk": "bureau", "operator": "operator"}.get(who)
    assert right_to(w.EVERYBODY[who], "list", None) == expected


@pytest.mark.parametrize("who", w.EVERYBODY)
def test_decide_asks_the_same_table(who: str) -> None:
    actor = w.EVERYBODY[who]
    person = w.MEMBER.person()
    fields = {"unit": w.POWER, "reason": "x", "legal_basis": "x", "summary": "x", "text": "x"}
    fields |= {"to": person, "handler": person, "responsible_leader": "x", "milestone": 1}
    fields |= {"until": w.START, "outcome": "solved", "score": 5, "note": "x", "more": "1wd"}
    fields |= {"request": "x", "instruction": 1, "ruling": "x", "satisfied": True}
    fields |= {"calendar": d.CALENDAR}
    for command_type in COMMAND_TYPES:
        kind: CommandKind = command_type.model_fields["kind"].default
        command = (
            w.listing(by=actor)
            if command_type is c.ListDemand
            else command_type.model_validate({"by": actor, **fields})
        )
        outcome = rights_used(command)
        if CELLS[who, kind] is None:
            assert outcome == {"account": actor.account, "role": actor.role, "act": kind}
        else:
            assert outcome in ({CELLS[who, kind]}, None), kind


def rights_used(command: c.Command) -> set[str] | dict[str, str] | None:
    """The rights in the events; the facts where it is not authorized; None if refused else."""
    try:
        return {event.right for event in decide(handed(), command, w.START + timedelta(hours=9))}
    except Refused as refused:
        return refused.facts if refused.code is RefusalCode.NOT_AUTHORIZED else None


def test_the_centre_acts_for_itself_where_it_leads() -> None:
    story = w.listed().do(w.assignment(unit=w.CENTRE, squad=None), w.claim(by=w.CLERK))
    assert story.events[-1].right == "lead_unit"
    assert rights_of(w.CLERK, story.state) == {"bureau", "on_behalf", "lead_unit"}


def test_belonging_nowhere_is_not_belonging_here() -> None:
    nowhere = {"unit": None, "squad": None, "enterprise": None, "captain": True}
    for role in (Role.UNIT, Role.SQUAD, Role.ENTERPRISE, Role.LEADER):
        actor = w.HANDLER.model_copy(update={"role": role, **nowhere})
        for story in (w.listed(), w.in_progress()):
            assert rights_of(actor, story.state) == frozenset()
            assert not may_read(actor, story.state)


@pytest.mark.parametrize("who", w.EVERYBODY)
def test_a_role_is_needed_beside_the_belonging(who: str) -> None:
    """An account of another role with the right unit, squad and enterprise gets nothing by them."""
    everything = {
        "unit": w.HOUSING.code,
        "squad": w.PIONEERS.code,
        "captain": True,
        "enterprise": w.ACME.uscc,
        "secretary_of": ("BIO",),
        "leads": ("BIO",),
        "park_wide": True,
    }
    actor = w.EVERYBODY[who].model_copy(update=everything)
    of_role = {
        Role.BUREAU: {"bureau", "on_behalf", "lead_unit", "secretary"},
        Role.UNIT: {"lead_unit", "secretary"},
        Role.SQUAD: {"squad_captain"},
        Role.LEADER: {"chain_leader", "committee"},
        Role.ENTERPRISE: {"enterprise"},
        Role.OPERATOR: {"operator"},
        Role.CLOCK: {"clock"},
    }
    assert rights_of(actor, w.in_progress().state) == of_role.get(actor.role, set())


@pytest.mark.parametrize("who", w.EVERYBODY)
def test_a_part_is_done_by_people_of_that_unit_until_it_is_finished(who: str) -> None:
    """Whatever their account is for, but for units and the bureau, which is one."""
    actor = w.EVERYBODY[who].model_copy(update={"unit": w.POWER.code, "secretary_of": ()})
    helped = d.helped()
    expected = actor.role in (Role.UNIT, Role.BUREAU)
    assert ("co_handler" in rights_of(actor, helped.state)) == expected
    helped.do(c.FinishCoHandling(by=w.NEIGHBOUR, text="已停电"))
    assert "co_handler" not in rights_of(actor, helped.state)
    assert may_read(w.NEIGHBOUR, helped.state), "what they did remains theirs to see"


READERS = """
                    listed  working  handed
clerk               yes     yes      yes
operator            yes     yes      yes
secretary           yes     yes      yes
other_secretary     no      no       no
handler             no      yes      yes
deputy              no      yes      yes
neighbour           no      no       yes
captain             no      yes      yes
member              no      yes      yes
colleague           no      yes      yes
stranger            no      no       no
foreign_captain     no      no       no
owner               yes     yes      yes
other_owner         no      no       no
chain_leader        yes     yes      yes
other_leader        no      no       no
park_leader         yes     yes      yes
auditor             yes     yes      yes
admin               yes     yes      yes
clock               yes     yes      yes
"""


def test_who_may_read() -> None:
    states = {"listed": w.listed().state, "working": w.in_progress().state, "handed": handed()}
    header, *rows = [line.split() for line in READERS.strip().splitlines()]
    assert {name for name, *_ in rows} == set(w.EVERYBODY)
    for name, *answers in rows:
        found = [may_read(w.EVERYBODY[name], states[column]) for column in header]
        assert found == [answer == "yes" for answer in answers], name
