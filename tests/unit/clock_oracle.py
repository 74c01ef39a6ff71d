"""What is due when, found by walking: one tick after the other, sharing no code with the domain.

Time is a whole number of ticks since 2024-01-01 00:00 in the park; a tick is a minute or a second.
The tick `t` is the piece of time that ends at `t`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.unit.state_council import ALL_DAYS, working_days

EPOCH = datetime(2023, 12, 31, 16, 0, tzinfo=UTC)
"""2024-01-01 00:00 in Shanghai."""

WORKED = [day in working_days() for day in ALL_DAYS]
MORNING, NOON, AFTERNOON, EVENING = 8 * 60 + 30, 12 * 60, 13 * 60 + 30, 17 * 60 + 30

Stops = Sequence[tuple[int, int]]


class Walker:
    """Walks with so many ticks a minute."""

    def __init__(self, ticks_a_minute: int) -> None:
        self.minute = ticks_a_minute
        self.day = 24 * 60 * ticks_a_minute
        self.end = self.day * len(ALL_DAYS)
        day = bytearray(self.day + 1)
        for opens, closes in ((MORNING, NOON), (AFTERNOON, EVENING)):
            for tick in range(opens * ticks_a_minute, closes * ticks_a_minute):
                day[tick + 1] = 1
        self.open_ticks = day
        self.closing = EVENING * ticks_a_minute

    def instant(self, tick: int) -> datetime:
        """The instant at which that tick ends."""
        return EPOCH + timedelta(seconds=60 * tick // self.minute)

    def due(self, start: int, measure: str, count: int, stops: Stops) -> int:
        """The tick at which it is due, by walking."""
        running = _running(stops, self.end)
        need = count * {"s": self.minute // 60, "m": self.minute}.get(measure, 60 * self.minute)
        if measure in ("d", "wd"):
            need = count
        passed = 0
        for tick in range(start + 1, self.end):
            if running[tick]:
                passed += self._counts(tick, start, measure, passed, need)
                if passed == need and self._may_end(tick, measure):
                    return tick
        raise LookupError("walked off the table")

    def working_minutes(self, begin: int, end: int, stops: Stops) -> int:
        """The working minutes that end in between, by walking."""
        running = _running(stops, self.end)
        return sum(
            self._is_open(tick) and running[tick] and tick % self.minute == 0
            for tick in range(begin + 1, end + 1)
        )

    def opening(self, tick: int) -> int:
        """The first tick, from this one on, after which the office is open."""
        while not self._is_open(tick + 1):
            tick += 1
        return tick

    def within(self, tick: int, hours: Sequence[tuple[int, int]]) -> int:
        """The first tick, from this one on, after which it is within these minutes of a workday."""
        while not any(
            self._works(tick + 1) and opens < self._minute_of_day(tick + 1) <= closes
            for opens, closes in hours
        ):
            tick += 1
        return tick

    def remind(self, due: int, measure: str, count: int, stops: Stops) -> int | None:
        """The tick after which to remind, by walking back from due and then out of the pauses."""
        tick = self._back(due, measure, count)
        running = _running(stops, self.end)
        paused = not running[tick]
        while paused and not running[tick + 1]:
            tick += 1
        return tick if tick < due else None

    def _back(self, due: int, measure: str, count: int) -> int:
        tick, last_day = due, (due - 1) // self.day
        ticks = count * {"s": self.minute // 60, "m": self.minute}.get(measure, 60 * self.minute)
        passed = 0
        while True:
            if measure in ("s", "m", "h", "wh"):
                passed += measure != "wh" or self._is_open(tick)
                tick -= 1
                if passed == ticks:
                    return tick
                continue
            tick -= 1
            opens = self._works(tick + 1) and tick % self.day == MORNING * self.minute
            days_before = last_day - tick // self.day
            passed += opens and days_before > 0
            if opens and (days_before >= count if measure == "d" else passed == count):
                return tick

    def _minute_of_day(self, tick: int) -> int:
        return -(-self._of_day(tick) // self.minute)

    def _counts(self, tick: int, start: int, measure: str, passed: int, need: int) -> bool:
        if measure in ("s", "m", "h"):
            return True
        if measure == "wh":
            return self._is_open(tick)
        later_day = (tick - 1) // self.day > start // self.day
        if measure == "wd":
            return later_day and self._works(tick) and self._of_day(tick) == self.closing
        return later_day and self._of_day(tick) == self.day and passed < need

    def _may_end(self, tick: int, measure: str) -> bool:
        if measure == "d":
            return self._of_day(tick) == self.day and self._works(tick)
        return True

    def _of_day(self, tick: int) -> int:
        return (tick - 1) % self.day + 1

    def _works(self, tick: int) -> bool:
        return WORKED[(tick - 1) // self.day]

    def _is_open(self, tick: int) -> bool:
        return bool(self._works(tick) and self.open_ticks[self._of_day(tick)])


class _Running:
    """Whether the clock runs in a tick, by the edges of the pauses."""

    def __init__(self, edges: list[int]) -> None:
        self._edges = edges

    def __getitem__(self, tick: int) -> bool:
        return bisect_right(self._edges, tick) % 2 == 0


def _running(stops: Stops, end: int) -> bytearray | _Running:
    if end > 10_000_000:
        # A second walk has too many ticks to mark: at most one pause, by its edges.
        assert len(stops) <= 1
        return _Running(
            [edge + 1 for since, until in stops if until > since for edge in (since, until)]
        )
    marks = bytearray(b"\1") * end
    for since, until in stops:
        for tick in range(max(since, 0) + 1, min(until, end - 1) + 1):
            marks[tick] = 0
    return marks
