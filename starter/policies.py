"""Policies are data: TOML files that become part of a demand's first event."""

from __future__ import annotations

from pathlib import Path

from domain.rules import Rules
from runtime.settings import Settings
from starter.errors import CommandRefused
from starter.policy_files import read_policy

POLICIES = Path(__file__).parent.parent / "policies"
PARK_DEFAULT = POLICIES / "default.toml"


def load_policy(path: Path) -> Rules:
    """The rule set in a file, for new demands: of format 2, which sets deadlines.

    Raises `FileInvalid` where it can't be read or understood, `CommandRefused` where it is of the
    older format: nobody would notice that nothing is ever due.
    """
    found = read_policy(path)
    if not isinstance(found, Rules):
        raise CommandRefused("policy_not_in_use", file=str(path))
    return found


def policy_in_force(settings: Settings, chosen: Path | None = None) -> Rules:
    """The policy for new demands: the one chosen for the occasion, or that of the settings."""
    return load_policy(chosen or settings.policy or PARK_DEFAULT)
