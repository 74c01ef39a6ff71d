"""What workflows hand to activities and get back: one model in, one out, add-only."""

from __future__ import annotations

from datetime import timedelta

from domain.chain import Recorded
from domain.state import DemandState
from domain.values import Value

RECORD = "record"
ATTEMPT = timedelta(seconds=10)
"""How long one attempt may take: one that is lost with a server is made again after that."""
LEDGER_CONFLICT = "ledger_conflict"
"""Error type of a `record` that found other content under the same (demand, seq)."""


class RecordRequest(Value):
    """Events not yet known to be in the ledger, oldest first, and the state after the last."""

    events: tuple[Recorded, ...]
    state: DemandState


class RecordReceipt(Value):
    """The last seq up to which the ledger misses nothing."""

    contiguous: int
