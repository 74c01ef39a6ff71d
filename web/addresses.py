"""The address by which people reach a page of ours, for links and QR codes."""

from __future__ import annotations

import segno
from fastapi import Request
from markupsafe import Markup

from web.viewer import house


def public(request: Request, path: str) -> str:
    """The whole address of a path: by `LIANBAN_PUBLIC_URL`, else as this request was asked."""
    base = house(request).settings.public_url or str(request.base_url)
    return base.rstrip("/") + path


def qr(address: str, label: str) -> Markup:
    """The address as a drawing to be photographed; light round it, whatever the page's colours."""
    code = segno.make(address, error="m")
    drawing = code.svg_inline(scale=4, border=3, dark="#000", light="#fff", omitsize=True)
    return Markup('<div class="qr" role="img" aria-label="{}">{}</div>').format(
        label,
        Markup(drawing),
    )
