"""Hypothesis strategies for the domain, read from its type annotations and from the small park.

`strategy_of` follows the annotations, so a new command, event or field is tested without a change
here. `fitting` proposes commands that may well be accepted in a state; `anything` does not care.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from domain import commands as c
from domain.actors import Actor
from domain.authority import right_to
from domain.calendar import Calendar, never_closing
from domain.clock import deadline
from domain.deadline import Deadline, Pause
from domain.duration import MOST, Duration, Measure, parse
from domain.rules import Rules
from domain.state import DemandState
from domain.values import Attachment, Outcome, Person, Status, Urgency
from tests.unit import deadline_world as d
from tests.unit import domain_world as w

_TURNS_TEXT_ROUND = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_PRINTABLE = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters=_TURNS_TEXT_ROUND
)
_TEXT = st.one_of(
    st.sampled_from(["x", "请协调增容", '引号"反斜杠\\ 换\n行', "𠮷野家 😀", " é "]),
    st.text(_PRINTABLE, max_size=12),
)
_INSTANTS = st.datetimes(
    datetime(1900, 1, 2),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(9998, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-11))]),
)


_MADE_BY_HAND: dict[type[BaseModel], list[Any]] = {
    Calendar: [never_closing(), d.CALENDAR, d.long_holiday().calendar],
    Deadline: [
        deadline(w.START, parse("10wd"), d.CALENDAR, [Pause(since=w.START, until=d.OPENING)]),
        deadline(w.START, parse("4wh"), d.CALENDAR, [Pause(since=w.START, until=None)]),
        deadline(w.START, parse("90m"), never_closing()),
    ],
    Attachment: [w.PHOTO, w.FORM],
    Rules: [d.rules(), d.rules(office={"never_closes": True}, notes="按规定", ladder=[])],
}
"""Models whose parts must fit together, so that most of what could be made up is invalid; and
deadlines, of which an event has many."""


def strategy_of(annotation: Any, limits: Sequence[Any] = ()) -> st.SearchStrategy[Any]:
    """Any value that the annotation allows."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return strategy_of(arguments[0], (*_flat(arguments[1:]), *limits))
    if origin in (Union, UnionType):
        return st.one_of(*(strategy_of(argument, limits) for argument in arguments))
    if origin is tuple:
        most = next((m.max_length for m in limits if hasattr(m, "max_length")), 3) or 3
        return st.lists(strategy_of(arguments[0]), max_size=min(most, 3)).map(tuple)
    if origin is Literal:
        return st.sampled_from(arguments)
    return _plain(annotation, limits)


def _plain(annotation: Any, limits: Sequence[Any]) -> st.SearchStrategy[Any]:
    if annotation is NoneType:
        return st.none()
    if annotation is str:
        needed = any(isinstance(m, StringConstraints) and m.min_length for m in limits)
        return _TEXT.filter(lambda text: bool(text.strip())) if needed else _TEXT
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        low: Any = next((m.ge for m in limits if isinstance(m, Ge)), 0)
        high: Any = next((m.le for m in limits if isinstance(m, Le)), 10**6)
        return st.integers(low, high)
    if annotation is AwareDatetime:
        return _INSTANTS
    if annotation is date:
        return st.dates(date(1900, 1, 1), date(9998, 12, 31))
    if issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    if annotation is Duration:
        return st.builds(Duration, st.integers(1, MOST), st.sampled_from(Measure))
    if annotation in _MADE_BY_HAND:
        return st.sampled_from(_MADE_BY_HAND[annotation])
    assert issubclass(annotation, BaseModel), annotation
    return model(annotation)


