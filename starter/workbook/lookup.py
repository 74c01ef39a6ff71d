"""The directory, ready to be asked by whatever a clerk wrote."""

from __future__ import annotations

from difflib import get_close_matches

from domain.directory import ChainEntry, Directory, EnterpriseEntry
from starter.workbook.cells import squeezed

SUGGESTIONS = 3
SUGGESTION_BUDGET = 300  # distinct unknown names; beyond it a list is simply the wrong one
_SHORTEST_PART = 2


class Lookup:
    """Finds enterprises, chains and categories by code or by name as written."""

    def __init__(self, directory: Directory) -> None:
        self._by_uscc = {entry.uscc.upper(): entry for entry in directory.enterprises}
        self._by_name: dict[str, list[EnterpriseEntry]] = {}
        for entry in directory.enterprises:
            self._by_name.setdefault(squeezed(entry.name), []).append(entry)
        self._chains: dict[str, ChainEntry] = {}
        for chain in directory.chains:
            for word in (chain.name, _without_ending(squeezed(chain.name)), chain.code):
                self._chains.setdefault(squeezed(word), chain)
        self._categories = {squeezed(route.category): route.category for route in directory.routes}
        self._suggested: dict[str, tuple[str, ...]] = {}

    @property
    def categories(self) -> tuple[str, ...]:
        """All categories that somebody is responsible for."""
        return tuple(self._categories.values())

    @property
    def chains(self) -> tuple[str, ...]:
        """The names of all chains."""
        return tuple(dict.fromkeys(chain.name for chain in self._chains.values()))

    def by_uscc(self, written: str) -> EnterpriseEntry | None:
        """The enterprise with this unified social credit code."""
        return self._by_uscc.get(squeezed(written).replace("-", "").upper())

    def by_name(self, written: str) -> tuple[EnterpriseEntry, ...]:
        """The enterprises of this name: usually one, none if unknown."""
        return tuple(self._by_name.get(squeezed(written), ()))

    def identified(self, written: str) -> tuple[EnterpriseEntry, ...]:
        """The enterprises of this name or code, whichever was written."""
        entry = self.by_uscc(written)
        return self.by_name(written) or ((entry,) if entry is not None else ())

    def chain(self, written: str) -> ChainEntry | None:
        """The chain with this name or code; the ending 产业链 may be left out."""
        key = squeezed(written)
        return self._chains.get(key) or self._chains.get(_without_ending(key))

    def category(self, written: str) -> str | None:
        """The category as the directory writes it; an ending such as 类 may be added."""
        key = squeezed(written)
        for ending in ("", "类", "类需求", "需求", "问题", "类问题"):
            found = self._categories.get(key.removesuffix(ending))
            if found is not None and key.endswith(ending):
                return found
        return None

    def near_names(self, written: str) -> tuple[str, ...]:
        """The enterprises that the writer may have meant, the nearest first."""
        key = squeezed(written)
        if key not in self._suggested:
            if len(self._suggested) >= SUGGESTION_BUDGET:
                return ()
            self._suggested[key] = self._search_near(key)
        return self._suggested[key]

    def _search_near(self, key: str) -> tuple[str, ...]:
        parts = [name for name in self._by_name if len(key) >= _SHORTEST_PART and key in name]
        similar = get_close_matches(key, self._by_name, n=SUGGESTIONS, cutoff=0.6)
        nearest = list(dict.fromkeys([*parts[:SUGGESTIONS], *similar]))[:SUGGESTIONS]
        return tuple(self._by_name[name][0].name for name in nearest)


def _without_ending(key: str) -> str:
    return key.removesuffix("链").removesuffix("产业")
