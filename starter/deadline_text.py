"""A deadline's derivation as sentences, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial

from domain.calendar import ONE_DAY, PARK_TIME
from domain.deadline import Deadline, Part, PartKind, Stretch, Why, explain
from domain.duration import Duration, Measure
from runtime.text import language, text


def derivation(deadline: Deadline, began: str = "", lang: str | None = None) -> str:
    """The whole derivation in one sentence. `began` says what started the clock: 交办, 认领.

    Years are written where they differ from the year of the start.
    """
    year = deadline.start.astimezone(PARK_TIME).year
    words = _Words(deadline.rule.measure, lang or language(), began, year)
    shown = (part for part in explain(deadline) if not words.passed_at_once(part))
    parts = words.say("joined").join(words.part(part) for part in shown)
    return parts + words.say("end")


def due_text(deadline: Deadline, lang: str | None = None) -> str:
    """When it is due, with the year; or that it stands still, and what is left."""
    words = _Words(deadline.rule.measure, lang or language())
    ends = (PartKind.DUE, PartKind.STANDS_STILL)
    return next(words.part(part) for part in explain(deadline) if part.kind in ends)


def duration_text(duration: Duration, lang: str | None = None) -> str:
    """`10wd` as people say it."""
    one = "_one" if duration.count == 1 else ""
    return text(f"duration.{duration.measure.value}{one}", lang, count=duration.count)


def moment_text(at: datetime, lang: str | None = None, year: int | None = None) -> str:
    """An instant, with its year unless it is that one; midnight is 24:00 of the day it ends."""
    local = at.astimezone(PARK_TIME)
    day = None if local.time() != time() else local.date() - ONE_DAY
    return _Words(Measure.DAYS, lang or language(), year=year).end(at, day)


class _Words:
    """`year` is the one that goes without saying."""

    def __init__(
        self, measure: Measure, lang: str, began: str = "", year: int | None = None
    ) -> None:
        self._lang = lang
        self._measure = measure
        self._year = year
        self._began = began

    def say(self, key: str, /, **facts: object) -> str:
        return text(f"deadline.{key}", self._lang, **facts)

    def passed_at_once(self, part: Part) -> bool:
        """Whether it is a pause that would read as if it had ended when it began."""
        since, until = part.at, part.until
        if part.kind is not PartKind.PAUSED or since is None or until is None:
            return False
        return self.moment(since) == self.moment(until)

    def part(self, part: Part) -> str:
        say = partial(self.say, f"part_{part.kind.value}")
        match part:
            case Part(kind=PartKind.BEGINS, rule=Duration() as rule, at=datetime() as at):
                shown = duration_text(rule, self._lang)
                if self._began:
                    began = self._began
                    return self.say("part_begins_with", rule=shown, at=self.moment(at), began=began)
                return say(rule=shown, at=self.moment(at))
            case Part(kind=PartKind.NEXT_DAY, day=date() as day):
                return say(day=self.day(day))
            case Part(stretch=Stretch() as stretch):
                amount = self.amount(stretch.counted)
                return say(days=self.days(stretch), why=self.why(stretch), amount=amount)
            case Part(kind=PartKind.PAUSED, at=datetime() as since, until=None):
                return self.say("part_paused_open", since=self.moment(since))
            case Part(kind=PartKind.PAUSED, at=datetime() as since, until=datetime() as until):
                return say(since=self.moment(since), until=self.moment(until))
            case Part(kind=PartKind.DUE, at=datetime() as at):
                return say(at=self.end(at, part.day))
            case Part(kind=PartKind.STANDS_STILL, left=int() as left):
                return say(amount=self.amount(left))
            case _:
                return say(years="、".join(map(str, part.years)))

    def why(self, stretch: Stretch) -> str:
        weekday = self.say(f"weekday_{stretch.first.isoweekday()}")
        one_day = stretch.first == stretch.last
        key = "weekend_day" if stretch.why is Why.WEEKEND and one_day else stretch.why.value
        return self.say(key, weekday=weekday, name=stretch.name)

    def amount(self, count: int) -> str:
        if self._measure in (Measure.DAYS, Measure.WORKING_DAYS):
            return self.say("day_count", count=count)
        hours, minutes, seconds = count // 3600, count // 60 % 60, count % 60
        if seconds and count < 3600:
            return self.say("seconds_only", seconds=count)
        if hours and minutes:
            return self.say("hour_minute", hours=hours, minutes=minutes)
        if hours:
            return self.say("hours_only", hours=hours)
        return self.say("minutes_only", minutes=minutes)

    def days(self, stretch: Stretch) -> str:
        first, last = self.day(stretch.first), self.day(stretch.last)
        return first if first == last else first + self.say("to") + last

    def day(self, day: date) -> str:
        key = "date" if day.year == self._year else "date_year"
        month = self.say(f"month_{day.month}")
        return self.say(key, year=day.year, month=month, day=day.day)

    def moment(self, at: datetime) -> str:
        local = at.astimezone(PARK_TIME)
        clock = f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"
        return self.say("date_time", date=self.day(local.date()), time=clock)

    def end(self, at: datetime, day: date | None) -> str:
        """The due instant; midnight is 24:00 of the day that it ends."""
        local = at.astimezone(PARK_TIME)
        if day is not None and local.date() == day + ONE_DAY:
            return self.say("date_time", date=self.day(day), time="24:00")
        return self.moment(at)
