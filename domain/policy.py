"""The rules in force for a demand, as data with a version: part of its first event.

No deadlines yet: `deadlines` is absent from every policy of this format, so code that arms timers
from it leaves these histories alone.
"""

from __future__ import annotations

from pydantic import Field

from domain.values import Value


class Policy(Value):
    """A rule set. `source` names the published rule that it comes from.

    An evaluation of `dissatisfied_at_most` stars or fewer reopens the demand.
    """

    name: str
    version: str
    source: str
    dissatisfied_at_most: int = Field(default=2, ge=0, le=4)
