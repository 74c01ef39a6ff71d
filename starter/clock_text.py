"""A running clock as people read it: its name, how it was reckoned, what is left and what next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

from domain.calendar import PARK_TIME
from domain.duration import Duration, Measure
from domain.notice import Notice
from domain.remaining import Remaining
from domain.rules import Clock, Recipient, Rules, Rung
from domain.running import Appointment, Doing, Running
from domain.state import DemandState
from domain.tick import foreseen
from domain.timekeeping import EXTENSION
from runtime.text import catalogue, language, text
from starter.deadline_text import derivation, duration_text, moment_text

_HOUR, _MINUTE = 3600, 60


def clock_text(
    clock: Clock, subject: str, names: Mapping[str, str], lang: str | None = None
) -> str:
    """Its name, with what tells it apart: 办结, 协办（市供电局）, 批示落实（第 1 号批示）."""
    name = text(f"rules.name_{clock.value}", lang)
    match clock:
        case Clock.CO_HANDLE:
            of = names.get(subject, subject)
        case Clock.INSTRUCT:
            of = text("cli.said_instruction", lang, number=subject)
        case Clock.DECIDE:
            return text(f"clock.{'extension' if subject == EXTENSION else 'adjudication'}", lang)
        case _:
            return name
    return text("clock.of", lang, clock=name, of=of)


def in_order(state: DemandState) -> list[Running]:
    """The running clocks, first due first."""
    return sorted(state.running, key=lambda running: running.due)


def names_of(state: DemandState) -> dict[str, str]:
    """The names, by code, of those whom a demand concerns."""
    parties = (state.unit, state.squad, state.chain, *(part.unit for part in state.co_handlings))
    found = {party.code: party.name for party in parties if party is not None}
    found[state.enterprise.uscc] = state.enterprise.name
    if state.handler is not None:
        found[state.handler.account] = state.handler.post
    return found


def reckoning(running: Running, began: str = "", lang: str | None = None) -> str:
    """How its due instant was reckoned, for whoever recomputes it by hand.

    `began` is the kind of the event that started it.
    """
    parts = reckoning_parts(running, began, lang)
    return reduce(lambda first, then: text("clock.then", lang, first=first, then=then), parts)


def reckoning_parts(running: Running, began: str = "", lang: str | None = None) -> list[str]:
    """The same, each extension a sentence of its own."""
    if running.fixed is not None:
        key = "fixed_pause" if running.clock is Clock.PAUSE else "fixed_review"
        return [text(f"clock.{key}", lang, due=moment_text(running.fixed, lang))]
    words = [_began(began, lang), *[text("clock.began_extension", lang)] * (len(running.legs) - 1)]
    parts = [derivation(leg, word, lang) for leg, word in zip(running.legs, words, strict=True)]
    if running.not_before is not None and running.due == running.not_before:
        parts.append(text("clock.not_before", lang, due=moment_text(running.due, lang)))
    return parts


def _began(kind: str, lang: str | None) -> str:
    return catalogue(lang or language()).get(f"clock.began_{kind}", "")


def remaining_text(left: Remaining, lang: str | None = None) -> str:
    """还剩 2 个工作日, 已逾期 3 小时 20 分."""
    return text("clock.late" if left.late else "clock.left", lang, amount=_amount(left, lang))


def _amount(left: Remaining, lang: str | None) -> str:
    match left.measure:
        case Measure.DAYS | Measure.WORKING_DAYS:
            return duration_text(Duration(min(left.count, 9999), left.measure), lang)
        case Measure.WORKING_HOURS:
            return text("clock.working_time", lang, time=time_text(left.count, lang))
        case _:
            return time_text(left.count, lang)


def time_text(seconds: int, lang: str | None = None) -> str:
    """So many seconds as hours and minutes; of less than a minute, the seconds."""
    hours, minutes = seconds // _HOUR, seconds // _MINUTE % _MINUTE
    if not hours and not minutes:
        return duration_text_of(seconds, Measure.SECONDS, lang)
    shown = [duration_text_of(hours, Measure.HOURS, lang)] if hours else []
    if minutes:
        shown.append(duration_text_of(minutes, Measure.MINUTES, lang))
    return " ".join(shown)


def duration_text_of(count: int, measure: Measure, lang: str | None = None) -> str:
    """So many of a measure; zero as well, which no duration is."""
    one = "_one" if count == 1 else ""
    return text(f"duration.{measure.value}{one}", lang, count=count)


def agenda(state: DemandState, running: Running, lang: str | None = None) -> tuple[str, ...]:
    """What the clock will do about it, a line each, with instant and recipients."""
    rules = state.rules
    assert rules is not None, "without rules no clock runs"
    return tuple(_line(state, rules, running, one, lang) for one in running.agenda)


def _line(
    state: DemandState, rules: Rules, running: Running, one: Appointment, lang: str | None
) -> str:
    told, names = foreseen(state, running, one), names_of(state)
    year = running.start.astimezone(PARK_TIME).year
    facts = {
        "at": moment_text(one.at, lang, year),
        "to": people((n for n in told if not n.copy_to), names, lang),
        "score": rules.evaluation.silent_score,
    }
    match one.doing:
        case Doing.REMIND:
            return text("clock.remind", lang, **facts)
        case Doing.FALL_DUE:
            return text(f"clock.fall_due_{_falling(running.clock)}", lang, **facts)
        case Doing.CLIMB:
            return _climb(rules.ladder[one.number], told, names, facts, lang)


def _climb(
    rung: Rung,
    told: Iterable[Notice],
    names: Mapping[str, str],
    facts: Mapping[str, object],
    lang: str | None,
) -> str:
    step = text(f"clock.step_{rung.step.value}", lang)
    copied = people((n for n in told if n.copy_to), names, lang)
    key = "climb_copy" if copied else "climb"
    said = text(f"clock.{key}", lang, step=step, copy_to=copied, **facts)
    if rung.every is None:
        return said
    return text("clock.again", lang, said=said, every=duration_text(rung.every, lang))


def _falling(clock: Clock) -> str:
    return clock.value if clock in (Clock.PAUSE, Clock.EVALUATE) else "else"


def people(told: Iterable[Notice], names: Mapping[str, str], lang: str | None = None) -> str:
    """Those who are told, by name."""
    return text("cli.list_comma", lang).join(_name(notice, names, lang) for notice in told)


def _name(notice: Notice, names: Mapping[str, str], lang: str | None) -> str:
    role = text(f"rules.to_{notice.recipient.value}", lang)
    name = names.get(notice.code, notice.code)
    match notice.recipient:
        case Recipient.UNIT_LEADER | Recipient.SECRETARY_UNIT | Recipient.CHAIN_LEADER:
            return text("clock.whose", lang, who=role, of=name)
        case _:
            return name or role
