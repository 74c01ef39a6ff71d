"""What people say in the demonstration, by category: samples/demo.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from domain.values import Urgency, Value

FILE = Path(__file__).parents[2] / "samples" / "demo.toml"


class Said(Value):
    """What is planned, reported and answered for demands of one category."""

    name: str
    leader: str
    plan: str
    milestones: tuple[str, ...]
    reports: tuple[str, ...]
    result: str
    praise: str
    blame: str


class Late(Value):
    """A demand that nobody sees to in time; it is brought as far as `until`."""

    enterprise: str
    category: str
    urgency: Urgency
    text: str
    until: str


class Submission(Value):
    """What somebody sends in by the public form."""

    enterprise: str
    category: str
    text: str
    contact: str
    phone: str


class Words(Value):
    """The whole file."""

    phrases: dict[str, str]
    category: tuple[Said, ...]
    late: tuple[Late, ...]
    submission: tuple[Submission, ...]

    def of(self, category: str) -> Said:
        """What is said of a category."""
        return next(said for said in self.category if said.name == category)


@cache
def words() -> Words:
    """The file, read once."""
    return Words.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
