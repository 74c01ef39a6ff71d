"""The file around a workbook: opened with suspicion, measured, and rebuilt from what was measured.

A ZIP file can lie about what it holds. Only the parts that matter are unpacked here, under limits,
and the reader gets a new archive of exactly these bytes, never the file as it came.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from starter.workbook.errors import WorkbookCode, WorkbookError

FILE_LIMIT = 20 * 1024 * 1024
CONTENT_LIMIT = 200 * 1024 * 1024
ENTRY_LIMIT = 5_000
TAG_LIMIT = 10_000_000
MEGABYTE = 1024 * 1024

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and every workbook with a password
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ZIP_MARK = b"PK\x03\x04"
_READABLE_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED_FLAG = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # also NotImplementedError: a ZIP feature that no workbook uses
    ValueError,
    OverflowError,
)
_WANTED = (
    "[content_types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedstrings.xml",
    "xl/styles.xml",
)
_WORKSHEETS = "xl/worksheets/"
_OTHER_FORMATS = ("xl/workbook.bin", "content.xml")  # .xlsb, .ods


@dataclass(frozen=True)
class Package:
    """The parts of a workbook, by their path in lower case."""

    parts: dict[str, bytes]

    def rebuilt(self) -> io.BytesIO:
        """A plain archive of these parts and nothing else."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.parts.items():
                archive.writestr(_canonical(name), content)
        target.seek(0)
        return target


def package_of(content: bytes, file: str) -> Package:
    """The parts of the workbook that `content` is; a `WorkbookError` for anything else."""
    _refuse_too_large(content, file)
    _refuse_other_formats(content, file)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return Package(_unpacked(archive, file))
    except _BROKEN as broken:
        raise WorkbookError(WorkbookCode.DAMAGED, file=file) from broken


def file_content(path: Path) -> bytes:
    """What stands in a file, no more than a workbook may have; a `WorkbookError` if it can't be."""
    try:
        if not path.exists():
            raise WorkbookError(WorkbookCode.FILE_MISSING, file=str(path))
        if not path.is_file():
            raise WorkbookError(WorkbookCode.FILE_UNREADABLE, file=str(path))
        with path.open("rb") as file:
            content = file.read(FILE_LIMIT + 1)
    except (OSError, ValueError) as failed:
        raise WorkbookError(WorkbookCode.FILE_UNREADABLE, file=str(path)) from failed
    _refuse_too_large(content, path.name)
    return content


def _refuse_too_large(content: bytes, file: str) -> None:
    if len(content) > FILE_LIMIT:
        raise WorkbookError(WorkbookCode.FILE_TOO_LARGE, file=file, limit=FILE_LIMIT // MEGABYTE)


def _refuse_other_formats(content: bytes, file: str) -> None:
    if content.startswith(_COMPOUND_FILE):
        locked = _ENCRYPTED_STREAM in content
        code = WorkbookCode.ENCRYPTED if locked else WorkbookCode.OLD_FORMAT
        raise WorkbookError(code, file=file)
    if not content.startswith(_ZIP_MARK):
        raise WorkbookError(WorkbookCode.NOT_A_WORKBOOK, file=file)


def _unpacked(archive: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT or sum(e.file_size for e in entries) > CONTENT_LIMIT:
        raise _content_too_large(file)
    names = {entry.filename.lower() for entry in entries}
    if "xl/workbook.xml" not in names:
        other = any(name in names for name in _OTHER_FORMATS)
        raise WorkbookError(
            WorkbookCode.OLD_FORMAT if other else WorkbookCode.NOT_A_WORKBOOK, file=file
        )
    parts: dict[str, bytes] = {}
    for entry in entries:
        if _is_wanted(entry.filename.lower()):
            _add_part(parts, archive, entry, file)
    return parts


def _is_wanted(name: str) -> bool:
    in_worksheets = name.startswith(_WORKSHEETS) and name.count("/") == _WORKSHEETS.count("/")
    return name in _WANTED or (in_worksheets and name.endswith(".xml"))


def _add_part(
    parts: dict[str, bytes], archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str
) -> None:
    name = entry.filename.lower()
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise WorkbookError(WorkbookCode.ENCRYPTED, file=file)
    if name in parts or entry.compress_type not in _READABLE_METHODS:
        raise WorkbookError(WorkbookCode.DAMAGED, file=file)
    content = archive.read(entry)
    if content.count(b"<") > TAG_LIMIT:
        raise _content_too_large(file)
    parts[name] = content


def _content_too_large(file: str) -> WorkbookError:
    return WorkbookError(WorkbookCode.CONTENT_TOO_LARGE, file=file, limit=CONTENT_LIMIT // MEGABYTE)


def _canonical(name: str) -> str:
    return {"[content_types].xml": "[Content_Types].xml"}.get(
        name, name.replace("sharedstrings", "sharedStrings")
    )
