"""What the outside hands to the demand workflow and gets back: add-only, defaults on new fields."""

from __future__ import annotations

import hashlib
import json

from pydantic import Field

from domain.chain import Head, Recorded
from domain.commands import Command, ListDemand
from domain.state import DemandState
from domain.values import Value

DEMAND_WORKFLOW = "Demand"
ACT = "act"
FLUSH = "flush"

STUCK = "stuck"
"""Error type of a flush that met other content in the ledger; its detail is the first seq owed."""
HANDED_OVER = "handed_over"
"""Error type of a flush whose work the next run does."""
REFUSED = "refused"
"""Error type of a refused command; its detail is a `RefusalReport`."""
COMMAND_ID_REUSED = "command_id_reused"
"""Refusal code where a known command id comes with other content."""


def workflow_id(demand: str) -> str:
    """The workflow that is this demand."""
    return f"demand:{demand}"


def digest_of(command: Command) -> str:
    """SHA-256 of what a command asks for and of whose account, to know it again.

    Defaults are left out, so that a field added later changes no digest; so is all the directory
    says of the account, so that a change of it between two tries doesn't either.
    """
    fields = command.model_dump(mode="json", exclude_defaults=True, exclude={"by"})
    asked = {"kind": command.kind, "account": command.by.account, "fields": fields}
    return hashlib.sha256(
        json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


class Act(Value):
    """A command with its id (the Update's id as well) and what the ledger already has.

    `ledger_seq` is the ledger's contiguous seq when the command was sent, `ledger_hash` the hash
    that it has there: where that is the workflow's own, the workflow forgets what it covers.
    """

    command_id: str
    ledger_seq: int = 0
    ledger_hash: str = ""
    command: Command


class Answer(Value):
    """What an accepted command brought about: durable by the time anybody sees it.

    `state` is the state after the last event of the chain, of seq `seq`; for a repeated command id
    `events` are those of the first answer.
    """

    digest: str
    events: tuple[Recorded, ...]
    state: DemandState
    seq: int


class RefusalReport(Value):
    """Why a command was refused: code and facts, as `domain.refusal` has them."""

    code: str
    facts: dict[str, str] = Field(default_factory=dict)


class KnownAnswer(Value):
    """A command id that has been answered, to be answered the same way again."""

    command_id: str
    digest: str
    events: tuple[Recorded, ...]


class Carried(Value):
    """All that a run hands to the next one."""

    state: DemandState
    head: Head
    undelivered: tuple[Recorded, ...] = ()
    answers: tuple[KnownAnswer, ...] = ()


class DemandStart(Value):
    """The start of a run: the listing of a new demand, or what the run before carried over."""

    command_id: str
    command: ListDemand
    carried: Carried | None = None


class Flush(Value):
    """Asks that everything the ledger may lack be delivered; answered when it is."""


class DemandEnd(Value):
    """The result of a demand's workflow."""

    demand: str
    status: str
    seq: int
    hash: str


DISPATCHER_WORKFLOW = "Dispatcher"


def dispatcher_id(task_queue: str) -> str:
    """The one dispatcher of a task queue's workers."""
    return f"dispatcher:{task_queue}"
