"""The rules in force for a demand, as data with a version: part of its first event.

Two formats. A `Policy` of format 1 sets no deadlines: demands that started under one arm no timer,
now or ever. `Rules` of format 2 (`domain.rules`) set them; all new demands start under these.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag

from domain.rules import Rules
from domain.shared import shared
from domain.values import Value


class Policy(Value):
    """A rule set. `source` names the published rule that it comes from.

    An evaluation of `dissatisfied_at_most` stars or fewer reopens the demand.
    """

    name: str
    version: str
    source: str
    dissatisfied_at_most: int = Field(default=2, ge=0, le=4)


def _format(value: Any) -> str:
    found = value.get("format") if isinstance(value, dict) else getattr(value, "format", None)
    return "1" if found is None else str(found)


PolicyInForce = Annotated[
    Annotated[Policy, Tag("1")] | Annotated[Rules, Tag("2")],
    Discriminator(_format),
    AfterValidator(shared),
]


def dissatisfied_at_most(policy: Policy | Rules) -> int:
    """The most stars with which an evaluation reopens."""
    if isinstance(policy, Rules):
        return policy.evaluation.dissatisfied_at_most
    return policy.dissatisfied_at_most


def format_of(policy: Policy | Rules) -> int:
    """The format of an event chain that begins under this policy."""
    return policy.format if isinstance(policy, Rules) else 1
