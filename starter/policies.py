"""Policies are data: TOML files that become part of a demand's first event."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from domain.policy import Policy
from runtime.settings import Settings
from starter.errors import CommandRefused

POLICIES = Path(__file__).parent.parent / "policies"


def load_policy(path: Path) -> Policy:
    """The policy in a file. Raises `CommandRefused` where it can't be read or understood."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        if "format" in found:  # what this version would leave out of it, nobody would notice
            raise CommandRefused("policy_not_in_use", file=str(path))
        return Policy.model_validate(found)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        problem = str(error).splitlines()[0]
        raise CommandRefused("policy_invalid", file=str(path), problem=problem) from error


def policy_in_force(settings: Settings) -> Policy:
    """The policy for new demands."""
    return load_policy(settings.policy or POLICIES / "park.toml")
