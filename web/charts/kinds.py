"""The charts there are: columns, rows and two lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from web.charts.drawing import WIDTH, bar, chart, dot, line, path, round_up, square, words

_TOP, _BOTTOM = 18, 30
_LINES = 180


@dataclass(frozen=True)
class Heading:
    """What a chart is called, and what it says to whoever can't see it. `name` is for its ids."""

    name: str
    title: str
    description: str


class Row(NamedTuple):
    """A row of a bar chart: its share of the full width in percent, and what is written at it."""

    label: str
    percent: int
    said: str
    css: str = "bar"


def columns(heading: Heading, labels: Sequence[str], counts: Sequence[int], unit: str) -> Markup:
    """A histogram: a column for each count, written above it; `unit` is said of the labels."""
    height, left = 190, 8
    room, floor = height - _TOP - _BOTTOM, height - _BOTTOM
    top, slot = max([*counts, 1]), (WIDTH - 2 * left) / len(counts)
    parts = [line(left, floor, WIDTH - left, floor, "axis")]
    for n, (label, count) in enumerate(zip(labels, counts, strict=True)):
        middle, tall = left + slot * (n + 0.5), room * count / top
        parts.append(bar(middle - slot * 0.32, floor - tall, slot * 0.64, tall, "bar"))
        parts.append(words(middle, floor - tall - 5, count, "middle value"))
        parts.append(words(middle, floor + 14, label, "middle"))
    parts.append(words(WIDTH - left, height - 2, unit, "end faint"))
    return chart(heading.name, heading.title, heading.description, height, parts)


def rows(heading: Heading, shown: Sequence[Row]) -> Markup:
    """A bar for each row, its label above and what is said of it at the end."""
    each = 34
    parts: list[Markup] = []
    for n, row in enumerate(shown):
        y = each * n
        parts.append(words(0, y + 13, row.label))
        parts.append(words(WIDTH, y + 13, row.said, "end value"))
        parts.append(bar(0, y + 19, WIDTH, 7, "trough"))
        parts.append(bar(0, y + 19, WIDTH * row.percent / 100, 7, row.css))
    return chart(heading.name, heading.title, heading.description, each * len(shown), parts)


def two_lines(
    heading: Heading,
    labels: Sequence[str],
    first: tuple[str, Sequence[int]],
    second: tuple[str, Sequence[int]],
) -> Markup:
    """Two series over the same places: full with dots and dashed with squares, each named."""
    left, right = 26, 10
    room, floor = _LINES - _TOP - _BOTTOM - 14, _LINES - _BOTTOM
    top = round_up(max([*first[1], *second[1], 0]))
    step = (WIDTH - left - right) / max(1, len(labels) - 1)

    def place(n: int, count: int) -> tuple[float, float]:
        return left + step * n, floor - room * count / top

    parts: list[Markup] = []
    for share in (0, top // 2, top):
        y = place(0, share)[1]
        parts.append(line(left, y, WIDTH - right, y, "axis" if share == 0 else "grid"))
        parts.append(words(left - 6, y + 4, share, "end faint"))
    every = 1 if len(labels) <= 4 else 3 if len(labels) <= 12 else 4
    for n, label in enumerate(labels):
        if (len(labels) - 1 - n) % every == 0:
            css = "end" if n == len(labels) - 1 else "middle"
            x = WIDTH if css == "end" else place(n, 0)[0]
            parts.append(words(x, floor + 16, label, f"{css} faint"))
    for css, mark, (_, counts) in (("in", dot, first), ("out", square, second)):
        spots = [place(n, count) for n, count in enumerate(counts)]
        parts.append(path(spots, f"line {css}"))
        parts += [mark(x, y, f"mark {css}") for x, y in spots]
    parts += [dot(left + 4, 8, "mark in"), words(left + 13, 12, first[0])]
    parts += [square(left + 104, 8, "mark out"), words(left + 113, 12, second[0])]
    return chart(heading.name, heading.title, heading.description, _LINES, parts)
