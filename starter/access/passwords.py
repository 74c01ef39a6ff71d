"""Passwords: hashed by Argon2id on a thread, few at a time, and never told apart by time."""

from __future__ import annotations

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST, LONGEST = 10, 200
_threads = ThreadPoolExecutor(2, thread_name_prefix="argon2")
"""Each hash takes 64 MB and a core for a moment: more at once would only starve everybody."""


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    """What is verified where there is no such account, so that it takes as long."""
    return _hasher().hash("nobody's password")


def same(typed: str) -> str:
    """A password as it is hashed: however a keyboard composes its characters."""
    return unicodedata.normalize("NFKC", typed)


async def hashed(password: str) -> str:
    """The hash to keep."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _hasher().hash, same(password))


async def verified(password: str, kept: str | None) -> bool:
    """Whether it is the password; with `kept` None it takes as long and is False."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _verify, same(password)[:LONGEST], kept)


def _verify(password: str, kept: str | None) -> bool:
    nobodys = _nobodys()  # whoever comes first waits for it, whatever they typed
    return _hasher().verify(password, kept or nobodys) and kept is not None


def weakness(password: str, account: str) -> str | None:
    """Why a password isn't good enough, as a text key; None where it is.

    Length alone, and not one's own name, after NIST SP 800-63B: rules about characters make worse
    passwords.
    """
    plain = same(password)
    if len(plain) < SHORTEST:
        return "web.password_short"
    if len(plain) > LONGEST:
        return "web.password_long"
    if account.lower() in plain.lower() or len(set(plain)) < 5:
        return "web.password_easy"
    return None
