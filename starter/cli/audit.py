"""The audit commands: replay one demand step by step, verify many."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from cyclopts import Parameter

from audit.judge import judge
from audit.timeline import timeline
from audit.verdicts import Standing, Verdict
from audit.verdicts import sealed as sealed_verdict
from audit.verify import cases, verdicts, verify
from domain.actors import Actor
from domain.due import end_of_day
from domain.scope import scope_of
from domain.sealing import sealed_from
from domain.values import instant_text
from ledger import reads
from ledger.reads import DemandFilter, all_demand_ids
from runtime.text import text
from starter.cli import audit_view, options, output
from starter.cli.app import audit_app, command
from starter.cli.explain import WrongUsage
from starter.cli.options import As, DemandId, Json
from starter.cli.session import reader, session
from starter.connections import Connections
from starter.errors import CommandRefused
from starter.reading import demand_for

At = Annotated[str | None, Parameter(name="--at", help=text("audit.opt_at"))]
All = Annotated[bool, Parameter(name="--all", help=text("audit.opt_all"), negative=())]
OfList = Annotated[str | None, Parameter(name="--list", help=text("audit.opt_list"))]
_EVERY = 10**9
Demands = Annotated[list[str] | None, Parameter(help=text("audit.opt_demands"), negative=())]


@command(audit_app, "replay", key="audit.replay")
async def replay(demand: DemandId, /, *, at: At = None, as_: As = None, json: Json = False) -> int:
    """The steps up to an instant, then the verdicts on the whole."""
    until = _until(at) if at else None
    demand_id = options.demand_id(demand)
    async with session() as to:
        sealed = await _sealed(to, await reader(to.pool, as_), demand_id)
        [case] = await cases(to.pool, to.gateway.histories, [demand_id])
        verdict = judge(case, datetime.now(UTC))
        if not verdict.ok:  # it may have moved while we looked
            [verdict] = await verdicts(to.pool, to.gateway.histories, [demand_id])
    if verdict.standing is Standing.UNKNOWN:
        raise CommandRefused("unknown_demand", demand=demand_id)
    life = timeline(demand_id, case.events, until, sealed=sealed)
    verdict = sealed_verdict(verdict) if sealed else verdict
    if json:
        output.data({"timeline": life.model_dump(mode="json"), "verdict": _as_json(verdict)})
    else:
        audit_view.show_timeline(life)
        audit_view.show_verdict(verdict)
    return output.DONE if verdict.ok else output.REFUSED


@command(audit_app, "verify", key="audit.verify")
async def verify_many(
    demands: Demands = None,
    /,
    *,
    all_: All = False,
    list_id: OfList = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """Exits 1 unless everything is proven of each."""
    if not (demands or all_ or list_id):
        raise WrongUsage("nothing_chosen")
    async with session() as to:
        actor = await reader(to.pool, as_)
        wanted = await _wanted(to, actor, demands or [], all_, list_id)
        if list_id and not wanted:
            raise CommandRefused("unknown_list", list_id=options.code(list_id))
        found: list[Verdict] = []
        with audit_view.progress(len(wanted), quiet=json) as advance:
            async for some in verify(to.pool, to.gateway.histories, wanted):
                found += [await _for(to, actor, verdict) for verdict in some]
                advance(len(some))
    failing = [verdict for verdict in found if not verdict.ok]
    if json:
        output.data(_summary(found))
    else:
        audit_view.show_failing(failing)
        audit_view.show_summary(found)
    return output.REFUSED if failing else output.DONE


def _until(typed: str) -> datetime:
    """The instant meant: of a day alone, its last."""
    try:
        return end_of_day(options.day(typed)) - timedelta(microseconds=1)
    except WrongUsage:
        return options.instant(typed)


async def _wanted(
    to: Connections, actor: Actor, named: list[str], everything: bool, list_id: str | None
) -> list[str]:
    """The demands named, and all or those of a list that ledger or Temporal know.

    Somebody who may not read everything gets, of these, what is in their scope.
    """
    wanted = {options.demand_id(demand) for demand in named}
    for demand in wanted:
        await _sealed(to, actor, demand)
    if everything or list_id:
        known = await _known(to, actor)
        of_list = options.code(list_id) if list_id and not everything else None
        wanted |= {demand for demand in known if of_list in (None, demand.rpartition("-")[0])}
    return sorted(wanted)


async def _known(to: Connections, actor: Actor) -> set[str]:
    scope = scope_of(actor)
    if scope.everything:
        return {*await all_demand_ids(to.pool), *await to.gateway.started()}
    rows = await reads.demands(to.pool, DemandFilter(scope=scope), _EVERY)
    return {row["demand"] for row in rows}


async def _sealed(to: Connections, actor: Actor, demand: str) -> bool:
    """Whether the enterprise's word is kept from whoever asks; not from who may read everything.

    Raises `CommandRefused` where the demand isn't theirs to read.
    """
    if scope_of(actor).everything:
        return False
    return sealed_from(actor, (await demand_for(to.pool, actor, demand)).state)


async def _for(to: Connections, actor: Actor, verdict: Verdict) -> Verdict:
    try:
        sealed = await _sealed(to, actor, verdict.demand)
    except CommandRefused:  # it was taken from them while we looked
        sealed = True
    return sealed_verdict(verdict) if sealed else verdict


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return verdict.model_dump(mode="json")


def _summary(found: list[Verdict]) -> dict[str, Any]:
    """Counts, the ids that hold, and the verdicts that do not."""
    return {
        "ok": all(verdict.ok for verdict in found),
        "total": len(found),
        "standings": dict(Counter(verdict.standing.value for verdict in found)),
        "holding": [verdict.demand for verdict in found if verdict.ok],
        "failing": [_as_json(verdict) for verdict in found if not verdict.ok],
        "verified_at": instant_text(datetime.now(UTC)),
    }
