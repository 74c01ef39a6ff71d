"""回访: which satisfied evaluations the bureau asks about again before closing."""

from __future__ import annotations

import hashlib

from domain.rules import Clock
from domain.state import DemandState

_HUNDRED = 100


def wanted(state: DemandState) -> bool:
    """Whether this round of this demand is among those that are revisited.

    The policy's percentage, drawn by a hash of demand and round: nobody can choose, anybody can
    check.
    """
    rules = state.rules
    if rules is None or rules.clocks_for(state.category, state.urgency).of(Clock.FOLLOW_UP) is None:
        return False
    digest = hashlib.sha256(f"{state.demand}/{state.round}".encode()).digest()
    return int.from_bytes(digest[:4]) % _HUNDRED < rules.evaluation.follow_up
