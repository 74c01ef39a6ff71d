"""The queries, one `.sql` file each: its first line says what it is for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

QUERIES = Path(__file__).parent / "queries"


@cache
def sql(name: str) -> str:
    """The text of `queries/<name>.sql`."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def names() -> list[str]:
    """All queries, for the test that prepares each."""
    return sorted(path.stem for path in QUERIES.glob("*.sql"))
