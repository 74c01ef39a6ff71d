"""One row of a directory sheet, field by field: required, safe, unique, pointing at what exists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from stdnum.cn import uscc as uscc_rules
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from domain.values import Role
from starter.workbook.cells import squeezed
from starter.workbook.directory_sheets import NAME, USCC, Table
from starter.workbook.models import RowCode, shortened
from starter.workbook.row_cells import RowCells

FIELD_LIMIT = 200
SHOWN = 60

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_YES = frozenset({"是", "y", "yes", "true", "1", "√", "✓"})
_NO = frozenset({"", "否", "n", "no", "false", "0", "×", "-", "/"})
_ROLE_WORDS = {
    Role.BUREAU: ("服务中心", "服务局", "党群服务中心"),
    Role.UNIT: ("责任单位", "单位"),
    Role.SQUAD: ("突击队", "党员突击队"),
    Role.LEADER: ("领导", "链长"),
    Role.ENTERPRISE: ("企业",),
    Role.AUDITOR: ("审计", "审计员"),
    Role.ADMIN: ("管理员", "系统管理员"),
}
_ROLES = {
    squeezed(word): role for role, words in _ROLE_WORDS.items() for word in (role.value, *words)
}
KNOWN_ROLES = "、".join(role.value for role in _ROLE_WORDS)


class Register:
    """The codes and names of one table, to find repetitions and to resolve references."""

    def __init__(self, table: Table) -> None:
        self.title = table.spec.title
        self.complete = table.complete
        self._codes: dict[str, str] = {}
        for cells in table.rows:
            code = _key(cells, table.spec.key)
            for word in (code, cells.result(NAME)):
                if code and word:
                    self._codes.setdefault(squeezed(word), code)

    def code_of(self, written: str) -> str | None:
        """The code of whatever has this code or name."""
        return self._codes.get(squeezed(written))


def _key(cells: RowCells, field: str) -> str:
    written = cells.result(field)
    return compact_uscc(written) if field == USCC else written


def compact_uscc(written: str) -> str:
    """A credit code without spaces and dashes, in half-width capitals."""
    return squeezed(written).replace("-", "").upper()


class DirectoryRow:
    """Takes fields out of a row; what is wrong is collected in the row's cells."""

    def __init__(self, cells: RowCells) -> None:
        self._cells = cells

    def optional(self, field: str) -> str:
        """A text that may be empty."""
        return self._cells.text(field, FIELD_LIMIT)

    def required(self, field: str) -> str:
        """A text that may not be empty."""
        written = self.optional(field)
        if not written and not self._cells.is_flagged(field):
            self._cells.report(RowCode.MISSING, field)
        return written

    def code(self, field: str) -> str:
        """A code or account: letters, digits, dots, dashes and underscores."""
        written = self.required(field)
        if written and not _SAFE.fullmatch(written):
            self._cells.report(RowCode.CODE_UNSAFE, field, seen=_short(written))
        return written

    def uscc(self, field: str) -> str:
        """A unified social credit code with a sound check digit."""
        written = self.required(field)
        code = compact_uscc(written)
        if not code:
            return ""
        try:
            return str(uscc_rules.validate(code))
        except InvalidLength:
            self._cells.report(RowCode.USCC_LENGTH, field, seen=_short(written))
        except InvalidChecksum:
            self._cells.report(RowCode.USCC_CHECKSUM, field, seen=_short(written))
        except ValidationError:
            self._cells.report(RowCode.USCC_FORMAT, field, seen=_short(written))
        return code

    def yes(self, field: str) -> bool:
        """是 or 否; empty is 否."""
        written = squeezed(self.optional(field))
        if written not in _YES | _NO:
            self._cells.report(RowCode.YES_NO_UNCLEAR, field, seen=_short(written))
        return written in _YES

    def role(self, field: str) -> Role | None:
        """A role that an account can have."""
        written = self.required(field)
        found = _ROLES.get(squeezed(written))
        if written and found is None:
            self._cells.report(RowCode.ROLE_UNKNOWN, field, seen=_short(written), known=KNOWN_ROLES)
        return found

    def reference(self, field: str, *targets: Register, may_be_empty: bool = False) -> str:
        """The code that the field points at, in the first target that has it."""
        written = self.optional(field) if may_be_empty else self.required(field)
        if not written:
            return ""
        for target in targets:
            code = target.code_of(written)
            if code is not None:
                return code
        if all(target.complete for target in targets):
            names = "、".join(target.title for target in targets)
            self._cells.report(RowCode.REFERENCE_UNKNOWN, field, seen=_short(written), target=names)
        return written


def report_repetitions(table: Table, field: str, code: RowCode) -> None:
    """Reports each row whose field repeats an earlier row's."""
    earlier: dict[str, int] = {}
    for cells in table.rows:
        key = squeezed(_key(cells, field))
        first = earlier.setdefault(key, cells.row.number)
        if key and first != cells.row.number:
            cells.report(code, field, seen=_short(cells.result(field)), row=first)


def belonging(role: Role | None, registers: Mapping[str, Register]) -> Sequence[Register]:
    """Where an account of this role can belong."""
    titles = (
        {
            Role.SQUAD: ("突击队",),
            Role.LEADER: ("产业链", "单位"),
            Role.AUDITOR: ("产业链", "单位"),
            Role.ENTERPRISE: ("企业",),
        }.get(role, ("单位",))
        if role
        else ("产业链", "单位", "突击队", "企业")
    )
    return [registers[title] for title in titles]


def _short(written: str) -> str:
    return shortened(written, SHOWN)
