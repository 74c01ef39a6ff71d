"""Texts for people, by key and language: Chinese first, English second.

One TOML file an area under `translations/<language>/`; the key `refusal.paused` is the entry
`paused` of `refusal.toml`. A missing key shows the key itself: ugly, never a crash, and a test
keeps the languages complete and equal in their placeholders.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGES = ("zh", "en")


_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Texts are in this language meanwhile, in this task alone: a page is for one reader."""
    before = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(before)


def language() -> str:
    """The reader's language, or that of this process (`LIANBAN_LANG`): Chinese, or English."""
    spoken = _spoken.get()
    if spoken is not None:
        return spoken
    return "en" if os.environ.get("LIANBAN_LANG", "zh").lower().startswith("en") else "zh"


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All texts of a language, by key."""
    texts: dict[str, str] = {}
    for path in sorted((TRANSLATIONS / lang).glob("*.toml")):
        for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items():
            texts[f"{path.stem}.{key}"] = value
    return texts


def text(key: str, lang: str | None = None, /, **facts: object) -> str:
    """The text for `key` with its `{placeholders}` filled in."""
    template = catalogue(lang or language()).get(key, key)
    try:
        return template.format(**facts)
    except (KeyError, IndexError):
        return template
