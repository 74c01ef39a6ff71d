"""QR codes as SVG pictures: dark on white in any theme, for screens and paper."""

from __future__ import annotations

import io

import segno
from starlette.responses import Response


def picture(address: str) -> Response:
    """The code of an address, as an image that nobody keeps."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False)
    return Response(drawn.getvalue(), media_type="image/svg+xml")
