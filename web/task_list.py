"""My tasks as cards: what to do, by when, and the form of the next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.actors import Actor
from domain.authority import CommandKind
from domain.calendar import PARK_TIME
from domain.open_acts import open_acts
from domain.remaining import remaining
from domain.state import DemandState
from domain.tasks import Task, TaskKind, by_urgency
from ledger.pool import Pool
from ledger.waiting import Waiting, states_of
from runtime.text import text
from starter import clock_text
from starter.deadline_text import moment_text
from web.act_fields import FIELDS
from web.demand_view import colour_of

Group = Literal["overdue", "soon", "later"]
GROUPS: tuple[Group, ...] = ("overdue", "soon", "later")

_ACTS: dict[TaskKind, CommandKind] = {
    TaskKind.ASSIGN: "assign",
    TaskKind.CLAIM: "claim",
    TaskKind.PLAN: "plan",
    TaskKind.HAND: "hand",
    TaskKind.WORK: "report_progress",
    TaskKind.RESUME: "resume",
    TaskKind.REVIEW: "resolve",
    TaskKind.EVALUATE: "evaluate",
    TaskKind.ADJUDICATE: "adjudicate",
    TaskKind.FOLLOW_UP: "follow_up",
    TaskKind.EXTENSION: "grant_extension",
    TaskKind.RESPOND: "respond",
    TaskKind.INSTRUCT: "instruct",
}
"""The step that a task asks for, where it is always the same one."""

_kept: dict[Pool, Waiting] = {}


@dataclass(frozen=True)
class Card:
    """One task. `act` is None where nothing can be done from here; `by` is when, as people say.

    `promise` where that is what somebody promised, not what the rules say.
    """

    demand: str
    what: str
    state: DemandState
    act: CommandKind | None
    href: str
    colour: str
    by: str
    at: datetime | None
    promise: bool


@dataclass(frozen=True)
class Cards:
    """A group of tasks: so many there are, and those that are shown."""

    group: Group
    count: int
    shown: tuple[Card, ...]


def waiting_of(pool: Pool) -> Waiting:
    """What this process remembers of people's tasks."""
    if pool not in _kept:
        _kept.clear()  # of pools that were closed nothing is kept
        _kept[pool] = Waiting(pool)
    return _kept[pool]


async def cards_of(
    pool: Pool, actor: Actor, now: datetime, soon: datetime, limit: int
) -> tuple[list[Cards], int]:
    """The actor's tasks by group, most urgent first, the first `limit` of them; and how many."""
    tasks = by_urgency(await waiting_of(pool).of(actor), now)
    found = [(group_of(task, now, soon), task) for task in tasks]
    found.sort(key=lambda one: GROUPS.index(one[0]))
    counts = Counter(group for group, _ in found)
    shown = found[:limit]
    states = await states_of(pool, {task.demand for _, task in shown})
    cards: dict[Group, list[Card]] = {group: [] for group in GROUPS}
    for group, task in shown:
        if task.demand in states:
            cards[group].append(_card(task, actor, states[task.demand], now, soon))
    groups = [Cards(group, counts[group], tuple(cards[group])) for group in GROUPS]
    return [one for one in groups if one.count], len(tasks)


def group_of(task: Task, now: datetime, soon: datetime) -> Group:
    """Whether it is late, to be done by closing time of the next working day, or has time."""
    if task.late(now):
        return "overdue"
    first = _first(task.due, task.promised_by)
    return "soon" if first is not None and first <= soon else "later"


def _first(*instants: datetime | None) -> datetime | None:
    return min((one for one in instants if one is not None), default=None)


def _card(task: Task, actor: Actor, state: DemandState, now: datetime, soon: datetime) -> Card:
    step = step_of(task, actor, state)
    act = step if step in FIELDS and step in open_acts(actor, state, now) else None
    at = _first(task.due, task.promised_by)
    href = f"/demands/{task.demand}/acts/{act}" if act else f"/demands/{task.demand}"
    return Card(
        demand=task.demand,
        what=text(f"task.{task.kind.value}", number=task.number),
        state=state,
        act=act,
        href=f"{href}?chosen={task.number}" if act == "respond" else href,
        colour=colour_of(at, now, soon) if at is not None else "none",
        by=_by(task, state, now),
        at=at,
        promise=at is not None and at != task.due,
    )


def step_of(task: Task, actor: Actor, state: DemandState) -> CommandKind:
    """The act that the task wants next."""
    match task.kind:
        case TaskKind.RESOLVE:
            return "resolve" if _all_done(state) else "report_progress"
        case TaskKind.CO_HANDLE:
            own: Iterable[bool] = (
                part.accepted_at is not None
                for part in state.co_handlings
                if part.open and part.unit.code == actor.unit
            )
            return "finish_co_handling" if next(iter(own), False) else "accept_co_handling"
        case _:
            return _ACTS[task.kind]


def _all_done(state: DemandState) -> bool:
    """Whether the plan's milestones are completed, or the work is said to be."""
    planned: Sequence[object] = state.plan.milestones if state.plan else ()
    return state.percent == 100 or (bool(planned) and not state.open_milestones)


def _by(task: Task, state: DemandState, now: datetime) -> str:
    """When it is due, as people say it; of a promise, what was promised for when."""
    promised = task.promised_by
    if promised is not None and (task.due is None or promised < task.due):
        key = "web.tasks_promise_broken" if promised <= now else "web.tasks_promised"
        year = now.astimezone(PARK_TIME).year
        return text(key, when=moment_text(promised, year=year))
    running = next((one for one in state.running if one.due == task.due), None)
    if running is None:
        return ""
    name = clock_text.clock_text(*running.key, clock_text.names_of(state))
    return text(
        "web.tasks_clock",
        clock=name,
        left=clock_text.remaining_text(remaining(state, running, now)),
    )
