"""One row of a demand list: a good row, or everything that is wrong with it."""

from __future__ import annotations

from datetime import date

from domain.directory import EnterpriseEntry
from domain.identity import normalise
from domain.values import Chain, Contact, Enterprise, Urgency
from runtime.text import text
from starter.workbook import list_columns as columns
from starter.workbook.cells import as_seen, squeezed
from starter.workbook.dates import DateImpossible, DateUnclear, read_day
from starter.workbook.headers import Header
from starter.workbook.lookup import Lookup
from starter.workbook.models import (
    GoodRow,
    Problem,
    RowCode,
    RowWarning,
    WarningCode,
    shortened,
)
from starter.workbook.phones import CELL_LIMIT, Phones, PhoneUnclear, read_phones
from starter.workbook.reading import Row
from starter.workbook.row_cells import RowCells
from starter.workbook.urgency import may_be_major, read_urgency

TEXT_LIMIT = 5_000
REMARK_LIMIT = 2_000
SHOWN = 60

_NAMES = {name: spec.names[0] for name, spec in columns.LIST_COLUMNS.items()}
_NOTHING = frozenset({"", "无", "/", "-", "--", "—", "——", "\\", "n/a", "暂无", "没有"})
_NO_DEMAND = frozenset(
    {"无", "暂无", "没有", "无需求", "暂无需求", "没有需求", "无诉求", "暂无诉求"}
)


