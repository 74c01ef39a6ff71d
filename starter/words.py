"""How a demand's facts read: whose turn it is, when something happened, what an event says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain import events as e
from domain.actors import Actor
from domain.authority import CommandKind, right_to
from domain.sealing import SealedEvent, SealedState, SeenEvent
from domain.state import DemandState, Plan, holder
from domain.values import Person, Role, Status
from runtime.text import text
from starter.word_parts import deadline as deadline
from starter.word_parts import place as place
from starter.word_parts import say
from starter.word_parts import when as when
from starter.words_time import clock_due as clock_due
from starter.words_time import time_parts


def status(state: DemandState) -> str:
    """The status, with the facts about it: overdue, a pause, the round."""
    shown = text(f"word.{state.status.value}")
    if state.overdue:
        shown = text("cli.overdue", status=shown)
    if state.pause is not None:
        shown += text("cli.status_paused", until=deadline(state.pause.until))
    if state.round > 1:
        shown += text("cli.status_round", round=state.round)
    return shown


def turn(state: DemandState) -> str:
    """Whose turn it is, by name; empty where nothing more can happen."""
    now = holder(state)
    if now is None:
        return ""
    if state.extension is not None:
        return text("cli.turn_extension")
    match now.role:
        case Role.UNIT:
            return state.unit.name if state.unit else ""
        case Role.ENTERPRISE:
            return state.enterprise.name
        case _:
            return text("cli.turn_bureau", chain=state.chain.name)


_NEXT_ACTS: Mapping[str, CommandKind] = {
    "listed": "assign",
    "adjudicating": "adjudicate",
    "assigned": "claim",
    "ruled": "claim",
    "claimed": "plan",
    "in_progress": "report_progress",
    "done": "resolve",
    "paused": "resume",
    "paused_extension": "grant_extension",
    "respond": "respond",
    "co_accept": "accept_co_handling",
    "co_finish": "finish_co_handling",
    "extension": "grant_extension",
    "follow_up": "follow_up",
}


def next_step(state: DemandState, by: Actor | None = None) -> str:
    """What the one whose turn it is can do now, as commands; `by` is who has just acted."""
    key = _beside(state, by) or _own_next(state)
    if not key:
        return ""
    facts: dict[str, object] = {"demand": state.demand, "uscc": state.enterprise.uscc}
    facts["number"] = next(iter(_unanswered(state)), 0)
    if key in _NEXT_ACTS:
        facts["account"] = _account_for(_NEXT_ACTS[key], state, by)
    return text(f"cli.next_{key}", **facts)


def _own_next(state: DemandState) -> str:
    """The next step of the demand's own life."""
    match state.status:
        case Status.LISTED:
            return "adjudicating" if state.adjudicating else "listed"
        case Status.ASSIGNED | Status.CLAIMED | Status.IN_PROGRESS if state.pause is not None:
            return "paused"
        case Status.IN_PROGRESS:
            return "done" if _all_milestones_done(state) else "in_progress"
        case Status.ASSIGNED if state.ruled:
            return "ruled"
        case Status.ASSIGNED | Status.CLAIMED:
            return state.status.value
        case Status.RESOLVED if state.awaits_follow_up:
            return "follow_up"
        case Status.RESOLVED:
            spoken = state.resolution is not None and state.resolution.evaluated
            return "review" if spoken else "resolved"
        case _:
            return ""


def _beside(state: DemandState, by: Actor | None) -> str:
    """What waits beside it and comes first: a decision, a part of another's, an instruction."""
    if state.extension is not None:
        return "extension" if state.pause is None else "paused_extension"
    helps = [part for part in state.co_handlings if part.open and by and part.unit.code == by.unit]
    if helps:
        return "co_finish" if helps[0].accepted_at else "co_accept"
    works = state.status in (Status.CLAIMED, Status.IN_PROGRESS)
    return "respond" if works and state.pause is None and _unanswered(state) else ""


def _unanswered(state: DemandState) -> list[int]:
    return [one.number for one in state.instructions if one.responded_at is None]


def _all_milestones_done(state: DemandState) -> bool:
    milestones = state.plan.milestones if state.plan else ()
    return bool(milestones) and all(one.completed_at is not None for one in milestones)


_NOT_THE_HANDLER_S = (
    *("assign", "claim", "adjudicate", "grant_extension", "follow_up"),
    *("accept_co_handling", "finish_co_handling"),
)


def _account_for(kind: CommandKind, state: DemandState, by: Actor | None) -> str:
    """Whose account does this next: who has just acted if they may, or the one it was given to."""
    may = by is not None and right_to(by, kind, state) is not None
    if kind == "report_progress" and state.member and not (by and by.role is Role.UNIT):
        return state.member.account
    in_their_stead = kind == "respond" and by is not None and by.role is Role.BUREAU
    if by is not None and may and not in_their_stead:
        return by.account
    given = None if kind in _NOT_THE_HANDLER_S else state.handler
    return given.account if given else text("cli.some_account")


def named(name: str, code: str) -> str:
    """A name with its code, account or remark in brackets."""
    return text("cli.named", name=name, code=code)


def who(event: e.EventBase) -> str:
    """Who acted: the post, and the account in brackets; the clock is nobody's account."""
    if event.by.role is Role.CLOCK:
        return text("word.clock")
    return named(event.by.post, event.by.account)


