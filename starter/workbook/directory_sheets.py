"""The sheets of a directory workbook: their names, their columns, and their rows as found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from starter.workbook.cells import squeezed
from starter.workbook.headers import ColumnSpec, Header, Specs, find_header, read_header
from starter.workbook.ignoring import is_remark
from starter.workbook.models import PlacedProblem, Problem, RowCode
from starter.workbook.reading import Row, Sheet, Workbook
from starter.workbook.row_cells import RowCells

CODE, NAME, EMAIL, REMARK, POST = "code", "name", "email", "remark", "post"
COMMITTEE, LEAD_ENTERPRISE, SECRETARY, LEADER_POST = "committee", "lead", "secretary", "leader"
CATEGORY, UNIT, SQUAD = "category", "unit", "squad"
USCC, CHAIN, IS_LEAD = "uscc", "chain", "is_lead"
ACCOUNT, ROLE, BELONGS_TO = "account", "role", "belongs_to"

_ORDINAL = re.compile(r"^[0-9一二三四五六七八九十]+[.、．]")
_CODE = ColumnSpec(names=("代码", "编码", "编号", "code"), stems=("代码", "编码"))
_EMAIL = ColumnSpec(names=("邮箱", "电子邮箱", "邮件", "email", "e-mail"), stems=("邮箱",))
_POST = ColumnSpec(
    names=("联络岗位", "联系岗位", "联络员岗位", "联系人岗位", "岗位"), stems=("岗位",)
)


@dataclass(frozen=True)
class SheetSpec:
    """One kind of sheet: what it is called and which columns it needs.

    `key` is the column by which its rows are told apart and pointed at.
    """

    title: str
    names: tuple[str, ...]
    columns: Specs
    required: tuple[str, ...]
    key: str = CODE

    def label(self, name: str) -> str:
        """The usual label of a column."""
        return self.columns[name].names[0]


CHAINS = SheetSpec(
    "产业链",
    ("产业链", "链条", "产业链条", "重点产业链"),
    {
        CODE: _CODE,
        NAME: ColumnSpec(names=("产业链", "产业链名称", "链条", "名称", "链条名称")),
        COMMITTEE: ColumnSpec(names=("联合党委", "产业链联合党委", "党委"), stems=("党委",)),
        LEAD_ENTERPRISE: ColumnSpec(names=("链主企业", "链主"), stems=("链主企业",)),
        SECRETARY: ColumnSpec(names=("书记单位", "党委书记单位"), stems=("书记单位",)),
        LEADER_POST: ColumnSpec(names=("链长职务", "链长", "链长岗位"), stems=("链长职务",)),
    },
    (CODE, NAME, SECRETARY),
)
UNITS = SheetSpec(
    "单位",
    ("单位", "责任单位", "成员单位", "部门", "单位名单", "单位名录"),
    {
        CODE: _CODE,
        NAME: ColumnSpec(names=("单位名称", "单位", "责任单位", "名称", "部门", "部门名称")),
        REMARK: ColumnSpec(names=("备注", "说明")),
        POST: _POST,
        EMAIL: _EMAIL,
    },
    (CODE, NAME),
)
SQUADS = SheetSpec(
    "突击队",
    ("突击队", "党员突击队", "突击队名单"),
    {
        CODE: _CODE,
        NAME: ColumnSpec(names=("突击队", "突击队名称", "党员突击队", "名称", "队名")),
        POST: ColumnSpec(names=("队长岗位", "队长", "队长职务"), stems=("队长岗位",)),
        EMAIL: _EMAIL,
    },
    (CODE, NAME),
)
ROUTES = SheetSpec(
    "事项分派",
    ("事项分派", "分派", "派单规则", "事项分工", "分派规则", "需求分派"),
    {
        CATEGORY: ColumnSpec(names=("类别", "需求类别", "事项类别", "事项", "分类")),
        UNIT: ColumnSpec(names=("责任单位", "单位", "牵头单位", "主办单位")),
        SQUAD: ColumnSpec(names=("突击队", "党员突击队", "责任突击队")),
    },
    (CATEGORY, UNIT),
    key=CATEGORY,
)
ENTERPRISES = SheetSpec(
    "企业",
    ("企业", "企业名录", "企业名单", "企业信息", "园区企业"),
    {
        NAME: ColumnSpec(names=("企业名称", "单位名称", "企业", "公司名称", "名称", "企业全称")),
        USCC: ColumnSpec(
            names=("统一社会信用代码", "信用代码", "社会信用代码"), stems=("信用代码",)
        ),
        CHAIN: ColumnSpec(names=("产业链", "所属产业链", "链条", "所属链条", "产业链代码")),
        IS_LEAD: ColumnSpec(names=("是否链主", "链主", "是否链主企业", "链主企业")),
        POST: _POST,
        EMAIL: _EMAIL,
    },
    (NAME, USCC, CHAIN),
    key=USCC,
)
ACCOUNTS = SheetSpec(
    "人员",
    ("人员", "账号", "帐号", "岗位", "用户", "人员名单", "岗位账号"),
    {
        ACCOUNT: ColumnSpec(names=("账号", "帐号", "用户名", "登录名", "account")),
        POST: ColumnSpec(names=("岗位", "职务", "岗位名称")),
        ROLE: ColumnSpec(names=("角色", "role")),
        BELONGS_TO: ColumnSpec(names=("所属", "所属单位", "归属", "所属代码")),
        EMAIL: _EMAIL,
    },
    (ACCOUNT, POST, ROLE, BELONGS_TO),
    key=ACCOUNT,
)
ALL_SHEETS = (CHAINS, UNITS, SQUADS, ROUTES, ENTERPRISES, ACCOUNTS)


@dataclass(frozen=True)
class Table:
    """The rows of one sheet, each with its cells by field. `complete` when nothing hides rows."""

    spec: SheetSpec
    sheet: str
    rows: tuple[RowCells, ...] = ()
    complete: bool = False


def read_tables(workbook: Workbook, problems: list[PlacedProblem]) -> dict[str, Table]:
    """All six tables by title; what is missing is added to the problems."""
    return {spec.title: _table(spec, workbook, problems) for spec in ALL_SHEETS}


def _table(spec: SheetSpec, workbook: Workbook, problems: list[PlacedProblem]) -> Table:
    found = [sheet for sheet in workbook.sheets if _plain_name(sheet.name) in spec.names]
    if not found:
        labels = "、".join(spec.label(name) for name in spec.columns)
        missing = Problem.of(RowCode.SHEET_MISSING, "", name=spec.title, labels=labels)
        problems.append(PlacedProblem.at(spec.title, 0, missing))
        return Table(spec, spec.title)
    if len(found) > 1:
        twice = Problem.of(RowCode.SHEET_TWICE, "", first=found[0].name, second=found[1].name)
        problems.append(PlacedProblem.at(found[1].name, 0, twice))
    sheet = found[0]
    header = find_header(sheet.rows, spec.columns, [frozenset({name}) for name in spec.required])
    if header is None:
        problems.extend(_missing_columns(spec, sheet))
        return Table(spec, sheet.name)
    return Table(spec, sheet.name, tuple(_rows(spec, sheet, header)), complete=True)


def _plain_name(name: str) -> str:
    return _ORDINAL.sub("", squeezed(name))


def _missing_columns(spec: SheetSpec, sheet: Sheet) -> Iterator[PlacedProblem]:
    candidates = [read_header(row, spec.columns) for row in sheet.rows]
    nearest = max(candidates, key=lambda header: len(header.columns), default=None)
    for name in spec.required:
        if nearest is None or name not in nearest.columns:
            problem = Problem.of(RowCode.COLUMN_MISSING, spec.label(name))
            yield PlacedProblem.at(sheet.name, nearest.first_row if nearest else 0, problem)


def _rows(spec: SheetSpec, sheet: Sheet, header: Header) -> Iterator[RowCells]:
    names = {name: spec.label(name) for name in spec.columns}
    for row in sheet.rows:
        if row.number > header.last_row and _says_something(row, header):
            yield RowCells(row, header, names)


def _says_something(row: Row, header: Header) -> bool:
    if row.is_heading or (len(row.own) == 1 and is_remark(row.first_seen())):
        return False
    return bool(row.own & header.used())