class ListRow:
    """Reads one row against the directory. Use once: `read`, then `problems` if it gave None."""

    def __init__(
        self, row: Row, header: Header, lookup: Lookup, today: date, counts_from_1904: bool
    ) -> None:
        self._cells = RowCells(row, header, _NAMES, removes_invisible=True)
        self._lookup = lookup
        self._today = today
        self._counts_from_1904 = counts_from_1904
        self._warnings: list[RowWarning] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the row, in the order of its fields."""
        return tuple(self._cells.problems)

    def read(self, sheet: str) -> GoodRow | None:
        """The good row, or None when there are problems."""
        entry = self._enterprise()
        demand = self._text()
        chain = self._chain(entry)
        category = self._category()
        urgency = self._urgency()
        raised_on = self._raised_on()
        contact = self._contact()
        remark = self._cells.joined(columns.REMARK, REMARK_LIMIT)
        self._warn_of_removed()
        if self.problems or entry is None or chain is None or category is None:
            return None
        return GoodRow(
            sheet=sheet,
            row=self._cells.row.number,
            row_hint=self._order(),
            enterprise=Enterprise(uscc=entry.uscc, name=entry.name),
            chain=chain,
            category=category,
            urgency=urgency,
            text=demand,
            raised_on=raised_on,
            contact=contact,
            remark="" if _is_nothing(remark) else remark,
            warnings=tuple(self._warnings),
        )

    def _enterprise(self) -> EnterpriseEntry | None:
        """By code or name, whichever stands in either column."""
        code = self._optional(columns.USCC)
        name = self._cells.text(columns.ENTERPRISE, CELL_LIMIT)
        if self._cells.is_flagged(columns.ENTERPRISE) or self._cells.is_flagged(columns.USCC):
            return None
        if code:
            return self._enterprise_by_code(code, name)
        if name:
            return self._only(columns.ENTERPRISE, name, self._lookup.identified(name))
        self._cells.report(RowCode.MISSING, columns.ENTERPRISE)
        return None

    def _enterprise_by_code(self, code: str, name: str) -> EnterpriseEntry | None:
        found = self._lookup.identified(code)
        namesakes = self._lookup.identified(name) if name else ()
        if not namesakes:
            entry = self._only(columns.USCC, f"{code} {name}".strip(), found, name or code)
            if entry is not None and name:
                label = self._cells.label(columns.ENTERPRISE)
                self._warn(WarningCode.NAME_DIFFERS, label, seen=_short(name), name=entry.name)
            return entry
        both = tuple(entry for entry in found if entry in namesakes)
        if both:
            return self._only(columns.USCC, code, both)
        self._cells.report(
            RowCode.ENTERPRISE_DIFFERS,
            columns.USCC,
            seen=_short(code),
            name=namesakes[0].name,
            uscc=namesakes[0].uscc,
        )
        return None

    def _only(
        self, field: str, seen: str, found: tuple[EnterpriseEntry, ...], name: str | None = None
    ) -> EnterpriseEntry | None:
        """The one enterprise found; none or several are a problem of the field."""
        if not found:
            self._report_unknown(field, seen, name or seen)
            return None
        if len(found) > 1:
            codes = "、".join(entry.uscc for entry in found)
            self._cells.report(RowCode.ENTERPRISE_AMBIGUOUS, field, seen=_short(seen), codes=codes)
            return None
        return found[0]

    def _report_unknown(self, field: str, seen: str, name: str) -> None:
        names = "、".join(f"「{near}」" for near in self._lookup.near_names(name))
        near = text("row.near_names", names=names) if names else ""
        self._cells.report(RowCode.ENTERPRISE_UNKNOWN, field, seen=_short(seen), near=near)

    def _text(self) -> str:
        demand = self._cells.joined(columns.TEXT, TEXT_LIMIT)
        if not demand and not self._cells.is_flagged(columns.TEXT):
            self._cells.report(RowCode.MISSING, columns.TEXT)
        elif demand and (not normalise(demand) or squeezed(demand) in _NO_DEMAND):
            self._cells.report(RowCode.TEXT_EMPTY, columns.TEXT, seen=_short(demand))
        return demand

    def _chain(self, entry: EnterpriseEntry | None) -> Chain | None:
        written = self._optional(columns.CHAIN)
        if self._cells.is_flagged(columns.CHAIN):
            return None
        home = self._lookup.chain(entry.chain) if entry is not None else None
        found = self._lookup.chain(written) if written else home
        if found is None:
            if written or entry is not None:
                self._report_chain(written or (entry.chain if entry else ""))
            return None
        if home is not None and found.code != home.code:
            label = self._cells.label(columns.CHAIN)
            self._warn(WarningCode.CHAIN_DIFFERS, label, seen=found.name, home=home.name)
        return Chain(code=found.code, name=found.name)

    def _report_chain(self, seen: str) -> None:
        known = "、".join(self._lookup.chains)
        self._cells.report(RowCode.CHAIN_UNKNOWN, columns.CHAIN, seen=_short(seen), known=known)

    def _category(self) -> str | None:
        written = self._cells.text(columns.CATEGORY, CELL_LIMIT)
        if self._cells.is_flagged(columns.CATEGORY):
            return None
        found = self._lookup.category(written) if written else None
        if found is None:
            known = "、".join(self._lookup.categories)
            self._cells.report(
                RowCode.CATEGORY_UNKNOWN,
                columns.CATEGORY,
                seen=_short(written) or text("row.blank"),
                known=known,
            )
        return found

    def _urgency(self) -> Urgency:
        written = self._optional(columns.URGENCY)
        if not written:
            return Urgency.GENERAL
        found = read_urgency(written)
        if found is None:
            self._cells.report(RowCode.URGENCY_UNKNOWN, columns.URGENCY, seen=_short(written))
        elif may_be_major(written):
            label = self._cells.label(columns.URGENCY)
            self._warn(WarningCode.URGENCY_READ_AS, label, seen=_short(written))
        return found or Urgency.GENERAL

    def _raised_on(self) -> date | None:
        value = self._cells.value(columns.RAISED_ON, CELL_LIMIT)
        seen = as_seen(value).strip()
        if _is_nothing(seen):
            return None
        try:
            return read_day(value, self._today, self._counts_from_1904)
        except DateUnclear:
            self._cells.report(RowCode.DATE_UNCLEAR, columns.RAISED_ON, seen=_short(seen))
        except DateImpossible:
            self._cells.report(RowCode.DATE_IMPOSSIBLE, columns.RAISED_ON, seen=_short(seen))
        return None

    def _contact(self) -> Contact:
        name = self._optional(columns.CONTACT)
        phones = self._phones(columns.PHONE)
        if not phones.numbers and _has_number(name):
            both = self._phones(columns.CONTACT)
            return Contact(name=both.name, phone=both.numbers)
        return Contact(name=name or phones.name, phone=phones.numbers)

    def _phones(self, field: str) -> Phones:
        value = self._cells.value(field, CELL_LIMIT)
        seen = as_seen(value).strip()
        if _is_nothing(seen):
            return Phones("")
        try:
            return read_phones(value)
        except PhoneUnclear:
            self._cells.report(RowCode.PHONE_UNCLEAR, field, seen=_short(seen))
        return Phones("")

    def _order(self) -> int | None:
        seen = self._cells.result(columns.ORDER)
        return int(seen) if seen.isdecimal() and len(seen) < len("1000000") else None

    def _optional(self, field: str) -> str:
        written = self._cells.text(field, CELL_LIMIT)
        return "" if _is_nothing(written) else written

    def _warn_of_removed(self) -> None:
        for field, removed in self._cells.removed.items():
            characters = "、".join(f"U+{ord(char):04X}" for char in removed)
            label = self._cells.label(field)
            self._warn(WarningCode.INVISIBLE_REMOVED, label, characters=characters)

    def _warn(self, code: WarningCode, label: str, **facts: object) -> None:
        self._warnings.append(RowWarning.of(code, label, **facts))


def _short(seen: str) -> str:
    return shortened(seen, SHOWN)


def _is_nothing(written: str) -> bool:
    return squeezed(written) in _NOTHING


def _has_number(written: str) -> bool:
    return sum(char.isdecimal() for char in written) > len("12345")
