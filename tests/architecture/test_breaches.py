"""Every import that design.md, section 3, forbids is made in a copy, and must be reported there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.test_layers import copy, lint_imports

__all__ = ["copy"]

MAY_IMPORT = {
    "domain": set[str](),
    "ledger": {"domain"},
    "runtime": set[str](),
    "activities": {"domain", "ledger", "runtime"},
    "workflows": {"domain", "activities"},
    "starter": {"domain", "workflows", "ledger", "runtime", "audit"},
    "audit": {"domain", "workflows", "activities", "runtime", "ledger"},
    "web": {"domain", "ledger", "starter", "audit", "runtime"},
}
"""Audit knows activities by the names in their contracts, and reads the ledger."""

NOR = {
    "domain": {"temporalio", "asyncpg", "asyncio", "socket", "structlog"},
    "workflows": {
        *("activities.record", "activities.deliver", "activities.channels.send"),
        *("asyncpg", "structlog", "httpx2", "aiosmtplib"),
    },
    "audit": {
        *("activities.record", "activities.deliver", "activities.channels.send"),
        *("ledger.directory", "ledger.migrate", "ledger.outbox", "ledger.projector"),
    },
    "web": {"temporalio"},
}
"""What a package must leave alone beyond that."""


def forbidden() -> list[tuple[str, str]]:
    """Every import that must not be: who, and what."""
    ours = {*MAY_IMPORT, "worker"}
    return sorted(
        (package, other)
        for package, allowed in MAY_IMPORT.items()
        for other in ours - {package} - allowed | NOR.get(package, set())
    )


def test_each_breach_is_reported(copy: Path) -> None:
    breaches = []
    for number, (package, other) in enumerate(forbidden()):
        (copy / package / f"breach_{number}.py").write_text(f"import {other}\n", encoding="utf-8")
        breaches.append(f"{package}.breach_{number} -> {other} (l.1)")
    done = lint_imports(copy)
    assert done.returncode == 1, done.stderr
    assert "Contracts: 0 kept" in done.stdout
    report = re.sub(r"\s+", " ", done.stdout)
    assert [breach for breach in breaches if breach not in report] == []
