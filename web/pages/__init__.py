"""One module a page, or a few that belong together. Each has a `router`."""

from __future__ import annotations

from fastapi import APIRouter

from web.pages import act_form, demand, health, sign_in, tasks

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    sign_in.router,
    demand.router,
    act_form.router,
    tasks.router,
)
