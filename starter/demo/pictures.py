"""Drawn pictures that stand for a squad's photos: no real place, no real person."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

SIZE = (1600, 1200)


def drawn(what: str) -> bytes:
    """A JPEG of a site, always the same for the same words."""
    chance = random.Random(what)
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    _sky(draw, chance)
    _hills(draw, chance)
    _ground(draw, chance)
    for _ in range(chance.randint(2, 4)):
        _building(draw, chance)
    _pole(draw, chance)
    _people(draw, chance)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _sky(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    top = (chance.randint(70, 130), chance.randint(140, 175), chance.randint(205, 235))
    for y in range(800):
        share = y / 800
        colour = tuple(int(a + (245 - a) * share) for a in top)
        draw.line([(0, y), (SIZE[0], y)], fill=colour)


def _hills(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for layer in range(3):
        base, points = 560 + 70 * layer, [(0, 1200)]
        for x in range(0, SIZE[0] + 200, 200):
            points.append((x, base - chance.randint(20, 150)))
        points.append((SIZE[0], 1200))
        green = 150 - 28 * layer
        draw.polygon(points, fill=(90 - 15 * layer, green, 105 - 18 * layer))


def _ground(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rectangle([(0, 800), SIZE], fill=(176, 160, 138))
    left = chance.randint(300, 700)
    road = [(left, 800), (left + 160, 800), (left + 700, 1200), (left - 320, 1200)]
    draw.polygon(road, fill=(96, 98, 103))
    for n in range(5):
        y = 830 + 78 * n
        x = left + 80 + (y - 800) * 0.28
        draw.line([(x, y), (x + 4 * n, y + 36)], fill=(238, 214, 120), width=5 + 2 * n)


def _building(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    x, width, height = chance.randint(0, 1300), chance.randint(180, 380), chance.randint(140, 330)
    shade = chance.randint(175, 225)
    draw.rectangle([(x, 810 - height), (x + width, 830)], fill=(shade, shade, shade + 10))
    roof = [(x - 15, 810 - height), (x + width / 2, 760 - height), (x + width + 15, 810 - height)]
    draw.polygon(roof, fill=chance.choice([(58, 96, 140), (150, 72, 62), (92, 104, 112)]))
    for row in range(height // 70):
        for column in range(width // 60):
            at = (x + 18 + 60 * column, 830 - height + 70 * row)
            draw.rectangle([at, (at[0] + 30, at[1] + 36)], fill=(112, 142, 170))


def _pole(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for x in (chance.randint(60, 200), chance.randint(1250, 1500)):
        draw.line([(x, 330), (x, 900)], fill=(70, 70, 74), width=14)
        draw.line([(x - 90, 400), (x + 90, 400)], fill=(70, 70, 74), width=10)
    draw.arc([(100, 300), (1420, 560)], 20, 160, fill=(60, 60, 64), width=3)


def _people(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for _ in range(chance.randint(2, 3)):
        x, y = chance.randint(350, 1250), chance.randint(900, 1010)
        draw.rectangle([(x - 5, y + 70), (x + 27, y + 140)], fill=(52, 64, 92))
        draw.rectangle([(x - 12, y), (x + 34, y + 76)], fill=(235, 118, 38))
        draw.line([(x - 12, y + 36), (x + 34, y + 36)], fill=(244, 232, 120), width=9)
        draw.ellipse([(x - 4, y - 38), (x + 26, y - 6)], fill=(214, 176, 146))
        draw.pieslice([(x - 9, y - 48), (x + 31, y - 8)], 180, 360, fill=(240, 205, 40))
