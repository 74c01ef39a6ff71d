"""How a timeline and a verdict read on a terminal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from audit.timeline import Change, Step, Timeline
from audit.verdicts import ABSENT, SEALED, Divergence, Finding, Result, Verdict
from domain.due import PARK_TIME
from domain.state import DemandState, Holder, Plan
from domain.values import Role
from runtime.text import text
from starter import words
from starter.cli import audit_time
from starter.cli.output import error_console, say
from starter.cli.tables import one_line

_WIDEST = 100
_STYLES = {Result.HOLDS: "green", Result.FAILS: "bold red", Result.NOT_POSSIBLE: "yellow"}


@contextmanager
def progress(total: int, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, on a terminal only; call what it gives with each step done."""
    shown = error_console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=shown, transient=True, disable=quiet or not shown.is_terminal
    ) as bar:
        task = bar.add_task(text("audit.verifying"), total=total)
        yield lambda done: bar.advance(task, done)


# ---- timeline -----------------------------------------------------------------------------------


def show_timeline(life: Timeline) -> None:
    """Every step, and the state as of the instant if one was asked for."""
    names = audit_time.names_in(life.steps)
    for step in life.steps:
        _show_step(step, names, life.state.plan if life.state else None)
        say()
    if life.until is None:
        return
    if life.state is None:
        say(text("audit.no_steps", at=_when(life.until)))
    else:
        say(text("audit.as_of", at=_when(life.until)), "bold")
        say("  " + _state_line(life.state, life.steps[-1], names))
        for name, value in _parts_of(life.state):
            say(f"  {text(f'audit.field_{name}')}  {_shown(name, value)}")
    say()


def _show_step(step: Step, names: Mapping[str, str], plan: Plan | None) -> None:
    what = text(f"event.{step.event.kind}")
    say(text("audit.step", seq=step.seq, at=_when(step.at), what=what), "bold")
    who, right = words.who(step.event), words.right(step.event)
    say("  " + (text("audit.step_who", who=who, right=right) if right else who))
    said = words.said(step.event, plan)
    if said:
        say("  " + one_line(said))
    say("  " + _step_state(step, names))
    for change in step.changes:
        if change.field not in audit_time.SAID_BY_THE_EVENT:
            say("  " + _change(change))
    for line in audit_time.lines(step.event, names):
        say("  " + line)
    say("  " + text("audit.step_hash", hash=step.hash), "dim")


def _step_state(step: Step, names: Mapping[str, str]) -> str:
    facts = {
        "status": text(f"word.{step.status.value}"),
        "round": step.round,
        "percent": step.percent,
    }
    if step.holder is None:
        return text("audit.step_state_ended", **facts)
    return text("audit.step_state", turn=_turn(step.holder, names), **facts)


def _turn(holder: Holder, names: Mapping[str, str]) -> str:
    role = text(f"word.{holder.role.value}")
    if not holder.code:
        return role
    name = names.get(holder.code, holder.code)
    return words.named(role, name) if holder.role is Role.BUREAU else name


def _state_line(state: DemandState, last: Step, names: Mapping[str, str]) -> str:
    return f"{state.demand}  {_step_state(last, names)}"


def _parts_of(state: DemandState) -> Iterator[tuple[str, Any]]:
    """What a person wants to know of a state at a past instant, as JSON fields."""
    fields = state.model_dump(mode="json")
    for name in ("enterprise", "text", "unit", "squad", "handler", "member"):
        yield name, fields[name]
    for name in ("plan", "pause", "resolution"):
        if fields[name]:
            yield name, fields[name]


def _change(change: Change) -> str:
    field = text(f"audit.field_{change.field}")
    before, after = _shown(change.field, change.before), _shown(change.field, change.after)
    return text("audit.step_change", field=field, before=before, after=after)


