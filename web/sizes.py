"""How large a file is, as people say it."""

from __future__ import annotations

_KILO = 1024


def size_text(size: int) -> str:
    """So many bytes: 320 KB, 1.4 MB."""
    if size < _KILO * _KILO:
        return f"{max(1, round(size / _KILO))} KB"
    return f"{size / _KILO / _KILO:.1f} MB"
