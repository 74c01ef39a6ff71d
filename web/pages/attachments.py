"""Uploading files before the form that names them, and giving files back; nothing is executed.

A file of a demand is for whoever may read the demand; one that no event names yet, for whoever
brought it.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from domain.authority import may_open
from ledger.attachments import StoredAttachment
from runtime.text import text
from starter.access.limits import Limit, attempt
from starter.attachments import find
from starter.cli.explain import explain
from starter.errors import CommandRefused, LianbanError
from web.files import depot_of, take_in
from web.sizes import size_text
from web.viewer import NotFound, SignedIn, demand_of, pool_of, signer_of

router = APIRouter()

_UPLOADS = Limit("upload", 200, timedelta(hours=1))
_PDF = "application/pdf"
_HEADERS = {
    # A day, and for this browser alone; whoever may no longer read the demand has seen it anyway.
    "cache-control": "private, max-age=86400",
    # Opened by itself a file is nobody: it has no script, no form, and no origin of ours.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "content-encoding": "identity",
}


@router.post("/attachments")
async def upload(request: Request, viewer: SignedIn) -> Response:
    """Take one file in, before the form is sent: JSON with what a form then names."""
    account = viewer.actor.account
    if not may_open(viewer.actor, "tasks"):
        raise NotFound
    if not await attempt(pool_of(request), signer_of(request), _UPLOADS, account):
        return JSONResponse({"problem": text("web.files_too_often")}, 429)
    async with request.form(max_files=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            return JSONResponse({"problem": text("web.files_none")}, 422)
        try:
            taken = await take_in(request, file, account)
        except LianbanError as error:
            status = 422 if isinstance(error, CommandRefused) else 503
            return JSONResponse({"problem": explain(error).message}, status)
    picture = taken.media_type.startswith("image/")
    address = f"/attachments/{taken.sha256}"
    return JSONResponse(
        {
            "sha256": taken.sha256,
            "name": taken.name,
            "size": size_text(taken.size),
            "address": address,
            "thumbnail": f"{address}/thumbnail" if picture else None,
        }
    )


@router.get("/attachments/{sha256}")
async def draft(request: Request, viewer: SignedIn, sha256: str) -> Response:
    """What this person has brought."""
    return await _answer(request, await _draft(request, viewer.actor.account, sha256))


@router.get("/attachments/{sha256}/thumbnail")
async def draft_thumbnail(request: Request, viewer: SignedIn, sha256: str) -> Response:
    """A small picture of it."""
    return await thumbnail_of(request, await _draft(request, viewer.actor.account, sha256))


@router.get("/demands/{demand}/attachments/{sha256}")
async def of_demand(request: Request, viewer: SignedIn, demand: str, sha256: str) -> Response:
    """A file that an event of the demand names."""
    await demand_of(pool_of(request), viewer.actor, demand)
    return await _answer(request, await find.of_demand(pool_of(request), demand, sha256))


@router.get("/demands/{demand}/attachments/{sha256}/thumbnail")
async def of_demand_thumbnail(
    request: Request, viewer: SignedIn, demand: str, sha256: str
) -> Response:
    """A small picture of it."""
    await demand_of(pool_of(request), viewer.actor, demand)
    return await thumbnail_of(request, await find.of_demand(pool_of(request), demand, sha256))


async def _draft(request: Request, account: str, sha256: str) -> StoredAttachment | None:
    return await find.draft_of(pool_of(request), account, sha256)


async def _answer(request: Request, stored: StoredAttachment | None) -> Response:
    if stored is None:
        raise NotFound
    content = await depot_of(request).content(stored)
    return _given(content, stored.attachment.media_type, stored.attachment.name)


async def thumbnail_of(request: Request, stored: StoredAttachment | None) -> Response:
    """The small picture; what has none isn't there."""
    if stored is None or stored.thumbnail is None:
        raise NotFound
    content = await depot_of(request).thumbnail(stored)
    return _given(content, "image/jpeg", stored.attachment.name)


def _given(content: bytes, media_type: str, name: str) -> Response:
    """Pictures and PDF may be looked at, everything else is only to be saved."""
    looked_at = media_type.startswith("image/") or media_type == _PDF
    how = "inline" if looked_at else "attachment"
    headers = {**_HEADERS, "content-disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type=media_type, headers=headers)
