"""Where a sheet's header is and which column means what, however people worded it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.values import unprintable
from starter.workbook.cells import squeezed, without_invisible
from starter.workbook.markup import column_letters
from starter.workbook.reading import Row

SEARCH_DEPTH = 30
LABEL_LIMIT = 40  # a longer text is a sentence, not a label
LABEL_REACH = 100
_LABEL_DEPTH = 1_000
_EXACT, _WITHOUT_BRACKETS, _ENDING, _CONTAINED = range(4)
_ORNAMENTS = re.compile(r"[*★:。,、_]")
_BRACKETED = re.compile(r"[(\[【〔{].*?[)\]】〕}]")


@dataclass(frozen=True)
class ColumnSpec:
    """The words for one column: whole labels, the best first, and stems a label may end with.

    A label with one of the `foreign` words means something else, whatever its stem.
    """

    names: tuple[str, ...]
    stems: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


Specs = Mapping[str, ColumnSpec]


@dataclass(frozen=True)
class Header:
    """A recognised header: its rows, the labels as seen, and the columns of each field."""

    first_row: int
    last_row: int
    labels: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    words: frozenset[str] = field(default_factory=frozenset)

    def label(self, name: str, fallback: str = "") -> str:
        """The label of a field's first column as seen."""
        columns = self.columns.get(name, ())
        return self.labels[columns[0]] if columns else fallback

    def used(self) -> frozenset[int]:
        """All columns that mean something."""
        return frozenset(column for columns in self.columns.values() for column in columns)


def label_key(label: str) -> str:
    """A label without spaces, line breaks, ornaments and width."""
    return _ORNAMENTS.sub("", squeezed(label))


def find_header(
    rows: Sequence[Row], specs: Specs, required: Sequence[frozenset[str]]
) -> Header | None:
    """The best header among the first rows: most fields known, and of each group at least one."""
    best: Header | None = None
    for row in rows[:SEARCH_DEPTH]:
        header = read_header(row, specs)
        if satisfies(header, required) and (best is None or _score(header) > _score(best)):
            best = header
    if best is None:
        return None
    below = next((row for row in rows if row.number > best.last_row), None)
    return _with_second_line(best, below, specs) if below else best


def satisfies(header: Header, required: Sequence[frozenset[str]]) -> bool:
    """Whether each group of fields has at least one column."""
    return all(header.columns.keys() & group for group in required)


def _score(header: Header) -> int:
    return len(header.columns)


def read_header(row: Row, specs: Specs) -> Header:
    """The row taken as a header, whether or not it is one."""
    labels = tuple(_label(row.seen(column)) for column in range(len(row.values)))
    return _header_of(labels, specs, row.number, row.number)


def is_header_again(row: Row, header: Header, specs: Specs) -> bool:
    """Whether the row repeats the header's words, as printed lists do on each page."""
    keys = {label_key(row.seen(column)) for column in row.own}
    return len(keys) > 1 and all(key in header.words or _exact_field(key, specs) for key in keys)


def _with_second_line(header: Header, below: Row, specs: Specs) -> Header:
    if not all(_exact_field(label_key(below.seen(column)), specs) for column in below.own):
        return header
    width = max(len(header.labels), len(below.values))
    upper = (*header.labels, *[""] * (width - len(header.labels)))
    labels = tuple(_label(below.seen(at)) or upper[at] for at in range(width))
    return _header_of(labels, specs, header.first_row, below.number)


def _header_of(labels: tuple[str, ...], specs: Specs, first: int, last: int) -> Header:
    matches: dict[str, list[tuple[int, int, int]]] = {}
    for column, label in enumerate(labels):
        found = _match(label, specs)
        if found is not None:
            name, quality, rank = found
            matches.setdefault(name, []).append((quality, rank, column))
    columns = {
        name: tuple(column for _, _, column in sorted(found)) for name, found in matches.items()
    }
    words = frozenset(label_key(label) for label in labels if label)
    return Header(first, last, _distinct(labels), columns, words)


def _match(label: str, specs: Specs) -> tuple[str, int, int] | None:
    """(field, quality, rank among the synonyms), the best there is."""
    key = label_key(label)
    if not key or len(key) > LABEL_LIMIT:
        return None
    found = [
        (quality, rank, name)
        for name, spec in specs.items()
        for quality, rank in (_quality(key, spec),)
        if rank >= 0
    ]
    if not found:
        return None
    quality, rank, name = min(found)
    return name, quality, rank


def _quality(key: str, spec: ColumnSpec) -> tuple[int, int]:
    bare = _BRACKETED.sub("", key)
    for quality, candidate in ((_EXACT, key), (_WITHOUT_BRACKETS, bare)):
        if candidate in spec.names:
            return quality, spec.names.index(candidate)
    if any(word in key for word in spec.foreign):
        return _CONTAINED, -1
    for quality, fits in ((_ENDING, str.endswith), (_CONTAINED, str.__contains__)):
        for rank, stem in enumerate(spec.stems):
            if fits(bare, stem) or fits(key, stem):
                return quality, rank
    return _CONTAINED, -1


def _exact_field(key: str, specs: Specs) -> bool:
    bare = _BRACKETED.sub("", key)
    return any(key in spec.names or bare in spec.names for spec in specs.values())


def _label(seen: str) -> str:
    words = " ".join(without_invisible(seen[:_LABEL_DEPTH]).split())
    printable = "".join(char for char in words if not unprintable(char))
    return unicodedata.normalize("NFC", printable)[:LABEL_REACH]


def unlabelled(width: int) -> tuple[str, ...]:
    """Labels for a sheet without a header: the columns' letters."""
    return _distinct([""] * width)


def _distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels that name each column: an empty one by its letter, a repeated one with its letter."""
    letters = [column_letters(column + 1) for column in range(len(labels))]
    return tuple(
        label if label and labels.index(label) == column else f"{label or '列'}({letters[column]})"
        for column, label in enumerate(labels)
    )
