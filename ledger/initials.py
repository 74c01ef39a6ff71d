"""Pinyin initials of a demand, by which people search without choosing characters."""

from __future__ import annotations

from functools import lru_cache

from ledger.pool import Pool
from ledger.sql import sql

BATCH = 500


@lru_cache(maxsize=4096)
def initials_of(enterprise: str, text: str) -> str:
    """Those of the enterprise's name and of the text: 云南裕能 变压器 is `ynyn byq`."""
    return f"{_initials(enterprise)} {_initials(text)}"


def _initials(words: str) -> str:
    # Loading the dictionaries takes a moment and memory, which only who writes demands needs.
    from pypinyin import Style, lazy_pinyin

    found = "".join(lazy_pinyin(words, style=Style.FIRST_LETTER)).lower()
    return "".join(char for char in found if char.isascii() and char.isalnum())


async def fill_initials(pool: Pool) -> int:
    """Give them to the rows that an older program wrote, some at a time; how many there were.

    Interrupted, it goes on where it stopped.
    """
    done = 0
    while rows := await pool.fetch(sql("initials_missing"), BATCH):
        found = [initials_of(row["enterprise_name"], row["text"]) for row in rows]
        await pool.execute(sql("initials_fill"), [row["demand"] for row in rows], found)
        done += len(rows)
    return done
