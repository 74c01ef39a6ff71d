"""Where two JSON values differ first: every key and every type counts, nothing is forgiven."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from audit.verdicts import ABSENT

_AROUND = 20


class Difference(NamedTuple):
    """A path such as `event.by.account`, and what each side says there."""

    path: str
    one: Any
    other: Any


def difference(one: Any, other: Any, path: str = "") -> Difference | None:
    """The first difference, keys in alphabetical order, or None where there is none."""
    if _text(one) == _text(other):
        return None
    return next(differences(one, other, path), None)


def _text(value: Any) -> str:
    """JSON text: tells 1, 1.0 and true apart as well, and much faster than going through it all."""
    return json.dumps(value, sort_keys=True)


def differences(one: Any, other: Any, path: str = "") -> Iterator[Difference]:
    """All differences. 1, 1.0 and true are three values; a list is compared item by item."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from differences(one.get(key, ABSENT), other.get(key, ABSENT), _at(path, key))
    elif isinstance(one, list) and isinstance(other, list):
        for index in range(max(len(one), len(other))):
            yield from differences(_item(one, index), _item(other, index), _at(path, str(index)))
    elif type(one) is not type(other) or one != other:
        yield Difference(path, one, other)


def text_difference(one: str, other: str) -> tuple[str, str]:
    """The surroundings of the first character in which two texts differ."""
    pairs = zip(one, other, strict=False)
    at = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    start, end = max(at - _AROUND, 0), at + _AROUND
    return f"…{one[start:end]}…", f"…{other[start:end]}…"


def without_newer(raw: Any, canonical: Any, full: Any) -> Any:
    """`raw` without the keys that its chain's format did not have and that say nothing.

    `canonical` has the keys of the format, `full` those that the code knows, with their values.
    Whatever neither of them has stays, and differs from everything.
    """
    if isinstance(raw, dict) and isinstance(canonical, dict) and isinstance(full, dict):
        return {
            key: without_newer(value, canonical.get(key), full.get(key))
            for key, value in raw.items()
            if key in canonical or key not in full or difference(value, full[key])
        }
    lists = isinstance(raw, list) and isinstance(canonical, list) and isinstance(full, list)
    if lists and len(raw) == len(canonical) == len(full):
        return [without_newer(*items) for items in zip(raw, canonical, full, strict=True)]
    return raw


def filled(raw: Any, full: Any) -> Any:
    """`raw` with the keys that it was written without, at what the code makes of their absence."""
    if isinstance(raw, dict) and isinstance(full, dict):
        return full | {key: filled(value, full.get(key)) for key, value in raw.items()}
    if isinstance(raw, list) and isinstance(full, list):
        both = [filled(*items) for items in zip(raw, full, strict=False)]
        return both + raw[len(both) :]
    return raw


def _item(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else ABSENT


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
