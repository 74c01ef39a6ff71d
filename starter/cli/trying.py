"""`policy try`: how many demands would have been late under another policy. Changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from domain.calendar import beginning_of_day, end_of_day
from domain.rules import Rules
from domain.scope import scope_of
from domain.values import instant_text
from domain.what_if import Late, Trial
from runtime.text import text
from starter import words
from starter.calendar_in_force import tables_in_force
from starter.cli import options, output, tables
from starter.cli.app import command, policy_app
from starter.cli.explain import WrongUsage
from starter.cli.mistakes import refuse
from starter.cli.options import As, Json, option
from starter.cli.session import ledger, reader
from starter.cli.tables import Column
from starter.policies import load_policy
from starter.policy_try import Both, Comparison, Period, Tried, compare, tables_of
from starter.toml_file import FileInvalid

BOTH = (Column("tried", right=True), Column("recorded", right=True))
BY_CLOCK, BY_UNIT = (Column("clock"), *BOTH), (Column("unit"), *BOTH)
WORST = (
    Column("demand"),
    Column("enterprise", share=1),
    Column("clock", share=1),
    Column("late_by", right=True),
)


@command(policy_app, "try")
async def trying(
    file: Annotated[Path, option("policy_file")],
    /,
    *,
    from_: Annotated[str, option("try_from", "--from")],
    to: Annotated[str, option("try_to", "--to")],
    calendar: Annotated[Path | None, option("try_calendar", "--calendar")] = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """The demands listed in the period, folded again under it, beside what was recorded."""
    first, last = options.day(from_), options.day(to)
    if last < first:
        raise WrongUsage("try_backward", first=str(first), last=str(last))
    end = end_of_day(last)
    period = Period(beginning_of_day(first), end, min(end, datetime.now(UTC)))
    try:
        rules = load_policy(file)
        async with ledger(read_only=True) as pool:
            scope = scope_of(await reader(pool, as_))
            park = await tables_in_force(pool)
            other = tables_of(calendar, park) if calendar else park
            trial = Trial(rules, other.calendar_for, replace=calendar is not None)
            found = await compare(pool, period, trial, scope)
    except FileInvalid as invalid:
        return refuse(invalid, json)
    if json:
        output.data(_head(rules, period) | _as_json(found))
    else:
        _tell(rules, period, found)
    return output.DONE


def _tell(rules: Rules, period: Period, found: Comparison) -> None:
    total = found.total
    said = {
        "first": words.when(period.begin)[:10],
        "until": words.deadline(period.until),
        "count": found.demands,
    }
    output.say(text("try.title", title=rules.title, version=rules.version), "bold")
    output.say(text("try.demands", **said))
    output.say(text("try.late", tried=total.tried, recorded=total.recorded))
    if found.before_deadlines:
        output.say(text("try.before_deadlines", count=found.before_deadlines), "dim")
    if found.late:
        clocks = [
            _row(text(f"rules.name_{clock.value}"), both)
            for clock, both in found.by_clock().items()
        ]
        units = [_row(_unit(*unit), both) for unit, both in found.by_unit().items()]
        for columns, rows in ((BY_CLOCK, clocks), (BY_UNIT, units)):
            output.say()
            tables.table(columns, rows)
    if worst := found.worst():
        output.say()
        output.say(text("try.worst", count=len(worst)), "bold")
        tables.table(WORST, [_worst(one) for one in worst])
    if found.unreadable:
        demands = text("cli.list_comma").join(found.unreadable[:10])
        output.warn(text("try.unreadable", count=len(found.unreadable), demands=demands))
    output.say(text("try.nothing_changed"), "dim")


def _row(name: str, both: Both) -> list[str]:
    return [name, str(both.tried), str(both.recorded)]


def _unit(code: str, name: str) -> str:
    return words.named(name, code) if code else text("word.bureau")


def _worst(one: Tried) -> list[str]:
    clocks = dict.fromkeys(text(f"rules.name_{late.clock.value}") for late in one.tried)
    late_by = text("try.hours", hours=one.minutes // 60, minutes=one.minutes % 60)
    return [one.demand, one.enterprise, text("cli.list_comma").join(clocks), late_by]


def _head(rules: Rules, period: Period) -> dict[str, Any]:
    return {
        "policy": rules.name,
        "version": rules.version,
        "from": instant_text(period.begin),
        "to": instant_text(period.end),
        "until": instant_text(period.until),
    }


def _as_json(found: Comparison) -> dict[str, Any]:
    units = [
        {"unit": code or None, "name": _unit(code, name) if not code else name} | vars(both)
        for (code, name), both in found.by_unit().items()
    ]
    return {
        "demands": found.demands,
        "before_deadlines": found.before_deadlines,
        "late": vars(found.total),
        "by_clock": [{"clock": c.value} | vars(both) for c, both in found.by_clock().items()],
        "by_unit": units,
        "worst": [
            {
                "demand": one.demand,
                "enterprise": one.enterprise,
                "text": one.text,
                "minutes": one.minutes,
                "tried": _all(one.tried),
                "recorded": _all(one.recorded),
            }
            for one in found.worst()
        ],
        "unreadable": found.unreadable,
    }


def _all(late: tuple[Late, ...]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in late]
