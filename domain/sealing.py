"""保密: what an enterprise wrote in an evaluation, kept from the handlers while the demand is open.

Who handles a demand could make it felt what was said of them, so they read it when nothing more
depends on them. A sealed copy says that the enterprise has spoken, when, and through whom; it has
no place where score, comment or call note could be, so no page can show them by accident.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from domain import events as e
from domain.actors import Actor
from domain.authority import rights_of
from domain.event_base import EventBase
from domain.state import DemandState, Resolution
from domain.values import Instant, Right, Role, Value

SEALED_KINDS = frozenset({"evaluated", "followed_up"})
"""The events in which the enterprise's word is kept."""


class SealedEvent(EventBase):
    """An evaluation or a follow-up, without what was said."""

    kind: Literal["evaluated", "followed_up"]


class SealedWord(Value):
    """That the enterprise has spoken on a round, and when."""

    round: int
    at: Instant


class SealedResolution(Resolution):
    """The unit's word, and whether the enterprise has spoken on it: `score` is always None."""

    spoken: bool = False

    @property
    def evaluated(self) -> bool:
        """Whether the enterprise has spoken on it."""
        return self.spoken


class SealedState(DemandState):
    """A demand as its handlers see it while it is open: `evaluations` is always empty.

    Whose turn it is, what is to be done and what is open to whom are told of it as of the other.
    """

    sealed: tuple[SealedWord, ...] = ()


SeenEvent = e.Event | SealedEvent
"""An event as somebody in particular sees it."""


def sealed_from(actor: Actor, state: DemandState) -> bool:
    """Whether the enterprise's word is kept from the actor, by where the demand stands now.

    From squads and units, for that is who handles. From the secretary unit only where it does so
    itself, or did; not from the bureau, which asks again, adjudicates and writes down calls.
    """
    if state.status.ended:
        return False
    match actor.role:
        case Role.SQUAD:
            return True
        case Role.UNIT:
            secretary = Right.SECRETARY in rights_of(actor, state)
            return not secretary or _has_handled(actor.unit, state)
        case _:
            return False


def _has_handled(unit: str | None, state: DemandState) -> bool:
    handlers = {part.unit.code for part in state.co_handlings}
    handlers |= {charge.code for charge in state.custody if charge.role is Role.UNIT}
    return unit in handlers or (state.unit is not None and state.unit.code == unit)


def seal_state(state: DemandState) -> SealedState:
    """A copy without the enterprise's word."""
    if isinstance(state, SealedState):
        return state
    kept = {name: getattr(state, name) for name in DemandState.model_fields}
    said = tuple(SealedWord(round=one.round, at=one.at) for one in state.evaluations)
    sealed = {
        "evaluations": (),
        "resolution": _seal_resolution(state.resolution),
        "sealed": said,
    }
    return SealedState.model_construct(**(kept | sealed))


def _seal_resolution(resolution: Resolution | None) -> SealedResolution | None:
    if resolution is None:
        return None
    kept = {name: getattr(resolution, name) for name in Resolution.model_fields}
    return SealedResolution.model_construct(
        **(kept | {"score": None, "spoken": resolution.evaluated})
    )


def seal_event(event: SeenEvent) -> SeenEvent:
    """The event without the enterprise's word; another event as it is."""
    if not isinstance(event, e.Evaluated | e.FollowedUp):
        return event
    kept = {name: getattr(event, name) for name in EventBase.model_fields}
    return SealedEvent.model_construct(kind=event.kind, **kept)


def seen_state(actor: Actor, state: DemandState) -> DemandState:
    """The demand as the actor is to see it: sealed where there is anything to seal."""
    return seal_state(state) if state.evaluations and sealed_from(actor, state) else state


def seen_events(
    actor: Actor, state: DemandState, events: Iterable[SeenEvent]
) -> tuple[SeenEvent, ...]:
    """Events of a demand that stands so now, as the actor is to see them."""
    sealed = sealed_from(actor, state)
    return tuple(seal_event(event) if sealed else event for event in events)
