"""The small park under rules with deadlines: a calendar, a rule set, and lives that tell the time.

March 2026 in this park: the 5th is a Thursday, the 14th a Saturday worked for the 16th, a Monday
off. The office is open from 08:30 to 12:00 and from 13:30 to 17:30.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from domain import commands as c
from domain import events as e
from domain.actors import Actor
from domain.calendar import PARK_TIME, Calendar, Holiday, YearTable, never_closing
from domain.chain import append
from domain.decide import decide
from domain.evolve import evolve
from domain.rules import Clock, Rules
from domain.running import Fate, Running
from domain.tick import tick
from domain.timekeeping import next_due
from tests.unit import domain_world as w

FOUNDING = Holiday(name="建园日", first=date(2026, 3, 16), last=date(2026, 3, 16))
YEAR = YearTable(
    year=2026,
    version="2026.1",
    source="通知",
    provisional=False,
    holidays=(FOUNDING.model_copy(update={"work": (date(2026, 3, 14),)}),),
)
CALENDAR = Calendar(version="park-1", hours=("08:30-12:00", "13:30-17:30"), years=(YEAR,))

_RULES: dict[str, Any] = {
    "format": 2,
    "name": "park",
    "title": "测试规则",
    "version": "1",
    "source": "安工管〔2026〕2号",
    "clocks": {
        "assign": "1wd",
        "decide": "1wd",
        "contact": "60m",
        "claim": "1wd",
        "plan": "3wd",
        "answer": "2wd",
        "resolve": "10wd",
        "progress": "5wd",
        "co_handle": "3wd",
        "instruct": "2wd",
        "evaluate": "5wd",
        "follow_up": "10wd",
        "review": "90d",
    },
    "special": [{"urgencies": ["major"], "clocks": {"claim": "2wh", "resolve": "5wd"}}],
    "reminders": [
        {"clocks": ["claim", "plan"], "before": "4wh"},
        {"clocks": ["resolve"], "before": "2wd", "to": ["unit", "squad"]},
    ],
    "ladder": [
        {"step": "chase", "to": ["unit", "squad"]},
        {"after": "1wd", "step": "escalate", "to": ["secretary_unit", "chain_leader"]},
        {"after": "3wd", "step": "supervise", "to": ["committee"], "copy_to": ["bureau"]},
        {"after": "5wd", "step": "criticise", "to": ["unit_leader"], "copy_to": ["supervision"]},
    ],
    "returns": {"within": "1wd", "adjudicate_at": 2},
    "extensions": {"at_most": 2, "ask_before": "1wd", "longest": "20wd"},
    "pauses": {"at_most": 2, "longest": "30d"},
    "evaluation": {"rounds": 2},
    "messages": {"hours": ["09:00-12:00", "14:00-17:00"], "any_time_for": ["major"]},
}


def park(text: str) -> datetime:
    """An instant of 2026 as the park writes it: `03-05 09:00`."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=PARK_TIME)


def said(instant: datetime) -> str:
    """An instant as `park` reads it."""
    return f"{instant.astimezone(PARK_TIME):%m-%d %H:%M}"


@cache
def _rules() -> Rules:
    return Rules.model_validate(_RULES)


def rules(**changes: Any) -> Rules:
    """The rule set, with other sections in place of some."""
    return Rules.model_validate(_RULES | changes) if changes else _rules()


def clocks(**changes: str | None) -> dict[str, str]:
    """The section of that name, with some clocks given another time, or none."""
    return {name: time for name, time in (_RULES["clocks"] | changes).items() if time is not None}


OPENING = park("03-05 09:00")


class Life(w.Story):
    """One demand under rules with deadlines: each act at its instant, the clock before it."""

    def __init__(self, policy: Rules | None = None, calendar: Calendar = CALENDAR) -> None:
        super().__init__()
        self.at = OPENING
        self.calendar = calendar
        self.policy = policy or rules()

    def listed(self, **fields: Any) -> Life:
        """Put it on the list, now."""
        given = {"policy": self.policy, "calendar": self.calendar} | fields
        return self.now(w.listing(**({"urgency": "general"} | given)))

    def now(self, *commands: c.Command) -> Life:
        """Act at this very instant; the clock has its turn before each."""
        for command in commands:
            self.until(self.at)
            self._keep(f"c{self.head.seq}", decide(self.past, command, self.at))
        return self

    def on(self, when: str, *commands: c.Command) -> Life:
        """Let the time pass until then, and act."""
        return self.until(park(when)).now(*commands)

    def do(self, *commands: c.Command) -> Life:
        """Ten minutes between two acts, so that none of them is like another."""
        for command in commands:
            self.until(self.at + timedelta(minutes=10)).now(command)
        return self

    def until(self, at: datetime | str) -> Life:
        """Let the time pass, the clock acting at each instant at which it wants to."""
        end = park(at) if isinstance(at, str) else at
        while self.past is not None and (due := next_due(self.past)) is not None and due <= end:
            self.at = max(self.at, due)
            self._tick()
        self.at = end
        return self

    def jump(self, at: datetime | str) -> Life:
        """Let the time pass while nothing runs, then let the clock make up for it."""
        self.at = park(at) if isinstance(at, str) else at
        while self._tick():
            pass
        return self

    def _tick(self) -> bool:
        assert self.past is not None
        events = tick(self.past, self.at)
        self._keep("clock", events)
        return bool(events)

    def _keep(self, command_id: str, events: Iterable[e.Event]) -> None:
        self.head, recorded = append(self.head, w.DEMAND, command_id, events)
        for one in recorded:
            self.past = evolve(self.past, one.event)
        self.events += [one.event for one in recorded]
        self.recorded += recorded

    # ---- what was promised -----------------------------------------------------------------

    def clock(self, clock: Clock, subject: str = "") -> Running:
        """The running clock."""
        found = self.state.clock(clock, subject)
        assert found is not None, f"{clock} does not run"
        return found

    def due(self, clock: Clock, subject: str = "") -> str:
        """When it is due."""
        return said(self.clock(clock, subject).due)

    def dues(self) -> dict[str, str]:
        """All that runs, by name, with when it is due."""
        return {
            f"{r.clock}{f':{r.subject}' if r.subject else ''}": said(r.due)
            for r in self.state.running
        }

    def last(self, fate: Fate) -> list[str]:
        """The clocks to which the last event did that."""
        changes = self.events[-1].clocks
        return sorted(change.running.clock.value for change in changes if change.fate is fate)

    def by_the_clock(self, *kinds: str) -> list[tuple[str, str, str]]:
        """What the clock did: the kind, of which clock, and the instant it was meant for."""
        return [
            (event.kind, event.clock.value, said(event.planned))
            for event in self.events
            if isinstance(event, e.ClockEvent | e.Supervised)
            and event.clock is not None
            and event.planned is not None
            and (not kinds or event.kind in kinds)
        ]

    def told(self) -> list[str]:
        """Whom the last event tells; `cc` marks those who get a copy."""
        return [
            f"{'cc ' if one.copy_to else ''}{one.recipient}{f':{one.code}' if one.code else ''}"
            for one in self.events[-1].tell
        ]


