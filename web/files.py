"""Files that come with a form: uploaded before it, or in it where there is no JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from domain.values import MOST_ATTACHMENTS, Attachment
from starter.attachments.depot import Depot, depot
from starter.attachments.naming import as_named
from starter.cli.explain import explain
from starter.errors import CommandRefused, LianbanError
from web.viewer import house, pool_of

FIELD = "files"
"""What the browser's own file field is called."""
KEPT = "attachment"
"""What says which files were uploaded already: `SHA256 NAME`, one each."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".gif")


@dataclass(frozen=True)
class Chosen:
    """The files of a form, as a command names them; `problem` says which couldn't be taken in."""

    named: list[dict[str, str]]
    problem: str

    @property
    def as_typed(self) -> list[str]:
        """The same for the form that is shown again."""
        return [f"{one['sha256']} {one['name']}" for one in self.named]


def depot_of(request: Request) -> Depot:
    """Where files are kept. Raises `SystemUnreachable`."""
    state = request.app.state
    if not hasattr(state, "depot"):
        state.depot = depot(house(request).settings, pool_of(request))
    found: Depot = state.depot
    return found


async def chosen(request: Request, form: FormData, account: str) -> Chosen:
    """What was uploaded before, and what came with the form, which is taken in now."""
    named = _uploaded(form)
    problems: list[str] = []
    for upload in form.getlist(FIELD):
        if isinstance(upload, UploadFile) and (upload.filename or upload.size):
            if len(named) + len(problems) >= MOST_ATTACHMENTS:
                problems.append(explain(_too_many()).message)
                break
            try:
                named += as_named([await take_in(request, upload, account)])
            except LianbanError as error:
                problems.append(explain(error).message)
    return Chosen(named, "\n".join(problems))


async def take_in(request: Request, upload: UploadFile, account: str) -> Attachment:
    """One file, brought by this account. Raises `CommandRefused` or `SystemUnreachable`."""
    most = house(request).settings.attachment_bytes
    content = await upload.read(most + 1)
    return await depot_of(request).take_in(content, upload.filename or "", account)


def _uploaded(form: FormData) -> list[dict[str, str]]:
    found = {}
    for value in form.getlist(KEPT):
        digest, _, name = value.partition(" ") if isinstance(value, str) else ("", "", "")
        if _SHA256.fullmatch(digest):
            found[digest] = {"sha256": digest, "name": name}
    return list(found.values())


def _too_many() -> CommandRefused:
    facts = {"type": "too_long", "limit": str(MOST_ATTACHMENTS)}
    return CommandRefused("invalid_input", field="attachments", problem="too many", **facts)


def shown(kept: Iterable[str]) -> list[dict[str, Any]]:
    """What was uploaded before, for the form: value, name, and whether it is a picture."""
    found = []
    for value in kept:
        digest, _, name = value.partition(" ")
        picture = name.lower().endswith(_IMAGES)
        found.append({"value": value, "sha256": digest, "name": name, "picture": picture})
    return found
