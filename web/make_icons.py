"""Makes static/icons.svg: `python -m web.make_icons FOLDER`, the icons of @tabler/icons 3.52 (MIT).

The folder is `icons/outline` of that package. An icon that a template needs is added here by name.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

NAMES = (
    *("alert-triangle", "arrow-back", "arrows-exchange", "bell", "building", "calendar"),
    *("chart-bar", "check", "checklist", "chevron-down", "chevron-left", "chevron-right"),
    *(
        "circle-check",
        "clock",
        "copy",
        "device-floppy",
        "download",
        "external-link",
        "eye",
        "file-plus",
    ),
    *("file-spreadsheet", "file-text", "scale"),
    *("filter", "flag", "gavel", "hand-stop", "headset", "history", "home", "inbox"),
    *("info-circle", "language", "layout-list", "link", "list-details", "lock", "logout"),
    *("menu-2", "message-circle", "messages", "moon", "paperclip", "pencil", "phone", "photo"),
    *("player-pause", "player-play", "plus", "printer", "progress", "qrcode", "refresh"),
    *("search", "send", "settings", "shield", "speakerphone", "star", "sun", "trash", "upload"),
    *("user", "users", "world", "x"),
)
_PATH = re.compile(r"<(?:path|circle|rect|line|polyline|ellipse)[^>]*/>")


def symbol(name: str, drawing: str) -> str:
    """One icon as a symbol of the sprite, without its invisible frame."""
    shapes = [shape for shape in _PATH.findall(drawing) if 'stroke="none"' not in shape]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>'


def main(folder: Path) -> None:
    """Write the sprite."""
    symbols = [symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in NAMES]
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">\n{chr(10).join(symbols)}\n</svg>\n'
    Path(__file__).with_name("static").joinpath("icons.svg").write_text(sprite, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
