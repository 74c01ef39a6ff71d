"""Starting an uploaded list: in the background, with its progress on the page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from runtime.text import text
from starter import upload_start, uploads
from starter.cli.explain import explain
from starter.cli.options import code
from starter.errors import CommandRefused
from starter.uploads import Upload
from web import cookies
from web.background import Background
from web.list_view import problem_shown, tally_of
from web.pages.lists import shown, upload_of
from web.render import page
from web.viewer import NotFound, SignedIn, Viewer, house

router = APIRouter()

Text = Annotated[str, Form()]


@router.post("/lists/{number}/start")
async def start(
    request: Request,
    viewer: SignedIn,
    number: int,
    list_id: Text = "",
    meeting: Text = "",
    confirmed: Text = "",
) -> Response:
    """Begin; or the form again, where the list id can't be used or is another list's already."""
    to, found = house(request), await upload_of(request, viewer, number)
    wanted, meeting = code(list_id), " ".join(meeting.split())
    typed: dict[str, Any] = {"list_id": wanted, "meeting": meeting}
    if not wanted:
        problem = text("web.lists_no_id")
        return await shown(request, found, status=422, problem=problem, **typed)
    own = found.start is not None and found.start["list_id"] == wanted
    if not own and confirmed != wanted:
        known = await upload_start.known_list(to, wanted)
        if known is not None:
            return await shown(request, found, status=409, known=known, **typed)
    try:
        checked = await uploads.check(to.pool, found)
        await upload_start.begin(to, checked, wanted, meeting, viewer.actor)
    except CommandRefused as error:
        problem = explain(error).message
        return await shown(request, found, status=409, problem=problem, **typed)
    _run(request, viewer, found)
    return cookies.done(request, f"/lists/{number}")


@router.post("/lists/{number}/go-on")
async def go_on(request: Request, viewer: SignedIn, number: int) -> Response:
    """Go on with what was interrupted."""
    found = await upload_of(request, viewer, number)
    try:
        await upload_start.go_on(house(request), found, viewer.actor)
    except CommandRefused as error:
        problem = explain(error).message
        return await shown(request, found, status=409, problem=problem)
    _run(request, viewer, found)
    return cookies.done(request, f"/lists/{number}")


def _run(request: Request, viewer: Viewer, found: Upload) -> None:
    background: Background = request.app.state.background
    background.start(upload_start.run(house(request), found.upload, viewer.actor))


@router.get("/lists/{number}/progress")
async def progress(request: Request, viewer: SignedIn, number: int) -> Response:
    """How far it is: a fragment that fetches itself anew until it has ended."""
    found = await upload_of(request, viewer, number)
    if found.start is None:
        raise NotFound
    facts: dict[str, Any] = {
        "upload": found,
        "start_problem": problem_shown(found),
        "tally": tally_of(found),
    }
    return page(request, "list_progress.html", block="progress", **facts)
