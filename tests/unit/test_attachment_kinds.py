"""What is taken in and what is refused, by content; and what a file is called afterwards."""

from __future__ import annotations

import struct
import unicodedata

import pytest

from starter.attachments import kinds
from starter.attachments.kinds import kind_of
from starter.attachments.names import MOST, display_name
from starter.errors import CommandRefused
from tests.support import files as f

VBA = (
    '<Override PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
)
MACRO_MAIN = f.MAIN["docx"][1].replace(
    "openxmlformats-officedocument.wordprocessingml.document", "ms-word.document.macroEnabled"
)
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
ZEROS = b"\0" * (1024 * 1024)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (f.photo(), "image/jpeg"),
        (f.written(f.picture(), "PNG"), "image/png"),
        (f.written(f.picture(), "WEBP"), "image/webp"),
        (f.written(f.picture(mode="P"), "GIF"), "image/gif"),
        (f.PDF, "application/pdf"),
        (f.office("docx"), f"{f.OPEN}wordprocessingml.document"),
        (f.office("xlsx"), f"{f.OPEN}spreadsheetml.sheet"),
        (f.office("pptx"), f"{f.OPEN}presentationml.presentation"),
        (f.compound("WordDocument"), "application/msword"),
        (f.compound("Workbook"), "application/vnd.ms-excel"),
        (f.compound("Book"), "application/vnd.ms-excel"),
        (f.compound("Current User", "PowerPoint Document"), "application/vnd.ms-powerpoint"),
    ],
)
def test_what_is_taken_in(content: bytes, media_type: str) -> None:
    assert kind_of(content, "x.exe").media_type == media_type


