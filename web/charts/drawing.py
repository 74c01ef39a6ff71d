"""What every chart is made of."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

WIDTH = 360
"""Of every chart in its own units: about a phone's width, so that its texts are read there too."""


def chart(name: str, title: str, description: str, height: int, parts: Iterable[Markup]) -> Markup:
    """A whole chart; `name` is for its ids, which no other on the page may have."""
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>'
    ).format(WIDTH, height, name, name, name, title, name, description, Markup("").join(parts))


def words(x: float, y: float, said: object, css: str = "") -> Markup:
    """A text that begins, or as `css` says is centred on or ends, at x."""
    return Markup('<text x="{}" y="{}" class="{}">{}</text>').format(_n(x), _n(y), css, said)


def bar(x: float, y: float, width: float, height: float, css: str) -> Markup:
    """A rectangle; one of nothing is not drawn."""
    if width <= 0 or height <= 0:
        return Markup("")
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="{}"/>').format(
        _n(x), _n(y), _n(width), _n(height), css
    )


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Markup:
    """A straight line."""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(
        _n(x1), _n(y1), _n(x2), _n(y2), css
    )


def path(points: Iterable[tuple[float, float]], css: str) -> Markup:
    """A line through points."""
    drawn = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    return Markup('<polyline points="{}" class="{}"/>').format(drawn, css)


def dot(x: float, y: float, css: str) -> Markup:
    """A round mark."""
    return Markup('<circle cx="{}" cy="{}" r="3.5" class="{}"/>').format(_n(x), _n(y), css)


def square(x: float, y: float, css: str) -> Markup:
    """A square mark."""
    return Markup('<rect x="{}" y="{}" width="7" height="7" class="{}"/>').format(
        _n(x - 3.5), _n(y - 3.5), css
    )


def round_up(value: int) -> int:
    """The top of a scale: 1, 2 or 5 times a power of ten, or 4 where there is less."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if factor * step >= max(4, value):
                return factor * step
        step *= 10


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