def model(kind: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Any instance of a model."""
    return st.builds(kind, **{name: field(kind, name) for name in kind.model_fields})


def field(kind: type[BaseModel], name: str) -> st.SearchStrategy[Any]:
    """Any value for a field of a model."""
    annotation = get_type_hints(kind, include_extras=True)[name]
    return strategy_of(annotation, kind.model_fields[name].metadata)


def _flat(metadata: Sequence[Any]) -> list[Any]:
    """The limits inside a `Field(...)` beside those that stand for themselves."""
    flat: list[Any] = []
    for item in metadata:
        flat += item.metadata if isinstance(item, FieldInfo) else [item]
    return flat


# ---- commands in the small park -----------------------------------------------------------------

actors = st.sampled_from(list(w.EVERYBODY)).map(w.EVERYBODY.__getitem__)
people = actors.map(Actor.person)
units = st.sampled_from([w.HOUSING, w.POWER, w.CENTRE])
squads = st.sampled_from([None, w.PIONEERS, w.RESERVES])
words = st.sampled_from(["已联系企业", "缺少材料", "x"])
notes = st.sampled_from(["", "", "3月5日电话"])
days = st.sampled_from([None, date(2026, 3, 5), date(2026, 4, 1), date(2030, 1, 1)])
ends = st.integers(-3, 400).map(lambda hours: w.START + timedelta(hours=hours))
drafts = st.lists(
    st.builds(c.MilestoneDraft, title=words, due_on=days), max_size=3
).map(tuple)  # fmt: skip

_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "reason": words,
    "legal_basis": words,
    "text": words,
    "summary": words,
    "responsible_leader": words,
    "note": notes,
    "call_note": notes,
    "comment": notes,
    "unit": units,
    "squad": squads,
    "handler": people,
    "to": people,
    "milestones": drafts,
    "milestone": st.integers(1, 6),
    "until": ends,
    "review_on": days,
    "percent": st.one_of(st.none(), st.integers(0, 100)),
    "category": st.sampled_from(["用电", "用工"]),
    "request": words,
    "ruling": words,
    "instruction": st.integers(1, 3),
    "more": st.sampled_from(["1wd", "4wh", "2d", "90m", "40wd"]).map(parse),
}

_CALENDARS = st.sampled_from([None, d.CALENDAR])

COMMAND_TYPES: tuple[type[Any], ...] = get_args(get_args(c.Command)[0])


def of_type(kind: type[Any], by: st.SearchStrategy[Actor] = actors) -> st.SearchStrategy[c.Command]:
    """Any command of that kind."""
    if kind is c.ListDemand:
        return st.one_of(
            st.builds(w.listing, by=by),
            st.builds(w.listing, by=by, policy=st.just(d.rules()), calendar=_CALENDARS),
        )
    fields = {
        name: _FIELDS[name] if name in _FIELDS else field(kind, name)
        for name in kind.model_fields
        if name not in ("by", "kind")
    }
    if kind is c.Amend:
        fields["reason"] = notes
    if kind is c.ContactEnterprise:
        fields["note"] = words
    return st.builds(kind, by=by, **fields)


anything: st.SearchStrategy[c.Command] = st.one_of(*(of_type(kind) for kind in COMMAND_TYPES))
"""Any command by anybody, mostly out of place."""


def entitled(state: DemandState) -> st.SearchStrategy[c.Command]:
    """Any command by somebody who has the right to it, often at the wrong moment."""

    def by_one_of_them(command: c.Command) -> st.SearchStrategy[c.Command]:
        able = [a for a in w.EVERYBODY.values() if right_to(a, command.kind, state)]
        return st.sampled_from(able or [command.by]).map(
            lambda actor: command.model_copy(update={"by": actor})
        )

    return anything.flatmap(by_one_of_them)


_PEOPLE_OF = {w.HOUSING.code: w.HANDLER, w.POWER.code: w.NEIGHBOUR, w.CENTRE.code: w.CLERK}


def _of_unit(state: DemandState) -> Actor:
    assert state.unit is not None
    return _PEOPLE_OF[state.unit.code]


def _worker(state: DemandState) -> Actor:
    if state.member is not None:
        by_account = {actor.account: actor for actor in w.EVERYBODY.values()}
        return by_account[state.member.account]
    return _of_unit(state)


def _to_hand(state: DemandState) -> st.SearchStrategy[Person]:
    return st.sampled_from([w.MEMBER.person(), w.CAPTAIN.person(), w.DEPUTY.person()])


_amending = st.builds(
    c.Amend,
    by=st.just(w.CLERK),
    remark=st.sampled_from(["", "急"]),
    urgency=st.sampled_from(Urgency),
)


_supplying = st.builds(
    c.SupplyMaterial,
    by=st.just(w.OWNER),
    text=words,
    attachments=st.sampled_from([(), (w.FORM,), (w.PHOTO, w.FORM)]),
)


def fitting(state: DemandState | None) -> st.SearchStrategy[c.Command]:
    """A command that somebody entitled to it may well give now."""
    if state is None:
        return st.builds(w.listing, by=st.sampled_from([w.CLERK, w.OPERATOR]))
    usual = _usual(state)
    beside = [_supplying, *_beside(state)] if state.rules is not None else [_supplying]
    return st.one_of(*[usual] * max(4, len(beside)), *beside)


def _usual(state: DemandState) -> st.SearchStrategy[c.Command]:
    match state.status:
        case Status.LISTED if state.adjudicating:
            return st.builds(d.ruling, unit=units, squad=squads)
        case Status.LISTED:
            return _listed()
        case Status.ASSIGNED:
            return _assigned(state)
        case Status.CLAIMED | Status.IN_PROGRESS:
            return st.one_of(*_working(state), _amending)
        case Status.RESOLVED:
            return _resolved(state)
        case _:
            return anything


def _beside(state: DemandState) -> list[st.SearchStrategy[c.Command]]:
    """What came with deadlines, and can be done beside the usual next step."""
    acts: list[st.SearchStrategy[c.Command]] = []
    if state.unit is not None:
        unit = st.just(_of_unit(state))
        acts += [
            of_type(c.ContactEnterprise, unit),
            of_type(c.AskExtension, unit),
            of_type(c.AskCoHandling, unit),
            of_type(c.Instruct, st.just(w.CHAIN_LEADER)),
            of_type(c.Supervise, st.just(w.PARK_LEADER)),
            of_type(c.AdoptCalendar, st.just(w.OPERATOR)),
        ]
        acts += [
            st.builds(c.Respond, by=unit, instruction=st.just(one.number), text=words)
            for one in state.instructions
            if one.responded_at is None
        ]
    if state.extension is not None:
        acts.append(st.builds(c.GrantExtension, by=st.just(w.CLERK), note=notes))
        acts.append(st.builds(c.RefuseExtension, by=st.just(w.CLERK), reason=words))
    for part in state.co_handlings:
        by = st.just(_PEOPLE_OF[part.unit.code])
        acts.append(st.builds(c.AcceptCoHandling, by=by, note=notes))
        acts.append(st.builds(c.ReportCoHandling, by=by, text=words))
        acts.append(st.builds(c.FinishCoHandling, by=by, text=words))
    if state.awaits_follow_up:
        asking = st.builds(
            c.FollowUp, by=st.just(w.CLERK), text=words, satisfied=st.booleans()
        )  # fmt: skip
        acts += [asking] * 3
    return acts


def _listed() -> st.SearchStrategy[c.Command]:
    assigning = st.builds(
        w.assignment,
        by=st.sampled_from([w.CLERK, w.SECRETARY]),
        unit=units,
        squad=st.sampled_from([w.PIONEERS, w.PIONEERS, w.RESERVES, None]),
    )
    rejecting = st.builds(c.Reject, by=st.just(w.CLERK), reason=words)
    return st.one_of(*[assigning] * 10, rejecting, _amending)


def _assigned(state: DemandState) -> st.SearchStrategy[c.Command]:
    unit = _of_unit(state)
    claiming = st.builds(w.claim, by=st.just(unit), squad=st.sampled_from([None, w.PIONEERS]))
    returning = st.builds(c.Return, by=st.just(unit), reason=words, legal_basis=words)
    return st.one_of(claiming, claiming, claiming, returning, returning, _reassigning(), _amending)


def _reassigning() -> st.SearchStrategy[c.Command]:
    return st.builds(c.Reassign, by=st.just(w.CLERK), unit=units, squad=squads, reason=words)


def _working(state: DemandState) -> list[st.SearchStrategy[c.Command]]:
    unit = st.just(_of_unit(state))
    if state.pause is not None:
        return [st.builds(c.Resume, by=unit), _reassigning()]
    planning = st.builds(c.MakePlan, by=unit, summary=words, milestones=drafts)
    handing = st.builds(
        c.Hand, by=st.one_of(unit, st.just(w.CAPTAIN)), to=_to_hand(state)
    )  # fmt: skip
    pausing = st.builds(c.Pause, by=unit, reason=words, until=ends)
    acts: list[st.SearchStrategy[c.Command]] = [planning, handing, pausing]
    if state.status is Status.IN_PROGRESS:
        acts += [_reporting(state), _milestone(state), _resolving(state), _resolving(state)]
    return acts


def _reporting(state: DemandState) -> st.SearchStrategy[c.Command]:
    percent = st.integers(max(0, state.percent - 10), min(100, state.percent + 30))
    return st.builds(c.ReportProgress, by=st.just(_worker(state)), text=words, percent=percent)


def _milestone(state: DemandState) -> st.SearchStrategy[c.Command]:
    numbers = [m.number for m in state.plan.milestones] if state.plan else []
    return st.builds(
        c.CompleteMilestone,
        by=st.just(_worker(state)),
        milestone=st.sampled_from(numbers or [1]),
    )


def _resolving(state: DemandState) -> st.SearchStrategy[c.Command]:
    return st.builds(
        c.Resolve,
        by=st.just(_of_unit(state)),
        outcome=st.sampled_from(Outcome),
        text=words,
        review_on=st.one_of(st.just(date(2030, 1, 1)), days),
    )


def _resolved(state: DemandState) -> st.SearchStrategy[c.Command]:
    evaluating = st.builds(
        c.Evaluate,
        by=st.sampled_from([w.OWNER, w.CLERK]),
        score=st.integers(1, 5),
        call_note=st.sampled_from(["3月5日电话", "3月6日电话", ""]),
    )
    if not state.reviewable:
        return evaluating
    planning = st.builds(
        c.MakePlan, by=st.just(_of_unit(state)), summary=words, milestones=drafts
    )  # fmt: skip
    return st.one_of(evaluating, evaluating, _resolving(state), planning)
