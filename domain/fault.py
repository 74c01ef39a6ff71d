"""A value that contradicts itself: what is wrong with data that people wrote."""

from __future__ import annotations


class Fault(ValueError):
    """Raised by validators. `key` names its sentence in the translations, `facts` fill it in."""

    def __init__(self, key: str, **facts: str) -> None:
        super().__init__(f"{key} {facts}" if facts else key)
        self.key = key
        self.facts = facts
