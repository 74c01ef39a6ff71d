"""Working time by holder, over many demands: what the ledger has, and what has passed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from domain.custody import charges
from domain.running import Charge
from domain.scope import EVERYTHING, Scope
from domain.state import DemandState
from domain.values import Role
from ledger.pool import Pool
from ledger.scopes import arguments_of
from ledger.sql import sql

_CHARGES: TypeAdapter[tuple[Charge, ...]] = TypeAdapter(tuple[Charge, ...])


@dataclass
class Held:
    """How long somebody held demands: a unit, or all enterprises, or the bureau."""

    role: Role
    code: str
    name: str
    minutes: int = 0
    demands: int = 0

    @property
    def average(self) -> int:
        """Minutes per demand, rounded."""
        return round(self.minutes / self.demands) if self.demands else 0


async def custody(
    pool: Pool, now: datetime, list_id: str | None = None, scope: Scope = EVERYTHING
) -> list[Held]:
    """By holder, the longest first; the time up to now is included."""
    sums: dict[tuple[Role, str], Held] = {}
    for row in await pool.fetch(sql("custody"), list_id, *arguments_of(scope)):
        charged = _CHARGES.validate_json(row["custody"])
        if row["state"] is not None:
            state = DemandState.model_validate_json(row["state"])
            charged += charges(state, max(now, state.changed_at))
        _add(sums, charged)
    return sorted(sums.values(), key=lambda held: (-held.minutes, held.role.value, held.code))


def _add(sums: dict[tuple[Role, str], Held], charged: Iterable[Charge]) -> None:
    """Add the charges of one demand."""
    holders: set[tuple[Role, str]] = set()
    for charge in charged:
        unit = charge.role is Role.UNIT
        key = charge.role, charge.code if unit else ""
        held = sums.setdefault(key, Held(*key, charge.name if unit else ""))
        held.minutes += charge.minutes
        holders.add(key)
    for key in holders:
        sums[key].demands += 1
