"""Images made anew: what is kept is what Pillow drew, upright, no larger than a screen needs.

Whatever else was in the file stays behind: where it was taken and by which device, comments,
previews, and anything hidden after its end.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from runtime import logs
from starter.attachments.kinds import JPEG, PNG, Kind
from starter.errors import CommandRefused

log = logs.get(__name__)

LONGEST = 2560
LONGEST_THUMBNAIL = 480
_QUALITY = 85
_THUMBNAIL_QUALITY = 80
_PNG_MAY_COST = 2
"""A screenshot is small as PNG, and sharp; a photograph costs many times what it does as JPEG."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Remade:
    """An image as it is kept; the thumbnail is a JPEG."""

    content: bytes
    media_type: str
    width: int
    height: int
    thumbnail: bytes


def remade(content: bytes, kind: Kind, name: str, pixels: int) -> Remade:
    """The image made anew; of an animation the first frame. Takes a while: for a thread.

    `pixels` is how many it may have. Raises `CommandRefused`.
    """
    Image.MAX_IMAGE_PIXELS = pixels
    try:
        with Image.open(io.BytesIO(content), formats=(kind.pillow,)) as opened:
            if opened.width * opened.height > pixels:
                raise _too_many_pixels(name, pixels)
            return _kept(_drawn(opened), lossless=kind is not JPEG)
    except CommandRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_many_pixels(name, pixels) from bomb
    except Exception as broken:
        # Pillow's decoders fail in a dozen ways on what is broken, or made to break them.
        log.info("attachment.undecodable", media_type=kind.media_type, reason=repr(broken)[:200])
        raise CommandRefused("attachment_damaged", name=name) from broken


def _too_many_pixels(name: str, pixels: int) -> CommandRefused:
    return CommandRefused("attachment_pixels", name=name, limit=str(pixels // 10_000))


def _drawn(opened: Image.Image) -> Image.Image:
    """Decoded, in eight bits, at most `LONGEST`, upright, and with nothing attached."""
    turn = _TURNS.get(_orientation(opened))
    opened.draft(None, (LONGEST, LONGEST))  # a JPEG is decoded no larger than it need be
    drawn = _in_eight_bits(opened)
    drawn.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    if turn is not None:
        drawn = drawn.transpose(turn)
    drawn.info = {}
    return drawn


def _orientation(opened: Image.Image) -> int:
    try:
        return int(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # its metadata may be broken where the image isn't
        return 1


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """In grey, in colour, or in colour with transparency where it really has some."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("L", "1"):
        image = image if "transparency" in image.info else image.convert("L")
        if image.mode == "L" and "transparency" not in image.info:
            return image
    if image.has_transparency_data:
        drawn = image.convert("RGBA")
        least, _ = drawn.getchannel("A").getextrema()
        return drawn if least != 255 else drawn.convert("RGB")
    return image.convert("RGB")


def _kept(drawn: Image.Image, lossless: bool) -> Remade:
    kind, content = JPEG, b""
    if drawn.mode == "RGBA":
        kind, content = PNG, _png(drawn)
    else:
        content = _jpeg(drawn, _QUALITY)
        if lossless and len(sharp := _png(drawn)) <= _PNG_MAY_COST * len(content):
            kind, content = PNG, sharp
    return Remade(content, kind.media_type, drawn.width, drawn.height, _thumbnail(drawn))


def _thumbnail(drawn: Image.Image) -> bytes:
    small = drawn.copy()
    small.thumbnail((LONGEST_THUMBNAIL, LONGEST_THUMBNAIL), Image.Resampling.LANCZOS)
    if small.mode == "RGBA":
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    return _jpeg(small, _THUMBNAIL_QUALITY)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return target.getvalue()


def _png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
