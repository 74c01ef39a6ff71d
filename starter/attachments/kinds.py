"""What a file is, by its content: neither its name nor what a browser calls it is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starter.attachments import office
from starter.errors import CommandRefused


@dataclass(frozen=True)
class Kind:
    """A type that is taken in; `pillow` is what Pillow calls an image's format.

    The first suffix is the usual one.
    """

    media_type: str
    suffixes: tuple[str, ...]
    pillow: str = ""


JPEG = Kind("image/jpeg", (".jpg", ".jpeg"), "JPEG")
PNG = Kind("image/png", (".png",), "PNG")
WEBP = Kind("image/webp", (".webp",), "WEBP")
GIF = Kind("image/gif", (".gif",), "GIF")
PDF = Kind("application/pdf", (".pdf",))
_OPEN = "application/vnd.openxmlformats-officedocument."
_OFFICE = {
    office.DOCX: Kind(f"{_OPEN}wordprocessingml.document", (".docx",)),
    office.XLSX: Kind(f"{_OPEN}spreadsheetml.sheet", (".xlsx",)),
    office.PPTX: Kind(f"{_OPEN}presentationml.presentation", (".pptx",)),
    office.DOC: Kind("application/msword", (".doc", ".wps")),
    office.XLS: Kind("application/vnd.ms-excel", (".xls", ".et")),
    office.PPT: Kind("application/vnd.ms-powerpoint", (".ppt", ".dps")),
}
KINDS: tuple[Kind, ...] = (JPEG, PNG, WEBP, GIF, PDF, *_OFFICE.values())

_PNG_MARK = b"\x89PNG\r\n\x1a\n"
_PDF_BEGINS = re.compile(rb"%PDF-\d")
_PDF_END, _PDF_TAIL = b"%%EOF", 4096
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def kind_of(content: bytes, name: str) -> Kind:
    """What the content is; `name` is for the refusal. Raises `CommandRefused`."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(_PNG_MARK):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if _PDF_BEGINS.match(content):
        if _PDF_END not in content[-_PDF_TAIL:]:
            raise CommandRefused("attachment_damaged", name=name)
        return PDF
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise CommandRefused("attachment_heic", name=name)
    if content.startswith(office.ZIP_MARK):
        return _OFFICE[office.of_package(content, name)]
    if content.startswith(office.COMPOUND_MARK):
        return _OFFICE[office.of_compound(content, name)]
    raise CommandRefused("attachment_type", name=name)
