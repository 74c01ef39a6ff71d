"""The workflow's own way into the ledger, for whatever the gateway did not write."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.contracts import ATTEMPT, LEDGER_CONFLICT, RECORD, RecordReceipt, RecordRequest
from ledger import projector
from ledger.pool import Pool, within
from runtime import logs

log = logs.get(__name__)


@dataclass(frozen=True)
class LedgerActivities:
    """Activities over one pool of connections."""

    pool: Pool

    @activity.defn(name=RECORD)
    async def record(self, request: RecordRequest) -> RecordReceipt:
        """Write events and state; safe to repeat. A conflict is not retried, it is an alarm."""
        demand = request.state.demand
        try:
            writing = projector.record(self.pool, request.events, request.state)
            contiguous = await within(writing, 0.8 * ATTEMPT.total_seconds())
        except projector.LedgerConflict as conflict:
            log.error("ledger.conflict", demand=demand, seq=conflict.detail.get("seq"))
            raise ApplicationError(
                str(conflict), conflict.detail, type=LEDGER_CONFLICT, non_retryable=True
            ) from conflict
        log.info("ledger.delivered", demand=demand, seq=request.events[-1].seq)
        return RecordReceipt(contiguous=contiguous)
