"""What can go wrong between a person and a demand, as typed errors with stable codes."""

from __future__ import annotations

from dataclasses import dataclass


class LianbanError(Exception):
    """Base of what the command line and the web page show to people.

    The text is `refusal.<code>` in the translations, filled with `facts`.
    """

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts = facts


class CommandRefused(LianbanError):
    """The rules, or the directory, say no. The demand is unchanged."""


class SystemUnreachable(LianbanError):
    """Temporal or PostgreSQL did not answer in time. What was asked has not been done."""

    def __init__(self, part: str, detail: str) -> None:
        super().__init__("unreachable", part=part, detail=detail)


class Unconfirmed(LianbanError):
    """The command was sent and no answer came: it may or may not have been accepted.

    Its intent stays open, so whatever was accepted reaches the ledger by itself.
    """

    def __init__(self, demand: str, command_id: str) -> None:
        super().__init__("unconfirmed", demand=demand, command_id=command_id)


@dataclass(frozen=True)
class Failure:
    """One demand of many that could not be seen to now; running again takes it up."""

    demand: str
    error: LianbanError