def _shown(field: str, value: Any) -> str:
    """A field's value in a few words."""
    if value in (None, "", [], {}):
        return text("audit.nothing")
    match field:
        case "plan":
            done = sum(m["completed_at"] is not None for m in value["milestones"])
            facts = {"done": done, "all": len(value["milestones"])}
            return text("audit.shown_plan", summary=short(value["summary"]), **facts)
        case "pause":
            until = _when(datetime.fromisoformat(value["until"]))
            return text("audit.shown_pause", reason=short(value["reason"]), until=until)
        case "resolution":
            return _resolution(value)
        case "evaluations":
            return text("audit.shown_evaluations", count=len(value), score=value[-1]["score"])
        case "sealed":
            return text("audit.shown_sealed", count=len(value))
        case "urgency":
            return text(f"word.{value}")
        case _:
            return _named(value)


def _resolution(value: dict[str, Any]) -> str:
    facts = {"outcome": text(f"word.{value['outcome']}"), "text": short(value["text"])}
    if value["score"] is None:
        return text("audit.shown_resolution", **facts)
    return text("audit.shown_resolution_scored", score=value["score"], **facts)


def _named(value: Any) -> str:
    """A reference by its name or post, anything else as it is."""
    if isinstance(value, dict):
        code = value.get("code") or value.get("account") or value.get("uscc")
        name = value.get("name") or value.get("post")
        if name is not None:
            return f"{name} {code}" if code else str(name)
    return short(value)


# ---- verdicts -----------------------------------------------------------------------------------


def show_verdict(verdict: Verdict) -> None:
    """What there is of a demand, and its four findings."""
    standing = text(f"audit.standing_{verdict.standing.value}")
    facts = {"runs": verdict.runs, "events": verdict.events}
    say(text("audit.standing", demand=verdict.demand, standing=standing, **facts), "bold")
    for finding in verdict.findings:
        _show_finding(finding)


def show_failing(failing: Sequence[Verdict]) -> None:
    """The verdicts that do not hold, each with the first divergence of each check."""
    for verdict in failing:
        show_verdict(verdict)
        say()


def show_summary(found: Sequence[Verdict]) -> None:
    """How many hold, and what there was of the demands."""
    ok = sum(verdict.ok for verdict in found)
    style = "bold green" if ok == len(found) else "bold red"
    say(text("audit.summary", total=len(found), ok=ok, bad=len(found) - ok), style)
    for standing, count in Counter(verdict.standing for verdict in found).most_common():
        name = text(f"audit.standing_{standing.value}")
        say("  " + text("audit.summary_standing", standing=name, count=count), "dim")


def _show_finding(finding: Finding) -> None:
    facts = {
        "result": text(f"audit.result_{finding.result.value}"),
        "check": text(f"audit.check_{finding.check.value}"),
    }
    key = "audit.finding"
    if finding.reason is not None:
        key = "audit.finding_reason"
        facts["reason"] = text(f"audit.reason_{finding.reason.value}")
    say("  " + text(key, **facts), _STYLES[finding.result])
    if finding.divergence is not None:
        say("      " + _divergence(finding.divergence))
    if finding.detail:
        sealed = finding.detail == SEALED
        say("      " + (text("cli.said_sealed") if sealed else short(finding.detail, 300)))


def _divergence(found: Divergence) -> str:
    values = text("cli.semicolon").join(
        text(f"audit.witness_{witness}", value=_value(value))
        for witness, value in found.values.items()
    )
    return text(
        "audit.divergence", demand=found.demand, seq=found.seq, field=found.field, values=values
    )


def _value(value: Any) -> str:
    if value == SEALED:
        return text("audit.sealed")
    return text("audit.absent") if value == ABSENT else short(value)


def short(value: Any, widest: int = _WIDEST) -> str:
    """Any value in one line that is not too long."""
    line = one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return line if len(line) <= widest else line[: widest - 1] + "…"


def _when(instant: datetime) -> str:
    return f"{instant.astimezone(PARK_TIME):%Y-%m-%d %H:%M:%S}"
