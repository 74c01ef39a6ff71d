"""Office files, told apart by what is inside: new ones are ZIP packages, old ones compound files.

Nothing is unpacked but the one small part that says what the package is; how much the rest would
unpack to is added up from what the archive declares. Macros and passwords are refused: what runs,
or what nobody can check, is not passed on to an enterprise or a clerk.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from starter.errors import CommandRefused

DOCX, XLSX, PPTX, DOC, XLS, PPT = "docx", "xlsx", "pptx", "doc", "xls", "ppt"
ZIP_MARK = b"PK\x03\x04"
COMPOUND_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
MOST_PARTS = 10_000
MOST_UNPACKED = 300 * 1024 * 1024

_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": PPTX,
}
_MACROS = ("macroenabled", "vbaproject")
_TYPES = "[Content_Types].xml"
_TYPES_LIMIT = 2 * 1024 * 1024
_DIRECTORY_LIMIT = 2 * 1024 * 1024
_END, _END_SIZE, _COMMENT_LIMIT = b"PK\x05\x06", 22, 65_535
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_ENCRYPTED_FLAG = 0x1
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, OSError),
    *(RuntimeError, ValueError, OverflowError),
)


def of_package(content: bytes, name: str) -> str:
    """Which of the new formats it is. Raises `CommandRefused`."""
    if not _directory_is_small(content):
        raise CommandRefused("attachment_type", name=name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _of_archive(archive, name)
    except _BROKEN as broken:
        raise CommandRefused("attachment_damaged", name=name) from broken


def _directory_is_small(content: bytes) -> bool:
    """Whether the list of parts may be read: an archive can list millions in little space."""
    at = content.rfind(_END, max(0, len(content) - _END_SIZE - _COMMENT_LIMIT))
    if at < 0 or len(content) < at + _END_SIZE:
        return True  # no archive at all, which reading it will tell
    if content[max(0, at - _LOCATOR_SIZE) : at].startswith(_LOCATOR):
        return False  # of the size that no Office file has
    (size,) = struct.unpack_from("<I", content, at + 12)
    return bool(size <= _DIRECTORY_LIMIT)


def _of_archive(archive: zipfile.ZipFile, name: str) -> str:
    parts = archive.infolist()
    named = {part.filename for part in parts}
    if _TYPES not in named:
        raise CommandRefused("attachment_type", name=name)
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise CommandRefused("attachment_encrypted", name=name)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise CommandRefused("attachment_bomb", name=name)
    declared = list(_declared(archive))
    told = " ".join((*named, *(kind for _, kind in declared))).lower()
    if any(macro in told for macro in _MACROS):
        raise CommandRefused("attachment_macros", name=name)
    for part, kind in declared:
        if kind in _MAIN and part.lstrip("/") in named:
            return _MAIN[kind]
    raise CommandRefused("attachment_type", name=name)


def _declared(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The parts with their types as the package declares them; an extension's part is empty."""
    with archive.open(_TYPES) as file:
        written = file.read(_TYPES_LIMIT + 1)
    if len(written) > _TYPES_LIMIT:
        raise ValueError("the list of types is too long")
    found: list[tuple[str, str]] = []

    def start(_: str, attributes: dict[str, str]) -> None:
        found.append((attributes.get("PartName", ""), attributes.get("ContentType", "")))

    def no_document_type(*_: object) -> None:
        raise ValueError("no Office file has a document type declaration")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = no_document_type
    parser.Parse(written, True)
    yield from found


_ENTRY = 128
_LENGTH_AT = 64
_STREAMS = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}
_WITH_MACROS = ("VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros")


def of_compound(content: bytes, name: str) -> str:
    """Which of the old formats it is. Raises `CommandRefused`."""
    if _has_entry(content, "EncryptedPackage"):
        raise CommandRefused("attachment_encrypted", name=name)
    if any(_has_entry(content, entry) for entry in _WITH_MACROS):
        raise CommandRefused("attachment_macros", name=name)
    for stream, kind in _STREAMS.items():
        if _has_entry(content, stream):
            return kind
    raise CommandRefused("attachment_type", name=name)


def _has_entry(content: bytes, entry: str) -> bool:
    """Whether the compound file's directory names it: entries lie at multiples of their size."""
    wanted = entry.encode("utf-16-le") + b"\0\0"
    at = content.find(wanted)
    while at >= 0:
        length = content[at + _LENGTH_AT : at + _LENGTH_AT + 2]
        if at % _ENTRY == 0 and length == struct.pack("<H", len(wanted)):
            return True
        at = content.find(wanted, at + 1)
    return False
