"""Slips in Word: what is printed, signed and put into a file."""

from __future__ import annotations

from pathlib import Path


def template_of(kind: str, lang: str) -> Path:
    """The shipped template of a kind of slip; `make_templates` makes it."""
    return Path(__file__).parent / f"{kind}.{lang}.docx"
