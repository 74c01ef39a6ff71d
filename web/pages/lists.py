"""Lists: upload a workbook, see the check row by row, mend rows in place, leave rows out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from domain.authority import may_open
from ledger.directory import read
from ledger.sql import sql
from runtime.text import text
from starter import uploads
from starter.cli.explain import explain
from starter.errors import CommandRefused
from starter.names import names_of
from starter.uploads import Checked, Upload
from starter.workbook.errors import WorkbookError
from starter.workbook.mending import Place
from starter.workbook.models import TypedRow
from starter.workbook.rejects import rejects_workbook
from web import cookies, list_view
from web.render import page
from web.viewer import NotFound, SignedIn, Viewer, pool_of

router = APIRouter()

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE = 30


def allowed(viewer: Viewer) -> None:
    """Raises `NotFound` for whoever has nothing to do with lists."""
    if not may_open(viewer.actor, "lists"):
        raise NotFound


async def upload_of(request: Request, viewer: Viewer, number: int) -> Upload:
    """An upload, whoever made it. Raises `NotFound`."""
    allowed(viewer)
    found = await uploads.find(pool_of(request), number)
    if found is None:
        raise NotFound
    return found


@router.get("/lists")
async def index(request: Request, viewer: SignedIn, before: int | None = None) -> Response:
    """The uploads so far, and the form for another."""
    allowed(viewer)
    return await _index(request, before=before)


async def _index(
    request: Request, *, before: int | None = None, problem: str = "", status: int = 200
) -> Response:
    pool = pool_of(request)
    found = await uploads.recent(pool, A_PAGE + 1, before)
    facts: dict[str, Any] = {
        "uploads": found[:A_PAGE],
        "more": found[A_PAGE - 1]["upload"] if len(found) > A_PAGE else None,
        "names": names_of(await read(pool)),
        "problem": problem,
    }
    return page(request, "lists.html", status=status, **facts)


@router.post("/lists")
async def upload(request: Request, viewer: SignedIn) -> Response:
    """Keep a workbook, or say why it can't be read."""
    allowed(viewer)
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            return await _index(request, problem=text("web.lists_no_file"), status=422)
        name, content = file.filename, await file.read()
    try:
        number = await uploads.keep(pool_of(request), name, content, viewer.actor.account)
    except WorkbookError as error:
        return await _index(request, problem=explain(error).message, status=422)
    return cookies.done(request, f"/lists/{number}", "list_uploaded")


@router.get("/lists/{number}")
async def show(
    request: Request, viewer: SignedIn, number: int, show: str = "", at: int = 1
) -> Response:
    """The check, row by row; `show` is the group of rows, `at` its page."""
    found = await upload_of(request, viewer, number)
    return await shown(request, found, show, at)


async def shown(
    request: Request, found: Upload, group: str = "", at: int = 1, status: int = 200, **more: Any
) -> Response:
    """The page of an upload; `more` is what was typed to start it, and what came of that."""
    pool = pool_of(request)
    checked = await uploads.check(pool, found)
    facts = await list_view.facts_of(pool, checked, group, at)
    start = {"list_id": "", "meeting": "", "problem": "", "known": None}
    begun: dict[str, Any] = {
        "started": start | more,
        "start_problem": list_view.problem_shown(found),
        "tally": list_view.tally_of(found),
    }
    names = names_of(checked.directory)
    return page(request, "list.html", status=status, names=names, **begun, **facts)


@router.get("/lists/{number}/rows")
async def row_form(
    request: Request, viewer: SignedIn, number: int, sheet: str, row: int
) -> Response:
    """One row, good or bad, with its cells as inputs."""
    found = await upload_of(request, viewer, number)
    checked = await uploads.check(pool_of(request), found)
    return _row(request, checked, (sheet, row))


def _row(
    request: Request, checked: Checked, place: Place, problem: str = "", status: int = 200
) -> Response:
    form = list_view.form_of(checked, place)
    if form is None:
        raise NotFound
    facts: dict[str, Any] = {
        "upload": checked.upload,
        "form": form,
        "problem": problem,
        "counts": list_view.counts_of(checked),
        **list_view.options_of(checked.directory),
    }
    return page(request, "list_row.html", status=status, **facts)


@router.post("/lists/{number}/rows")
async def change_row(request: Request, viewer: SignedIn, number: int) -> Response:
    """Mend a row, leave it out, or take it as it came; checked again at once."""
    found = await upload_of(request, viewer, number)
    pool, account = pool_of(request), viewer.actor.account
    async with request.form(max_files=0, max_fields=30) as form:
        place, typed, do = _place(form), _typed(form), form.get("do")
        reason = form.get("reason")
    checked = await uploads.check(pool, found)
    if place not in checked.mends.left_out and list_view.form_of(checked, place) is None:
        raise NotFound
    try:
        match do:
            case "leave_out":
                said = reason if isinstance(reason, str) else ""
                await uploads.leave_out(pool, found, place, said, account)
            case "undo":
                await uploads.undo(pool, found, place)
            case _:
                await uploads.mend(pool, found, place, typed, account)
    except CommandRefused as error:
        problem = explain(error).message
        return _answer_row(request, checked, place, problem)
    return _answer_row(request, await uploads.check(pool, found), place, done=f"row_{do}")


def _answer_row(
    request: Request, checked: Checked, place: Place, problem: str = "", done: str = ""
) -> Response:
    """To htmx, the row alone as it stands now; to others, a page."""
    form = list_view.form_of(checked, place)
    number = checked.upload.upload
    if request.headers.get("hx-request"):
        facts: dict[str, Any] = {
            "upload": checked.upload,
            "form": form,
            "place": place,
            "row_id": list_view.row_id(place),
            "problem": problem,
            "left_out": checked.mends.left_out.get(place, ""),
            "counts": list_view.counts_of(checked),
            "done": done,
            **list_view.options_of(checked.directory),
        }
        return page(request, "list_row.html", block="row_answer", **facts)
    if problem or (form is not None and form.problems and done == "row_mend"):
        return _row(request, checked, place, problem, 409 if problem else 422)
    return cookies.done(request, f"/lists/{number}", done)


@router.get("/lists/{number}/rejects")
async def rejects(request: Request, viewer: SignedIn, number: int) -> Response:
    """The bad rows as a workbook, with what is wrong and how to mend it."""
    found = await upload_of(request, viewer, number)
    checked = await uploads.check(pool_of(request), found)
    if not checked.reading.bad:
        return RedirectResponse(f"/lists/{number}", 303)
    name = text("web.lists_rejects_file", number=number)
    return attachment(rejects_workbook(checked.reading), name, XLSX)


@router.get("/lists/{number}/file")
async def original(request: Request, viewer: SignedIn, number: int) -> Response:
    """The workbook as it was uploaded."""
    found = await upload_of(request, viewer, number)
    content: bytes = await pool_of(request).fetchval(sql("upload_content"), number)
    return attachment(content, found.file, XLSX)


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """A file to save, never to show: its name as a browser of any age reads it."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers={"content-disposition": disposition})


def _place(form: FormData) -> Place:
    sheet, row = form.get("sheet"), form.get("row")
    if not isinstance(sheet, str) or not isinstance(row, str) or not row.isdecimal():
        raise NotFound
    return sheet, int(row[:9])


def _typed(form: FormData) -> TypedRow:
    given = {name: form.get(name) for name in TypedRow.model_fields}
    return TypedRow(
        **{  # PostgreSQL keeps every character but this one; what else is wrong, the check says
            name: value.replace("\0", "").replace("\r\n", "\n").strip()
            for name, value in given.items()
            if isinstance(value, str)
        }
    )
