"""A value that contradicts itself: what is wrong with data that people wrote."""

from __future__ import annotations


class Fault(ValueError):
    """Raised by validators. `key` names its sentence in the translations, `facts` fill it in.

    `where` leads from the validated value to the part that is wrong: field names and indexes.
    """

    def __init__(self, key: str, where: tuple[str | int, ...] = (), **facts: str) -> None:
        super().__init__(f"{key} {facts}" if facts else key)
        self.key = key
        self.where = where
        self.facts = facts
