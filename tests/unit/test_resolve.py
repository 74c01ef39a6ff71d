"""From an account of the directory to who acts."""

from __future__ import annotations

import pytest

from domain.directory import AccountEntry, ChainEntry, Directory, UnitEntry
from domain.scope import EVERYTHING, Scope, scope_of
from domain.values import Role
from ledger.directory import VersionedDirectory
from starter.resolve import Resolver

BIO = ChainEntry(
    code="BIO",
    name="生物医药",
    committee="联合党委",
    lead_enterprise="",
    secretary_unit="U1",
    leader_post="链长",
)


@pytest.mark.parametrize(
    ("home", "scope"),
    [
        ("", EVERYTHING),
        ("BIO", Scope(chains=("BIO",))),
        ("U1", Scope(units=("U1",))),
        ("GONE", Scope(chains=("GONE",))),  # retired since: still a limit, to nothing then
    ],
)
def test_an_auditor_sees_what_the_account_belongs_to(home: str, scope: Scope) -> None:
    account = AccountEntry(account="a", post="审计员", role=Role.AUDITOR, belongs_to=home)
    directory = Directory(
        chains=(BIO,), units=(UnitEntry(code="U1", name="住建局"),), accounts=(account,)
    )
    resolver = Resolver(VersionedDirectory(1, directory, frozenset()))
    assert scope_of(resolver.actor("a")) == scope
