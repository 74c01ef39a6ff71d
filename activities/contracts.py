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


NEXT_BATCHES = "next_batches"
SEND_BATCH = "send_batch"
LOSE_BATCH = "lose_batch"


class Look(Value):
    """What the dispatcher asks: which batches can be sent now, for how many it has room.

    `running` are those that it is sending; any other one that was taken belongs to nobody any more.
    Answered at the latest after `seconds`, with nothing if there is nothing.
    """

    running: tuple[int, ...] = ()
    room: int = 20
    seconds: float = 300.0


class Batches(Value):
    """Numbers of batches, most urgent first. What is in them stays in PostgreSQL."""

    batches: tuple[int, ...] = ()


class Batch(Value):
    """One attempt to send one message, or one digest of several."""

    batch: int


class Settled(Value):
    """What came of a batch: an outcome of `channels.parcel.Sending`, or `released` unsent."""

    outcome: str
