"""`demand show`: one demand, its plan, and everything that happened to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from domain.due import promised_by
from domain.state import DemandState, Plan, holder
from domain.values import instant_text
from ledger.reads import StoredDemand
from runtime.text import text
from starter import showing_time, words
from starter.cli import options, output, tables
from starter.cli.app import command, demand_app
from starter.cli.options import As, DemandId, Json
from starter.cli.session import ledger, reader
from starter.cli.tables import Column
from starter.reading import SeenDemand, SeenRow, life_for

PLAN = (
    Column("number", right=True),
    Column("milestone", share=1),
    Column("due_on"),
    Column("done"),
)
TIMELINE = tuple(Column(key) for key in ("seq", "when", "hash", "what", "who", "right", "said"))
SHORT_HASH = 8


@command(demand_app, "show")
async def show(demand: DemandId, /, *, as_: As = None, json: Json = False) -> int:
    """As the ledger has it, and as the reader may see it."""
    demand_id = options.demand_id(demand)
    async with ledger() as pool:
        seen = await life_for(pool, await reader(pool, as_), demand_id)
    if json:
        output.data(_as_json(seen))
        return output.DONE
    stored = seen.stored
    _show_facts(stored)
    _show_plan(stored.state)
    output.say()
    output.say(text("cli.timeline"), "bold")
    tables.steps(TIMELINE, [_step(row, stored.state.plan) for row in seen.rows])
    if stored.contiguous < stored.seq:
        output.warn(text("cli.gap", contiguous=stored.contiguous, seq=stored.seq))
    return output.DONE


def _show_facts(stored: StoredDemand) -> None:
    state = stored.state
    contact = " ".join(part for part in (state.contact.name, state.contact.phone) if part)
    promised = promised_by(state)
    like = text("cli.list_comma").join(state.possible_duplicates)
    output.say(f"{state.demand}  {words.status(state)}", "bold")
    tables.facts(
        [
            ("f_turn", words.turn(state) or text("cli.turn_nobody")),
            ("f_enterprise", words.named(state.enterprise.name, state.enterprise.uscc)),
            ("f_chain", state.chain.name),
            ("f_list", " · ".join(part for part in (state.list_id, state.meeting) if part)),
            ("f_category", f"{state.category} · {text(f'word.{state.urgency.value}')}"),
            ("f_text", state.text),
            ("f_raised_on", state.raised_on.isoformat() if state.raised_on else ""),
            ("f_contact", contact),
            ("f_remark", state.remark),
            ("f_unit", words.place(state.unit, state.squad)),
            ("f_leader", state.responsible_leader or ""),
            ("f_handler", words.person(state.handler)),
            ("f_member", words.person(state.member)),
            ("f_percent", f"{state.percent}%" if state.percent else ""),
            ("f_pause", words.pause(state)),
            ("f_resolution", words.resolution(state)),
            ("f_evaluations", words.evaluations(state)),
            ("f_returns", str(state.returns) if state.returns else ""),
            ("f_promised", words.deadline(promised) if promised else ""),
            *showing_time.facts(state, datetime.now(UTC)),
            ("f_like", like),
        ]
    )


def _show_plan(state: DemandState) -> None:
    if state.plan is None:
        return
    output.say()
    output.say(text("cli.plan_title", summary=state.plan.summary), "bold")
    rows = [
        [
            str(milestone.number),
            milestone.title,
            milestone.due_on.isoformat() if milestone.due_on else "",
            words.when(milestone.completed_at) if milestone.completed_at else "",
        ]
        for milestone in state.plan.milestones
    ]
    if rows:
        tables.table(PLAN, rows)


def _step(row: SeenRow, plan: Plan | None) -> list[str]:
    """Number, time, hash, what; then who, with what right, and what was said."""
    what = text(f"event.{row.kind}")
    head = [str(row.seq), words.when(row.at), row.hash[:SHORT_HASH]]
    if row.event is None:
        return [*head, text("cli.unreadable_event", what=what), row.account, "", ""]
    event = row.event
    return [*head, what, words.who(event), words.right(event), words.said(event, plan)]


def _as_json(seen: SeenDemand) -> dict[str, Any]:
    stored = seen.stored
    now = holder(stored.state)
    return {
        "demand": stored.state.demand,
        "seq": stored.seq,
        "hash": stored.hash,
        "contiguous": stored.contiguous,
        "turn": now.model_dump(mode="json") if now else None,
        "custody": [
            charge.model_dump(mode="json")
            for charge in showing_time.held(stored.state, datetime.now(UTC))
        ],
        "sealed": seen.sealed,
        "state": stored.state.model_dump(mode="json"),
        "events": [
            {
                "seq": row.seq,
                "kind": row.kind,
                "at": instant_text(row.at),
                "account": row.account,
                "command_id": row.command_id,
                "prev": row.prev,
                "hash": row.hash,
                "body": row.body,
            }
            for row in seen.rows
        ],
    }
