"""Until when a deadline counts as coming soon: what makes it yellow."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.clock import deadline
from domain.duration import Duration, Measure
from ledger.pool import Pool
from starter.calendar_in_force import tables_in_force

_KEPT = timedelta(minutes=1)
_known: dict[Pool, tuple[datetime, datetime]] = {}


async def soon(pool: Pool, now: datetime) -> datetime:
    """Closing time of the next working day, by the calendar in force; looked up once a minute."""
    known = _known.get(pool)
    if known is None or not known[0] <= now < known[0] + _KEPT:
        calendar = (await tables_in_force(pool)).calendar()
        due = deadline(now, Duration(1, Measure.WORKING_DAYS), calendar).due
        _known.clear()  # of pools that were closed nothing is kept
        known = _known[pool] = (now, due or now)
    return known[1]
