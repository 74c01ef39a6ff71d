"""Rows mended and left out by hand: typed anew, and checked by the rules of the workbook itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.values import unprintable
from starter.workbook import list_columns as columns
from starter.workbook.cells import without_invisible
from starter.workbook.headers import Header, label_key
from starter.workbook.models import GoodRow, TypedRow
from starter.workbook.reading import Row

Place = tuple[str, int]
"""A sheet's name and a row's number."""

FIELDS = tuple(TypedRow.model_fields)
_LABELS = tuple(columns.LIST_COLUMNS[name].names[0] for name in FIELDS)
_HEADER = Header(
    first_row=0,
    last_row=0,
    labels=_LABELS,
    columns={name: (at,) for at, name in enumerate(FIELDS)},
    words=frozenset(map(label_key, _LABELS)),
)
_JOINED = frozenset({columns.TEXT, columns.REMARK})


@dataclass(frozen=True)
class Mends:
    """What people did to rows of a workbook: typed them anew, or left them out and said why."""

    typed: Mapping[Place, TypedRow] = field(default_factory=dict)
    left_out: Mapping[Place, str] = field(default_factory=dict)


def as_row(typed: TypedRow, number: int) -> tuple[Row, Header]:
    """The typed row as if it stood in a workbook, and the header above it."""
    values = tuple(str(getattr(typed, name)) or None for name in FIELDS)
    own = frozenset(at for at, value in enumerate(values) if value)
    return Row(number=number, values=values, own=own), _HEADER


def as_typed(row: Row, header: Header) -> TypedRow:
    """The row as a person would have typed it, to begin mending with."""
    found = {name: _seen(row, header, name) for name in FIELDS}
    if not found[columns.ENTERPRISE]:
        found[columns.ENTERPRISE] = _seen(row, header, columns.USCC)
    return TypedRow(**found)


def typed_again(good: GoodRow) -> TypedRow:
    """A good row, to change it all the same."""
    return TypedRow(
        enterprise=good.enterprise.name,
        chain=good.chain.name,
        category=good.category,
        urgency=good.urgency.value,
        text=good.text,
        raised_on=good.raised_on.isoformat() if good.raised_on else "",
        contact=good.contact.name,
        phone=good.contact.phone,
        remark=good.remark,
    )


def _seen(row: Row, header: Header, name: str) -> str:
    places = header.columns.get(name, ())
    seen = [text for column in sorted(places) if (text := _printable(row.seen(column)))]
    if name in _JOINED:
        return "\n".join(dict.fromkeys(seen))
    return next((text for column in places if (text := _printable(row.seen(column)))), "")


def _printable(seen: str) -> str:
    """Without what no keyboard types: it would come back unseen and be refused again."""
    kept = without_invisible(seen)
    return "".join(char for char in kept if unprintable(char) is None).strip()
