"""Links by which an enterprise follows its demand without an account: made, listed, revoked."""

from __future__ import annotations

from typing import Annotated, Any

from domain.actors import Actor
from domain.authority import may_link
from domain.values import instant_text
from ledger import reads
from ledger.pool import Pool
from ledger.reads import StoredDemand
from runtime.embedded.info import read_stack
from runtime.settings import Settings
from runtime.text import text
from starter import words
from starter.access import links
from starter.access.links import Link
from starter.access.secrets import signer
from starter.cli import options, output, tables
from starter.cli.app import command, link_app
from starter.cli.explain import WrongUsage
from starter.cli.options import As, DemandId, Json, option
from starter.cli.session import ledger, who
from starter.cli.tables import Column
from starter.connections import data_dir
from starter.errors import CommandRefused
from starter.reading import missing
from starter.resolve import resolver

LINKS = (
    Column("link"),
    Column("made_at"),
    Column("made_by"),
    Column("expires_at"),
    Column("opens", right=True),
    Column("opened_at"),
)


def base_of(settings: Settings) -> str:
    """Where people reach the web application: by the settings, or where it runs here."""
    if settings.public_url:
        return settings.public_url
    info = read_stack(data_dir(settings))
    here = info.web if info is not None and info.running else None
    return here or f"http://{settings.web_host}:{settings.web_port}"


@command(link_app, "make")
async def make(
    demand: DemandId,
    /,
    *,
    days: Annotated[int, option("link_days", "--days")] = links.USUAL_DAYS,
    as_: As = None,
    json: Json = False,
) -> int:
    """A new one; those made before stay as they are."""
    if not 1 <= days <= max(links.DAYS):
        raise WrongUsage("link_days_unclear", days=str(days), most=str(max(links.DAYS)))
    async with ledger() as pool:
        actor, stored = await _linkable(pool, demand, as_)
        state = stored.state
        uscc, by = state.enterprise.uscc, actor.account
        made = await links.make(pool, state.demand, uscc, by, days)
        address = links.address(await signer(pool), base_of(Settings()), made)
        row = await links.by_id(pool, made)
    assert row is not None
    if json:
        output.data(_as_json(row) | {"url": address})
        return output.DONE
    output.say(address)
    output.say(text("cli.link_made", until=words.when(row.expires_at)), "dim")
    return output.DONE


@command(link_app, "list")
async def listing(demand: DemandId, /, *, as_: As = None, json: Json = False) -> int:
    """Those in force, the newest first."""
    async with ledger() as pool:
        _, stored = await _linkable(pool, demand, as_)
        rows = await links.of_demand(pool, stored.state.demand)
    if json:
        output.data({"links": [_as_json(row) for row in rows]})
    elif not rows:
        output.say(text("cli.no_links"))
    else:
        tables.table(LINKS, [_cells(row) for row in rows])
    return output.DONE


@command(link_app, "revoke")
async def revoke(
    demand: DemandId,
    /,
    *,
    link: Annotated[str | None, option("link", "--link")] = None,
    as_: As = None,
    json: Json = False,
) -> int:
    """All in force, or the one that is named."""
    async with ledger() as pool:
        actor, stored = await _linkable(pool, demand, as_)
        wanted = options.narrow(link).lower() if link else None
        ended = await links.revoke(pool, stored.state.demand, wanted, actor.account)
    if wanted and not ended:
        raise CommandRefused("unknown_link", link=wanted, demand=stored.state.demand)
    if json:
        output.data({"links": sorted(ended)})
    else:
        output.say(text("cli.links_revoked", count=len(ended)), "bold")
    return output.DONE


async def _linkable(pool: Pool, typed: str, as_: str | None) -> tuple[Actor, StoredDemand]:
    """Who asks, and the demand, if they may link it. Raises `CommandRefused`."""
    demand = options.demand_id(typed)
    actor = (await resolver(pool)).actor(who(as_, Settings()))
    stored = await reads.demand(pool, demand)
    if stored is None:
        raise await missing(pool, demand)
    if not may_link(actor, stored.state):
        raise CommandRefused("link_not_authorized", account=actor.account, demand=demand)
    return actor, stored


def _cells(row: Link) -> list[str]:
    return [
        row.link,
        words.when(row.made_at),
        row.made_by,
        words.when(row.expires_at),
        str(row.opens),
        words.when(row.opened_at) if row.opened_at else "",
    ]


def _as_json(row: Link) -> dict[str, Any]:
    return {
        "link": row.link,
        "demand": row.demand,
        "made_by": row.made_by,
        "made_at": instant_text(row.made_at),
        "expires_at": instant_text(row.expires_at),
        "opens": row.opens,
        "opened_at": instant_text(row.opened_at) if row.opened_at else None,
    }
