"""A reader's scope as the arguments of a query: chains, units, squads and enterprises."""

from __future__ import annotations

from domain.scope import Scope

ScopeArguments = tuple[list[str] | None, list[str] | None, list[str] | None, list[str] | None]


def arguments_of(scope: Scope) -> ScopeArguments:
    """The four, in the order of the queries; all null where everything is in scope."""
    if scope.everything:
        return None, None, None, None
    return list(scope.chains), list(scope.units), list(scope.squads), list(scope.enterprises)
