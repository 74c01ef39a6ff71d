"""What the bureau and a chain's secretary unit do with a demand, one by one or a whole list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from domain.values import Status, Urgency
from ledger import reads
from ledger.directory import read
from ledger.reads import DemandFilter
from runtime.text import text
from starter.cli import lookups, options, output, tables
from starter.cli.acting import act, as_json, by_routing, give, report
from starter.cli.app import app, command
from starter.cli.explain import WrongUsage, explain
from starter.cli.options import As, CommandId, DemandId, Json, option
from starter.cli.session import session
from starter.cli.tables import Column
from starter.connections import Connections
from starter.errors import CommandRefused, LianbanError
from starter.gateway import Accepted
from starter.reading import missing

AT_ONCE = 16
PAGE = 500


@dataclass(frozen=True)
class Assigning:
    """To whom, by whom; what is None is by the routing."""

    unit: str | None
    squad: str | None
    note: str
    as_: str | None
    command_id: str | None


@command(app, "assign")
async def assign(
    *demands: DemandId,
    list_id: Annotated[str | None, option("assign_list", "--list")] = None,
    unit: Annotated[str | None, option("assign_unit", "--unit")] = None,
    squad: Annotated[str | None, option("assign_squad", "--squad")] = None,
    note: Annotated[str, option("note", "--note")] = "",
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """By the routing unless a unit is named; several demands, or all of a list that wait."""
    ids = list(dict.fromkeys(options.demand_id(typed) for typed in demands))
    if bool(ids) == bool(list_id):
        raise WrongUsage("assign_what")
    if command_id and len(ids) != 1:
        raise WrongUsage("command_id_one")
    async with session() as to:
        unit, squad = await lookups.unit(to.pool, unit), await lookups.squad(to.pool, squad)
        how = Assigning(unit, squad, note, as_, command_id)
        if len(ids) == 1:
            report(await _assign_one(to, how, ids[0]), json)
            return output.DONE
        waiting = await _waiting(to, options.code(list_id)) if list_id else ids
        if not waiting and not json:
            output.say(text("cli.nothing_waits", list_id=options.code(list_id or "")))
            return output.DONE
        outcomes = await _assign_all(to, how, waiting)
    return _report_all(waiting, outcomes, json)


async def _assign_one(to: Connections, how: Assigning, demand: str) -> Accepted:
    unit, squad = how.unit, how.squad
    found = await reads.demand(to.pool, demand)
    if found is None and unit is None:
        raise await missing(to.pool, demand)
    if found is not None and (unit is None or squad is None):
        unit, squad = await by_routing(to, found.state.category, unit, squad)
    fields: dict[str, Any] = {"unit": unit, "squad": squad, "note": how.note}
    return await give(to, "assign", demand, fields, as_=how.as_, command_id=how.command_id)


async def _waiting(to: Connections, list_id: str) -> list[str]:
    """All demands of a list that wait to be assigned."""
    wanted = DemandFilter(statuses=[Status.LISTED.value], list_id=list_id)
    found: list[str] = []
    after: tuple[str, int] | None = None
    while rows := await reads.demands(to.pool, wanted, PAGE, after):
        found += [row["demand"] for row in rows]
        after = (rows[-1]["list_id"], rows[-1]["number"])
    if not found and not await reads.demands(to.pool, DemandFilter(list_id=list_id), 1):
        raise CommandRefused("unknown_list", list_id=list_id)
    return found


async def _assign_all(
    to: Connections, how: Assigning, demands: Sequence[str]
) -> list[Accepted | LianbanError]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(demand: str) -> Accepted | LianbanError:
        async with gate:
            try:
                return await _assign_one(to, how, demand)
            except LianbanError as error:
                return error

    return await asyncio.gather(*(one(demand) for demand in demands))


def _report_all(
    demands: Sequence[str], outcomes: Sequence[Accepted | LianbanError], json: bool
) -> int:
    pairs = list(zip(demands, outcomes, strict=True))
    done = [(demand, one) for demand, one in pairs if isinstance(one, Accepted)]
    refused = [(demand, explain(one)) for demand, one in pairs if isinstance(one, LianbanError)]
    if json:
        output.data(
            {
                "done": [as_json(accepted) for _, accepted in done],
                "refused": [{"demand": d, **explained.as_json()} for d, explained in refused],
            }
        )
    else:
        if done:
            columns = (
                Column("demand"),
                Column("category"),
                Column("unit"),
                Column("squad", share=1),
            )
            tables.table(columns, [_row(accepted) for _, accepted in done])
        output.say(text("cli.assigned_count", done=len(done), refused=len(refused)), "bold")
        for demand, explained in refused:
            output.warn(f"{demand}  {explained.message} [{explained.code}]")
        if any(not accepted.recorded for _, accepted in done):
            output.warn(text("cli.not_recorded"))
    return max((explained.exit_code for _, explained in refused), default=output.DONE)


def _row(accepted: Accepted) -> list[str]:
    state = accepted.state
    unit = state.unit.name if state.unit else ""
    return [state.demand, state.category, unit, state.squad.name if state.squad else ""]


@command(app, "reassign")
async def reassign(
    demand: DemandId,
    /,
    *,
    unit: Annotated[str, option("unit", "--unit")],
    reason: Annotated[str, option("reason", "--reason")],
    squad: Annotated[str | None, option("assign_squad", "--squad")] = None,
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """To another unit, or to another squad with the same unit."""
    demand = options.demand_id(demand)
    async with session() as to:
        found = await reads.demand(to.pool, demand)
        if found is not None and squad is None:
            _, squad = await by_routing(to, found.state.category, unit, squad)
        fields = {"unit": unit, "squad": squad, "reason": reason}
        report(await give(to, "reassign", demand, fields, as_=as_, command_id=command_id), json)
    return output.DONE


@command(app, "reject")
async def reject(
    demand: DemandId,
    /,
    *,
    reason: Annotated[str, option("reason", "--reason")],
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """Not a matter for this park."""
    return await act(
        "reject", demand, {"reason": reason}, as_=as_, command_id=command_id, json=json
    )


@command(app, "amend")
async def amend(
    demand: DemandId,
    /,
    *,
    category: Annotated[str | None, option("category", "--category")] = None,
    urgency: Annotated[str | None, option("urgency", "--urgency")] = None,
    contact: Annotated[str | None, option("contact", "--contact")] = None,
    phone: Annotated[str | None, option("phone", "--phone")] = None,
    remark: Annotated[str | None, option("remark", "--remark")] = None,
    raised_on: Annotated[str | None, option("raised_on", "--raised-on")] = None,
    reason: Annotated[str, option("amend_reason", "--reason")] = "",
    as_: As = None,
    command_id: CommandId = None,
    json: Json = False,
) -> int:
    """What is not given stays as it is."""
    fields: dict[str, Any] = {
        "urgency": options.word(Urgency, urgency) if urgency else None,
        "remark": remark,
        "raised_on": options.day(raised_on) if raised_on else None,
        "reason": reason,
    }
    async with session() as to:
        if category is not None:
            fields["category"] = lookups.category(await read(to.pool), category)
        fields["contact"] = await _contact(to, options.demand_id(demand), contact, phone)
        accepted = await give(to, "amend", demand, fields, as_=as_, command_id=command_id)
    report(accepted, json)
    return output.DONE


async def _contact(
    to: Connections, demand: str, name: str | None, phone: str | None
) -> dict[str, str] | None:
    """The whole contact, which is amended as one: what is not given as it is now."""
    if name is None and phone is None:
        return None
    found = await reads.demand(to.pool, demand)
    present = found.state.contact.model_dump() if found else {}
    given = {"name": name, "phone": options.phone(phone) if phone else phone}
    return present | {key: value for key, value in given.items() if value is not None}
