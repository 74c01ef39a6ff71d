"""The names of accounts and codes, as the directory has them."""

from __future__ import annotations

from domain.actors import ENTERPRISE_PREFIX
from domain.directory import Directory


def names_of(known: Directory) -> dict[str, str]:
    """The post or name of each account and each code that a message can be for."""
    names = {e.code: e.name for e in known.units}
    names |= {e.code: e.name for e in known.squads}
    names |= {e.code: e.name for e in known.chains}
    names |= {e.uscc: e.name for e in known.enterprises}
    names |= {ENTERPRISE_PREFIX + e.uscc: e.name for e in known.enterprises}
    return names | {e.account: e.post for e in known.accounts}
