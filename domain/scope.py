"""Which demands somebody may read, as a value: so that SQL can filter by it as well."""

from __future__ import annotations

from domain.actors import Actor
from domain.state import DemandState
from domain.values import Role, Value


class Scope(Value):
    """Everything, or what one of these covers; all empty is nothing.

    `chains` are the demands of these chains; `units` those that one of these leads or does, or
    did, a part of; `squads` and `enterprises` those of one of these.
    """

    everything: bool = False
    chains: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    squads: tuple[str, ...] = ()
    enterprises: tuple[str, ...] = ()

    def covers(self, state: DemandState) -> bool:
        """Whether this demand is in it."""
        units = {state.unit.code} if state.unit else set()
        units |= {part.unit.code for part in state.co_handlings}
        return (
            self.everything
            or state.chain.code in self.chains
            or bool(units.intersection(self.units))
            or (state.squad is not None and state.squad.code in self.squads)
            or state.enterprise.uscc in self.enterprises
        )


EVERYTHING = Scope(everything=True)
NOTHING = Scope()


def scope_of(actor: Actor) -> Scope:
    """All that the actor may read. It follows the demand: what was given away is out of it.

    An auditor sees everything, unless the directory has them belong to a chain or unit.
    """
    match actor.role:
        case Role.BUREAU | Role.ADMIN | Role.OPERATOR | Role.CLOCK:
            return EVERYTHING
        case Role.AUDITOR:
            limited = Scope(chains=actor.leads, units=_some(actor.unit))
            return EVERYTHING if limited == NOTHING else limited
        case Role.LEADER:
            return EVERYTHING if actor.park_wide else Scope(chains=actor.leads)
        case Role.UNIT:
            return Scope(units=_some(actor.unit), chains=actor.secretary_of)
        case Role.SQUAD:
            return Scope(squads=_some(actor.squad))
        case Role.ENTERPRISE:
            return Scope(enterprises=_some(actor.enterprise))


def _some(code: str | None) -> tuple[str, ...]:
    return () if code is None else (code,)
