"""Every address that the application answers to."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of each, the static files aside; `HEAD` goes with `GET`."""
    return {
        (method, route.path or "")
        for route in iter_route_contexts(app.routes)
        if not isinstance(route.original_route, Mount)
        for method in route.methods or ()
        if method != "HEAD"
    }
