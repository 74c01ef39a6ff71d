"""What an attachment is called on a page and in a download: a plain name, nothing that misleads."""

from __future__ import annotations

import unicodedata

from starter.attachments.kinds import KINDS

MOST = 120
_LOOKED_AT = 1_000
_NOT_IN_NAMES = frozenset('<>:"|?*')
_SUFFIXES = {kind.media_type: kind.suffixes for kind in KINDS}
_OF_IMAGES = {suffix for kind in KINDS if kind.pillow for suffix in kind.suffixes}
_NAMELESS = "file"


def display_name(typed: str, media_type: str) -> str:
    """The name without path, control and direction characters, ending as its type does.

    At most `MOST` characters, the ending among them.
    """
    last = typed.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = last[:_LOOKED_AT] + last[_LOOKED_AT:][-_LOOKED_AT:]
    plain = "".join(map(_plain, unicodedata.normalize("NFC", shown)))
    name = " ".join(plain.split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    suffix, allowed = f".{ending.lower()}", _SUFFIXES.get(media_type, ("",))
    of_image = media_type.startswith("image/") and suffix in _OF_IMAGES
    if not dot or not (suffix in allowed or of_image):
        stem = name
    if suffix not in allowed:
        suffix = allowed[0]
    return (stem[: MOST - len(suffix)].strip(". ") or _NAMELESS) + suffix


def _plain(char: str) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char)[0] == "C":
        return ""
    return "_" if char in _NOT_IN_NAMES else char
