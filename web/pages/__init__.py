"""One module a page, or a few that belong together. Each has a `router`."""

from __future__ import annotations

from fastapi import APIRouter

from web.pages import (
    accounts,
    act_form,
    ask,
    assign,
    attachments,
    demand,
    desk,
    health,
    inbox,
    intake,
    leader,
    links,
    list_start,
    lists,
    looks,
    messages,
    mine,
    precedents,
    register,
    sign_in,
    slips,
    tasks,
)

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    sign_in.router,
    desk.router,
    assign.router,
    register.router,
    inbox.router,
    demand.router,
    act_form.router,
    tasks.router,
    leader.router,
    attachments.router,
    accounts.router,
    looks.router,
    lists.router,
    list_start.router,
    messages.router,
    slips.router,
    precedents.router,
    links.router,
    mine.router,
    ask.router,
    intake.router,
)