def demo(policy: Rules) -> Calendar:
    """The calendar that a demand under these rules gets."""
    return never_closing() if policy.office.never_closes else CALENDAR


def assigned(policy: Rules | None = None) -> Life:
    """Listed at 09:00 on the 5th, assigned ten minutes later."""
    return Life(policy).listed().do(w.assignment())


def claimed(policy: Rules | None = None) -> Life:
    return assigned(policy).do(w.claim())


def in_progress(policy: Rules | None = None) -> Life:
    return claimed(policy).do(w.plan("勘察"))


def resolved(policy: Rules | None = None) -> Life:
    return in_progress(policy).do(
        c.CompleteMilestone(by=w.MEMBER, milestone=1), w.resolution()
    )  # fmt: skip


def paused(policy: Rules | None = None, until: str = "03-12 09:00") -> Life:
    return in_progress(policy).do(c.Pause(by=w.HANDLER, reason="等材料", until=park(until)))


def helped(policy: Rules | None = None) -> Life:
    """Another unit does a part."""
    return in_progress(policy).do(
        c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="请协助停电施工")
    )


def whole_life() -> Life:
    """A life in which everything that deadlines brought happens, and then it is closed."""
    life = Life(rules(evaluation={"rounds": 2, "follow_up": 100})).listed()
    talk = c.ContactEnterprise(by=w.HANDLER, note="已电话联系", answers=True)
    life.do(w.assignment(), talk)
    life.on("03-13 09:00", long_holiday())
    life.do(
        c.Instruct(by=w.CHAIN_LEADER, text="请抓紧办理"),
        c.Respond(by=w.HANDLER, instruction=1, text="已安排"),
        c.Supervise(by=w.CLERK, reason="企业催问"),
        w.claim(),
        w.plan(),
        asked("4wd"),
        c.RefuseExtension(by=w.CLERK, reason="请先安排"),
        asked("3wd"),
        c.GrantExtension(by=w.CLERK),
        c.AskCoHandling(by=w.HANDLER, unit=w.POWER, request="请协助停电施工"),
        c.AcceptCoHandling(by=w.NEIGHBOUR),
        c.ReportCoHandling(by=w.NEIGHBOUR, text="已排期"),
        c.FinishCoHandling(by=w.NEIGHBOUR, text="已停电"),
    )
    unhappy = c.Evaluate(by=w.OWNER, score=1)
    life.do(w.resolution(), unhappy, w.plan(), w.resolution(), unhappy)
    life.do(ruling(w.HOUSING, w.PIONEERS), w.claim(), w.plan(), w.resolution())
    life.do(c.Evaluate(by=w.OWNER, score=5))
    return life.do(c.FollowUp(by=w.CLERK, text="企业满意", satisfied=True))


def returning(by: Actor = w.HANDLER) -> c.Return:
    return c.Return(by=by, reason="非本单位职责", legal_basis="三定方案")


def adjudicating() -> Life:
    """Given back twice."""
    return assigned().do(returning(), w.assignment(), returning())


def asked(more: str = "3wd") -> c.AskExtension:
    return c.AskExtension.model_validate({"by": w.HANDLER, "more": more, "reason": "设备未到"})


def adopted(version: str = "park-2", **changes: Any) -> c.AdoptCalendar:
    """A new calendar: `holidays` are those of its 2026."""
    year = YEAR.model_copy(update={"version": "2026.2"} | changes)
    calendar = CALENDAR.model_copy(update={"version": version, "years": (year,)})
    return c.AdoptCalendar(by=w.CLERK, calendar=calendar)


def long_holiday(last: date = date(2026, 3, 12)) -> c.AdoptCalendar:
    """A new calendar with days off from the 6th on."""
    return adopted(holidays=(Holiday(name="放假", first=date(2026, 3, 6), last=last),))


def ruling(unit: Any = w.POWER, squad: Any = None) -> c.Adjudicate:
    return c.Adjudicate(by=w.CLERK, unit=unit, squad=squad, ruling="由该单位办理")
