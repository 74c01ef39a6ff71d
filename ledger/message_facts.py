"""What a message may say of its event and its demand, read out of the recorded JSON.

Of the JSON rather than of the events' models: a message is told in fewer words than an event has,
and one whose event has fields that this program doesn't know is told all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Json = Mapping[str, Any]

_SAID_IN = {
    "instructed": "text",
    "responded": "text",
    "material_supplied": "text",
    "co_handling_finished": "text",
    "co_handling_asked": "request",
    "ruled": "ruling",
}
"""Where other kinds than `reason` and `note` say something; an evaluation's words stay inside."""
_OTHER_DUE = frozenset({"extension_asked", "evaluated"})
"""The clock that these start is not what they speak of."""


@dataclass(frozen=True)
class Facts:
    """For `runtime.message_words`. `clock` is a code, empty where no deadline is spoken of."""

    demand: str
    kind: str
    enterprise: str
    text: str
    unit: str
    clock: str
    due: datetime | None
    by: str
    reason: str


def facts_of(row: Mapping[str, Any]) -> Facts:
    """The facts of a row with `demand`, `kind`, the event's `body` and the demand's `state`."""
    event: Json = json.loads(row["body"])["event"]
    state: Json = json.loads(row["state"])
    kind = row["kind"]
    clock, due = _deadline(kind, event, state)
    return Facts(
        demand=row["demand"],
        kind=kind,
        enterprise=state["enterprise"]["name"],
        text=state["text"],
        unit=_unit(event, state),
        clock=clock,
        due=due,
        by=event["by"]["post"],
        reason=str(event.get(_SAID_IN.get(kind, "reason")) or event.get("note") or ""),
    )


def _unit(event: Json, state: Json) -> str:
    """The unit that the event names or whose part is late, else the responsible one."""
    for part in state.get("co_handlings") or ():
        if event.get("clock") == "co_handle" and part["unit"]["code"] == event.get("subject"):
            return str(part["unit"]["name"])
    found = event.get("unit") or state.get("unit") or {}
    return str(found.get("name", ""))


def _deadline(kind: str, event: Json, state: Json) -> tuple[str, datetime | None]:
    """The deadline that the event speaks of: its own, or the next of those that it set."""
    if kind in _OTHER_DUE:
        return "", None
    if kind == "overdue_withdrawn":  # its own `due` is the one that no longer holds
        same = (event.get("clock"), event.get("subject", ""))
        running = (r for r in state.get("running") or () if (r["clock"], r["subject"]) == same)
        return _earliest(running)
    if event.get("due"):
        return str(event.get("clock") or ""), datetime.fromisoformat(event["due"])
    if event.get("until"):
        return "", datetime.fromisoformat(event["until"])
    changes = event.get("clocks") or ()
    return _earliest(c["running"] for c in changes if c["fate"] in ("started", "moved"))


def _earliest(running: Iterable[Json]) -> tuple[str, datetime | None]:
    found = sorted((due, one["clock"]) for one in running if (due := _due(one)) is not None)
    return (found[0][1], found[0][0]) if found else ("", None)


def _due(running: Json) -> datetime | None:
    """As `domain.running.Running.due`."""
    legs = running.get("legs") or ()
    given = running.get("fixed") or (legs[-1].get("due") if legs else None)
    if given is None:
        return None
    due, least = datetime.fromisoformat(given), running.get("not_before")
    return max(due, datetime.fromisoformat(least)) if least else due