def right(event: e.EventBase) -> str:
    """With what right; empty for the clock, whose name says it."""
    return "" if event.by.role is Role.CLOCK else text(f"right.{event.right.value}")


_STOPS = "。．.；;，,"
"""What a text that somebody wrote may end with, where more is said after it."""


def said(event: SeenEvent, plan: Plan | None = None) -> str:
    """What an event says beyond its kind, in one line; `plan` has the milestones' titles."""
    parts = (*_parts(event, plan), attached(event))
    *before, last = [part for part in parts if part] or [""]
    return text("cli.semicolon").join((*(part.rstrip(_STOPS) for part in before), last))


def attached(event: SeenEvent) -> str:
    """The names of what was attached; empty for nothing."""
    names = [one.name for one in getattr(event, "attachments", ())]
    return say("attachments", names=text("cli.list_comma").join(names)) if names else ""


def _parts(event: SeenEvent, plan: Plan | None) -> Iterable[str]:
    match event:
        case SealedEvent():
            yield say("sealed")
        case e.Listed():
            yield event.list_id
            if event.source is not None:
                source = event.source
                yield say("source", file=source.file, sheet=source.sheet, row=source.row)
        case e.Amended():
            yield from _amendments(event)
        case e.Rejected():
            yield event.reason
        case e.Assigned():
            yield place(event.unit, event.squad)
            yield event.note
        case e.Reassigned():
            old, new = event.previous_unit.name, place(event.unit, event.squad)
            yield say("reassigned", old=old, new=new, reason=event.reason)
        case e.Claimed():
            yield say("claimed", leader=event.responsible_leader, handler=event.handler.post)
            yield event.squad.name if event.squad else ""
        case e.Returned():
            yield event.unit.name
            yield event.reason
            yield say("legal_basis", text=event.legal_basis)
        case e.Planned():
            yield event.summary
            yield say("milestones", count=len(event.milestones)) if event.milestones else ""
        case e.Handed():
            yield say("handed", post=event.to.post, account=event.to.account)
        case e.ProgressReported():
            yield event.text
            yield f"{event.percent}%" if event.percent is not None else ""
        case e.MilestoneCompleted():
            yield _milestone(event.milestone, plan)
            yield event.note
        case e.Paused():
            yield event.reason
            yield say("until", until=deadline(event.until))
        case e.Resumed():
            yield event.note
        case e.Resolved():
            yield text(f"word.{event.outcome.value}")
            yield event.text
            yield say("review_on", day=event.review_on) if event.review_on else ""
        case e.Evaluated():
            yield say("score", score=event.score)
            yield event.comment
            yield say("call_note", note=event.call_note) if event.call_note else ""
        case e.Reopened():
            yield say("round", round=event.round)
        case e.Withdrawn():
            yield event.reason
            yield say("call_note", note=event.call_note) if event.call_note else ""
        case e.MaterialSupplied():
            yield event.text
            yield say("call_note", note=event.call_note) if event.call_note else ""
        case e.Closed():
            pass
        case _:
            yield from time_parts(event)


def _milestone(number: int, plan: Plan | None) -> str:
    titles = {one.number: one.title for one in (plan.milestones if plan else ())}
    if number in titles:
        return say("milestone_titled", number=number, title=titles[number])
    return say("milestone", number=number)


def _amendments(event: e.Amended) -> Iterable[str]:
    if event.category is not None:
        yield say("change", field=text("cli.field_category"), value=event.category)
    if event.urgency is not None:
        word = text(f"word.{event.urgency.value}")
        yield say("change", field=text("cli.field_urgency"), value=word)
    if event.raised_on is not None:
        yield say("change", field=text("cli.field_raised_on"), value=event.raised_on)
    if event.contact is not None:
        value = " ".join(part for part in (event.contact.name, event.contact.phone) if part)
        yield say("change", field=text("cli.field_contact"), value=value or text("cli.empty"))
    if event.remark is not None:
        value = event.remark or text("cli.empty")
        yield say("change", field=text("cli.field_remark"), value=value)
    yield event.reason


def person(somebody: Person | None) -> str:
    """A post, and its account in brackets; empty for nobody."""
    if somebody is None:
        return ""
    return named(somebody.post, somebody.account)


def pause(state: DemandState) -> str:
    """The pause in force."""
    if state.pause is None:
        return ""
    return text("cli.pause_until", reason=state.pause.reason, until=deadline(state.pause.until))


def resolution(state: DemandState) -> str:
    """The unit's word on what came of it."""
    if state.resolution is None:
        return ""
    shown = f"{text(f'word.{state.resolution.outcome.value}')} · {state.resolution.text}"
    day = state.resolution.review_on
    return f"{shown} · {say('review_on', day=day)}" if day else shown


def evaluations(state: DemandState) -> str:
    """The enterprise's word on each round, or that it is sealed."""
    if isinstance(state, SealedState):
        return text("cli.semicolon").join(
            text("cli.evaluation_sealed", round=one.round) for one in state.sealed
        )
    return text("cli.semicolon").join(
        text("cli.evaluation", round=one.round, score=one.score, comment=one.comment).strip()
        for one in state.evaluations
    )
