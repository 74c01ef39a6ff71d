"""Images made anew: upright, small enough, and with nothing of the file left but the picture."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from starter.attachments.images import LONGEST, LONGEST_THUMBNAIL, Remade, remade
from starter.attachments.kinds import GIF, JPEG, PNG, WEBP, Kind
from starter.errors import CommandRefused
from tests.support import files as f

PIXELS = 64_000_000


def made(content: bytes, kind: Kind = JPEG, pixels: int = PIXELS) -> Remade:
    return remade(content, kind, "图.jpg", pixels)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def is_near(image: Image.Image, x: float, y: float, colour: tuple[int, int, int]) -> bool:
    found = image.convert("RGB").getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(found, tuple)
    return all(abs(a - b) < 40 for a, b in zip(found, colour, strict=True))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_upright_and_says_nothing_of_its_taker(orientation: int) -> None:
    taken = f.photo(640, 480, orientation)
    assert opened(taken).getexif().get_ifd(f.WHERE)[2] == f.LATITUDE

    kept = made(taken)

    lying = orientation in (5, 6, 7, 8)
    assert (kept.width, kept.height) == ((480, 640) if lying else (640, 480))
    for content in (kept.content, kept.thumbnail):
        image = opened(content)
        assert is_near(image, 0.5, 0.12, (255, 0, 0)), "red is above"
        assert is_near(image, 0.5, 0.88, (0, 0, 255)), "blue is below"
        assert is_near(image, 0.05, 0.05, (255, 255, 255)), "the white corner is at the top left"
        assert not image.getexif()
        assert set(image.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }
        for left in (b"Exif", f.MAKER.encode(), b"script", b"http://ns.adobe.com", b"ICC_PROFILE"):
            assert left not in content


def test_a_large_photo_is_made_smaller_and_its_thumbnail_small() -> None:
    kept = made(f.photo(4000, 3000))
    assert (kept.width, kept.height) == (LONGEST, 1920)
    assert opened(kept.content).size == (LONGEST, 1920)
    assert opened(kept.thumbnail).size == (LONGEST_THUMBNAIL, 360)
    assert opened(kept.thumbnail).format == "JPEG"
    small = made(f.photo(100, 50))
    assert opened(small.content).size == opened(small.thumbnail).size == (100, 50)


def test_a_screenshot_stays_sharp_and_a_photo_kept_as_png_becomes_a_jpeg() -> None:
    sharp = made(f.written(f.screenshot(), "PNG"), PNG)
    assert (sharp.media_type, opened(sharp.content).format) == ("image/png", "PNG")
    assert opened(sharp.content).convert("RGB").tobytes() == f.screenshot().tobytes()
    noise = Image.effect_noise((800, 600), 90).convert("RGB")
    assert made(f.written(noise, "PNG"), PNG).media_type == "image/jpeg"


def test_what_is_transparent_stays_so_and_what_only_could_be_does_not() -> None:
    stamp = f.picture(mode="RGBA")
    stamp.putalpha(128)
    kept = made(f.written(stamp, "PNG"), PNG)
    assert (kept.media_type, opened(kept.content).mode) == ("image/png", "RGBA")
    assert opened(kept.thumbnail).mode == "RGB"
    opaque = f.written(f.screenshot().convert("RGBA"), "PNG")
    assert opened(made(opaque, PNG).content).mode == "RGB"


def test_of_an_animation_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    for kind, name in ((GIF, "GIF"), (WEBP, "WEBP")):
        moving = f.written(frames[0], name, save_all=True, append_images=frames[1:], duration=50)
        kept = made(moving, kind)
        assert getattr(opened(kept.content), "n_frames", 1) == 1
        assert is_near(opened(kept.content), 0.5, 0.5, (255, 0, 0))


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "I;16", "LA"])
def test_images_of_every_depth_can_be_kept(mode: str) -> None:
    kind, name = (JPEG, "JPEG") if mode == "CMYK" else (PNG, "PNG")
    whole = f.picture(mode="L").convert("I;16") if mode == "I;16" else f.picture(mode=mode)
    assert opened(made(f.written(whole, name), kind).content).size == (640, 480)


def test_what_hides_behind_an_image_is_left_behind() -> None:
    """GIFAR: an image to whoever looks at it, an archive to whoever runs it."""
    gif = f.written(f.picture(mode="P"), "GIF")
    both = gif + f.archive(
        {"META-INF/MANIFEST.MF": b"Main-Class: X", "X.class": b"\xca\xfe\xba\xbe"}
    )
    kept = made(both, GIF)
    assert b"PK\x03\x04" not in kept.content
    assert b"MANIFEST" not in kept.content
    page = f.photo() + b"<html><script>alert(1)</script>"
    assert b"script" not in made(page).content


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (f.photo()[:3000], JPEG, "attachment_damaged"),
        (b"\xff\xd8\xff<html><script>alert(1)</script></html>", JPEG, "attachment_damaged"),
        (f.written(f.picture(), "PNG")[:500], PNG, "attachment_damaged"),
        (b"RIFF\x10\0\0\0WEBPVP8 \0\0", WEBP, "attachment_damaged"),
        (b"GIF89a\0\0", GIF, "attachment_damaged"),
        (f.png_header(50_000, 50_000), PNG, "attachment_pixels"),
        (f.png_header(9_000, 9_000), PNG, "attachment_pixels"),
        (f.png_header(300, 300), PNG, "attachment_damaged"),
    ],
)
def test_what_cannot_be_drawn_is_refused(content: bytes, kind: Kind, code: str) -> None:
    with pytest.raises(CommandRefused, match=code) as refused:
        made(content, kind)
    assert refused.value.facts["name"] == "图.jpg"


def test_the_limit_of_pixels_is_what_is_set() -> None:
    assert made(f.photo(100, 100), pixels=10_000).width == 100
    with pytest.raises(CommandRefused, match="attachment_pixels"):
        made(f.photo(101, 100), pixels=10_000)


def test_the_same_file_becomes_the_same_image() -> None:
    assert made(f.photo()) == made(f.photo())
