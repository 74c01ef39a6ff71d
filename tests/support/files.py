"""Files to attach, made here: plain ones, and ones that nobody should take in."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image, ImageDraw

OPEN = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": ("word/document.xml", f"{OPEN}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OPEN}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OPEN}presentationml.presentation.main+xml"),
}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MAKER, WHERE = "ACME Phone 9", 0x8825
LATITUDE = (24.0, 55.0, 12.5)


def picture(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """Noise, as a photograph is to a compressor: above red, below blue, a white corner top left."""
    small = random.Random(7).randbytes(64 * 48 * 3)
    drawn = Image.frombytes("RGB", (64, 48), small).resize((width, height)).convert(mode)
    brush = ImageDraw.Draw(drawn)
    brush.rectangle((0, 0, width, height // 4), fill="red")
    brush.rectangle((0, 3 * height // 4, width, height), fill="blue")
    brush.rectangle((0, 0, width // 8, height // 8), fill="white")
    return drawn


def screenshot(width: int = 640, height: int = 480) -> Image.Image:
    """Flat colours and sharp edges."""
    drawn = Image.new("RGB", (width, height), "white")
    brush = ImageDraw.Draw(drawn)
    for line in range(0, height, 24):
        brush.text((10, line), "AN-2026Q4-017  08:30  12345", fill="black")
    return drawn


def photo(width: int = 640, height: int = 480, orientation: int = 1, **more: object) -> bytes:
    """A JPEG as a phone writes it: it says who made it, where, and which way is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = MAKER
    exif.get_ifd(WHERE).update({1: "N", 2: LATITUDE, 3: "E", 4: (102.0, 28.0, 30.0)})
    drawn = picture(width, height)
    if orientation in (5, 6, 7, 8):
        drawn = picture(height, width)
    turned = drawn.transpose(_AS_TAKEN[orientation]) if orientation in _AS_TAKEN else drawn
    return written(turned, "JPEG", exif=exif, comment=b"<script>alert(1)</script>", **more)


_AS_TAKEN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What the camera did to the picture, which its orientation undoes."""


def written(image: Image.Image, kind: str, **more: object) -> bytes:
    """The image in a file of that format."""
    target = io.BytesIO()
    image.save(target, kind, **more)
    return target.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and has next to nothing in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP file of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def office(kind: str = "docx", types: str = "", **parts: bytes) -> bytes:
    """An Office file of that kind; `types` are more of its declarations."""
    part, content_type = MAIN[kind]
    declared = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}"/>{types}</Types>'
    )
    return archive({"[Content_Types].xml": declared.encode(), part: b"<x/>"} | parts)


def compound(*entries: str) -> bytes:
    """An old Office file with these entries in its directory; as little else as will do."""
    sector = b"".join(_entry(name) for name in ("Root Entry", *entries))
    mark = bytes.fromhex("d0cf11e0a1b11ae1")
    return mark.ljust(512, b"\0") + sector.ljust(-(-len(sector) // 512) * 512, b"\0")


def _entry(name: str) -> bytes:
    written_name = name.encode("utf-16-le") + b"\0\0"
    return (written_name.ljust(64, b"\0") + struct.pack("<H", len(written_name))).ljust(128, b"\0")