HOSTILE = {
    "html called a photo": (HTML, "attachment_type"),
    "svg": (SVG, "attachment_type"),
    "program": (b"MZ" + b"\0" * 200, "attachment_type"),
    "linux program": (b"\x7fELF" + b"\0" * 200, "attachment_type"),
    "text": ("说明".encode(), "attachment_type"),
    "html before a pdf": (HTML + f.PDF, "attachment_type"),
    "plain zip": (f.archive({"run.exe": b"MZ"}), "attachment_type"),
    "jar": (f.archive({"META-INF/MANIFEST.MF": b"Main-Class: X"}), "attachment_type"),
    "types of nothing known": (
        f.archive({"[Content_Types].xml": b"<Types/>"}),
        "attachment_type",
    ),
    "main part missing": (
        f.archive(
            {
                "[Content_Types].xml": (
                    f'<Types><Override PartName="/a" ContentType="{f.MAIN["docx"][1]}"/></Types>'
                ).encode()
            }
        ),
        "attachment_type",
    ),
    "macros declared": (f.office("docx", VBA), "attachment_macros"),
    "macros hidden": (f.office("docx", **{"word/vbaProject.bin": b"x"}), "attachment_macros"),
    "docm": (
        f.archive(
            {
                "[Content_Types].xml": (
                    f'<Types><Override PartName="/word/document.xml" ContentType="{MACRO_MAIN}"/>'
                    "</Types>"
                ).encode(),
                "word/document.xml": b"<x/>",
            }
        ),
        "attachment_macros",
    ),
    "old word with macros": (f.compound("WordDocument", "Macros", "VBA"), "attachment_macros"),
    "old excel with macros": (f.compound("Workbook", "_VBA_PROJECT_CUR"), "attachment_macros"),
    "with a password": (f.compound("EncryptedPackage", "EncryptionInfo"), "attachment_encrypted"),
    "installer": (f.compound("!_StringPool", "!_Tables"), "attachment_type"),
    "entity bomb": (
        f.archive({"[Content_Types].xml": b'<!DOCTYPE a [<!ENTITY b "c">]><Types>&b;</Types>'}),
        "attachment_damaged",
    ),
    "zip bomb": (
        f.office("docx", **{f"word/{n}.xml": ZEROS for n in range(301)}),
        "attachment_bomb",
    ),
    "list of types too long": (
        f.archive({"[Content_Types].xml": b"<Types>" + b" " * 3_000_000 + b"</Types>"}),
        "attachment_damaged",
    ),
    "truncated zip": (f.office("docx")[:-30], "attachment_damaged"),
    "truncated pdf": (f.PDF[:30], "attachment_damaged"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100, "attachment_heic"),
    "video": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100, "attachment_type"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_refused_and_with_what_word(what: str) -> None:
    content, code = HOSTILE[what]
    with pytest.raises(CommandRefused) as refused:
        kind_of(content, "合同.jpg")
    assert (refused.value.code, refused.value.facts["name"]) == (code, "合同.jpg")


def test_a_list_of_parts_that_is_longer_than_any_office_file_s_is_not_even_read() -> None:
    """In few bytes an archive can list millions of parts, each of which takes memory to read."""
    content = bytearray(f.office("docx"))
    end = content.rfind(b"PK\x05\x06")
    content[end + 12 : end + 16] = struct.pack("<I", 3 * 1024 * 1024)
    with pytest.raises(CommandRefused, match="attachment_type"):
        kind_of(bytes(content), "x.docx")
    of_64_bits = bytes(content[:end]) + b"PK\x06\x07" + b"\0" * 16 + bytes(content[end:])
    with pytest.raises(CommandRefused, match="attachment_type"):
        kind_of(of_64_bits, "x.docx")


def test_a_name_in_the_text_of_an_old_file_is_no_entry_of_its_directory() -> None:
    said = "Macros VBA _VBA_PROJECT".encode("utf-16-le")
    assert kind_of(f.compound("WordDocument") + said, "x.doc").media_type == "application/msword"


@pytest.mark.parametrize(
    ("typed", "media_type", "shown"),
    [
        ("现场照片.jpg", "image/jpeg", "现场照片.jpg"),
        ("IMG_0001.JPEG", "image/jpeg", "IMG_0001.jpeg"),
        ("截图.png", "image/jpeg", "截图.jpg"),
        ("动图.gif", "image/png", "动图.png"),
        ("page.html", "image/jpeg", "page.html.jpg"),
        ("合同", "application/pdf", "合同.pdf"),
        ("报告.wps", "application/msword", "报告.wps"),
        ("../../etc/passwd", "application/pdf", "passwd.pdf"),
        ("C:\\Users\\某人\\申请表.pdf", "application/pdf", "申请表.pdf"),
        ("x" + chr(0x202E) + "fdp.exe", "application/pdf", "xfdp.exe.pdf"),
        ("a\x00b\x1b[31m\n\tc.pdf", "application/pdf", "ab[31m c.pdf"),
        ("", "image/png", "file.png"),
        ("...", "image/png", "file.png"),
        (".htaccess", "application/pdf", "htaccess.pdf"),
        ('a<b>"c|?*:.pdf', "application/pdf", "a_b__c____.pdf"),
        ("e\u0301t\u00e9.pdf", "application/pdf", "\u00e9t\u00e9.pdf"),
        ("报告（终稿） v2.docx", f"{f.OPEN}wordprocessingml.document", "报告（终稿） v2.docx"),
    ],
)
def test_what_a_file_is_called(typed: str, media_type: str, shown: str) -> None:
    assert display_name(typed, media_type) == shown
    assert display_name(shown, media_type) == shown


@pytest.mark.parametrize(
    "typed", ["长" * 10_000 + ".pdf", "a." * 10_000, "/" * 10_000, "\ud800" * 9]
)
def test_a_name_of_any_length_is_short_and_can_be_kept(typed: str) -> None:
    shown = display_name(typed, kinds.PDF.media_type)
    assert len(shown) <= MOST
    assert shown.endswith(".pdf")
    assert not [char for char in shown if unicodedata.category(char)[0] == "C"]
    shown.encode()
