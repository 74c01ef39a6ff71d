"""A directory workbook as a `Directory`: all of it sound, or none of it and every problem named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from domain.directory import (
    AccountEntry,
    ChainEntry,
    Directory,
    EnterpriseEntry,
    RouteEntry,
    SquadEntry,
    UnitEntry,
)
from domain.values import Role
from runtime.text import text
from starter.workbook import directory_sheets as sheets
from starter.workbook.directory_rows import (
    DirectoryRow,
    Register,
    belonging,
    report_repetitions,
)
from starter.workbook.errors import WorkbookCode, WorkbookError
from starter.workbook.models import PlacedProblem, RowCode
from starter.workbook.reading import read_workbook

SHOWN_PROBLEMS = 20
_BELONGS_NOWHERE = frozenset({Role.AUDITOR, Role.ADMIN})


def read_directory(path: Path) -> Directory:
    """Reads the directory at `path`; a `WorkbookError` with every problem if there is any."""
    problems: list[PlacedProblem] = []
    tables = sheets.read_tables(read_workbook(path), problems)
    _report_repetitions(tables)
    directory = _assembled(tables)
    for table in tables.values():
        problems.extend(
            PlacedProblem.at(table.sheet, cells.row.number, problem)
            for cells in table.rows
            for problem in cells.problems
        )
    if problems:
        raise WorkbookError(
            WorkbookCode.DIRECTORY_INVALID,
            problems=problems,
            file=path.name,
            count=len(problems),
            summary=_summary(problems),
        )
    return directory


def _report_repetitions(tables: dict[str, sheets.Table]) -> None:
    for spec in sheets.ALL_SHEETS:
        report_repetitions(tables[spec.title], spec.key, RowCode.CODE_DUPLICATE)
        if sheets.NAME in spec.columns:
            report_repetitions(tables[spec.title], sheets.NAME, RowCode.NAME_DUPLICATE)


def _assembled(tables: dict[str, sheets.Table]) -> Directory:
    registers = {title: Register(table) for title, table in tables.items()}

    def rows(spec: sheets.SheetSpec) -> Sequence[DirectoryRow]:
        return [DirectoryRow(cells) for cells in tables[spec.title].rows]

    return Directory(
        chains=tuple(_chain(row, registers) for row in rows(sheets.CHAINS)),
        units=tuple(_unit(row) for row in rows(sheets.UNITS)),
        squads=tuple(_squad(row) for row in rows(sheets.SQUADS)),
        routes=tuple(_route(row, registers) for row in rows(sheets.ROUTES)),
        enterprises=tuple(_enterprise(row, registers) for row in rows(sheets.ENTERPRISES)),
        accounts=tuple(_account(row, registers) for row in rows(sheets.ACCOUNTS)),
    )


def _chain(row: DirectoryRow, registers: dict[str, Register]) -> ChainEntry:
    return ChainEntry(
        code=row.code(sheets.CODE),
        name=row.required(sheets.NAME),
        committee=row.optional(sheets.COMMITTEE),
        lead_enterprise=row.optional(sheets.LEAD_ENTERPRISE),
        secretary_unit=row.reference(sheets.SECRETARY, registers[sheets.UNITS.title]),
        leader_post=row.optional(sheets.LEADER_POST),
    )


def _unit(row: DirectoryRow) -> UnitEntry:
    return UnitEntry(
        code=row.code(sheets.CODE),
        name=row.required(sheets.NAME),
        remark=row.optional(sheets.REMARK),
        contact_post=row.optional(sheets.POST),
        email=row.optional(sheets.EMAIL),
    )


def _squad(row: DirectoryRow) -> SquadEntry:
    return SquadEntry(
        code=row.code(sheets.CODE),
        name=row.required(sheets.NAME),
        captain_post=row.optional(sheets.POST),
        email=row.optional(sheets.EMAIL),
    )


def _route(row: DirectoryRow, registers: dict[str, Register]) -> RouteEntry:
    squad = row.reference(sheets.SQUAD, registers[sheets.SQUADS.title], may_be_empty=True)
    return RouteEntry(
        category=row.required(sheets.CATEGORY),
        unit=row.reference(sheets.UNIT, registers[sheets.UNITS.title]),
        squad=squad or None,
    )


def _enterprise(row: DirectoryRow, registers: dict[str, Register]) -> EnterpriseEntry:
    return EnterpriseEntry(
        uscc=row.uscc(sheets.USCC),
        name=row.required(sheets.NAME),
        chain=row.reference(sheets.CHAIN, registers[sheets.CHAINS.title]),
        lead=row.yes(sheets.IS_LEAD),
        contact_post=row.optional(sheets.POST),
        email=row.optional(sheets.EMAIL),
    )


def _account(row: DirectoryRow, registers: dict[str, Register]) -> AccountEntry:
    account = row.code(sheets.ACCOUNT)
    post = row.required(sheets.POST)
    role = row.role(sheets.ROLE)
    belongs_to = row.reference(
        sheets.BELONGS_TO,
        *belonging(role, registers),
        may_be_empty=role is None or role in _BELONGS_NOWHERE,
    )
    return AccountEntry(
        account=account,
        post=post,
        role=role or Role.AUDITOR,  # an unknown role is a problem already, and refused with it
        belongs_to=belongs_to,
        email=row.optional(sheets.EMAIL),
    )


def _summary(problems: Sequence[PlacedProblem]) -> str:
    lines = [_line(problem) for problem in problems[:SHOWN_PROBLEMS]]
    return "\n".join(lines if len(problems) <= SHOWN_PROBLEMS else [*lines, "  …"])


def _line(problem: PlacedProblem) -> str:
    key = "row.problem_line" if problem.row else "row.whole_sheet_line"
    return text(key, **problem.model_dump(include={"sheet", "row", "message", "mend"}))
