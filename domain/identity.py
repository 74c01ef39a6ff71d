"""When two texts say the same thing: the normal form behind a demand's identity.

A demand is its list, its enterprise and its normalised text. Spaces, line breaks, full-width
letters and punctuation carry no meaning between words, but between two digits they do: 1.5 is not
15, and 3-5 is not 35; only the thousands comma is dropped there.
"""

from __future__ import annotations

import hashlib
import unicodedata
from difflib import SequenceMatcher

SIMILARITY_REACH = 1_000  # difflib is quadratic; a longer text is compared by its beginning

# Unassigned characters stay: a later Unicode may assign them, and an identity must not move.
_NEVER_MEANT = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char).startswith("P")


def _between_digits(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and text[at - 1].isdecimal() and text[at + 1].isdecimal()


def normalise(text: str) -> str:
    """The text without case, width, spaces and punctuation, except between two digits."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    dense = "".join(c for c in folded if unicodedata.category(c) not in _NEVER_MEANT)
    return "".join(
        char
        for at, char in enumerate(dense)
        if not _is_punctuation(char) or (char != "," and _between_digits(dense, at))
    )


def text_key(text: str) -> str:
    """The identity of a text: SHA-256, in hex, of its normal form."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def similarity(one: str, other: str) -> float:
    """How much alike two texts are after normalising, from 0.0 to 1.0."""
    ours, theirs = normalise(one)[:SIMILARITY_REACH], normalise(other)[:SIMILARITY_REACH]
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio()
